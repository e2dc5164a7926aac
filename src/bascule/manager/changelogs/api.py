"""Migration state, deployed state, changeset texts and the overview over HTTP, with Harness's paths, names and operation ids."""

from enum import Enum
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query, Response

from bascule.manager.api_errors import ERRORS
from bascule.manager.changelogs import flyway, service
from bascule.manager.changelogs.model import (
    ChangesetSqlIn,
    DataOut,
    DeployedStateInput,
    DeployedStateOutput,
    ExistenceIn,
    ExistenceOut,
    FlywayDeployedState,
    FlywayInstanceMigrationStateOutput,
    FlywayMigrationStateOutput,
    HarnessCommand,
    InstanceMigrationStateOut,
    MigrationStateIn,
    MigrationStateOut,
    OverviewOut,
    SqlOut,
    StatementsOut,
    YamlOut,
)
from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.identity.api import CurrentActor
from bascule.manager.instances.api import PREFIX, InstancePath, SchemaPath
from bascule.manager.paging import Page, PagingQuery
from bascule.manager.scopes import ProjectScope

Term = Annotated[str | None, Query(description="occurs in changeset id, author or file")]
Wanted = Annotated[MigrationStateIn | None, Body()]

_SCHEMA = PREFIX + "/{dbschema}"
_INSTANCE = _SCHEMA + "/dbinstance/{dbinstance}"
_DEPLOYED = _SCHEMA + "/instance/{dbinstance}"


def router(deps: Deps) -> APIRouter:
    """Routes of the area; mounted before those of `instances`, whose `{dbschema}` would take `overview`."""
    api = APIRouter(responses=ERRORS)
    _mount_overview(api, deps)
    _mount_migration_state(api, deps)
    _mount_deployed_state(api, deps)
    _mount_texts(api, deps)
    return api


def _mount_overview(api: APIRouter, deps: Deps) -> None:
    tags: list[str | Enum] = ["Database Schema"]

    @api.get(PREFIX + "/overview", tags=tags, operation_id="v1-get-db-overview")
    def overview(actor: CurrentActor, scope: ProjectScope) -> OverviewOut:
        with reading(deps.engine) as connection:
            return service.overview(connection, actor, scope)

    @api.post(_SCHEMA + "/changesets/existence", tags=tags, operation_id="V1CheckChangesetExistence")
    def existence(actor: CurrentActor, scope: ProjectScope, schema: SchemaPath, body: ExistenceIn) -> ExistenceOut:
        with reading(deps.engine) as connection:
            found = service.existence(connection, actor, scope, schema, [changeset.id for changeset in body.change_sets])
        return ExistenceOut(existence=found)


def _mount_migration_state(api: APIRouter, deps: Deps) -> None:
    tags: list[str | Enum] = ["Migration State"]

    @api.post(_SCHEMA + "/migrationstate", tags=tags, operation_id="v1-migration-state-proj-db-schema", response_model_exclude_none=True)
    def migration_state(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        schema: SchemaPath,
        paging: PagingQuery,
        body: Wanted = None,
        search_term: Term = None,
    ) -> MigrationStateOut:
        with reading(deps.engine) as connection:
            page = service.migration_state(connection, actor, scope, schema, body or MigrationStateIn(), search_term, paging)
        return page.announce(response)[0]

    @api.get(_INSTANCE + "/migrationstate", tags=tags, operation_id="V1MigrationStateProjDbInstance", response_model_exclude_none=True)
    def instance_state(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        schema: SchemaPath,
        instance: InstancePath,
        paging: PagingQuery,
        search_term: Term = None,
    ) -> InstanceMigrationStateOut:
        with reading(deps.engine) as connection:
            page = service.instance_state(connection, actor, scope, schema, instance, search_term, paging)
        return page.announce(response)[0]

    @api.post(_SCHEMA + "/flyway/migrationstate", tags=tags, operation_id="V1MigrationStateFlywaySchema", response_model_exclude_none=True)
    def flyway_state(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        schema: SchemaPath,
        paging: PagingQuery,
        body: Wanted = None,
        search_term: Term = None,
    ) -> FlywayMigrationStateOutput:
        with reading(deps.engine) as connection:
            service.require_flyway(connection, actor, scope, schema)
            page = service.migration_state(connection, actor, scope, schema, body or MigrationStateIn(), search_term, paging)
        return flyway.grid(page.announce(response)[0])

    @api.get(
        _INSTANCE + "/flyway/migrationstate", tags=tags, operation_id="V1MigrationStateFlywayInstance", response_model_exclude_none=True
    )
    def flyway_instance_state(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        schema: SchemaPath,
        instance: InstancePath,
        paging: PagingQuery,
        search_term: Term = None,
    ) -> FlywayInstanceMigrationStateOutput:
        with reading(deps.engine) as connection:
            service.require_flyway(connection, actor, scope, schema)
            page = service.instance_state(connection, actor, scope, schema, instance, search_term, paging)
        return flyway.instance(page.announce(response)[0])


def _mount_deployed_state(api: APIRouter, deps: Deps) -> None:
    tags: list[str | Enum] = ["Deployed State"]

    @api.post(_DEPLOYED + "/deployedState", tags=tags, operation_id="v1-get-deployed-state", response_model_exclude_none=True)
    def deployed_state(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        schema: SchemaPath,
        instance: InstancePath,
        paging: PagingQuery,
        body: DeployedStateInput,
    ) -> list[DeployedStateOutput]:
        with reading(deps.engine) as connection:
            return service.deployed_state(connection, actor, scope, schema, instance, body, paging).announce(response)

    @api.post(_DEPLOYED + "/flyway/deployedState", tags=tags, operation_id="V1GetFlywayDeployedState", response_model_exclude_none=True)
    def flyway_deployed_state(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        schema: SchemaPath,
        instance: InstancePath,
        paging: PagingQuery,
        body: DeployedStateInput,
    ) -> FlywayDeployedState:
        with reading(deps.engine) as connection:
            service.require_flyway(connection, actor, scope, schema)
            page = service.deployed_state(connection, actor, scope, schema, instance, body, paging)
        return flyway.deployed(page.announce(response))


def _mount_texts(api: APIRouter, deps: Deps) -> None:
    tags: list[str | Enum] = ["Changesets"]

    @api.post(_INSTANCE + "/changeset/sql", tags=tags, operation_id="V1FetchDeployedChangesetSql")
    def changeset_sql(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        schema: SchemaPath,
        instance: InstancePath,
        paging: PagingQuery,
        body: ChangesetSqlIn,
    ) -> SqlOut:
        with reading(deps.engine) as connection:
            page = service.changeset_sql(connection, actor, scope, schema, instance, body.changeset_fqn, paging)
        return SqlOut(sql=page.announce(response))

    @api.get(_INSTANCE + "/changeset/yaml", tags=tags, operation_id="V1ChangesetYamlProjDbInstance")
    def changeset_yaml(
        actor: CurrentActor,
        scope: ProjectScope,
        schema: SchemaPath,
        instance: InstancePath,
        fqn: Annotated[str, Query(alias="changeSet", description="fileName::id::author")],
    ) -> YamlOut:
        with reading(deps.engine) as connection:
            return YamlOut(yaml=service.changeset_yaml(connection, actor, scope, schema, instance, fqn))

    @api.get(_INSTANCE + "/changesetmetadata", tags=tags, operation_id="V1ChangesetmetadataProjDbInstance")
    def changeset_metadata(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        schema: SchemaPath,
        instance: InstancePath,
        paging: PagingQuery,
        harness_command: Annotated[HarnessCommand, Query(alias="harnessCommand")],
        plan_execution_id: Annotated[str, Query(alias="pipelineExecutionId")],
        stage_execution_id: Annotated[str, Query(alias="stageExecutionId")],
        content_type: Annotated[Literal["Yaml", "Sql"], Query(alias="contentType")],
    ) -> DataOut:
        with reading(deps.engine) as connection:
            runs = service.executed_sql(
                connection,
                actor,
                scope,
                schema,
                instance,
                command=harness_command,
                plan_execution_id=plan_execution_id,
                stage_execution_id=stage_execution_id,
            )
            part = runs[paging.offset : paging.offset + paging.limit]
            if content_type == "Sql":
                texts = ["\n".join(run.sql) for run in part]
            else:
                texts = [service.changeset_yaml(connection, actor, scope, schema, instance, run.fqn) for run in part]
        return DataOut(data=Page(texts, len(runs), paging).announce(response))

    @api.get(_INSTANCE + "/migration/scripts", tags=tags, operation_id="V1FetchMigrationScriptSql")
    def migration_script(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        schema: SchemaPath,
        instance: InstancePath,
        paging: PagingQuery,
        version: Annotated[str, Query(alias="flywayVersion")],
        plan_execution_id: Annotated[str | None, Query(alias="pipelineExecutionId")] = None,
        stage_execution_id: Annotated[str | None, Query(alias="stageExecutionId")] = None,
    ) -> StatementsOut:
        with reading(deps.engine) as connection:
            service.require_flyway(connection, actor, scope, schema)
            statements = service.migration_statements(
                connection, actor, scope, schema, instance, version, plan_execution_id, stage_execution_id
            )
        part = statements[paging.offset : paging.offset + paging.limit]
        return StatementsOut(statements=Page(part, len(statements), paging).announce(response))
