"""SQLite's lock that dies with its owner: `flock` on a file beside the database."""

import os
from pathlib import Path

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.connecting import Login


class SessionLock:
    """Held by the open file; the kernel frees it when the process ends, however it ends."""

    tells_blockers = True

    def __init__(self, database: str) -> None:
        in_memory = not database or database == ":memory:"
        self._database = database
        self._path = None if in_memory else Path(f"{database}-bascule.lock")
        self._file: int | None = None

    def first_words(self, lock_timeout_ms: int) -> str:
        return ""

    def try_acquire(self) -> bool:
        if self._path is None:
            return True
        try:
            import fcntl
        except ModuleNotFoundError as error:
            raise TargetError(_no_lock_here()) from error
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        if self.is_held():
            return True
        self._close()  # whoever held it before us has just removed the file: it is no longer the one others open
        return False

    def is_held(self) -> bool:
        """Whether the file we hold is still the one beside the database."""
        if self._path is None:
            return True
        if self._file is None:
            return False
        try:
            ours, there = os.fstat(self._file), self._path.stat()
        except FileNotFoundError:
            return False
        return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)

    def release(self) -> None:
        if self._file is not None and self._path is not None:
            if self.is_held():
                self._path.unlink(missing_ok=True)
            self._close()

    def is_alive(self, session: str) -> bool:
        """A process that died leaves no session behind in SQLite."""
        return False

    def terminate(self, session: str) -> None:
        """Nothing can be left to end."""

    def blockers(self, session: str) -> list[str]:
        """The processes that hold the file locked; known on Linux alone."""
        from bascule.engine.dialects.sqlite.holders import holders

        return holders(self._database)

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _no_lock_here() -> Problem:
    return Problem(
        code="LCK-008",
        what="this system has no file lock that dies with its owner (flock)",
        why="two runs could work on one SQLite file at once",
        fix="work on SQLite files from Linux, macOS or another POSIX system",
    )


def open_session_lock(login: Login, table: str, work: Connection) -> SessionLock:
    """One lock per file, whatever the history table is: SQLite has one writer anyway."""
    return SessionLock(login.url.database)
