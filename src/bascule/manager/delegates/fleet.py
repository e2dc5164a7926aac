"""Tokens and delegates as people see and change them."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from bascule.core.clock import new_id
from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager import identity
from bascule.manager.audit.service import append
from bascule.manager.database import after_commit
from bascule.manager.delegates import bell, fleet_store, sessions
from bascule.manager.delegates.model import Delegate, DelegateToken
from bascule.manager.entity import not_found
from bascule.manager.identity.model import SYSTEM, Actor, Scope
from bascule.manager.paging import Page, Paging, fetch


def create_token(
    connection: Connection,
    actor: Actor,
    scope: Scope,
    name: str,
    now: datetime,
    *,
    tags: tuple[str, ...] = (),
    lives: timedelta | None = None,
    single_use: bool = False,
) -> tuple[DelegateToken, str]:
    """A token that lets delegates serve this scope with these tags, and its text, which is shown this once."""
    identity.require(actor, "core_delegate_edit", scope)
    if any(not tag or "," in tag or tag != tag.strip() for tag in tags):
        raise InputError(Problem(code="DEL-013", what="a tag is a word without commas or blanks around it", where="body.tags"))
    text = sessions.new_token()
    token = DelegateToken(
        id=new_id("dt", now),
        name=name,
        scope=scope,
        tags=tuple(dict.fromkeys(tags)),
        created_at=now,
        created_by=actor.id,
        expires_at=now + lives if lives is not None else None,
        single_use=single_use,
    )
    fleet_store.add_token(connection, token, sessions.hash_of(text))
    append(connection, actor, "CREATE", "DELEGATE_TOKEN", token.id, scope, name=name, after=token)
    return token, text


def replace_token(connection: Connection, name: str, now: datetime) -> str:
    """The text of a new token of the system's own for the account; its earlier ones of that name end. For the server's own delegate."""
    for token in fleet_store.valid_tokens(connection, name, SYSTEM.id):
        revoke_token(connection, SYSTEM, Scope(), token.id, now)
    return create_token(connection, SYSTEM, Scope(), name, now)[1]


def tokens(connection: Connection, actor: Actor, scope: Scope, at: Paging) -> Page[DelegateToken]:
    """The tokens of this scope, newest first."""
    identity.require(actor, "core_delegate_view", scope)
    page = fetch(connection, fleet_store.tokens_in(scope), at)
    return Page([fleet_store.token(row) for row in page.items], page.total, at)


def revoke_token(connection: Connection, actor: Actor, scope: Scope, token_id: str, now: datetime) -> DelegateToken:
    """From now on the token lets nobody in, and its delegates are turned away."""
    identity.require(actor, "core_delegate_delete", scope)
    token = fleet_store.find_token(connection, token_id=token_id)
    if token is None or token.scope != scope:
        raise not_found("delegate token", token_id, scope)
    if token.revoked_at is not None:
        return token
    revoked = msgspec.structs.replace(token, revoked_at=now)
    fleet_store.put_token(connection, revoked)
    append(connection, actor, "REVOKE_TOKEN", "DELEGATE_TOKEN", token.id, scope, name=token.name, before=token, after=revoked)
    after_commit(connection, lambda: bell.ring(bell.JOBS))
    return revoked


def delegates(connection: Connection, actor: Actor, scope: Scope, at: Paging) -> Page[Delegate]:
    """The delegates that serve this scope: its own and those of the scopes above, by name."""
    identity.require(actor, "core_delegate_view", scope)
    page = fetch(connection, fleet_store.delegates_in(scope), at)
    return Page([fleet_store.delegate_of(row) for row in page.items], page.total, at)


def delegate(connection: Connection, actor: Actor, scope: Scope, delegate_id: str) -> Delegate:
    """One delegate that serves this scope."""
    identity.require(actor, "core_delegate_view", scope)
    found = fleet_store.find_delegate(connection, delegate_id)
    if found is None or not found.scope.covers(scope):
        raise not_found("delegate", delegate_id, scope)
    return found


def remove_delegate(connection: Connection, actor: Actor, scope: Scope, delegate_id: str) -> None:
    """Forget a delegate of this scope. One that still runs registers again as long as its token is valid; its jobs count as lost."""
    identity.require(actor, "core_delegate_delete", scope)
    found = fleet_store.find_delegate(connection, delegate_id)
    if found is None or found.scope != scope:
        raise not_found("delegate", delegate_id, scope)
    fleet_store.remove_delegate(connection, delegate_id)
    append(connection, actor, "DELETE", "DELEGATE", delegate_id, scope, name=found.name, before=found)


def running_counts(connection: Connection) -> dict[str, int]:
    """Delegate id → how many jobs it has in hand."""
    return fleet_store.running_counts(connection)
