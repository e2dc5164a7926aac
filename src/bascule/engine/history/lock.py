"""Holding a target's changelog lock: first the session lock, which dies with its owner, then the row, which keeps other tools out."""

import time
from collections.abc import Callable

import msgspec

from bascule.core.errors import ConflictError, TargetError
from bascule.core.problems import Problem
from bascule.engine.dialects.live import LiveConnection, SessionLock
from bascule.engine.history.databasechangeloglock import LockRow, LockTable, holder_name

Tell = Callable[[str], None]

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 5.0
_ORPHAN_WAIT_S = 60.0


class LockSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait for another holder; whether the work of one that is gone is waited for or ended."""

    wait_s: float = 300.0
    cancel_orphan: bool = False


class HeldLock:
    """The lock while it is ours. `probe` before every commit; `release` at the end, also after an error."""

    def __init__(self, session: SessionLock, table: LockTable, connection: LiveConnection, holder: str) -> None:
        self.session = session
        self._table = table
        self._connection = connection
        self._holder = holder
        self._work_session = connection.session

    def first_words(self, lock_timeout_ms: int) -> str:
        """SQL that every work transaction begins with; empty where there is none."""
        return self.session.first_words(lock_timeout_ms)

    def probe(self) -> None:
        """Raises ConflictError when the lock was lost: then nothing may be committed any more."""
        if not self.session.is_held():
            raise ConflictError(
                Problem(
                    code="LCK-003",
                    what="the changelog lock was lost while working",
                    why="the session that held it ended; another run may have begun",
                    fix="run the same command again: what was not committed was undone",
                )
            )

    def move_to(self, connection: LiveConnection) -> None:
        """The work goes on in a new session: waits until the old one has ended, then names the new one in the row."""
        pauses = _Pauses(time.monotonic() + _ORPHAN_WAIT_S)
        while self.session.is_alive(self._work_session):
            if not pauses.sleep():
                raise TargetError(Problem(code="LCK-007", what=f"session {self._work_session} still works, although its connection broke"))
        before, self._connection = self._holder, connection
        self._work_session = connection.session
        self._holder = holder_name(self._work_session)
        for statement in self._table.take_over(self._holder, before):
            connection.execute(statement)

    def release(self) -> None:
        """Frees the row, if it is still ours, then the session lock. A broken connection frees both by itself, or the next taker does."""
        try:
            if not self._connection.in_transaction:
                for statement in self._table.free(self._holder):
                    self._connection.execute(statement)
        except TargetError:
            pass  # the row names our session: whoever comes next sees that it is gone, and takes the lock over
        finally:
            self.session.release()


def acquire(
    session: SessionLock,
    table: LockTable,
    connection: LiveConnection,
    exists: Callable[[], bool],
    settings: LockSettings,
    tell: Tell,
) -> HeldLock:
    """Takes the lock, waiting up to `wait_s`. Raises ConflictError that names the holder. `exists` tells whether the lock table does."""
    deadline = time.monotonic() + settings.wait_s
    holder = holder_name(connection.session)
    try:
        _take_session_lock(session, table, connection, exists, deadline, tell)
        if not exists():
            for statement in (*table.create(), *table.initialise()):
                connection.execute(statement)
        _take_row(session, table, connection, holder, settings, deadline, tell)
    except BaseException:
        session.release()
        raise
    return HeldLock(session, table, connection, holder)


def clear_abandoned(open_session: Callable[[], SessionLock], table: LockTable, connection: LiveConnection, tell: Tell) -> None:
    """Frees a row that a run of ours left behind when it was killed, so that other tools need not wait; what is held stays."""
    row = table.read(connection)
    if row is None or not row.locked or row.work_session is None or row.locked_by is None:
        return
    session = open_session()
    try:
        if session.try_acquire() and not session.is_alive(row.work_session):
            for statement in table.free(row.locked_by):
                connection.execute(statement)
            tell(f"Freed the changelog lock of {row.locked_by}: its owner is gone")
    finally:
        session.release()


def _take_session_lock(
    session: SessionLock, table: LockTable, connection: LiveConnection, exists: Callable[[], bool], deadline: float, tell: Tell
) -> None:
    pauses = _Pauses(deadline)
    row: LockRow | None = None
    while not session.try_acquire():
        if exists():
            row = table.read(connection)
        if pauses.is_first:
            tell(f"Waiting for changelog lock, held by {_name(row)} ....")
        if not pauses.sleep():
            raise ConflictError(_held("LCK-001", row, None, "another run of bascule works on this database; wait for it, or stop it"))


def _take_row(
    session: SessionLock, table: LockTable, connection: LiveConnection, holder: str, settings: LockSettings, deadline: float, tell: Tell
) -> None:
    pauses = _Pauses(deadline)
    while True:
        row = table.read(connection)
        if row is None:
            for statement in table.initialise():
                connection.execute(statement)
        elif not row.locked:
            if sum(connection.execute(statement) for statement in table.take(holder)) == 1:
                return
        elif row.work_session is not None and row.locked_by is not None:
            _wait_for_orphan(session, row.work_session, settings, deadline, tell)
            if sum(connection.execute(statement) for statement in table.take_over(holder, row.locked_by)) == 1:
                tell(f"Took over the changelog lock of {row.locked_by}: its owner is gone")
                return
        else:
            if pauses.is_first:
                tell(f"Waiting for changelog lock, held by {_name(row)} ....")
            if not pauses.sleep():
                age = table.age_s(connection)
                raise ConflictError(_held("LCK-002", row, age, "if that program no longer runs: bascule release-locks"))


def _wait_for_orphan(session: SessionLock, work_session: str, settings: LockSettings, deadline: float, tell: Tell) -> None:
    """Whoever held the lock is gone, but the server may still be doing their work: it ends, or is ended, before we begin."""
    pauses = _Pauses(deadline)
    if settings.cancel_orphan and session.is_alive(work_session):
        tell(f"Ending session {work_session}, left behind by a run that is gone")
        session.terminate(work_session)
    while session.is_alive(work_session):
        if pauses.is_first:
            tell(f"Waiting for session {work_session}, which still works for a run that is gone ....")
        if not pauses.sleep():
            raise ConflictError(
                Problem(
                    code="LCK-004",
                    what=f"session {work_session} still works for a run that is gone",
                    why="its statement goes on in the server although its client was killed",
                    fix="wait for it, or run again with --cancel-orphan",
                )
            )


class _Pauses:
    """Growing pauses up to a deadline."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._pause = _FIRST_PAUSE_S
        self.is_first = True

    def sleep(self) -> bool:
        """False when the deadline has passed."""
        self.is_first = False
        left = self._deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(self._pause, left))
        self._pause = min(self._pause * 1.5, _LONGEST_PAUSE_S)
        return True


def _name(row: LockRow | None) -> str:
    return f"{row.locked_by} since {row.granted_at}" if row is not None and row.locked_by else "another session"


def _held(code: str, row: LockRow | None, age_s: float | None, fix: str) -> Problem:
    age = "" if age_s is None else f", for {_span(age_s)}"
    return Problem(code=code, what=f"could not acquire the changelog lock: held by {_name(row)}{age}", fix=fix)


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
