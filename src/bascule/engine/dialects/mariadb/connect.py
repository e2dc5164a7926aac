"""MariaDB and MySQL sessions by PyMySQL: the one module that imports the driver."""

from collections.abc import Sequence
from typing import Any

try:
    import pymysql
    from pymysql.constants import CLIENT, SERVER_STATUS
    from pymysql.protocol import MysqlPacket
except ModuleNotFoundError as _missing:
    from bascule.engine.dialects.connecting import driver_missing

    raise driver_missing("MariaDB and MySQL", "PyMySQL", "mysql") from _missing

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.engine.dialects.connecting import FailureKind, Login, StatementFailedError, honoured_options
from bascule.engine.dialects.mariadb.loading import HAS_TRIGGERS, batches, inserts, lines, load_data, takes_lines
from bascule.engine.dialects.mariadb.url_options import URL_OPTIONS
from bascule.engine.sql.statement import Load, Statement
from bascule.engine.urls import Url

_ACCESS_DENIED, _UNKNOWN_DATABASE, _DATABASE_DENIED = 1045, 1049, 1044
_LOCK_WAIT, _INTERRUPTED = 1205, 1317
_LOCAL_REFUSED = {1148, 3948, 4166}
"""LOAD DATA LOCAL is not allowed here, whatever the setting says: a proxy may mind."""
_CHUNK = 16 * 1024
"""Bytes of lines to a packet."""
_LOST = {2006, 2013, 2055, 1927, 1053}


def connect(login: Login) -> "MariadbConnection":
    """Opens a session in autocommit. Raises InputError for options, TargetError when the server cannot be reached or refuses."""
    url = login.url
    options, _ = honoured_options(url, URL_OPTIONS)
    tls = options.get("tls", "").lower() in ("true", "") and "tls" in options
    mode = options.get("ssl_mode", "").lower().replace("_", "-")
    arguments: dict[str, Any] = {}
    if "ssl_ca" in options:
        arguments["ssl_ca"] = options["ssl_ca"]
    if tls or mode in ("trust", "required", "require"):
        arguments["ssl"] = {"check_hostname": False}
    if mode in ("verify-ca", "verify-full", "verify-identity"):
        arguments |= {"ssl_verify_cert": True, "ssl_verify_identity": mode != "verify-ca"}
    if "collation" in options:
        arguments["collation"] = options["collation"]
    try:
        connection = _Session(
            host=url.host,
            port=url.port,
            user=login.username,
            password=login.password.reveal() if login.password else "",
            database=url.database or None,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=max(1, int(options.get("connect_timeout_ms", login.connect_timeout_s * 1000)) // 1000),
            program_name=login.application,
            client_flag=CLIENT.LOCAL_FILES,
            **arguments,
        )
    except (pymysql.MySQLError, OSError) as error:
        raise TargetError(_unreachable(url, login.username, error)) from error
    return MariadbConnection(connection, login)


def _unreachable(url: Url, user: str | None, error: Exception) -> Problem:
    place = f"{url.host}:{url.port}"
    number = error.args[0] if error.args else 0
    message = str(error.args[-1]) if error.args else str(error)
    what, fix = f"cannot connect to {url.dialect} at {place}", "check that the server runs and that the URL is right"
    if number == _ACCESS_DENIED:
        what, fix = f"the server at {place} refused the login of user '{user}'", "check --username and --password"
    elif number in (_UNKNOWN_DATABASE, _DATABASE_DENIED):
        what, fix = f"there is no database '{url.database}' at {place} for user '{user}'", "create it first, grant it, or correct the URL"
    elif "Name or service not known" in message or "getaddrinfo" in message:
        what, fix = f"the host '{url.host}' is not known", "check the host's spelling and this machine's DNS"
    elif "refused" in message:
        what, fix = f"nothing listens at {place}", "check host and port, that the server runs, and its bind-address"
    elif "SSL" in message:
        what, fix = f"no TLS session with the server at {place}", "check sslMode and serverSslCert in the URL"
    elif "timed out" in message:
        what, fix = f"the server at {place} did not answer in time", "check the network and firewalls between here and there"
    return Problem(code="RUN-001", what=what, where=url.shown, why=message, fix=fix)


def _number_of(error: BaseException | None) -> int:
    """The server's; 0 where there is none."""
    return error.args[0] if error is not None and error.args and isinstance(error.args[0], int) else 0


class _Session(pymysql.connections.Connection):
    """Answers a server that asks for a file with `lines`, when there are any. It opens no file: PyMySQL's own answer stays forbidden."""

    lines: bytes | None = None

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

    def __init__(self, connection: _Session, login: Login) -> None:
        self._connection = connection
        self._login = login
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
        """KILL QUERY from a second session: the protocol has no other way."""
        with (
            pymysql.connect(
                host=self._login.url.host,
                port=self._login.url.port,
                user=self._login.username,
                password=self._login.password.reveal() if self._login.password else "",
                connect_timeout=5,
            ) as other,
            other.cursor() as cursor,
        ):
            cursor.execute(f"KILL QUERY {self._number()}")

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
        return cursor

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
        code = "RUN-003" if kind == "connection_lost" else "RUN-002"
        why = f"error {number}" if number else None
        return StatementFailedError(Problem(code=code, what=message, where=self._login.url.shown, why=why), kind)
