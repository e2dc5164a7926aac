"""Db2's peculiarities of DDL: an altered table waits for REORG, a table made of a query comes empty, RENAME is a statement."""

# ruff: noqa: S608 - writing SQL is what this module is for; names and literals are quoted by `names` and `values`

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.schema import Column, Name
from bascule.engine.sql.statement import Statement


class Db2Ddl(Ddl):
    """Db2 for Linux, UNIX and Windows. Until REORG a table that was altered is for reading only."""

    identity_separator = ", "
    drops_with_cascade = False
    index_has_schema = True
    one_row = " FROM SYSIBM.SYSDUMMY1"

    def reorganise(self, table: Name, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"CALL SYSPROC.ADMIN_CMD ({values.string(f'REORG TABLE {self.name(table, at)}')})")

    def table_options(self, op: ops.CreateTable, at: RenderContext) -> str:
        return self.tablespace(op.tablespace)

    def tablespace(self, tablespace: str | None) -> str:
        return f" IN {tablespace}" if tablespace else ""

    def create_index(self, op: ops.CreateIndex, at: RenderContext) -> Iterator[Statement]:
        for statement in super().create_index(op, at):
            yield msgspec.structs.replace(statement, text=f"{statement.text} CLUSTER") if op.clustered else statement

    def set_view_remarks(self, view: Name, remarks: str, at: RenderContext) -> Iterator[Statement]:
        """A view counts as a table."""
        return self.set_table_remarks(ops.SetTableRemarks(view, remarks), at)

    def rename_table(self, op: ops.RenameTable, at: RenderContext) -> Iterator[Statement]:
        yield Statement(
            f"RENAME {self.name(op.table, at)} TO {self.identifier(op.to, at)}", expects=self.expect("table", op.to, schema=op.table.schema)
        )
        yield from self.reorganise(Name(op.to, op.table.schema, op.table.catalog), at)

    def create_lookup_table(self, op: ops.CreateLookupTable, at: RenderContext) -> Iterator[Statement]:
        table, source, far = self.name(op.table, at), self.identifier(op.source_column, at), self.name(op.source, at)
        yield Statement(
            f"CREATE TABLE {table} AS (SELECT {source} AS {self.identifier(op.column, at)} FROM {far}) WITH NO DATA",
            expects=self.expect("table", op.table.name, schema=op.table.schema),
        )
        yield Statement(f"INSERT INTO {table} SELECT DISTINCT {source} FROM {far} WHERE {source} IS NOT NULL")

    def add_columns(self, op: ops.AddColumns, at: RenderContext) -> Iterator[Statement]:
        for column in op.columns:
            yield Statement(
                f"ALTER TABLE {self.name(op.table, at)} ADD {self.added_column(column, at)}",
                expects=self.expect("column", column.name, table=op.table),
            )
        yield from self.reorganise(op.table, at)
        for column in op.columns:
            yield from self.after_adding(op.table, column, at)
        yield from self.remarks_of(op.table, op.columns, at)
        yield from self.fill(op.table, op.columns, at)

    def drop_columns(self, op: ops.DropColumns, at: RenderContext) -> Iterator[Statement]:
        yield from super().drop_columns(op, at)
        yield from self.reorganise(op.table, at)

    def modify_data_type(self, op: ops.ModifyDataType, at: RenderContext) -> Iterator[Statement]:
        column = f"{self.identifier(op.column, at)} SET DATA TYPE {self.type(op.type, at)}"
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN {column}")
        yield from self.reorganise(op.table, at)

    def add_not_null(self, op: ops.AddNotNull, at: RenderContext) -> Iterator[Statement]:
        yield from super().add_not_null(op, at)
        yield from self.reorganise(op.table, at)

    def drop_not_null(self, op: ops.DropNotNull, at: RenderContext) -> Iterator[Statement]:
        yield from super().drop_not_null(op, at)
        yield from self.reorganise(op.table, at)

    def add_auto_increment(self, op: ops.AddAutoIncrement, at: RenderContext) -> Iterator[Statement]:
        identity = self.auto_increment(
            Column(name=op.column, start_with=op.start_with, increment_by=op.increment_by, generation_type=op.generation_type)
        )
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN {self.identifier(op.column, at)} SET {identity}")

    def add_primary_key(self, op: ops.AddPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        yield from super().add_primary_key(op, at)
        yield from self.reorganise(op.table, at)

    def drop_primary_key(self, op: ops.DropPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} DROP PRIMARY KEY")

    def check_state(self, op: ops.AddCheck) -> str:
        return " NOT ENFORCED" if op.disabled else ""

    def enable_check(self, op: ops.EnableCheck, at: RenderContext) -> Iterator[Statement]:
        yield self.switched_check(op, "ALTER CHECK {} ENFORCED", at)

    def disable_check(self, op: ops.DisableCheck, at: RenderContext) -> Iterator[Statement]:
        yield self.switched_check(op, "ALTER CHECK {} NOT ENFORCED", at)

    def create_synonym(self, op: ops.CreateSynonym, at: RenderContext) -> Iterator[Statement]:
        """A synonym is an alias, of a table unless said otherwise."""
        replace, public = "OR REPLACE " if op.replace else "", "PUBLIC " if op.private is False else ""
        yield Statement(
            f"CREATE {replace}{public}ALIAS {self.name(op.synonym, at)} FOR {_aliased(op.type)} {self.name(op.target, at)}",
            expects=self.expect("synonym", op.synonym.name, schema=op.synonym.schema),
        )

    def drop_synonym(self, op: ops.DropSynonym, at: RenderContext) -> Iterator[Statement]:
        public = "PUBLIC " if op.private is False else ""
        yield Statement(
            f"DROP {public}ALIAS {self.name(op.synonym, at)} FOR {_aliased(op.type)}",
            expects=self.expect("synonym", op.synonym.name, schema=op.synonym.schema, exists=False),
        )


def _aliased(kind: str | None) -> str:
    """What an alias stands for, in SQL's words; views count as tables."""
    word = (kind or "TABLE").strip().upper()
    return "TABLE" if word == "VIEW" else word
