"""dropColumn: columns of a table, with what is in them."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Column, Name


@change("dropColumn")
class DropColumn(Change, frozen=True, kw_only=True):
    """Drop one column by `columnName`, or several by `column` elements."""

    table: Name
    column_name: str | None = None
    columns: tuple[Column, ...] = ()

    def operations(self) -> Iterator[ops.Operation]:
        named = tuple(column.name for column in self.columns)
        yield ops.DropColumns(self.table, named or ((self.column_name,) if self.column_name else ()))
