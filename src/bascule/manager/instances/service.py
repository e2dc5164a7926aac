"""Making, changing and removing DB schemas and DB instances."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bascule.core.clock import new_id
from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.manager import identity
from bascule.manager.audit import service as audit
from bascule.manager.connectors import service as connectors
from bascule.manager.connectors.model import ARCHIVES, OBJECTS, REGISTRIES, REPOSITORIES, Connector
from bascule.manager.entity import already_there, not_found, same_identifier
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.identity.references import resolve
from bascule.manager.instances import environments, store
from bascule.manager.instances.model import (
    Changelog,
    DBInstanceFilterIn,
    DBInstanceIn,
    DBInstanceOut,
    DBInstanceUpdateRequest,
    DBSchemaIn,
    DBSchemaOut,
    DBSchemaUpdateRequest,
    DefaultAuthoringInstanceOut,
    InstanceRef,
    Order,
    SchemaType,
    SortField,
    SourceType,
    check,
    revision_problems,
    source_problems,
)
from bascule.manager.organizations import service as organizations
from bascule.manager.paging import Page, Paging

_REVISION = ("branch", "commit_sha", "git_tag")


def get_schema(connection: Connection, scope: Scope, identifier: str) -> DBSchemaOut:
    """One DB schema. For the system's own use: asks for no permission."""
    found = store.get_schema(connection, scope, identifier)
    if found is None:
        raise not_found("DB schema", identifier, scope)
    return found


def get_instance(connection: Connection, scope: Scope, schema: str, identifier: str) -> DBInstanceOut:
    """One DB instance. For the system's own use: asks for no permission."""
    found = store.get_instance(connection, get_schema(connection, scope, schema).parent_id, identifier)
    if found is None:
        raise not_found(f"DB instance of schema '{schema}' named", identifier, scope)
    return found


def refs(connection: Connection, scope: Scope, schema: str) -> list[InstanceRef]:
    """The instances of a schema, oldest first, as other areas name them. For the system's own use."""
    return store.refs(connection, scope, schema)


def ref(connection: Connection, scope: Scope, schema: str, instance: str) -> InstanceRef:
    """One instance as other areas name it. For the system's own use."""
    found = store.ref(connection, scope, schema, instance)
    if found is None:
        raise not_found(f"DB instance of schema '{schema}' named", instance, scope)
    return found


def all_refs(connection: Connection, scope: Scope) -> list[InstanceRef]:
    """Every instance of a project. For the system's own use."""
    return store.all_refs(connection, scope)


def counts(connection: Connection, scope: Scope) -> tuple[int, int]:
    """How many schemas and instances a project has. For the system's own use."""
    return store.counts(connection, scope)


def note_history(connection: Connection, ref: InstanceRef, last_tag: str | None, last_changeset_tag: str | None) -> None:
    """The instance's history was read: its newest tag, and the tag of its last changeset. For the system's own use."""
    store.note_history(connection, ref.id, last_tag, last_changeset_tag)


def show_schema(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> DBSchemaOut:
    """One DB schema."""
    identity.require(actor, "dbops_schema_view", scope)
    return get_schema(connection, scope, identifier)


def list_schemas(
    connection: Connection,
    actor: Actor,
    scope: Scope,
    migration_type: str | None,
    term: str | None,
    sort: SortField,
    order: Order,
    at: Paging,
) -> Page[DBSchemaOut]:
    """A project's DB schemas."""
    identity.require(actor, "dbops_schema_view", scope)
    organizations.require_scope(connection, scope)
    page = store.list_schemas(connection, scope, migration_type, term, sort, order, at)
    return Page([store.schema_of(row) for row in page.items], page.total, at)


def list_everywhere(
    connection: Connection,
    actor: Actor,
    org: str | None,
    project: str | None,
    term: str | None,
    sort: SortField,
    order: Order,
    at: Paging,
) -> Page[DBSchemaOut]:
    """The DB schemas of all projects that the actor may see."""
    scopes = [
        scope
        for scope in organizations.visible_projects(connection, actor)
        if org in (None, scope.org) and project in (None, scope.project) and actor.may("dbops_schema_view", scope)
    ]
    page = store.list_schemas(connection, scopes, None, term, sort, order, at)
    return Page([store.schema_of(row, with_scope=True) for row in page.items], page.total, at)


def create_schema(connection: Connection, actor: Actor, scope: Scope, schema: DBSchemaIn, at: datetime) -> DBSchemaOut:
    """Make a DB schema."""
    identity.require(actor, "dbops_schema_edit", scope)
    organizations.require_scope(connection, scope)
    check(source_problems(schema.source, schema.changelog, schema.change_log_script))
    source_type = _source_type(connection, scope, schema.source, schema.changelog)
    if store.get_schema(connection, scope, schema.identifier):
        raise already_there("DB schema", schema.identifier, scope)
    if schema.primary_db_instance_id:
        raise not_found(f"DB instance of schema '{schema.identifier}' named", schema.primary_db_instance_id)
    values = schema.model_dump(mode="json", exclude={"changelog", "change_log_script", "type", "primary_db_instance_id"})
    values |= {
        "id": new_id("dbs", at),
        "type": schema.source,
        "schema_source_type": source_type,
        "changelog": _stored(schema.changelog),
        "change_log_script": _stored(schema.change_log_script),
        "created_at": at,
        "updated_at": at,
    }
    store.insert_schema(connection, scope, values)
    made = get_schema(connection, scope, schema.identifier)
    audit.append(connection, actor, "CREATE", "DB_SCHEMA", schema.identifier, scope, name=schema.name, after=_shown(made))
    return made


def update_schema(
    connection: Connection, actor: Actor, scope: Scope, identifier: str, change: DBSchemaUpdateRequest, at: datetime
) -> DBSchemaOut:
    """Change a DB schema: what the request leaves out stays."""
    identity.require(actor, "dbops_schema_edit", scope)
    same_identifier(change.identifier, identifier)
    before = get_schema(connection, scope, identifier)
    if change.migration_type not in (None, before.migration_type):
        raise InputError(
            Problem(code="ENT-005", what=f"'{identifier}' is of migration type {before.migration_type}", fix="it cannot change")
        )
    changelog = _changed_changelog(before.changelog, change.changelog)
    script = change.change_log_script or before.change_log_script
    kind = change.source or before.type
    if change.changelog or change.change_log_script:
        check(source_problems(kind, changelog if change.changelog else None, change.change_log_script))
    if kind == "Repository":
        script = None
    else:
        changelog = None
    check(source_problems(kind, changelog, script))
    if change.primary_db_instance_id:
        get_instance(connection, scope, identifier, change.primary_db_instance_id)
    values: dict[str, Any] = {
        "type": kind,
        "schema_source_type": _source_type(connection, scope, kind, changelog),
        "changelog": _stored(changelog),
        "change_log_script": _stored(script),
        "updated_at": at,
    }
    for field in ("name", "tags", "service", "use_percona", "primary_db_instance_id"):
        if getattr(change, field) is not None:
            values[field] = getattr(change, field)
    store.update_schema(connection, before.parent_id, values)
    after = get_schema(connection, scope, identifier)
    audit.append(connection, actor, "UPDATE", "DB_SCHEMA", identifier, scope, name=after.name, before=_shown(before), after=_shown(after))
    return after


def delete_schema(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> None:
    """Remove a DB schema with its instances and their recorded state. Target databases are not touched."""
    identity.require(actor, "dbops_schema_delete", scope)
    before = get_schema(connection, scope, identifier)
    store.delete_schema(connection, before.parent_id)
    audit.append(connection, actor, "DELETE", "DB_SCHEMA", identifier, scope, name=before.name, before=_shown(before))


def show_instance(connection: Connection, actor: Actor, scope: Scope, schema: str, identifier: str) -> DBInstanceOut:
    """One DB instance."""
    identity.require(actor, "dbops_instance_view", scope)
    return get_instance(connection, scope, schema, identifier)


def list_instances(
    connection: Connection,
    actor: Actor,
    scope: Scope,
    schema: str,
    wanted: DBInstanceFilterIn,
    term: str | None,
    sort: SortField,
    order: Order,
    at: Paging,
) -> Page[DBInstanceOut]:
    """The DB instances of a schema."""
    identity.require(actor, "dbops_instance_view", scope)
    schema_id = get_schema(connection, scope, schema).parent_id
    return store.list_instances(connection, schema_id, wanted, term, sort, order, at)


def default_authoring_instance(connection: Connection, actor: Actor, scope: Scope, schema: str) -> DefaultAuthoringInstanceOut:
    """The oldest instance of a schema. Raises NotFoundError when it has none."""
    identity.require(actor, "dbops_instance_view", scope)
    found = store.oldest_instance(connection, get_schema(connection, scope, schema).parent_id)
    if found is None:
        raise NotFoundError(Problem(code="ENT-404", what=f"DB schema '{schema}' has no instance yet"))
    return DefaultAuthoringInstanceOut(identifier=found.identifier, name=found.name, has_snapshot=False, connector=found.connector)


def create_instance(connection: Connection, actor: Actor, scope: Scope, schema: str, instance: DBInstanceIn, at: datetime) -> DBInstanceOut:
    """Make a DB instance."""
    identity.require(actor, "dbops_instance_edit", scope)
    of = get_schema(connection, scope, schema)
    check(revision_problems(instance.branch, instance.commit_sha, instance.git_tag, from_git=_from_git(of)))
    _require_connector(connection, scope, instance.connector, ("Jdbc",), "body.connector")
    environments.require(connection, scope, instance.environment)
    if store.get_instance(connection, of.parent_id, instance.identifier):
        raise already_there(f"DB instance of schema '{schema}' named", instance.identifier, scope)
    values = instance.model_dump(mode="json")
    values |= {"id": new_id("dbi", at), "schema_id": of.parent_id, "to_onboard": True, "created_at": at, "updated_at": at}
    store.insert_instance(connection, values)
    made = get_instance(connection, scope, schema, instance.identifier)
    audit.append(connection, actor, "CREATE", "DB_INSTANCE", f"{schema}/{made.identifier}", scope, name=made.name, after=_shown(made))
    return made


def update_instance(
    connection: Connection,
    actor: Actor,
    scope: Scope,
    schema: str,
    identifier: str,
    change: DBInstanceUpdateRequest,
    at: datetime,
) -> DBInstanceOut:
    """Change a DB instance: what the request leaves out stays; a revision takes the place of the one before."""
    identity.require(actor, "dbops_instance_edit", scope)
    same_identifier(change.identifier, identifier)
    of = get_schema(connection, scope, schema)
    before = get_instance(connection, scope, schema, identifier)
    check(revision_problems(change.branch, change.commit_sha, change.git_tag, from_git=False))
    values: dict[str, Any] = {"updated_at": at}
    if any(getattr(change, field) for field in _REVISION):
        values |= {field: getattr(change, field) for field in _REVISION}
    if change.connector:
        _require_connector(connection, scope, change.connector, ("Jdbc",), "body.connector")
    environments.require(connection, scope, change.environment)
    for field in ("name", "connector", "tags", "context", "substitute_properties", "environment"):
        if getattr(change, field) is not None:
            values[field] = getattr(change, field)
    if change.version is not None:
        values["last_applied_tag"] = change.version
    store.update_instance(connection, of.parent_id, identifier, values)
    after = get_instance(connection, scope, schema, identifier)
    resource = f"{schema}/{identifier}"
    audit.append(connection, actor, "UPDATE", "DB_INSTANCE", resource, scope, name=after.name, before=_shown(before), after=_shown(after))
    return after


def delete_instance(connection: Connection, actor: Actor, scope: Scope, schema: str, identifier: str) -> None:
    """Remove a DB instance with its recorded state. The target database is not touched."""
    identity.require(actor, "dbops_instance_delete", scope)
    before = get_instance(connection, scope, schema, identifier)
    if get_schema(connection, scope, schema).primary_db_instance_id == identifier:
        store.update_schema(connection, before.schema_id, {"primary_db_instance_id": None})
    store.delete_instance(connection, before.schema_id, identifier)
    audit.append(connection, actor, "DELETE", "DB_INSTANCE", f"{schema}/{identifier}", scope, name=before.name, before=_shown(before))


def user_of_connector(connection: Connection, scope: Scope, identifier: str) -> str | None:
    """The DB schema or instance that uses the connector of that scope, None when none does."""
    for used_in, reference, user in store.sources_and_connectors(connection, scope):
        if resolve(reference, used_in) == (scope, identifier):
            return user
    return None


def _require_connector(connection: Connection, scope: Scope, reference: str, kinds: Sequence[str], where: str) -> Connector:
    """The connector, which must exist and be of one of these types: found out here, not in the first run."""
    try:
        found = connectors.get(connection, reference, scope)
    except NotFoundError as error:
        raise InputError(
            Problem(code="ENT-016", what=error.problems[0].what, where=where, fix="create it first, or correct the reference")
        ) from error
    if found.type not in kinds:
        wanted = " or ".join(kinds)
        raise InputError(
            Problem(code="ENT-017", what=f"connector '{reference}' is of type {found.type}", where=where, fix=f"name one of type {wanted}")
        )
    return found


def _source_type(connection: Connection, scope: Scope, kind: SchemaType, changelog: Changelog | None) -> SourceType:
    """Where the changelog comes from. Raises InputError when its connector is missing, or lacks a repository."""
    if kind == "Script" or changelog is None:
        return "Custom"
    if not changelog.connector:
        return "HarnessCode"
    kinds = (*REPOSITORIES, *ARCHIVES, *OBJECTS, *REGISTRIES)
    found = _require_connector(connection, scope, changelog.connector, kinds, "body.changelog.connector")
    if found.type not in REPOSITORIES:
        if not changelog.archive_path:
            why = f"connector '{changelog.connector}' keeps archives"
            raise InputError(Problem(code="ENT-021", what="archivePath is required", where="body.changelog.archivePath", why=why))
        if found.type in OBJECTS:
            _require_bucket(found, changelog)
        return "Artifactory"
    git = found.git
    if git.is_account and not changelog.repo:
        raise InputError(
            Problem(
                code="ENT-018",
                what="repo is required",
                where="body.changelog.repo",
                why=f"connector '{changelog.connector}' is for a whole account",
            )
        )
    return "Git"


def _require_bucket(connector: Connector, changelog: Changelog) -> None:
    """Raises InputError when the objects have no address: the bucket is missing, or what the connector must know."""
    if not changelog.bucket:
        why, where = f"connector '{changelog.connector}' is of type {connector.type}", "body.changelog.bucket"
        raise InputError(Problem(code="PIP-075", what="bucket is required", where=where, why=why, fix="name the bucket or container"))
    connector.objects.address(changelog.bucket, changelog.archive_path or "")


def _changed_changelog(before: Changelog | None, change: Changelog | None) -> Changelog | None:
    """Leaving `connector` out keeps the stored one; an empty one, with `repo`, means the built-in code repository."""
    if change is None or before is None:
        return change or before
    return change if change.connector is not None else change.model_copy(update={"connector": before.connector})


def _from_git(schema: DBSchemaOut) -> bool:
    return schema.schema_source_type in ("Git", "HarnessCode")


def _stored(source: Any) -> dict[str, Any] | None:
    return None if source is None else source.model_dump(mode="json", by_alias=True, exclude_none=True)


def _shown(entity: DBSchemaOut | DBInstanceOut) -> dict[str, Any]:
    """An entity without what changes by itself, for audit."""
    derived = {"created", "updated", "instance_count", "parent_id", "schema_id", "to_onboard", "last_deployed_change_set_tag"}
    return entity.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=derived)
