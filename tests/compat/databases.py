"""The three databases that the cases were recorded on: how a case gets an empty one, and how its shape is written down."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tools.servers import Server

PASSWORD = "recorded"  # of a database that lives for one test
HIDDEN = ("databasechangelog", "databasechangeloglock", "databasechangelogjournal")


@dataclass(frozen=True)
class Place:
    """An empty database, as the recordings had it: `arguments` name it on the command line."""

    name: str
    arguments: tuple[str, ...]
    query: Callable[[str], list[tuple[Any, ...]]]


@contextmanager
def sqlite_place(folder: Path) -> Iterator[Place]:
    path = folder / "case.db"

    def query(sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(path)
        try:
            rows = connection.execute(sql).fetchall()
            connection.commit()
        finally:
            connection.close()
        return rows

    yield Place("sqlite", (f"--url=jdbc:sqlite:{path}",), query)


@contextmanager
def postgresql_place(server: Server) -> Iterator[Place]:
    """User postgres, as recorded: a precondition asks for it."""
    import psycopg

    database = server.create()
    with psycopg.connect(database.url, autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = 'postgres'").fetchall():
            admin.execute(f"CREATE ROLE postgres SUPERUSER LOGIN PASSWORD '{PASSWORD}'")  # type: ignore[arg-type]  # a constant
    with psycopg.connect(database.url, autocommit=True) as connection:

        def query(sql: str) -> list[tuple[Any, ...]]:
            cursor = connection.execute(sql)  # type: ignore[arg-type]  # the cases' own SQL
            return cursor.fetchall() if cursor.description else []

        yield Place("postgresql", (f"--url={database.jdbc_url}", "--username=postgres", f"--password={PASSWORD}"), query)
    server.drop(database)


@contextmanager
def mariadb_place(server: Server) -> Iterator[Place]:
    """Database lbtest, user lb, as recorded: statements carry both names."""
    import pymysql

    admin = pymysql.connect(
        host=server.admin.host, port=server.admin.port, user=server.admin.user, password=server.admin.password, autocommit=True
    )
    with admin, admin.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS lbtest")
        cursor.execute("CREATE DATABASE lbtest")
        cursor.execute(f"CREATE USER IF NOT EXISTS lb@'%' IDENTIFIED BY '{PASSWORD}'")
        cursor.execute("GRANT ALL ON *.* TO lb@'%'")
        cursor.execute("USE lbtest")

        def query(sql: str) -> list[tuple[Any, ...]]:
            cursor.execute(sql)
            return list(cursor.fetchall())

        url = f"jdbc:mariadb://{server.admin.host}:{server.admin.port}/lbtest"
        yield Place("mariadb", (f"--url={url}", "--username=lb", f"--password={PASSWORD}"), query)
        cursor.execute("DROP DATABASE IF EXISTS lbtest")


def history(place: Place) -> list[dict[str, Any]]:
    """DATABASECHANGELOG's rows in order, less what no two runs share: times, deployment ids, the tool's version."""
    columns = ["ID", "AUTHOR", "FILENAME", "ORDEREXECUTED", "EXECTYPE", "MD5SUM", "DESCRIPTION", "COMMENTS", "TAG", "CONTEXTS", "LABELS"]
    listed = ", ".join(f"`{column}`" if place.name == "mariadb" else column for column in columns)
    try:
        rows = place.query(f"SELECT {listed} FROM DATABASECHANGELOG ORDER BY DATEEXECUTED, ORDEREXECUTED")
    except Exception:  # the table is not there: each driver has its own class for that
        return []
    return [dict(zip(columns, row, strict=True)) for row in rows]


def shape(place: Place) -> dict[str, Any]:
    """The database's shape and rows, in the form of the recordings."""
    return {"sqlite": _sqlite_shape, "postgresql": _postgresql_shape, "mariadb": _mariadb_shape}[place.name](place.query)


def _hidden(name: str) -> bool:
    return name.lower() in HIDDEN


def _cell(value: Any) -> Any:
    if isinstance(value, datetime | Decimal | date):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _rows(query: Callable[[str], list[tuple[Any, ...]]], tables: list[str], quote: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table in tables:
        try:
            rows = query(f"select * from {quote}{table}{quote} limit 60")
        except Exception:  # a table of another schema: the recordings keep the error, which differs by driver
            continue
        found[table] = sorted(([_cell(value) for value in row] for row in rows), key=str)
    return found


def _sqlite_shape(query: Callable[[str], list[tuple[Any, ...]]]) -> dict[str, Any]:
    master = query("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    master = [row for row in master if not _hidden(row[2]) and not row[1].startswith("sqlite_")]
    tables = [row[1] for row in master if row[0] == "table"]
    return {
        "sqlite_master": [list(row) for row in master],
        "columns": {table: [list(row[1:]) for row in query(f'PRAGMA table_info("{table}")')] for table in tables},
        "foreign_keys": {table: [list(row) for row in query(f'PRAGMA foreign_key_list("{table}")')] for table in tables},
        "rows": _rows(query, tables, '"'),
    }


def _postgresql_shape(query: Callable[[str], list[tuple[Any, ...]]]) -> dict[str, Any]:
    own = "NOT IN ('pg_catalog', 'information_schema')"

    def listed(sql: str, table_at: int = 0) -> list[list[Any]]:
        return [[_cell(value) for value in row] for row in query(sql) if not _hidden(str(row[table_at]))]

    tables = [
        row[0] for row in query(f"SELECT table_name FROM information_schema.tables WHERE table_schema {own} AND table_type = 'BASE TABLE'")
    ]
    return {
        "columns": listed(
            "SELECT table_schema, table_name, column_name, ordinal_position, data_type, character_maximum_length, numeric_precision, "
            "numeric_scale, datetime_precision, is_nullable, column_default, is_identity, identity_generation, identity_start, "
            f"identity_increment, udt_name FROM information_schema.columns WHERE table_schema {own} ORDER BY 1, 2, 4",
            1,
        ),
        "constraints": listed(
            "SELECT c.table_name, c.constraint_name, c.constraint_type, k.column_name, k.ordinal_position "
            "FROM information_schema.table_constraints c "
            "JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name) "
            f"WHERE c.table_schema {own} ORDER BY 1, 2, 5"
        ),
        "referential": listed(
            "SELECT constraint_name, unique_constraint_name, update_rule, delete_rule "
            "FROM information_schema.referential_constraints ORDER BY 1"
        ),
        "views": listed(
            f"SELECT table_schema, table_name, view_definition FROM information_schema.views WHERE table_schema {own} ORDER BY 1, 2", 1
        ),
        "indexes": listed(f"SELECT schemaname, tablename, indexname, indexdef FROM pg_indexes WHERE schemaname {own} ORDER BY 1, 2, 3", 1),
        "sequences": listed(
            "SELECT sequence_schema, sequence_name, data_type, start_value, minimum_value, maximum_value, increment, cycle_option "
            f"FROM information_schema.sequences WHERE sequence_schema {own} ORDER BY 1, 2",
            1,
        ),
        "comments": listed(
            "SELECT c.relname, d.objsubid, d.description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid "
            f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE d.classoid = 'pg_class'::regclass AND n.nspname {own} ORDER BY 1, 2"
        ),
        "routines": listed(
            f"SELECT routine_name, routine_type, routine_definition FROM information_schema.routines WHERE routine_schema {own} ORDER BY 1"
        ),
        "rows": _rows(query, sorted(table for table in tables if not _hidden(table)), '"'),
    }


def _mariadb_shape(query: Callable[[str], list[tuple[Any, ...]]]) -> dict[str, Any]:
    own = "= 'lbtest'"

    def listed(sql: str, table_at: int = 0) -> list[list[Any]]:
        return [[_cell(value) for value in row] for row in query(sql) if not _hidden(str(row[table_at]))]

    tables = listed(f"SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA {own} ORDER BY 1")
    return {
        "columns": listed(
            "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, "
            "NUMERIC_SCALE, DATETIME_PRECISION, IS_NULLABLE, COLUMN_DEFAULT, COLUMN_TYPE, EXTRA, COLUMN_COMMENT "
            f"FROM information_schema.COLUMNS WHERE TABLE_SCHEMA {own} ORDER BY 1, 2, 4",
            1,
        ),
        "constraints": listed(
            "SELECT c.TABLE_NAME, c.CONSTRAINT_NAME, c.CONSTRAINT_TYPE, k.COLUMN_NAME, k.ORDINAL_POSITION "
            "FROM information_schema.TABLE_CONSTRAINTS c "
            "JOIN information_schema.KEY_COLUMN_USAGE k ON k.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA "
            "AND k.CONSTRAINT_NAME = c.CONSTRAINT_NAME AND k.TABLE_NAME = c.TABLE_NAME "
            f"WHERE c.TABLE_SCHEMA {own} ORDER BY 1, 2, 5"
        ),
        "referential": listed(
            "SELECT CONSTRAINT_NAME, UNIQUE_CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS "
            f"WHERE CONSTRAINT_SCHEMA {own} ORDER BY 1"
        ),
        "views": listed(
            f"SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA {own} ORDER BY 2", 1
        ),
        "indexes": listed(
            "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COLUMN_NAME, COLLATION FROM information_schema.STATISTICS "
            f"WHERE TABLE_SCHEMA {own} ORDER BY 1, 2, 4"
        ),
        "tables": tables,
        "routines": listed(
            f"SELECT ROUTINE_NAME, ROUTINE_TYPE, ROUTINE_DEFINITION FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA {own} ORDER BY 1"
        ),
        "rows": _rows(query, [row[0] for row in tables if row[1] == "BASE TABLE"], "`"),
    }
