"""Connectors at the addresses that Harness's clients (its Terraform provider among them) use: `/ng/api/connectors`, scope by query."""

from fastapi import APIRouter

from bascule.manager.api_errors import ERRORS
from bascule.manager.body import Body
from bascule.manager.connectors import service
from bascule.manager.connectors.model import ConnectorBody, ConnectorIn, ConnectorOut
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.harness import Framed, ScopeQuery, scope_of
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Scope

_PATH = "/ng/api/connectors"


class ConnectorData(Body):
    """A connector with its moments, here in milliseconds."""

    connector: ConnectorIn
    created_at: int
    last_modified_at: int
    harness_managed: bool = False


def router(deps: Deps, used_by: service.UsedBy, guard: service.Guard) -> APIRouter:
    """The routes, beside those of `api.py`."""
    api = APIRouter(tags=["Connectors"], responses=ERRORS)

    @api.post(_PATH, operation_id="createConnector", response_model_exclude_none=True)
    def create(actor: CurrentActor, body: ConnectorBody, query: ScopeQuery) -> Framed[ConnectorData]:
        with writing(deps.engine) as connection:
            return _framed(service.create(connection, actor, _scope(query, body), body.connector, deps.clock.now(), guard))

    @api.put(_PATH, operation_id="updateConnector", response_model_exclude_none=True)
    def update(actor: CurrentActor, body: ConnectorBody, query: ScopeQuery) -> Framed[ConnectorData]:
        with writing(deps.engine) as connection:
            scope, identifier = _scope(query, body), body.connector.identifier
            return _framed(service.update(connection, actor, scope, identifier, body.connector, deps.clock.now(), guard))

    @api.get(f"{_PATH}/{{identifier}}", operation_id="getConnector", response_model_exclude_none=True)
    def get(actor: CurrentActor, identifier: str, scope: ScopeQuery) -> Framed[ConnectorData]:
        with reading(deps.engine) as connection:
            return _framed(service.show(connection, actor, scope, identifier))

    @api.delete(f"{_PATH}/{{identifier}}", operation_id="deleteConnector")
    def delete(actor: CurrentActor, identifier: str, scope: ScopeQuery) -> Framed[bool]:
        with writing(deps.engine) as connection:
            service.remove(connection, actor, scope, identifier, used_by)
        return Framed(data=True)

    return api


def _scope(query: Scope, body: ConnectorBody) -> Scope:
    return scope_of(query, body.connector.org_identifier, body.connector.project_identifier)


def _framed(found: ConnectorOut) -> Framed[ConnectorData]:
    data = ConnectorData(connector=found.connector, created_at=found.created * 1000, last_modified_at=found.updated * 1000)
    return Framed(data=data)
