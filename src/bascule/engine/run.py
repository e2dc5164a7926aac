"""Carries changesets out: the only writer to a target database. A changeset and its history row are committed together, or neither is."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from bascule.core.errors import BasculeError, ConflictError, InputError, TargetError
from bascule.engine import events
from bascule.engine import operations as ops
from bascule.engine.book import Book, ExecType
from bascule.engine.cancel import Cancel
from bascule.engine.changes.base import Change
from bascule.engine.dialects.connecting import StatementFailedError
from bascule.engine.failure import Remains, explained, halted
from bascule.engine.halfdone import told
from bascule.engine.history.databasechangelog import returned
from bascule.engine.history.databasechangelogjournal import Direction
from bascule.engine.history.lock import HeldLock
from bascule.engine.history.row import HistoryRow, document
from bascule.engine.journal import Journal, Page
from bascule.engine.patience import PatienceSettings
from bascule.engine.preconditions.base import consequence, evaluate, message
from bascule.engine.programs import run_program
from bascule.engine.schema import Schema
from bascule.engine.selection import Pending
from bascule.engine.sending import Sender, SenderSettings
from bascule.engine.sql.statement import Statement
from bascule.engine.target import Target
from bascule.engine.together import Together
from bascule.engine.watch import Watch
from bascule.engine.work import Scene, as_script, changes_of, operations_of, refuse_torn, render, stopped, work_of
from bascule.engine.world import world_of
from bascule.engine.written.changeset import ChangeSet

Status = Literal["EXECUTED", "RERAN", "MARK_RAN", "SKIPPED", "FAILED", "ROLLED_BACK"]

_NOTHING = "nothing of it stays"


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a run behaves."""

    deployment_id: str
    patience: PatienceSettings = PatienceSettings()
    statement_texts: bool = True
    """False: events carry a statement's hash only."""
    client_settings: Mapping[str, str] = {}
    """Of the databases' own clients: `psql-path`, `mysql-timeout`, …"""
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
        self._target = target
        self._scene = scene
        self._emit = emit
        self._cancel = cancel
        self._settings = settings
        self._book = Book(target.changelog_table, rows, scene, settings.deployment_id)
        self._watch = Watch(lock.session, target.connection.session, self._tell)
        told = SenderSettings(patience=settings.patience, statement_texts=settings.statement_texts)
        self._sender = Sender(target, self._watch, emit, self._tell, told)
        self._journal = Journal(target, settings.deployment_id, self._tell)
        self._together = Together(target, lock, self._watch, cancel, settings.patience, self._tell)
        self._properties: Mapping[str, str] = {}

    @property
    def rows(self) -> list[HistoryRow]:
        """The history as it is now, oldest first."""
        return self._book.rows

    # What can be done

    def prepare(self, changesets: Iterable[ChangeSet]) -> None:
        """Before the first of them: sees to it that a journal can be kept where one is needed."""
        self._journal.prepare(changesets)

    def apply(self, pending: Pending, position: tuple[int, int], properties: Mapping[str, str]) -> Status:
        """Runs one changeset, its preconditions first. Raises InputError, ConflictError or TargetError when the run must end."""
        changeset = pending.changeset
        self._properties = properties
        self._begin(changeset, position)
        started = time.monotonic()
        page = None
        try:
            page = self._page(changeset, "update")
            branch = "run" if page is not None and page.resumes else self._ask(changeset)
            if branch == "skip":
                return self._end(changeset, "SKIPPED", started)
            if branch == "mark_ran":
                row = self._record(pending, "MARK_RAN", None)
                return self._end(changeset, "MARK_RAN", started, row)
            row = self._carry_out(pending, page)
        except (TargetError, InputError, ConflictError) as error:
            self._cancel.check()
            if isinstance(error, StatementFailedError) and error.kind == "connection_lost":
                self._end(changeset, "FAILED", started, error=error)
                raise
            remains = self._remains(changeset, error, page)
            if not changeset.fail_on_error:
                self._tell(f"{changeset.fqn} failed, but failOnError is false: {error.problems[0].what}", "warning")
                return self._end(changeset, "FAILED", started, error=error)
            if self._settings.mark_failed_as_ran:
                self._end(changeset, "FAILED", started, error=error)
                row = self._record(pending, "MARK_RAN", None)
                return self._end(changeset, "MARK_RAN", started, row)
            self._end(changeset, "FAILED", started, error=error)
            raise explained(changeset, error, remains) from error
        return self._end(changeset, "RERAN" if pending.action == "rerun" else "EXECUTED", started, row)

    def roll_back(self, changeset: ChangeSet, row: HistoryRow, changes: Sequence[Change], position: tuple[int, int]) -> None:
        """Runs the changes that undo a changeset, and removes its row."""
        self._begin(changeset, position, "rollback")
        started = time.monotonic()

        page: Page | None = None

        def work() -> Sequence[Statement]:
            self._execute(changeset, changes, page, rollback=True)
            return (*self._forgetting(changeset, page), *self._target.changelog_table.delete(row))

        def is_done() -> bool:
            return self._target.changelog_table.read_one(self._target.connection, row) is None

        try:
            refuse_torn(changeset, changes, self._scene)
            page = self._page(changeset, "rollback")
            self._together.carry_out(work, is_done, transactional=changeset.is_atomic)
        except (TargetError, InputError, ConflictError) as error:
            self._cancel.check()
            self._end(changeset, "FAILED", started, error=error, direction="rollback")
            raise explained(changeset, error, self._remains(changeset, error, page), "rolling back ") from error
        self._book.forget(row)
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
        todo = tuple(statements)
        if todo:
            self._together.carry_out(lambda: todo, lambda: False)

    def close(self) -> None:
        self._watch.stop()
        self._journal.close()

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
                raise halted(changeset, answer, text)
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

    def _carry_out(self, pending: Pending, page: Page | None) -> HistoryRow:
        changeset = pending.changeset
        changes = changes_of(changeset, self._scene)
        refuse_torn(changeset, changes, self._scene)
        return self._record(pending, "RERAN" if pending.action == "rerun" else "EXECUTED", changes=changes, page=page)

    def _record(
        self, pending: Pending, exec_type: ExecType, tag: str | None = None, changes: Sequence[Change] = (), page: Page | None = None
    ) -> HistoryRow:
        """Runs the changes, if any, and writes the changeset's row. Returns it as stored."""
        changeset, table = pending.changeset, self._target.changelog_table
        written: list[HistoryRow] = []

        def work() -> Sequence[Statement]:
            written[:] = [self._book.row_of(pending, exec_type, self._execute(changeset, changes, page) or tag)]
            statement = self._book.write(pending, written[0])
            if self._target.connection.can_return_rows:
                statement = table.returning(statement)
            return (*self._forgetting(changeset, page), statement)

        def is_done() -> bool:
            return bool(written) and self._book.is_recorded(written[0], self._target.connection)

        rows = self._together.carry_out(work, is_done, transactional=changeset.is_atomic)
        stored = returned(rows) or table.read_one(self._target.connection, written[0])
        return self._book.remember(stored or written[0])

    def _execute(self, changeset: ChangeSet, changes: Sequence[Change], page: Page | None, *, rollback: bool = False) -> str | None:
        """Sends everything the changes amount to; returns the tag that one of them sets."""
        self._sender.start(changeset, page)
        at = self._scene.at_changeset(changeset)
        visitors = self._scene.visitors(changeset, rollback=rollback)
        tag = None
        script: list[Statement] = []
        as_shown = bool(visitors) or changeset.client is not None
        for op in operations_of(changes) if as_shown else work_of(changes):
            match op:
                case ops.TagDatabase():
                    tag = op.tag
                case ops.Tell():
                    self._emit(events.Log(text=op.message, stream="stdout" if op.target.upper() == "STDOUT" else "stderr"))
                case ops.Stop():
                    raise stopped(op, changeset)
                case ops.RunProgram():
                    run_program(op, self._tell)
                case _ if changeset.client is not None:
                    script.extend(render(op, self._scene, at, self._look, visitors))
                case _:
                    self._sender.send(render(op, self._scene, at, self._look, visitors), op)
        if script:
            self._sender.hand_over(as_script(script), lambda text: self._run_with_client(changeset, text))
        return tag

    def _run_with_client(self, changeset: ChangeSet, text: str) -> None:
        from bascule.engine.clients import CLIENTS
        from bascule.engine.clients.running import run_script

        client, schema = CLIENTS.get(changeset.client or ""), self._target.settings.default_schema
        told = self._settings.client_settings
        run_script(client, text, self._target.login, schema, told, changeset.run_with_spool_file, self._tell)

    def _look(self, table: str) -> Schema:
        return self._target.shape((table,))

    # The journal of what no transaction holds together

    def _page(self, changeset: ChangeSet, direction: Direction) -> Page | None:
        return self._journal.page(changeset, direction) if self._journal.keeps(changeset) else None

    def _forgetting(self, changeset: ChangeSet, page: Page | None) -> tuple[Statement, ...]:
        """What is done as a whole needs no journal any more."""
        return page.closing() if page is not None else self._journal.forgetting(changeset)

    def _remains(self, changeset: ChangeSet, error: BasculeError, page: Page | None) -> Remains | None:
        """What of a failed changeset is in the database, by the journal and the catalog."""
        if not isinstance(error, StatementFailedError) or error.kind == "connection_lost":
            return None
        if page is None:
            kept = self._sender.sent and not (changeset.is_atomic and self._scene.dialect.traits.transactional_ddl)
            count = len(self._sender.sent)
            return Remains(text=f"its first {count} statement(s) stay: the database could not take them back" if kept else _NOTHING)
        self._sender.settle_failure()
        rows = page.kept()
        if not rows:
            return Remains(text=_NOTHING)
        failed = self._sender.sequence
        return Remains(
            text=f"statement {failed} failed; of those before it stay: {told(self._target, rows)}",
            fix=f"put statement {failed} right and run the same command again: what is done is not repeated",
        )

    # Telling

    def _begin(self, changeset: ChangeSet, position: tuple[int, int], direction: Direction = "update") -> None:
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
        direction: Direction = "update",
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
                sql=list(self._sender.sent),
                row=document(row) if row is not None else None,
                error=error.problems[0].what if error is not None else None,
            )
        )
        self._cancel.check()
        return status

    def _tell(self, text: str, level: Literal["info", "warning"] = "info") -> None:
        self._emit(events.Log(text=text, level=level, stream="stderr"))
