"""What `update-testing-rollback` compares: a database before its update, and after that update was rolled back."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

import msgspec

from bascule.core.errors import ConflictError, TargetError
from bascule.core.problems import Problem, Severity
from bascule.engine import events
from bascule.engine.commands.look import Snapshot, look
from bascule.engine.commands.rollback import Asked, roll_back_deployment
from bascule.engine.commands.session import Session
from bascule.engine.commands.update import UpdateReport
from bascule.engine.dialects.names import qualified
from bascule.engine.diff.compare import Difference, compare
from bascule.engine.schema import Name
from bascule.engine.target import Target

MAX_ROWS = 1000
"""Rows of a table with more than these are not compared: reading them twice would cost more than it tells."""
_SAID = {"missing": "is gone", "unexpected": "is still there", "changed": "is otherwise"}


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A schema, and the rows of its small tables."""

    seen: Snapshot
    rows: dict[str, str | None]
    """Table → SHA-256 of its rows whatever their order; None where there are too many, or we may not read them."""


def state_of(target: Target) -> State:
    seen = look(target)
    return State(seen=seen, rows={name: _sum(target, name) for name in seen.schema.tables})


def differences(before: State, after: State) -> list[Difference]:
    """By object, the tables whose rows are otherwise among them."""
    found = compare(before.seen.schema, after.seen.schema)
    touched = {difference.name.partition(".")[0] for difference in found}
    for name, known in before.rows.items():
        now = after.rows.get(name, known)
        if known is not None and now is not None and known != now and name not in touched:
            found.append(Difference(kind="Table", name=name, status="changed", details=("its rows are otherwise",)))
    return found


def left_out(before: State) -> list[str]:
    """The tables whose rows were not compared."""
    return sorted(name for name, known in before.rows.items() if known is None)


def update_and_roll_back(session: Session, report: UpdateReport, update: Callable[[], object], *, compare: bool) -> None:
    """Updates, which fills the report, and undoes exactly that. Raises ConflictError when `compare` finds that something stayed."""
    before = state_of(session.target) if compare else None
    update()
    if report.up_to_date:
        return
    ran_again = any(row.exec_type == "RERAN" and row.deployment_id == session.deployment_id for row in session.target.read_history().rows)
    roll_back_deployment(session, session.deployment_id, asked=Asked(asks_preconditions=False))
    if before is None:
        return
    found = differences(before, state_of(session.target))
    if found:
        _judge(session, found, ran_again=ran_again)
        return
    big = left_out(before)
    rest = f"; the rows of {', '.join(big)} were not compared" if big else ""
    session.tell(f"schema and rows are as they were before the update{rest}")


def _judge(session: Session, found: Sequence[Difference], *, ran_again: bool) -> None:
    """Raises ConflictError with a problem per difference.

    What ran again (`runAlways`, `runOnChange`) is rolled back as if it had run for the first time: then the differences are only told.
    """
    if not ran_again:
        raise ConflictError(problems_of(found))
    for problem in problems_of(found, "warning"):
        session.emit(events.ProblemFound(problem=problem))


def problems_of(found: Sequence[Difference], severity: Severity = "error", where: str | None = None) -> Iterator[Problem]:
    """A problem per difference."""
    for difference in found:
        why = "; ".join(detail.replace(" in the reference, ", " before, ").replace(" here", " after") for detail in difference.details)
        yield Problem(
            code="RUN-091",
            what=f"after update and rollback {difference.kind} {difference.name} {_SAID[difference.status]}",
            where=where,
            why=why or None,
            fix="correct the rollback of the changeset that touches it",
            severity=severity,
        )


def _sum(target: Target, table: str) -> str | None:
    at = msgspec.structs.replace(target.at, quoting="QUOTE_ALL_OBJECTS")
    name = qualified(Name(table, target.at.default_schema), target.dialect.traits, at)
    try:
        columns, rows = target.connection.query_named(f"SELECT * FROM {name} LIMIT {MAX_ROWS + 1}")  # noqa: S608 - the name is quoted
    except TargetError:
        return None
    if len(rows) > MAX_ROWS:
        return None
    order = sorted(range(len(columns)), key=lambda at: columns[at])
    texts = sorted(repr([row[at] for at in order]) for row in rows)
    return hashlib.sha256("\n".join([*sorted(columns), *texts]).encode()).hexdigest()
