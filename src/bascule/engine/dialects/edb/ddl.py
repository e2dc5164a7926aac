"""What EDB Postgres Advanced Server does not share with PostgreSQL, as Liquibase writes it."""

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.postgresql.ddl import PostgreSqlDdl
from bascule.engine.sql.statement import Statement


class EdbDdl(PostgreSqlDdl):
    """EDB Postgres Advanced Server."""

    def create_table(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        return super().create_table(msgspec.structs.replace(op, if_not_exists=False), at)
