"""SQL as a script: what the verbs that write would send, for people to read, keep or run by hand."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime

import msgspec

from bascule.core.errors import ConflictError
from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changelog import contexts, labels
from bascule.engine.changelog.description import description
from bascule.engine.changes.base import Change
from bascule.engine.commands.checks import check
from bascule.engine.commands.foresight import Foresight
from bascule.engine.commands.rollback import Undo, changes_that_undo, undoing
from bascule.engine.commands.session import Session
from bascule.engine.history.databasechangelog import TOOL
from bascule.engine.history.databasechangeloglock import holder_name
from bascule.engine.history.row import HistoryRow
from bascule.engine.preconditions.base import consequence, evaluate, message
from bascule.engine.selection import Identity, Pending, Selection
from bascule.engine.sql.statement import Statement
from bascule.engine.target import History
from bascule.engine.work import changes_of, operations_of, render, stopped
from bascule.engine.written.changeset import ChangeSet

_RULE = "*" * 69


class Script:
    """Collects the lines; `commands` holds the statements of changes alone, without the bookkeeping around them."""

    def __init__(self, session: Session) -> None:
        self.lines: list[str] = []
        self.commands: list[str] = []
        self._session = session
        self._prefix = session.target.dialect.traits.comment_prefix
        self._next_order = 1
        self._rows: dict[tuple[str, str, str], HistoryRow] = {}
        self._foresight = Foresight(session.target)

    def comment(self, text: str) -> None:
        self.lines.extend(f"{self._prefix}{line}" for line in text.split("\n"))

    def statement(self, statement: Statement) -> None:
        """The statement with what ends it, and an empty line."""
        separator = self._session.target.dialect.traits.batch_separator
        delimiter = "" if separator and statement.delimiter != ";" else statement.delimiter
        end = "" if statement.text.rstrip().endswith(delimiter) else delimiter
        self.lines.extend((*f"{statement.text}{end}".split("\n"), *([separator] if separator else ()), ""))

    def statements(self, statements: Iterable[Statement]) -> None:
        for statement in statements:
            self.statement(statement)

    def header(self, title: str) -> None:
        session = self._session
        for line in (
            _RULE,
            title,
            _RULE,
            f"Change Log: {session.request.changelog}",
            f"Ran at: {datetime.now():%Y-%m-%d %H:%M:%S}",
            f"Against: {session.target.shown}",
            f"Bascule version: {TOOL.removeprefix('bascule ')}",
            _RULE,
        ):
            self.comment(line)
        self.lines.append("")

    @contextmanager
    def locked(self, history: History) -> Iterator[None]:
        """The words that make the tables where they are missing, take the lock and free it. Offline there is no lock."""
        with closing(self._foresight), self._bookkept(history):
            yield

    @contextmanager
    def _bookkept(self, history: History) -> Iterator[None]:
        target = self._session.target
        self._next_order = max((row.order for row in history.rows), default=0) + 1
        self._rows = {row.identity: row for row in history.rows}
        if not target.is_online:
            if target.history_output == "all" and not history.exists:
                self.statements(target.changelog_table.create())
            yield
            if (rows := tuple(self._rows.values())) != history.rows:
                target.keep_history(rows)
            return
        if not target.has_lock_table():
            self.comment("Create Database Lock Table")
            self.statements(target.lock_table.create())
            self.comment("Initialize Database Lock Table")
            self.statements(target.lock_table.initialise())
        self.comment("Lock Database")
        self.statements(target.lock_table.take(holder_name("script").removesuffix(" bascule:script")))
        if not history.exists:
            self.comment("Create Database Change Log Table")
            self.statements(target.changelog_table.create())
        yield
        self.comment("Release Database Lock")
        self.statements(target.lock_table.free())

    def update(self, item: Pending) -> None:
        """One changeset and its row."""
        changeset = item.changeset
        self.comment(f"Changeset {changeset.fqn}")
        if changeset.comment:
            self.comment(changeset.comment)
        tag = self._changes(changeset, changes_of(changeset, self._session.scene))
        self.row(item, tag)

    def row(self, item: Pending, tag: str | None = None) -> None:
        """The history row of a changeset."""
        changeset, table = item.changeset, self._session.target.changelog_table
        row = HistoryRow(
            id=changeset.id,
            author=changeset.author,
            file=item.row.file if item.row is not None else changeset.file,
            order=self._next_order,
            exec_type="EXECUTED" if item.row is None else "RERAN",
            checksum=self._session.scene.checksum(changeset),
            description=description(changeset),
            comments=changeset.comment,
            tag=tag,
            contexts=contexts.contexts_column(changeset),
            labels=labels.labels_column(changeset),
            deployment_id=self._session.deployment_id,
        )
        self._next_order += 1
        self._rows.pop(row.identity, None)
        self._rows[row.identity] = row
        self.bookkeeping(table.insert(row) if item.row is None else table.update(row))

    def checksum(self, row: HistoryRow, checksum: str) -> None:
        """A recorded checksum in today's version."""
        self._rows[row.identity] = msgspec.structs.replace(row, checksum=checksum)
        self.bookkeeping(self._session.target.changelog_table.set_checksum(row, checksum))

    def bookkeeping(self, statements: Iterable[Statement]) -> None:
        """Statements on the history table, where they are to be shown."""
        if self._session.target.history_output != "none":
            self.statements(statements)

    def undo(self, changeset: ChangeSet, row: HistoryRow, changes: Sequence[Change]) -> None:
        """What undoes a changeset, and the end of its row."""
        self.comment(f"Rolling Back ChangeSet: {changeset.fqn}")
        self._changes(changeset, changes, rollback=True)
        self._rows.pop(row.identity, None)
        self.bookkeeping(self._session.target.changelog_table.delete(row))

    def _changes(self, changeset: ChangeSet, changes: Sequence[Change], *, rollback: bool = False) -> str | None:
        scene = self._session.scene
        at, visitors = scene.at_changeset(changeset), scene.visitors(changeset, rollback=rollback)
        tag = None
        for op in operations_of(changes):
            if isinstance(op, ops.TagDatabase):
                tag = op.tag
            elif isinstance(op, ops.Stop):
                raise stopped(op, changeset)
            elif isinstance(op, ops.RunProgram):
                self.comment(f"{' '.join(op.argv)};")
            rendered = render(op, scene, at, self._foresight.look, visitors)
            for statement in rendered:
                self.statement(statement)
                self.commands.append(statement.text)
            self._foresight.note((op,))
            self._foresight.rehearse(rendered)
        return tag


def update_script(session: Session, *, count: int | None = None, tag: str | None = None, only: Identity | None = None) -> Script:
    """What `update` would send now. Preconditions are taken to hold, unless their onSqlOutput says otherwise."""
    history = session.target.read_history()
    selection = session.select(history.rows, count=count, tag=tag, only=only)
    check(session, selection)
    script = Script(session)
    with script.locked(history):
        if count is None and tag is None:
            script.header("Update Database Script")
        _upgrade_checksums(session, script, selection)
        for item in selection.pending:
            if _asks(session, item, history):
                script.update(item)
    return script


def rollback_script(session: Session, undo: Sequence[Undo], history: History, title: str, instead: str | None = None) -> Script:
    """What rolling these back would send; `instead` names the file of a script that undoes them all."""
    session.check_history(history.rows)
    script = Script(session)
    with script.locked(history):
        script.header(title)
        for item, changes in undoing(session, undo, instead):
            script.undo(item.changeset, item.row, changes)
    return script


def future_rollback_script(session: Session, *, count: int | None = None, tag: str | None = None) -> Script:
    """What would undo the changesets that have not run yet, the last one first."""
    history = session.target.read_history()
    selection = session.select(history.rows, count=count, tag=tag)
    check(session, selection)
    script = Script(session)
    script.header("SQL to roll back currently unexecuted changes")
    with script.locked(history):
        for item in reversed(selection.pending):
            changeset = item.changeset
            row = HistoryRow(id=changeset.id, author=changeset.author, file=changeset.file)
            script.undo(changeset, row, changes_that_undo(session, changeset))
    return script


def sync_script(session: Session, pending: Sequence[Pending], history: History, title: str) -> Script:
    """What records these changesets as run without running them."""
    script = Script(session)
    with script.locked(history):
        script.header(title)
        for item in pending:
            tag = next((op.tag for op in operations_of(changes_of(item.changeset, session.scene)) if isinstance(op, ops.TagDatabase)), None)
            script.row(item, tag)
    return script


def _upgrade_checksums(session: Session, script: Script, selection: Selection) -> None:
    for upgrade in selection.upgrades:
        if upgrade.row.checksum is not None:
            script.checksum(upgrade.row, upgrade.checksum)


def _asks(session: Session, item: Pending, history: History) -> bool:
    """Whether a changeset stays in the script: only `onSqlOutput` TEST asks the database."""
    preconditions = item.changeset.preconditions
    if preconditions is None or preconditions.on_sql_output == "IGNORE":
        return True
    if preconditions.on_sql_output == "FAIL":
        raise ConflictError(
            Problem(
                code="RUN-044",
                what=f"the preconditions of {item.changeset.fqn} forbid SQL output",
                where=str(preconditions.position),
                fix="run `update`, or set onSqlOutput to IGNORE or TEST",
            )
        )
    answer = evaluate(preconditions, session.world(history.rows, item.changeset))
    what = consequence(preconditions, answer)
    if what == "HALT":
        text = message(preconditions, answer)
        raise ConflictError(
            Problem(
                code="RUN-040", what=f"the preconditions of {item.changeset.fqn} do not hold: {text}", where=str(preconditions.position)
            )
        )
    return what in (None, "WARN")
