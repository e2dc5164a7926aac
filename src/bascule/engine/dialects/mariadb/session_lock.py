"""MariaDB's and MySQL's lock that dies with its owner: GET_LOCK held by an idle session of its own."""

# ruff: noqa: S608 - the questions are constants

import hashlib
from collections.abc import Iterator

from bascule.core.errors import TargetError
from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.mariadb.connect import connect


class SessionLock:
    """Keyed by database and history table: these locks belong to the whole server."""

    tells_blockers = True

    def __init__(self, login: Login, table: str) -> None:
        self._connection = connect(login)
        text = f"{login.url.database}.{table}"
        self._name = "bascule-" + hashlib.sha256(text.encode()).hexdigest()[:40]
        self._connection.query("SET SESSION wait_timeout = 2147483")

    def first_words(self, lock_timeout_ms: int) -> str:
        """Whole seconds, as these settings take them: for metadata (DDL) and for rows."""
        seconds = max(1, -(-lock_timeout_ms // 1000))
        return f"SET SESSION lock_wait_timeout = {seconds}, innodb_lock_wait_timeout = {seconds}"

    def try_acquire(self) -> bool:
        ((acquired,),) = self._connection.query("SELECT GET_LOCK(%s, 0)", (self._name,))
        return bool(acquired)

    def is_held(self) -> bool:
        return self._connection.is_alive()

    def release(self) -> None:
        """Closing the session frees the lock."""
        self._connection.close()

    def is_alive(self, session: str) -> bool:
        number, _, server = session.partition("/")
        sql = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = %s AND CONCAT(@@hostname, ':', @@port) = %s"
        ((count,),) = self._connection.query(sql, (number, server))
        return bool(count)

    def terminate(self, session: str) -> None:
        self._connection.query(f"KILL {int(session.partition('/')[0])}")

    def blockers(self, session: str) -> list[str]:
        """Who stands in the way of that session now, by what this server tells and we may read; nothing where it does not wait."""
        number = int(session.partition("/")[0])
        state = self._connection.query("SELECT STATE FROM information_schema.PROCESSLIST WHERE ID = %s", (number,))
        waits_for_metadata = bool(state) and "metadata lock" in str(state[0][0])
        for sql, parameters in _ways_to_ask(number, waits_for_metadata):
            try:
                rows = self._connection.query(sql, parameters)
            except TargetError:
                continue  # this server does not have that view, or we may not read it
            if rows:
                return [
                    f"pid {pid}, user {user} from {host}, in its transaction for {age} s, last: {' '.join((query or '').split())}"
                    for pid, user, host, age, query in rows
                ]
        return []


_WHO = "p.ID, p.USER, p.HOST, COALESCE(TIMESTAMPDIFF(SECOND, t.trx_started, NOW()), p.TIME), LEFT(p.INFO, 120)"
_HOLDERS_OF_ROWS = f"""
    SELECT {_WHO} FROM information_schema.INNODB_LOCK_WAITS w
    JOIN information_schema.INNODB_TRX r ON r.trx_id = w.requesting_trx_id
    JOIN information_schema.INNODB_TRX t ON t.trx_id = w.blocking_trx_id
    JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id
    WHERE r.trx_mysql_thread_id = %s
"""
_HOLDERS_OF_METADATA = f"""
    SELECT DISTINCT {_WHO} FROM information_schema.METADATA_LOCK_INFO m
    JOIN information_schema.PROCESSLIST p ON p.ID = m.THREAD_ID
    LEFT JOIN information_schema.INNODB_TRX t ON t.trx_mysql_thread_id = p.ID
    WHERE m.THREAD_ID <> %s AND m.TABLE_SCHEMA = DATABASE() AND m.LOCK_MODE <> 'MDL_INTENTION_EXCLUSIVE'
"""
_HOLDERS_IN_THE_PERFORMANCE_SCHEMA = f"""
    SELECT DISTINCT {_WHO} FROM performance_schema.metadata_locks wanted
    JOIN performance_schema.threads waiting ON waiting.THREAD_ID = wanted.OWNER_THREAD_ID AND waiting.PROCESSLIST_ID = %s
    JOIN performance_schema.metadata_locks held ON held.LOCK_STATUS = 'GRANTED' AND held.OBJECT_SCHEMA = wanted.OBJECT_SCHEMA
        AND held.OBJECT_NAME = wanted.OBJECT_NAME AND held.OWNER_THREAD_ID <> wanted.OWNER_THREAD_ID
    JOIN performance_schema.threads holding ON holding.THREAD_ID = held.OWNER_THREAD_ID
    JOIN information_schema.PROCESSLIST p ON p.ID = holding.PROCESSLIST_ID
    LEFT JOIN information_schema.INNODB_TRX t ON t.trx_mysql_thread_id = p.ID
    WHERE wanted.LOCK_STATUS = 'PENDING'
"""
_OPEN_TRANSACTIONS = f"""
    SELECT {_WHO} FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id
    WHERE p.ID <> %s AND p.ID <> CONNECTION_ID() AND p.DB = DATABASE()
"""
"""Without a plugin nobody tells who holds metadata: those with an open transaction in the same database may."""


def _ways_to_ask(number: int, waits_for_metadata: bool) -> Iterator[tuple[str, tuple[int, ...]]]:
    if not waits_for_metadata:
        yield _HOLDERS_OF_ROWS, (number,)
        return
    yield _HOLDERS_IN_THE_PERFORMANCE_SCHEMA, (number,)
    yield _HOLDERS_OF_METADATA, (number,)
    yield _OPEN_TRANSACTIONS, (number,)


def open_session_lock(login: Login, table: str, work: Connection) -> SessionLock:
    """Opens the lock's own session; it holds nothing yet."""
    return SessionLock(login, table)
