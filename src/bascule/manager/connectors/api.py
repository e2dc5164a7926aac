"""Connectors over HTTP, in each scope."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from bascule.manager.api_errors import ERRORS
from bascule.manager.connectors import service
from bascule.manager.connectors.model import ConnectorBody, ConnectorOut, ConnectorType
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Scope
from bascule.manager.paging import PagingQuery
from bascule.manager.scopes import LEVELS, Level

Term = Annotated[str | None, Query(description="occurs in identifier or name")]


def router(deps: Deps, used_by: service.UsedBy, guard: service.Guard) -> APIRouter:
    """Routes of the area. `used_by` tells what keeps a connector from being deleted, `guard` what it may not be."""
    api = APIRouter(tags=["Connectors"], responses=ERRORS)
    for level in LEVELS:
        _mount(api, deps, level, used_by, guard)
    return api


def _mount(api: APIRouter, deps: Deps, level: Level, used_by: service.UsedBy, guard: service.Guard) -> None:
    path, suffix = f"{level.prefix}/connectors", level.suffix
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @api.get(path, operation_id=f"list-connectors{suffix}", response_model_exclude_unset=True, response_model_exclude_none=True)
    def list_connectors(
        response: Response,
        actor: CurrentActor,
        scope: At,
        paging: PagingQuery,
        kind: Annotated[ConnectorType | None, Query(alias="type")] = None,
        search_term: Term = None,
    ) -> list[ConnectorOut]:
        with reading(deps.engine) as connection:
            return service.list_all(connection, actor, scope, kind, search_term, paging).announce(response)

    @api.post(
        path, status_code=201, operation_id=f"create-connector{suffix}", response_model_exclude_unset=True, response_model_exclude_none=True
    )
    def create_connector(actor: CurrentActor, scope: At, body: ConnectorBody) -> ConnectorOut:
        with writing(deps.engine) as connection:
            return service.create(connection, actor, scope, body.connector, deps.clock.now(), guard)

    @api.get(
        path + "/{connector}", operation_id=f"get-connector{suffix}", response_model_exclude_unset=True, response_model_exclude_none=True
    )
    def get_connector(actor: CurrentActor, scope: At, connector: str) -> ConnectorOut:
        with reading(deps.engine) as connection:
            return service.show(connection, actor, scope, connector)

    @api.put(
        path + "/{connector}", operation_id=f"update-connector{suffix}", response_model_exclude_unset=True, response_model_exclude_none=True
    )
    def update_connector(actor: CurrentActor, scope: At, connector: str, body: ConnectorBody) -> ConnectorOut:
        with writing(deps.engine) as connection:
            return service.update(connection, actor, scope, connector, body.connector, deps.clock.now(), guard)

    @api.delete(path + "/{connector}", status_code=204, operation_id=f"delete-connector{suffix}")
    def delete_connector(actor: CurrentActor, scope: At, connector: str) -> None:
        with writing(deps.engine) as connection:
            service.remove(connection, actor, scope, connector, used_by)
