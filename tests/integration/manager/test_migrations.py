"""The store's changelog, applied by our own engine, makes exactly the tables that the areas declare."""

import importlib.util
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Engine, Float, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint, text
from sqlalchemy.types import TypeDecorator, TypeEngine

import bascule.manager
from bascule.cli.store import migrate_store
from bascule.core.errors import ConflictError
from bascule.manager.database import METADATA, open_store
from tools.servers import Database

_BOOKKEEPING = {"databasechangelog", "databasechangeloglock"}


def _declared() -> MetaData:
    for area in pkgutil.iter_modules(bascule.manager.__path__):
        if area.ispkg and importlib.util.find_spec(f"bascule.manager.{area.name}.store"):
            importlib.import_module(f"bascule.manager.{area.name}.store")
    return METADATA


def _kind(kind: TypeEngine[Any], *, dialect: str) -> str:
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, Boolean):
        return "boolean"
    if isinstance(kind, BigInteger) or (dialect == "sqlite" and isinstance(kind, Integer)):
        return "integer" if dialect == "sqlite" else "bigint"
    if isinstance(kind, Integer):
        return "integer"
    if isinstance(kind, Text) or type(kind).__name__ == "CLOB":
        return "text"
    if isinstance(kind, String):
        return f"varchar({kind.length})"
    if isinstance(kind, Float):
        return "float"
    if isinstance(kind, LargeBinary):
        return "binary"
    return type(kind).__name__


def _shape(table: Table, dialect: str) -> dict[str, Any]:
    """A table as far as the two must agree; names of constraints aside."""
    unique = {frozenset(column.name for column in c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)}
    unique |= {frozenset(column.name for column in index.columns) for index in table.indexes if index.unique}
    unique |= {frozenset({column.name}) for column in table.columns if column.unique}
    return {
        "columns": {column.name: (_kind(column.type, dialect=dialect), bool(column.nullable)) for column in table.columns},
        "primary key": [column.name for column in table.primary_key.columns],
        "foreign keys": {(fk.parent.name, fk.target_fullname, fk.ondelete) for fk in table.foreign_keys},
        "unique": unique,
        "indexes": {tuple(column.name for column in index.columns) for index in table.indexes if not index.unique},
    }


def _compare(engine: Engine) -> None:
    declared, found = _declared(), MetaData()
    found.reflect(engine)
    assert {name for name in found.tables if name.lower() not in _BOOKKEEPING} == set(declared.tables)
    for name, table in declared.tables.items():
        assert _shape(found.tables[name], engine.dialect.name) == _shape(table, engine.dialect.name), name


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bascule.db'}"


def test_sqlite_gets_what_the_areas_declare(sqlite_url: str) -> None:
    assert migrate_store(sqlite_url) > 0
    engine = open_store(sqlite_url)
    _compare(engine)
    engine.dispose()


@pytest.mark.postgresql
def test_postgresql_gets_what_the_areas_declare(postgresql: Database) -> None:
    assert migrate_store(postgresql.url) > 0
    engine = open_store(postgresql.url)
    _compare(engine)
    engine.dispose()


def test_a_second_start_changes_nothing(sqlite_url: str) -> None:
    migrate_store(sqlite_url)
    assert migrate_store(sqlite_url) == 0


def test_a_store_from_the_future_is_refused(sqlite_url: str) -> None:
    migrate_store(sqlite_url)
    engine = open_store(sqlite_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE) "
                "VALUES ('identity-99', 'bascule', 'identity.yaml', '2030-01-01 00:00:00', 999, 'EXECUTED')"
            )
        )
    engine.dispose()
    with pytest.raises(ConflictError) as caught:
        migrate_store(sqlite_url)
    assert caught.value.problems[0].code == "SRV-001"
