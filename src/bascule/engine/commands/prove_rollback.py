"""`prove-rollback`: each changeset that has not run is applied to a scratch database, rolled back, compared, and applied again."""

from typing import Literal

import msgspec

from bascule.core.errors import BasculeError
from bascule.core.problems import Problem
from bascule.engine import events
from bascule.engine.commands.checks import check
from bascule.engine.commands.replay import (
    names_beyond,
    not_replayed,
    opened,
    refuse_beyond,
    replay_of,
    replayed,
    works_outside,
)
from bascule.engine.commands.rollback import changes_that_undo, roll_back_one
from bascule.engine.commands.session import Session
from bascule.engine.commands.testing_rollback import differences, problems_of, state_of
from bascule.engine.commands.update import UpdateReport, update
from bascule.engine.ephemeral import DevSettings, workshop
from bascule.engine.selection import Pending, identity_of
from bascule.engine.written.changeset import ChangeSet

Verdict = Literal["proven", "not exact", "no rollback", "failed", "not tried"]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one changeset. `not tried`: it does nothing there, or works outside the database, or rests on one that failed."""

    fqn: str
    verdict: Verdict
    problems: tuple[Problem, ...] = ()
    why: str | None = None
    is_applied: bool = True
    """Whether the scratch database has it in the end: those after it may rest on it."""


def prove_rollback(session: Session, dev: DevSettings) -> list[Proof]:
    """A proof per pending changeset, in the order they would run; the target is only read.

    The scratch database has the target's schema as its changelog makes it, and no rows but those that changesets insert.
    """
    rows = session.target.read_history().rows
    selection = session.select(rows)
    check(session, selection)
    if not selection.pending:
        return []
    replay = replay_of(session, rows)
    for note in replay.notes:
        session.emit(events.ProblemFound(problem=note))
    with workshop(session.target, dev, session.tell, session.cancel) as shop:
        scratch = replayed(session, replay, shop, keep_template=dev.keep_templates)
        beyond = names_beyond(shop.neighbours)
        proofs: list[Proof] = []
        with opened(session, scratch) as there:
            for number, item in enumerate(selection.pending, 1):
                if beyond is not None:
                    refuse_beyond(there, item.changeset, beyond)
                proofs.append(_proof(there, item, proofs))
                session.emit(events.Progress(what="proof", done=number, total=len(selection.pending), unit="changesets"))
    session.emit(events.Output(name="rollbackProof", value=msgspec.to_builtins(proofs)))
    return proofs


def _proof(there: Session, item: Pending, before: list[Proof]) -> Proof:
    changeset, identity = item.changeset, identity_of(item.changeset)
    if any(not proof.is_applied for proof in before):
        return Proof(fqn=changeset.fqn, verdict="not tried", why="one before it could not be applied")
    if works_outside(there, changeset):
        with there.locked() as runner:
            runner.mark_invalid(item)
        return Proof(fqn=changeset.fqn, verdict="not tried", why=not_replayed(changeset).why)
    lacking = _lacking(there, changeset)
    found: tuple[Problem, ...] = ()
    try:
        was = state_of(there.target)
        update(there, UpdateReport(), only=identity)
        if not _has_run(there, changeset):
            return Proof(fqn=changeset.fqn, verdict="not tried", why="its preconditions do not hold on the scratch database")
        if lacking:
            return Proof(fqn=changeset.fqn, verdict="no rollback", problems=lacking)
        roll_back_one(there, identity)
        found = tuple(problems_of(differences(was, state_of(there.target)), where=str(changeset.position)))
        update(there, UpdateReport(), only=identity)
    except BasculeError as error:
        verdict: Verdict = "not exact" if found else "failed"
        return Proof(fqn=changeset.fqn, verdict=verdict, problems=(*found, *error.problems), is_applied=False)
    if found and item.action == "rerun":
        return Proof(fqn=changeset.fqn, verdict="not tried", why="it has run before: rolled back, it takes away what its first run made")
    return Proof(fqn=changeset.fqn, verdict="not exact" if found else "proven", problems=found)


def _lacking(there: Session, changeset: ChangeSet) -> tuple[Problem, ...]:
    """Why there is nothing that undoes it."""
    try:
        changes_that_undo(there, changeset)
    except BasculeError as error:
        return error.problems
    return ()


def _has_run(there: Session, changeset: ChangeSet) -> bool:
    wanted = identity_of(changeset)
    row = next((row for row in there.target.read_history().rows if row.identity == wanted), None)
    return row is not None and row.exec_type in ("EXECUTED", "RERAN")
