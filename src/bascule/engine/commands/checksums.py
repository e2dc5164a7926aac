"""`calculate-checksum`, `clear-checksums`."""

from bascule.core.errors import NotFoundError
from bascule.core.problems import Problem
from bascule.engine.commands.session import Session


def calculate(session: Session, file: str, id: str, author: str) -> str:
    """The present checksum of one changeset. Raises NotFoundError."""
    from bascule.engine.history.row import normalised_file

    wanted = (id, author, normalised_file(file))
    for changeset in session.changelog.changesets:
        if (changeset.id, changeset.author, normalised_file(changeset.file)) == wanted:
            return session.scene.checksum(changeset)
    raise NotFoundError(Problem(code="RUN-032", what=f"no changeset is called {file}::{id}::{author}", where=session.changelog.file))


def clear(session: Session) -> None:
    """Forgets all stored checksums; the next update writes them anew, and takes what is there now for right."""
    with session.locked() as runner:
        runner.write(session.target.changelog_table.clear_checksums())
