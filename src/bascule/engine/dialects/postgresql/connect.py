"""PostgreSQL sessions by psycopg 3: the one module that imports the driver."""

from collections.abc import Sequence
from typing import Any, cast

try:
    import psycopg
    from psycopg.pq import TransactionStatus
except ModuleNotFoundError as _missing:
    from bascule.engine.dialects.connecting import driver_missing

    raise driver_missing("PostgreSQL", "psycopg", "postgresql") from _missing

import msgspec

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.engine.dialects.connecting import FailureKind, Login, StatementFailedError, entered
from bascule.engine.dialects.postgresql.url_options import libpq_options, server
from bascule.engine.sql.statement import Block, Load, Statement

_READ_ONLY = "25006"
_KINDS: dict[str, FailureKind] = {
    "55P03": "lock_timeout",
    "57014": "cancelled",
    "57P01": "connection_lost",
    "57P02": "connection_lost",
    "57P03": "connection_lost",
}


def connect(login: Login) -> "PostgresqlConnection":
    """Opens a session in autocommit. Raises InputError for options, TargetError when the server cannot be reached or refuses."""
    login = entered(login)
    options = libpq_options(login)
    try:
        connection = psycopg.connect(
            **cast("Any", server(login)),
            user=login.username,
            password=login.password.reveal() if login.password else None,
            autocommit=True,
            prepare_threshold=None,
            **cast("Any", options),
        )
    except psycopg.Error as error:
        from bascule.engine.dialects.postgresql.refusals import unreachable

        raise TargetError(unreachable(login, _with_tunnel(login, str(error)), certificate="sslcert" in options)) from error
    return PostgresqlConnection(connection, login)


def _with_tunnel(login: Login, said: str) -> str:
    """What ssh says goes first: all the driver sees of a tunnel's far end is that somebody hung up."""
    if login.via is None or login.access is None or login.access.tunnel is None:
        return said
    from bascule.engine.access.tunnel import complaint

    told = complaint(login.access.tunnel, login.url.host, login.url.port)
    return f"{told}; {said}" if told else said


def _as_csv(block: Block) -> str:
    """Its lines with commas: as they are, where they are so."""
    if block.is_csv:
        return block.text
    values = ",".join(rf"\{group + 1}" for group in range(len(block.bare)))
    return block.line.sub(f"{values}\n", block.text)


def _csv_cell(value: str | None) -> str:
    """Nothing for NULL; a text, be it empty, between quotes."""
    return "" if value is None else '"' + value.replace('"', '""') + '"'


class PostgresqlConnection:
    """A session, in autocommit outside `begin()`."""

    def __init__(self, connection: "psycopg.Connection[Any]", login: Login) -> None:
        self._connection = connection
        self._login = login
        self._session: str | None = None
        self._unsent: list[str] = []
        """What begins a transaction, until its first statement."""

    def begin(self, also: str = "") -> None:
        """Sent along with the first statement: a round trip less."""
        self._unsent = ["BEGIN", *(also.split("; ") if also else ())]

    def finish(self, closing: Sequence[Statement]) -> list[tuple[Any, ...]]:
        """One script of all and COMMIT: a round trip instead of several."""
        if not self.in_transaction:
            self.begin()
        cursor = self._run("; ".join([*(statement.text for statement in closing), "COMMIT"]))
        for _ in closing[1:]:
            cursor.nextset()
        return cursor.fetchall() if cursor.description is not None else []

    def commit(self) -> None:
        if self._unsent:
            self._unsent = []
        else:
            self._run("COMMIT")

    def rollback(self) -> None:
        if self._unsent:
            self._unsent = []
        elif self.in_transaction:
            self._run("ROLLBACK")

    def execute(self, statement: Statement) -> int:
        if statement.load is not None:
            return self._load(statement.load)
        return self._run(statement.text, statement.parameters).rowcount

    def query(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        return self._run(sql, parameters).fetchall()

    def query_named(self, sql: str, parameters: tuple[Any, ...] = ()) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor = self._run(sql, parameters)
        if cursor.description is None:
            return [], []
        return [column.name for column in cursor.description], cursor.fetchall()

    def cancel(self) -> None:
        self._connection.cancel_safe(timeout=5.0)

    def is_alive(self) -> bool:
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        self._connection.close()

    @property
    def in_transaction(self) -> bool:
        if self._unsent:
            return True
        return self._connection.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)

    @property
    def server_version(self) -> tuple[int, ...]:
        number = self._connection.info.server_version
        return (number // 10000, number % 10000)

    @property
    def can_return_rows(self) -> bool:
        return True

    def refuses_writing(self) -> Problem | None:
        """Servers tell it when a session begins, from version 14 on."""
        if self._connection.info.parameter_status("in_hot_standby") != "on":
            return None
        from bascule.engine.dialects.postgresql.refusals import read_only

        return read_only(self._login)

    @property
    def announced_pid(self) -> int:
        """The backend pid that was told at the start: a pooler tells one of its own making."""
        return self._connection.info.backend_pid

    @property
    def session(self) -> str:
        """`pid/epoch seconds of backend_start`."""
        if self._session is None:
            sql = "SELECT pid, extract(epoch FROM backend_start)::numeric(20, 3) FROM pg_stat_activity WHERE pid = pg_backend_pid()"
            ((pid, start),) = self.query(sql)
            self._session = f"{pid}/{start}"
        return self._session

    def _load(self, load: Load) -> int:
        """By COPY; a row that holds an expression goes between two of them."""
        copy = f"COPY {load.table} ({', '.join(load.columns)}) FROM STDIN (FORMAT csv)"
        rows, loaded = load.rows(), 0
        if self._unsent:
            self._run("SELECT 1")
        while True:
            written_out = None
            try:
                with self._connection.cursor() as cursor, cursor.copy(copy.encode()) as stream:
                    for row in rows:
                        if isinstance(row, str):
                            written_out = row
                            break
                        if isinstance(row, Block):
                            lines, count = _as_csv(row), row.text.count("\n")
                        else:
                            lines, count = ",".join(map(_csv_cell, row)) + "\n", 1
                        stream.write(lines)
                        loaded += count
            except psycopg.Error as error:
                raise self._failed(error) from error
            if written_out is None:
                return loaded
            loaded += self._run(f"{load.head} VALUES {written_out}").rowcount

    def _run(self, sql: str, parameters: tuple[Any, ...] = ()) -> "psycopg.Cursor[Any]":
        first, self._unsent = self._unsent, []
        try:
            if first and parameters:
                self._connection.execute("; ".join(first).encode())
                first = []
            cursor = self._connection.execute("; ".join([*first, sql]).encode(), parameters or None)
            for _ in first:
                cursor.nextset()
            return cursor
        except psycopg.Error as error:
            raise self._failed(error) from error

    def _failed(self, error: psycopg.Error) -> StatementFailedError:
        kind: FailureKind = "connection_lost" if self._connection.closed else _KINDS.get(error.sqlstate or "", "statement")
        message = error.diag.message_primary or " ".join(str(error).split()) or type(error).__name__
        details = [text for text in (error.diag.message_detail, error.diag.message_hint) if text]
        if error.sqlstate == _READ_ONLY and (standby := self.refuses_writing()):
            return StatementFailedError(msgspec.structs.replace(standby, why=message), kind)
        state = f"SQLSTATE {error.sqlstate}" if error.sqlstate else None
        return StatementFailedError(
            Problem(
                code="RUN-003" if kind == "connection_lost" else "RUN-002",
                what=message,
                where=self._login.url.shown,
                why="; ".join([*details, *([state] if state else [])]) or None,
            ),
            kind,
        )
