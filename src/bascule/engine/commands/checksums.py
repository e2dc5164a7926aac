"""`calculate-checksum`, `clear-checksums`."""

import msgspec

from bascule.engine.commands import offline
from bascule.engine.commands.session import Session
from bascule.engine.history.row import normalised_file
from bascule.engine.selection import identity_of, not_there


def calculate(session: Session, file: str, id: str, author: str) -> str:
    """The present checksum of one changeset. Raises NotFoundError."""
    wanted = (id, author, normalised_file(file))
    for changeset in session.changelog.changesets:
        if identity_of(changeset) == wanted:
            return session.scene.checksum(changeset)
    raise not_there(wanted, session.changelog)


def clear(session: Session) -> None:
    """Forgets all stored checksums; the next update writes them anew, and takes what is there now for right."""
    if not session.target.is_online:
        with offline.kept(session) as book:
            book.rows = [msgspec.structs.replace(row, checksum=None) for row in book.rows]
        return
    with session.locked() as runner:
        runner.write(session.target.changelog_table.clear_checksums())
