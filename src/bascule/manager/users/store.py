"""Rows of users, groups, service accounts and keys ↔ what the API has."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, delete, func, select, update
from sqlalchemy.engine import RowMapping

from bascule.manager.entity import find, search, seconds
from bascule.manager.identity.model import Grant, Scope
from bascule.manager.identity.references import group_key
from bascule.manager.identity.store import (
    API_KEYS,
    GROUP_MEMBERS,
    ROLE_BINDINGS,
    SERVICE_ACCOUNTS,
    USER_GROUPS,
    USERS,
    columns,
    groups_of,
    scope_of,
    token_hash,
)
from bascule.manager.paging import Page, Paging, fetch
from bascule.manager.users.model import (
    ApiKeyOut,
    RoleBinding,
    ServiceAccount,
    ServiceAccountOut,
    User,
    UserGroup,
    UserGroupOut,
    UserOut,
)


def get_user(connection: Connection, identifier: str) -> UserOut | None:
    """One user."""
    row = connection.execute(select(USERS).where(USERS.c.identifier == identifier)).mappings().first()
    return _user(connection, row) if row else None


def list_users(connection: Connection, term: str | None, at: Paging) -> Page[UserOut]:
    """Users by identifier."""
    page = fetch(connection, select(USERS).where(search(USERS, term)).order_by(USERS.c.identifier), at)
    return Page([_user(connection, row) for row in page.items], page.total, at)


def put_user(connection: Connection, user: User, password_hash: str | None, at: datetime, *, new: bool) -> None:
    """Insert or change a user; `password_hash` None keeps what there is."""
    values: dict[str, Any] = {"name": user.name, "email": user.email, "disabled": user.disabled, "updated_at": at}
    if password_hash:
        values["password_hash"] = password_hash
    if new:
        connection.execute(USERS.insert().values(identifier=user.identifier, created_at=at, **values))
    else:
        connection.execute(update(USERS).where(USERS.c.identifier == user.identifier).values(**values))
    bind_roles(connection, "user", user.identifier, user.roles, at)


def delete_user(connection: Connection, identifier: str) -> None:
    """Remove a user with keys and roles; sessions and memberships go by their foreign keys."""
    _forget(connection, "user", identifier)
    connection.execute(delete(USERS).where(USERS.c.identifier == identifier))


def is_email_taken(connection: Connection, email: str, but_by: str) -> bool:
    """Whether another user has this address."""
    query = select(USERS.c.identifier).where(func.lower(USERS.c.email) == email.lower())
    return connection.execute(query.where(USERS.c.identifier != but_by)).first() is not None


def account_admins(connection: Connection) -> set[str]:
    """The enabled users who are admin of the account, directly or by a group."""
    query = select(ROLE_BINDINGS).where(ROLE_BINDINGS.c.role == "admin", ROLE_BINDINGS.c.org == "", ROLE_BINDINGS.c.project == "")
    bindings = connection.execute(query).mappings().all()
    named = {row["principal"] for row in bindings if row["principal_kind"] == "user"}
    groups = {row["principal"] for row in bindings if row["principal_kind"] == "group"}
    members = select(GROUP_MEMBERS.c.user_identifier).where(GROUP_MEMBERS.c.group_key.in_(groups))
    named |= set(connection.execute(members).scalars())
    enabled = select(USERS.c.identifier).where(USERS.c.identifier.in_(named), USERS.c.disabled.is_(False))
    return set(connection.execute(enabled).scalars())


def get_group(connection: Connection, scope: Scope, identifier: str) -> UserGroupOut | None:
    """One group of exactly that scope."""
    row = find(connection, USER_GROUPS, scope, identifier)
    return _group(connection, row) if row else None


def list_groups(connection: Connection, scope: Scope, term: str | None, at: Paging) -> Page[UserGroupOut]:
    """A scope's groups by identifier."""
    place = columns(scope)
    query = select(USER_GROUPS).where(USER_GROUPS.c.org == place["org"], USER_GROUPS.c.project == place["project"])
    page = fetch(connection, query.where(search(USER_GROUPS, term)).order_by(USER_GROUPS.c.identifier), at)
    return Page([_group(connection, row) for row in page.items], page.total, at)


def put_group(connection: Connection, scope: Scope, group: UserGroup, at: datetime, *, new: bool) -> None:
    """Insert or change a group with its members and roles."""
    place = columns(scope)
    values = {"name": group.name, "description": group.description, "updated_at": at}
    if new:
        connection.execute(USER_GROUPS.insert().values(identifier=group.identifier, created_at=at, **place, **values))
    else:
        connection.execute(update(USER_GROUPS).where(_is(USER_GROUPS, scope, group.identifier)).values(**values))
    key = group_key(scope, group.identifier)
    connection.execute(delete(GROUP_MEMBERS).where(GROUP_MEMBERS.c.group_key == key))
    rows = [{"group_key": key, "user_identifier": user} for user in dict.fromkeys(group.users)]
    if rows:
        connection.execute(GROUP_MEMBERS.insert(), rows)
    bind_roles(connection, "group", key, group.roles, at)


def delete_group(connection: Connection, scope: Scope, identifier: str) -> None:
    """Remove a group with its roles and memberships."""
    key = group_key(scope, identifier)
    _forget(connection, "group", key)
    connection.execute(delete(GROUP_MEMBERS).where(GROUP_MEMBERS.c.group_key == key))
    connection.execute(delete(USER_GROUPS).where(_is(USER_GROUPS, scope, identifier)))


def missing_users(connection: Connection, identifiers: Iterable[str]) -> list[str]:
    """Those that are no user's identifier."""
    wanted = list(dict.fromkeys(identifiers))
    known = set(connection.execute(select(USERS.c.identifier).where(USERS.c.identifier.in_(wanted))).scalars())
    return [identifier for identifier in wanted if identifier not in known]


def get_service_account(connection: Connection, identifier: str) -> ServiceAccountOut | None:
    """One service account."""
    row = connection.execute(select(SERVICE_ACCOUNTS).where(SERVICE_ACCOUNTS.c.identifier == identifier)).mappings().first()
    return _service_account(connection, row) if row else None


def list_service_accounts(connection: Connection, term: str | None, at: Paging) -> Page[ServiceAccountOut]:
    """Service accounts by identifier."""
    query = select(SERVICE_ACCOUNTS).where(search(SERVICE_ACCOUNTS, term)).order_by(SERVICE_ACCOUNTS.c.identifier)
    page = fetch(connection, query, at)
    return Page([_service_account(connection, row) for row in page.items], page.total, at)


def put_service_account(connection: Connection, account: ServiceAccount, at: datetime, *, new: bool) -> None:
    """Insert or change a service account with its roles."""
    values = {"name": account.name, "description": account.description, "updated_at": at}
    if new:
        connection.execute(SERVICE_ACCOUNTS.insert().values(identifier=account.identifier, created_at=at, **values))
    else:
        connection.execute(update(SERVICE_ACCOUNTS).where(SERVICE_ACCOUNTS.c.identifier == account.identifier).values(**values))
    bind_roles(connection, "service", account.identifier, account.roles, at)


def delete_service_account(connection: Connection, identifier: str) -> None:
    """Remove a service account with its keys and roles."""
    _forget(connection, "service", identifier)
    connection.execute(delete(SERVICE_ACCOUNTS).where(SERVICE_ACCOUNTS.c.identifier == identifier))


def put_key(
    connection: Connection, key_id: str, owner_kind: str, owner: str, name: str, token: str, at: datetime, expires_at: datetime | None
) -> ApiKeyOut:
    """Store a new key: its hash, and as many of its first characters as tell it from others."""
    values = {"id": key_id, "owner_kind": owner_kind, "owner": owner, "name": name, "created_at": at, "expires_at": expires_at}
    connection.execute(API_KEYS.insert().values(prefix=token[:10], token_hash=token_hash(token), **values))
    return _key(connection.execute(select(API_KEYS).where(API_KEYS.c.id == key_id)).mappings().one())


def get_key(connection: Connection, key_id: str) -> tuple[str, str, ApiKeyOut] | None:
    """A key's kind of owner, owner, and the key."""
    row = connection.execute(select(API_KEYS).where(API_KEYS.c.id == key_id)).mappings().first()
    return (row["owner_kind"], row["owner"], _key(row)) if row else None


def list_keys(connection: Connection, owner: tuple[str, str] | None, at: Paging) -> Page[ApiKeyOut]:
    """An owner's keys, or everyone's, newest first."""
    query: Select[Any] = select(API_KEYS).order_by(API_KEYS.c.created_at.desc(), API_KEYS.c.id)
    if owner:
        query = query.where(API_KEYS.c.owner_kind == owner[0], API_KEYS.c.owner == owner[1])
    page = fetch(connection, query, at)
    return Page([_key(row) for row in page.items], page.total, at)


def delete_key(connection: Connection, key_id: str) -> None:
    """Remove a key: it is refused from now on."""
    connection.execute(delete(API_KEYS).where(API_KEYS.c.id == key_id))


def bind_roles(connection: Connection, kind: str, principal: str, bindings: list[RoleBinding], at: datetime) -> None:
    """Make these the roles of a principal, in place of those it had."""
    table = ROLE_BINDINGS.c
    connection.execute(delete(ROLE_BINDINGS).where(table.principal_kind == kind, table.principal == principal))
    grants: dict[Grant, None] = dict.fromkeys(binding.grant for binding in bindings)
    rows = [
        {"principal_kind": kind, "principal": principal, "role": grant.role, "created_at": at, **columns(grant.scope)} for grant in grants
    ]
    if rows:
        connection.execute(ROLE_BINDINGS.insert(), rows)


def _forget(connection: Connection, kind: str, principal: str) -> None:
    connection.execute(delete(ROLE_BINDINGS).where(ROLE_BINDINGS.c.principal_kind == kind, ROLE_BINDINGS.c.principal == principal))
    connection.execute(delete(API_KEYS).where(API_KEYS.c.owner_kind == kind, API_KEYS.c.owner == principal))


def _roles(connection: Connection, kind: str, principal: str) -> list[RoleBinding]:
    table = ROLE_BINDINGS
    query = select(table).where(table.c.principal_kind == kind, table.c.principal == principal).order_by(*table.primary_key.columns)
    rows = connection.execute(query).mappings()
    return [RoleBinding(role=row["role"], org=row["org"] or None, project=row["project"] or None) for row in rows]


def _is(table: Table, scope: Scope, identifier: str) -> Any:
    place = columns(scope)
    return and_(table.c.org == place["org"], table.c.project == place["project"], table.c.identifier == identifier)


def _user(connection: Connection, row: RowMapping) -> UserOut:
    return UserOut(
        identifier=row["identifier"],
        name=row["name"],
        email=row["email"],
        disabled=row["disabled"],
        roles=_roles(connection, "user", row["identifier"]),
        groups=list(connection.execute(groups_of(row["identifier"])).scalars()),
        created=seconds(row["created_at"]),
        updated=seconds(row["updated_at"]),
    )


def _group(connection: Connection, row: RowMapping) -> UserGroupOut:
    key = group_key(scope_of(row), row["identifier"])
    query = select(GROUP_MEMBERS.c.user_identifier).where(GROUP_MEMBERS.c.group_key == key)
    return UserGroupOut(
        identifier=row["identifier"],
        name=row["name"],
        description=row["description"],
        users=sorted(connection.execute(query).scalars()),
        roles=_roles(connection, "group", key),
        created=seconds(row["created_at"]),
        updated=seconds(row["updated_at"]),
    )


def _service_account(connection: Connection, row: RowMapping) -> ServiceAccountOut:
    return ServiceAccountOut(
        identifier=row["identifier"],
        name=row["name"],
        description=row["description"],
        roles=_roles(connection, "service", row["identifier"]),
        created=seconds(row["created_at"]),
        updated=seconds(row["updated_at"]),
    )


def _key(row: RowMapping) -> ApiKeyOut:
    owner = f"service:{row['owner']}" if row["owner_kind"] == "service" else row["owner"]
    return ApiKeyOut(
        id=row["id"],
        name=row["name"],
        owner=owner,
        prefix=row["prefix"],
        created=seconds(row["created_at"]),
        expires=seconds(row["expires_at"]),
        last_used=seconds(row["last_used_at"]),
    )
