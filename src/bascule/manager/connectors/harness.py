"""Connectors at the addresses that Harness's clients (its Terraform provider among them) use: `/ng/api/connectors`, scope by query."""

from typing import Annotated

from fastapi import APIRouter, Query

from bascule.manager.api_errors import ERRORS
from bascule.manager.body import Body
from bascule.manager.connectors import service
from bascule.manager.connectors.model import ConnectorBody, ConnectorIn, ConnectorOut
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Scope

Org = Annotated[str | None, Query(alias="orgIdentifier", max_length=128)]
Project = Annotated[str | None, Query(alias="projectIdentifier", max_length=128)]

_PATH = "/ng/api/connectors"


class ConnectorData(Body):
    """A connector with its moments, here in milliseconds."""

    connector: ConnectorIn
    created_at: int
    last_modified_at: int
    harness_managed: bool = False


class ConnectorEnvelope(Body):
    """Harness's frame around an answer of its older API."""

    status: str = "SUCCESS"
    data: ConnectorData


class DeletedEnvelope(Body):
    """The same around a deletion."""

    status: str = "SUCCESS"
    data: bool = True


def router(deps: Deps, used_by: service.UsedBy) -> APIRouter:
    """The routes, beside those of `api.py`."""
    api = APIRouter(tags=["Connectors"], responses=ERRORS)

    @api.post(_PATH, operation_id="createConnector", response_model_exclude_none=True)
    def create(actor: CurrentActor, body: ConnectorBody) -> ConnectorEnvelope:
        with writing(deps.engine) as connection:
            return _framed(service.create(connection, actor, _scope_of(body), body.connector, deps.clock.now()))

    @api.put(_PATH, operation_id="updateConnector", response_model_exclude_none=True)
    def update(actor: CurrentActor, body: ConnectorBody) -> ConnectorEnvelope:
        with writing(deps.engine) as connection:
            scope, identifier = _scope_of(body), body.connector.identifier
            return _framed(service.update(connection, actor, scope, identifier, body.connector, deps.clock.now()))

    @api.get(f"{_PATH}/{{identifier}}", operation_id="getConnector", response_model_exclude_none=True)
    def get(actor: CurrentActor, identifier: str, org: Org = None, project: Project = None) -> ConnectorEnvelope:
        with reading(deps.engine) as connection:
            return _framed(service.show(connection, actor, Scope(org or None, project or None), identifier))

    @api.delete(f"{_PATH}/{{identifier}}", operation_id="deleteConnector")
    def delete(actor: CurrentActor, identifier: str, org: Org = None, project: Project = None) -> DeletedEnvelope:
        with writing(deps.engine) as connection:
            service.remove(connection, actor, Scope(org or None, project or None), identifier, used_by)
        return DeletedEnvelope()

    return api


def _scope_of(body: ConnectorBody) -> Scope:
    return Scope(body.connector.org_identifier or None, body.connector.project_identifier or None)


def _framed(found: ConnectorOut) -> ConnectorEnvelope:
    data = ConnectorData(connector=found.connector, created_at=found.created * 1000, last_modified_at=found.updated * 1000)
    return ConnectorEnvelope(data=data)
