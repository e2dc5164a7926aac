"""Making, changing and removing environments; finding the one an instance belongs to."""

from datetime import datetime

from sqlalchemy import Connection

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager import identity
from bascule.manager.audit import service as audit
from bascule.manager.entity import already_there, in_use, not_found, same_identifier
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.identity.references import resolve
from bascule.manager.instances import store
from bascule.manager.instances.model import Environment, EnvironmentOut
from bascule.manager.organizations import service as organizations
from bascule.manager.paging import Page, Paging


def get(connection: Connection, reference: str, scope: Scope) -> EnvironmentOut:
    """The environment that `reference`, written in `scope`, means. For the system's own use: asks for no permission."""
    held_in, identifier = resolve(reference, scope)
    found = store.get_environment(connection, held_in, identifier)
    if found is None:
        raise not_found("environment", identifier, held_in)
    return found


def require(connection: Connection, scope: Scope, reference: str | None) -> None:
    """Raises InputError when an instance names an environment that is not there."""
    if not reference:
        return
    held_in, identifier = resolve(reference, scope)
    if store.get_environment(connection, held_in, identifier) is None:
        raise InputError(
            Problem(code="ENT-019", what=f"there is no environment '{reference}'", where="body.environment", fix="create it first")
        )


def show(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> EnvironmentOut:
    """One environment of a scope."""
    identity.require(actor, "core_environment_view", scope)
    found = store.get_environment(connection, scope, identifier)
    if found is None:
        raise not_found("environment", identifier, scope)
    return found


def list_all(connection: Connection, actor: Actor, scope: Scope, term: str | None, at: Paging) -> Page[EnvironmentOut]:
    """A scope's environments in their order."""
    identity.require(actor, "core_environment_view", scope)
    organizations.require_scope(connection, scope)
    return store.list_environments(connection, scope, term, at)


def create(connection: Connection, actor: Actor, scope: Scope, environment: Environment, at: datetime) -> EnvironmentOut:
    """Make an environment."""
    identity.require(actor, "core_environment_edit", scope)
    organizations.require_scope(connection, scope)
    _same_scope(environment, scope)
    if store.get_environment(connection, scope, environment.identifier):
        raise already_there("environment", environment.identifier, scope)
    store.put_environment(connection, scope, environment, at, new=True)
    made = show(connection, actor, scope, environment.identifier)
    audit.append(connection, actor, "CREATE", "ENVIRONMENT", environment.identifier, scope, name=environment.name, after=environment)
    return made


def update(connection: Connection, actor: Actor, scope: Scope, identifier: str, environment: Environment, at: datetime) -> EnvironmentOut:
    """Change an environment."""
    identity.require(actor, "core_environment_edit", scope)
    same_identifier(environment.identifier, identifier)
    _same_scope(environment, scope)
    before = show(connection, actor, scope, identifier)
    store.put_environment(connection, scope, environment, at, new=False)
    after = show(connection, actor, scope, identifier)
    kept = {"created", "updated"}
    audit.append(
        connection,
        actor,
        "UPDATE",
        "ENVIRONMENT",
        identifier,
        scope,
        name=environment.name,
        before=before.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=kept),
        after=after.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=kept),
    )
    return after


def delete(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> None:
    """Remove an environment that no instance belongs to."""
    identity.require(actor, "core_environment_delete", scope)
    before = show(connection, actor, scope, identifier)
    for used_in, reference, instance in store.environment_uses(connection, scope):
        if resolve(reference, used_in) == (scope, identifier):
            raise in_use("environment", identifier, f"DB instance '{instance}'")
    store.delete_environment(connection, scope, identifier)
    audit.append(connection, actor, "DELETE", "ENVIRONMENT", identifier, scope, name=before.name, before=before)


def _same_scope(environment: Environment, scope: Scope) -> None:
    same_identifier(environment.org_identifier, scope.org or "")
    same_identifier(environment.project_identifier, scope.project or "")
