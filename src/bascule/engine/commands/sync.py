"""`changelog-sync`, `mark-next-changeset-ran`: records changesets as run without running them."""

from bascule.engine.commands.session import Session
from bascule.engine.selection import Selection


def to_sync(session: Session, *, count: int | None = None, tag: str | None = None) -> Selection:
    """What has no row yet. Raises what makes `update` fail, less the validation of single changes: nothing of them runs."""
    rows = session.target.read_history().rows
    session.check_history(rows)
    return session.select(rows, count=count, tag=tag)


def sync(session: Session, *, count: int | None = None, tag: str | None = None) -> list[str]:
    """Returns the FQNs that were recorded."""
    with session.locked() as runner:
        pending = to_sync(session, count=count, tag=tag).pending
        return [runner.mark_ran(item.changeset).fqn for item in pending if item.row is None]
