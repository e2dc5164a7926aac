"""Organizations and projects in the store."""

from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, String, Table, Text, delete, select
from sqlalchemy.engine import RowMapping

from bascule.manager.database import METADATA, JsonText, Moment
from bascule.manager.entity import search, seconds
from bascule.manager.identity.model import Scope
from bascule.manager.organizations.model import Organization, OrganizationOut, Project, ProjectOut
from bascule.manager.paging import Page, Paging, fetch

ORGANIZATIONS = Table(
    "organizations",
    METADATA,
    Column("identifier", String(128), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("description", Text),
    Column("tags", JsonText),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

PROJECTS = Table(
    "projects",
    METADATA,
    Column("org", String(128), ForeignKey("organizations.identifier"), primary_key=True),
    Column("identifier", String(128), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("description", Text),
    Column("tags", JsonText),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)


def get_org(connection: Connection, identifier: str) -> OrganizationOut | None:
    """One organization."""
    row = connection.execute(select(ORGANIZATIONS).where(ORGANIZATIONS.c.identifier == identifier)).mappings().first()
    return _org(row) if row else None


def list_orgs(connection: Connection, term: str | None, at: Paging) -> Page[OrganizationOut]:
    """Organizations by identifier."""
    query = select(ORGANIZATIONS).where(search(ORGANIZATIONS, term)).order_by(ORGANIZATIONS.c.identifier)
    page = fetch(connection, query, at)
    return Page([_org(row) for row in page.items], page.total, at)


def put_org(connection: Connection, org: Organization, at: datetime, *, new: bool) -> None:
    """Insert or change an organization."""
    values = {"name": org.name, "description": org.description, "tags": org.tags, "updated_at": at}
    if new:
        connection.execute(ORGANIZATIONS.insert().values(identifier=org.identifier, created_at=at, **values))
    else:
        connection.execute(ORGANIZATIONS.update().where(ORGANIZATIONS.c.identifier == org.identifier).values(**values))


def delete_org(connection: Connection, identifier: str) -> None:
    """Remove an organization; what it holds must be gone."""
    connection.execute(delete(ORGANIZATIONS).where(ORGANIZATIONS.c.identifier == identifier))


def get_project(connection: Connection, org: str, identifier: str) -> ProjectOut | None:
    """One project."""
    row = connection.execute(select(PROJECTS).where(PROJECTS.c.org == org, PROJECTS.c.identifier == identifier)).mappings().first()
    return _project(row) if row else None


def list_projects(connection: Connection, org: str, term: str | None, at: Paging) -> Page[ProjectOut]:
    """An organization's projects by identifier."""
    query = select(PROJECTS).where(PROJECTS.c.org == org).where(search(PROJECTS, term)).order_by(PROJECTS.c.identifier)
    page = fetch(connection, query, at)
    return Page([_project(row) for row in page.items], page.total, at)


def all_projects(connection: Connection) -> list[Scope]:
    """Every project's scope, for what looks across projects."""
    rows = connection.execute(select(PROJECTS.c.org, PROJECTS.c.identifier).order_by(PROJECTS.c.org, PROJECTS.c.identifier))
    return [Scope(row.org, row.identifier) for row in rows]


def put_project(connection: Connection, org: str, project: Project, at: datetime, *, new: bool) -> None:
    """Insert or change a project."""
    values = {"name": project.name, "description": project.description, "tags": project.tags, "updated_at": at}
    if new:
        connection.execute(PROJECTS.insert().values(org=org, identifier=project.identifier, created_at=at, **values))
    else:
        place = (PROJECTS.c.org == org) & (PROJECTS.c.identifier == project.identifier)
        connection.execute(PROJECTS.update().where(place).values(**values))


def delete_project(connection: Connection, org: str, identifier: str) -> None:
    """Remove a project; what it holds must be gone."""
    connection.execute(delete(PROJECTS).where(PROJECTS.c.org == org, PROJECTS.c.identifier == identifier))


def is_held(connection: Connection, scope: Scope) -> str | None:
    """The name of a table with a row in the scope or below, None when it is empty. Every scoped table has columns org and project."""
    for table in METADATA.sorted_tables:
        if table.name == "audit_events" or "org" not in table.c or (scope.project and "project" not in table.c):
            continue
        condition = table.c.org == scope.org
        if scope.project:
            condition &= table.c.project == scope.project
        if connection.execute(select(1).select_from(table).where(condition).limit(1)).first():
            return str(table.name)
    return None


def _org(row: RowMapping) -> OrganizationOut:
    org = Organization(identifier=row["identifier"], name=row["name"], description=row["description"], tags=row["tags"])
    return OrganizationOut(org=org, created=seconds(row["created_at"]), updated=seconds(row["updated_at"]))


def _project(row: RowMapping) -> ProjectOut:
    project = Project(
        identifier=row["identifier"],
        name=row["name"],
        org_identifier=row["org"],
        description=row["description"],
        tags=row["tags"],
    )
    return ProjectOut(project=project, created=seconds(row["created_at"]), updated=seconds(row["updated_at"]))
