"""`status`, `validate`, `unexpected-changesets`: looks, and changes nothing."""

from bascule.engine.commands.checks import check, check_changelog_preconditions
from bascule.engine.commands.half_done import check_half_done
from bascule.engine.commands.session import Session
from bascule.engine.history.row import HistoryRow, normalised_file
from bascule.engine.selection import Selection
from bascule.engine.written.changeset import ChangeSet


def status(session: Session) -> Selection:
    """What `update` would run. Raises ConflictError or InputError when it could not, as `update` would."""
    rows = session.target.read_history().rows
    selection = session.select(rows)
    check(session, selection)
    check_changelog_preconditions(session, rows)
    check_half_done(session)
    return selection


def unexpected(session: Session) -> list[HistoryRow]:
    """The rows whose changeset the changelog does not hold, those aside that were written to carry a tag."""
    known = {_identity(changeset) for changeset in session.changelog.changesets}
    return [row for row in session.target.read_history().rows if not row.is_marker and row.identity not in known]


def _identity(changeset: ChangeSet) -> tuple[str, str, str]:
    return (changeset.id, changeset.author, normalised_file(changeset.file))
