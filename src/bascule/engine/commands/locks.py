"""`list-locks`, `release-locks`."""

from bascule.core.errors import ConflictError
from bascule.core.problems import Problem
from bascule.engine.commands.session import Session
from bascule.engine.history.databasechangeloglock import LockRow


def holder(session: Session) -> LockRow | None:
    """The lock's row while someone holds it."""
    if not session.target.has_lock_table():
        return None
    row = session.target.lock_table.read(session.target.connection)
    return row if row is not None and row.locked else None


def release(session: Session, *, force: bool = False) -> None:
    """Frees the row that another tool, or a run that is gone, left behind. Raises ConflictError while a run of bascule holds the lock."""
    target = session.target
    if not target.has_lock_table():
        return
    lock = target.open_session_lock()
    try:
        if not lock.try_acquire() and not force:
            row = target.lock_table.read(target.connection)
            raise ConflictError(
                Problem(
                    code="LCK-006",
                    what=f"a run of bascule is working under this lock: {row.locked_by if row else 'unknown'}",
                    why="its session lock is held: the run is alive",
                    fix="wait for it or stop it; --force frees the row only",
                )
            )
        for statement in target.lock_table.free():
            target.connection.execute(statement)
    finally:
        lock.release()
