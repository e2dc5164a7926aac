"""Work that is committed as a whole, or not at all: one transaction, tried again while others hold a lock, looked up when in doubt."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.engine.cancel import Cancel
from bascule.engine.dialects.connecting import StatementFailedError
from bascule.engine.history.lock import HeldLock
from bascule.engine.patience import Patience, PatienceSettings
from bascule.engine.sql.statement import Statement
from bascule.engine.target import Target
from bascule.engine.watch import Watch

Work = Callable[[], Sequence[Statement]]
"""Does the work and returns what records it: the statements that are sent last, once the lock was probed."""


class Together:
    """Commits on one target, under its lock."""

    def __init__(
        self, target: Target, lock: HeldLock, watch: Watch, cancel: Cancel, patience: PatienceSettings, tell: Callable[[str], None]
    ) -> None:
        self._target = target
        self._lock = lock
        self._watch = watch
        self._cancel = cancel
        self._patience = patience
        self._tell = tell

    def carry_out(self, work: Work, is_done: Callable[[], bool], *, transactional: bool = True) -> list[tuple[Any, ...]]:
        """Runs `work` in one transaction and commits it; without one where none is wanted. Returns the rows of its last statement.

        Waits for locks of others by trying again: nothing of an attempt stays. `is_done` tells, on a new session, whether a COMMIT
        whose answer was lost went through.
        """
        patience = Patience(self._patience)
        while True:
            try:
                if transactional:
                    with self._watch.watching():
                        self._target.connection.begin(self._lock.first_words(self._patience.lock_timeout_ms))
                closing = work()
                self._lock.probe()
                return self._finish(closing, is_done)
            except StatementFailedError as error:
                self._undo()
                self._cancel.check()
                may_retry = transactional and self._target.dialect.traits.transactional_ddl
                if error.kind != "lock_timeout" or not may_retry or not patience.wait(self._tell):
                    raise
            except BaseException:
                self._undo()
                raise

    def _finish(self, closing: Sequence[Statement], is_done: Callable[[], bool]) -> list[tuple[Any, ...]]:
        with self._cancel.shield():
            try:
                with self._watch.watching():
                    return self._target.connection.finish(closing)
            except StatementFailedError as error:
                if error.kind != "connection_lost":
                    raise
                self._settle(error, is_done)
                return []

    def _settle(self, error: StatementFailedError, is_done: Callable[[], bool]) -> None:
        """The answer to COMMIT was lost: asks a new session what became of it. Raises the error when nothing was committed."""
        try:
            self._target.reconnect()
            self._lock.move_to(self._target.connection)
            self._watch.move_to(self._target.connection.session)
            committed = is_done()
        except TargetError as unreachable:
            problem = Problem(
                code="RUN-005",
                what="the connection was lost while committing, and the database cannot be asked whether it was done",
                why=unreachable.problems[0].what,
                fix="when it can be reached again, run the same command: the history tells what was done",
            )
            raise TargetError(problem) from error
        if not committed:
            raise error

    def _undo(self) -> None:
        """Rolls back. A session that is gone took its transaction with it."""
        with self._cancel.shield(), suppress(TargetError):
            self._target.connection.rollback()
