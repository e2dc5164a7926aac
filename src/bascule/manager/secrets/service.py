"""Making, changing, removing secrets; opening one for a lease; rotating the master key."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import RowMapping

from bascule.core.clock import new_id
from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.manager import identity
from bascule.manager.audit import service as audit
from bascule.manager.database import reading, writing
from bascule.manager.entity import already_there, in_use, not_found, same_identifier
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.identity.references import resolve
from bascule.manager.organizations import service as organizations
from bascule.manager.paging import Page, Paging
from bascule.manager.secrets import store
from bascule.manager.secrets.keyring import keyring_of
from bascule.manager.secrets.model import Rotation, SecretIn, SecretOut

UsedBy = Callable[[Connection, Scope, str], str | None]
"""Says what uses a secret, None when nothing does."""


def reveal(connection: Connection, reference: str, scope: Scope) -> Secret:
    """The text of the secret that `reference`, written in `scope`, means.

    For the system's own use, when a lease is sealed to a delegate: asks for no permission, and no route may call it.
    """
    held_in, identifier = resolve(reference, scope)
    row = _row(connection, held_in, identifier)
    return Secret(keyring_of(connection).open(store.envelope_of(row), store.identity_of(row["id"], row["version"])))


def show(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> SecretOut:
    """One secret, without its text."""
    identity.require(actor, "core_secret_view", scope)
    return store.out_of(_row(connection, scope, identifier))


def list_all(connection: Connection, actor: Actor, scope: Scope, term: str | None, at: Paging) -> Page[SecretOut]:
    """A scope's secrets."""
    identity.require(actor, "core_secret_view", scope)
    organizations.require_scope(connection, scope)
    return store.list_out(connection, scope, term, at)


def create(connection: Connection, actor: Actor, scope: Scope, secret: SecretIn, at: datetime) -> SecretOut:
    """Make a secret."""
    identity.require(actor, "core_secret_edit", scope)
    organizations.require_scope(connection, scope)
    _same_scope(secret, scope)
    if store.row_of(connection, scope, secret.identifier):
        raise already_there("secret", secret.identifier, scope)
    if secret.spec.value is None:
        raise InputError(Problem(code="SEC-001", what="a new secret needs a value", where="body.secret.spec.value"))
    secret_id = new_id("sec", at)
    envelope = keyring_of(connection).seal(secret.spec.value, store.identity_of(secret_id, 1))
    store.insert(connection, scope, secret_id, secret, envelope, at)
    made = show(connection, actor, scope, secret.identifier)
    audit.append(connection, actor, "CREATE", "SECRET", secret.identifier, scope, name=secret.name, after=made.secret)
    return made


def update(connection: Connection, actor: Actor, scope: Scope, identifier: str, secret: SecretIn, at: datetime) -> SecretOut:
    """Change a secret; without a value its text stays."""
    identity.require(actor, "core_secret_edit", scope)
    same_identifier(secret.identifier, identifier)
    _same_scope(secret, scope)
    row = _row(connection, scope, identifier)
    version, envelope = row["version"], store.envelope_of(row)
    if secret.spec.value is not None:
        version += 1
        envelope = keyring_of(connection).seal(secret.spec.value, store.identity_of(row["id"], version))
    store.change(connection, row["id"], secret, version, envelope, at)
    after = show(connection, actor, scope, identifier)
    audit.append(
        connection,
        actor,
        "UPDATE",
        "SECRET",
        identifier,
        scope,
        name=secret.name,
        before={**_plain(store.out_of(row)), "version": row["version"]},
        after={**_plain(after), "version": version},
    )
    return after


def remove(connection: Connection, actor: Actor, scope: Scope, identifier: str, used_by: UsedBy) -> None:
    """Remove a secret that nothing uses."""
    identity.require(actor, "core_secret_delete", scope)
    row = _row(connection, scope, identifier)
    if user := used_by(connection, scope, identifier):
        raise in_use("secret", identifier, user)
    store.remove(connection, row["id"])
    audit.append(connection, actor, "DELETE", "SECRET", identifier, scope, name=row["name"], before=_plain(store.out_of(row)))


def rotate(engine: Engine, actor: Actor) -> Rotation:
    """Make a new master key and wrap every data key with it.

    The new key is in its file before the first row is under it, and an old one leaves the file only at the rotation after the last row
    has left it: a crash in between loses nothing, and another manager that still wraps with the old key stays readable.
    """
    identity.require(actor, "core_secret_edit", Scope())
    with reading(engine) as connection:
        keyring = keyring_of(connection)
    previous = keyring.current
    keyring.add_key()
    with writing(engine) as connection:
        rows = store.rows_under_other_keys(connection, keyring.current)
        for row in rows:
            rewrapped = keyring.rewrap(store.envelope_of(row), store.identity_of(row["id"], row["version"]))
            store.put_envelope(connection, row["id"], rewrapped)
        audit.append(
            connection, actor, "ROTATE", "MASTER_KEY", keyring.current, Scope(), after={"keyId": keyring.current, "rewrapped": len(rows)}
        )
    keyring.forget_all_but({previous})
    return Rotation(key_id=keyring.current, rewrapped=len(rows))


def _row(connection: Connection, scope: Scope, identifier: str) -> RowMapping:
    row = store.row_of(connection, scope, identifier)
    if row is None:
        raise not_found("secret", identifier, scope)
    return row


def _plain(secret: SecretOut) -> dict[str, object]:
    return secret.secret.model_dump(mode="json", by_alias=True, exclude_none=True)


def _same_scope(secret: SecretIn, scope: Scope) -> None:
    same_identifier(secret.org_identifier, scope.org or "")
    same_identifier(secret.project_identifier, scope.project or "")
