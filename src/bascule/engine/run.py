"""Carries changesets out: the only writer to a target database. A changeset and its history row are committed together, or neither is."""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Literal

import msgspec

from bascule.core.errors import BasculeError, ConflictError, InputError, TargetError
from bascule.core.problems import Problem
from bascule.engine import events
from bascule.engine import operations as ops
from bascule.engine.cancel import Cancel
from bascule.engine.changelog import contexts, labels
from bascule.engine.changelog.description import description
from bascule.engine.changes.base import Change
from bascule.engine.dialects.connecting import StatementFailedError
from bascule.engine.dialects.live import LiveConnection
from bascule.engine.history.lock import HeldLock
from bascule.engine.history.row import HistoryRow, document
from bascule.engine.patience import Patience, PatienceSettings
from bascule.engine.preconditions.base import Answer, consequence, evaluate, message
from bascule.engine.programs import run_program
from bascule.engine.schema import Schema
from bascule.engine.selection import Pending
from bascule.engine.sql.statement import Statement
from bascule.engine.target import Target
from bascule.engine.watch import Watch
from bascule.engine.work import Scene, changes_of, ends_transaction, operations_of, render, stopped
from bascule.engine.world import world_of
from bascule.engine.written.changeset import ChangeSet

Status = Literal["EXECUTED", "RERAN", "MARK_RAN", "SKIPPED", "FAILED", "ROLLED_BACK"]


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a run behaves."""

    deployment_id: str
    patience: PatienceSettings = PatienceSettings()
    statement_texts: bool = True
    """False: events carry a statement's hash only."""
    mark_failed_as_ran: bool = False
    """A changeset that fails is recorded as run (MARK_RAN) and the run goes on."""


class Runner:
    """One run on one target, under its lock. Keeps what the history says up to date as changesets are carried out."""

    def __init__(
        self,
        target: Target,
        scene: Scene,
        lock: HeldLock,
        rows: Sequence[HistoryRow],
        emit: events.Emit,
        cancel: Cancel,
        settings: RunSettings,
    ) -> None:
        self.rows = list(rows)
        self._recorded = {row.identity for row in rows}
        self._target = target
        self._scene = scene
        self._lock = lock
        self._emit = emit
        self._cancel = cancel
        self._settings = settings
        self._next_order = max((row.order for row in rows), default=0) + 1
        self._sent: list[str] = []
        self._watch = Watch(lock.session, self._connection.session, self._tell)
        self._properties: Mapping[str, str] = {}

    @property
    def _connection(self) -> LiveConnection:
        return self._target.connection

    # What can be done

    def apply(self, pending: Pending, position: tuple[int, int], properties: Mapping[str, str]) -> Status:
        """Runs one changeset, its preconditions first. Raises InputError, ConflictError or TargetError when the run must end."""
        changeset = pending.changeset
        self._properties = properties
        self._begin(changeset, position)
        started = time.monotonic()
        try:
            branch = self._ask(changeset)
            if branch == "skip":
                return self._end(changeset, "SKIPPED", started)
            if branch == "mark_ran":
                row = self._record(pending, "MARK_RAN", None)
                return self._end(changeset, "MARK_RAN", started, row)
            row = self._carry_out(pending)
        except (TargetError, InputError, ConflictError) as error:
            self._cancel.check()
            if isinstance(error, StatementFailedError) and error.kind == "connection_lost":
                self._end(changeset, "FAILED", started, error=error)
                raise
            if not changeset.fail_on_error:
                self._tell(f"{changeset.fqn} failed, but failOnError is false: {error.problems[0].what}", "warning")
                return self._end(changeset, "FAILED", started, error=error)
            if self._settings.mark_failed_as_ran:
                self._end(changeset, "FAILED", started, error=error)
                row = self._record(pending, "MARK_RAN", None)
                return self._end(changeset, "MARK_RAN", started, row)
            self._end(changeset, "FAILED", started, error=error)
            raise self._explained(changeset, error) from error
        return self._end(changeset, "RERAN" if pending.action == "rerun" else "EXECUTED", started, row)

    def roll_back(self, changeset: ChangeSet, row: HistoryRow, changes: Sequence[Change], position: tuple[int, int]) -> None:
        """Runs the changes that undo a changeset, and removes its row."""
        self._begin(changeset, position, "rollback")
        started = time.monotonic()

        def work() -> None:
            self._execute_changes(changeset, changes, rollback=True)
            self._execute_all(self._target.changelog_table.delete(row), None)

        try:
            self._refuse_torn(changeset, changes)
            self._together(changeset, work, lambda: self._target.changelog_table.read_one(self._connection, row) is None)
        except (TargetError, InputError, ConflictError) as error:
            self._cancel.check()
            self._end(changeset, "FAILED", started, error=error, direction="rollback")
            raise self._explained(changeset, error, "rolling back ") from error
        self.rows.remove(row)
        self._recorded.discard(row.identity)
        self._end(changeset, "ROLLED_BACK", started, direction="rollback")

    def mark_ran(self, changeset: ChangeSet) -> HistoryRow:
        """Records a changeset as EXECUTED without running it (changelog-sync)."""
        tag = next((op.tag for op in operations_of(changes_of(changeset, self._scene)) if isinstance(op, ops.TagDatabase)), None)
        return self._record(Pending(changeset=changeset), "EXECUTED", tag)

    def mark_invalid(self, pending: Pending) -> None:
        """Records a changeset that does not pass validation as MARK_RAN, as its onValidationFail says."""
        self._record(pending, "MARK_RAN", None)

    def write(self, statements: Iterable[Statement]) -> None:
        """Bookkeeping of its own, in one transaction: checksums, tags."""
        todo = list(statements)
        if todo:
            self._connection.begin(self._first_words())
            try:
                for statement in todo:
                    self._connection.execute(statement)
                self._lock.probe()
                self._connection.commit()
            except BaseException:
                self._undo()
                raise

    def close(self) -> None:
        self._watch.stop()

    # Preconditions

    def _ask(self, changeset: ChangeSet) -> Literal["run", "skip", "mark_ran"]:
        preconditions = changeset.preconditions
        if preconditions is None:
            return "run"
        answer = evaluate(preconditions, world_of(self._target, self.rows, self._properties, changeset))
        what = consequence(preconditions, answer)
        if what is None:
            return "run"
        text = message(preconditions, answer)
        match what:
            case "HALT":
                raise _halted(changeset, answer, text)
            case "WARN":
                self._tell(f"{changeset.fqn} runs although its preconditions do not hold: {text}", "warning")
                return "run"
            case "CONTINUE":
                self._tell(f"{changeset.fqn} is skipped this time: {text}")
                return "skip"
            case "MARK_RAN":
                self._tell(f"{changeset.fqn} is marked as run: {text}")
                return "mark_ran"

    # A changeset's work

    def _carry_out(self, pending: Pending) -> HistoryRow:
        changeset = pending.changeset
        changes = changes_of(changeset, self._scene)
        self._refuse_torn(changeset, changes)
        written: list[HistoryRow] = []

        def work() -> None:
            written.clear()
            tag = self._execute_changes(changeset, changes)
            written.append(self._write_row(pending, "RERAN" if pending.action == "rerun" else "EXECUTED", tag))

        self._together(changeset, work, lambda: self._is_recorded(written))
        return self._remember(written[0])

    def _record(self, pending: Pending, exec_type: Status, tag: str | None) -> HistoryRow:
        written: list[HistoryRow] = []

        def work() -> None:
            written.clear()
            written.append(self._write_row(pending, exec_type, tag))

        self._together(pending.changeset, work, lambda: self._is_recorded(written))
        return self._remember(written[0])

    def _together(self, changeset: ChangeSet, work: Callable[[], None], is_done: Callable[[], bool]) -> None:
        """Runs `work` in one transaction and commits it; without one where the changeset asks for none.

        Waits for locks of others by trying again: nothing of an attempt stays. `is_done` tells, on a new session, whether a COMMIT
        whose answer was lost went through.
        """
        transactional = changeset.run_in_transaction
        patience = Patience(self._settings.patience)
        while True:
            self._sent.clear()
            try:
                if transactional:
                    self._connection.begin(self._first_words())
                work()
                self._lock.probe()
                if transactional:
                    self._commit(is_done)
            except StatementFailedError as error:
                self._undo()
                self._cancel.check()
                may_retry = transactional and self._scene.dialect.traits.transactional_ddl
                if error.kind != "lock_timeout" or not may_retry or not patience.wait(self._tell):
                    raise
            except BaseException:
                self._undo()
                raise
            else:
                return

    def _first_words(self) -> str:
        return self._lock.first_words(self._settings.patience.lock_timeout_ms)

    def _commit(self, is_done: Callable[[], bool]) -> None:
        with self._cancel.shield():
            try:
                self._connection.commit()
            except StatementFailedError as error:
                if error.kind != "connection_lost":
                    raise
                self._settle(error, is_done)

    def _settle(self, error: StatementFailedError, is_done: Callable[[], bool]) -> None:
        """The answer to COMMIT was lost: asks a new session what became of it. Raises the error when nothing was committed."""
        try:
            self._target.reconnect()
            self._lock.move_to(self._connection)
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
            self._connection.rollback()

    def _execute_changes(self, changeset: ChangeSet, changes: Sequence[Change], *, rollback: bool = False) -> str | None:
        """Sends everything the changes amount to; returns the tag that one of them sets."""
        at = self._scene.at_changeset(changeset)
        visitors = self._scene.visitors(changeset, rollback=rollback)
        tag = None
        for op in operations_of(changes):
            match op:
                case ops.TagDatabase():
                    tag = op.tag
                case ops.Tell():
                    self._emit(events.Log(text=op.message, stream="stdout" if op.target.upper() == "STDOUT" else "stderr"))
                case ops.Stop():
                    raise stopped(op, changeset)
                case ops.RunProgram():
                    run_program(op, self._tell)
                case _:
                    self._execute_all(render(op, self._scene, at, self._look, visitors), changeset)
        return tag

    def _execute_all(self, statements: Iterable[Statement], changeset: ChangeSet | None) -> None:
        for statement in statements:
            started = time.monotonic()
            with self._watch.watching():
                rows = self._connection.execute(statement)
            if changeset is not None:
                self._sent.append(statement.text)
                self._emit(
                    events.StatementRun(
                        fqn=changeset.fqn,
                        sha256=hashlib.sha256(statement.text.encode()).hexdigest(),
                        text=statement.text if self._settings.statement_texts else None,
                        rows=rows if rows >= 0 else None,
                        seconds=round(time.monotonic() - started, 6),
                    )
                )

    def _look(self, table: str) -> Schema:
        return self._target.shape((table,))

    def _refuse_torn(self, changeset: ChangeSet, changes: Sequence[Change]) -> None:
        """Refuses, before anything is sent, what would end the changeset's transaction halfway."""
        if not (changeset.run_in_transaction and self._scene.dialect.traits.transactional_ddl):
            return
        at = self._scene.at_changeset(changeset)
        for op in operations_of(changes):
            if not isinstance(op, ops.RunSql):
                continue
            for statement in render(op, self._scene, at, None):
                reason = None
                if ends_transaction(statement):
                    reason = "a changeset and its history row are one transaction; this statement would tear it apart"
                elif not statement.transactional:
                    reason = "the server does not run this statement inside a transaction"
                if reason:
                    short = " ".join(statement.text.split())[:120]
                    fix = 'set runInTransaction="false" on the changeset, and let it hold nothing else'
                    problem = Problem(code="RUN-052", what=f"'{short}' cannot run here", where=str(changeset.position), why=reason, fix=fix)
                    raise InputError(problem)

    # History rows

    def _write_row(self, pending: Pending, exec_type: Status, tag: str | None) -> HistoryRow:
        changeset = pending.changeset
        before = pending.row
        row = HistoryRow(
            id=changeset.id,
            author=changeset.author,
            file=before.file if before is not None else changeset.file,
            order=self._next_order,
            exec_type=exec_type,
            checksum=self._scene.checksum(changeset),
            description=description(changeset),
            comments=changeset.comment,
            tag=tag,
            contexts=contexts.contexts_column(changeset),
            labels=labels.labels_column(changeset),
            deployment_id=self._settings.deployment_id,
        )
        table = self._target.changelog_table
        statements = table.insert(row) if before is None else table.update(row)
        if not self._connection.can_return_rows:
            self._execute_all(statements, None)
            return table.read_one(self._connection, row) or row
        stored = None
        for statement in statements:
            with self._watch.watching():
                stored = table.write(self._connection, statement)
        return stored or row

    def _is_recorded(self, written: Sequence[HistoryRow]) -> bool:
        if not written:
            return False
        found = self._target.changelog_table.read_one(self._connection, written[0])
        return found is not None and found.order == written[0].order and found.deployment_id == written[0].deployment_id

    def _remember(self, row: HistoryRow) -> HistoryRow:
        self._next_order = max(self._next_order, row.order + 1)
        if row.identity in self._recorded:  # it ran again: now it stands last
            self.rows = [known for known in self.rows if known.identity != row.identity]
        self._recorded.add(row.identity)
        self.rows.append(row)
        return row

    # Telling

    def _begin(self, changeset: ChangeSet, position: tuple[int, int], direction: Literal["update", "rollback"] = "update") -> None:
        self._sent.clear()
        index, total = position
        self._emit(
            events.ChangesetStarted(
                fqn=changeset.fqn,
                id=changeset.id,
                author=changeset.author,
                file=changeset.file,
                index=index,
                total=total,
                direction=direction,
            )
        )

    def _end(
        self,
        changeset: ChangeSet,
        status: Status,
        started: float,
        row: HistoryRow | None = None,
        error: BasculeError | None = None,
        direction: Literal["update", "rollback"] = "update",
    ) -> Status:
        self._emit(
            events.ChangesetFinished(
                fqn=changeset.fqn,
                id=changeset.id,
                author=changeset.author,
                file=changeset.file,
                direction=direction,
                status=status,
                seconds=round(time.monotonic() - started, 6),
                sql=list(self._sent),
                row=document(row) if row is not None else None,
                error=error.problems[0].what if error is not None else None,
            )
        )
        self._cancel.check()
        return status

    def _tell(self, text: str, level: Literal["info", "warning"] = "info") -> None:
        self._emit(events.Log(text=text, level=level, stream="stderr"))

    def _explained(self, changeset: ChangeSet, error: BasculeError, doing: str = "") -> BasculeError:
        """The error with the changeset it happened in, and what of it stays."""
        first, *rest = error.problems
        stays = None
        done = len(self._sent)
        undone = changeset.run_in_transaction and self._scene.dialect.traits.transactional_ddl
        if isinstance(error, StatementFailedError):
            stays = (
                "nothing of it stays"
                if undone or not done
                else f"its first {done} statement(s) stay: the database could not take them back"
            )
        why = "; ".join(part for part in (first.why, stays) if part) or None
        where = str(changeset.position)
        problem = Problem(code=first.code, what=f"{doing}{changeset.fqn} failed: {first.what}", where=where, why=why, fix=first.fix)
        kind = type(error) if type(error) is not StatementFailedError else TargetError
        return kind([problem, *rest])


def _halted(changeset: ChangeSet, answer: Answer, text: str) -> ConflictError:
    verb = "do not hold" if answer.outcome == "failed" else "could not be evaluated"
    return ConflictError(
        Problem(
            code="RUN-040",
            what=f"its preconditions {verb}: {text}",
            where=str(changeset.preconditions.position if changeset.preconditions else changeset.position),
            fix="make them true, or say with onFail what is to be done instead (MARK_RAN, CONTINUE, WARN)",
        )
    )
