"""`rollback`: undoes what ran, the latest first. What to undo is resolved to named changesets before anything is undone."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from bascule.core.errors import ConflictError, InputError
from bascule.core.problems import Position, Problem
from bascule.engine import events
from bascule.engine.changelog.bind import rollback_changes_of
from bascule.engine.changes.base import Change
from bascule.engine.commands.session import Session
from bascule.engine.history.row import HistoryRow, digest, document, normalised_file
from bascule.engine.run import Runner
from bascule.engine.selection import Filters, filtered_by
from bascule.engine.written.changeset import ChangeSet, RollbackBlock

_TAG_CHANGE = "tagDatabase"


class Undo(msgspec.Struct, frozen=True, kw_only=True):
    """One changeset to undo."""

    changeset: ChangeSet
    row: HistoryRow


def rows_after_tag(rows: Sequence[HistoryRow], tag: str, *, oldest: bool = False) -> list[HistoryRow]:
    """The rows that go when rolling back to a tag, the latest first. A row whose changeset set the tag itself goes too.

    Raises ConflictError when no row carries the tag.
    """
    tagged = [number for number, row in enumerate(rows) if row.tag == tag]
    if not tagged:
        raise ConflictError(
            Problem(code="HIS-010", what=f"could not find tag '{tag}' in the database", fix="`bascule history` lists the tags that are set")
        )
    at = tagged[0] if oldest else tagged[-1]
    first_gone = at if rows[at].description == _TAG_CHANGE else at + 1
    return list(reversed(rows[first_gone:]))


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


def roll_back_to_tag(session: Session, tag: str, *, oldest: bool = False, expect: str | None = None) -> list[str]:
    """Returns the FQNs that were rolled back, in that order. `expect` is the digest of the only history that may be rolled back."""
    with session.locked() as runner:
        _refuse_other(runner.rows, expect)
        return _undo(session, runner, to_undo(session, rows_after_tag(runner.rows, tag, oldest=oldest)))


def roll_back_count(session: Session, count: int, *, expect: str | None = None) -> list[str]:
    with session.locked() as runner:
        _refuse_other(runner.rows, expect)
        return _undo(session, runner, to_undo(session, list(reversed(runner.rows)), count))


def roll_back_to_date(session: Session, moment: datetime, *, expect: str | None = None) -> list[str]:
    with session.locked() as runner:
        _refuse_other(runner.rows, expect)
        return _undo(session, runner, to_undo(session, rows_after(runner.rows, moment)))


def roll_back_deployment(session: Session, deployment_id: str) -> list[str]:
    """Undoes exactly what one deployment recorded."""
    with session.locked() as runner:
        rows = [row for row in reversed(runner.rows) if row.deployment_id == deployment_id]
        return _undo(session, runner, to_undo(session, rows))


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


def _undo(session: Session, runner: Runner, undo: Sequence[Undo]) -> list[str]:
    """Undoes them one by one. The first that cannot be undone ends it; what was undone before stays so, as in Liquibase."""
    session.check_history(runner.rows)
    _warn_of_stops(session, undo)
    done: list[str] = []
    runner.prepare(item.changeset for item in undo)
    for number, item in enumerate(undo, 1):
        runner.roll_back(item.changeset, item.row, changes_that_undo(session, item.changeset), (number, len(undo)))
        done.append(item.changeset.fqn)
        session.emit(events.Progress(what="changesets", done=number, total=len(undo), unit="changesets"))
    return done


def _warn_of_stops(session: Session, undo: Sequence[Undo]) -> None:
    """Says before anything is undone where it will end early."""
    for number, item in enumerate(undo, 1):
        try:
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
