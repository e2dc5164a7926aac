"""MariaDB and MySQL sessions by PyMySQL: the one module that imports the driver."""

import contextlib
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

try:
    import pymysql
    from pymysql.constants import CLIENT, SERVER_STATUS
    from pymysql.protocol import MysqlPacket
except ModuleNotFoundError as _missing:
    from bascule.engine.dialects.connecting import driver_missing

    raise driver_missing("MariaDB and MySQL", "PyMySQL", "mysql") from _missing

import msgspec

from bascule.core.errors import BasculeError, TargetError
from bascule.core.problems import Problem
from bascule.engine.dialects.connecting import FailureKind, Login, StatementFailedError, entered, honoured_options
from bascule.engine.dialects.mariadb.loading import HAS_TRIGGERS, batches, inserts, lines, load_data, takes_lines
from bascule.engine.dialects.mariadb.url_options import URL_OPTIONS
from bascule.engine.sql.statement import Load, Statement

_ACCESS_DENIED = 1045
_ANSWERED = range(1041, 1200)
"""Errors of a server that is there: another one of the same database would say no different."""
_READ_ONLY = {1290, 1836}
_WRITES_ANYWAY = ("ALL PRIVILEGES ON *.*", "READ_ONLY ADMIN", "READ ONLY ADMIN", "CONNECTION_ADMIN", "SUPER")
_LOCK_WAIT, _INTERRUPTED = 1205, 1317
_LOCAL_REFUSED = {1148, 3948, 4166}
"""LOAD DATA LOCAL is not allowed here, whatever the setting says: a proxy may mind."""
_CHUNK = 16 * 1024
"""Bytes of lines to a packet."""
_ENDING_S, _LOOK_S = 5.0, 0.02
_LOST = {2006, 2013, 2055, 1927, 1053}


def connect(login: Login) -> "MariadbConnection":
    """Opens a session in autocommit. Raises InputError for options, TargetError when the server cannot be reached or refuses."""
    asked, login = login, entered(login)
    options, _ = honoured_options(login.url, URL_OPTIONS)
    arguments, certificate = _tls(options, login)
    if "collation" in options:
        arguments["collation"] = options["collation"]
    timeout_ms = options.get("connect_timeout_ms", "")
    seconds = max(1, int(timeout_ms) // 1000) if timeout_ms.isdecimal() and int(timeout_ms) else login.connect_timeout_s
    servers = ((login.url.host, login.url.port), *login.url.also)
    for host, port in servers:
        connection = _Session(
            host=host,
            port=port,
            user=login.username or "",
            password=login.password.reveal() if login.password else "",
            database=login.url.database or None,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=seconds,
            program_name=login.application,
            client_flag=CLIENT.LOCAL_FILES,
            defer_connect=True,
            **arguments,
        )
        connection.must_have_tls = "ssl" in arguments
        try:
            connection.connect(_near_end(login, seconds))
        except _NoTlsError as error:
            from bascule.engine.dialects.mariadb.refusals import missing_tls

            raise TargetError(missing_tls(login)) from error
        except (pymysql.MySQLError, OSError, ValueError, IndexError, struct.error) as error:
            if (host, port) != servers[-1] and _number_of(error) not in _ANSWERED:
                continue
            over_tls = connection.is_over_tls
            raise TargetError(_unreachable(login, error, tls=over_tls, certificate=certificate)) from error
        break
    server = msgspec.structs.replace(asked.url, host=host, port=port, also=())
    return MariadbConnection(connection, login, msgspec.structs.replace(asked, url=server, connect_timeout_s=5))


def _tls(options: dict[str, str], login: Login) -> tuple[dict[str, Any], bool]:
    """PyMySQL's arguments, and whether a certificate of ours is among them."""
    if login.access is None and not login.by_token and not options.keys() - {"connect_timeout_ms", "collation"}:
        return {}, False
    from bascule.engine.dialects.mariadb.tls import wanted

    asked = wanted(options, login)
    if asked.mode == "disable":
        return {"ssl_disabled": True}, False
    context = asked.context(login.url.shown)
    return ({} if context is None else {"ssl": context}), asked.certificate is not None


def _near_end(login: Login, seconds: float) -> socket.socket | None:
    """Where a tunnel begins; the driver connects by itself without one."""
    if login.via is None:
        return None
    near = socket.create_connection(login.via, seconds)
    near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return near


def _unreachable(login: Login, error: Exception, *, tls: bool, certificate: bool) -> Problem:
    from bascule.engine.dialects.mariadb.refusals import refused_over, unreachable

    number = _number_of(error)
    said = str(error.args[-1]) if error.args else str(error)
    if login.via is not None and login.access is not None and login.access.tunnel is not None:
        from bascule.engine.access.tunnel import complaint

        told = complaint(login.access.tunnel, login.url.host, login.url.port)
        said = f"{told}; {said}" if told else said
    if number == _ACCESS_DENIED and not login.by_token:
        return refused_over(login, said, tls=tls, certificate=certificate)
    return unreachable(login, said, number, certificate=certificate)


class _NoTlsError(Exception):
    """The server offers none, and it is asked for."""


def _number_of(error: BaseException | None) -> int:
    """The server's; 0 where there is none."""
    return error.args[0] if error is not None and error.args and isinstance(error.args[0], int) else 0


class _Session(pymysql.connections.Connection):
    """Answers a server that asks for a file with `lines`, when there are any. It opens no file: PyMySQL's own answer stays forbidden."""

    lines: bytes | None = None
    must_have_tls = False

    def connect(self, sock: Any = None) -> None:
        """The timeout is for the greeting, too: PostgreSQL waits for ours when its port was meant to be MariaDB's."""
        self._read_timeout = self.connect_timeout
        try:
            super().connect(sock)
        finally:
            self._read_timeout = None

    @property
    def is_over_tls(self) -> bool:
        return bool(self._secure)  # type: ignore[attr-defined]  # the stubs leave it out

    def _request_authentication(self) -> None:
        """Older versions of the driver go on without TLS when the server has none, and send it the password."""
        if self.must_have_tls and not self.server_capabilities & CLIENT.SSL:  # type: ignore[attr-defined]  # the stubs leave it out
            raise _NoTlsError
        super()._request_authentication()  # type: ignore[misc]  # the stubs leave it out

    def _read_packet(self, packet_type: Any = MysqlPacket) -> Any:
        packet = super()._read_packet(packet_type)  # type: ignore[no-untyped-call]  # the stubs leave it untyped
        if self.lines is None:
            return packet
        content, self.lines = memoryview(self.lines), None
        if not packet.is_load_local_packet():
            return packet
        for start in range(0, len(content), _CHUNK):
            self.write_packet(bytes(content[start : start + _CHUNK]))
        self.write_packet(b"")
        return super()._read_packet(packet_type)  # type: ignore[no-untyped-call]  # the stubs leave it untyped


class MariadbConnection:
    """A session, in autocommit outside `begin()`."""

    def __init__(self, connection: _Session, login: Login, again: Login) -> None:
        self._connection = connection
        self._login = login
        self._again = again
        """By which another session comes to the same server: with a token of its own."""
        self._session: str | None = None
        self._settings = ""
        """What was last set at the beginning of a transaction: it holds for the session, and is sent once."""

    def begin(self, also: str = "") -> None:
        if also and also != self._settings:
            self._run(also)
            self._settings = also
        self._run("START TRANSACTION")

    def finish(self, closing: Sequence[Statement]) -> list[tuple[Any, ...]]:
        if len(closing) > 1 and not self.in_transaction:
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
        if statement.load is not None:
            return self._load(statement.load)
        return int(self._run(statement.text, statement.parameters).rowcount)

    def _load(self, load: Load) -> int:
        """By LOAD DATA LOCAL where that is allowed and brings the same; else by INSERTs, from the first rows on that it does not."""
        loaded = 0
        takes: bool | None = None
        for are_lines, batch in batches(load.rows()):
            if are_lines and takes is None:
                takes = self._takes_lines(load)
            brought = self._load_lines(load, lines(batch)) if are_lines and takes else None
            if brought is None:
                takes = takes and not are_lines
                loaded += sum(int(self._run(insert).rowcount) for insert in inserts(load, batch))
            else:
                loaded += brought
        return loaded

    def _takes_lines(self, load: Load) -> bool:
        """Galera may commit in the midst of a LOAD DATA."""
        try:
            settings = dict(self.query("SHOW VARIABLES WHERE Variable_name IN ('local_infile', 'wsrep_on')"))
            ((table, shown, *_),) = self.query(f"SHOW CREATE TABLE {load.table}")
            has_triggers = self.query(HAS_TRIGGERS, (table, load.table.rpartition(".")[0].strip("`"))) != [(0,)]
        except StatementFailedError as error:
            if error.kind != "statement":
                raise
            return False
        allowed = settings.get("local_infile") == "ON" and settings.get("wsrep_on", "OFF") == "OFF"
        return allowed and not has_triggers and takes_lines(shown, load)

    def _load_lines(self, load: Load, content: bytes) -> int | None:
        """How many rows came in; None when the server refuses, or warns of any of them: then nothing did."""
        alone = not self.in_transaction
        self._run("START TRANSACTION" if alone else "SAVEPOINT bascule_load")
        self._connection.lines = content
        try:
            cursor = self._run(load_data(load))
            brought = int(cursor.rowcount) if not cursor.warning_count else -1
        except StatementFailedError as error:
            if _number_of(error.__cause__) not in _LOCAL_REFUSED:
                if alone and error.kind != "connection_lost":
                    self._run("ROLLBACK")
                raise
            brought = -1
        finally:
            self._connection.lines = None
        if brought == content.count(b"\n"):
            self._run("COMMIT" if alone else "RELEASE SAVEPOINT bascule_load")
            return brought
        self._run("ROLLBACK" if alone else "ROLLBACK TO SAVEPOINT bascule_load")
        return None

    def query(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        return list(self._run(sql, parameters).fetchall())

    def query_named(self, sql: str, parameters: tuple[Any, ...] = ()) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor = self._run(sql, parameters)
        return [column[0] for column in cursor.description or ()], list(cursor.fetchall())

    def cancel(self) -> None:
        """KILL QUERY from a second session, which comes as this one has: the protocol has no other way."""
        other = connect(self._again)
        try:
            other.query(f"KILL QUERY {self._number()}")
        finally:
            other.close()

    def is_alive(self) -> bool:
        try:
            self._connection.ping(reconnect=False)
        except (pymysql.MySQLError, OSError):
            return False
        return True

    def close(self) -> None:
        if self._connection.open:
            self._connection.close()

    @property
    def in_transaction(self) -> bool:
        """As the server tells with every answer: its DDL ends a transaction without being asked."""
        status = getattr(self._connection, "server_status", 0)  # not in the stubs
        return bool(self._connection.open and status & SERVER_STATUS.SERVER_STATUS_IN_TRANS)

    @property
    def server_version(self) -> tuple[int, ...]:
        text = str(self._connection.get_server_info())  # type: ignore[no-untyped-call]  # the stubs leave it untyped
        text = text.removeprefix("5.5.5-")
        return tuple(int(part) for part in text.split("-")[0].split(".") if part.isdigit())

    def refuses_writing(self) -> Problem | None:
        """A replica has `read_only` set; some users may write all the same, unless MySQL's `super_read_only` is set too."""
        settings = dict(self.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only')"))
        if settings.get("read_only", "OFF") in ("OFF", "0"):
            return None
        grants = " ".join(str(row[0]) for row in self.query("SHOW GRANTS")).upper()
        if settings.get("super_read_only", "OFF") == "OFF" and any(right in grants for right in _WRITES_ANYWAY):
            return None
        from bascule.engine.dialects.mariadb.refusals import read_only

        return read_only(self._login)

    @property
    def can_return_rows(self) -> bool:
        """MariaDB's INSERT could, its UPDATE and MySQL could not."""
        return False

    @property
    def session(self) -> str:
        """`connection id/server`: ids start anew when the server does."""
        if self._session is None:
            ((number, server),) = self.query("SELECT CONNECTION_ID(), CONCAT(@@hostname, ':', @@port)")
            self._session = f"{number}/{server}"
        return self._session

    def _number(self) -> int:
        return int(self._connection.thread_id())  # type: ignore[no-untyped-call]  # the stubs leave it untyped

    def _run(self, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
        try:
            cursor = self._connection.cursor()
            cursor.execute(sql, parameters or None)
        except (pymysql.MySQLError, OSError) as error:
            raise self._failed(error) from error
        except KeyboardInterrupt:
            if not self._connection.open:  # the driver has hung up, which the server notices when the statement has ended
                with contextlib.suppress(BasculeError):
                    self._end_session()
            raise
        return cursor

    def _end_session(self) -> None:
        """Have the server end what it still does for us, so that nothing of it stays and its locks are free."""
        other, number = connect(self._again), self._number()
        try:
            other.query(f"KILL {number}")
            gives_up_at = time.monotonic() + _ENDING_S
            while other.query("SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = %s", (number,)) and time.monotonic() < gives_up_at:
                time.sleep(_LOOK_S)
        finally:
            other.close()

    def _failed(self, error: Exception) -> StatementFailedError:
        number = _number_of(error)
        kind: FailureKind = "statement"
        if number in _LOST or not self._connection.open or isinstance(error, OSError | pymysql.InterfaceError):
            kind = "connection_lost"
        elif number == _LOCK_WAIT:
            kind = "lock_timeout"
        elif number == _INTERRUPTED:
            kind = "cancelled"
        message = str(error.args[-1]) if error.args else str(error)
        if number in _READ_ONLY and "read" in message.lower():
            from bascule.engine.dialects.mariadb.refusals import read_only

            return StatementFailedError(read_only(self._login, message), kind)
        code = "RUN-003" if kind == "connection_lost" else "RUN-002"
        why = f"error {number}" if number else None
        return StatementFailedError(Problem(code=code, what=message, where=self._login.url.shown, why=why), kind)
