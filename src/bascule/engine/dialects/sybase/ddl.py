"""Sybase ASE's peculiarities of DDL: MODIFY and REPLACE for what is altered, renaming a procedure call, an index named by its table."""

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.schema import Column, Name
from bascule.engine.sql.statement import Statement


class SybaseDdl(Ddl):
    """Sybase ASE 15 and later."""

    creates_if_absent = False
    drop_words = "DROP"
    drops_with_cascade = False
    keeps_remarks = False
    selects_into = True

    def auto_increment(self, column: Column) -> str:
        return "IDENTITY"

    def table_options(self, op: ops.CreateTable, at: RenderContext) -> str:
        return self.tablespace(op.tablespace)

    def tablespace(self, tablespace: str | None) -> str:
        return f" TABLESPACE {tablespace}" if tablespace else ""

    def rename_table(self, op: ops.RenameTable, at: RenderContext) -> Iterator[Statement]:
        """sp_rename takes one's own tables only, and no schema."""
        yield self._rename("table", op.table, self.identifier(op.table.name, at), op.to)

    def rename_column(self, op: ops.RenameColumn, at: RenderContext) -> Iterator[Statement]:
        old = f"{self.name(op.table, at)}.{self.identifier(op.column, at)}"
        yield Statement(
            f"exec sp_rename {values.string(old)}, {values.string(op.to)}", expects=self.expect("column", op.to, table=op.table)
        )

    def rename_view(self, op: ops.RenameView, at: RenderContext) -> Iterator[Statement]:
        yield self._rename("view", op.view, self.identifier(op.view.name, at), op.to)

    def _rename(self, kind: str, name: Name, shown: str, to: str) -> Statement:
        text = f"exec sp_rename {values.string(shown)}, {values.string(to)}"
        return Statement(text, expects=self.expect(kind, to, schema=name.schema))

    def concatenated(self, op: ops.MergeColumns, at: RenderContext) -> str:
        return f"{self.identifier(op.first, at)} + {values.string(op.joined_by)} + {self.identifier(op.second, at)}"

    def modify_data_type(self, op: ops.ModifyDataType, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, op.column, self.type(op.type, at), at)

    def alter_nullability(self, table: Name, column: str, column_type: str | None, at: RenderContext, *, nullable: bool) -> Statement:
        return self._modify(table, column, "NULL" if nullable else "NOT NULL", at)

    def add_auto_increment(self, op: ops.AddAutoIncrement, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, op.column, f"{self.type(op.type or '', at)} IDENTITY", at)

    def _modify(self, table: Name, column: str, what: str, at: RenderContext) -> Statement:
        return Statement(f"ALTER TABLE {self.name(table, at)} MODIFY {self.identifier(column, at)} {what}")

    def add_default(self, op: ops.AddDefault, at: RenderContext) -> Iterator[Statement]:
        yield self._replace(op.table, op.column, self.default(op.default, None, at), at)

    def drop_default(self, op: ops.DropDefault, at: RenderContext) -> Iterator[Statement]:
        yield self._replace(op.table, op.column, "NULL", at)

    def _replace(self, table: Name, column: str, default: str, at: RenderContext) -> Statement:
        return Statement(f"ALTER TABLE {self.name(table, at)} REPLACE {self.identifier(column, at)} DEFAULT {default}")

    def drop_index(self, op: ops.DropIndex, at: RenderContext) -> Iterator[Statement]:
        if op.table is None:
            raise self.refuse(f"dropIndex {op.index} does not name its table", fix="give tableName")
        index = f"{self.identifier(op.table.name, at)}.{self.identifier(op.index, at)}"
        yield Statement(f"DROP INDEX {index}", expects=self.expect("index", op.index, table=op.table, exists=False))

    def add_foreign_key(self, op: ops.AddForeignKey, at: RenderContext) -> Iterator[Statement]:
        """Nothing happens to the rows that refer: the server refuses."""
        key = msgspec.structs.replace(op.key, on_delete=None, on_update=None)
        return super().add_foreign_key(msgspec.structs.replace(op, key=key), at)
