"""The three scopes as URL prefixes: a resource that lives in each is mounted thrice by one loop."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Path

from bascule.manager.identity.model import Scope

IDENTIFIER = r"^[a-zA-Z_][0-9a-zA-Z_$]{0,127}$"
"""As Harness has it: no hyphens."""

OrgPath = Annotated[str, Path(max_length=128, description="Organization identifier")]
ProjectPath = Annotated[str, Path(max_length=128, description="Project identifier")]


def account_scope() -> Scope:
    """The account."""
    return Scope()


def org_scope(org: OrgPath) -> Scope:
    """The organization of the path."""
    return Scope(org)


def project_scope(org: OrgPath, project: ProjectPath) -> Scope:
    """The project of the path."""
    return Scope(org, project)


@dataclass(frozen=True)
class Level:
    """One kind of scope: `prefix` of its paths, `suffix` of its operation ids, `of` the dependency that reads it."""

    name: str
    prefix: str
    suffix: str
    of: Callable[..., Any]


LEVELS = (
    Level("account", "/v1", "-account", account_scope),
    Level("organization", "/v1/orgs/{org}", "-org", org_scope),
    Level("project", "/v1/orgs/{org}/projects/{project}", "-project", project_scope),
)

ProjectScope = Annotated[Scope, Depends(project_scope)]
