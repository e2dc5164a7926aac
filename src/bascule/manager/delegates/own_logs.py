"""A delegate's own log: asked for while somebody looks, told with its lease calls, the last lines kept.

`wire.delegates.LeaseAnswer.log_after` asks, `LeaseRequest.log` answers. The delegate keeps the whole log itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from bascule.manager.delegates.tables import LOGS

KEPT_LINES = 2000
KEPT_BYTES = 512 * 1024
_LOOKED_AT = timedelta(seconds=20)
"""So long after it was asked for a log is told as it grows."""


class OwnLog(msgspec.Struct, frozen=True, kw_only=True):
    """The last lines (milliseconds since the epoch, text), when they were asked for and told."""

    lines: tuple[tuple[int, str], ...] = ()
    last: int = 0
    asked_at: datetime | None = None
    told_at: datetime | None = None


def read(connection: Connection, delegate_id: str) -> OwnLog:
    """What is known of the delegate's log."""
    row = connection.execute(select(LOGS).where(LOGS.c.delegate_id == delegate_id)).mappings().first()
    if row is None:
        return OwnLog()
    lines = tuple((int(at), str(text)) for at, text in row["lines"])
    return OwnLog(lines=lines, last=row["last"], asked_at=row["asked_at"], told_at=row["told_at"])


def ask(connection: Connection, delegate_id: str, at: datetime) -> None:
    """Somebody looks at it."""
    if connection.execute(update(LOGS).where(LOGS.c.delegate_id == delegate_id).values(asked_at=at)).rowcount == 0:
        connection.execute(insert(LOGS).values(delegate_id=delegate_id, lines=[], last=0, asked_at=at))


def wanted_after(connection: Connection, delegate_id: str, now: datetime) -> int | None:
    """From which moment on the delegate should tell its log; None when nobody has asked since it last did."""
    row = connection.execute(_ASKED, {"of": delegate_id}).first()
    if row is None or row.asked_at is None or now - row.asked_at > _LOOKED_AT:
        return None
    return int(row.last) if row.told_at is None or row.told_at < row.asked_at else None


_ASKED = select(LOGS.c.last, LOGS.c.asked_at, LOGS.c.told_at).where(LOGS.c.delegate_id == bindparam("of"))


def tell(connection: Connection, delegate_id: str, lines: Sequence[tuple[int, str]], at: datetime) -> None:
    """The delegate's newer lines. The oldest are dropped above what is kept."""
    known = read(connection, delegate_id)
    if known.asked_at is None:
        return
    all_lines = [*known.lines, *((moment, text) for moment, text in lines if moment > known.last)][-KEPT_LINES:]
    size = sum(len(text) for _, text in all_lines)
    while size > KEPT_BYTES:
        size -= len(all_lines.pop(0)[1])
    last = all_lines[-1][0] if all_lines else known.last
    connection.execute(
        update(LOGS).where(LOGS.c.delegate_id == delegate_id).values(lines=[list(line) for line in all_lines], last=last, told_at=at)
    )
