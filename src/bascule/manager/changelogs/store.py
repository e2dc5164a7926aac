"""Changeset states, runs and what is known of each history, in the store."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, String, Table, Text, delete, func, or_, select
from sqlalchemy.engine import RowMapping

from bascule.manager.changelogs.model import ChangesetRun, ChangesetState, Sync
from bascule.manager.database import METADATA, JsonText, Moment
from bascule.manager.paging import Page, Paging, fetch

STATES = Table(
    "changeset_states",
    METADATA,
    Column("instance_id", String(64), ForeignKey("db_instances.id", ondelete="CASCADE"), primary_key=True),
    Column("fqn", String(800), primary_key=True),
    Column("changeset_id", String(255), nullable=False),
    Column("author", String(255), nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("status", String(32), nullable=False),
    Column("position", Integer),
    Column("deployed_at", Moment),
    Column("updated_at", Moment, nullable=False),
    Column("exec_type", String(16)),
    Column("checksum", String(64)),
    Column("tag", String(255)),
    Column("comment", Text),
    Column("labels", Text),
    Column("contexts", Text),
    Column("deployment_id", String(16)),
    Column("error", Text),
    Column("pipeline", String(128), nullable=False),
    Column("plan_execution_id", String(64), nullable=False),
    Column("stage_execution_id", String(300), nullable=False),
)

RUNS = Table(
    "changeset_runs",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("instance_id", String(64), ForeignKey("db_instances.id", ondelete="CASCADE"), nullable=False),
    Column("fqn", String(800), nullable=False),
    Column("changeset_id", String(255), nullable=False),
    Column("author", String(255), nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("at", Moment, nullable=False),
    Column("direction", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("command", String(32), nullable=False),
    Column("pipeline", String(128), nullable=False),
    Column("plan_execution_id", String(64), nullable=False),
    Column("stage_execution_id", String(300), nullable=False),
    Column("tag", String(255)),
    Column("comment", Text),
    Column("labels", Text),
    Column("sql", JsonText, nullable=False),
    Column("error", Text),
    Index("ix_changeset_runs_instance", "instance_id", "at"),
    Index("ix_changeset_runs_execution", "plan_execution_id"),
)

SYNCS = Table(
    "history_syncs",
    METADATA,
    Column("instance_id", String(64), ForeignKey("db_instances.id", ondelete="CASCADE"), primary_key=True),
    Column("row_count", Integer, nullable=False),
    Column("max_order", Integer, nullable=False),
    Column("digest", String(80), nullable=False),
    Column("last_tag", String(255)),
    Column("synced_at", Moment, nullable=False),
)

_STATE_FIELDS = tuple(field.name for field in msgspec.structs.fields(ChangesetState))
_RUN_FIELDS = tuple(field.name for field in msgspec.structs.fields(ChangesetRun))


def state(connection: Connection, instance_id: str, fqn: str) -> ChangesetState | None:
    """One changeset's state on one instance."""
    row = connection.execute(select(STATES).where(STATES.c.instance_id == instance_id, STATES.c.fqn == fqn)).mappings().first()
    return _state(row) if row else None


def states(connection: Connection, instance_ids: Iterable[str], term: str | None = None) -> list[tuple[str, ChangesetState]]:
    """All states of some instances, with the instance's id; `term` occurs in id, author or file."""
    query = select(STATES).where(STATES.c.instance_id.in_(list(instance_ids)))
    if term:
        columns = (STATES.c.changeset_id, STATES.c.author, STATES.c.file_name)
        query = query.where(or_(*(column.icontains(term, autoescape=True) for column in columns)))
    return [(row["instance_id"], _state(row)) for row in connection.execute(query).mappings()]


def list_states(connection: Connection, instance_id: str, term: str | None, at: Paging) -> Page[ChangesetState]:
    """One instance's states, the latest deployed first."""
    query = select(STATES).where(STATES.c.instance_id == instance_id)
    if term:
        columns = (STATES.c.changeset_id, STATES.c.author, STATES.c.file_name)
        query = query.where(or_(*(column.icontains(term, autoescape=True) for column in columns)))
    missing_last = func.coalesce(STATES.c.position, -1).desc()
    page = fetch(connection, query.order_by(missing_last, STATES.c.updated_at.desc(), STATES.c.fqn), at)
    return Page([_state(row) for row in page.items], page.total, at)


def put_states(connection: Connection, instance_id: str, changed: Sequence[ChangesetState]) -> None:
    """Write states in the place of those there were."""
    for start in range(0, len(changed), 500):
        part = changed[start : start + 500]
        connection.execute(delete(STATES).where(STATES.c.instance_id == instance_id, STATES.c.fqn.in_([item.fqn for item in part])))
        rows = [{"instance_id": instance_id, **{name: getattr(item, name) for name in _STATE_FIELDS}} for item in part]
        connection.execute(STATES.insert(), rows)


def put_run(connection: Connection, instance_id: str, run: ChangesetRun) -> None:
    """Add a run; the same one told twice is kept once."""
    key = f"{run.plan_execution_id}|{run.stage_execution_id}|{instance_id}|{run.fqn}|{run.direction}|{run.at.timestamp()}"
    run_id = hashlib.sha256(key.encode()).hexdigest()
    if connection.execute(select(RUNS.c.id).where(RUNS.c.id == run_id)).first() is None:
        values = {name: getattr(run, name) for name in _RUN_FIELDS}
        connection.execute(RUNS.insert().values(id=run_id, instance_id=instance_id, **values))


def runs_of_execution(
    connection: Connection, instance_id: str, plan_execution_id: str, stage_execution_id: str | None
) -> list[ChangesetRun]:
    """The runs of an execution (of one stage of it) on an instance, in the order they happened."""
    query = select(RUNS).where(RUNS.c.instance_id == instance_id, RUNS.c.plan_execution_id == plan_execution_id)
    if stage_execution_id:
        query = query.where(RUNS.c.stage_execution_id == stage_execution_id)
    return [_run(row) for row in connection.execute(query.order_by(RUNS.c.at, RUNS.c.id)).mappings()]


def last_run(connection: Connection, instance_id: str, fqn: str, direction: str = "update") -> ChangesetRun | None:
    """The latest run of a changeset on an instance."""
    query = select(RUNS).where(RUNS.c.instance_id == instance_id, RUNS.c.fqn == fqn, RUNS.c.direction == direction)
    row = connection.execute(query.order_by(RUNS.c.at.desc()).limit(1)).mappings().first()
    return _run(row) if row else None


def last_deployments(connection: Connection, instance_ids: list[str], limit: int) -> list[tuple[str, datetime]]:
    """The instances that were deployed to last, with the moment."""
    latest = func.max(RUNS.c.at)
    query = select(RUNS.c.instance_id, latest.label("at")).where(RUNS.c.instance_id.in_(instance_ids), RUNS.c.status == "SUCCESS")
    rows = connection.execute(query.group_by(RUNS.c.instance_id).order_by(latest.desc()).limit(limit)).mappings()
    return [(row["instance_id"], row["at"]) for row in rows]


def known_ids(connection: Connection, instance_ids: list[str], changeset_ids: list[str]) -> set[str]:
    """Those ids that some changeset on the instances has."""
    query = select(STATES.c.changeset_id).where(STATES.c.instance_id.in_(instance_ids), STATES.c.changeset_id.in_(changeset_ids))
    return set(connection.execute(query).scalars())


def get_sync(connection: Connection, instance_id: str) -> Sync | None:
    """What is known of an instance's history as a whole."""
    row = connection.execute(select(SYNCS).where(SYNCS.c.instance_id == instance_id)).mappings().first()
    return _sync(row) if row else None


def get_syncs(connection: Connection, instance_ids: list[str]) -> dict[str, Sync]:
    """The same of several, by instance."""
    rows = connection.execute(select(SYNCS).where(SYNCS.c.instance_id.in_(instance_ids))).mappings()
    return {row["instance_id"]: _sync(row) for row in rows}


def put_sync(connection: Connection, instance_id: str, sync: Sync) -> None:
    """Note that the whole history was read."""
    connection.execute(delete(SYNCS).where(SYNCS.c.instance_id == instance_id))
    values: dict[str, Any] = {
        "row_count": sync.count,
        "max_order": sync.max_order,
        "digest": sync.digest,
        "last_tag": sync.last_tag,
        "synced_at": sync.synced_at,
    }
    connection.execute(SYNCS.insert().values(instance_id=instance_id, **values))


def _state(row: RowMapping) -> ChangesetState:
    return ChangesetState(**{name: row[name] for name in _STATE_FIELDS})


def _run(row: RowMapping) -> ChangesetRun:
    values = {name: row[name] for name in _RUN_FIELDS}
    return ChangesetRun(**{**values, "sql": tuple(values["sql"])})


def _sync(row: RowMapping) -> Sync:
    return Sync(
        count=row["row_count"], max_order=row["max_order"], digest=row["digest"], last_tag=row["last_tag"], synced_at=row["synced_at"]
    )
