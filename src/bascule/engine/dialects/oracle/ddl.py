"""Oracle's peculiarities of DDL: MODIFY for everything about a column, named NOT NULLs, keys that take their index along."""

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.schema import Column, Name, Value
from bascule.engine.sql.statement import Statement


class OracleDdl(Ddl):
    """Oracle 12c and later."""

    identity_separator = ", "
    one_row = " FROM DUAL"
    brings_indexes = ("primaryKey", "uniqueConstraint")
    index_has_schema = True
    no_cache = "NOCACHE"
    no_cycle = "NOCYCLE"
    defers_uniques = True
    creates_if_absent = False  # it came with 23c only

    def literal(self, value: Value | None, at: RenderContext) -> str:
        return _own_word(value) or super().literal(value, at)

    def default(self, value: Value, column_type: str | None, at: RenderContext) -> str:
        return _own_word(value) or super().default(value, column_type, at)

    def nullability(self, column: Column, at: RenderContext) -> Iterator[str]:
        named = f"CONSTRAINT {self.identifier(column.not_null_name, at)} " if column.not_null_name else ""
        return (f"{named}{word}" for word in super().nullability(column, at))

    def table_options(self, op: ops.CreateTable, at: RenderContext) -> str:
        return f"{self.tablespace(op.tablespace)}{' ROWDEPENDENCIES' if op.row_dependencies else ''}"

    def tablespace(self, tablespace: str | None) -> str:
        return f" TABLESPACE {tablespace}" if tablespace else ""

    def index_tablespace(self, tablespace: str | None) -> str:
        return f" USING INDEX TABLESPACE {tablespace}" if tablespace else ""

    def drop_table(self, op: ops.DropTable, at: RenderContext) -> Iterator[Statement]:
        cascade = " CASCADE CONSTRAINTS" if op.cascade else ""
        yield Statement(
            f"DROP TABLE {self.name(op.table, at)}{cascade}",
            expects=self.expect("table", op.table.name, schema=op.table.schema, exists=False),
        )

    def modify_data_type(self, op: ops.ModifyDataType, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, op.column, self.type(op.type, at), at)

    def add_not_null(self, op: ops.AddNotNull, at: RenderContext) -> Iterator[Statement]:
        *before, _ = super().add_not_null(op, at)
        yield from before
        named = f"CONSTRAINT {self.identifier(op.constraint, at)} " if op.constraint else ""
        yield self._modify(op.table, op.column, f"{named}NOT NULL{'' if op.validate else self.unvalidated()}", at)

    def alter_nullability(self, table: Name, column: str, column_type: str | None, at: RenderContext, *, nullable: bool) -> Statement:
        return self._modify(table, column, "NULL" if nullable else "NOT NULL", at)

    def add_default(self, op: ops.AddDefault, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, op.column, f"DEFAULT {self.default(op.default, None, at)}", at)

    def drop_default(self, op: ops.DropDefault, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, op.column, "DEFAULT NULL", at)

    def _modify(self, table: Name, column: str, what: str, at: RenderContext) -> Statement:
        return Statement(f"ALTER TABLE {self.name(table, at)} MODIFY {self.identifier(column, at)} {what}")

    def add_foreign_key(self, op: ops.AddForeignKey, at: RenderContext) -> Iterator[Statement]:
        """There is no ON UPDATE; what is not CASCADE or SET NULL goes without saying."""
        on_delete = op.key.on_delete if op.key.on_delete in ("CASCADE", "SET NULL") else None
        return super().add_foreign_key(
            msgspec.structs.replace(op, key=msgspec.structs.replace(op.key, on_update=None, on_delete=on_delete)), at
        )

    def drop_primary_key(self, op: ops.DropPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        index = " KEEP INDEX" if op.drop_index is False else " DROP INDEX"
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} DROP PRIMARY KEY{index}")

    def primary_key_options(self, op: ops.AddPrimaryKey, at: RenderContext) -> str:
        return self._index_of(op.for_index, op.tablespace, at) + ("" if op.validate else self.unvalidated())

    def unique_options(self, op: ops.AddUnique, at: RenderContext) -> str:
        options = self.deferral(op.deferrable, op.initially_deferred)
        options += " DISABLE" if op.disabled else ""
        options += self._index_of(op.for_index, op.tablespace, at)
        return options if op.validate or op.disabled else options + self.unvalidated()

    def _index_of(self, index: Name | None, tablespace: str | None, at: RenderContext) -> str:
        return f" USING INDEX {self.name(index, at)}" if index is not None else self.index_tablespace(tablespace)

    def drop_unique(self, op: ops.DropUnique, at: RenderContext) -> Iterator[Statement]:
        for statement in super().drop_unique(op, at):
            yield msgspec.structs.replace(statement, text=f"{statement.text} DROP INDEX")

    def unvalidated(self) -> str:
        return " ENABLE NOVALIDATE"

    def check_state(self, op: ops.AddCheck) -> str:
        return " DISABLE" if op.disabled else super().check_state(op)

    def sequence_options(self, op: ops.CreateSequence | ops.AlterSequence) -> Iterator[str]:
        yield from super().sequence_options(op)
        if op.ordered is False:
            yield "NOORDER"

    def set_view_remarks(self, view: Name, remarks: str, at: RenderContext) -> Iterator[Statement]:
        """A view counts as a table."""
        return self.set_table_remarks(ops.SetTableRemarks(view, remarks), at)

    def create_procedure(self, op: ops.CreateProcedure, at: RenderContext) -> Iterator[Statement]:
        """SQL*Plus ends PL/SQL at a slash on a line of its own."""
        for statement in super().create_procedure(op, at):
            yield msgspec.structs.replace(statement, delimiter="\n/")

    def rename_sequence(self, op: ops.RenameSequence, at: RenderContext) -> Iterator[Statement]:
        yield self._rename("sequence", op.sequence, op.to, at)

    def rename_view(self, op: ops.RenameView, at: RenderContext) -> Iterator[Statement]:
        yield self._rename("view", op.view, op.to, at)

    def _rename(self, kind: str, name: Name, to: str, at: RenderContext) -> Statement:
        """RENAME works in one's own schema only, and takes no other."""
        text = f"RENAME {self.identifier(name.name, at)} TO {self.identifier(to, at)}"
        return Statement(text, expects=self.expect(kind, to, schema=name.schema))


def _own_word(value: Value | None) -> str | None:
    """CURRENT_TIMESTAMP is the session's time here, SYSTIMESTAMP the server's: who wrote the one means it."""
    if value is not None and value.kind == "computed" and value.text and value.text.upper() == "CURRENT_TIMESTAMP":
        return value.text
    return None
