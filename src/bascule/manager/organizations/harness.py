"""Organizations and projects at the addresses that Harness's clients (its Terraform provider among them) use: `/ng/api/…`."""

from typing import Annotated

from fastapi import APIRouter, Query

from bascule.manager.api_errors import ERRORS
from bascule.manager.body import Body
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.entity import same_identifier
from bascule.manager.harness import Framed, OrgQuery, passing_over
from bascule.manager.identity.api import CurrentActor
from bascule.manager.organizations import service
from bascule.manager.organizations.model import Organization, OrganizationOut, Project, ProjectOut

_ORGS = "/ng/api/organizations"
_PROJECTS = "/ng/api/projects"

ProjectOrg = Annotated[str, Query(alias="orgIdentifier", max_length=128)]
"""Whose project; the organization that every installation has, unless named."""


class HarnessOrganizationBody(Body):
    """`{"organization": {…}}`."""

    organization: Organization


class HarnessProjectBody(Body):
    """`{"project": {…}}`; a colour and modules are not kept."""

    project: Annotated[Project, passing_over("color", "modules")]


class OrganizationData(Body):
    """An organization with its moments, here in milliseconds."""

    organization: Organization
    created_at: int
    last_modified_at: int
    harness_managed: bool = False


class ProjectData(Body):
    """A project with its moments, here in milliseconds."""

    project: Project
    created_at: int
    last_modified_at: int


def router(deps: Deps) -> APIRouter:
    """The routes, beside those of `api.py`."""
    api = APIRouter(tags=["Organizations and projects"], responses=ERRORS)
    _mount_organizations(api, deps)
    _mount_projects(api, deps)
    return api


def _mount_organizations(api: APIRouter, deps: Deps) -> None:
    one = f"{_ORGS}/{{identifier}}"

    @api.post(_ORGS, operation_id="postOrganization", response_model_exclude_none=True)
    def create(actor: CurrentActor, body: HarnessOrganizationBody) -> Framed[OrganizationData]:
        with writing(deps.engine) as connection:
            return _framed_org(service.create_org(connection, actor, body.organization, deps.clock.now()))

    @api.put(one, operation_id="putOrganization", response_model_exclude_none=True)
    def update(actor: CurrentActor, identifier: str, body: HarnessOrganizationBody) -> Framed[OrganizationData]:
        same_identifier(body.organization.identifier, identifier)
        with writing(deps.engine) as connection:
            return _framed_org(service.update_org(connection, actor, body.organization, deps.clock.now()))

    @api.get(one, operation_id="getOrganization", response_model_exclude_none=True)
    def get(actor: CurrentActor, identifier: str) -> Framed[OrganizationData]:
        with reading(deps.engine) as connection:
            return _framed_org(service.get_org(connection, actor, identifier))

    @api.delete(one, operation_id="deleteOrganization")
    def delete(actor: CurrentActor, identifier: str) -> Framed[bool]:
        with writing(deps.engine) as connection:
            service.delete_org(connection, actor, identifier)
        return Framed(data=True)


def _mount_projects(api: APIRouter, deps: Deps) -> None:
    one = f"{_PROJECTS}/{{identifier}}"

    @api.post(_PROJECTS, operation_id="postProject", response_model_exclude_none=True)
    def create(actor: CurrentActor, body: HarnessProjectBody, org: OrgQuery = None) -> Framed[ProjectData]:
        with writing(deps.engine) as connection:
            return _framed_project(service.create_project(connection, actor, _org(org, body.project), body.project, deps.clock.now()))

    @api.put(one, operation_id="putProject", response_model_exclude_none=True)
    def update(actor: CurrentActor, identifier: str, body: HarnessProjectBody, org: OrgQuery = None) -> Framed[ProjectData]:
        same_identifier(body.project.identifier, identifier)
        with writing(deps.engine) as connection:
            return _framed_project(service.update_project(connection, actor, _org(org, body.project), body.project, deps.clock.now()))

    @api.get(one, operation_id="getProject", response_model_exclude_none=True)
    def get(actor: CurrentActor, identifier: str, org: ProjectOrg = "default") -> Framed[ProjectData]:
        with reading(deps.engine) as connection:
            return _framed_project(service.get_project(connection, actor, org, identifier))

    @api.delete(one, operation_id="deleteProject")
    def delete(actor: CurrentActor, identifier: str, org: ProjectOrg = "default") -> Framed[bool]:
        with writing(deps.engine) as connection:
            service.delete_project(connection, actor, org, identifier)
        return Framed(data=True)


def _org(query: str | None, project: Project) -> str:
    if query:
        same_identifier(project.org_identifier, query)
    return query or project.org_identifier or "default"


def _framed_org(found: OrganizationOut) -> Framed[OrganizationData]:
    data = OrganizationData(organization=found.org, created_at=found.created * 1000, last_modified_at=found.updated * 1000)
    return Framed(data=data)


def _framed_project(found: ProjectOut) -> Framed[ProjectData]:
    return Framed(data=ProjectData(project=found.project, created_at=found.created * 1000, last_modified_at=found.updated * 1000))
