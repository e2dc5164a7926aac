"""Changesets that a run broke off: told to those who look, refused to those who could not go on; `journal` has the answers people give."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import msgspec

from bascule.core.errors import BasculeError, ConflictError, NotFoundError
from bascule.core.problems import Problem
from bascule.engine import events
from bascule.engine.commands.session import Session
from bascule.engine.history.databasechangelogjournal import JournalRow
from bascule.engine.history.row import normalised_file
from bascule.engine.sql.statement import Statement
from bascule.engine.written.changeset import ChangeSet

if TYPE_CHECKING:
    from bascule.engine.journal import Page

Answer = Literal["done", "not_done", "forget"]


class HalfDone(msgspec.Struct, frozen=True, kw_only=True):
    """One changeset that was broken off. Its problem is a warning where the next run simply goes on."""

    fqn: str
    direction: str
    statements: tuple[JournalRow, ...]
    problem: Problem


def check_half_done(session: Session, *, at_work: bool = False) -> None:
    """Tells of every changeset that was broken off. Raises ConflictError for those that `update` cannot go on with by itself.

    `at_work`: whether the lock is ours; otherwise a run that works right now is no broken one.
    """
    rows = session.target.read_journal()
    if not rows or (not at_work and _someone_works(session)):
        return
    found = list(half_done(session, rows))
    for item in found:
        if item.problem.severity != "error":
            session.emit(events.ProblemFound(problem=item.problem))
    refused = [item.problem for item in found if item.problem.severity == "error"]
    if refused:
        raise ConflictError(refused)


def tell_half_done(session: Session) -> None:
    """Before a rollback: what is half-done has no row in the history, and stays."""
    for item in half_done(session, session.target.read_journal() or ()):
        if item.direction == "update":
            session.emit(events.ProblemFound(problem=msgspec.structs.replace(item.problem, severity="warning")))


def half_done(session: Session, rows: Sequence[JournalRow]) -> Iterator[HalfDone]:
    """What the journal, the changelog and the catalog together say."""
    known = {(c.id, c.author, normalised_file(c.file)): c for c in session.changelog.changesets} if session.request.changelog else {}
    for _, group in groupby(rows, key=lambda row: row.identity):
        mine = tuple(group)
        changeset = known.get(mine[0].identity)
        problem = _unknown(session, mine) if changeset is None else _judged(session, changeset, mine)
        yield HalfDone(fqn=mine[0].fqn, direction=mine[0].direction, statements=mine, problem=problem)


def _judged(session: Session, changeset: ChangeSet, rows: Sequence[JournalRow]) -> Problem:
    from bascule.engine.halfdone import other_way, told
    from bascule.engine.journal import Page

    direction = rows[0].direction
    if direction == "rollback":
        return msgspec.structs.replace(other_way(changeset, direction), why=told(session.target, rows))
    page = Page(session.target, changeset, direction, rows, session.deployment_id)
    done, texts = 0, []
    try:
        anew = page.is_gone()
        for number, (statement, is_done) in enumerate(_statements(session, changeset, page), 1):
            texts.append(statement.text)
            if is_done and done == number - 1:
                done = number
    except ConflictError as error:
        return error.problems[0]
    except BasculeError:
        pass  # what cannot be rendered is told by the check of what would run
    going_on = "begins anew: what was done is not there any more" if anew else f"goes on with statement {done + 1}"
    return Problem(
        code="RUN-080",
        what=f"{changeset.fqn} is half-done: a run broke off after {done} of its {len(texts)} statements",
        where=str(changeset.position),
        why=told(session.target, rows, texts),
        fix=f"`bascule update` {going_on}",
        severity="warning",
    )


def _statements(session: Session, changeset: ChangeSet, page: "Page") -> Iterator[tuple[Statement, bool]]:
    """The changeset's statements, and whether each is done."""
    from bascule.engine.nature import OF_CLIENTS, nature_of
    from bascule.engine.work import as_script, changes_of, operations_of, render

    scene = session.scene
    at, visitors = scene.at_changeset(changeset), scene.visitors(changeset)
    if changeset.client is not None:
        script = as_script([text for op in operations_of(changes_of(changeset, scene)) for text in render(op, scene, at, None, visitors)])
        yield script, page.is_done(1, script, OF_CLIENTS)
        return
    sequence = 0
    for op in operations_of(changes_of(changeset, scene)):
        for statement in render(op, scene, at, lambda table: session.target.shape((table,)), visitors):
            sequence += 1
            began = sequence <= page.last_begun
            yield (
                statement,
                began and page.is_done(sequence, statement, page.judged(statement, nature_of(statement, op, scene.dialect))),
            )


def _unknown(session: Session, rows: Sequence[JournalRow]) -> Problem:
    from bascule.engine.halfdone import told

    return Problem(
        code="RUN-085",
        what=f"{rows[0].fqn} is half-done, and the changelog does not hold it",
        why=told(session.target, rows),
        fix="run `update` with the changelog that holds it; or take back by hand what is there, and say `bascule journal --forget`",
        severity="warning",
    )


def _someone_works(session: Session) -> bool:
    """Whether a run of ours holds the lock now."""
    lock = session.target.open_session_lock()
    try:
        return not lock.try_acquire()
    finally:
        lock.release()


def answer(session: Session, verdict: Answer, fqn: str | None = None) -> str:
    """Writes down what someone who looked says: the open statement was done, or was not; or the changeset begins anew.

    Returns the changeset's FQN. Raises NotFoundError when nothing is open, ConflictError when it is not clear which changeset is meant.
    """
    with session.locked() as runner:
        rows = [row for row in session.target.read_journal() or () if fqn in (None, row.fqn)]
        row = _meant(rows, verdict)
        table = session.target.journal_table
        match verdict:
            case "done":
                runner.write(table.done(row))
            case "not_done":
                runner.write(table.forget(row, only=True))
            case "forget":
                runner.write(table.forget(row))
        return row.fqn


def _meant(rows: Sequence[JournalRow], verdict: Answer) -> JournalRow:
    candidates = {row.fqn: row for row in rows if verdict == "forget" or row.state == "begun"}
    if not candidates:
        raise NotFoundError(Problem(code="RUN-086", what="no statement is open", fix="`bascule journal` shows what is half-done"))
    if len(candidates) > 1:
        names = ", ".join(candidates)
        raise ConflictError(Problem(code="RUN-087", what=f"several changesets are half-done: {names}", fix="name one: --changeset FQN"))
    return candidates.popitem()[1]
