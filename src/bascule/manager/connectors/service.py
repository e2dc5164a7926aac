"""Making, changing, removing and finding connectors."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bascule.core.clock import new_id
from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager import identity
from bascule.manager.audit import service as audit
from bascule.manager.connectors import store
from bascule.manager.connectors.model import Connector, ConnectorIn, ConnectorOut, secret_references
from bascule.manager.entity import already_there, in_use, not_found, same_identifier
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.identity.references import resolve
from bascule.manager.organizations import service as organizations
from bascule.manager.paging import Page, Paging

UsedBy = Callable[[Connection, Scope, str], str | None]
"""Says what uses an entity (`DB instance 'prod'`), None when nothing does."""
Guard = Callable[[Connection, Connector], None]
"""Raises InputError for a connector that may not be as it is now, for reasons that other areas know."""


def get(connection: Connection, reference: str, scope: Scope) -> Connector:
    """The connector that `reference`, written in `scope`, means. For the system's own use: asks for no permission."""
    return held(connection, *resolve(reference, scope))


def held(connection: Connection, scope: Scope, identifier: str) -> Connector:
    """The connector of exactly that scope, for the system's own use as well."""
    found = store.get(connection, scope, identifier)
    if found is None:
        raise not_found("connector", identifier, scope)
    return found


def show(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> ConnectorOut:
    """One connector of a scope."""
    identity.require(actor, "core_connector_view", scope)
    found = store.get_out(connection, scope, identifier)
    if found is None:
        raise not_found("connector", identifier, scope)
    return found


def list_all(connection: Connection, actor: Actor, scope: Scope, kind: str | None, term: str | None, at: Paging) -> Page[ConnectorOut]:
    """A scope's connectors."""
    identity.require(actor, "core_connector_view", scope)
    organizations.require_scope(connection, scope)
    return store.list_out(connection, scope, kind, term, at)


def _unguarded(_connection: Connection, _connector: Connector) -> None:
    pass


def create(
    connection: Connection, actor: Actor, scope: Scope, connector: ConnectorIn, at: datetime, guard: Guard = _unguarded
) -> ConnectorOut:
    """Make a connector."""
    identity.require(actor, "core_connector_edit", scope)
    organizations.require_scope(connection, scope)
    _same_scope(connector, scope)
    if store.get(connection, scope, connector.identifier):
        raise already_there("connector", connector.identifier, scope)
    store.put(connection, scope, connector, at, new_id("con", at))
    _checked(connection, scope, connector.identifier, guard)
    made = show(connection, actor, scope, connector.identifier)
    audit.append(connection, actor, "CREATE", "CONNECTOR", connector.identifier, scope, name=connector.name, after=made.connector)
    return made


def update(
    connection: Connection,
    actor: Actor,
    scope: Scope,
    identifier: str,
    connector: ConnectorIn,
    at: datetime,
    guard: Guard = _unguarded,
) -> ConnectorOut:
    """Change a connector; its type stays."""
    identity.require(actor, "core_connector_edit", scope)
    same_identifier(connector.identifier, identifier)
    _same_scope(connector, scope)
    before = show(connection, actor, scope, identifier)
    if before.connector.type != connector.type:
        raise InputError(
            Problem(code="ENT-004", what=f"connector '{identifier}' is of type {before.connector.type}", fix="a type cannot change")
        )
    store.put(connection, scope, connector, at, None)
    _checked(connection, scope, identifier, guard)
    after = show(connection, actor, scope, identifier)
    audit.append(
        connection, actor, "UPDATE", "CONNECTOR", identifier, scope, name=connector.name, before=before.connector, after=after.connector
    )
    return after


def remove(connection: Connection, actor: Actor, scope: Scope, identifier: str, used_by: UsedBy) -> None:
    """Remove a connector that nothing uses."""
    identity.require(actor, "core_connector_delete", scope)
    before = show(connection, actor, scope, identifier)
    if user := used_by(connection, scope, identifier):
        raise in_use("connector", identifier, user)
    found = store.get(connection, scope, identifier)
    if found:
        store.remove(connection, found.id)
    audit.append(connection, actor, "DELETE", "CONNECTOR", identifier, scope, name=before.connector.name, before=before.connector)


def user_of_secret(connection: Connection, scope: Scope, identifier: str) -> str | None:
    """The connector that names the secret of that scope, None when none does."""
    for connector in store.within(connection, scope):
        if any(
            resolve(reference, connector.scope) == (scope, identifier) for reference in secret_references(connector.type, connector.spec)
        ):
            return f"connector '{connector.identifier}'"
    return None


def secret_managers(connection: Connection, scope: Scope) -> list[Connector]:
    """The connectors of a scope and of those below it that are secret managers."""
    return [connector for connector in store.within(connection, scope) if connector.secret_manager is not None]


def _checked(connection: Connection, scope: Scope, identifier: str, guard: Guard) -> None:
    stored = store.get(connection, scope, identifier)
    if stored is not None:
        guard(connection, stored)


def _same_scope(connector: ConnectorIn, scope: Scope) -> None:
    same_identifier(connector.org_identifier, scope.org or "")
    same_identifier(connector.project_identifier, scope.project or "")
