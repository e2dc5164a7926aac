"""Snowflake's peculiarities of DDL: AUTOINCREMENT with start and step, keys that have no name to drop them by."""

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.schema import Column, Name
from bascule.engine.sql.statement import Statement


class SnowflakeDdl(Ddl):
    """Snowflake."""

    creates_if_absent = False
    index_has_schema = True

    def rename_table(self, op: ops.RenameTable, at: RenderContext) -> Iterator[Statement]:
        target = self.name(Name(op.to, op.table.schema, op.table.catalog), at)
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} RENAME TO {target}", expects=self.expect("table", op.to, schema=op.table.schema)
        )

    def rename_view(self, op: ops.RenameView, at: RenderContext) -> Iterator[Statement]:
        text = f"ALTER VIEW {self.name(op.view, at)} RENAME TO {self.identifier(op.to, at)}"
        yield Statement(text, expects=self.expect("view", op.to, schema=op.view.schema))

    def drop_procedure(self, op: ops.DropProcedure, at: RenderContext) -> Iterator[Statement]:
        """A procedure is named with the types of its arguments."""
        for statement in super().drop_procedure(op, at):
            yield msgspec.structs.replace(statement, text=f"{statement.text}()")

    def auto_increment(self, column: Column) -> str:
        return f"AUTOINCREMENT ({column.start_with or 1}, {column.increment_by or 1})"

    def modify_data_type(self, op: ops.ModifyDataType, at: RenderContext) -> Iterator[Statement]:
        column = f"{self.identifier(op.column, at)} TYPE {self.type(op.type, at)}"
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN {column}")

    def add_auto_increment(self, op: ops.AddAutoIncrement, at: RenderContext) -> Iterator[Statement]:
        identity = self.auto_increment(Column(name=op.column, start_with=op.start_with, increment_by=op.increment_by))
        column = f"{self.identifier(op.column, at)} {self.type(op.type or 'int', at)} {identity}"
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} MODIFY {column}")

    def drop_primary_key(self, op: ops.DropPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} DROP PRIMARY KEY")
