"""`--force`: what is done out of its order must be meant."""

from bascule.core.errors import DeniedError
from bascule.core.problems import Problem
from bascule.engine.commands.session import Session


def forced(session: Session, force: bool) -> Session:
    """The session. Raises DeniedError where nobody said that it is meant: changesets may stand on each other."""
    if not force:
        raise DeniedError(
            Problem(
                code="CLI-075",
                what="this is out of the changelog's order, and other changesets may stand on it",
                fix="look at its SQL first (the same command with -sql), then say --force",
            )
        )
    return session
