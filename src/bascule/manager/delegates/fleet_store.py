"""Tokens, delegates and the key of their sessions as rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bascule.manager.delegates.model import (
    Delegate,
    DelegateToken,
)
from bascule.manager.delegates.tables import BUSY, DELEGATES, JOBS, SESSION_KEYS, TOKENS, WORKSPACES
from bascule.manager.identity.model import Scope

# Session keys


def session_key(connection: Connection) -> dict[str, str] | None:
    """The sealed key that sessions are signed with."""
    found: dict[str, str] | None = connection.execute(select(SESSION_KEYS.c.envelope).where(SESSION_KEYS.c.id == "current")).scalar()
    return found


def put_session_key(connection: Connection, envelope: dict[str, str]) -> None:
    """Replace the key that sessions are signed with."""
    connection.execute(delete(SESSION_KEYS))
    connection.execute(insert(SESSION_KEYS).values(id="current", envelope=envelope))


# Tokens


def add_token(connection: Connection, token: DelegateToken, sha256: str) -> None:
    """A new token; only its hash is stored."""
    connection.execute(
        insert(TOKENS).values(
            id=token.id,
            name=token.name,
            org=token.scope.org,
            project=token.scope.project,
            tags=list(token.tags),
            sha256=sha256,
            created_at=token.created_at,
            created_by=token.created_by,
            expires_at=token.expires_at,
            single_use=token.single_use,
            pod=token.pod,
        )
    )


def token(row: RowMapping) -> DelegateToken:
    """A row of TOKENS as a value."""
    return DelegateToken(
        id=row["id"],
        name=row["name"],
        scope=Scope(row["org"], row["project"]),
        tags=tuple(row["tags"]),
        created_at=row["created_at"],
        created_by=row["created_by"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        single_use=row["single_use"],
        bound_key=row["bound_key"],
        pod=row["pod"],
    )


def find_token(connection: Connection, *, token_id: str | None = None, sha256: str | None = None) -> DelegateToken | None:
    """The token of that id or hash, or None."""
    condition = TOKENS.c.id == token_id if token_id is not None else TOKENS.c.sha256 == sha256
    row = connection.execute(select(TOKENS).where(condition)).mappings().first()
    return token(row) if row else None


def valid_tokens(connection: Connection, name: str, created_by: str) -> list[DelegateToken]:
    """The account's tokens of that name and maker that are not revoked."""
    query = select(TOKENS).where(
        *_in(TOKENS, Scope()), TOKENS.c.name == name, TOKENS.c.created_by == created_by, TOKENS.c.revoked_at.is_(None)
    )
    return [token(row) for row in connection.execute(query).mappings()]


def tokens_in(scope: Scope) -> Select[Any]:
    """The query of the tokens of this scope, newest first; those of pods are nobody's business."""
    return select(TOKENS).where(*_in(TOKENS, scope), TOKENS.c.pod.is_(None)).order_by(TOKENS.c.created_at.desc(), TOKENS.c.id)


def put_token(connection: Connection, token: DelegateToken) -> None:
    """Store a token's revocation and the key it is bound to."""
    connection.execute(update(TOKENS).where(TOKENS.c.id == token.id).values(revoked_at=token.revoked_at, bound_key=token.bound_key))


# Delegates


def delegate_of(row: RowMapping) -> Delegate:
    """A row of DELEGATES as a value."""
    return Delegate(
        id=row["id"],
        token_id=row["token_id"],
        name=row["name"],
        public_key=row["public_key"],
        scope=Scope(row["org"], row["project"]),
        tags=tuple(row["tags"]),
        version=row["version"],
        hostname=row["hostname"],
        capacity=row["capacity"],
        allow_scripts=row["allow_scripts"],
        kubernetes=row["kubernetes"],
        default_runner=row["default_runner"],
        pod=row["pod"],
        registered_at=row["registered_at"],
        last_seen_at=row["last_seen_at"],
    )


def put_delegate(connection: Connection, delegate: Delegate) -> None:
    """Store a delegate, new or registered again."""
    values = {
        "token_id": delegate.token_id,
        "name": delegate.name,
        "public_key": delegate.public_key,
        "org": delegate.scope.org,
        "project": delegate.scope.project,
        "tags": list(delegate.tags),
        "version": delegate.version,
        "hostname": delegate.hostname,
        "capacity": delegate.capacity,
        "allow_scripts": delegate.allow_scripts,
        "kubernetes": delegate.kubernetes,
        "default_runner": delegate.default_runner,
        "pod": delegate.pod,
        "registered_at": delegate.registered_at,
        "last_seen_at": delegate.last_seen_at,
    }
    if connection.execute(update(DELEGATES).where(DELEGATES.c.id == delegate.id).values(values)).rowcount == 0:
        connection.execute(insert(DELEGATES).values(id=delegate.id, **values))


def find_delegate(connection: Connection, delegate_id: str) -> Delegate | None:
    """The delegate of that id, or None."""
    row = connection.execute(select(DELEGATES).where(DELEGATES.c.id == delegate_id)).mappings().first()
    return delegate_of(row) if row else None


def delegates_in_pod(connection: Connection, pod: str) -> list[Delegate]:
    """The delegate inside that pod, if it has registered."""
    return [delegate_of(row) for row in connection.execute(select(DELEGATES).where(DELEGATES.c.pod == pod)).mappings()]


def delegates_with_key(connection: Connection, public_key: str) -> list[Delegate]:
    """The delegates that registered with this key: one, or one per token."""
    query = select(DELEGATES).where(DELEGATES.c.public_key == public_key)
    return [delegate_of(row) for row in connection.execute(query).mappings()]


def delegates(connection: Connection) -> list[Delegate]:
    """All delegates, by name."""
    query = select(DELEGATES).order_by(DELEGATES.c.name, DELEGATES.c.id)
    return [delegate_of(row) for row in connection.execute(query).mappings()]


def silent_delegates(connection: Connection, since: datetime) -> list[str]:
    """Delegates that have not called since then and have no job in hand."""
    busy = select(JOBS.c.delegate_id).where(JOBS.c.state.in_(BUSY), JOBS.c.delegate_id.is_not(None))
    query = select(DELEGATES.c.id).where(DELEGATES.c.last_seen_at < since, DELEGATES.c.id.not_in(busy))
    return list(connection.execute(query).scalars())


def delegates_in(scope: Scope) -> Select[Any]:
    """The query of the delegates that serve this scope: its own and those of the scopes above."""
    return select(DELEGATES).where(*_serving(DELEGATES, scope)).order_by(DELEGATES.c.name, DELEGATES.c.id)


def touch(connection: Connection, delegate_id: str, at: datetime) -> None:
    """The delegate has called."""
    connection.execute(update(DELEGATES).where(DELEGATES.c.id == delegate_id).values(last_seen_at=at))


def remove_delegate(connection: Connection, delegate_id: str) -> None:
    """Forget the delegate and what was pinned to it."""
    connection.execute(delete(DELEGATES).where(DELEGATES.c.id == delegate_id))
    connection.execute(delete(WORKSPACES).where(WORKSPACES.c.delegate_id == delegate_id))


def running_counts(connection: Connection) -> dict[str, int]:
    """Delegate → how many jobs it has in hand."""
    query = select(JOBS.c.delegate_id, func.count()).where(JOBS.c.state.in_(BUSY)).group_by(JOBS.c.delegate_id)
    return {delegate_id: count for delegate_id, count in connection.execute(query) if delegate_id is not None}


def _in(table: Table, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (table.c.org.is_not_distinct_from(scope.org), table.c.project.is_not_distinct_from(scope.project))


def _serving(table: Table, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (
        or_(table.c.org.is_(None), table.c.org == scope.org),
        or_(table.c.project.is_(None), table.c.project == scope.project),
    )
