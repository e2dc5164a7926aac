"""The same states in the shapes Harness has for Flyway: a migration's version is its changeset id, its description the comment."""

from bascule.manager.changelogs.model import (
    DeployedStateOutput,
    FlywayAppliedMigration,
    FlywayDeployedState,
    FlywayDeployedStateOutput,
    FlywayInstanceMigrationState,
    FlywayInstanceMigrationStateOutput,
    FlywayMigrationStateOutput,
    InstanceMigrationStateOut,
    MigrationStateOut,
)

_TYPE = "SQL"


def grid(state: MigrationStateOut) -> FlywayMigrationStateOutput:
    """A schema's grid: per migration, the instances it is applied to."""
    migrations = [
        FlywayAppliedMigration(
            version=row.change_set,
            type=_TYPE,
            deployed_at=row.updated,
            instances=[cell.instance for cell in row.instances if cell.status == "Successfully_Deployed"],
        )
        for row in state.change_sets
    ]
    return FlywayMigrationStateOutput(schema_=state.schema_, instances=state.instances, migrations=migrations)


def instance(state: InstanceMigrationStateOut) -> FlywayInstanceMigrationStateOutput:
    """An instance's migrations."""
    migrations = [
        FlywayInstanceMigrationState(
            version=row.change_set,
            type=_TYPE,
            status=row.status,
            description=row.comment,
            deployed_at=row.deployed_at,
            pipeline_identifier=row.pipeline,
            pipeline_execution_id=row.plan_execution_id,
            stage_execution_id=row.stage_execution_id,
        )
        for row in state.change_sets
    ]
    return FlywayInstanceMigrationStateOutput(schema_name=state.schema_name, instance_name=state.instance_name, migrations=migrations)


def deployed(rows: list[DeployedStateOutput]) -> FlywayDeployedState:
    """A step's migrations."""
    scripts = [
        FlywayDeployedStateOutput(
            status=row.status,
            version=row.change_set_id,
            type=_TYPE,
            description=row.comment,
            deployed_at=row.deployed_at or 0,
            command=row.command,
            metadata=row.metadata,
            applied_in_current_execution=row.deployed_in_current_execution,
        )
        for row in rows
    ]
    return FlywayDeployedState(deployed_scripts=scripts)
