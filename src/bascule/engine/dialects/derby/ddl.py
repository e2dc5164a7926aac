"""Derby's peculiarities of DDL: RENAME is a statement, a default comes WITH, a sequence goes by RESTRICT."""

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.schema import Name
from bascule.engine.sql.statement import Statement


class DerbyDdl(Ddl):
    """Apache Derby 10."""

    creates_if_absent = False
    drops_with_cascade = False
    identity_separator = ", "
    index_has_schema = True
    keeps_remarks = False
    caches_sequences = False
    selects_null = False
    one_row = " FROM SYSIBM.SYSDUMMY1"

    def rename_table(self, op: ops.RenameTable, at: RenderContext) -> Iterator[Statement]:
        text = f"RENAME TABLE {self.name(op.table, at)} TO {self.identifier(op.to, at)}"
        yield Statement(text, expects=self.expect("table", op.to, schema=op.table.schema))

    def rename_column(self, op: ops.RenameColumn, at: RenderContext) -> Iterator[Statement]:
        text = f"RENAME COLUMN {self.name(op.table, at)}.{self.identifier(op.column, at)} TO {self.identifier(op.to, at)}"
        yield Statement(text, expects=self.expect("column", op.to, table=op.table))

    def modify_data_type(self, op: ops.ModifyDataType, at: RenderContext) -> Iterator[Statement]:
        column = f"{self.identifier(op.column, at)} SET DATA TYPE {self.type(op.type, at)}"
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN {column}")

    def alter_nullability(self, table: Name, column: str, column_type: str | None, at: RenderContext, *, nullable: bool) -> Statement:
        return self._alter(table, column, "NULL" if nullable else "NOT NULL", at)

    def add_default(self, op: ops.AddDefault, at: RenderContext) -> Iterator[Statement]:
        yield self._alter(op.table, op.column, f"WITH DEFAULT {self.default(op.default, None, at)}", at)

    def drop_default(self, op: ops.DropDefault, at: RenderContext) -> Iterator[Statement]:
        yield self._alter(op.table, op.column, "WITH DEFAULT NULL", at)

    def _alter(self, table: Name, column: str, what: str, at: RenderContext) -> Statement:
        return Statement(f"ALTER TABLE {self.name(table, at)} ALTER COLUMN  {self.identifier(column, at)} {what}")

    def drop_primary_key(self, op: ops.DropPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} DROP PRIMARY KEY")

    def drop_sequence(self, op: ops.DropSequence, at: RenderContext) -> Iterator[Statement]:
        for statement in super().drop_sequence(op, at):
            yield msgspec.structs.replace(statement, text=f"{statement.text} RESTRICT")
