"""`tag`, `tag-exists`: marks the present state, for a rollback to come."""

import itertools
import re
import time
from collections.abc import Sequence

import msgspec

from bascule.engine.commands import offline
from bascule.engine.commands.session import Session
from bascule.engine.history.databasechangelog import MARKER_CHECKSUM
from bascule.engine.history.row import MARKER_FILE, HistoryRow


def tag(session: Session, name: str, *, if_changed: bool = False, marker: bool = False) -> bool:
    """Tags the latest row, and it alone; an empty history gets a marker row that carries the tag. Returns whether a tag was set.

    `if_changed`: nothing happens when the latest row has a tag already. `marker`: a row of its own carries the tag, so that the tag of
    the latest row stays.
    """
    if not session.target.is_online:
        return _tag_file(session, name, if_changed=if_changed, marker=marker)
    with session.locked() as runner:
        latest = runner.rows[-1] if runner.rows else None
        if latest is not None and if_changed and latest.tag is not None:
            return False
        table = session.target.changelog_table
        row = _marker_for(name, runner.rows, marker=marker)
        if row is not None:
            runner.write(table.insert(msgspec.structs.replace(row, deployment_id=session.deployment_id)))
        elif latest is not None:
            runner.write(table.set_tag(latest, name))
    return True


def _tag_file(session: Session, name: str, *, if_changed: bool, marker: bool) -> bool:
    """The same in the history file of an `offline:` URL."""
    with offline.kept(session) as book:
        if book.rows and if_changed and book.rows[-1].tag is not None:
            return False
        row = _marker_for(name, book.rows, marker=marker)
        if row is not None:
            book.remember(msgspec.structs.replace(row, deployment_id=session.deployment_id))
        else:
            book.rows[-1] = msgspec.structs.replace(book.rows[-1], tag=name)
    return True


def _marker_for(name: str, rows: Sequence[HistoryRow], *, marker: bool) -> HistoryRow | None:
    """The row of its own that is to carry the tag; None where the latest row does."""
    latest = rows[-1] if rows else None
    if latest is not None and (not marker or latest.tag in (None, name)):
        return None
    order = max((row.order for row in rows), default=0) + 1
    return msgspec.structs.replace(_first(name) if latest is None else _beside(name, rows), order=order)


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
