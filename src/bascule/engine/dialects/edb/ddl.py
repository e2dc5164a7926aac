"""What EDB Postgres Advanced Server does not share with PostgreSQL, as Liquibase writes it."""

from bascule.engine.dialects.postgresql.ddl import PostgreSqlDdl


class EdbDdl(PostgreSqlDdl):
    """EDB Postgres Advanced Server."""

    creates_if_absent = False
