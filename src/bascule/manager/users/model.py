"""Users, groups, service accounts and keys as the API has them, and what may be granted by whom."""

from typing import Annotated

from pydantic import Field, StringConstraints

from bascule.core.errors import DeniedError, InputError
from bascule.core.problems import Problem
from bascule.manager.body import Body
from bascule.manager.entity import Identifier, Name
from bascule.manager.identity.model import ROLES, Actor, Grant, Scope

Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
Password = Annotated[str, StringConstraints(min_length=10, max_length=256)]


class RoleBinding(Body):
    """A role held in a scope: the account, an organization (`org`), a project (`org` and `project`)."""

    role: str
    org: str | None = None
    project: str | None = None

    @property
    def grant(self) -> Grant:
        """The binding as identity has it. Raises InputError for a role or a scope that cannot be."""
        if self.role not in ROLES:
            raise InputError(Problem(code="AUT-010", what=f"there is no role '{self.role}'", fix="one of " + ", ".join(sorted(ROLES))))
        if self.project and not self.org:
            raise InputError(Problem(code="AUT-011", what=f"project '{self.project}' is named without its organization", fix="add org"))
        return Grant(self.role, Scope(self.org or None, self.project or None))


class User(Body):
    """A user. `roles` are those held directly; groups may add more."""

    identifier: Identifier
    name: Name
    email: Email
    disabled: bool = False
    roles: list[RoleBinding] = []


class UserIn(User):
    """A user to make or change. Without `password` a new user cannot log in by one, an old one keeps theirs."""

    password: Password | None = None


class UserOut(User):
    """A user as stored."""

    groups: list[str] = []
    created: int
    updated: int


class UserGroup(Body):
    """A user group of a scope. `users` are identifiers."""

    identifier: Identifier
    name: Name
    description: str | None = None
    users: list[str] = []
    roles: list[RoleBinding] = []


class UserGroupOut(UserGroup):
    """A user group as stored."""

    created: int
    updated: int


class ServiceAccount(Body):
    """A program that uses the API by keys of its own."""

    identifier: Identifier
    name: Name
    description: str | None = None
    roles: list[RoleBinding] = []


class ServiceAccountOut(ServiceAccount):
    """A service account as stored."""

    created: int
    updated: int


class ApiKeyIn(Body):
    """A key to make: of the actor, or of a service account. `expires` is epoch seconds; absent means never."""

    name: Name
    service_account: str | None = None
    expires: Annotated[int | None, Field(ge=0, le=253402300799)] = None


class ApiKeyOut(Body):
    """A key as stored; its token is not."""

    id: str
    name: str
    owner: str
    prefix: str
    created: int
    expires: int | None = None
    last_used: int | None = None


class ApiKeyCreated(ApiKeyOut):
    """The one time that a token is shown."""

    token: str


class Login(Body):
    """Identifier or e-mail address, and password."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=254)]
    password: Annotated[str, StringConstraints(max_length=256)]


class PasswordChange(Body):
    """One's own password needs the current one."""

    current_password: str | None = None
    new_password: Password


class RoleOut(Body):
    """A role and what it allows."""

    identifier: str
    permissions: list[str]


class Me(Body):
    """Who the request is from."""

    id: str
    name: str
    email: str
    kind: str
    groups: list[str]
    roles: list[RoleBinding]


def require_grantable(actor: Actor, bindings: list[RoleBinding]) -> None:
    """Raises DeniedError when a binding would give more than the actor has: nobody lifts anybody above themselves."""
    for binding in bindings:
        grant = binding.grant
        if not all(actor.may(permission, grant.scope) for permission in ROLES[grant.role]):
            raise DeniedError(
                Problem(
                    code="AUT-012",
                    what=f"{actor.name} may not grant '{grant.role}' in {grant.scope}",
                    why="only what one may do oneself can be granted",
                )
            )
