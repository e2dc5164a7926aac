"""Making, changing and removing organizations and projects."""

from datetime import datetime

from sqlalchemy import Connection

from bascule.manager import identity
from bascule.manager.audit import service as audit
from bascule.manager.entity import already_there, in_use, not_found
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.organizations import store
from bascule.manager.organizations.model import Organization, OrganizationOut, Project, ProjectOut
from bascule.manager.paging import Page, Paging


def require_scope(connection: Connection, scope: Scope) -> None:
    """Raises NotFoundError unless the organization and the project exist."""
    if scope.org and scope.project:
        if store.get_project(connection, scope.org, scope.project) is None:
            raise not_found("project", scope.project, Scope(scope.org))
    elif scope.org and store.get_org(connection, scope.org) is None:
        raise not_found("organization", scope.org)


def list_orgs(connection: Connection, actor: Actor, term: str | None, at: Paging) -> Page[OrganizationOut]:
    """All organizations."""
    identity.require(actor, "core_organization_view", Scope())
    return store.list_orgs(connection, term, at)


def get_org(connection: Connection, actor: Actor, identifier: str) -> OrganizationOut:
    """One organization."""
    identity.require(actor, "core_organization_view", Scope(identifier))
    found = store.get_org(connection, identifier)
    if found is None:
        raise not_found("organization", identifier)
    return found


def create_org(connection: Connection, actor: Actor, org: Organization, at: datetime) -> OrganizationOut:
    """Make an organization."""
    identity.require(actor, "core_organization_edit", Scope())
    if store.get_org(connection, org.identifier):
        raise already_there("organization", org.identifier)
    store.put_org(connection, org, at, new=True)
    audit.append(connection, actor, "CREATE", "ORGANIZATION", org.identifier, Scope(org.identifier), name=org.name, after=org)
    return get_org(connection, actor, org.identifier)


def update_org(connection: Connection, actor: Actor, org: Organization, at: datetime) -> OrganizationOut:
    """Change an organization."""
    scope = Scope(org.identifier)
    identity.require(actor, "core_organization_edit", scope)
    before = get_org(connection, actor, org.identifier)
    store.put_org(connection, org, at, new=False)
    audit.append(connection, actor, "UPDATE", "ORGANIZATION", org.identifier, scope, name=org.name, before=before.org, after=org)
    return get_org(connection, actor, org.identifier)


def delete_org(connection: Connection, actor: Actor, identifier: str) -> None:
    """Remove an empty organization. Raises ConflictError while it holds anything."""
    scope = Scope(identifier)
    identity.require(actor, "core_organization_delete", scope)
    before = get_org(connection, actor, identifier)
    if holder := store.is_held(connection, scope):
        raise in_use("organization", identifier, f"its {holder.replace('_', ' ')}")
    store.delete_org(connection, identifier)
    audit.append(connection, actor, "DELETE", "ORGANIZATION", identifier, scope, name=before.org.name, before=before.org)


def list_projects(connection: Connection, actor: Actor, org: str, term: str | None, at: Paging) -> Page[ProjectOut]:
    """The projects of an organization."""
    identity.require(actor, "core_project_view", Scope(org))
    require_scope(connection, Scope(org))
    return store.list_projects(connection, org, term, at)


def get_project(connection: Connection, actor: Actor, org: str, identifier: str) -> ProjectOut:
    """One project."""
    identity.require(actor, "core_project_view", Scope(org, identifier))
    found = store.get_project(connection, org, identifier)
    if found is None:
        raise not_found("project", identifier, Scope(org))
    return found


def visible_projects(connection: Connection, actor: Actor) -> list[Scope]:
    """The projects that the actor may see, for what looks across them."""
    return [scope for scope in store.all_projects(connection) if actor.may("core_project_view", scope)]


def create_project(connection: Connection, actor: Actor, org: str, project: Project, at: datetime) -> ProjectOut:
    """Make a project in an organization."""
    identity.require(actor, "core_project_edit", Scope(org))
    require_scope(connection, Scope(org))
    if store.get_project(connection, org, project.identifier):
        raise already_there("project", project.identifier, Scope(org))
    store.put_project(connection, org, project, at, new=True)
    scope = Scope(org, project.identifier)
    audit.append(connection, actor, "CREATE", "PROJECT", project.identifier, scope, name=project.name, after=project)
    return get_project(connection, actor, org, project.identifier)


def update_project(connection: Connection, actor: Actor, org: str, project: Project, at: datetime) -> ProjectOut:
    """Change a project."""
    scope = Scope(org, project.identifier)
    identity.require(actor, "core_project_edit", scope)
    before = get_project(connection, actor, org, project.identifier)
    store.put_project(connection, org, project, at, new=False)
    audit.append(connection, actor, "UPDATE", "PROJECT", project.identifier, scope, name=project.name, before=before.project, after=project)
    return get_project(connection, actor, org, project.identifier)


def delete_project(connection: Connection, actor: Actor, org: str, identifier: str) -> None:
    """Remove an empty project. Raises ConflictError while it holds anything."""
    scope = Scope(org, identifier)
    identity.require(actor, "core_project_delete", scope)
    before = get_project(connection, actor, org, identifier)
    if holder := store.is_held(connection, scope):
        raise in_use("project", identifier, f"its {holder.replace('_', ' ')}")
    store.delete_project(connection, org, identifier)
    audit.append(connection, actor, "DELETE", "PROJECT", identifier, scope, name=before.project.name, before=before.project)
