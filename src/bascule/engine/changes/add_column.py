"""addColumn: new columns of an existing table."""

from collections.abc import Iterator

from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.changes.drop_column import DropColumn
from bascule.engine.changes.reading.columns import incomplete
from bascule.engine.schema import Column, Name


@change("addColumn")
class AddColumn(Change, frozen=True, kw_only=True):
    """Add columns, in the order written. A NOT NULL column needs a default if rows exist; `value` fills those rows."""

    table: Name
    columns: tuple[Column, ...]

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.AddColumns(self.table, self.columns)

    def problems(self) -> Iterator[Problem]:
        return incomplete(self.written, self.columns, typed=True)

    def inverse(self) -> Iterator[Change]:
        for column in self.columns:
            yield DropColumn(written=self.written, table=self.table, column_name=column.name, has_default=column.default is not None)
