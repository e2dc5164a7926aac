"""MariaDB's and MySQL's lock that dies with its owner: GET_LOCK held by an idle session of its own."""

import hashlib

from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.mariadb.connect import connect


class SessionLock:
    """Keyed by database and history table: these locks belong to the whole server."""

    tells_blockers = False

    def __init__(self, login: Login, table: str) -> None:
        self._connection = connect(login)
        text = f"{login.url.database}.{table}"
        self._name = "bascule-" + hashlib.sha256(text.encode()).hexdigest()[:40]
        self._connection.query("SET SESSION wait_timeout = 2147483")

    def first_words(self, lock_timeout_ms: int) -> str:
        return ""

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
        """Who holds the metadata or row locks is only told to those who may read the performance schema: not asked."""
        return []


def open_session_lock(login: Login, table: str, work: Connection) -> SessionLock:
    """Opens the lock's own session; it holds nothing yet."""
    return SessionLock(login, table)
