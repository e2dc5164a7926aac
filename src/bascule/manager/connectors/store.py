"""Connectors in the store."""

from datetime import datetime

from sqlalchemy import Column, Connection, Index, Select, String, Table, Text, delete, select, update
from sqlalchemy.engine import RowMapping

from bascule.manager.connectors.model import Connector, ConnectorBody, ConnectorIn, ConnectorOut
from bascule.manager.database import METADATA, JsonText, Moment
from bascule.manager.entity import find, search, seconds
from bascule.manager.identity.model import Scope
from bascule.manager.identity.store import columns, scope_of
from bascule.manager.paging import Page, Paging, fetch

CONNECTORS = Table(
    "connectors",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("org", String(128), nullable=False),
    Column("project", String(128), nullable=False),
    Column("identifier", String(128), nullable=False),
    Column("name", String(128), nullable=False),
    Column("description", Text),
    Column("tags", JsonText),
    Column("type", String(64), nullable=False),
    Column("spec", JsonText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("uq_connectors", "org", "project", "identifier", unique=True),
)


def get(connection: Connection, scope: Scope, identifier: str) -> Connector | None:
    """One connector of exactly that scope."""
    row = find(connection, CONNECTORS, scope, identifier)
    return connector_of(row) if row else None


def get_out(connection: Connection, scope: Scope, identifier: str) -> ConnectorOut | None:
    """The same as the API shows it."""
    row = find(connection, CONNECTORS, scope, identifier)
    return _out(row) if row else None


def list_out(connection: Connection, scope: Scope, kind: str | None, term: str | None, at: Paging) -> Page[ConnectorOut]:
    """A scope's connectors by identifier."""
    place = columns(scope)
    query: Select[tuple[object, ...]] = select(CONNECTORS).where(
        CONNECTORS.c.org == place["org"], CONNECTORS.c.project == place["project"], search(CONNECTORS, term)
    )
    if kind:
        query = query.where(CONNECTORS.c.type == kind)
    page = fetch(connection, query.order_by(CONNECTORS.c.identifier), at)
    return Page([_out(row) for row in page.items], page.total, at)


def put(connection: Connection, scope: Scope, connector: ConnectorIn, at: datetime, new_id: str | None) -> None:
    """Insert a connector with `new_id`, or change the one there is."""
    spec = connector.spec.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    values = {
        "name": connector.name,
        "description": connector.description,
        "tags": connector.tags,
        "type": connector.type,
        "spec": spec,
        "updated_at": at,
    }
    if new_id:
        connection.execute(
            CONNECTORS.insert().values(id=new_id, identifier=connector.identifier, created_at=at, **columns(scope), **values)
        )
        return
    place = columns(scope)
    connection.execute(
        update(CONNECTORS)
        .where(CONNECTORS.c.org == place["org"], CONNECTORS.c.project == place["project"], CONNECTORS.c.identifier == connector.identifier)
        .values(**values)
    )


def remove(connection: Connection, connector_id: str) -> None:
    """Remove a connector."""
    connection.execute(delete(CONNECTORS).where(CONNECTORS.c.id == connector_id))


def within(connection: Connection, scope: Scope) -> list[Connector]:
    """The connectors of a scope and of those below it."""
    query = select(CONNECTORS)
    if scope.org:
        query = query.where(CONNECTORS.c.org == scope.org)
    if scope.project:
        query = query.where(CONNECTORS.c.project == scope.project)
    return [connector_of(row) for row in connection.execute(query).mappings()]


def connector_of(row: RowMapping) -> Connector:
    """A row as a connector."""
    return Connector(id=row["id"], identifier=row["identifier"], name=row["name"], type=row["type"], scope=scope_of(row), spec=row["spec"])


def _out(row: RowMapping) -> ConnectorOut:
    body = {
        "identifier": row["identifier"],
        "name": row["name"],
        "description": row["description"],
        "tags": row["tags"],
        "orgIdentifier": row["org"] or None,
        "projectIdentifier": row["project"] or None,
        "type": row["type"],
        "spec": row["spec"],
    }
    connector = ConnectorBody.model_validate({"connector": body}).connector
    return ConnectorOut(connector=connector, created=seconds(row["created_at"]), updated=seconds(row["updated_at"]))
