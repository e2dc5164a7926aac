"""Users, groups, keys, sessions and role bindings in the store. A scope is two columns, '' where it has no such part."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, ForeignKey, Index, Select, String, Table, Text, delete, func, select
from sqlalchemy.engine import RowMapping

from bascule.manager.database import METADATA, Moment
from bascule.manager.identity.model import Actor, Grant, Scope

USERS = Table(
    "users",
    METADATA,
    Column("identifier", String(128), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("email", String(254), nullable=False, unique=True),
    Column("password_hash", Text),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

USER_GROUPS = Table(
    "user_groups",
    METADATA,
    Column("org", String(128), primary_key=True),
    Column("project", String(128), primary_key=True),
    Column("identifier", String(128), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("description", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

GROUP_MEMBERS = Table(
    "user_group_members",
    METADATA,
    Column("group_key", String(400), primary_key=True),
    Column("user_identifier", String(128), ForeignKey("users.identifier", ondelete="CASCADE"), primary_key=True),
)

SERVICE_ACCOUNTS = Table(
    "service_accounts",
    METADATA,
    Column("identifier", String(128), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("description", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

ROLE_BINDINGS = Table(
    "role_bindings",
    METADATA,
    Column("principal_kind", String(16), primary_key=True),
    Column("principal", String(400), primary_key=True),
    Column("role", String(64), primary_key=True),
    Column("org", String(128), primary_key=True),
    Column("project", String(128), primary_key=True),
    Column("created_at", Moment, nullable=False),
)
"""Who (`user`, `group`, `service`) holds which role where. A group's `principal` is its `group_key`."""

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("owner_kind", String(16), nullable=False),
    Column("owner", String(128), nullable=False),
    Column("name", String(128), nullable=False),
    Column("prefix", String(32), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("last_used_at", Moment),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("user_identifier", String(128), ForeignKey("users.identifier", ondelete="CASCADE"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

LOGIN_FAILURES = Table(
    "login_failures",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("subject", String(400), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_login_failures_subject_at", "subject", "at"),
)
"""One row per failed login and subject (`service.guessing_subjects`); rows older than the window are swept."""


def columns(scope: Scope) -> dict[str, str]:
    """The two columns of a scope."""
    return {"org": scope.org or "", "project": scope.project or ""}


def scope_of(row: RowMapping) -> Scope:
    """The scope in a row's two columns."""
    return Scope(row["org"] or None, row["project"] or None)


def token_hash(token: str) -> str:
    """SHA-256 of a token of ours; tokens carry 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_user(connection: Connection, name_or_email: str) -> RowMapping | None:
    """The user of that identifier, or of that e-mail address in any case of letters."""
    by_name = (USERS.c.identifier == name_or_email) | (func.lower(USERS.c.email) == name_or_email.lower())
    return connection.execute(select(USERS).where(by_name)).mappings().first()


def user_actor(connection: Connection, row: RowMapping) -> Actor:
    """The user as an actor, with groups and with all grants, own and of groups."""
    identifier = str(row["identifier"])
    memberships = connection.execute(groups_of(identifier)).scalars()
    groups = tuple(memberships)
    grants = _grants(connection, [("user", identifier), *(("group", group) for group in groups)])
    return Actor(id=identifier, name=row["name"], email=row["email"], groups=groups, grants=grants)


def groups_of(user: str) -> Select[str]:
    """The keys of the groups a user is in."""
    return select(GROUP_MEMBERS.c.group_key).where(GROUP_MEMBERS.c.user_identifier == user).order_by(GROUP_MEMBERS.c.group_key)


def service_actor(connection: Connection, row: RowMapping) -> Actor:
    """The service account as an actor. Its id cannot be a user's: it begins with `service:`."""
    identifier = str(row["identifier"])
    return Actor(id=f"service:{identifier}", name=row["name"], kind="service", grants=_grants(connection, [("service", identifier)]))


def key_owner(connection: Connection, token: str, at: datetime) -> tuple[RowMapping, Actor] | None:
    """The live API key of that token, and its owner."""
    key = connection.execute(select(API_KEYS).where(API_KEYS.c.token_hash == token_hash(token))).mappings().first()
    if key is None or (key["expires_at"] and key["expires_at"] <= at):
        return None
    table = SERVICE_ACCOUNTS if key["owner_kind"] == "service" else USERS
    owner = connection.execute(select(table).where(table.c.identifier == key["owner"])).mappings().first()
    if owner is None or owner.get("disabled"):
        return None
    return key, service_actor(connection, owner) if table is SERVICE_ACCOUNTS else user_actor(connection, owner)


def session_owner(connection: Connection, token: str, at: datetime) -> Actor | None:
    """The user of a live session."""
    query = (
        select(USERS)
        .join(SESSIONS, SESSIONS.c.user_identifier == USERS.c.identifier)
        .where(SESSIONS.c.token_hash == token_hash(token), SESSIONS.c.expires_at > at, USERS.c.disabled.is_(False))
    )
    row = connection.execute(query).mappings().first()
    return user_actor(connection, row) if row else None


def put_session(connection: Connection, token: str, user: str, at: datetime, expires_at: datetime) -> None:
    """Store a new session; those that have expired are swept."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at <= at))
    connection.execute(SESSIONS.insert().values(token_hash=token_hash(token), user_identifier=user, created_at=at, expires_at=expires_at))


def end_session(connection: Connection, token: str) -> None:
    """Forget a session."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash(token)))


def end_sessions_of(connection: Connection, user: str) -> None:
    """Forget every session of a user: the password changed, or the user was disabled."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.user_identifier == user))


def failures_since(connection: Connection, subject: str, since: datetime) -> int:
    """How many logins failed for the subject since then."""
    query = select(func.count()).where(LOGIN_FAILURES.c.subject == subject, LOGIN_FAILURES.c.at > since)
    return int(connection.execute(query).scalar_one())


def _grants(connection: Connection, principals: Iterable[tuple[str, str]]) -> tuple[Grant, ...]:
    wanted = set(principals)
    query = select(ROLE_BINDINGS).where(ROLE_BINDINGS.c.principal.in_([name for _, name in wanted]))
    rows = connection.execute(query.order_by(*ROLE_BINDINGS.primary_key.columns)).mappings()
    return tuple(Grant(row["role"], scope_of(row)) for row in rows if (row["principal_kind"], row["principal"]) in wanted)
