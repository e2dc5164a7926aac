"""What is checked before the first changeset runs: everything that would run, and the preconditions of the changelog as a whole."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bascule.core.errors import ConflictError, InputError
from bascule.core.problems import Problem
from bascule.engine import events
from bascule.engine.commands.session import Session
from bascule.engine.history.row import HistoryRow
from bascule.engine.selection import Pending, Selection
from bascule.engine.work import problems_of
from bascule.engine.written.changeset import Preconditions

if TYPE_CHECKING:
    from bascule.engine.preconditions.base import World


def check(session: Session, selection: Selection) -> None:
    """Raises InputError or ConflictError with everything that keeps `update` from beginning; tells the warnings."""
    problems = list(selection.problems)
    conflict = any(problem.code.startswith("CHK-") for problem in problems)
    for item in (*selection.pending, *selection.later):
        for problem in _problems(session, item):
            if problem.severity != "error":
                session.emit(events.ProblemFound(problem=problem))
            elif item.changeset.on_validation_fail == "HALT":
                problems.append(problem)
    if problems:
        raise (ConflictError if conflict else InputError)(problems)


def fails_validation(session: Session, item: Pending) -> bool:
    """Whether a changeset with onValidationFail=MARK_RAN is to be marked instead of run."""
    if item.changeset.on_validation_fail != "MARK_RAN":
        return False
    return any(problem.severity == "error" for problem in _problems(session, item))


def check_changelog_preconditions(session: Session, rows: Sequence[HistoryRow]) -> None:
    """Raises ConflictError when the preconditions of the root or of an included file do not hold and say HALT."""
    from bascule.engine.preconditions.base import unknown

    problems: list[Problem] = []
    for preconditions in session.changelog.preconditions:
        unknown_ones = list(unknown(preconditions))
        if unknown_ones:
            raise InputError(unknown_ones)
        problems.extend(_judge(session, preconditions, session.world(rows)))
    if problems:
        raise ConflictError(problems)


def _judge(session: Session, preconditions: Preconditions, world: "World") -> Iterator[Problem]:
    from bascule.engine.preconditions.base import consequence, evaluate, message

    answer = evaluate(preconditions, world)
    what = consequence(preconditions, answer)
    if what is None:
        return
    text = message(preconditions, answer)
    if what == "WARN":
        session.tell(f"{preconditions.position.file} runs although its preconditions do not hold: {text}")
        return
    yield Problem(
        code="RUN-043",
        what=f"the preconditions of the changelog do not hold: {text}",
        where=str(preconditions.position),
        fix="make them true, or say onFail WARN",
    )


def _lacking_client(session: Session, name: str) -> Sequence[Problem]:
    """The problem of a client that is not on this machine: told before anything runs."""
    from bascule.engine.clients import CLIENTS
    from bascule.engine.clients.running import program_of

    try:
        program_of(CLIENTS.get(name), session.request.client_settings)
    except InputError as error:
        return error.problems
    return ()


def _problems(session: Session, item: Pending) -> Sequence[Problem]:
    found = list(problems_of(item.changeset, session.scene))
    if item.changeset.client is not None and session.target.is_online and not found:
        found.extend(_lacking_client(session, item.changeset.client))
    if item.changeset.preconditions is not None:
        from bascule.engine.preconditions.base import unknown

        found.extend(unknown(item.changeset.preconditions))
    return found
