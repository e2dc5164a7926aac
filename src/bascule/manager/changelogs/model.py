"""Changeset states with Harness's names and shapes, and how events and history rows become them. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from pydantic import Field

from bascule.engine.events import ChangesetFinished
from bascule.manager.body import Body

Status = Literal["Successfully_Deployed", "Not_Deployed", "Deployment_Failed", "Rolled_Back"]
CommandStatus = Literal["IN_PROGRESS", "SUCCESS", "FAILURE", "CANCELLED"]
StepType = Literal["DBSchemaApply", "DBSchemaRollback"]
HarnessCommand = Literal["Update", "Rollback", "DBOPSUpdateSQL", "DBOPSRollbackSQL", "DBOPSRollbackCountSQL", "DBOPSSnapshot"]

_STATUS: dict[str, Status] = {
    "EXECUTED": "Successfully_Deployed",
    "RERAN": "Successfully_Deployed",
    "MARK_RAN": "Successfully_Deployed",
    "FAILED": "Deployment_Failed",
    "ROLLED_BACK": "Rolled_Back",
}


class RunRef(msgspec.Struct, frozen=True, kw_only=True):
    """The step that ran a changeset. `command` in Harness's words: Update, Rollback, …"""

    pipeline: str
    plan_execution_id: str
    stage_execution_id: str
    command: str = "Update"


class ChangesetState(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one changeset on one instance."""

    fqn: str
    changeset_id: str
    author: str
    file_name: str
    status: Status
    position: int | None = None
    """ORDEREXECUTED; None when it is not in the history."""
    deployed_at: datetime | None = None
    updated_at: datetime
    exec_type: str | None = None
    checksum: str | None = None
    tag: str | None = None
    comment: str | None = None
    labels: str | None = None
    contexts: str | None = None
    deployment_id: str | None = None
    error: str | None = None
    pipeline: str = ""
    plan_execution_id: str = ""
    stage_execution_id: str = ""


class ChangesetRun(msgspec.Struct, frozen=True, kw_only=True):
    """One changeset's run in one execution."""

    fqn: str
    changeset_id: str
    author: str
    file_name: str
    at: datetime
    direction: str
    status: CommandStatus
    command: str
    pipeline: str
    plan_execution_id: str
    stage_execution_id: str
    tag: str | None = None
    comment: str | None = None
    labels: str | None = None
    sql: tuple[str, ...] = ()
    error: str | None = None


class InstanceFilter(Body):
    """Which instances are the grid's columns, and in which order; none named means all."""

    instances: list[str] = []
    sort: Literal["name", "updated", "created", "identifier"] = "identifier"
    order: Literal["ASC", "DESC"] = "ASC"


class MigrationStateIn(Body):
    """What the grid is asked for."""

    instance_filter: InstanceFilter | None = None


class MigrationStateInstance(Body):
    """One changeset on one instance."""

    instance: str
    status: Status
    updated: int | None = None
    error: str | None = None
    pipeline: str
    plan_execution_id: str
    stage_execution_id: str
    tag: str | None = None


class MigrationStateChangeSet(Body):
    """A row of the grid. `synced`: deployed on every instance of the schema."""

    change_set: str
    change_set_fqn: str
    author: str
    file_name: str
    synced: bool = False
    updated: int
    instances: list[MigrationStateInstance]


class GridInstance(Body):
    """A column of the grid; `syncedAt` (ours) is when its whole history was last read, absent before the first time."""

    identifier: str
    name: str
    synced_at: int | None = None


class MigrationStateOut(Body):
    """The grid of one schema."""

    schema_: str
    change_sets: list[MigrationStateChangeSet]
    instances: list[GridInstance]


class InstanceMigrationStateChangeSet(Body):
    """A changeset on one instance."""

    change_set: str
    change_set_fqn: str
    deployed_at: int
    author: str
    file_name: str
    status: Status
    pipeline: str
    plan_execution_id: str
    stage_execution_id: str
    tag: str | None = None
    comment: str | None = None
    label: str | None = None
    error: str | None = None


class InstanceMigrationStateOut(Body):
    """The changesets of one instance."""

    schema_name: str
    instance_name: str
    change_sets: list[InstanceMigrationStateChangeSet]
    synced_at: int | None = None


class FlywayAppliedMigration(Body):
    """A row of a Flyway schema's grid."""

    version: str
    type: str
    description: str | None = None
    deployed_at: int
    instances: list[str]


class FlywayMigrationStateOutput(Body):
    """The grid of a Flyway schema."""

    schema_: str
    instances: list[GridInstance]
    migrations: list[FlywayAppliedMigration]


class FlywayInstanceMigrationState(Body):
    """A migration on one instance."""

    version: str
    type: str
    status: Status
    description: str | None = None
    deployed_at: int
    pipeline_identifier: str
    pipeline_execution_id: str
    stage_execution_id: str


class FlywayInstanceMigrationStateOutput(Body):
    """The migrations of one instance."""

    schema_name: str
    instance_name: str
    migrations: list[FlywayInstanceMigrationState]


class DeployedStateInput(Body):
    """The step whose deployed state is asked for."""

    plan_execution_id: str
    stage_execution_id: str
    step_type: StepType
    pipeline: str
    start_time: int = 0


class ExecutionMetadata(Body):
    """The execution a changeset ran in."""

    pipeline: str
    plan_execution_id: str
    stage_execution_id: str


class DeployedStateOutput(Body):
    """A changeset as an execution found or left it."""

    status: CommandStatus
    change_set_id: str
    change_set_fqn: str
    author: str
    file_name: str
    deployed_at: int | None = None
    tag: str | None = None
    comment: str | None = None
    label: str | None = None
    command: str
    metadata: ExecutionMetadata
    deployed_in_current_execution: bool


class FlywayDeployedStateOutput(Body):
    """A migration as an execution found or left it."""

    status: CommandStatus
    version: str
    type: str
    description: str | None = None
    deployed_at: int
    command: str
    metadata: ExecutionMetadata
    applied_in_current_execution: bool


class FlywayDeployedState(Body):
    """The migrations of a step."""

    deployed_scripts: list[FlywayDeployedStateOutput]


class ChangesetSqlIn(Body):
    """Which changeset."""

    changeset_fqn: str = Field(min_length=1)


class SqlOut(Body):
    """Statements, in the order they ran."""

    sql: list[str]


class YamlOut(Body):
    """A changeset as YAML."""

    yaml: str


class DataOut(Body):
    """One text per changeset."""

    data: list[str]


class StatementsOut(Body):
    """The statements of a migration script."""

    statements: list[str]


class ChangesetId(Body):
    """A changeset by its id alone."""

    id: str


class ExistenceIn(Body):
    """Which ids."""

    change_sets: list[ChangesetId] = Field(min_length=1, max_length=100)


class ExistenceOut(Body):
    """Id → whether any changeset of the schema has it."""

    existence: dict[str, bool]


class RecentDeployment(Body):
    """An instance that was deployed to."""

    db_schema_identifier: str
    db_schema_name: str
    db_instance_identifier: str
    db_instance_name: str
    last_deployed: int


class OverviewOut(Body):
    """Counts, and the five instances deployed to last."""

    db_schema_count: int
    db_instance_count: int
    recent_deployments: list[RecentDeployment]


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an instance's history as a whole."""

    count: int
    max_order: int
    digest: str
    last_tag: str | None
    synced_at: datetime


def status_of(event: ChangesetFinished) -> Status | None:
    """The state an event leads to; None when it changes none (a skipped changeset)."""
    return _STATUS.get(event.status)


def from_event(event: ChangesetFinished, run: RunRef, before: ChangesetState | None) -> ChangesetState | None:
    """The state after an event. What a failure or rollback leaves out stays as it was known."""
    status = status_of(event)
    if status is None:
        return None
    at = datetime.fromtimestamp(event.at, UTC)
    named: dict[str, Any] = {
        "fqn": event.fqn,
        "changeset_id": event.id,
        "author": event.author,
        "file_name": event.file,
        "status": status,
        "updated_at": at,
        "error": event.error,
        "pipeline": run.pipeline,
        "plan_execution_id": run.plan_execution_id,
        "stage_execution_id": run.stage_execution_id,
    }
    if status == "Successfully_Deployed" and event.row is not None:
        return ChangesetState(**named, **_recorded(event.row), deployed_at=at)
    kept: dict[str, Any] = {"deployed_at": before.deployed_at, "comment": before.comment, "labels": before.labels} if before else {}
    return ChangesetState(**named, **kept)


def from_row(row: Mapping[str, Any], before: ChangesetState | None, at: datetime) -> ChangesetState:
    """The state that a history row shows. The run that led to it stays known while the row is that run's."""
    recorded = _recorded(row)
    fqn = f"{row['FILENAME']}::{row['ID']}::{row['AUTHOR']}"
    state = ChangesetState(
        fqn=fqn,
        changeset_id=str(row["ID"]),
        author=str(row["AUTHOR"]),
        file_name=str(row["FILENAME"]),
        status="Successfully_Deployed",
        deployed_at=_moment(row.get("DATEEXECUTED")),
        updated_at=at,
        **recorded,
    )
    if before and before.status == state.status and before.deployment_id == state.deployment_id and before.position == state.position:
        return msgspec.structs.replace(
            state,
            deployed_at=before.deployed_at,
            updated_at=before.updated_at,
            pipeline=before.pipeline,
            plan_execution_id=before.plan_execution_id,
            stage_execution_id=before.stage_execution_id,
        )
    return state


def gone(before: ChangesetState, at: datetime) -> ChangesetState:
    """The state of a changeset that was deployed and is not in the history any more."""
    if before.status != "Successfully_Deployed":
        return before
    return msgspec.structs.replace(before, status="Rolled_Back", position=None, tag=None, updated_at=at)


def run_of(event: ChangesetFinished, run: RunRef) -> ChangesetRun | None:
    """An event as a run of its execution; None for a skipped changeset."""
    if status_of(event) is None:
        return None
    row: Mapping[str, Any] = event.row or {}
    return ChangesetRun(
        fqn=event.fqn,
        changeset_id=event.id,
        author=event.author,
        file_name=event.file,
        at=datetime.fromtimestamp(event.at, UTC),
        direction=event.direction,
        status="FAILURE" if event.status == "FAILED" else "SUCCESS",
        command=run.command,
        pipeline=run.pipeline,
        plan_execution_id=run.plan_execution_id,
        stage_execution_id=run.stage_execution_id,
        tag=row.get("TAG"),
        comment=row.get("COMMENTS") or None,
        labels=row.get("LABELS"),
        sql=tuple(event.sql),
        error=event.error,
    )


def _recorded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "position": int(row.get("ORDEREXECUTED") or 0),
        "exec_type": row.get("EXECTYPE"),
        "checksum": row.get("MD5SUM"),
        "tag": row.get("TAG"),
        "comment": row.get("COMMENTS") or None,
        "labels": row.get("LABELS"),
        "contexts": row.get("CONTEXTS"),
        "deployment_id": row.get("DEPLOYMENT_ID"),
    }


def _moment(text: Any) -> datetime | None:
    """DATEEXECUTED: the database's own text, without a zone; read as UTC."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
