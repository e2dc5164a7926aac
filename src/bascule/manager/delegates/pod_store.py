"""The pods of step groups as rows."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update

from bascule.manager.delegates.tables import JOBS, PODS, UNFINISHED

KEY_ENDS = ("#", "@")
"""What follows the path of a step group (and the number of its pod), or the name of a workspace, in a pod's key."""


class PodRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A pod that was asked for. `token_id` lets the delegate inside in; from `leave_at` on that delegate has nothing to wait for."""

    key: str
    job_id: str
    token_id: str | None
    started_at: datetime
    leave_at: datetime | None


def add(connection: Connection, key: str, job_id: str, at: datetime) -> None:
    """A new pod."""
    connection.execute(insert(PODS).values(key=key, job_id=job_id, started_at=at))


def find(connection: Connection, key: str) -> PodRecord | None:
    """The pod of that key, or None."""
    row = connection.execute(select(PODS).where(PODS.c.key == key)).mappings().first()
    return _pod(row) if row else None


def staying(connection: Connection, path: str) -> list[PodRecord]:
    """The pods of that path, or of what is below it, that were not told to leave. A key is a path with `#…` or `@…` behind it."""
    below = or_(*(PODS.c.key.startswith(path + end, autoescape=True) for end in ("/", *KEY_ENDS)))
    query = select(PODS).where(below, PODS.c.leave_at.is_(None)).order_by(PODS.c.key)
    return [_pod(row) for row in connection.execute(query).mappings()]


def lingering(connection: Connection, since: datetime) -> list[PodRecord]:
    """The pods that were told to leave before that moment and whose job has not ended."""
    unfinished = select(JOBS.c.id).where(JOBS.c.state.in_(UNFINISHED))
    query = select(PODS).where(PODS.c.leave_at < since, PODS.c.job_id.in_(unfinished)).order_by(PODS.c.key)
    return [_pod(row) for row in connection.execute(query).mappings()]


def remove(connection: Connection, key: str) -> None:
    """The pod is gone."""
    connection.execute(delete(PODS).where(PODS.c.key == key))


def put_token(connection: Connection, key: str, token_id: str) -> None:
    """That token is the one by which the delegate inside registers."""
    connection.execute(update(PODS).where(PODS.c.key == key).values(token_id=token_id))


def put_leave(connection: Connection, key: str, at: datetime) -> None:
    """Nothing more comes for that pod."""
    connection.execute(update(PODS).where(PODS.c.key == key, PODS.c.leave_at.is_(None)).values(leave_at=at))


def _pod(row: RowMapping) -> PodRecord:
    return PodRecord(key=row["key"], job_id=row["job_id"], token_id=row["token_id"], started_at=row["started_at"], leave_at=row["leave_at"])
