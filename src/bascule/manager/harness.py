"""What the addresses of Harness's older API (`/ng/api/…`) have in common: the scope in the query, a frame around the answer."""

from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BeforeValidator

from bascule.manager.body import Body
from bascule.manager.identity.model import Scope

T = TypeVar("T")

OrgQuery = Annotated[str | None, Query(alias="orgIdentifier", max_length=128)]
ProjectQuery = Annotated[str | None, Query(alias="projectIdentifier", max_length=128)]


class Framed(Body, Generic[T]):
    """The frame; clients look for `data`."""

    status: str = "SUCCESS"
    data: T


def scope_of_query(org: OrgQuery = None, project: ProjectQuery = None) -> Scope:
    """The scope that the query names; `accountIdentifier` may be there, there is one account."""
    return Scope(org or None, project or None)


ScopeQuery = Annotated[Scope, Depends(scope_of_query)]


def scope_of(query: Scope, org: str | None, project: str | None) -> Scope:
    """The query's scope, or where it names none that of the body, in which some clients alone write it."""
    return query if query.org else Scope(org or None, project or None)


def passing_over(*names: str) -> BeforeValidator:
    """For a body: keys that Harness's clients send and that mean nothing here. Others unknown are refused."""

    def without(value: Any) -> Any:
        return {key: item for key, item in value.items() if key not in names} if isinstance(value, dict) else value

    return BeforeValidator(without)
