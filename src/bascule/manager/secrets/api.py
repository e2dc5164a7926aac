"""Secrets over HTTP, in each scope. No route gives a text away."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from bascule.manager.api_errors import ERRORS
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Scope
from bascule.manager.paging import PagingQuery
from bascule.manager.scopes import LEVELS, Level
from bascule.manager.secrets import service
from bascule.manager.secrets.model import Rotation, SecretBody, SecretOut

Term = Annotated[str | None, Query(description="occurs in identifier or name")]


def router(deps: Deps, used_by: service.UsedBy) -> APIRouter:
    """Routes of the area. `used_by` tells what keeps a secret from being deleted."""
    api = APIRouter(tags=["Secrets"], responses=ERRORS)
    for level in LEVELS:
        _mount(api, deps, level, used_by)

    @api.post("/v1/master-key/rotate", operation_id="rotate-master-key")
    def rotate(actor: CurrentActor) -> Rotation:
        return service.rotate(deps.engine, actor)

    return api


def _mount(api: APIRouter, deps: Deps, level: Level, used_by: service.UsedBy) -> None:
    path, suffix = f"{level.prefix}/secrets", level.suffix
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @api.get(path, operation_id=f"list-secrets{suffix}", response_model_exclude_none=True)
    def list_secrets(response: Response, actor: CurrentActor, scope: At, paging: PagingQuery, search_term: Term = None) -> list[SecretOut]:
        with reading(deps.engine) as connection:
            return service.list_all(connection, actor, scope, search_term, paging).announce(response)

    @api.post(path, status_code=201, operation_id=f"create-secret{suffix}", response_model_exclude_none=True)
    def create_secret(actor: CurrentActor, scope: At, body: SecretBody) -> SecretOut:
        with writing(deps.engine) as connection:
            return service.create(connection, actor, scope, body.secret, deps.clock.now())

    @api.get(path + "/{secret}", operation_id=f"get-secret{suffix}", response_model_exclude_none=True)
    def get_secret(actor: CurrentActor, scope: At, secret: str) -> SecretOut:
        with reading(deps.engine) as connection:
            return service.show(connection, actor, scope, secret)

    @api.put(path + "/{secret}", operation_id=f"update-secret{suffix}", response_model_exclude_none=True)
    def update_secret(actor: CurrentActor, scope: At, secret: str, body: SecretBody) -> SecretOut:
        with writing(deps.engine) as connection:
            return service.update(connection, actor, scope, secret, body.secret, deps.clock.now())

    @api.delete(path + "/{secret}", status_code=204, operation_id=f"delete-secret{suffix}")
    def delete_secret(actor: CurrentActor, scope: At, secret: str) -> None:
        with writing(deps.engine) as connection:
            service.remove(connection, actor, scope, secret, used_by)
