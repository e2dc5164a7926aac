"""PostgreSQL's lock that dies with its owner: an advisory lock held by an idle session of its own."""

import hashlib

from bascule.core.errors import ConflictError
from bascule.core.problems import Problem
from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.postgresql.connect import PostgresqlConnection, connect

_IDLE_TIMEOUT_SINCE = (14,)


class SessionLock:
    """Keyed by the history table."""

    tells_blockers = True

    def __init__(self, login: Login, table: str) -> None:
        self._connection = connect(login)
        self._key = _key(f"lock {table}")
        self._work_key = _key(f"work {table}")
        if self._connection.server_version >= _IDLE_TIMEOUT_SINCE:
            self._connection.query("SELECT set_config('idle_session_timeout', '0', false)")

    def refuse_pooler(self, work: Connection) -> None:
        """Raises ConflictError behind a transaction pooler, where no session lock holds.

        A pooler announces a backend pid of its own; it is one that deals transactions out when our pid changes while another
        transaction of ours is open.
        """
        first = self._pid()
        if first == self._connection.announced_pid:
            return
        work.begin()
        try:
            work.query("SELECT 1")
            second = self._pid()
        finally:
            work.rollback()
        if second != first:
            raise ConflictError(
                Problem(
                    code="LCK-005",
                    what="the URL leads to a transaction pooler, where a lock would not hold",
                    why=f"the backend changed from {first} to {second} between two statements of one session",
                    fix="give the URL of the server itself, or of a pooler in session mode",
                )
            )

    def first_words(self, lock_timeout_ms: int) -> str:
        """A second key, held until the work transaction ends: two of them never overlap, even if their owners lost the first."""
        return f"SET LOCAL lock_timeout = {lock_timeout_ms}; SELECT pg_advisory_xact_lock({self._work_key})"

    def try_acquire(self) -> bool:
        ((acquired,),) = self._connection.query(f"SELECT pg_try_advisory_lock({self._key})")
        return bool(acquired)

    def is_held(self) -> bool:
        return self._connection.is_alive()

    def release(self) -> None:
        """Closing the session frees the lock."""
        self._connection.close()

    def is_alive(self, session: str) -> bool:
        """Whether that work session still exists. One whose start we may not see counts as alive."""
        pid, _, start = session.partition("/")
        sql = "SELECT extract(epoch FROM backend_start)::numeric(20, 3) FROM pg_stat_activity WHERE pid = %s"
        rows = self._connection.query(sql, (int(pid),)) if pid.isdigit() else []
        return any(row[0] is None or str(row[0]) == start for row in rows)

    def terminate(self, session: str) -> None:
        """Ends that work session; the server rolls its transaction back."""
        self._connection.query("SELECT pg_terminate_backend(%s)", (int(session.partition("/")[0]),))

    def blockers(self, session: str) -> list[str]:
        """Who stands in the way of that session now: pid, user, application, query, age."""
        sql = """
            SELECT a.pid, a.usename, a.application_name, left(regexp_replace(a.query, '\\s+', ' ', 'g'), 120),
                   date_trunc('second', now() - a.xact_start)::text
            FROM unnest(pg_blocking_pids(%s)) AS blocking(pid) JOIN pg_stat_activity a ON a.pid = blocking.pid
        """
        rows = self._connection.query(sql, (int(session.partition("/")[0]),))
        return [
            f"pid {pid}, user {user}, application '{app}', in its transaction for {age}, last: {query}"
            for pid, user, app, query, age in rows
        ]

    def _pid(self) -> int:
        ((pid,),) = self._connection.query("SELECT pg_backend_pid()")
        return int(pid)


def _key(text: str) -> int:
    """A signed 64-bit advisory key. Advisory locks belong to one database, so its name need not be in it."""
    return int.from_bytes(hashlib.sha256(f"bascule {text}".encode()).digest()[:8], "big", signed=True)


def open_session_lock(login: Login, table: str, work: Connection) -> SessionLock:
    """Opens the lock's own session; it holds nothing yet."""
    lock = SessionLock(login, table)
    if isinstance(work, PostgresqlConnection):
        try:
            lock.refuse_pooler(work)
        except ConflictError:
            lock.release()
            raise
    return lock
