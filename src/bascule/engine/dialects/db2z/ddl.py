"""What Db2 for z/OS does not share with Db2 for the others: no REORG in between, sequences that say their type."""

# ruff: noqa: S608 - writing SQL is what this module is for; names and literals are quoted by `names` and `values`

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.db2.ddl import Db2Ddl
from bascule.engine.schema import Name
from bascule.engine.sql.statement import Statement


class Db2zDdl(Db2Ddl):
    """Db2 for z/OS."""

    creates_if_absent = False

    def reorganise(self, table: Name, at: RenderContext) -> Iterator[Statement]:
        """A utility's business here, not a statement's."""
        return iter(())

    def create_lookup_table(self, op: ops.CreateLookupTable, at: RenderContext) -> Iterator[Statement]:
        """A column cannot be made NOT NULL later."""
        if op.type is None:
            raise self.untold(op.column)
        table, source = self.name(op.table, at), self.identifier(op.source_column, at)
        yield Statement(
            f"CREATE TABLE {table} ({self.identifier(op.column, at)} {self.type(op.type, at)} NOT NULL)",
            expects=self.expect("table", op.table.name, schema=op.table.schema),
        )
        yield Statement(f"INSERT INTO {table} SELECT DISTINCT {source} FROM {self.name(op.source, at)} WHERE {source} IS NOT NULL")

    def add_not_null(self, op: ops.AddNotNull, at: RenderContext) -> Iterator[Statement]:
        """Only as a part of addLookupTable, whose CREATE TABLE has said it."""
        return iter(())

    def drop_columns(self, op: ops.DropColumns, at: RenderContext) -> Iterator[Statement]:
        for statement in super().drop_columns(op, at):
            yield msgspec.structs.replace(statement, text=f"{statement.text} RESTRICT")

    def create_sequence(self, op: ops.CreateSequence, at: RenderContext) -> Iterator[Statement]:
        return super().create_sequence(msgspec.structs.replace(op, type=(op.type or "BIGINT").upper()), at)
