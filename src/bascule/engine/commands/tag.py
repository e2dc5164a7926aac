"""`tag`, `tag-exists`: marks the present state, for a rollback to come."""

import itertools
import re
import time
from collections.abc import Sequence

import msgspec

from bascule.engine.commands.session import Session
from bascule.engine.history.databasechangelog import MARKER_CHECKSUM
from bascule.engine.history.row import MARKER_FILE, HistoryRow


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
            row = _first(name) if latest is None else _beside(name, runner.rows)
            runner.write(table.insert(msgspec.structs.replace(row, order=order, deployment_id=session.deployment_id)))
        else:
            runner.write(table.set_tag(latest, name))
    return True


def tag_exists(session: Session, name: str) -> bool:
    return any(row.tag == name for row in session.target.read_history().rows)


def _first(name: str) -> HistoryRow:
    """The marker row of an empty history, as Liquibase writes it."""
    return _marker(str(int(time.time() * 1000)), "liquibase", name)


def _beside(name: str, rows: Sequence[HistoryRow]) -> HistoryRow:
    """The marker row beside another tag, as Harness writes it: `harness_<tag>`, numbered when the tag is set once more."""
    wanted = "harness_" + re.sub(r"[^A-Za-z0-9]", "_", name)
    taken = {row.id for row in rows if row.is_marker}
    free = (identifier for number in itertools.count(1) if (identifier := wanted if number == 1 else f"{wanted}_{number}") not in taken)
    return _marker(next(free), "harness", name)


def _marker(identifier: str, author: str, name: str) -> HistoryRow:
    return HistoryRow(
        id=identifier,
        author=author,
        file=MARKER_FILE,
        checksum=MARKER_CHECKSUM,
        description="empty",
        comments="",
        tag=name,
    )
