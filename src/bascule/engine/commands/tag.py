"""`tag`, `tag-exists`: marks the present state, for a rollback to come."""

import time

from bascule.engine.commands.session import Session
from bascule.engine.history.databasechangelog import MARKER_CHECKSUM
from bascule.engine.history.row import HistoryRow


def tag(session: Session, name: str, *, if_changed: bool = False, marker: bool = False) -> bool:
    """Tags the latest row, and it alone; an empty history gets a marker row that carries the tag. Returns whether a tag was set.

    `if_changed`: nothing happens when the latest row has a tag already. `marker`: a row of its own carries the tag, so that the tag of
    the latest row stays.
    """
    with session.locked() as runner:
        latest = runner.rows[-1] if runner.rows else None
        if latest is not None and if_changed and latest.tag is not None:
            return False
        table = session.target.changelog_table
        if latest is None or (marker and latest.tag not in (None, name)):
            order = max((row.order for row in runner.rows), default=0) + 1
            runner.write(table.insert(_marker(name, order, session.deployment_id)))
        else:
            runner.write(table.set_tag(latest, name))
    return True


def tag_exists(session: Session, name: str) -> bool:
    return any(row.tag == name for row in session.target.read_history().rows)


def _marker(name: str, order: int, deployment_id: str) -> HistoryRow:
    return HistoryRow(
        id=str(int(time.time() * 1000)),
        author="liquibase",
        file="liquibase-internal",
        order=order,
        checksum=MARKER_CHECKSUM,
        description="empty",
        comments="",
        tag=name,
        deployment_id=deployment_id,
    )
