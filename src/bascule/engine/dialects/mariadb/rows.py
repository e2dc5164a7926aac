"""The rows that a catalog answers with, and the queries for them: one each, however many tables there are."""

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

import msgspec

from bascule.engine.dialects.live import LiveConnection
from bascule.engine.dialects.mariadb.server import Server


class TableRow(NamedTuple):
    name: str
    kind: str
    engine: str | None
    collation: str | None
    options: str | None
    remarks: str | None


class ColumnRow(NamedTuple):
    name: str
    type: str
    nullable: str
    default: str | None
    extra: str
    remarks: str
    collation: str | None
    generation: str | None
    srid: int | None = None


class IndexRow(NamedTuple):
    label: str
    non_unique: int
    column: str | None
    length: int | None
    collation: str | None
    method: str
    remarks: str
    hidden: str
    """`YES` where the optimiser leaves it alone."""
    expression: str | None = None


class KeyRow(NamedTuple):
    label: str
    column: str
    far_schema: str
    far_table: str
    far_column: str


class RuleRow(NamedTuple):
    label: str
    on_update: str
    on_delete: str


class CheckRow(NamedTuple):
    label: str
    clause: str
    level: str = "Table"
    enforced: str = "YES"


class _Row(Protocol):
    """A NamedTuple's maker."""

    def __call__(self, *values: Any) -> Any: ...


class Rows(NamedTuple):
    """What a schema's tables are made of, each by table."""

    columns: dict[str, list[ColumnRow]]
    indexes: dict[str, list[IndexRow]]
    keys: dict[str, list[KeyRow]]
    rules: dict[str, list[RuleRow]]
    checks: dict[str, list[CheckRow]]


def relations(connection: LiveConnection, server: Server) -> list[TableRow]:
    """Tables, views and sequences."""
    sql = """
        SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, CREATE_OPTIONS, TABLE_COMMENT FROM information_schema.TABLES
        WHERE TABLE_SCHEMA = %s AND TABLE_TYPE <> 'TEMPORARY' ORDER BY TABLE_NAME
    """
    return [TableRow(*row) for row in connection.query(sql, (server.schema,))]


def rows_of(connection: LiveConnection, server: Server, tables: Iterable[str]) -> Rows:
    """Of these tables. One table is looked up by itself: the server need not open the others."""
    wanted = tuple(tables)
    only = wanted[0] if len(wanted) == 1 else None

    def by_table(row: _Row, fields: str, source: str, order: str) -> dict[str, list[Any]]:
        """A row's fields come as one JSON text: the driver, which is Python, takes its time for each."""
        found: dict[str, list[Any]] = {name: [] for name in wanted}
        if not wanted:
            return found
        one = "" if only is None else " AND t.TABLE_NAME = %s"
        sql = f"SELECT t.TABLE_NAME, JSON_ARRAY({fields}) FROM information_schema.{source}{one} ORDER BY t.TABLE_NAME, {order}"  # noqa: S608 - our own words
        for table, values in connection.query(sql, (server.schema,) if only is None else (server.schema, only)):
            if table in found:
                found[table].append(row(*decode(values)))
        return found

    decode = msgspec.json.Decoder(list[Any]).decode
    columns = f"COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLUMN_COMMENT, COLLATION_NAME, {_generation(server)}"
    hidden = (
        ("IGNORED" if server.version >= (10, 6) else "'NO'") if server.is_mariadb else "IF(IS_VISIBLE = 'YES', 'NO', 'YES'), EXPRESSION"
    )
    if not server.is_mariadb and server.version < (8,):
        hidden = "'NO'"
    indexes = f"INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, COLLATION, INDEX_TYPE, INDEX_COMMENT, {hidden}"
    keys = "CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME"
    of_columns = by_table(ColumnRow, columns, "COLUMNS t WHERE t.TABLE_SCHEMA = %s", "ORDINAL_POSITION")
    return Rows(
        columns=_with_reference_systems(connection, server, of_columns),
        indexes=by_table(IndexRow, indexes, "STATISTICS t WHERE t.TABLE_SCHEMA = %s", "INDEX_NAME, SEQ_IN_INDEX"),
        keys=by_table(
            KeyRow,
            keys,
            "KEY_COLUMN_USAGE t WHERE t.TABLE_SCHEMA = %s AND REFERENCED_TABLE_NAME IS NOT NULL",
            "CONSTRAINT_NAME, ORDINAL_POSITION",
        ),
        rules=by_table(
            RuleRow,
            "CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE",
            "REFERENTIAL_CONSTRAINTS t WHERE t.CONSTRAINT_SCHEMA = %s",
            "CONSTRAINT_NAME",
        ),
        checks=by_table(CheckRow, *_checks(server), "t.CONSTRAINT_NAME") if server.has_checks else {},
    )


def _with_reference_systems(connection: LiveConnection, server: Server, columns: dict[str, list[ColumnRow]]) -> dict[str, list[ColumnRow]]:
    """MariaDB tells those of geometries in a table of its own."""
    if not server.is_mariadb or not any(_is_spatial(row.type) for of_table in columns.values() for row in of_table):
        return columns
    sql = "SELECT G_TABLE_NAME, G_GEOMETRY_COLUMN, SRID FROM information_schema.GEOMETRY_COLUMNS WHERE G_TABLE_SCHEMA = %s AND SRID <> 0"
    systems = {(table, column): srid for table, column, srid in connection.query(sql, (server.schema,))}
    return {table: [row._replace(srid=systems.get((table, row.name), row.srid)) for row in of_table] for table, of_table in columns.items()}


def _is_spatial(kind: str) -> bool:
    return kind.removeprefix("multi") in ("geometry", "point", "linestring", "polygon", "geometrycollection")


def _generation(server: Server) -> str:
    """What a generated column is made of and, on MySQL, in which reference system a geometry's coordinates are."""
    if server.is_mariadb:
        return "GENERATION_EXPRESSION" if server.version >= (10, 2, 5) else "NULL"
    return "GENERATION_EXPRESSION, SRS_ID" if server.version >= (8,) else "GENERATION_EXPRESSION"


def _checks(server: Server) -> tuple[str, str]:
    if server.is_mariadb:
        level = "LEVEL" if server.version >= (10, 5, 10) else "'Table'"
        return f"CONSTRAINT_NAME, CHECK_CLAUSE, {level}", "CHECK_CONSTRAINTS t WHERE t.CONSTRAINT_SCHEMA = %s"
    joined = "TABLE_CONSTRAINTS t JOIN information_schema.CHECK_CONSTRAINTS c USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME)"
    return "t.CONSTRAINT_NAME, CHECK_CLAUSE, 'Table', ENFORCED", f"{joined} WHERE t.TABLE_SCHEMA = %s AND CONSTRAINT_TYPE = 'CHECK'"
