"""What is told of a changeset that did not get through."""

import msgspec

from bascule.core.errors import BasculeError, ConflictError, TargetError
from bascule.core.problems import Problem
from bascule.engine.dialects.connecting import StatementFailedError
from bascule.engine.preconditions.base import Answer
from bascule.engine.written.changeset import ChangeSet


class Remains(msgspec.Struct, frozen=True, kw_only=True):
    """What of a failed changeset is in the database, and how to go on from there."""

    text: str
    fix: str | None = None


def explained(changeset: ChangeSet, error: BasculeError, remains: Remains | None, doing: str = "") -> BasculeError:
    """The error with the changeset it happened in, and what of it stays."""
    first, *rest = error.problems
    why = "; ".join(part for part in (first.why, remains.text if remains else None) if part) or None
    what = f"{doing}{changeset.fqn} failed: {first.what}"
    problem = Problem(
        code=first.code, what=what, where=str(changeset.position), why=why, fix=first.fix or (remains.fix if remains else None)
    )
    kind = type(error) if type(error) is not StatementFailedError else TargetError
    return kind([problem, *rest])


def halted(changeset: ChangeSet, answer: Answer, text: str) -> ConflictError:
    """The error that preconditions are which say HALT."""
    verb = "do not hold" if answer.outcome == "failed" else "could not be evaluated"
    return ConflictError(
        Problem(
            code="RUN-040",
            what=f"its preconditions {verb}: {text}",
            where=str(changeset.preconditions.position if changeset.preconditions else changeset.position),
            fix="make them true, or say with onFail what is to be done instead (MARK_RAN, CONTINUE, WARN)",
        )
    )
