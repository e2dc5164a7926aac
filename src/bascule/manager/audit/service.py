"""Writing down deeds with the deed, sealing them, reading them again."""

import asyncio
import difflib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import msgspec
import yaml
from pydantic import BaseModel
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from bascule.core.clock import Clock, SystemClock, new_id
from bascule.manager import identity
from bascule.manager.audit import store
from bascule.manager.audit.model import GENESIS, AuditEvent, Verification, link
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.entity import not_found
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.identity.store import scope_of
from bascule.manager.paging import Page, Paging, fetch

logger = logging.getLogger(__name__)

_SEAL_EVERY_S = 0.5


def append(
    connection: Connection,
    actor: Actor,
    action: str,
    resource_type: str,
    identifier: str,
    scope: Scope,
    *,
    name: str = "",
    before: Any = None,
    after: Any = None,
    clock: Clock | None = None,
) -> str:
    """Write a deed down, in the deed's own transaction. `before` and `after` are the resource as a Body, Struct or plain value."""
    at = (clock or SystemClock()).now()
    event = AuditEvent(
        id=new_id("aud", at),
        at_ms=round(at.timestamp() * 1000),
        actor_id=actor.id,
        actor_name=actor.name,
        actor_email=actor.email,
        action=action,
        resource_type=resource_type,
        resource_identifier=identifier,
        resource_name=name or identifier,
        scope=scope,
        before=as_yaml(before),
        after=as_yaml(after),
    )
    store.insert(connection, event, at)
    return event.id


def as_yaml(value: Any) -> str | None:
    """A resource as the YAML that differences are made of; text is taken as it is."""
    if value is None or isinstance(value, str):
        return value
    plain = value.model_dump(mode="json", by_alias=True, exclude_none=True) if isinstance(value, BaseModel) else msgspec.to_builtins(value)
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which events are asked for; None asks for any."""

    actor: str | None = None
    action: str | None = None
    resource_type: str | None = None
    resource: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def events(connection: Connection, actor: Actor, scope: Scope, filters: Filters, at: Paging) -> Page[AuditEvent]:
    """The deeds in a scope and below, newest first."""
    identity.require(actor, "core_audit_view", scope)
    table = store.AUDIT_EVENTS
    query = select(table).order_by(table.c.at.desc(), table.c.id.desc())
    if scope.org:
        query = query.where(table.c.org == scope.org)
    if scope.project:
        query = query.where(table.c.project == scope.project)
    if filters.actor:
        query = query.where((table.c.actor_id == filters.actor) | (table.c.actor_email == filters.actor))
    for column, wanted in (("action", filters.action), ("resource_type", filters.resource_type), ("resource_identifier", filters.resource)):
        if wanted:
            query = query.where(table.c[column] == wanted)
    if filters.since:
        query = query.where(table.c.at >= filters.since)
    if filters.until:
        query = query.where(table.c.at < filters.until)
    page = fetch(connection, query, at)
    return Page([store.event_of(row) for row in page.items], page.total, at)


def event(connection: Connection, actor: Actor, scope: Scope, event_id: str) -> AuditEvent:
    """One deed of a scope, or of one below it."""
    identity.require(actor, "core_audit_view", scope)
    row = connection.execute(select(store.AUDIT_EVENTS).where(store.AUDIT_EVENTS.c.id == event_id)).mappings().first()
    if row is None or not scope.covers(scope_of(row)):
        raise not_found("audit event", event_id)
    return store.event_of(row)


def difference(of: AuditEvent) -> str:
    """The unified difference between the resource before and after, empty when the deed changed none."""
    before, after = (of.before or "").splitlines(), (of.after or "").splitlines()
    return "\n".join(difflib.unified_diff(before, after, "before", "after", lineterm=""))


def verify(connection: Connection, actor: Actor) -> Verification:
    """Follow the chain from its first link; says where it is broken, and how many events it does not hold yet."""
    identity.require(actor, "core_audit_view", Scope())
    previous, number = GENESIS, 0
    waiting = store.count_unsealed(connection)
    for row in connection.execute(store.chain()).mappings():
        why = None
        if row["number"] != number + 1:
            why = f"link {number + 1} is missing"
        elif row["id"] is None:
            why = "its event was deleted"
        elif link(previous, store.event_of(row)) != row["hash"]:
            why = "its event, or its hash, was changed"
        if why:
            return Verification(sealed=number, unsealed=waiting, head=previous, broken_at=row["number"], why=why)
        previous, number = row["hash"], row["number"]
    return Verification(sealed=number, unsealed=waiting, head=previous)


def seal_once(engine: Engine) -> int:
    """Chain what is unsealed. Reads first, so that an idle manager takes no write lock."""
    with reading(engine) as connection:
        if not store.has_unsealed(connection):
            return 0
    with writing(engine) as connection:
        return store.seal(connection)


@asynccontextmanager
async def running(deps: Deps) -> AsyncIterator[None]:
    """The sealer, beside the requests: twice a second, and once more at the end."""
    stop = asyncio.Event()

    async def work() -> None:
        while not stop.is_set():
            try:
                await run_in_threadpool(seal_once, deps.engine)
            except SQLAlchemyError:
                logger.exception("the audit chain could not be extended; trying again")
            try:
                await asyncio.wait_for(stop.wait(), _SEAL_EVERY_S)
            except TimeoutError:
                continue
        await run_in_threadpool(seal_once, deps.engine)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        stop.set()
        await task
