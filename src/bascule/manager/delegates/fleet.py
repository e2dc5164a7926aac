"""Tokens and delegates as people see and change them."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from bascule.core.clock import new_id
from bascule.core.errors import ConflictError, InputError
from bascule.core.problems import Problem
from bascule.manager import identity
from bascule.manager.audit.service import append
from bascule.manager.delegates import bell, fleet_store, own_logs, reach_store, sessions, store
from bascule.manager.delegates.fleet_store import Which
from bascule.manager.delegates.model import Attempt, Delegate, DelegateToken, JobRecord, meet
from bascule.manager.delegates.own_logs import OwnLog
from bascule.manager.delegates.reach import Reach
from bascule.manager.entity import not_found
from bascule.manager.identity.model import SYSTEM, Actor, Scope
from bascule.manager.paging import Page, Paging, fetch
from bascule.wire.delegates import LOGS

GRACE = timedelta(days=1)
"""So long the delegates of a rotated token have by default to be started with its new text."""


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
    _refuse_names(connection, scope, tags)
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


def rotate_token(
    connection: Connection,
    actor: Actor,
    scope: Scope,
    token_id: str,
    now: datetime,
    *,
    grace: timedelta = GRACE,
    admits: bool = False,
) -> tuple[DelegateToken, str]:
    """The token with a new text, and that. The text before it lets nobody new in, unless `admits`, and keeps its delegates for the grace.

    The one before that ends now. Raises ConflictError for a token that is not valid, or that belongs to one delegate.
    """
    identity.require(actor, "core_delegate_edit", scope)
    token = _token(connection, scope, token_id)
    if not token.is_valid(now) or token.single_use:
        why = "it belongs to one delegate, which keeps it" if token.single_use else "it was revoked, or has ended"
        raise ConflictError(Problem(code="DEL-042", what=f"the token '{token.name}' cannot be rotated", why=why, fix="make a new one"))
    text = sessions.new_token()
    rotated = msgspec.structs.replace(token, generation=token.generation + 1, former_until=now + grace, former_admits=admits)
    fleet_store.rotate_token(connection, rotated, sessions.hash_of(text))
    append(connection, actor, "UPDATE", "DELEGATE_TOKEN", token.id, scope, name=token.name, before=token, after=rotated)
    bell.ring_after(connection, bell.JOBS)
    return rotated, text


def _token(connection: Connection, scope: Scope, token_id: str) -> DelegateToken:
    token = fleet_store.find_token(connection, token_id)
    if token is None or token.scope != scope:
        raise not_found("delegate token", token_id, scope)
    return token


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
    token = _token(connection, scope, token_id)
    if token.revoked_at is not None:
        return token
    revoked = msgspec.structs.replace(token, revoked_at=now)
    fleet_store.revoke_token(connection, token_id, now)
    append(connection, actor, "REVOKE_TOKEN", "DELEGATE_TOKEN", token.id, scope, name=token.name, before=token, after=revoked)
    bell.ring_after(connection, bell.JOBS)
    return revoked


def delegates(connection: Connection, actor: Actor, scope: Scope, at: Paging, which: Which = "permanent") -> Page[Delegate]:
    """The delegates that serve this scope: its own and those of the scopes above, by name. Those inside pods only where asked for."""
    identity.require(actor, "core_delegate_view", scope)
    page = fetch(connection, fleet_store.delegates_in(scope, which), at)
    return Page([fleet_store.delegate_of(row) for row in page.items], page.total, at)


def delegate(connection: Connection, actor: Actor, scope: Scope, delegate_id: str) -> Delegate:
    """One delegate that serves this scope."""
    identity.require(actor, "core_delegate_view", scope)
    found = fleet_store.find_delegate(connection, delegate_id)
    if found is None or not found.scope.covers(scope):
        raise not_found("delegate", delegate_id, scope)
    return found


def drain(
    connection: Connection, actor: Actor, scope: Scope, delegate_id: str, now: datetime, *, leave: bool = False, undo: bool = False
) -> Delegate:
    """From now on the delegate of this scope is given no more jobs; what it has in hand it finishes. With `leave` its process ends then.

    It stays so, also when it is started again, until that is undone.
    """
    identity.require(actor, "core_delegate_edit", scope)
    found = fleet_store.find_delegate(connection, delegate_id)
    if found is None or found.scope != scope:
        raise not_found("delegate", delegate_id, scope)
    drained = msgspec.structs.replace(found, draining_at=None if undo else found.draining_at or now, is_leaving=leave and not undo)
    if drained == found:
        return found
    fleet_store.put_draining(connection, drained)
    append(connection, actor, "UPDATE", "DELEGATE", delegate_id, scope, name=found.name, before=found, after=drained)
    bell.ring_after(connection, bell.JOBS)
    return drained


def ask_log(connection: Connection, actor: Actor, scope: Scope, delegate_id: str, now: datetime) -> bool:
    """Have a delegate that serves this scope tell its own log; whether there is hope that it will. See `log`."""
    found = _insight(connection, actor, scope, delegate_id)
    if LOGS not in found.features or not found.is_connected(now):
        return False
    own_logs.ask(connection, delegate_id, now)
    bell.ring_after(connection, bell.JOBS)
    return True


def log(connection: Connection, actor: Actor, scope: Scope, delegate_id: str) -> OwnLog:
    """What the delegate has told of its own log. It names jobs of all that it serves: who reads it may look at its own scope."""
    _insight(connection, actor, scope, delegate_id)
    return own_logs.read(connection, delegate_id)


def remove_delegate(connection: Connection, actor: Actor, scope: Scope, delegate_id: str) -> None:
    """Forget a delegate of this scope. One that still runs registers again as long as its token is valid; its jobs count as lost."""
    identity.require(actor, "core_delegate_delete", scope)
    found = fleet_store.find_delegate(connection, delegate_id)
    if found is None or found.scope != scope:
        raise not_found("delegate", delegate_id, scope)
    fleet_store.remove_delegate(connection, delegate_id)
    append(connection, actor, "DELETE", "DELEGATE", delegate_id, scope, name=found.name, before=found)


def jobs_of(connection: Connection, actor: Actor, scope: Scope, delegate_id: str, at: Paging) -> Page[tuple[JobRecord, Attempt]]:
    """What the delegate was given last of this scope's jobs, newest first: the job, and its attempt there."""
    delegate(connection, actor, scope, delegate_id)
    page = fetch(connection, fleet_store.attempts_of(delegate_id, scope), at)
    ids = [(row["job_id"], row["attempt"]) for row in page.items]
    found = ((store.find_job(connection, job), store.find_attempt(connection, job, number)) for job, number in ids)
    return Page([(record, attempt) for record, attempt in found if record and attempt], page.total, at)


def reaches(connection: Connection, actor: Actor, scope: Scope, delegate_id: str, at: Paging) -> Page[Reach]:
    """What is known of the targets that the delegate tried. Only who may look at the delegate's own scope sees them."""
    _insight(connection, actor, scope, delegate_id)
    page = fetch(connection, reach_store.of_delegate(delegate_id), at)
    return Page([reach_store.reach(row) for row in page.items], page.total, at)


def _insight(connection: Connection, actor: Actor, scope: Scope, delegate_id: str) -> Delegate:
    """A delegate that serves this scope, for who may look at its own scope too."""
    found = delegate(connection, actor, scope, delegate_id)
    identity.require(actor, "core_delegate_view", found.scope)
    return found


def _refuse_names(connection: Connection, scope: Scope, tags: tuple[str, ...]) -> None:
    """A delegate's name is one of its tags: what a token grants must not be had by a name already."""
    for tag in tags:
        if any(found.pod is None and meet(found.scope, scope) for found in fleet_store.delegates_named(connection, tag)):
            problem = Problem(
                code="DEL-041",
                what=f"a delegate is named '{tag}'",
                where="body.tags",
                why="a delegate's name is one of its tags: jobs that are to go to this token's delegates would go to that one too",
                fix="choose another tag, or select that delegate by its name",
            )
            raise ConflictError(problem)


def running_counts(connection: Connection) -> dict[str, int]:
    """Delegate id → how many jobs it has in hand."""
    return fleet_store.running_counts(connection)
