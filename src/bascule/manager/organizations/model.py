"""Organizations and projects as the API has them (Harness's shapes)."""

from bascule.manager.body import Body
from bascule.manager.entity import Identifier, Name, Tags


class Organization(Body):
    """An organization."""

    identifier: Identifier
    name: Name
    description: str | None = None
    tags: Tags | None = None


class OrganizationBody(Body):
    """`{"org": {…}}`."""

    org: Organization


class OrganizationOut(Body):
    """An organization as stored. Moments are epoch seconds."""

    org: Organization
    created: int
    updated: int


class Project(Body):
    """A project; `orgIdentifier` is that of the path."""

    identifier: Identifier
    name: Name
    org_identifier: str | None = None
    description: str | None = None
    tags: Tags | None = None


class ProjectBody(Body):
    """`{"project": {…}}`."""

    project: Project


class ProjectOut(Body):
    """A project as stored."""

    project: Project
    created: int
    updated: int
