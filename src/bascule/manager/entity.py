"""What entities have in common: identifier, name, tags, moments, and how their absence or presence is reported."""

from datetime import datetime
from typing import Annotated, Any, overload

from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy import Connection, Table, and_, select
from sqlalchemy.engine import RowMapping

from bascule.core.errors import ConflictError, InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.manager.body import Storable
from bascule.manager.identity.model import Scope
from bascule.manager.identity.store import columns
from bascule.manager.scopes import IDENTIFIER


def _few(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > 128:
        raise ValueError("at most 128 tags")
    return tags


def absent_when_empty(value: Any) -> Any:
    """An empty text as null: clients written in Go send one for what is not set."""
    return None if value == "" else value


Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER, max_length=128)]
Name = Annotated[Storable, StringConstraints(min_length=1, max_length=128)]
Tags = Annotated[dict[str, Annotated[str, StringConstraints(max_length=128)]], Field(max_length=128), AfterValidator(_few)]


@overload
def seconds(at: datetime) -> int: ...
@overload
def seconds(at: datetime | None) -> int | None: ...
def seconds(at: datetime | None) -> int | None:
    """A moment as Harness writes it: whole seconds since 1970."""
    return None if at is None else int(at.timestamp())


def not_found(kind: str, identifier: str, scope: Scope | None = None) -> NotFoundError:
    """The error for an entity that is not there."""
    place = f" in {scope}" if scope is not None else ""
    return NotFoundError(Problem(code="ENT-404", what=f"there is no {kind} '{identifier}'{place}"))


def already_there(kind: str, identifier: str, scope: Scope | None = None) -> ConflictError:
    """The error for an identifier that is taken."""
    place = f" in {scope}" if scope is not None else ""
    return ConflictError(Problem(code="ENT-409", what=f"there is already a {kind} '{identifier}'{place}", fix="choose another identifier"))


def in_use(kind: str, identifier: str, users: str) -> ConflictError:
    """The error for deleting what something else needs."""
    return ConflictError(
        Problem(code="ENT-410", what=f"the {kind} '{identifier}' is in use by {users}", fix=f"delete or change {users} first")
    )


def same_identifier(given: str | None, of_path: str) -> None:
    """Raises InputError when a body names another entity than its path: identifiers never change."""
    if given is not None and given != of_path:
        raise InputError(
            Problem(
                code="ENT-003",
                what=f"the body is about '{given}', the address about '{of_path}'",
                where="body.identifier",
                why="an identifier cannot change",
                fix="leave it out, or create a new entity",
            )
        )


def find(connection: Connection, table: Table, scope: Scope, identifier: str) -> RowMapping | None:
    """The row of that identifier in exactly that scope, of a table with columns org, project, identifier."""
    place = columns(scope)
    condition = and_(table.c.org == place["org"], table.c.project == place["project"], table.c.identifier == identifier)
    return connection.execute(select(table).where(condition)).mappings().first()


def search(table: Table, term: str | None) -> Any:
    """A condition: the term occurs in identifier or name, in any case of letters."""
    if not term:
        return True
    return table.c.identifier.icontains(term, autoescape=True) | table.c.name.icontains(term, autoescape=True)
