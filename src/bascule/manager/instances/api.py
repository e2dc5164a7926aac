"""DB schemas, DB instances and environments over HTTP: the first two with Harness's paths, names and operation ids."""

from enum import Enum
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Response

from bascule.manager.api_errors import ERRORS
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Scope
from bascule.manager.instances import environments, service
from bascule.manager.instances.model import (
    DBInstanceFilterIn,
    DBInstanceIn,
    DBInstanceOut,
    DBInstanceUpdateRequest,
    DBSchemaIn,
    DBSchemaOut,
    DBSchemaUpdateRequest,
    DefaultAuthoringInstanceOut,
    Environment,
    EnvironmentOut,
    MigrationType,
    Order,
    SortField,
)
from bascule.manager.paging import PagingQuery
from bascule.manager.scopes import LEVELS, Level, ProjectScope

PREFIX = "/v1/orgs/{org}/projects/{project}/dbschema"

Term = Annotated[str | None, Query(description="occurs in identifier or name; may be empty")]
Sort = Annotated[SortField, Query()]
Direction = Annotated[Order, Query()]
SchemaPath = Annotated[str, Path(alias="dbschema", max_length=128, description="Identifier of the DB schema")]
InstancePath = Annotated[str, Path(alias="dbinstance", max_length=128, description="Identifier of the DB instance")]


def router(deps: Deps) -> APIRouter:
    """Routes of the area."""
    api = APIRouter(responses=ERRORS)
    _mount_schemas(api, deps)
    _mount_instances(api, deps)
    for level in LEVELS:
        _mount_environments(api, deps, level)
    return api


def _mount_schemas(api: APIRouter, deps: Deps) -> None:
    tags: list[str | Enum] = ["Database Schema"]
    one = PREFIX + "/{dbschema}"

    @api.get(PREFIX, tags=tags, operation_id="v1-list-proj-db-schema", response_model_exclude_none=True)
    def list_schemas(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        paging: PagingQuery,
        search_term: Term = None,
        sort: Sort = "created",
        order: Direction = "DESC",
        migration_type: Annotated[MigrationType | None, Query(alias="migrationType")] = None,
    ) -> list[DBSchemaOut]:
        with reading(deps.engine) as connection:
            page = service.list_schemas(connection, actor, scope, migration_type, search_term, sort, order, paging)
        return page.announce(response)

    @api.post(PREFIX, status_code=201, tags=tags, operation_id="v1-create-proj-db-schema", response_model_exclude_none=True)
    def create_schema(actor: CurrentActor, scope: ProjectScope, body: DBSchemaIn) -> DBSchemaOut:
        with writing(deps.engine) as connection:
            return service.create_schema(connection, actor, scope, body, deps.clock.now())

    @api.get(one, tags=tags, operation_id="v1-get-proj-db-schema", response_model_exclude_none=True)
    def get_schema(actor: CurrentActor, scope: ProjectScope, schema: SchemaPath) -> DBSchemaOut:
        with reading(deps.engine) as connection:
            return service.show_schema(connection, actor, scope, schema)

    @api.put(one, tags=tags, operation_id="v1-update-proj-db-schema", response_model_exclude_none=True)
    def update_schema(actor: CurrentActor, scope: ProjectScope, schema: SchemaPath, body: DBSchemaUpdateRequest) -> DBSchemaOut:
        with writing(deps.engine) as connection:
            return service.update_schema(connection, actor, scope, schema, body, deps.clock.now())

    @api.delete(one, status_code=204, tags=tags, operation_id="v1-delete-proj-db-schema")
    def delete_schema(actor: CurrentActor, scope: ProjectScope, schema: SchemaPath) -> None:
        with writing(deps.engine) as connection:
            service.delete_schema(connection, actor, scope, schema)

    @api.get("/v1/dbops/dbschema", tags=tags, operation_id="V1ListDatabaseSchema", response_model_exclude_none=True)
    def list_everywhere(
        response: Response,
        actor: CurrentActor,
        paging: PagingQuery,
        search_term: Term = None,
        sort: Sort = "created",
        order: Direction = "DESC",
        org: Annotated[str | None, Query(alias="orgIdentifier")] = None,
        project: Annotated[str | None, Query(alias="projectIdentifier")] = None,
        _account: Annotated[str | None, Header(alias="Harness-Account", description="There is one account; any value is taken")] = None,
    ) -> list[DBSchemaOut]:
        with reading(deps.engine) as connection:
            return service.list_everywhere(connection, actor, org, project, search_term, sort, order, paging).announce(response)

    @api.get(one + "/default-authoring-instance", tags=tags, operation_id="V1GetDefaultAuthoringInstance", response_model_exclude_none=True)
    def default_authoring_instance(actor: CurrentActor, scope: ProjectScope, schema: SchemaPath) -> DefaultAuthoringInstanceOut:
        with reading(deps.engine) as connection:
            return service.default_authoring_instance(connection, actor, scope, schema)


def _mount_instances(api: APIRouter, deps: Deps) -> None:
    tags: list[str | Enum] = ["Database Instance"]
    many = PREFIX + "/{dbschema}/instance"
    one = many + "/{dbinstance}"

    @api.post(many, status_code=201, tags=tags, operation_id="v1-create-proj-db-schema-instance", response_model_exclude_none=True)
    def create_instance(actor: CurrentActor, scope: ProjectScope, schema: SchemaPath, body: DBInstanceIn) -> DBInstanceOut:
        with writing(deps.engine) as connection:
            return service.create_instance(connection, actor, scope, schema, body, deps.clock.now())

    @api.post(
        PREFIX + "/{dbschema}/instancelist", tags=tags, operation_id="v1-list-proj-db-schema-instance", response_model_exclude_none=True
    )
    def list_instances(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        schema: SchemaPath,
        paging: PagingQuery,
        body: Annotated[DBInstanceFilterIn | None, Body()] = None,
        search_term: Term = None,
        sort: Sort = "created",
        order: Direction = "DESC",
    ) -> list[DBInstanceOut]:
        wanted = body or DBInstanceFilterIn()
        with reading(deps.engine) as connection:
            page = service.list_instances(connection, actor, scope, schema, wanted, search_term, sort, order, paging)
        return page.announce(response)

    @api.get(one, tags=tags, operation_id="v1-get-proj-db-schema-instance", response_model_exclude_none=True)
    def get_instance(actor: CurrentActor, scope: ProjectScope, schema: SchemaPath, instance: InstancePath) -> DBInstanceOut:
        with reading(deps.engine) as connection:
            return service.show_instance(connection, actor, scope, schema, instance)

    @api.put(one, tags=["Database Schema"], operation_id="v1-update-proj-db-schema-instance", response_model_exclude_none=True)
    def update_instance(
        actor: CurrentActor, scope: ProjectScope, schema: SchemaPath, instance: InstancePath, body: DBInstanceUpdateRequest
    ) -> DBInstanceOut:
        with writing(deps.engine) as connection:
            return service.update_instance(connection, actor, scope, schema, instance, body, deps.clock.now())

    @api.delete(one, status_code=204, tags=tags, operation_id="v1-delete-proj-db-schema-instance")
    def delete_instance(actor: CurrentActor, scope: ProjectScope, schema: SchemaPath, instance: InstancePath) -> None:
        with writing(deps.engine) as connection:
            service.delete_instance(connection, actor, scope, schema, instance)


def _mount_environments(api: APIRouter, deps: Deps, level: Level) -> None:
    tags: list[str | Enum] = ["Environments"]
    path, suffix = f"{level.prefix}/environments", level.suffix
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @api.get(path, tags=tags, operation_id=f"list-environments{suffix}", response_model_exclude_none=True)
    def list_environments(
        response: Response, actor: CurrentActor, scope: At, paging: PagingQuery, search_term: Term = None
    ) -> list[EnvironmentOut]:
        with reading(deps.engine) as connection:
            return environments.list_all(connection, actor, scope, search_term, paging).announce(response)

    @api.post(path, status_code=201, tags=tags, operation_id=f"create-environment{suffix}", response_model_exclude_none=True)
    def create_environment(actor: CurrentActor, scope: At, body: Environment) -> EnvironmentOut:
        with writing(deps.engine) as connection:
            return environments.create(connection, actor, scope, body, deps.clock.now())

    @api.get(path + "/{environment}", tags=tags, operation_id=f"get-environment{suffix}", response_model_exclude_none=True)
    def get_environment(actor: CurrentActor, scope: At, environment: str) -> EnvironmentOut:
        with reading(deps.engine) as connection:
            return environments.show(connection, actor, scope, environment)

    @api.put(path + "/{environment}", tags=tags, operation_id=f"update-environment{suffix}", response_model_exclude_none=True)
    def update_environment(actor: CurrentActor, scope: At, environment: str, body: Environment) -> EnvironmentOut:
        with writing(deps.engine) as connection:
            return environments.update(connection, actor, scope, environment, body, deps.clock.now())

    @api.delete(path + "/{environment}", status_code=204, tags=tags, operation_id=f"delete-environment{suffix}")
    def delete_environment(actor: CurrentActor, scope: At, environment: str) -> None:
        with writing(deps.engine) as connection:
            environments.delete(connection, actor, scope, environment)
