"""Databases of every kind to run the command line on, and SQL by the driver itself beside it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest

from tools.servers import Database, Server

DATABASES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgresql),
    pytest.param("mariadb", marks=pytest.mark.mariadb),
]


@dataclass(frozen=True)
class Place:
    """A fresh database. `dev` are the options that scratch databases of its kind need here: on SQLite none."""

    kind: str
    url: str
    run: Callable[[str], list[tuple[Any, ...]]]
    dev: tuple[str, ...] = ()
    server: Server | None = None


@contextmanager
def place(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Place]:
    if kind == "sqlite":
        file = folder / "app.db"
        yield Place(kind, f"sqlite:{file}", lambda sql: _sqlite(file, sql))
        return
    server: Server = request.getfixturevalue(f"{kind}_server")
    database = server.create()
    run = _postgresql if kind == "postgresql" else _mariadb
    yield Place(kind, database.url, lambda sql: run(database, sql), ("--dev-url", database.url), server)
    server.drop(database)


def _sqlite(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        return connection.execute(sql).fetchall()


def _postgresql(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.url, autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []


def _mariadb(database: Database, sql: str) -> list[tuple[Any, ...]]:
    arguments: dict[str, Any] = {"host": database.host, "port": database.port, "user": database.user, "password": database.password}
    with closing(pymysql.connect(**arguments, database=database.name, autocommit=True)) as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        return list(cursor.fetchall())
