"""`changelog-sync`, `mark-next-changeset-ran`: records changesets as run without running them."""

from bascule.engine.commands import offline
from bascule.engine.commands.checks import check
from bascule.engine.commands.session import Session
from bascule.engine.selection import Selection


def to_sync(session: Session, *, count: int | None = None, tag: str | None = None) -> Selection:
    """What has no row yet. Raises what would keep `update` from beginning."""
    selection = session.select(session.target.read_history().rows, count=count, tag=tag)
    check(session, selection)
    return selection


def sync(session: Session, *, count: int | None = None, tag: str | None = None) -> list[str]:
    """Returns the FQNs that were recorded."""
    if not session.target.is_online:
        with offline.kept(session) as book:
            pending = to_sync(session, count=count, tag=tag).pending
            return [offline.mark_ran(session, book, item.changeset).fqn for item in pending if item.row is None]
    with session.locked() as runner:
        pending = to_sync(session, count=count, tag=tag).pending
        return [runner.mark_ran(item.changeset).fqn for item in pending if item.row is None]
