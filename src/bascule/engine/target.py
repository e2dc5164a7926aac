"""A target database, open: its session, its dialect, what its server says of itself, and its history."""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine import dialects
from bascule.engine.dialects import live
from bascule.engine.dialects.base import Dialect, RenderContext
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.live import LiveConnection, Presence, ServerFacts, SessionLock
from bascule.engine.history.databasechangelog import ChangelogTable
from bascule.engine.history.databasechangelogjournal import JournalRow, JournalTable
from bascule.engine.history.databasechangeloglock import LockTable
from bascule.engine.history.lock import HeldLock, LockSettings, Tell, acquire, clear_abandoned
from bascule.engine.history.row import HistoryRow
from bascule.engine.schema import Name, Schema
from bascule.engine.snapshots.model import Snapshot
from bascule.engine.sql.statement import Effect
from bascule.engine.urls import Url

if TYPE_CHECKING:
    from bascule.engine.access.model import Access

_HISTORY_FILE = "databasechangelog.csv"
HistoryOutput = Literal["none", "data_only", "all"]
"""How much of the bookkeeping an offline script shows: none, the rows, or the table too (`outputLiquibaseSql`)."""


class TargetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which database, as whom, and where its bookkeeping is."""

    url: Url
    username: str | None = None
    password: Secret | None = None
    access: "Access | None" = None
    """TLS material, a token provider, a tunnel: what no URL says."""
    default_schema: str | None = None
    default_catalog: str | None = None
    history_schema: str | None = None
    history_table: str = "DATABASECHANGELOG"
    lock_table: str = "DATABASECHANGELOGLOCK"
    history_tablespace: str | None = None
    output_default_schema: bool = True
    output_default_catalog: bool = True
    """Whether scripts name the schema, or where that is a catalog the catalog, that would be meant without it."""


class Target:
    """An open session on a target. `offline:` URLs have no connection: their history is a CSV file, and nothing can be run.

    With `snapshot=FILE` an offline target has at least a shape.
    """

    def __init__(
        self,
        settings: TargetSettings,
        dialect: Dialect,
        connection: LiveConnection | None,
        facts: ServerFacts,
        kept: Snapshot | None = None,
    ) -> None:
        self.settings = settings
        self.dialect = dialect
        self.facts = facts
        self._connection = connection
        self._kept = kept
        schema = settings.default_schema or facts.default_schema
        self.at = RenderContext(
            server_version=facts.version,
            default_schema=schema,
            default_catalog=settings.default_catalog or facts.default_catalog,
            online=connection is not None,
            history_table=settings.history_table,
            lock_table=settings.lock_table,
            history_tablespace=settings.history_tablespace,
            names_default_schema=settings.output_default_catalog if dialect.traits.schema_is_catalog else settings.output_default_schema,
        )
        self.changelog_table = ChangelogTable(dialect, self.at, settings.history_table, settings.history_schema)
        self.lock_table = LockTable(dialect, self.at, settings.lock_table, settings.history_schema)
        self.journal_table = JournalTable(dialect, self.at, settings.history_table, settings.history_schema)

    @property
    def connection(self) -> LiveConnection:
        if self._connection is None:
            raise InputError(
                Problem(
                    code="RUN-004", what="an offline URL has no database", where=self.settings.url.shown, fix="use one of the -sql commands"
                )
            )
        return self._connection

    @property
    def login(self) -> Login:
        """Who asks for this database, for a session beside ours."""
        return _login(self.settings)

    @property
    def is_online(self) -> bool:
        return self._connection is not None

    @property
    def has_shape(self) -> bool:
        """Whether we can see what is there: the database is connected, or a snapshot kept its shape."""
        return self._connection is not None or self._kept is not None

    @property
    def shown(self) -> str:
        """`user@url`, as Liquibase names a database; without credentials."""
        return f"{self.facts.user}@{self.settings.url.shown}" if self.facts.user else self.settings.url.shown

    def read_history(self) -> "History":
        """What has run here."""
        if self._connection is None:
            from bascule.engine.history import csv_file

            rows = csv_file.read(self._history_file)
            return History(exists=rows is not None, rows=rows or ())
        columns = live.inspector(self.settings.url.dialect).columns_of(self._connection, self.changelog_table.name)
        if not columns:
            return History(exists=False)
        return History(exists=True, columns=tuple(columns), rows=tuple(self.changelog_table.read(self._connection, columns)))

    def read_journal(self) -> list[JournalRow] | None:
        """What runs left half-done here; None where no journal is, as is usual."""
        if self._connection is None:
            return None
        if not live.inspector(self.settings.url.dialect).columns_of(self._connection, self.journal_table.name):
            return None
        return self.journal_table.read(self._connection)

    def presence(self, effect: Effect) -> Presence:
        """Whether what an effect names is in the catalog now."""
        return live.presence(self.settings.url.dialect, self.connection, effect)

    @property
    def own_tables(self) -> tuple[str, ...]:
        """The tables of our bookkeeping: no part of the schema that users see."""
        return (self.at.history_table, self.at.lock_table, self.journal_table.name.name)

    def keep_history(self, rows: Sequence[HistoryRow]) -> None:
        """Records what an offline script will have done once it is run."""
        from bascule.engine.history import csv_file

        csv_file.write(self._history_file, rows)

    @property
    def history_output(self) -> HistoryOutput:
        """Online everything is shown. Raises InputError for another word."""
        if self.is_online:
            return "all"
        written = self.settings.url.options.get("outputLiquibaseSql", "none").lower()
        if written not in get_args(HistoryOutput):
            raise InputError(
                Problem(
                    code="CFG-016",
                    what=f"outputLiquibaseSql is none, data_only or all, not '{written}'",
                    where=self.settings.url.shown,
                )
            )
        return cast("HistoryOutput", written)

    @property
    def _history_file(self) -> Path:
        return Path(self.settings.url.options.get("changeLogFile", _HISTORY_FILE))

    def has_lock_table(self) -> bool:
        if self._connection is None:
            return False
        return bool(live.inspector(self.settings.url.dialect).columns_of(self._connection, self.lock_table.name))

    def shape(self, tables: Collection[str] | None = None, schema: str | None = None) -> Schema:
        """What the catalog shows now, or the snapshot, of these tables or of all."""
        if self._kept is not None:
            return self._kept.shape(tables)
        return live.inspector(self.settings.url.dialect).shape(self.connection, schema or self.at.default_schema, tables)

    def columns(self, table: Name) -> Mapping[str, str]:
        """A table's or view's columns with their types; none when it is not there."""
        if self._kept is not None:
            return self._kept.columns(table.name)
        table = Name(table.name, table.schema or self.at.default_schema)
        return live.inspector(self.settings.url.dialect).columns_of(self.connection, table)

    def open_session_lock(self) -> SessionLock:
        """The lock that dies with its owner, not yet taken."""
        return live.open_session_lock(_login(self.settings), self.lock_table.sql_name, self.connection)

    def lock(self, settings: LockSettings, tell: Tell) -> HeldLock:
        """Takes the changelog lock, making its table where there is none."""
        return acquire(self.open_session_lock(), self.lock_table, self.connection, self.has_lock_table, settings, tell)

    def clear_abandoned_lock(self, tell: Tell) -> None:
        """Frees the lock of a run that was killed after its last changeset. Needs the lock table."""
        clear_abandoned(self.open_session_lock, self.lock_table, self.connection, tell)

    def ensure_history(self) -> None:
        """Creates the history table, or adds what an old one lacks."""
        history = self.read_history()
        statements = self.changelog_table.upgrade(history.columns) if history.exists else self.changelog_table.create()
        for statement in statements:
            self.connection.execute(statement)

    def reconnect(self) -> None:
        """A new session in place of a broken one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = _connect(self.settings)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def __enter__(self) -> "Target":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class History(msgspec.Struct, frozen=True, kw_only=True):
    """The history table as read: its columns, its rows oldest first."""

    exists: bool
    columns: tuple[str, ...] = ()
    rows: tuple[HistoryRow, ...] = ()


def open_target(settings: TargetSettings) -> Target:
    """Connects. Raises InputError for a URL that is wrong, TargetError when the database cannot be reached."""
    dialect = dialects.get(settings.url.dialect)
    if settings.url.offline:
        kept = _kept(settings)
        return Target(settings, dialect, None, _offline_facts(settings.url, dialect, kept), kept)
    connection = _connect(settings)
    return Target(settings, dialect, connection, live.inspector(settings.url.dialect).facts(connection))


def _connect(settings: TargetSettings) -> LiveConnection:
    connection = live.connect(_login(settings))
    if settings.default_schema:
        live.inspector(settings.url.dialect).use_schema(connection, settings.default_schema)
    return connection


def _login(settings: TargetSettings) -> Login:
    url = settings.url
    username, password = settings.username or url.username, settings.password or url.password
    return Login(url=url, username=username, password=password, access=settings.access)


def _kept(settings: TargetSettings) -> Snapshot | None:
    """What `snapshot=FILE` kept of the default schema. Raises InputError for a snapshot of another kind of database."""
    url = settings.url
    file = url.options.get("snapshot")
    if file is None:
        return None
    from bascule.engine.snapshots.file import read

    found = read(file)
    wanted = settings.default_schema or url.options.get("schema")
    kept = next((snapshot for snapshot in found if wanted in (None, snapshot.database.default_schema)), found[0])
    if kept.database.dialect != url.dialect:
        what = f"the snapshot is one of {kept.database.dialect}, not of {url.dialect}"
        raise InputError(Problem(code="CFG-017", what=what, where=url.shown, fix=f"offline:{kept.database.dialect}?snapshot={file}"))
    return kept


def _offline_facts(url: Url, dialect: Dialect, kept: Snapshot | None) -> ServerFacts:
    """What the URL says goes before what the snapshot says."""
    database = kept.database if kept is not None else None
    written = url.options.get("version", (database and database.version) or "")
    version = tuple(int(part) for part in re.split(r"[^0-9]+", written.partition(" ")[0]) if part)
    return ServerFacts(
        product=url.options.get("productName", f"Offline {url.dialect}"),
        version=version,
        default_schema=url.options.get("schema", (database and database.default_schema) or dialect.traits.offline_schema),
        default_catalog=url.options.get("catalog", database.catalog if database else None),
    )
