"""Audit over HTTP: the deeds of a scope and below, one with its difference, and the check of the chain."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from bascule.manager.api_errors import ERRORS
from bascule.manager.audit import service
from bascule.manager.audit.model import AuditEvent
from bascule.manager.body import Body
from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Scope
from bascule.manager.paging import PagingQuery
from bascule.manager.scopes import LEVELS, Level

Seconds = Annotated[int | None, Query(ge=0, le=253402300799, description="epoch seconds")]


class AuditEventOut(Body):
    """One deed; `before`, `after` and `difference` only where one event is asked for."""

    id: str
    time: int
    actor: str
    actor_name: str
    actor_email: str
    action: str
    resource_type: str
    resource_identifier: str
    resource_name: str
    org: str | None = None
    project: str | None = None
    module: str = "DBOPS"
    before: str | None = None
    after: str | None = None
    difference: str | None = None


class VerificationOut(Body):
    """The state of the chain: intact when `brokenAt` is absent. `unsealed` events are younger than its last link."""

    sealed: int
    unsealed: int
    head: str
    broken_at: int | None = None
    why: str | None = None


def router(deps: Deps) -> APIRouter:
    """Routes of the area."""
    api = APIRouter(tags=["Audit"], responses=ERRORS)
    for level in LEVELS:
        _mount(api, deps, level)

    @api.get("/v1/audit/verify", operation_id="verify-audit", response_model_exclude_none=True)
    def verify(actor: CurrentActor) -> VerificationOut:
        with reading(deps.engine) as connection:
            found = service.verify(connection, actor)
        return VerificationOut(sealed=found.sealed, unsealed=found.unsealed, head=found.head, broken_at=found.broken_at, why=found.why)

    return api


def _mount(api: APIRouter, deps: Deps, level: Level) -> None:
    @api.get(f"{level.prefix}/audit/events", operation_id=f"list-audit-events{level.suffix}", response_model_exclude_none=True)
    def list_events(
        response: Response,
        actor: CurrentActor,
        scope: Annotated[Scope, Depends(level.of)],
        paging: PagingQuery,
        by: Annotated[str | None, Query(alias="actor", description="identifier or e-mail address")] = None,
        action: str | None = None,
        resource_type: Annotated[str | None, Query(alias="resourceType")] = None,
        resource: Annotated[str | None, Query(description="identifier of the resource")] = None,
        since: Seconds = None,
        until: Seconds = None,
    ) -> list[AuditEventOut]:
        filters = service.Filters(
            actor=by, action=action, resource_type=resource_type, resource=resource, since=_moment(since), until=_moment(until)
        )
        with reading(deps.engine) as connection:
            page = service.events(connection, actor, scope, filters, paging)
        return [AuditEventOut(**_fields(event)) for event in page.announce(response)]

    @api.get(f"{level.prefix}/audit/events/{{event}}", operation_id=f"get-audit-event{level.suffix}", response_model_exclude_none=True)
    def get_event(actor: CurrentActor, scope: Annotated[Scope, Depends(level.of)], event: str) -> AuditEventOut:
        with reading(deps.engine) as connection:
            found = service.event(connection, actor, scope, event)
        return AuditEventOut(**_fields(found), before=found.before, after=found.after, difference=service.difference(found))


def _moment(epoch_seconds: int | None) -> datetime | None:
    return None if epoch_seconds is None else datetime.fromtimestamp(epoch_seconds, UTC)


def _fields(event: AuditEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "time": event.at_ms // 1000,
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "actor_email": event.actor_email,
        "action": event.action,
        "resource_type": event.resource_type,
        "resource_identifier": event.resource_identifier,
        "resource_name": event.resource_name,
        "org": event.scope.org,
        "project": event.scope.project,
    }
