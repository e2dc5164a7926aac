"""Organizations and projects over HTTP, in Harness's shapes."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from bascule.manager.api_errors import ERRORS
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.entity import same_identifier
from bascule.manager.identity.api import CurrentActor
from bascule.manager.organizations import service
from bascule.manager.organizations.model import OrganizationBody, OrganizationOut, ProjectBody, ProjectOut
from bascule.manager.paging import PagingQuery
from bascule.manager.scopes import OrgPath, ProjectPath

Term = Annotated[str | None, Query(description="occurs in identifier or name")]


def router(deps: Deps) -> APIRouter:
    """Routes of the area."""
    api = APIRouter(tags=["Organizations and projects"], responses=ERRORS)

    @api.get("/v1/orgs", operation_id="get-organizations", response_model_exclude_none=True)
    def list_orgs(response: Response, actor: CurrentActor, paging: PagingQuery, search_term: Term = None) -> list[OrganizationOut]:
        with reading(deps.engine) as connection:
            return service.list_orgs(connection, actor, search_term, paging).announce(response)

    @api.post("/v1/orgs", status_code=201, operation_id="create-organization", response_model_exclude_none=True)
    def create_org(actor: CurrentActor, body: OrganizationBody) -> OrganizationOut:
        with writing(deps.engine) as connection:
            return service.create_org(connection, actor, body.org, deps.clock.now())

    @api.get("/v1/orgs/{org}", operation_id="get-organization", response_model_exclude_none=True)
    def get_org(actor: CurrentActor, org: OrgPath) -> OrganizationOut:
        with reading(deps.engine) as connection:
            return service.get_org(connection, actor, org)

    @api.put("/v1/orgs/{org}", operation_id="update-organization", response_model_exclude_none=True)
    def update_org(actor: CurrentActor, org: OrgPath, body: OrganizationBody) -> OrganizationOut:
        same_identifier(body.org.identifier, org)
        with writing(deps.engine) as connection:
            return service.update_org(connection, actor, body.org, deps.clock.now())

    @api.delete("/v1/orgs/{org}", status_code=204, operation_id="delete-organization")
    def delete_org(actor: CurrentActor, org: OrgPath) -> None:
        with writing(deps.engine) as connection:
            service.delete_org(connection, actor, org)

    @api.get("/v1/orgs/{org}/projects", operation_id="get-projects", response_model_exclude_none=True)
    def list_projects(
        response: Response, actor: CurrentActor, org: OrgPath, paging: PagingQuery, search_term: Term = None
    ) -> list[ProjectOut]:
        with reading(deps.engine) as connection:
            return service.list_projects(connection, actor, org, search_term, paging).announce(response)

    @api.post("/v1/orgs/{org}/projects", status_code=201, operation_id="create-project", response_model_exclude_none=True)
    def create_project(actor: CurrentActor, org: OrgPath, body: ProjectBody) -> ProjectOut:
        same_identifier(body.project.org_identifier, org)
        with writing(deps.engine) as connection:
            return service.create_project(connection, actor, org, body.project, deps.clock.now())

    @api.get("/v1/orgs/{org}/projects/{project}", operation_id="get-project", response_model_exclude_none=True)
    def get_project(actor: CurrentActor, org: OrgPath, project: ProjectPath) -> ProjectOut:
        with reading(deps.engine) as connection:
            return service.get_project(connection, actor, org, project)

    @api.put("/v1/orgs/{org}/projects/{project}", operation_id="update-project", response_model_exclude_none=True)
    def update_project(actor: CurrentActor, org: OrgPath, project: ProjectPath, body: ProjectBody) -> ProjectOut:
        same_identifier(body.project.identifier, project)
        same_identifier(body.project.org_identifier, org)
        with writing(deps.engine) as connection:
            return service.update_project(connection, actor, org, body.project, deps.clock.now())

    @api.delete("/v1/orgs/{org}/projects/{project}", status_code=204, operation_id="delete-project")
    def delete_project(actor: CurrentActor, org: OrgPath, project: ProjectPath) -> None:
        with writing(deps.engine) as connection:
            service.delete_project(connection, actor, org, project)

    return api
