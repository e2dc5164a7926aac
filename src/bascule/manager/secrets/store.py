"""Secrets in the store: envelopes, never texts."""

from datetime import datetime

from sqlalchemy import Column, Connection, Index, Integer, String, Table, Text, delete, select, update
from sqlalchemy.engine import RowMapping

from bascule.manager.database import METADATA, JsonText, Moment
from bascule.manager.entity import find, search, seconds
from bascule.manager.identity.model import Scope
from bascule.manager.identity.store import columns
from bascule.manager.paging import Page, Paging, fetch
from bascule.manager.secrets.keyring import Envelope
from bascule.manager.secrets.model import SecretFields, SecretOut, ShownSecret

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
    Index("uq_secrets", "org", "project", "identifier", unique=True),
)


def identity_of(secret_id: str, version: int) -> str:
    """What binds an envelope to its row: the row's id, which is never used again, and the version of the text."""
    return f"secret|{secret_id}|{version}"


def row_of(connection: Connection, scope: Scope, identifier: str) -> RowMapping | None:
    """The row of one secret of exactly that scope."""
    return find(connection, SECRETS, scope, identifier)


def envelope_of(row: RowMapping) -> Envelope:
    """The envelope in a row."""
    return Envelope(key_id=row["key_id"], wrapped_key=row["wrapped_key"], ciphertext=row["ciphertext"])


def out_of(row: RowMapping) -> SecretOut:
    """A row as the API shows it."""
    shown = ShownSecret(
        identifier=row["identifier"],
        name=row["name"],
        description=row["description"],
        tags=row["tags"],
        org_identifier=row["org"] or None,
        project_identifier=row["project"] or None,
    )
    return SecretOut(
        secret=shown,
        version=row["version"],
        key_id=row["key_id"],
        created=seconds(row["created_at"]),
        updated=seconds(row["updated_at"]),
    )


def list_out(connection: Connection, scope: Scope, term: str | None, at: Paging) -> Page[SecretOut]:
    """A scope's secrets by identifier."""
    place = columns(scope)
    query = select(SECRETS).where(SECRETS.c.org == place["org"], SECRETS.c.project == place["project"], search(SECRETS, term))
    page = fetch(connection, query.order_by(SECRETS.c.identifier), at)
    return Page([out_of(row) for row in page.items], page.total, at)


def insert(connection: Connection, scope: Scope, secret_id: str, secret: SecretFields, envelope: Envelope, at: datetime) -> None:
    """Add a secret."""
    values = {"id": secret_id, "identifier": secret.identifier, "version": 1, "created_at": at, "updated_at": at}
    connection.execute(SECRETS.insert().values(**values, **columns(scope), **_named(secret), **_sealed(envelope)))


def change(connection: Connection, secret_id: str, secret: SecretFields, version: int, envelope: Envelope, at: datetime) -> None:
    """Change a secret."""
    values = {"version": version, "updated_at": at, **_named(secret), **_sealed(envelope)}
    connection.execute(update(SECRETS).where(SECRETS.c.id == secret_id).values(**values))


def put_envelope(connection: Connection, secret_id: str, envelope: Envelope) -> None:
    """Replace an envelope by a rewrapped one."""
    connection.execute(update(SECRETS).where(SECRETS.c.id == secret_id).values(**_sealed(envelope)))


def remove(connection: Connection, secret_id: str) -> None:
    """Remove a secret."""
    connection.execute(delete(SECRETS).where(SECRETS.c.id == secret_id))


def rows_under_other_keys(connection: Connection, key_id: str) -> list[RowMapping]:
    """The rows whose data key is wrapped by another master key."""
    return list(connection.execute(select(SECRETS).where(SECRETS.c.key_id != key_id)).mappings())


def _named(secret: SecretFields) -> dict[str, object]:
    return {"name": secret.name, "description": secret.description, "tags": secret.tags}


def _sealed(envelope: Envelope) -> dict[str, str]:
    return {"key_id": envelope.key_id, "wrapped_key": envelope.wrapped_key, "ciphertext": envelope.ciphertext}
