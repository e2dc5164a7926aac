"""`rollback`: undoes what ran, the latest first. What to undo is resolved to named changesets before anything is undone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from bascule.core.errors import ConflictError, InputError, NotFoundError
from bascule.core.problems import Position, Problem
from bascule.engine import events
from bascule.engine.changelog.bind import rollback_changes_of
from bascule.engine.changes.base import Change
from bascule.engine.commands.checks import check_changelog_preconditions
from bascule.engine.commands.half_done import tell_half_done
from bascule.engine.commands.session import Session
from bascule.engine.history.row import HistoryRow, digest, document, normalised_file
from bascule.engine.run import Runner
from bascule.engine.selection import Filters, Identity, filtered_by, identity_of, not_there
from bascule.engine.written.changeset import ChangeSet, RollbackBlock
from bascule.engine.written.element import Element

_TAG_CHANGE = "tagDatabase"


class Undo(msgspec.Struct, frozen=True, kw_only=True):
    """One changeset to undo."""

    changeset: ChangeSet
    row: HistoryRow


def rows_after_tag(session: Session, rows: Sequence[HistoryRow], tag: str, *, oldest: bool = False) -> list[HistoryRow]:
    """The rows that go when rolling back to a tag, the latest first.

    A row whose changeset set the tag itself goes too, unless the changeset says keepTagOnRollback. Raises ConflictError when no row carries
    the tag.
    """
    tagged = [number for number, row in enumerate(rows) if row.tag == tag]
    if not tagged:
        raise ConflictError(
            Problem(code="HIS-010", what=f"could not find tag '{tag}' in the database", fix="`bascule history` lists the tags that are set")
        )
    at = tagged[0] if oldest else tagged[-1]
    goes_too = rows[at].description == _TAG_CHANGE and not _keeps_its_tag(session, rows[at])
    first_gone = at if goes_too else at + 1
    return list(reversed(rows[first_gone:]))


def _keeps_its_tag(session: Session, row: HistoryRow) -> bool:
    changeset = next((each for each in session.changelog.changesets if identity_of(each) == row.identity), None)
    changes = () if changeset is None else changeset.changes
    return any(change.name == _TAG_CHANGE and (change.value_of("keepTagOnRollback") or "").lower() == "true" for change in changes)


def rows_after(rows: Sequence[HistoryRow], moment: datetime) -> list[HistoryRow]:
    """The rows that ran strictly later, by the database's own clock, the latest first."""
    return [row for row in reversed(rows) if _moment(row.executed_at) > moment]


def to_undo(session: Session, rows: Sequence[HistoryRow], count: int | None = None) -> list[Undo]:
    """What undoes these rows, in this order; at most `count`. Rows that the changelog does not hold, or that are filtered, are left.

    A row that was written to carry a tag beside another one goes with its neighbours, and does not count: what it marked is no more.
    """
    by_identity = {(c.id, c.author, normalised_file(c.file)): c for c in session.changelog.changesets}
    filters = Filters(dbms=session.scene.dbms, contexts=session.request.contexts, label_filter=session.request.label_filter)
    undo: list[Undo] = []
    counted = 0
    for row in rows:
        if count is not None and counted >= count:
            break
        if row.is_marker and row.author == "harness":
            undo.append(Undo(changeset=_of_marker(row), row=row))
            continue
        changeset = by_identity.get(row.identity)
        if changeset is not None and filtered_by(changeset, filters) in (None, "ignored"):
            undo.append(Undo(changeset=changeset, row=row))
            counted += 1
    return undo


def _of_marker(row: HistoryRow) -> ChangeSet:
    """What stands for a marker row when it goes: nothing to run, only the row to remove."""
    nowhere = Position(file=row.file, line=0)
    return ChangeSet(
        id=row.id, author=row.author, file=row.file, source_file=row.file, position=nowhere, rollback=(RollbackBlock(position=nowhere),)
    )


def changes_that_undo(session: Session, changeset: ChangeSet) -> tuple[Change, ...]:
    """Raises InputError when there is no rollback, and none can be made."""
    return rollback_changes_of(changeset, session.changelog, session.files, dialect_name=session.scene.dbms)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """How a rollback is asked for besides what it is to undo."""

    expect: str | None = None
    """The digest of the only history that may be rolled back."""
    script: str | None = None
    """The file of a script that undoes it all, in place of each changeset's rollback."""
    asks_preconditions: bool = True
    """Whether those of the changelog as a whole must hold, as for an update."""


_NOTHING_MORE = Asked()


def undoing(session: Session, undo: Sequence[Undo], script: str | None) -> Iterator[tuple[Undo, tuple[Change, ...]]]:
    """Each with what undoes it. A script runs once, with the first; the others have only their rows to remove.

    So has a changeset that was marked as run: nothing was done that could be undone.
    """
    for number, item in enumerate(undo):
        if script is None:
            yield item, () if item.row.exec_type == "MARK_RAN" else changes_that_undo(session, item.changeset)
        else:
            yield item, _of_script(session, script) if number == 0 else ()


def _of_script(session: Session, file: str) -> tuple[Change, ...]:
    from bascule.engine.changes.sql_file import SqlFile

    path = session.files.resolve(file)
    element = Element(name="sqlFile", position=Position(file=path, line=1))
    return (SqlFile(written=element, path=path, strip_comments=True).resolve(session.files),)


def roll_back_to_tag(session: Session, tag: str, *, oldest: bool = False, asked: Asked = _NOTHING_MORE) -> list[str]:
    """Returns the FQNs that were rolled back, in that order, as the others here do."""
    return _roll_back(session, lambda rows: to_undo(session, rows_after_tag(session, rows, tag, oldest=oldest)), asked)


def roll_back_count(session: Session, count: int, *, asked: Asked = _NOTHING_MORE) -> list[str]:
    return _roll_back(session, lambda rows: to_undo(session, list(reversed(rows)), count), asked)


def roll_back_to_date(session: Session, moment: datetime, *, asked: Asked = _NOTHING_MORE) -> list[str]:
    return _roll_back(session, lambda rows: to_undo(session, rows_after(rows, moment)), asked)


def roll_back_deployment(session: Session, deployment_id: str | None, *, asked: Asked = _NOTHING_MORE) -> list[str]:
    """Undoes exactly what one deployment recorded; the latest one where none is named."""
    return _roll_back(session, lambda rows: to_undo(session, rows_of_deployment(rows, deployment_id)), asked)


def roll_back_one(session: Session, identity: Identity, *, asked: Asked = _NOTHING_MORE) -> list[str]:
    """Undoes one changeset, wherever it stands in the history."""
    return _roll_back(session, lambda rows: [the_one(session, rows, identity)], asked)


def rows_of_deployment(rows: Sequence[HistoryRow], deployment_id: str | None) -> list[HistoryRow]:
    """What a deployment recorded, the latest first. Raises NotFoundError when it recorded nothing that is still there."""
    wanted = deployment_id if deployment_id is not None or not rows else rows[-1].deployment_id
    found = [row for row in reversed(rows) if row.deployment_id == wanted]
    if not found:
        raise NotFoundError(
            Problem(code="HIS-012", what=f"no row of the history is of deployment {wanted}", fix="`bascule history` lists the deployments")
        )
    return found


def the_one(session: Session, rows: Sequence[HistoryRow], identity: Identity) -> Undo:
    """Raises NotFoundError when the changelog does not hold it, ConflictError when it has not run here."""
    changeset = next((each for each in session.changelog.changesets if identity_of(each) == identity), None)
    if changeset is None:
        raise not_there(identity, session.changelog)
    row = next((row for row in rows if row.identity == identity), None)
    if row is None:
        raise ConflictError(Problem(code="HIS-013", what=f"{changeset.fqn} has not run here", where=str(changeset.position)))
    return Undo(changeset=changeset, row=row)


def _roll_back(session: Session, choose: Callable[[Sequence[HistoryRow]], list[Undo]], asked: Asked) -> list[str]:
    with session.locked() as runner:
        _refuse_other(runner.rows, asked.expect)
        if asked.asks_preconditions:
            check_changelog_preconditions(session, runner.rows)
        return _undo(session, runner, choose(tuple(runner.rows)), asked.script)


def _refuse_other(rows: Sequence[HistoryRow], expected: str | None) -> None:
    """Raises ConflictError when another history is expected: "the last two" would be two others."""
    found = digest([document(row) for row in rows])
    if expected is not None and found != expected:
        raise ConflictError(
            Problem(
                code="HIS-011",
                what="the history is not the one that was looked at",
                why=f"its digest is {found}, not {expected}: something ran or was undone since",
                fix="look at `bascule history` again, and roll back what it shows now",
            )
        )


def _undo(session: Session, runner: Runner, undo: Sequence[Undo], script: str | None) -> list[str]:
    """Undoes them one by one. The first that cannot be undone ends it; what was undone before stays so, as in Liquibase."""
    session.check_history(runner.rows)
    if script is None:
        _warn_of_stops(session, undo)
    done: list[str] = []
    tell_half_done(session)
    runner.prepare(item.changeset for item in undo)
    for number, (item, changes) in enumerate(undoing(session, undo, script), 1):
        runner.roll_back(item.changeset, item.row, changes, (number, len(undo)))
        done.append(item.changeset.fqn)
        session.emit(events.Progress(what="changesets", done=number, total=len(undo), unit="changesets"))
    return done


def _warn_of_stops(session: Session, undo: Sequence[Undo]) -> None:
    """Says before anything is undone where it will end early."""
    for number, item in enumerate(undo, 1):
        try:
            if item.row.exec_type != "MARK_RAN":
                changes_that_undo(session, item.changeset)
        except InputError:
            text = f"{item.changeset.fqn} has no rollback: after {number - 1} of {len(undo)} changesets this will stop there"
            session.emit(events.Log(text=text, level="warning", stream="stderr"))
            return


def moment_of(text: str) -> datetime:
    """`YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS` or with a T. Raises InputError."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError as error:
        raise InputError(
            Problem(code="CLI-005", what=f"'{text}' is not a date", fix="write YYYY-MM-DD or 'YYYY-MM-DD HH:MM:SS'")
        ) from error


def _moment(stored: str) -> datetime:
    """DATEEXECUTED as a moment; SQLite's may also be epoch milliseconds, as a JDBC driver writes them."""
    if stored.isdigit():
        return datetime.fromtimestamp(int(stored) / 1000)  # in the zone of the database's machine, like all others here
    return datetime.fromisoformat(stored).replace(tzinfo=None)
