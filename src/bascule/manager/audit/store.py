"""Audit events, only ever inserted, and the chain that seals them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Select, String, Table, Text, delete, func, select, text
from sqlalchemy.engine import RowMapping

from bascule.manager.audit.model import GENESIS, AuditEvent, link
from bascule.manager.database import METADATA, Moment
from bascule.manager.identity.store import columns, scope_of

AUDIT_EVENTS = Table(
    "audit_events",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor_id", String(160), nullable=False),
    Column("actor_name", String(128), nullable=False),
    Column("actor_email", String(254), nullable=False),
    Column("action", String(64), nullable=False),
    Column("resource_type", String(64), nullable=False),
    Column("resource_identifier", String(400), nullable=False),
    Column("resource_name", String(400), nullable=False),
    Column("org", String(128), nullable=False),
    Column("project", String(128), nullable=False),
    Column("before_yaml", Text),
    Column("after_yaml", Text),
    Index("ix_audit_events_at", "at"),
    Index("ix_audit_events_scope", "org", "project", "at"),
)

AUDIT_SEALS = Table(
    "audit_seals",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("event_id", String(64), ForeignKey("audit_events.id"), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
)
"""The chain: link `number` seals one event together with the link before. Sealing order, not id order: ids may commit out of order."""

AUDIT_UNSEALED = Table("audit_unsealed", METADATA, Column("event_id", String(64), primary_key=True))
"""The sealer's queue: so that it need not look through all events twice a second."""

_SEALER_LOCK = 4_021_995_001
"""The advisory lock (PostgreSQL) by which one sealer works at a time."""


def insert(connection: Connection, event: AuditEvent, at: datetime) -> None:
    """Add one event."""
    connection.execute(
        AUDIT_EVENTS.insert().values(
            id=event.id,
            at=at,
            actor_id=event.actor_id,
            actor_name=event.actor_name,
            actor_email=event.actor_email,
            action=event.action,
            resource_type=event.resource_type,
            resource_identifier=event.resource_identifier,
            resource_name=event.resource_name,
            before_yaml=event.before,
            after_yaml=event.after,
            **columns(event.scope),
        )
    )
    connection.execute(AUDIT_UNSEALED.insert().values(event_id=event.id))


def event_of(row: RowMapping) -> AuditEvent:
    """A row as the event it holds."""
    return AuditEvent(
        id=row["id"],
        at_ms=round(row["at"].timestamp() * 1000),
        actor_id=row["actor_id"],
        actor_name=row["actor_name"],
        actor_email=row["actor_email"],
        action=row["action"],
        resource_type=row["resource_type"],
        resource_identifier=row["resource_identifier"],
        resource_name=row["resource_name"],
        scope=scope_of(row),
        before=row["before_yaml"],
        after=row["after_yaml"],
    )


def head(connection: Connection) -> tuple[int, str]:
    """The last link's number and hash."""
    row = connection.execute(select(AUDIT_SEALS.c.number, AUDIT_SEALS.c.hash).order_by(AUDIT_SEALS.c.number.desc()).limit(1)).first()
    return (row.number, row.hash) if row else (0, GENESIS)


def has_unsealed(connection: Connection) -> bool:
    """Whether there is anything to seal."""
    return connection.execute(select(AUDIT_UNSEALED.c.event_id).limit(1)).first() is not None


def count_unsealed(connection: Connection) -> int:
    """How many events have no link, whatever the queue says."""
    missing = AUDIT_EVENTS.outerjoin(AUDIT_SEALS, AUDIT_SEALS.c.event_id == AUDIT_EVENTS.c.id)
    return int(connection.execute(select(func.count()).select_from(missing).where(AUDIT_SEALS.c.number.is_(None))).scalar_one())


def seal(connection: Connection, limit: int = 1000) -> int:
    """Chain up to `limit` unsealed events; returns how many. On PostgreSQL a second sealer finds the lock held and does nothing."""
    if connection.dialect.name == "postgresql":
        taken = connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _SEALER_LOCK}).scalar_one()
        if not taken:
            return 0
    number, previous = head(connection)
    links: list[dict[str, Any]] = []
    waiting = select(AUDIT_EVENTS).join(AUDIT_UNSEALED, AUDIT_UNSEALED.c.event_id == AUDIT_EVENTS.c.id).order_by(AUDIT_EVENTS.c.id)
    for row in connection.execute(waiting.limit(limit)).mappings():
        previous = link(previous, event_of(row))
        number += 1
        links.append({"number": number, "event_id": row["id"], "hash": previous})
    if links:
        connection.execute(AUDIT_SEALS.insert(), links)
        connection.execute(delete(AUDIT_UNSEALED).where(AUDIT_UNSEALED.c.event_id.in_([made["event_id"] for made in links])))
    return len(links)


def chain() -> Select[tuple[object, ...]]:
    """Every link with its event, in the order of the chain."""
    joined = AUDIT_SEALS.outerjoin(AUDIT_EVENTS, AUDIT_SEALS.c.event_id == AUDIT_EVENTS.c.id)
    query: Select[tuple[object, ...]] = select(AUDIT_SEALS.c.number, AUDIT_SEALS.c.hash, AUDIT_EVENTS).select_from(joined)
    return query.order_by(AUDIT_SEALS.c.number)
