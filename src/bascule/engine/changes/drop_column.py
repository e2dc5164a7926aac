"""dropColumn: columns of a table, with what is in them."""

from collections.abc import Iterator
from typing import Annotated

from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changes.base import DERIVED, Change, change
from bascule.engine.changes.reading.columns import incomplete, missing
from bascule.engine.schema import Column, Name


@change("dropColumn")
class DropColumn(Change, frozen=True, kw_only=True):
    """Drop one column by `columnName`, or several by `column` elements. `has_default` is told by the addColumn this undoes."""

    table: Name
    column_name: str | None = None
    columns: tuple[Column, ...] = ()
    has_default: Annotated[bool, DERIVED] = False

    def operations(self) -> Iterator[ops.Operation]:
        named = tuple(column.name for column in self.columns)
        columns = named or ((self.column_name,) if self.column_name else ())
        yield ops.DropColumns(self.table, columns, columns if self.has_default else ())

    def problems(self) -> Iterator[Problem]:
        if self.column_name is None and not self.columns:
            yield missing(self.written, "columnName")
        yield from incomplete(self.written, self.columns)
