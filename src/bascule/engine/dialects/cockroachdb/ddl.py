"""What CockroachDB does not share with PostgreSQL: SERIAL for counting columns, a unique constraint is its index."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.postgresql.ddl import PostgreSqlDdl
from bascule.engine.dialects.types import parse
from bascule.engine.schema import Column, Name
from bascule.engine.sql.statement import Statement

_SERIAL = {"bigint": "BIGSERIAL", "smallint": "SMALLSERIAL"}


class CockroachDbDdl(PostgreSqlDdl):
    """CockroachDB."""

    def is_auto_increment(self, column: Column) -> bool:
        """Never in a clause of its own: the type says it."""
        return False

    def column_type(self, column: Column, at: RenderContext) -> str:
        if column.auto_increment and column.type is not None:
            return _SERIAL.get(parse(column.type).word, "SERIAL")
        return super().column_type(column, at)

    def tablespace(self, tablespace: str | None) -> str:
        """There are none."""
        return ""

    index_tablespace = tablespace

    def drop_unique(self, op: ops.DropUnique, at: RenderContext) -> Iterator[Statement]:
        constraint = op.constraint or self.unique_name(op.table, op.columns)
        index = self.name(Name(constraint, op.table.schema, op.table.catalog), at)
        yield Statement(f"DROP INDEX {index} CASCADE", expects=self.expect("constraint", constraint, table=op.table, exists=False))

    def drop_primary_key(self, op: ops.DropPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        yield self.without_constraint(op.table, op.constraint or self.primary_key_name(op.table), at)
