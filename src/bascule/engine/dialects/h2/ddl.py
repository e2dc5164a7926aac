"""H2's peculiarities of DDL: indexes are named with their schema, a column is renamed as it is altered."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.schema import Column, Name
from bascule.engine.sql.statement import Statement


class H2Ddl(Ddl):
    """H2 and, through `hsqldb/ddl.py`, HSQLDB."""

    index_has_schema = True

    def added_column(self, column: Column, at: RenderContext) -> str:
        return super().added_column(column, at) + self.position(column, at)

    def position(self, column: Column, at: RenderContext) -> str:
        before = f" BEFORE {self.identifier(column.before, at)}" if column.before else ""
        return f" AFTER {self.identifier(column.after, at)}" if column.after else before

    def drop_default(self, op: ops.DropDefault, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN  {self.identifier(op.column, at)} SET DEFAULT NULL")

    def drop_function(self, op: ops.DropFunction, at: RenderContext) -> Iterator[Statement]:
        """A function is an alias of Java code."""
        yield self.drop_statement("ALIAS", op.name, at)

    def rename_column(self, op: ops.RenameColumn, at: RenderContext) -> Iterator[Statement]:
        column = f"{self.identifier(op.column, at)} RENAME TO {self.identifier(op.to, at)}"
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN {column}", expects=self.expect("column", op.to, table=op.table)
        )
        if op.remarks:
            yield from self.set_column_remarks(ops.SetColumnRemarks(op.table, op.to, op.remarks, op.type), at)

    def concatenated(self, op: ops.MergeColumns, at: RenderContext) -> str:
        return f"CONCAT({self.identifier(op.first, at)}, CONCAT({values.string(op.joined_by)}, {self.identifier(op.second, at)}))"

    def alter_nullability(self, table: Name, column: str, column_type: str | None, at: RenderContext, *, nullable: bool) -> Statement:
        changed = f"{self.identifier(column, at)} SET {'NULL' if nullable else 'NOT NULL'}"
        return Statement(f"ALTER TABLE {self.name(table, at)} ALTER COLUMN {changed}")

    def add_auto_increment(self, op: ops.AddAutoIncrement, at: RenderContext) -> Iterator[Statement]:
        identity = self.auto_increment(
            Column(name=op.column, start_with=op.start_with, increment_by=op.increment_by, generation_type=op.generation_type)
        )
        column = f"{self.identifier(op.column, at)} {op.type} {identity}"
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN {column}")

    def drop_primary_key(self, op: ops.DropPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} DROP PRIMARY KEY")
