"""Secrets at the addresses that Harness's clients (its Terraform provider among them) use: `/ng/api/v2/secrets`, scope by query."""

from typing import Annotated

from fastapi import APIRouter

from bascule.manager.api_errors import ERRORS
from bascule.manager.body import Body
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.harness import Framed, ScopeQuery, passing_over, scope_of
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Scope
from bascule.manager.secrets import service
from bascule.manager.secrets.model import SecretIn, SecretOut, SecretSpec, ShownSecret

_PATH = "/ng/api/v2/secrets"


class HarnessSecretIn(SecretIn):
    """A secret as Harness's clients send it."""

    spec: Annotated[SecretSpec, passing_over("errorMessageForInvalidYaml", "additionalMetadata")]


class HarnessSecretBody(Body):
    """`{"secret": {…}}`."""

    secret: HarnessSecretIn


class SecretData(Body):
    """A secret without its text, with its moments, here in milliseconds."""

    secret: ShownSecret
    created_at: int
    updated_at: int
    draft: bool = False


def router(deps: Deps, used_by: service.UsedBy) -> APIRouter:
    """The routes, beside those of `api.py`."""
    api = APIRouter(tags=["Secrets"], responses=ERRORS)

    @api.post(_PATH, operation_id="postSecret", response_model_exclude_none=True)
    def create(actor: CurrentActor, body: HarnessSecretBody, query: ScopeQuery) -> Framed[SecretData]:
        with writing(deps.engine) as connection:
            return _framed(service.create(connection, actor, _scope(query, body), body.secret, deps.clock.now()))

    @api.put(f"{_PATH}/{{identifier}}", operation_id="putSecret", response_model_exclude_none=True)
    def update(actor: CurrentActor, identifier: str, body: HarnessSecretBody, query: ScopeQuery) -> Framed[SecretData]:
        with writing(deps.engine) as connection:
            return _framed(service.update(connection, actor, _scope(query, body), identifier, body.secret, deps.clock.now()))

    @api.get(f"{_PATH}/{{identifier}}", operation_id="getSecretV2", response_model_exclude_none=True)
    def get(actor: CurrentActor, identifier: str, scope: ScopeQuery) -> Framed[SecretData]:
        with reading(deps.engine) as connection:
            return _framed(service.show(connection, actor, scope, identifier))

    @api.delete(f"{_PATH}/{{identifier}}", operation_id="deleteSecretV2")
    def delete(actor: CurrentActor, identifier: str, scope: ScopeQuery) -> Framed[bool]:
        with writing(deps.engine) as connection:
            service.remove(connection, actor, scope, identifier, used_by)
        return Framed(data=True)

    return api


def _scope(query: Scope, body: HarnessSecretBody) -> Scope:
    return scope_of(query, body.secret.org_identifier, body.secret.project_identifier)


def _framed(found: SecretOut) -> Framed[SecretData]:
    return Framed(data=SecretData(secret=found.secret, created_at=found.created * 1000, updated_at=found.updated * 1000))
