"""`plan`: what `update` would do to one target now, with preconditions evaluated, operations recognised, and a digest."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec

from bascule.core.errors import InputError
from bascule.engine import operations as ops
from bascule.engine.changelog import contexts
from bascule.engine.changes.base import Change
from bascule.engine.commands.checks import check, check_changelog_preconditions
from bascule.engine.commands.foresight import Foresight
from bascule.engine.commands.half_done import check_half_done
from bascule.engine.commands.session import Session
from bascule.engine.dialects.base import Dialect
from bascule.engine.history.row import HistoryRow
from bascule.engine.plan import Plan, PreconditionResult, Unit, digest
from bascule.engine.preconditions.base import Answer, consequence, evaluate
from bascule.engine.selection import Pending
from bascule.engine.sql.statement import Statement
from bascule.engine.target import History
from bascule.engine.work import changes_of, operations_of, render
from bascule.engine.written.changeset import ChangeSet, Preconditions

Branch = Literal["run", "mark_ran", "skip", "halt", "undecided"]

_BRANCHES: dict[str | None, Branch] = {None: "run", "WARN": "run", "MARK_RAN": "mark_ran", "CONTINUE": "skip", "HALT": "halt"}


def make_plan(session: Session, history: History, *, count: int | None = None, tag: str | None = None) -> Plan:
    """Raises what would make `update` fail before its first changeset."""
    selection = session.select(history.rows, count=count, tag=tag)
    check(session, selection)
    check_changelog_preconditions(session, history.rows)
    check_half_done(session)
    foresight = Foresight(session.target)
    rows = list(history.rows)
    units: list[Unit] = []
    try:
        for item in selection.pending:
            units.append(_unit(session, item, foresight, rows))
            changeset = item.changeset
            rows.append(HistoryRow(id=changeset.id, author=changeset.author, file=changeset.file))
    finally:
        foresight.close()
    return Plan(
        changelog=session.changelog.file,
        target=session.target.shown,
        dialect=session.target.dialect.name,
        units=tuple(units),
        skipped=selection.skipped,
        digest=digest(session.changelog.file, None, tuple(units)),
    )


def _unit(session: Session, item: Pending, foresight: Foresight, rows: Sequence[HistoryRow]) -> Unit:
    changeset, scene = item.changeset, session.scene
    changes = changes_of(changeset, scene)
    results, branch = _preconditions(session, changeset, foresight, rows)
    operations = list(operations_of(changes))
    recognised = list(_recognised(operations, session.target.dialect))
    statements = _rendered(session, changeset, operations, foresight, runs=branch in ("run", "undecided"))
    if branch in ("run", "undecided"):
        foresight.note(recognised)
    return Unit(
        fqn=changeset.fqn,
        id=changeset.id,
        author=changeset.author,
        file=changeset.file,
        source=str(changeset.position),
        checksum=scene.checksum(changeset),
        action=item.action,
        branch=branch,
        preconditions=results,
        operations=tuple(_described(operation, changeset) for operation in recognised),
        statements=tuple(statements),
        transactional=changeset.is_atomic and scene.dialect.traits.transactional_ddl,
        comment=changeset.comment,
        labels=tuple(dict.fromkeys(word for level in changeset.labels for word in level)),
        contexts=contexts.contexts_column(changeset),
        rollback=_rollback(changeset, changes),
    )


def _rendered(
    session: Session, changeset: ChangeSet, operations: Sequence[ops.Operation], foresight: Foresight, *, runs: bool
) -> list[Statement]:
    """A changeset's statements, each of them for the schema that the ones before it will have made."""
    scene = session.scene
    at, visitors = scene.at_changeset(changeset), scene.visitors(changeset)
    statements: list[Statement] = []
    for op in operations:
        rendered = render(op, scene, at, foresight.look, visitors)
        if runs:
            foresight.rehearse(rendered)
        statements.extend(rendered)
    return statements


def _preconditions(
    session: Session, changeset: ChangeSet, foresight: Foresight, rows: Sequence[HistoryRow]
) -> tuple[tuple[PreconditionResult, ...], Branch]:
    preconditions = changeset.preconditions
    if preconditions is None:
        return (), "run"
    place = session.world(rows, changeset)
    results = []
    for child in preconditions.children:
        why = foresight.undecided(child)
        alone = msgspec.structs.replace(preconditions, children=(child,))
        query = (child.text.text if child.text is not None else child.value_of("sql")) if child.name == "sqlCheck" else None
        results.append(_result(child.name, query, why, None if why else evaluate(alone, place)))
    return tuple(results), _branch(preconditions, results)


def _result(name: str, query: str | None, undecided: str | None, answer: Answer | None) -> PreconditionResult:
    if answer is None:
        return PreconditionResult(name=name, query=query, outcome="undecided", why=undecided)
    return PreconditionResult(
        name=name,
        query=query,
        result="holds" if answer.outcome == "passed" else "; ".join(answer.reasons),
        outcome=answer.outcome,
    )


def _branch(preconditions: Preconditions, results: Sequence[PreconditionResult]) -> Branch:
    """What they lead to: one that fails decides, whatever others are undecided."""
    for result in results:
        if result.outcome in ("failed", "error"):
            answer = Answer(outcome="failed" if result.outcome == "failed" else "error")
            return _BRANCHES[consequence(preconditions, answer)]
    return "undecided" if any(result.outcome == "undecided" for result in results) else "run"


def _recognised(operations: Sequence[ops.Operation], dialect: Dialect) -> Iterator[ops.Operation]:
    """The operations, SQL text as what it amounts to."""
    for operation in operations:
        if isinstance(operation, ops.RunSql):
            from bascule.engine.sql.recognise import recognise

            yield from recognise(operation.text, dialect.name, end_delimiter=operation.end_delimiter, nested=dialect.traits.nests_comments)
        else:
            yield operation


def _described(operation: ops.Operation, changeset: ChangeSet) -> dict[str, Any]:
    return ops.describe(operation, source=str(changeset.position), changeset=changeset.fqn)


def _rollback(changeset: ChangeSet, changes: Sequence[Change]) -> Literal["automatic", "written", "empty", "none"]:
    if changeset.rollback:
        return "written" if any(block.changes or block.reference for block in changeset.rollback) else "empty"
    try:
        return "automatic" if all(change.inverse() is not None for change in changes) else "none"
    except InputError:
        return "none"
