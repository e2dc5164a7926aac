"""The store of PostgreSQL: a database with one of each kind of object."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest

from bascule.core.secret import Secret
from bascule.engine.changes.reading.bind import bind_change
from bascule.engine.commands.look import look
from bascule.engine.schema import Schema
from bascule.engine.target import Target, TargetSettings, open_target
from bascule.engine.urls import parse
from bascule.engine.written.element import Element
from tools.servers import Database, Server

CASES = Path(__file__).parents[2] / "cases/schemas"
STORE = (CASES / "store.postgresql.sql").read_text()


@pytest.fixture(scope="module")
def store(postgresql_server: Server) -> Iterator[Database]:
    """The store. A test leaves it as it was."""
    database = postgresql_server.create()
    with psycopg.connect(postgresql_server.admin.url, autocommit=True) as connection:
        for role in ("store_reader", '"Store Clerk"'):
            connection.execute(f"CREATE ROLE {role}".encode())
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(STORE.encode())
    yield database
    postgresql_server.drop(database)
    with psycopg.connect(postgresql_server.admin.url, autocommit=True) as connection:
        connection.execute(b'DROP ROLE store_reader, "Store Clerk"')


def opened(database: Database) -> Target:
    return open_target(TargetSettings(url=parse(database.url), username=database.user, password=Secret(database.password)))


def seen(target: Target) -> Schema:
    return look(target).schema


def carry_out(elements: Iterable[Element], target: Target) -> list[str]:
    """Returns the statements."""
    done = []
    at = msgspec.structs.replace(target.at, quoting="QUOTE_ALL_OBJECTS", shape=Schema())
    for change in elements:
        for operation in bind_change(change).operations():
            for statement in target.dialect.render(operation, at):
                done.append(statement.text)
                target.connection.execute(statement)
    return done
