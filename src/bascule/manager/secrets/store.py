"""Secrets in the store: envelopes and references, never texts.

The envelope of a secret in another secret manager is empty: three empty texts.
"""

from datetime import datetime

import msgspec
from sqlalchemy import Column, Connection, Index, Integer, String, Table, Text, delete, select, update
from sqlalchemy.engine import RowMapping

from bascule.manager.database import METADATA, JsonText, Moment
from bascule.manager.entity import find, search, seconds
from bascule.manager.identity.model import Scope
from bascule.manager.identity.store import columns
from bascule.manager.paging import Page, Paging, fetch
from bascule.manager.secrets.keyring import Envelope
from bascule.manager.secrets.model import SecretFields, SecretOut, ShownSecret, ShownSpec

SECRETS = Table(
    "secrets",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("org", String(128), nullable=False),
    Column("project", String(128), nullable=False),
    Column("identifier", String(128), nullable=False),
    Column("name", String(128), nullable=False),
    Column("description", Text),
    Column("tags", JsonText),
    Column("version", Integer, nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("wrapped_key", Text, nullable=False),
    Column("ciphertext", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("manager", String(160)),
    Column("reference", Text),
    Index("uq_secrets", "org", "project", "identifier", unique=True),
)

NO_ENVELOPE = Envelope(key_id="", wrapped_key="", ciphertext="")


class External(msgspec.Struct, frozen=True, kw_only=True):
    """Where a secret is that is not here: the secret manager, as written in the secret's scope, and what it is called there."""

    manager: str
    reference: str


def identity_of(secret_id: str, version: int) -> str:
    """What binds an envelope to its row: the row's id, which is never used again, and the version of the text."""
    return f"secret|{secret_id}|{version}"


def row_of(connection: Connection, scope: Scope, identifier: str) -> RowMapping | None:
    """The row of one secret of exactly that scope."""
    return find(connection, SECRETS, scope, identifier)


def envelope_of(row: RowMapping) -> Envelope:
    """The envelope in a row."""
    return Envelope(key_id=row["key_id"], wrapped_key=row["wrapped_key"], ciphertext=row["ciphertext"])


def external_of(row: RowMapping) -> External | None:
    """Where else the text is; None when it is in the row's envelope."""
    return External(manager=row["manager"], reference=row["reference"]) if row["manager"] else None


def out_of(row: RowMapping) -> SecretOut:
    """A row as the API shows it."""
    external = external_of(row)
    spec = ShownSpec()
    if external is not None:
        spec = ShownSpec(secret_manager_identifier=external.manager, value_type="Reference", value=external.reference)
    shown = ShownSecret(
        identifier=row["identifier"],
        name=row["name"],
        description=row["description"],
        tags=row["tags"],
        org_identifier=row["org"] or None,
        project_identifier=row["project"] or None,
        spec=spec,
    )
    return SecretOut(
        secret=shown,
        version=row["version"],
        key_id=row["key_id"] or None,
        created=seconds(row["created_at"]),
        updated=seconds(row["updated_at"]),
    )


def list_out(connection: Connection, scope: Scope, term: str | None, at: Paging) -> Page[SecretOut]:
    """A scope's secrets by identifier."""
    place = columns(scope)
    query = select(SECRETS).where(SECRETS.c.org == place["org"], SECRETS.c.project == place["project"], search(SECRETS, term))
    page = fetch(connection, query.order_by(SECRETS.c.identifier), at)
    return Page([out_of(row) for row in page.items], page.total, at)


def insert(
    connection: Connection, scope: Scope, secret_id: str, secret: SecretFields, envelope: Envelope, external: External | None, at: datetime
) -> None:
    """Add a secret."""
    values = {"id": secret_id, "identifier": secret.identifier, "version": 1, "created_at": at, "updated_at": at}
    connection.execute(SECRETS.insert().values(**values, **columns(scope), **_named(secret), **_sealed(envelope), **_placed(external)))


def change(
    connection: Connection,
    secret_id: str,
    secret: SecretFields,
    version: int,
    envelope: Envelope,
    external: External | None,
    at: datetime,
) -> None:
    """Change a secret."""
    values = {"version": version, "updated_at": at, **_named(secret), **_sealed(envelope), **_placed(external)}
    connection.execute(update(SECRETS).where(SECRETS.c.id == secret_id).values(**values))


def put_envelope(connection: Connection, secret_id: str, envelope: Envelope) -> None:
    """Replace an envelope by a rewrapped one."""
    connection.execute(update(SECRETS).where(SECRETS.c.id == secret_id).values(**_sealed(envelope)))


def remove(connection: Connection, secret_id: str) -> None:
    """Remove a secret."""
    connection.execute(delete(SECRETS).where(SECRETS.c.id == secret_id))


def rows_under_other_keys(connection: Connection, key_id: str) -> list[RowMapping]:
    """The rows whose data key is wrapped by another master key."""
    query = select(SECRETS).where(SECRETS.c.key_id != key_id, SECRETS.c.key_id != NO_ENVELOPE.key_id)
    return list(connection.execute(query).mappings())


def external_within(connection: Connection, scope: Scope) -> list[RowMapping]:
    """The secrets of a scope and of those below it whose texts are in other secret managers."""
    query = select(SECRETS).where(SECRETS.c.manager.is_not(None)).order_by(SECRETS.c.identifier)
    if scope.org:
        query = query.where(SECRETS.c.org == scope.org)
    if scope.project:
        query = query.where(SECRETS.c.project == scope.project)
    return list(connection.execute(query).mappings())


def _named(secret: SecretFields) -> dict[str, object]:
    return {"name": secret.name, "description": secret.description, "tags": secret.tags}


def _placed(external: External | None) -> dict[str, str | None]:
    return {"manager": external.manager if external else None, "reference": external.reference if external else None}


def _sealed(envelope: Envelope) -> dict[str, str]:
    return {"key_id": envelope.key_id, "wrapped_key": envelope.wrapped_key, "ciphertext": envelope.ciphertext}
