"""DB schemas, DB instances and environments in the store."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.engine import RowMapping

from bascule.manager.database import METADATA, JsonText, Moment
from bascule.manager.entity import find, search, seconds
from bascule.manager.identity.model import Scope
from bascule.manager.identity.store import columns, scope_of
from bascule.manager.instances.model import (
    DBInstanceFilterIn,
    DBInstanceOut,
    DBSchemaOut,
    Environment,
    EnvironmentOut,
    InstanceRef,
    Order,
    SortField,
)
from bascule.manager.paging import Page, Paging, fetch

SCHEMAS = Table(
    "db_schemas",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("org", String(128), nullable=False),
    Column("project", String(128), nullable=False),
    Column("identifier", String(128), nullable=False),
    Column("name", String(128), nullable=False),
    Column("tags", JsonText),
    Column("changelog", JsonText),
    Column("change_log_script", JsonText),
    Column("service", String(128)),
    Column("type", String(16), nullable=False),
    Column("migration_type", String(16), nullable=False),
    Column("schema_source_type", String(16), nullable=False),
    Column("use_percona", Boolean, nullable=False),
    Column("primary_db_instance_id", String(128)),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("uq_db_schemas", "org", "project", "identifier", unique=True),
)

INSTANCES = Table(
    "db_instances",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("schema_id", String(64), ForeignKey("db_schemas.id", ondelete="CASCADE"), nullable=False),
    Column("identifier", String(128), nullable=False),
    Column("name", String(128), nullable=False),
    Column("tags", JsonText),
    Column("connector", String(160), nullable=False),
    Column("branch", String(256)),
    Column("commit_sha", String(256)),
    Column("git_tag", String(256)),
    Column("context", Text),
    Column("substitute_properties", JsonText),
    Column("environment", String(160)),
    Column("last_applied_tag", String(255)),
    Column("last_deployed_change_set_tag", String(255)),
    Column("to_onboard", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("uq_db_instances", "schema_id", "identifier", unique=True),
)

ENVIRONMENTS = Table(
    "environments",
    METADATA,
    Column("org", String(128), primary_key=True),
    Column("project", String(128), primary_key=True),
    Column("identifier", String(128), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("description", Text),
    Column("tags", JsonText),
    Column("tier", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

_COUNTS = select(INSTANCES.c.schema_id, func.count().label("instance_count")).group_by(INSTANCES.c.schema_id).subquery()


def get_schema(connection: Connection, scope: Scope, identifier: str) -> DBSchemaOut | None:
    """One DB schema."""
    row = connection.execute(_schemas(scope).where(SCHEMAS.c.identifier == identifier)).mappings().first()
    return schema_of(row) if row else None


def list_schemas(
    connection: Connection,
    scopes: list[Scope] | Scope,
    migration_type: str | None,
    term: str | None,
    sort: SortField,
    order: Order,
    at: Paging,
) -> Page[RowMapping]:
    """The rows of the DB schemas of one project or of several."""
    query = _schemas(scopes).where(search(SCHEMAS, term))
    if migration_type:
        query = query.where(SCHEMAS.c.migration_type == migration_type)
    return fetch(connection, query.order_by(*_ordering(SCHEMAS, sort, order)), at)


def schema_of(row: RowMapping, *, with_scope: bool = False) -> DBSchemaOut:
    """A row as a DB schema."""
    return DBSchemaOut(
        identifier=row["identifier"],
        name=row["name"],
        created=seconds(row["created_at"]),
        updated=seconds(row["updated_at"]),
        tags=row["tags"],
        changelog=row["changelog"],
        change_log_script=row["change_log_script"],
        service=row["service"],
        instance_count=row["instance_count"] or 0,
        schema_source_type=row["schema_source_type"],
        type=row["type"],
        migration_type=row["migration_type"],
        use_percona=row["use_percona"],
        parent_id=row["id"],
        primary_db_instance_id=row["primary_db_instance_id"],
        org_identifier=row["org"] if with_scope else None,
        project_identifier=row["project"] if with_scope else None,
    )


def insert_schema(connection: Connection, scope: Scope, values: dict[str, Any]) -> None:
    """Add a DB schema."""
    connection.execute(SCHEMAS.insert().values(**columns(scope), **values))


def update_schema(connection: Connection, schema_id: str, values: dict[str, Any]) -> None:
    """Change a DB schema."""
    connection.execute(update(SCHEMAS).where(SCHEMAS.c.id == schema_id).values(**values))


def delete_schema(connection: Connection, schema_id: str) -> None:
    """Remove a DB schema; instances and recorded state go by their foreign keys."""
    connection.execute(delete(SCHEMAS).where(SCHEMAS.c.id == schema_id))


def get_instance(connection: Connection, schema_id: str, identifier: str) -> DBInstanceOut | None:
    """One DB instance of a schema."""
    row = connection.execute(_instances(schema_id).where(INSTANCES.c.identifier == identifier)).mappings().first()
    return instance_of(row) if row else None


def list_instances(
    connection: Connection,
    schema_id: str,
    wanted: DBInstanceFilterIn,
    term: str | None,
    sort: SortField,
    order: Order,
    at: Paging,
) -> Page[DBInstanceOut]:
    """A schema's instances. Tags are compared here: they are JSON, and one schema has few instances."""
    query = _instances(schema_id).where(search(INSTANCES, term)).order_by(*_ordering(INSTANCES, sort, order))
    if not wanted.instance_tags:
        page = fetch(connection, query, at)
        return Page([instance_of(row) for row in page.items], page.total, at)
    taken = [row for row in connection.execute(query).mappings() if wanted.takes(row["tags"])]
    return Page([instance_of(row) for row in taken[at.offset : at.offset + at.limit]], len(taken), at)


def oldest_instance(connection: Connection, schema_id: str) -> DBInstanceOut | None:
    """The instance of a schema that was made first."""
    row = connection.execute(_instances(schema_id).order_by(INSTANCES.c.created_at, INSTANCES.c.id).limit(1)).mappings().first()
    return instance_of(row) if row else None


def instance_of(row: RowMapping) -> DBInstanceOut:
    """A row as a DB instance."""
    return DBInstanceOut(
        identifier=row["identifier"],
        name=row["name"],
        created=seconds(row["created_at"]),
        updated=seconds(row["updated_at"]),
        tags=row["tags"],
        branch=row["branch"],
        commit_sha=row["commit_sha"],
        git_tag=row["git_tag"],
        connector=row["connector"],
        context=row["context"],
        last_applied_tag=row["last_applied_tag"],
        last_deployed_change_set_tag=row["last_deployed_change_set_tag"] or "",
        to_onboard=row["to_onboard"],
        substitute_properties=row["substitute_properties"],
        schema_id=row["schema_id"],
        schema_identifier=row["schema_identifier"],
        environment=row["environment"],
    )


def insert_instance(connection: Connection, values: dict[str, Any]) -> None:
    """Add a DB instance."""
    connection.execute(INSTANCES.insert().values(**values))


def update_instance(connection: Connection, schema_id: str, identifier: str, values: dict[str, Any]) -> None:
    """Change a DB instance."""
    place = (INSTANCES.c.schema_id == schema_id) & (INSTANCES.c.identifier == identifier)
    connection.execute(update(INSTANCES).where(place).values(**values))


def delete_instance(connection: Connection, schema_id: str, identifier: str) -> None:
    """Remove a DB instance; its recorded state goes by its foreign key."""
    connection.execute(delete(INSTANCES).where(INSTANCES.c.schema_id == schema_id, INSTANCES.c.identifier == identifier))


def refs(connection: Connection, scope: Scope, schema: str) -> list[InstanceRef]:
    """The instances of a schema, oldest first, as other areas name them."""
    query = _references(scope).where(SCHEMAS.c.identifier == schema).order_by(INSTANCES.c.created_at, INSTANCES.c.id)
    return [_ref(row) for row in connection.execute(query).mappings()]


def ref(connection: Connection, scope: Scope, schema: str, instance: str) -> InstanceRef | None:
    """One instance as other areas name it."""
    query = _references(scope).where(SCHEMAS.c.identifier == schema, INSTANCES.c.identifier == instance)
    row = connection.execute(query).mappings().first()
    return _ref(row) if row else None


def all_refs(connection: Connection, scope: Scope) -> list[InstanceRef]:
    """Every instance of a project."""
    return [_ref(row) for row in connection.execute(_references(scope)).mappings()]


def note_history(connection: Connection, instance_id: str, last_tag: str | None, last_changeset_tag: str | None) -> None:
    """What an instance's history said last; it is on board from then on."""
    values = {"last_applied_tag": last_tag, "last_deployed_change_set_tag": last_changeset_tag, "to_onboard": False}
    connection.execute(update(INSTANCES).where(INSTANCES.c.id == instance_id).values(**values))


def counts(connection: Connection, scope: Scope) -> tuple[int, int]:
    """How many schemas and instances a project has."""
    place = columns(scope)
    held = (SCHEMAS.c.org == place["org"]) & (SCHEMAS.c.project == place["project"])
    schemas = connection.execute(select(func.count()).select_from(SCHEMAS).where(held)).scalar_one()
    instances = connection.execute(select(func.count()).select_from(INSTANCES.join(SCHEMAS)).where(held)).scalar_one()
    return int(schemas), int(instances)


def sources_and_connectors(connection: Connection, scope: Scope) -> list[tuple[Scope, str, str]]:
    """Every use of a connector in a scope and below: the scope of use, the reference, and what uses it."""
    below = [SCHEMAS.c.org == scope.org] if scope.org else []
    below += [SCHEMAS.c.project == scope.project] if scope.project else []
    found = []
    for row in connection.execute(select(SCHEMAS).where(*below)).mappings():
        if reference := (row["changelog"] or {}).get("connector"):
            found.append((scope_of(row), reference, f"DB schema '{row['identifier']}'"))
    query = select(INSTANCES.c.connector, INSTANCES.c.identifier, SCHEMAS.c.org, SCHEMAS.c.project).select_from(INSTANCES.join(SCHEMAS))
    for row in connection.execute(query.where(*below)).mappings():
        found.append((scope_of(row), row["connector"], f"DB instance '{row['identifier']}'"))
    return found


def environment_uses(connection: Connection, scope: Scope) -> list[tuple[Scope, str, str]]:
    """Every use of an environment in a scope and below: the scope of use, the reference, and the instance."""
    query = select(INSTANCES.c.environment, INSTANCES.c.identifier, SCHEMAS.c.org, SCHEMAS.c.project).select_from(INSTANCES.join(SCHEMAS))
    if scope.org:
        query = query.where(SCHEMAS.c.org == scope.org)
    if scope.project:
        query = query.where(SCHEMAS.c.project == scope.project)
    rows = connection.execute(query.where(INSTANCES.c.environment.is_not(None))).mappings()
    return [(scope_of(row), row["environment"], row["identifier"]) for row in rows]


def get_environment(connection: Connection, scope: Scope, identifier: str) -> EnvironmentOut | None:
    """One environment of exactly that scope."""
    row = find(connection, ENVIRONMENTS, scope, identifier)
    return _environment(row) if row else None


def list_environments(connection: Connection, scope: Scope, term: str | None, at: Paging) -> Page[EnvironmentOut]:
    """A scope's environments in their order."""
    place = columns(scope)
    query = select(ENVIRONMENTS).where(
        ENVIRONMENTS.c.org == place["org"], ENVIRONMENTS.c.project == place["project"], search(ENVIRONMENTS, term)
    )
    page = fetch(connection, query.order_by(ENVIRONMENTS.c.position, ENVIRONMENTS.c.identifier), at)
    return Page([_environment(row) for row in page.items], page.total, at)


def put_environment(connection: Connection, scope: Scope, environment: Environment, at: datetime, *, new: bool) -> None:
    """Insert or change an environment."""
    values = {
        "name": environment.name,
        "description": environment.description,
        "tags": environment.tags,
        "tier": environment.effective_tier,
        "position": environment.order,
        "updated_at": at,
    }
    place = columns(scope)
    if new:
        connection.execute(ENVIRONMENTS.insert().values(identifier=environment.identifier, created_at=at, **place, **values))
        return
    table = ENVIRONMENTS.c
    same = (table.org == place["org"]) & (table.project == place["project"]) & (table.identifier == environment.identifier)
    connection.execute(update(ENVIRONMENTS).where(same).values(**values))


def delete_environment(connection: Connection, scope: Scope, identifier: str) -> None:
    """Remove an environment."""
    place = columns(scope)
    table = ENVIRONMENTS.c
    same = (table.org == place["org"]) & (table.project == place["project"]) & (table.identifier == identifier)
    connection.execute(delete(ENVIRONMENTS).where(same))


def _schemas(scopes: list[Scope] | Scope) -> Select[tuple[Any, ...]]:
    query = select(SCHEMAS, _COUNTS.c.instance_count).select_from(SCHEMAS.outerjoin(_COUNTS, _COUNTS.c.schema_id == SCHEMAS.c.id))
    several = [scopes] if isinstance(scopes, Scope) else scopes
    return query.where(or_(False, *((SCHEMAS.c.org == scope.org) & (SCHEMAS.c.project == scope.project) for scope in several)))


def _instances(schema_id: str) -> Select[tuple[Any, ...]]:
    query = select(INSTANCES, SCHEMAS.c.identifier.label("schema_identifier")).select_from(INSTANCES.join(SCHEMAS))
    return query.where(INSTANCES.c.schema_id == schema_id)


def _references(scope: Scope) -> Select[tuple[Any, ...]]:
    query = select(
        INSTANCES.c.id,
        INSTANCES.c.identifier,
        INSTANCES.c.name,
        INSTANCES.c.tags,
        INSTANCES.c.schema_id,
        INSTANCES.c.updated_at,
        SCHEMAS.c.org,
        SCHEMAS.c.project,
        SCHEMAS.c.identifier.label("schema_identifier"),
        SCHEMAS.c.name.label("schema_name"),
        SCHEMAS.c.migration_type,
    ).select_from(INSTANCES.join(SCHEMAS))
    return query.where(SCHEMAS.c.org == scope.org, SCHEMAS.c.project == scope.project)


def _ref(row: RowMapping) -> InstanceRef:
    return InstanceRef(
        id=row["id"],
        scope=scope_of(row),
        schema=row["schema_identifier"],
        instance=row["identifier"],
        schema_id=row["schema_id"],
        schema_name=row["schema_name"],
        name=row["name"],
        tags=row["tags"] or {},
        migration_type=row["migration_type"],
        updated_at=row["updated_at"],
    )


def _ordering(table: Table, sort: SortField, order: Order) -> tuple[Any, Any]:
    """The column, then the id, which breaks ties in the order of making."""
    column = {"name": func.lower(table.c.name), "updated": table.c.updated_at, "created": table.c.created_at}[sort]
    return (column.asc(), table.c.id.asc()) if order == "ASC" else (column.desc(), table.c.id.desc())


def _environment(row: RowMapping) -> EnvironmentOut:
    return EnvironmentOut(
        identifier=row["identifier"],
        name=row["name"],
        description=row["description"],
        tags=row["tags"],
        org_identifier=row["org"] or None,
        project_identifier=row["project"] or None,
        type="Production" if row["tier"] == "production" else "PreProduction",
        tier=row["tier"],
        order=row["position"],
        created=seconds(row["created_at"]),
        updated=seconds(row["updated_at"]),
    )
