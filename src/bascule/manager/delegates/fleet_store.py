"""Tokens, delegates and the key of their sessions as rows.

Statements that run with every call are built once, with `bindparam`: to build one anew takes longer than SQLite takes to run it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bascule.manager.delegates.model import Delegate, DelegateToken
from bascule.manager.delegates.tables import ATTEMPTS, BUSY, DELEGATES, JOBS, LOGS, PODS, REACHES, SESSION_KEYS, TOKENS, WORKSPACES
from bascule.manager.identity.model import Scope

Which = Literal["permanent", "pods", "all"]
"""Delegates that somebody started, those inside pods of step groups, or both."""

# Session keys


def session_key(connection: Connection) -> dict[str, str] | None:
    """The sealed key that sessions are signed with."""
    found: dict[str, str] | None = connection.execute(select(SESSION_KEYS.c.envelope).where(SESSION_KEYS.c.id == "current")).scalar()
    return found


def put_session_key(connection: Connection, envelope: dict[str, str], *, instead_of: dict[str, str] | None) -> None:
    """The key that sessions are signed with, in place of the one that was read (None: there was none). One put there meanwhile stays."""
    if instead_of is not None:
        replaced = (SESSION_KEYS.c.id == "current", SESSION_KEYS.c.envelope == instead_of)
        connection.execute(update(SESSION_KEYS).where(*replaced).values(envelope=envelope))
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(SESSION_KEYS).values(id="current", envelope=envelope))
    except IntegrityError:  # another manager was quicker
        return


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
            generation=token.generation,
            former_admits=token.former_admits,
        )
    )


def token(row: Mapping[Any, Any]) -> DelegateToken:
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
        generation=row["generation"],
        former_until=row["former_until"],
        former_admits=row["former_admits"],
    )


def find_token(connection: Connection, token_id: str) -> DelegateToken | None:
    """The token of that id, or None."""
    row = connection.execute(select(TOKENS).where(TOKENS.c.id == token_id)).mappings().first()
    return token(row) if row else None


def token_of_text(connection: Connection, sha256: str) -> tuple[DelegateToken, int] | None:
    """The token whose text, present or former, has that hash, and the text's generation; or None."""
    query = select(TOKENS).where(or_(TOKENS.c.sha256 == sha256, TOKENS.c.former_sha256 == sha256))
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    found = token(row)
    return found, found.generation if row["sha256"] == sha256 else found.generation - 1


def rotate_token(connection: Connection, token: DelegateToken, sha256: str) -> None:
    """The token has this text now; the one before it is its former."""
    connection.execute(
        update(TOKENS)
        .where(TOKENS.c.id == token.id)
        .values(
            sha256=sha256,
            former_sha256=TOKENS.c.sha256,
            generation=token.generation,
            former_until=token.former_until,
            former_admits=token.former_admits,
        )
    )


def other_tokens(connection: Connection, token_id: str) -> list[DelegateToken]:
    """The tokens besides this one that are not revoked."""
    rows = connection.execute(select(TOKENS).where(TOKENS.c.id != token_id, TOKENS.c.revoked_at.is_(None))).mappings()
    return [token(row) for row in rows]


def valid_tokens(connection: Connection, name: str, created_by: str) -> list[DelegateToken]:
    """The account's tokens of that name and maker that are not revoked."""
    query = select(TOKENS).where(
        *_in(TOKENS, Scope()), TOKENS.c.name == name, TOKENS.c.created_by == created_by, TOKENS.c.revoked_at.is_(None)
    )
    return [token(row) for row in connection.execute(query).mappings()]


def tokens_in(scope: Scope) -> Select[Any]:
    """The query of the tokens of this scope, newest first; those of pods are nobody's business."""
    return select(TOKENS).where(*_in(TOKENS, scope), TOKENS.c.pod.is_(None)).order_by(TOKENS.c.created_at.desc(), TOKENS.c.id)


def revoke_token(connection: Connection, token_id: str, at: datetime, *, unless_bound: bool = False) -> None:
    """The token lets nobody in from now on; with `unless_bound` one that somebody has been let in with stays as it is."""
    conditions = [TOKENS.c.bound_key.is_(None)] if unless_bound else []
    connection.execute(update(TOKENS).where(TOKENS.c.id == token_id, *conditions).values(revoked_at=at))


def bind_token(connection: Connection, token_id: str, public_key: str) -> bool:
    """Whether a single-use token is this key's from now on, or was: of keys that come at once the first has it."""
    is_free = or_(TOKENS.c.bound_key.is_(None), TOKENS.c.bound_key == public_key)
    bound = update(TOKENS).where(TOKENS.c.id == token_id, TOKENS.c.revoked_at.is_(None), is_free)
    return connection.execute(bound.values(bound_key=public_key)).rowcount > 0


def remove_tokens_of_pod(connection: Connection, pod: str) -> None:
    """Forget by what the delegate inside that pod was let in."""
    connection.execute(delete(TOKENS).where(TOKENS.c.pod == pod))


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
        generation=row["generation"],
        start=row["start"],
        features=tuple(row["features"]),
        draining_at=row["draining_at"],
        is_leaving=row["leaving"],
        free=row["free"],
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
        "generation": delegate.generation,
        "start": delegate.start,
        "features": list(delegate.features),
        "draining_at": delegate.draining_at,
        "leaving": delegate.is_leaving,
        "free": delegate.free,
    }
    if connection.execute(update(DELEGATES).where(DELEGATES.c.id == delegate.id).values(values)).rowcount == 0:
        connection.execute(insert(DELEGATES).values(id=delegate.id, **values))


def find_delegate(connection: Connection, delegate_id: str) -> Delegate | None:
    """The delegate of that id, or None."""
    row = connection.execute(select(DELEGATES).where(DELEGATES.c.id == delegate_id)).mappings().first()
    return delegate_of(row) if row else None


_ITS_TOKEN = {column.name: f"its_token_{column.name}" for column in TOKENS.c}
_WITH_TOKEN = (
    select(DELEGATES, *(TOKENS.c[name].label(label) for name, label in _ITS_TOKEN.items()))
    .outerjoin(TOKENS, TOKENS.c.id == DELEGATES.c.token_id)
    .where(DELEGATES.c.id == bindparam("of"))
)


def find_with_token(connection: Connection, delegate_id: str) -> tuple[Delegate, DelegateToken | None] | None:
    """The delegate of that id and the token that let it in, in one look: that is asked at every call."""
    row = connection.execute(_WITH_TOKEN, {"of": delegate_id}).mappings().first()
    if row is None:
        return None
    columns = {name: row[label] for name, label in _ITS_TOKEN.items()}
    return delegate_of(row), token(columns) if columns["id"] is not None else None


def delegates_in_pod(connection: Connection, pod: str) -> list[Delegate]:
    """The delegate inside that pod, if it has registered."""
    return [delegate_of(row) for row in connection.execute(select(DELEGATES).where(DELEGATES.c.pod == pod)).mappings()]


def delegates_with_key(connection: Connection, public_key: str) -> list[Delegate]:
    """The delegates that registered with this key: one, or one per token."""
    query = select(DELEGATES).where(DELEGATES.c.public_key == public_key)
    return [delegate_of(row) for row in connection.execute(query).mappings()]


def delegates_named(connection: Connection, name: str) -> list[Delegate]:
    """The delegates of that name."""
    return [delegate_of(row) for row in connection.execute(select(DELEGATES).where(DELEGATES.c.name == name)).mappings()]


def delegates(connection: Connection) -> list[Delegate]:
    """All delegates, by name."""
    return [delegate_of(row) for row in connection.execute(_BY_NAME).mappings()]


_BY_NAME = select(DELEGATES).order_by(DELEGATES.c.name, DELEGATES.c.id)


def silent_delegates(connection: Connection, since: datetime) -> list[str]:
    """Delegates that have not called since then and have no job in hand."""
    busy = select(JOBS.c.delegate_id).where(JOBS.c.state.in_(BUSY), JOBS.c.delegate_id.is_not(None))
    query = select(DELEGATES.c.id).where(DELEGATES.c.last_seen_at < since, DELEGATES.c.id.not_in(busy))
    return list(connection.execute(query).scalars())


def delegates_in(scope: Scope, which: Which = "permanent") -> Select[Any]:
    """The query of the delegates that serve this scope: its own and those of the scopes above."""
    chosen = {"permanent": [DELEGATES.c.pod.is_(None)], "pods": [DELEGATES.c.pod.is_not(None)], "all": []}[which]
    return select(DELEGATES).where(*_serving(DELEGATES, scope), *chosen).order_by(DELEGATES.c.name, DELEGATES.c.id)


def put_draining(connection: Connection, delegate: Delegate) -> None:
    """Store whether the delegate is to take jobs, and to stay."""
    values = {"draining_at": delegate.draining_at, "leaving": delegate.is_leaving}
    connection.execute(update(DELEGATES).where(DELEGATES.c.id == delegate.id).values(values))


def touch(connection: Connection, delegate_id: str, free: int, at: datetime) -> None:
    """The delegate has called, and has room for so many more jobs."""
    connection.execute(_UPDATE, {"of": delegate_id, "last_seen_at": at, "free": free})


_UPDATE = update(DELEGATES).where(DELEGATES.c.id == bindparam("of"))


def has_room_again(connection: Connection, delegate_id: str) -> None:
    """A job of the delegate has ended. What it says itself with its next call counts."""
    has_less = DELEGATES.c.free < DELEGATES.c.capacity
    connection.execute(update(DELEGATES).where(DELEGATES.c.id == delegate_id, has_less).values(free=DELEGATES.c.free + 1))


def remove_delegate(connection: Connection, delegate_id: str) -> None:
    """Forget the delegate, what was pinned to it and what it has told."""
    connection.execute(delete(DELEGATES).where(DELEGATES.c.id == delegate_id))
    for table in (WORKSPACES, REACHES, LOGS):
        connection.execute(delete(table).where(table.c.delegate_id == delegate_id))


def attempts_of(delegate_id: str, scope: Scope) -> Select[Any]:
    """The query of what the delegate was given of this scope's jobs, newest first: `job_id` and `attempt`."""
    inside = [column == name for column, name in ((JOBS.c.org, scope.org), (JOBS.c.project, scope.project)) if name is not None]
    return (
        select(ATTEMPTS.c.job_id, ATTEMPTS.c.attempt)
        .join(JOBS, JOBS.c.id == ATTEMPTS.c.job_id)
        .where(ATTEMPTS.c.delegate_id == delegate_id, *inside)
        .order_by(ATTEMPTS.c.leased_at.desc(), ATTEMPTS.c.job_id, ATTEMPTS.c.attempt)
    )


def running_counts(connection: Connection) -> dict[str, int]:
    """Delegate → how many jobs it has in hand. A pod that it has made is none: that takes no room there."""
    counts = JOBS.c.state.in_(BUSY) & JOBS.c.id.not_in(select(PODS.c.job_id))
    query = select(JOBS.c.delegate_id, func.count()).where(counts).group_by(JOBS.c.delegate_id)
    return {delegate_id: count for delegate_id, count in connection.execute(query) if delegate_id is not None}


def _in(table: Table, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (table.c.org.is_not_distinct_from(scope.org), table.c.project.is_not_distinct_from(scope.project))


def _serving(table: Table, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (
        or_(table.c.org.is_(None), table.c.org == scope.org),
        or_(table.c.project.is_(None), table.c.project == scope.project),
    )
