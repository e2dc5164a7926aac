"""createTable: a table with its columns and constraints."""

from collections.abc import Iterator

from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.changes.drop_table import DropTable
from bascule.engine.changes.reading.columns import incomplete
from bascule.engine.schema import Column, Name


@change("createTable")
class CreateTable(Change, frozen=True, kw_only=True):
    """Create a table; on PostgreSQL one of partitions (`partitionBy`), on Oracle one that tracks each row (`rowDependencies`)."""

    table: Name
    columns: tuple[Column, ...]
    remarks: str | None = None
    tablespace: str | None = None
    table_type: str | None = None
    if_not_exists: bool = False
    partition_by: str | None = None
    row_dependencies: bool = False

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreateTable(
            self.table,
            self.columns,
            self.remarks,
            self.tablespace,
            self.table_type,
            self.if_not_exists,
            self.partition_by,
            self.row_dependencies,
        )

    def problems(self) -> Iterator[Problem]:
        return incomplete(self.written, self.columns, typed=True)

    def inverse(self) -> Iterator[Change]:
        yield DropTable(written=self.written, table=self.table)
