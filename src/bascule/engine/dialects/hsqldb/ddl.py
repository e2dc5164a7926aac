"""HSQLDB's peculiarities of DDL, beside those it shares with H2."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.h2.ddl import H2Ddl
from bascule.engine.sql.statement import Statement


class HsqlDbDdl(H2Ddl):
    """HSQLDB 2. Remarks are left out, as Liquibase does."""

    def drop_table(self, op: ops.DropTable, at: RenderContext) -> Iterator[Statement]:
        return super().drop_table(ops.DropTable(op.table, if_exists=op.if_exists), at)

    def set_table_remarks(self, op: ops.SetTableRemarks, at: RenderContext) -> Iterator[Statement]:
        return iter(())

    def set_column_remarks(self, op: ops.SetColumnRemarks, at: RenderContext) -> Iterator[Statement]:
        return iter(())
