"""update: rows get other values."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Expand, as_written, change
from bascule.engine.changes.reading.columns import incomplete
from bascule.engine.changes.reading.conditions import where_of, where_parameters_of
from bascule.engine.changes.reading.large_values import with_contents
from bascule.engine.schema import Column, Name

if TYPE_CHECKING:
    from bascule.engine.written.files import Files


@change("update")
class Update(Change, frozen=True, kw_only=True):
    """Set columns of the rows that meet `where`; of all rows without it."""

    table: Name
    columns: tuple[Column, ...]
    where: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.UpdateRows(self.table, self.columns, where_of(self.where), where_parameters_of(self.written))

    def problems(self) -> Iterator[Problem]:
        return incomplete(self.written, self.columns)

    def resolve(self, files: "Files", expand: Expand = as_written) -> Change:
        return msgspec.structs.replace(self, columns=with_contents(self.columns, self.written, files))
