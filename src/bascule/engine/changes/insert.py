"""insert: a row."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Expand, as_written, change
from bascule.engine.changes.reading.columns import incomplete
from bascule.engine.changes.reading.large_values import with_contents
from bascule.engine.schema import Column, Name

if TYPE_CHECKING:
    from bascule.engine.written.files import Files


@change("insert")
class Insert(Change, frozen=True, kw_only=True):
    """Insert one row."""

    table: Name
    columns: tuple[Column, ...]
    dbms: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.InsertRows(self.table, (self.columns,))

    def problems(self) -> Iterator[Problem]:
        return incomplete(self.written, self.columns)

    def resolve(self, files: "Files", expand: Expand = as_written) -> Change:
        return msgspec.structs.replace(self, columns=with_contents(self.columns, self.written, files))
