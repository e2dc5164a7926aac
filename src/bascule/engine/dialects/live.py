"""The live half of a dialect: how to connect to it, look at it and lock it. Imported only by what opens target databases."""

import importlib
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal, Protocol, cast

import msgspec

from bascule.core.problems import Problem
from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.connecting import Login
from bascule.engine.schema import Name, Schema
from bascule.engine.sql.statement import Effect, Statement

Presence = Literal["there", "absent", "in part", "unknown"]
"""What the catalog says of one object; `in part` is an index that was begun and is not valid."""


class ServerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the server says of itself and of us."""

    product: str
    version: tuple[int, ...]
    user: str | None = None
    default_schema: str | None = None
    default_catalog: str | None = None


class LiveConnection(Connection, Protocol):
    """A Connection that may send the first statement of a transaction along with its BEGIN."""

    def begin(self, also: str = "") -> None: ...
    def finish(self, closing: Sequence[Statement]) -> list[tuple[Any, ...]]:
        """Runs the last statements of a transaction and commits, in one go where the server allows it. Returns the last one's rows.

        Outside a transaction they become one of their own.
        """
        ...

    @property
    def server_version(self) -> tuple[int, ...]: ...
    def refuses_writing(self) -> Problem | None:
        """The problem when this server takes no writes: a standby. Asks the server where it must."""
        ...

    @property
    def can_return_rows(self) -> bool:
        """Whether INSERT and UPDATE may end in RETURNING."""
        ...


class SessionLock(Protocol):
    """A lock that the database (or kernel) frees when its owner dies. `session` is a Connection's `session`."""

    @property
    def tells_blockers(self) -> bool: ...
    def first_words(self, lock_timeout_ms: int) -> str:
        """SQL that every work transaction begins with; empty where there is none."""
        ...

    def try_acquire(self) -> bool: ...
    def is_held(self) -> bool: ...
    def release(self) -> None: ...
    def is_alive(self, session: str) -> bool: ...
    def terminate(self, session: str) -> None: ...
    def blockers(self, session: str) -> list[str]: ...


class _Connect(Protocol):
    def connect(self, login: Login) -> LiveConnection: ...


class _Lock(Protocol):
    def open_session_lock(self, login: Login, table: str, work: Connection) -> SessionLock: ...


class Place(Protocol):
    """Where scratch databases of one kind are made: a server, or a folder of files. `close` ends what was brought along."""

    @property
    def clones(self) -> bool:
        """Whether `create` can copy another scratch database."""
        ...

    def create(self, name: str, schemas: tuple[str, ...] = (), like: str | None = None) -> Login:
        """A new database, empty but for these schemas, or a copy of `like`, which nobody may be in."""
        ...

    def drop(self, name: str) -> None: ...
    def idle(self) -> list[str]:
        """The databases, of any name, that nobody is in."""
        ...

    def neighbours(self) -> list[str]:
        """The databases that a statement run in a scratch one would reach by naming them."""
        ...

    def close(self) -> None: ...


class _Scratch(Protocol):
    def open_place(self, login: Login | None, model: Connection) -> Place: ...


class _Untransactional(Protocol):
    def untransactional(self, connection: Connection) -> frozenset[str]: ...


class _Effects(Protocol):
    def presence(self, connection: Connection, effect: Effect) -> Presence: ...


class Inspect(Protocol):
    """What a dialect's `inspect.py` offers."""

    def facts(self, connection: LiveConnection) -> ServerFacts: ...
    def use_schema(self, connection: LiveConnection, schema: str) -> None:
        """Makes it the session's default schema."""
        ...

    def columns_of(self, connection: LiveConnection, table: Name) -> dict[str, str]:
        """A table's columns: name → type with its length. Empty when there is no such table."""
        ...

    def shape(self, connection: LiveConnection, schema: str | None, tables: Collection[str] | None = None) -> Schema:
        """Tables with columns and constraints, views, sequences; of these tables only, where given."""
        ...


class Rehearsal(Protocol):
    """A copy of a database's schema that statements are tried on."""

    def carry_out(self, statements: Iterable[Statement]) -> None: ...
    def shape(self, tables: Collection[str]) -> Schema: ...
    def close(self) -> None: ...


class _Rehearsing(Protocol):
    def Rehearsal(self, original: Connection) -> Rehearsal: ...  # noqa: N802 - the class of that module


def rehearsal(dialect: str, original: Connection) -> Rehearsal:
    """For a dialect whose trait `rehearses` says that it has one."""
    return cast("_Rehearsing", _module(dialect, "rehearsal")).Rehearsal(original)


def _module(dialect: str, part: str) -> object:
    home = "mariadb" if dialect == "mysql" else dialect
    return importlib.import_module(f"bascule.engine.dialects.{home}.{part}")


def connect(login: Login) -> LiveConnection:
    """Opens a session; imports this dialect's driver and no other."""
    return cast("_Connect", _module(login.url.dialect, "connect")).connect(login)


def open_session_lock(login: Login, table: str, work: Connection) -> SessionLock:
    return cast("_Lock", _module(login.url.dialect, "session_lock")).open_session_lock(login, table, work)


def open_place(dialect: str, login: Login | None, model: Connection) -> Place:
    """Where scratch databases like the model can be made: at `login`, or on what we bring."""
    return cast("_Scratch", _module(dialect, "scratch")).open_place(login, model)


def presence(dialect: str, connection: Connection, effect: Effect) -> Presence:
    """Whether what the effect names is there now."""
    return cast("_Effects", _module(dialect, "effects")).presence(connection, effect)


def untransactional(dialect: str, connection: Connection) -> frozenset[str]:
    """The tables, in lower case, whose rows no rollback takes back; for dialects whose DDL commits by itself."""
    return cast("_Untransactional", _module(dialect, "effects")).untransactional(connection)


def inspector(dialect: str) -> Inspect:
    return cast("Inspect", _module(dialect, "inspect"))
