"""Informix's peculiarities of DDL: a constraint is named after what it says, MODIFY is told the whole column, SERIAL counts."""

# ruff: noqa: S608 - writing SQL is what this module is for; names and literals are quoted by `names` and `values`

from collections.abc import Iterator, Sequence

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.dialects.types import parse
from bascule.engine.schema import Column, Name, References
from bascule.engine.sql.statement import Statement


class InformixDdl(Ddl):
    """Informix 11.70 and later."""

    drop_words = "DROP"
    drops_with_cascade = False
    index_has_schema = True
    keeps_remarks = False
    no_cache = "NOCACHE"
    no_cycle = "NOCYCLE"
    selects_null = False
    one_row = " FROM sysmaster:informix.sysdual"

    def is_auto_increment(self, column: Column) -> bool:
        """Never in a clause of its own: the type says it."""
        return False

    def column_type(self, column: Column, at: RenderContext) -> str:
        return self._counting(column.type or "") if column.auto_increment else super().column_type(column, at)

    def _counting(self, column_type: str) -> str:
        return "SERIAL8" if parse(column_type).word == "bigint" else "SERIAL"

    def create_table(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        return super().create_table(msgspec.structs.replace(op, table_type=None), at)

    def table_options(self, op: ops.CreateTable, at: RenderContext) -> str:
        return self.tablespace(op.tablespace)

    def tablespace(self, tablespace: str | None) -> str:
        return f" IN {tablespace}" if tablespace else ""

    def primary_key_clause(self, table: Name, key: Sequence[Column], at: RenderContext) -> str:
        name = next((column.primary_key_name for column in key if column.primary_key_name), None)
        return f"PRIMARY KEY ({self.identifiers([column.name for column in key], at)}){self._named(name, at)}"

    def unique_clause(self, name: str | None, columns: Sequence[str], at: RenderContext) -> str:
        return f"UNIQUE ({self.identifiers(columns, at)}){self._named(name, at)}"

    def inline_foreign_key(self, column: Column, references: References, at: RenderContext) -> str:
        plain = msgspec.structs.replace(column, foreign_key_name=None, deferrable=None, initially_deferred=None)
        clause = super().inline_foreign_key(plain, references, at)
        return f"{clause}{self._named(column.foreign_key_name, at)}{self.inline_deferral(column)}"

    def _named(self, constraint: str | None, at: RenderContext) -> str:
        return f" CONSTRAINT {self.identifier(constraint, at)}" if constraint else ""

    def rename_table(self, op: ops.RenameTable, at: RenderContext) -> Iterator[Statement]:
        text = f"RENAME TABLE {self.name(op.table, at)} TO {self.identifier(op.to, at)}"
        yield Statement(text, expects=self.expect("table", op.to, schema=op.table.schema))

    def create_lookup_table(self, op: ops.CreateLookupTable, at: RenderContext) -> Iterator[Statement]:
        table, column, source = self.name(op.table, at), self.identifier(op.column, at), self.identifier(op.source_column, at)
        yield Statement(
            f"CREATE TABLE {table} ({column} {self.type(op.type or '', at)})",
            expects=self.expect("table", op.table.name, schema=op.table.schema),
        )
        chosen = f"SELECT DISTINCT {source} FROM {self.name(op.source, at)} WHERE {source} IS NOT NULL"
        yield Statement(f"INSERT INTO {table} ({column}) {chosen}")

    def rename_column(self, op: ops.RenameColumn, at: RenderContext) -> Iterator[Statement]:
        text = f"RENAME COLUMN {self.name(op.table, at)}.{self.identifier(op.column, at)} TO {self.identifier(op.to, at)}"
        yield Statement(text, expects=self.expect("column", op.to, table=op.table))

    def modify_data_type(self, op: ops.ModifyDataType, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, f"{self.identifier(op.column, at)} {self.type(op.type, at)}", at)

    def add_auto_increment(self, op: ops.AddAutoIncrement, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, f"{self.identifier(op.column, at)} {self._counting(op.type or '')}", at)

    def alter_nullability(self, table: Name, column: str, column_type: str | None, at: RenderContext, *, nullable: bool) -> Statement:
        return self._modify(table, f"({self._whole(column, column_type, at)}{'' if nullable else ' NOT NULL'})", at)

    def add_default(self, op: ops.AddDefault, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, f"({self._whole(op.column, op.type, at)} DEFAULT {self.default(op.default, None, at)})", at)

    def drop_default(self, op: ops.DropDefault, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, f"({self._whole(op.column, op.type, at)})", at)

    def _modify(self, table: Name, what: str, at: RenderContext) -> Statement:
        return Statement(f"ALTER TABLE {self.name(table, at)} MODIFY {what}")

    def _whole(self, column: str, column_type: str | None, at: RenderContext) -> str:
        if column_type is None:
            raise self.untold(column)
        return f"{self.identifier(column, at)} {self.type(column_type, at)}"

    def add_primary_key(self, op: ops.AddPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        yield self._add(op.table, f"PRIMARY KEY ({self.identifiers(op.columns, at)})", op.constraint, at)

    def add_unique(self, op: ops.AddUnique, at: RenderContext) -> Iterator[Statement]:
        yield self._add(op.table, f"UNIQUE ({self.identifiers(op.columns, at)})", op.constraint, at)

    def add_foreign_key(self, op: ops.AddForeignKey, at: RenderContext) -> Iterator[Statement]:
        """There is nothing but CASCADE, and that ON DELETE only."""
        far = f"{self.name(op.key.references.table, at)} ({self.identifiers(op.key.references.columns, at)})"
        cascade = " ON DELETE CASCADE" if op.key.on_delete == "CASCADE" else ""
        yield self._add(op.table, f" FOREIGN KEY ({self.identifiers(op.key.columns, at)}) REFERENCES {far}{cascade}", op.key.name, at)

    def _add(self, table: Name, what: str, constraint: str | None, at: RenderContext) -> Statement:
        text = f"ALTER TABLE {self.name(table, at)} ADD CONSTRAINT {what}{self._named(constraint, at)}"
        return Statement(text, expects=self.expect("constraint", constraint, table=table) if constraint else None)

    def create_view(self, op: ops.CreateView, at: RenderContext) -> Iterator[Statement]:
        """What a view may not select, as the value of a procedure, a query in it may."""
        inner = op if op.full_definition else msgspec.structs.replace(op, query=f"SELECT * FROM ({op.query}) AS v")
        for statement in super().create_view(inner, at):
            text = statement.text if op.full_definition else statement.text.replace("CREATE VIEW ", "CREATE VIEW  ", 1)
            yield msgspec.structs.replace(statement, text=text)
