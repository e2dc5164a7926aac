"""SQL Anywhere's peculiarities of DDL: a counting column by its default, keys without a name, checks put off until COMMIT."""

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.schema import Column, Name
from bascule.engine.sql.statement import Statement


class SqlAnywhereDdl(Ddl):
    """SQL Anywhere 12 and later."""

    creates_if_absent = False
    drop_words = "DROP"
    drops_with_cascade = False
    selects_into = True

    def auto_increment(self, column: Column) -> str:
        return "DEFAULT AUTOINCREMENT"

    def table_options(self, op: ops.CreateTable, at: RenderContext) -> str:
        return self.tablespace(op.tablespace)

    def tablespace(self, tablespace: str | None) -> str:
        return f" ON {tablespace}" if tablespace else ""

    def deferral(self, deferrable: bool | None, initially_deferred: bool | None) -> str:
        return " CHECK ON COMMIT" if initially_deferred else ""

    def inline_deferral(self, column: Column) -> str:
        return self.deferral(column.deferrable, column.initially_deferred)

    def set_view_remarks(self, view: Name, remarks: str, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"COMMENT ON VIEW {self.name(view, at)} IS {values.string(remarks)}")

    def rename_table(self, op: ops.RenameTable, at: RenderContext) -> Iterator[Statement]:
        text = f"ALTER TABLE {self.name(op.table, at)} RENAME {self.identifier(op.to, at)}"
        yield Statement(text, expects=self.expect("table", op.to, schema=op.table.schema))

    def rename_column(self, op: ops.RenameColumn, at: RenderContext) -> Iterator[Statement]:
        text = f"ALTER TABLE {self.name(op.table, at)} RENAME {self.identifier(op.column, at)} TO {self.identifier(op.to, at)}"
        yield Statement(text, expects=self.expect("column", op.to, table=op.table))
        if op.remarks:
            yield from self.set_column_remarks(ops.SetColumnRemarks(op.table, op.to, op.remarks, op.type), at)

    def modify_data_type(self, op: ops.ModifyDataType, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, op.column, self.type(op.type, at), at)

    def alter_nullability(self, table: Name, column: str, column_type: str | None, at: RenderContext, *, nullable: bool) -> Statement:
        return self._modify(table, column, "NULL" if nullable else "NOT NULL", at)

    def add_default(self, op: ops.AddDefault, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, op.column, f"DEFAULT {self.default(op.default, None, at)}", at)

    def _modify(self, table: Name, column: str, what: str, at: RenderContext) -> Statement:
        return Statement(f"ALTER TABLE {self.name(table, at)} MODIFY {self.identifier(column, at)} {what}")

    def drop_default(self, op: ops.DropDefault, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER {self.identifier(op.column, at)} DEFAULT NULL")

    def add_auto_increment(self, op: ops.AddAutoIncrement, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER {self.identifier(op.column, at)} SET DEFAULT AUTOINCREMENT")

    def drop_index(self, op: ops.DropIndex, at: RenderContext) -> Iterator[Statement]:
        if op.table is None:
            raise self.refuse(f"dropIndex {op.index} does not name its table", fix="give tableName")
        index = f"{self.name(op.table, at)}.{self.identifier(op.index, at)}"
        yield Statement(f"DROP INDEX {index}", expects=self.expect("index", op.index, table=op.table, exists=False))

    def add_primary_key(self, op: ops.AddPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        """A table has one, and it is found without a name."""
        return super().add_primary_key(ops.AddPrimaryKey(op.table, op.columns), at)

    def drop_primary_key(self, op: ops.DropPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} DROP PRIMARY KEY")

    def add_foreign_key(self, op: ops.AddForeignKey, at: RenderContext) -> Iterator[Statement]:
        """There is no NO ACTION: it is what happens when nothing is said."""
        return super().add_foreign_key(msgspec.structs.replace(op, key=self.without_action(op.key, "NO ACTION")), at)

    def drop_foreign_key(self, op: ops.DropForeignKey, at: RenderContext) -> Iterator[Statement]:
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} DROP FOREIGN KEY {self.identifier(op.constraint, at)}",
            expects=self.expect("constraint", op.constraint, table=op.table, exists=False),
        )

    def create_sequence(self, op: ops.CreateSequence, at: RenderContext) -> Iterator[Statement]:
        """A sequence has neither a type nor an order."""
        return super().create_sequence(msgspec.structs.replace(op, type=None, ordered=None), at)
