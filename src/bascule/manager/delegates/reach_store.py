"""Who reaches what, as rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, insert, select, update

from bascule.manager.delegates.reach import Reach
from bascule.manager.delegates.tables import REACHES

_WHY = 512


def reach(row: RowMapping) -> Reach:
    """A row of REACHES as a value."""
    return Reach(
        delegate_id=row["delegate_id"],
        endpoint=row["endpoint"],
        is_reached=row["reached"],
        why=row["why"],
        asked_at=row["asked_at"],
        checked_at=row["checked_at"],
        ran_at=row["ran_at"],
    )


def of_endpoints(connection: Connection, endpoints: Iterable[str]) -> dict[tuple[str, str], Reach]:
    """By delegate and endpoint, what is known of these endpoints."""
    rows = connection.execute(select(REACHES).where(REACHES.c.endpoint.in_(list(endpoints)))).mappings()
    return {(found.delegate_id, found.endpoint): found for found in map(reach, rows)}


def of_delegate(delegate_id: str) -> Select[Any]:
    """The query of what is known of this delegate's targets, by endpoint."""
    return select(REACHES).where(REACHES.c.delegate_id == delegate_id).order_by(REACHES.c.endpoint)


def ask(connection: Connection, delegate_id: str, endpoint: str, at: datetime) -> None:
    """The delegate is asked to try this target."""
    _put(connection, delegate_id, endpoint, asked_at=at)


def tell(connection: Connection, delegate_id: str, endpoint: str, reached: bool, why: str, at: datetime) -> None:
    """The delegate has tried it. What it was not asked for is not kept."""
    values = {"reached": reached, "why": why[:_WHY], "checked_at": at}
    connection.execute(update(REACHES).where(*_key(delegate_id, endpoint)).values(**values))


def ran(connection: Connection, delegate_id: str, endpoint: str, at: datetime) -> None:
    """A job of the delegate has succeeded there: it reaches it, and knows it best."""
    _put(connection, delegate_id, endpoint, reached=True, why="", checked_at=at, ran_at=at)


def _put(connection: Connection, delegate_id: str, endpoint: str, **values: Any) -> None:
    if connection.execute(update(REACHES).where(*_key(delegate_id, endpoint)).values(**values)).rowcount == 0:
        connection.execute(insert(REACHES).values(**({"delegate_id": delegate_id, "endpoint": endpoint, "why": ""} | values)))


def _key(delegate_id: str, endpoint: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (REACHES.c.delegate_id == delegate_id, REACHES.c.endpoint == endpoint)
