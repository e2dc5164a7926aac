"""Making, changing, removing secrets; finding one for a lease; rotating the master key."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import RowMapping

from bascule.core.clock import new_id
from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.manager import identity
from bascule.manager.audit import service as audit
from bascule.manager.connectors import service as connectors
from bascule.manager.connectors.model import Connector
from bascule.manager.connectors.secret_managers import SecretManager
from bascule.manager.database import reading, writing
from bascule.manager.entity import already_there, in_use, not_found, same_identifier
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.identity.references import reference as written_as
from bascule.manager.identity.references import resolve
from bascule.manager.identity.store import scope_of
from bascule.manager.organizations import service as organizations
from bascule.manager.paging import Page, Paging
from bascule.manager.secrets import store
from bascule.manager.secrets.keyring import Envelope, keyring_of
from bascule.manager.secrets.model import BUILT_IN, Rotation, SecretIn, SecretOut
from bascule.wire.delegates import ExternalSecret

UsedBy = Callable[[Connection, Scope, str], str | None]
"""Says what uses a secret, None when nothing does."""


_on_rotation: list[Callable[[Connection], None]] = []


def on_rotation(reseal: Callable[[Connection], None]) -> None:
    """Have what else is under the master key put under the new one, in the transaction that does so with secrets."""
    _on_rotation.append(reseal)


def locate(connection: Connection, reference: str, scope: Scope) -> Secret | ExternalSecret:
    """The text of the secret that `reference`, written in `scope`, means; or where a delegate finds it.

    The credentials of an ExternalSecret are references, written in `scope`, of the secrets that its manager is logged in to with. For the
    system's own use, when a lease is made: asks for no permission, and no route may call it.
    """
    held_in, identifier = resolve(reference, scope)
    row = _row(connection, held_in, identifier)
    external = store.external_of(row)
    if external is None:
        return Secret(keyring_of(connection).open(store.envelope_of(row), store.identity_of(row["id"], row["version"])))
    connector, manager = _manager(connection, external.manager, held_in)
    credentials = {option: written_as(*resolve(written, connector.scope)) for option, written in manager.credentials.items()}
    return ExternalSecret(kind=manager.kind, reference=external.reference, options=manager.options, credentials=credentials)


def selectors(connection: Connection, references: Iterable[str], scope: Scope) -> tuple[str, ...]:
    """The tags that a delegate needs to look these secrets up. What does not exist is told when the job is leased."""
    found: dict[str, None] = {}
    for reference in references:
        held_in, identifier = resolve(reference, scope)
        row = store.row_of(connection, held_in, identifier)
        external = store.external_of(row) if row is not None else None
        if external is None:
            continue
        try:
            connector, manager = _manager(connection, external.manager, held_in)
        except (InputError, NotFoundError):
            continue
        found |= dict.fromkeys(manager.selectors)
        found |= dict.fromkeys(selectors(connection, manager.credentials.values(), connector.scope))
    return tuple(found)


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
    envelope, external = _placed(connection, scope, secret, secret_id, 1)
    store.insert(connection, scope, secret_id, secret, envelope, external, at)
    made = show(connection, actor, scope, secret.identifier)
    audit.append(connection, actor, "CREATE", "SECRET", secret.identifier, scope, name=secret.name, after=made.secret)
    return made


def update(connection: Connection, actor: Actor, scope: Scope, identifier: str, secret: SecretIn, at: datetime) -> SecretOut:
    """Change a secret; without a value its text or reference stays."""
    identity.require(actor, "core_secret_edit", scope)
    same_identifier(secret.identifier, identifier)
    _same_scope(secret, scope)
    row = _row(connection, scope, identifier)
    version, envelope, external = row["version"], store.envelope_of(row), store.external_of(row)
    if secret.spec.value is not None:
        version += 1
        envelope, external = _placed(connection, scope, secret, row["id"], version)
    elif secret.spec.secret_manager_identifier != (external.manager if external else BUILT_IN):
        raise InputError(
            Problem(
                code="SEC-010",
                what="a secret that moves to another secret manager needs a value",
                where="body.secret.spec.value",
                fix="give its text, or its reference there",
            )
        )
    store.change(connection, row["id"], secret, version, envelope, external, at)
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
        for reseal in _on_rotation:
            reseal(connection)
        audit.append(
            connection, actor, "ROTATE", "MASTER_KEY", keyring.current, Scope(), after={"keyId": keyring.current, "rewrapped": len(rows)}
        )
    keyring.forget_all_but({previous})
    return Rotation(key_id=keyring.current, rewrapped=len(rows))


# Secret managers


def user_of_manager(connection: Connection, scope: Scope, identifier: str) -> str | None:
    """The secret that is in the secret manager of that scope, None when none is."""
    found = first_in(connection, scope, identifier)
    return f"secret '{found[1]}'" if found else None


def first_in(connection: Connection, scope: Scope, identifier: str) -> tuple[Scope, str] | None:
    """A secret that is in the secret manager of that scope."""
    for row in store.external_within(connection, scope):
        if resolve(row["manager"], scope_of(row)) == (scope, identifier):
            return scope_of(row), row["identifier"]
    return None


def guard(connection: Connection, connector: Connector) -> None:
    """A secret manager that is logged in to with secrets, and what is in it, may make no chain. Raises InputError."""
    manager = connector.secret_manager
    if manager is None or not manager.credentials:
        return
    for written in manager.credentials.values():
        held_in, identifier = resolve(written, connector.scope)
        row = store.row_of(connection, held_in, identifier)
        external = store.external_of(row) if row is not None else None
        if external is not None and _manager(connection, external.manager, held_in)[1].credentials:
            raise _chained(identifier, connector.identifier)
    for row in store.external_within(connection, connector.scope):
        if resolve(row["manager"], scope_of(row)) == (connector.scope, connector.identifier):
            _refuse_credential(connection, scope_of(row), row["identifier"])


def _refuse_credential(connection: Connection, scope: Scope, identifier: str) -> None:
    """Raises InputError when a secret manager is logged in to with that secret."""
    for other in connectors.secret_managers(connection, scope):
        manager = other.secret_manager
        for written in manager.credentials.values() if manager else ():
            if resolve(written, other.scope) == (scope, identifier):
                raise _chained(identifier, other.identifier)


def _chained(secret: str, manager: str) -> InputError:
    return InputError(
        Problem(
            code="SEC-012",
            what=f"the secret '{secret}', with which '{manager}' is logged in to, would need a log-in itself",
            why="secret managers that open each other could go round in a circle",
            fix="keep it in the built-in secret manager, or in one without credentials of its own",
        )
    )


def _manager(connection: Connection, reference: str, scope: Scope) -> tuple[Connector, SecretManager]:
    """The secret manager that a secret names. Raises InputError when it is none, NotFoundError."""
    connector = connectors.get(connection, reference, scope)
    manager = connector.secret_manager
    if manager is None:
        raise InputError(
            Problem(
                code="SEC-011",
                what=f"the connector '{reference}' is of type {connector.type}, which keeps no secrets",
                where="body.secret.spec.secretManagerIdentifier",
                fix="name a connector to a secret manager",
            )
        )
    return connector, manager


def _placed(connection: Connection, scope: Scope, secret: SecretIn, secret_id: str, version: int) -> tuple[Envelope, store.External | None]:
    """Where the given value goes: a text into an envelope, a reference beside it."""
    value = secret.spec.value or ""
    if not secret.spec.is_external:
        return keyring_of(connection).seal(value, store.identity_of(secret_id, version)), None
    try:
        _, manager = _manager(connection, secret.spec.secret_manager_identifier, scope)
    except NotFoundError as error:
        where = "body.secret.spec.secretManagerIdentifier"
        what = error.problems[0].what
        raise InputError(Problem(code="SEC-011", what=what, where=where, fix="make the connector first")) from error
    if manager.credentials:
        _refuse_credential(connection, scope, secret.identifier)
    return store.NO_ENVELOPE, store.External(manager=secret.spec.secret_manager_identifier, reference=value)


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
