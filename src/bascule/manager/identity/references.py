"""How entities of a wider scope are named from a narrower one: `account.x`, `org.x`, `x`. Pure."""

import re

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.identity.model import Actor, Scope

_REFERENCE = re.compile(r"(?:(account|org)\.)?([a-zA-Z_][0-9a-zA-Z_$-]{0,127})")


def resolve(reference: str, scope: Scope) -> tuple[Scope, str]:
    """The scope and identifier that a reference, written in `scope`, means. Raises InputError for what is no reference."""
    found = _REFERENCE.fullmatch(reference.strip())
    if found is None:
        raise InputError(
            Problem(code="ENT-002", what=f"'{reference}' is no reference", fix="write x, org.x or account.x, x being an identifier")
        )
    level, identifier = found.groups()
    if level == "account" or scope.org is None:
        return Scope(), identifier
    return (Scope(scope.org) if level == "org" else scope), identifier


def reference(of: Scope, identifier: str) -> str:
    """How an entity held in `of` is written from a scope below it."""
    if of.org is None:
        return f"account.{identifier}"
    return identifier if of.project else f"org.{identifier}"


def group_key(scope: Scope, identifier: str) -> str:
    """A user group's name among all scopes, as `Actor.groups` and role bindings hold it: `account/default/dbas`."""
    return f"{scope}/{identifier}"


def in_group(actor: Actor, group: str, scope: Scope) -> bool:
    """Whether the actor is in the user group that `group`, a reference written in `scope`, means."""
    return group_key(*resolve(group, scope)) in actor.groups
