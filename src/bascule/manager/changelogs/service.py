"""Feeding the read model from events and histories, and reading it."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import yaml
from sqlalchemy import Connection

from bascule.core.clock import Clock, SystemClock
from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.events import ChangesetFinished
from bascule.engine.history.row import MARKER_FILE
from bascule.manager import identity
from bascule.manager.changelogs import store
from bascule.manager.changelogs.model import (
    ChangesetRun,
    ChangesetState,
    DeployedStateInput,
    DeployedStateOutput,
    ExecutionMetadata,
    GridInstance,
    InstanceFilter,
    InstanceMigrationStateChangeSet,
    InstanceMigrationStateOut,
    MigrationStateChangeSet,
    MigrationStateIn,
    MigrationStateInstance,
    MigrationStateOut,
    OverviewOut,
    RecentDeployment,
    RunRef,
    Sync,
    from_event,
    from_row,
    gone,
    run_of,
)
from bascule.manager.entity import not_found, seconds
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.instances import service as instances
from bascule.manager.instances.model import InstanceRef
from bascule.manager.organizations import service as organizations
from bascule.manager.paging import Page, Paging

_NEVER = datetime.fromtimestamp(0, UTC)
_DEPLOYED = "Successfully_Deployed"


def record_changeset(connection: Connection, ref: InstanceRef, event: ChangesetFinished, run: RunRef) -> None:
    """A changeset has run, failed or been rolled back on an instance. Told twice, it is recorded once."""
    record = run_of(event, run)
    state = from_event(event, run, store.state(connection, ref.id, event.fqn))
    if record is None or state is None:
        return
    store.put_run(connection, ref.id, record)
    store.put_states(connection, ref.id, [state])


def is_current(connection: Connection, ref: InstanceRef, history: dict[str, Any]) -> bool:
    """Whether the read model was made from exactly this history (count, highest order, digest)."""
    known = store.get_sync(connection, ref.id)
    seen = (history["count"], history["max_order"], history["digest"])
    return known is not None and (known.count, known.max_order, known.digest) == seen


def sync_history(connection: Connection, ref: InstanceRef, history: dict[str, Any], clock: Clock | None = None) -> int:
    """Make the read model agree with the whole history as a job has read it; returns how many states changed.

    What the history does not hold any more is rolled back; what failed stays failed until it is there.
    """
    now = (clock or SystemClock()).now()
    rows: list[dict[str, Any]] = history["rows"]
    known = {state.fqn: state for _, state in store.states(connection, [ref.id])}
    changed: list[ChangesetState] = []
    present: set[str] = set()
    for row in rows:
        fqn = f"{row['FILENAME']}::{row['ID']}::{row['AUTHOR']}"
        before = known.get(fqn)
        after = from_row(row, before, now)
        present.add(after.fqn)
        if after != before:
            changed.append(after)
    for fqn, before in known.items():
        if fqn not in present and (after := gone(before, now)) != before:
            changed.append(after)
    store.put_states(connection, ref.id, changed)
    store.put_sync(
        connection,
        ref.id,
        Sync(
            count=history["count"],
            max_order=history["max_order"],
            digest=history["digest"],
            last_tag=history.get("last_tag"),
            synced_at=now,
        ),
    )
    last = max(rows, key=lambda row: int(row.get("ORDEREXECUTED") or 0), default=None)
    instances.note_history(connection, ref, history.get("last_tag"), last.get("TAG") if last else None)
    return len(changed)


def migration_state(
    connection: Connection, actor: Actor, scope: Scope, schema: str, wanted: MigrationStateIn, term: str | None, at: Paging
) -> Page[MigrationStateOut]:
    """The grid of a schema, changeset × instance; a page of changesets, the latest deployed first. `items` is the one grid."""
    identity.require(actor, "dbops_instance_view", scope)
    name = instances.get_schema(connection, scope, schema).name
    every = instances.refs(connection, scope, schema)
    shown = _shown(every, wanted.instance_filter or InstanceFilter())
    by_changeset: dict[str, dict[str, ChangesetState]] = defaultdict(dict)
    for instance_id, state in store.states(connection, [ref.id for ref in every], term):
        if not state.fqn.startswith(f"{MARKER_FILE}::"):  # it stands for no changeset; the instance's own list shows it
            by_changeset[state.fqn][instance_id] = state
    ordered = sorted(by_changeset.values(), key=_recency, reverse=True)
    rows = [_grid_row(states, shown, every) for states in ordered[at.offset : at.offset + at.limit]]
    syncs = store.get_syncs(connection, [ref.id for ref in shown])
    columns = [
        GridInstance(identifier=ref.instance, name=ref.name, synced_at=seconds(syncs[ref.id].synced_at) if ref.id in syncs else None)
        for ref in shown
    ]
    return Page([MigrationStateOut(schema_=name, change_sets=rows, instances=columns)], len(ordered), at)


def instance_state(
    connection: Connection, actor: Actor, scope: Scope, schema: str, instance: str, term: str | None, at: Paging
) -> Page[InstanceMigrationStateOut]:
    """The changesets of one instance, the latest deployed first. `items` is the one answer."""
    identity.require(actor, "dbops_instance_view", scope)
    ref = instances.ref(connection, scope, schema, instance)
    page = store.list_states(connection, ref.id, term, at)
    sync = store.get_sync(connection, ref.id)
    answer = InstanceMigrationStateOut(
        schema_name=ref.schema_name,
        instance_name=ref.name,
        change_sets=[_instance_row(state) for state in page.items],
        synced_at=seconds(sync.synced_at) if sync else None,
    )
    return Page([answer], page.total, at)


def deployed_state(
    connection: Connection, actor: Actor, scope: Scope, schema: str, instance: str, of: DeployedStateInput, at: Paging
) -> Page[DeployedStateOutput]:
    """What an execution did to an instance, in the order it happened, then what had been deployed before."""
    identity.require(actor, "dbops_instance_view", scope)
    ref = instances.ref(connection, scope, schema, instance)
    runs = store.runs_of_execution(connection, ref.id, of.plan_execution_id, of.stage_execution_id)
    commands = ("Update",) if of.step_type == "DBSchemaApply" else ("Rollback", "RollbackCount")
    current = {run.fqn: run for run in runs if run.command in commands and run.at.timestamp() >= of.start_time}
    earlier = [state for _, state in store.states(connection, [ref.id]) if state.status == _DEPLOYED and state.fqn not in current]
    earlier.sort(key=lambda state: state.position or 0, reverse=True)
    rows = [_deployed_now(run) for run in current.values()] + [_deployed_before(state) for state in earlier]
    return Page(rows[at.offset : at.offset + at.limit], len(rows), at)


def changeset_sql(connection: Connection, actor: Actor, scope: Scope, schema: str, instance: str, fqn: str, at: Paging) -> Page[str]:
    """The statements by which a changeset was deployed to an instance."""
    identity.require(actor, "dbops_instance_view", scope)
    run = _known_run(connection, scope, schema, instance, fqn)
    statements = run.sql if run else ()
    return Page(statements[at.offset : at.offset + at.limit], len(statements), at)


def changeset_yaml(connection: Connection, actor: Actor, scope: Scope, schema: str, instance: str, fqn: str) -> str:
    """A changeset as a changelog in YAML: what was recorded of it, with the SQL that it ran as."""
    identity.require(actor, "dbops_instance_view", scope)
    ref = instances.ref(connection, scope, schema, instance)
    state = store.state(connection, ref.id, fqn)
    if state is None:
        raise not_found("changeset", fqn, scope)
    run = store.last_run(connection, ref.id, fqn)
    described = {
        "id": state.changeset_id,
        "author": state.author,
        "comment": state.comment,
        "context": state.contexts,
        "labels": state.labels,
        "changes": [{"sql": {"sql": text}} for text in (run.sql if run else ())],
    }
    changeset = {key: value for key, value in described.items() if value}
    text: str = yaml.safe_dump({"databaseChangeLog": [{"changeSet": changeset}]}, sort_keys=False, allow_unicode=True)
    return text


def executed_sql(
    connection: Connection,
    actor: Actor,
    scope: Scope,
    schema: str,
    instance: str,
    *,
    command: str | None,
    plan_execution_id: str | None,
    stage_execution_id: str | None,
) -> list[ChangesetRun]:
    """The runs of an execution on an instance, in the order they happened."""
    identity.require(actor, "dbops_instance_view", scope)
    ref = instances.ref(connection, scope, schema, instance)
    runs = store.runs_of_execution(connection, ref.id, plan_execution_id or "", stage_execution_id)
    return [run for run in runs if command in (None, run.command)]


def migration_statements(
    connection: Connection,
    actor: Actor,
    scope: Scope,
    schema: str,
    instance: str,
    version: str,
    plan_execution_id: str | None,
    stage_execution_id: str | None,
) -> list[str]:
    """The statements of a migration, as it ran in an execution or, when none is named, as it ran last."""
    identity.require(actor, "dbops_instance_view", scope)
    ref = instances.ref(connection, scope, schema, instance)
    if plan_execution_id:
        runs = store.runs_of_execution(connection, ref.id, plan_execution_id, stage_execution_id)
        return [text for run in runs if run.changeset_id == version for text in run.sql]
    known = [state.fqn for _, state in store.states(connection, [ref.id]) if state.changeset_id == version]
    if not known:
        raise not_found("migration", version, scope)
    run = store.last_run(connection, ref.id, known[0])
    return list(run.sql) if run else []


def existence(connection: Connection, actor: Actor, scope: Scope, schema: str, changeset_ids: list[str]) -> dict[str, bool]:
    """Which ids any changeset of the schema has; author and file are not asked for."""
    identity.require(actor, "dbops_schema_view", scope)
    instances.get_schema(connection, scope, schema)
    every = [ref.id for ref in instances.refs(connection, scope, schema)]
    known = store.known_ids(connection, every, changeset_ids)
    return {changeset_id: changeset_id in known for changeset_id in changeset_ids}


def overview(connection: Connection, actor: Actor, scope: Scope) -> OverviewOut:
    """A project's counts, and the five instances deployed to last."""
    identity.require(actor, "dbops_schema_view", scope)
    organizations.require_scope(connection, scope)
    schemas, count = instances.counts(connection, scope)
    every = {ref.id: ref for ref in instances.all_refs(connection, scope)}
    recent = [
        RecentDeployment(
            db_schema_identifier=every[instance_id].schema,
            db_schema_name=every[instance_id].schema_name,
            db_instance_identifier=every[instance_id].instance,
            db_instance_name=every[instance_id].name,
            last_deployed=seconds(at),
        )
        for instance_id, at in store.last_deployments(connection, list(every), 5)
    ]
    return OverviewOut(db_schema_count=schemas, db_instance_count=count, recent_deployments=recent)


def require_flyway(connection: Connection, actor: Actor, scope: Scope, schema: str) -> None:
    """Raises InputError unless the schema's migrations are Flyway's; a stranger is not told which it is."""
    identity.require(actor, "dbops_instance_view", scope)
    if instances.get_schema(connection, scope, schema).migration_type != "Flyway":
        raise InputError(
            Problem(code="ENT-020", what=f"DB schema '{schema}' is not of migration type Flyway", fix="ask the address without /flyway")
        )


def _known_run(connection: Connection, scope: Scope, schema: str, instance: str, fqn: str) -> ChangesetRun | None:
    ref = instances.ref(connection, scope, schema, instance)
    if store.state(connection, ref.id, fqn) is None:
        raise not_found("changeset", fqn, scope)
    return store.last_run(connection, ref.id, fqn)


def _shown(every: list[InstanceRef], wanted: InstanceFilter) -> list[InstanceRef]:
    shown = [ref for ref in every if not wanted.instances or ref.instance in wanted.instances]
    match wanted.sort:
        case "identifier":
            shown.sort(key=lambda ref: ref.instance)
        case "name":
            shown.sort(key=lambda ref: ref.name.lower())
        case "updated":
            shown.sort(key=lambda ref: ref.updated_at)
        case "created":
            pass
    return shown if wanted.order == "ASC" else shown[::-1]


def _recency(states: dict[str, ChangesetState]) -> tuple[datetime, int, str]:
    """What a row of the grid is ordered by: its latest deployment, then its place in the history."""
    deployed = max((state.deployed_at or _NEVER for state in states.values()), default=_NEVER)
    position = max((state.position or 0 for state in states.values()), default=0)
    return deployed, position, next(iter(states.values())).fqn


def _grid_row(states: dict[str, ChangesetState], shown: list[InstanceRef], every: list[InstanceRef]) -> MigrationStateChangeSet:
    one = next(iter(states.values()))
    return MigrationStateChangeSet(
        change_set=one.changeset_id,
        change_set_fqn=one.fqn,
        author=one.author,
        file_name=one.file_name,
        synced=all(ref.id in states and states[ref.id].status == _DEPLOYED for ref in every),
        updated=seconds(max(state.updated_at for state in states.values())),
        instances=[_cell(ref, states.get(ref.id)) for ref in shown],
    )


def _cell(ref: InstanceRef, state: ChangesetState | None) -> MigrationStateInstance:
    if state is None:
        return MigrationStateInstance(
            instance=ref.instance, status="Not_Deployed", pipeline="", plan_execution_id="", stage_execution_id=""
        )
    return MigrationStateInstance(
        instance=ref.instance,
        status=state.status,
        updated=seconds(state.updated_at),
        error=state.error,
        pipeline=state.pipeline,
        plan_execution_id=state.plan_execution_id,
        stage_execution_id=state.stage_execution_id,
        tag=state.tag,
    )


def _instance_row(state: ChangesetState) -> InstanceMigrationStateChangeSet:
    return InstanceMigrationStateChangeSet(
        change_set=state.changeset_id,
        change_set_fqn=state.fqn,
        deployed_at=seconds(state.deployed_at) or 0,
        author=state.author,
        file_name=state.file_name,
        status=state.status,
        pipeline=state.pipeline,
        plan_execution_id=state.plan_execution_id,
        stage_execution_id=state.stage_execution_id,
        tag=state.tag,
        comment=state.comment,
        label=state.labels,
        error=state.error,
    )


def _deployed_now(run: ChangesetRun) -> DeployedStateOutput:
    return DeployedStateOutput(
        status=run.status,
        change_set_id=run.changeset_id,
        change_set_fqn=run.fqn,
        author=run.author,
        file_name=run.file_name,
        deployed_at=seconds(run.at),
        tag=run.tag,
        comment=run.comment,
        label=run.labels,
        command=run.command,
        metadata=ExecutionMetadata(
            pipeline=run.pipeline, plan_execution_id=run.plan_execution_id, stage_execution_id=run.stage_execution_id
        ),
        deployed_in_current_execution=True,
    )


def _deployed_before(state: ChangesetState) -> DeployedStateOutput:
    return DeployedStateOutput(
        status="SUCCESS",
        change_set_id=state.changeset_id,
        change_set_fqn=state.fqn,
        author=state.author,
        file_name=state.file_name,
        deployed_at=seconds(state.deployed_at),
        tag=state.tag,
        comment=state.comment,
        label=state.labels,
        command="Update",
        metadata=ExecutionMetadata(
            pipeline=state.pipeline, plan_execution_id=state.plan_execution_id, stage_execution_id=state.stage_execution_id
        ),
        deployed_in_current_execution=False,
    )
