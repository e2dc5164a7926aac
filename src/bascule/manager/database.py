"""The manager's store: one engine factory for SQLite (embedded default) and PostgreSQL, and how a transaction is held."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Connection, Dialect, Engine, MetaData, Text, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

_TURN_S = 10.0

METADATA = MetaData()
"""Every area's `store.py` declares its Tables here; `migrations/` makes them, and a test compares the two."""


class JsonText(TypeDecorator[Any]):
    """A JSON value in a text column (`clob` in a changelog), the same on every store. None is NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Moment(TypeDecorator[datetime]):
    """A moment (aware, UTC) as epoch milliseconds in a `bigint` column."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


def open_store(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…` (`postgresql://` is accepted and completed)."""
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    if not url.startswith("sqlite"):
        return create_engine(url, poolclass=QueuePool, pool_size=10, max_overflow=20, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 10.0}, poolclass=QueuePool, pool_size=8)
    if url in ("sqlite://", "sqlite:///:memory:"):
        raise ValueError("the store needs a file: every connection to :memory: is a database of its own")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads first and then writes fails at once under contention (499 of 600 in a trial).
        options = connection.get_execution_options()
        connection.exec_driver_sql("BEGIN" if options.get("read_only") else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: a consistent view, no write lock."""
    with engine.connect().execution_options(read_only=True) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed as a whole at the end, or not at all."""
    afterwards: list[Callable[[], None]] = []
    with _turn(engine), engine.connect().execution_options(after_commit=afterwards) as connection, connection.begin():
        yield connection
    for function in afterwards:
        function()


_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()
_making_turns = threading.Lock()


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """On SQLite, which has one writer at a time, our threads wait for each other here: SQLite would have them sleep, longer each time.

    Who waits too long goes on, and hears from SQLite what is wrong.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    with _making_turns:
        turn = _turns.setdefault(engine, threading.Lock())
    is_ours = turn.acquire(timeout=_TURN_S)
    try:
        yield
    finally:
        if is_ours:
            turn.release()


def after_commit(connection: Connection, function: Callable[[], None]) -> None:
    """Call `function` once this transaction is committed, and only then: what wakes others up. Needs a transaction of `writing`."""
    afterwards = connection.get_execution_options().get("after_commit")
    if afterwards is None:
        raise ValueError("after_commit needs a transaction opened by database.writing")
    afterwards.append(function)


__all__ = ["METADATA", "JsonText", "Moment", "after_commit", "open_store", "reading", "writing"]
