"""Managing users, groups, service accounts and keys; signing in and out; the first start."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, select, text

from bascule.core.clock import new_id
from bascule.core.errors import ConflictError, DeniedError, InputError
from bascule.core.problems import Problem
from bascule.manager import identity
from bascule.manager.audit import service as audit
from bascule.manager.database import writing
from bascule.manager.entity import already_there, not_found
from bascule.manager.identity import NotLoggedInError
from bascule.manager.identity import service as recognition
from bascule.manager.identity import store as identity_store
from bascule.manager.identity.model import SYSTEM, Actor, Scope
from bascule.manager.organizations import service as organizations
from bascule.manager.organizations.model import Organization, Project
from bascule.manager.paging import Page, Paging
from bascule.manager.settings import Settings
from bascule.manager.users import store
from bascule.manager.users.model import (
    ApiKeyCreated,
    ApiKeyIn,
    ApiKeyOut,
    Login,
    PasswordChange,
    RoleBinding,
    ServiceAccount,
    ServiceAccountOut,
    User,
    UserGroup,
    UserGroupOut,
    UserIn,
    UserOut,
    require_grantable,
)

ACCOUNT = Scope()
_FIRST_START_LOCK = 4_021_995_002
"""The advisory lock (PostgreSQL) under which one manager makes the first user."""


def login(engine: Engine, settings: Settings, credentials: Login, address: str, at: datetime) -> tuple[Actor, str]:
    """Sign in; returns the user and the session's token. Raises NotLoggedInError, or DeniedError after too many failures.

    Success and failure are both audited. The slow hash is computed outside of any transaction.
    """
    since = at - timedelta(seconds=settings.login_window_s)
    limits = recognition.guessing_subjects(credentials.username, address, settings.login_failures)
    with writing(engine) as connection:
        recognition.refuse_guessing(connection, limits, since)
        row = identity_store.find_user(connection, credentials.username)
    known = recognition.is_password(row["password_hash"] if row else None, credentials.password)
    if row is None or not known or row["disabled"]:
        with writing(engine) as connection:
            recognition.note_failure(connection, limits, at, since)
            nobody = Actor(id="anonymous", name="anonymous", kind="anonymous")
            audit.append(connection, nobody, "LOGIN_FAILED", "USER", credentials.username, ACCOUNT, after={"address": address})
        raise NotLoggedInError(Problem(code="AUT-006", what="name or password is wrong", fix="an admin can set a new password"))
    token = recognition.new_token()
    with writing(engine) as connection:
        identity_store.put_session(connection, token, row["identifier"], at, at + timedelta(hours=settings.session_hours))
        actor = identity_store.user_actor(connection, row)
        audit.append(connection, actor, "LOGIN", "USER", actor.id, ACCOUNT, name=actor.name, after={"address": address})
    return actor, token


def logout(connection: Connection, actor: Actor, token: str) -> None:
    """End a session."""
    identity_store.end_session(connection, token)
    audit.append(connection, actor, "LOGOUT", "USER", actor.id, ACCOUNT, name=actor.name)


def list_users(connection: Connection, actor: Actor, term: str | None, at: Paging) -> Page[UserOut]:
    """All users."""
    identity.require(actor, "core_user_view", ACCOUNT)
    return store.list_users(connection, term, at)


def get_user(connection: Connection, actor: Actor, identifier: str) -> UserOut:
    """One user; everybody may see themselves."""
    if actor.id != identifier:
        identity.require(actor, "core_user_view", ACCOUNT)
    found = store.get_user(connection, identifier)
    if found is None:
        raise not_found("user", identifier)
    return found


def create_user(connection: Connection, actor: Actor, user: UserIn, at: datetime, password_hash: str | None) -> UserOut:
    """Make a user."""
    identity.require(actor, "core_user_manage", ACCOUNT)
    require_grantable(actor, user.roles)
    if store.get_user(connection, user.identifier):
        raise already_there("user", user.identifier)
    _require_free_email(connection, user)
    store.put_user(connection, user, password_hash, at, new=True)
    made = get_user(connection, actor, user.identifier)
    audit.append(connection, actor, "CREATE", "USER", user.identifier, ACCOUNT, name=user.name, after=_shown(made))
    return made


def update_user(connection: Connection, actor: Actor, user: UserIn, at: datetime, password_hash: str | None) -> UserOut:
    """Change a user. A new password, or being disabled, ends the user's sessions."""
    identity.require(actor, "core_user_manage", ACCOUNT)
    before = get_user(connection, actor, user.identifier)
    require_grantable(actor, [binding for binding in user.roles if binding not in before.roles])
    require_grantable(actor, [binding for binding in before.roles if binding not in user.roles])
    _require_free_email(connection, user)
    store.put_user(connection, user, password_hash, at, new=False)
    if password_hash or user.disabled:
        identity_store.end_sessions_of(connection, user.identifier)
    _require_an_admin(connection)
    after = get_user(connection, SYSTEM, user.identifier)
    audit.append(connection, actor, "UPDATE", "USER", user.identifier, ACCOUNT, name=user.name, before=_shown(before), after=_shown(after))
    return after


def delete_user(connection: Connection, actor: Actor, identifier: str) -> None:
    """Remove a user with keys, sessions and memberships."""
    identity.require(actor, "core_user_manage", ACCOUNT)
    before = get_user(connection, actor, identifier)
    require_grantable(actor, before.roles)
    store.delete_user(connection, identifier)
    _require_an_admin(connection)
    audit.append(connection, actor, "DELETE", "USER", identifier, ACCOUNT, name=before.name, before=_shown(before))


def change_password(engine: Engine, actor: Actor, identifier: str, change: PasswordChange, at: datetime) -> None:
    """Set a password: one's own with the current one, another's with the right to manage users. Ends the user's sessions."""
    is_own = actor.id == identifier
    if not is_own:
        identity.require(actor, "core_user_manage", ACCOUNT)
    hashed = recognition.hash_password(change.new_password)
    with writing(engine) as connection:
        before = get_user(connection, actor, identifier)
        if is_own:
            row = identity_store.find_user(connection, identifier)
            if row is None or not recognition.is_password(row["password_hash"], change.current_password or ""):
                raise DeniedError(Problem(code="AUT-007", what="the current password is wrong", where="body.currentPassword"))
        else:
            require_grantable(actor, before.roles)
        store.put_user(connection, before, hashed, at, new=False)
        identity_store.end_sessions_of(connection, identifier)
        audit.append(connection, actor, "PASSWORD", "USER", identifier, ACCOUNT, name=before.name)


def list_groups(connection: Connection, actor: Actor, scope: Scope, term: str | None, at: Paging) -> Page[UserGroupOut]:
    """A scope's groups."""
    identity.require(actor, "core_usergroup_view", scope)
    organizations.require_scope(connection, scope)
    return store.list_groups(connection, scope, term, at)


def get_group(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> UserGroupOut:
    """One group."""
    identity.require(actor, "core_usergroup_view", scope)
    found = store.get_group(connection, scope, identifier)
    if found is None:
        raise not_found("user group", identifier, scope)
    return found


def create_group(connection: Connection, actor: Actor, scope: Scope, group: UserGroup, at: datetime) -> UserGroupOut:
    """Make a group."""
    identity.require(actor, "core_usergroup_manage", scope)
    organizations.require_scope(connection, scope)
    require_grantable(actor, group.roles)
    if store.get_group(connection, scope, group.identifier):
        raise already_there("user group", group.identifier, scope)
    _require_users(connection, group)
    store.put_group(connection, scope, group, at, new=True)
    audit.append(connection, actor, "CREATE", "USER_GROUP", group.identifier, scope, name=group.name, after=group)
    return get_group(connection, actor, scope, group.identifier)


def update_group(connection: Connection, actor: Actor, scope: Scope, group: UserGroup, at: datetime) -> UserGroupOut:
    """Change a group, its members and its roles. Who adds a member gives all that the group has."""
    identity.require(actor, "core_usergroup_manage", scope)
    before = get_group(connection, actor, scope, group.identifier)
    require_grantable(actor, [*before.roles, *group.roles])
    _require_users(connection, group)
    store.put_group(connection, scope, group, at, new=False)
    _require_an_admin(connection)
    after = get_group(connection, actor, scope, group.identifier)
    audit.append(
        connection, actor, "UPDATE", "USER_GROUP", group.identifier, scope, name=group.name, before=_shown(before), after=_shown(after)
    )
    return after


def delete_group(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> None:
    """Remove a group."""
    identity.require(actor, "core_usergroup_manage", scope)
    before = get_group(connection, actor, scope, identifier)
    require_grantable(actor, before.roles)
    store.delete_group(connection, scope, identifier)
    _require_an_admin(connection)
    audit.append(connection, actor, "DELETE", "USER_GROUP", identifier, scope, name=before.name, before=_shown(before))


def list_service_accounts(connection: Connection, actor: Actor, term: str | None, at: Paging) -> Page[ServiceAccountOut]:
    """All service accounts."""
    identity.require(actor, "core_serviceaccount_view", ACCOUNT)
    return store.list_service_accounts(connection, term, at)


def get_service_account(connection: Connection, actor: Actor, identifier: str) -> ServiceAccountOut:
    """One service account."""
    identity.require(actor, "core_serviceaccount_view", ACCOUNT)
    found = store.get_service_account(connection, identifier)
    if found is None:
        raise not_found("service account", identifier)
    return found


def create_service_account(connection: Connection, actor: Actor, account: ServiceAccount, at: datetime) -> ServiceAccountOut:
    """Make a service account."""
    identity.require(actor, "core_serviceaccount_manageapikey", ACCOUNT)
    require_grantable(actor, account.roles)
    if store.get_service_account(connection, account.identifier):
        raise already_there("service account", account.identifier)
    store.put_service_account(connection, account, at, new=True)
    audit.append(connection, actor, "CREATE", "SERVICE_ACCOUNT", account.identifier, ACCOUNT, name=account.name, after=account)
    return get_service_account(connection, actor, account.identifier)


def update_service_account(connection: Connection, actor: Actor, account: ServiceAccount, at: datetime) -> ServiceAccountOut:
    """Change a service account."""
    identity.require(actor, "core_serviceaccount_manageapikey", ACCOUNT)
    before = get_service_account(connection, actor, account.identifier)
    require_grantable(actor, [*before.roles, *account.roles])
    store.put_service_account(connection, account, at, new=False)
    after = get_service_account(connection, actor, account.identifier)
    audit.append(
        connection,
        actor,
        "UPDATE",
        "SERVICE_ACCOUNT",
        account.identifier,
        ACCOUNT,
        name=account.name,
        before=_shown(before),
        after=_shown(after),
    )
    return after


def delete_service_account(connection: Connection, actor: Actor, identifier: str) -> None:
    """Remove a service account with its keys."""
    identity.require(actor, "core_serviceaccount_manageapikey", ACCOUNT)
    before = get_service_account(connection, actor, identifier)
    require_grantable(actor, before.roles)
    store.delete_service_account(connection, identifier)
    audit.append(connection, actor, "DELETE", "SERVICE_ACCOUNT", identifier, ACCOUNT, name=before.name, before=_shown(before))


def list_keys(connection: Connection, actor: Actor, at: Paging, *, everyone: bool = False) -> Page[ApiKeyOut]:
    """The actor's own keys; everyone's with the right to manage keys."""
    if everyone:
        identity.require(actor, "core_serviceaccount_manageapikey", ACCOUNT)
        return store.list_keys(connection, None, at)
    return store.list_keys(connection, _owner(actor), at)


def create_key(connection: Connection, actor: Actor, key: ApiKeyIn, at: datetime) -> ApiKeyCreated:
    """Make a key for the actor, or for a service account. Its token is in the answer, and nowhere else."""
    owner = _owner(actor)
    if key.service_account:
        identity.require(actor, "core_serviceaccount_manageapikey", ACCOUNT)
        account = get_service_account(connection, actor, key.service_account)
        require_grantable(actor, account.roles)
        owner = ("service", account.identifier)
    expires_at = datetime.fromtimestamp(key.expires, UTC) if key.expires else None
    if expires_at and expires_at <= at:
        raise InputError(Problem(code="AUT-013", what="the key would have expired already", where="body.expires"))
    token = recognition.new_token(recognition.KEY_PREFIX)
    made = store.put_key(connection, new_id("key", at), *owner, key.name, token, at, expires_at)
    audit.append(connection, actor, "CREATE", "API_KEY", made.id, ACCOUNT, name=key.name, after=made)
    return ApiKeyCreated(**made.model_dump(), token=token)


def delete_key(connection: Connection, actor: Actor, key_id: str) -> None:
    """Revoke a key."""
    found = store.get_key(connection, key_id)
    if found is None:
        raise not_found("API key", key_id)
    kind, owner, key = found
    if (kind, owner) != _owner(actor):
        identity.require(actor, "core_serviceaccount_manageapikey", ACCOUNT)
    store.delete_key(connection, key_id)
    audit.append(connection, actor, "DELETE", "API_KEY", key_id, ACCOUNT, name=key.name, before=key)


def _random_password() -> str:
    return secrets.token_urlsafe(15)


def bootstrap(connection: Connection, at: datetime, choose_password: Callable[[], str] = _random_password) -> tuple[str, str] | None:
    """The first start: organization, project, admin. Returns the admin's password and API token; None when there are users already.

    Of managers that start at once on an empty store the others wait for the first.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FIRST_START_LOCK})
    if connection.execute(select(identity_store.USERS.c.identifier).limit(1)).first():
        return None
    organizations.create_org(connection, SYSTEM, Organization(identifier="default", name="Default"), at)
    organizations.create_project(connection, SYSTEM, "default", Project(identifier="default", name="Default"), at)
    password = choose_password()
    admin = UserIn(identifier="admin", name="Administrator", email="admin@localhost", roles=[RoleBinding(role="admin")])
    create_user(connection, SYSTEM, admin, at, recognition.hash_password(password))
    row = identity_store.find_user(connection, "admin")
    if row is None:
        raise not_found("user", "admin")
    key = create_key(connection, identity_store.user_actor(connection, row), ApiKeyIn(name="first start"), at)
    return password, key.token


def _owner(actor: Actor) -> tuple[str, str]:
    return ("service", actor.id.removeprefix("service:")) if actor.kind == "service" else ("user", actor.id)


def _shown(entity: UserOut | UserGroupOut | ServiceAccountOut) -> dict[str, object]:
    """An entity without what changes by itself, for audit."""
    return entity.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"created", "updated", "groups"})


def _require_free_email(connection: Connection, user: User) -> None:
    if store.is_email_taken(connection, user.email, but_by=user.identifier):
        raise ConflictError(Problem(code="AUT-014", what=f"another user has the address {user.email}", where="body.email"))


def _require_users(connection: Connection, group: UserGroup) -> None:
    if missing := store.missing_users(connection, group.users):
        raise InputError([Problem(code="AUT-015", what=f"there is no user '{user}'", where="body.users") for user in missing])


def _require_an_admin(connection: Connection) -> None:
    """Raises ConflictError (and so undoes the deed) when no enabled admin of the account would be left."""
    if not store.account_admins(connection):
        raise ConflictError(
            Problem(
                code="AUT-016", what="this would leave the account without an admin", fix="make another user admin of the account first"
            )
        )
