"""SQLite files by the standard library's sqlite3: the one module that imports it for targets."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.engine.dialects.connecting import FailureKind, Login, StatementFailedError, honoured_options
from bascule.engine.dialects.sqlite.url_options import URL_OPTIONS
from bascule.engine.sql.statement import Block, Load, Statement
from bascule.engine.urls import Url

_STEPS_BETWEEN_SIGNALS = 20_000
"""SQLite's own steps between two looks at pending signals: about a millisecond."""
_SEMICOLONS = re.compile(r"(?P<end>;)|'[^']*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*(?s:.*?)\*/")
"""Those outside of what SQLite takes for strings, names and comments."""
_RETURNING_SINCE = (3, 35)
_DROPPED = re.compile(r"""\s*DROP\s+TABLE\s+(?:"(?P<quoted>(?:[^"]|"")+)"|`(?P<ticked>[^`]+)`|(?P<plain>\w+))\s*;?\s*""", re.IGNORECASE)


def connect(login: Login) -> "SqliteConnection":
    """Opens the file, made if need be, as SQLite does. Raises TargetError when that cannot be."""
    url = login.url
    if login.access is not None:
        what = "an SQLite file has no TLS, no token and no tunnel"
        raise InputError(Problem(code="CON-048", what=what, where=url.shown, fix="leave them out of the connector"))
    options, _ = honoured_options(url, URL_OPTIONS)
    timeout_ms = int(options.pop("busy_timeout", "10000"))
    try:
        connection = sqlite3.connect(url.database or ":memory:", timeout=timeout_ms / 1000, isolation_level=None, check_same_thread=False)
        for name, value in options.items():
            connection.execute(f"PRAGMA {name} = {_word(name, value, url)}")
        connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        raise TargetError(_unreadable(url, error)) from error
    return SqliteConnection(connection, url)


def _pieces(text: str) -> list[str]:
    """The statements, as SQLite itself would end them: a trigger's body stays whole."""
    pieces: list[str] = []
    begun = 0
    for token in _SEMICOLONS.finditer(text):
        if token["end"] is not None and sqlite3.complete_statement(text[begun : token.end()]):
            pieces.append(text[begun : token.end()])
            begun = token.end()
    pieces.append(text[begun:].rstrip("; \t\n"))
    return [piece for piece in pieces if piece.strip(" \t\n;")]


def _word(name: str, value: str, url: Url) -> str:
    if not value.isalnum():
        problem = Problem(code="CFG-015", what=f"'{value}' is not a value of the URL option '{name}'", where=url.shown)
        raise TargetError(problem)
    return value


def _unreadable(url: Url, error: sqlite3.Error) -> Problem:
    path = Path(url.database)
    what, fix = f"the SQLite file '{path}' cannot be opened", "check the path and its permissions"
    if isinstance(error, sqlite3.DatabaseError) and "not a database" in str(error):
        what, fix = f"'{path}' is not an SQLite database", "check the path; an encrypted file cannot be read"
    elif not path.parent.exists():
        what, fix = f"the folder of the SQLite file '{path}' does not exist", "create the folder, or correct the URL"
    return Problem(code="RUN-001", what=what, where=url.shown, why=str(error), fix=fix)


def _refused(message: str, kind: FailureKind, url: Url) -> Problem:
    if kind != "lock_timeout":
        return Problem(code="RUN-002", what=message, where=url.shown)
    from bascule.engine.dialects.sqlite.holders import holders

    held_by = ", ".join(holders(url.database))
    return Problem(
        code="RUN-002",
        what=message,
        where=url.shown,
        why=f"held by {held_by}" if held_by else None,
        fix="end the transaction of the program that holds the file"
        if held_by
        else "find the program that holds the file in a transaction",
    )


class SqliteConnection:
    """One connection to a file, in autocommit outside `begin()`."""

    def __init__(self, connection: sqlite3.Connection, url: Url) -> None:
        self._connection = connection
        self._url = url
        # sqlite3 runs a statement without giving Python a turn; this gives it one, so that a signal's handler can run.
        connection.set_progress_handler(lambda: 0, _STEPS_BETWEEN_SIGNALS)

    def begin(self, also: str = "") -> None:
        self._run("BEGIN IMMEDIATE")
        if also:
            self._run(also)

    def finish(self, closing: Sequence[Statement]) -> list[tuple[Any, ...]]:
        if not self.in_transaction:
            self.begin()
        rows: list[tuple[Any, ...]] = []
        for statement in closing:
            rows = self.query(statement.text, statement.parameters)
        self.commit()
        return rows

    def commit(self) -> None:
        self._run("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self._run("ROLLBACK")

    def execute(self, statement: Statement) -> int:
        """A script that its author did not let be split is sent piece by piece: the driver takes one statement at a time."""
        if statement.load is not None:
            return self._load(statement.load)
        if ";" not in statement.text:
            return self._run(statement.text, statement.parameters).rowcount
        return sum(max(0, self._run(piece, statement.parameters).rowcount) for piece in _pieces(statement.text))

    def _load(self, load: Load) -> int:
        """By one prepared statement; a row that holds an expression is a statement of its own."""
        prepared = f"{load.head} VALUES ({', '.join('?' * len(load.columns))})"
        loaded = 0
        for kind, rows in groupby(load.rows(), key=type):
            if kind is str:
                loaded += sum(self._run(f"{load.head} VALUES {row}").rowcount for row in rows)
            else:
                values = chain.from_iterable(row.rows() if isinstance(row, Block) else (row,) for row in rows)
                loaded += self._attempt(partial(self._connection.executemany, prepared, values)).rowcount
        return loaded

    def query(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        return self._run(sql, parameters).fetchall()

    def query_named(self, sql: str, parameters: tuple[Any, ...] = ()) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor = self._run(sql, parameters)
        return [column[0] for column in cursor.description or ()], cursor.fetchall()

    def cancel(self) -> None:
        self._connection.interrupt()

    def is_alive(self) -> bool:
        try:
            self._connection.execute("SELECT 1")
        except sqlite3.Error:
            return False
        return True

    def close(self) -> None:
        self._connection.close()

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    @property
    def server_version(self) -> tuple[int, ...]:
        return sqlite3.sqlite_version_info

    def refuses_writing(self) -> Problem | None:
        """A file that we may only read is opened nevertheless."""
        return None

    @property
    def can_return_rows(self) -> bool:
        return self.server_version >= _RETURNING_SINCE

    @property
    def session(self) -> str:
        """SQLite has no sessions: what a dead process left undone is undone by the next one that opens the file."""
        return "file"

    def _refuse_to_lose_rows(self, sql: str) -> None:
        """A table that is built anew is dropped once its rows are copied. Where foreign keys are enforced, SQLite deletes them first, and
        with them, by ON DELETE, what refers to them; and inside a transaction nothing can stop it.
        """
        match = _DROPPED.fullmatch(sql)
        if match is None or not self.query("PRAGMA foreign_keys")[0][0]:
            return
        name = (match["quoted"] or "").replace('""', '"') or match["ticked"] or match["plain"]
        rebuilt = self.query("SELECT 1 FROM sqlite_master WHERE name = ? COLLATE NOCASE", (f"{name}_temporary",))
        referring = self.query(
            'SELECT m.name FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k WHERE k."table" = ? COLLATE NOCASE LIMIT 1', (name,)
        )
        if rebuilt and referring:
            raise StatementFailedError(
                Problem(
                    code="RUN-095",
                    what=f"the table {name} cannot be built anew while foreign keys are enforced",
                    where=self._url.shown,
                    why=f"SQLite would delete its rows, and with them those of {referring[0][0]} that refer to them",
                    fix="leave foreign_keys out of the URL for this run",
                ),
                "statement",
            )

    def _run(self, sql: str, parameters: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        self._refuse_to_lose_rows(sql)
        return self._attempt(lambda: self._connection.execute(sql, parameters))

    def _attempt(self, act: Callable[[], sqlite3.Cursor]) -> sqlite3.Cursor:
        try:
            return act()
        except (sqlite3.Error, sqlite3.Warning) as error:
            message = str(error)
            kind: FailureKind = "statement"
            if "interrupted" in message:
                kind = "cancelled"
            elif "database is locked" in message or "database table is locked" in message:
                kind = "lock_timeout"
            raise StatementFailedError(_refused(message, kind, self._url), kind) from error
