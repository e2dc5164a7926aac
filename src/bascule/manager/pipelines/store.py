"""Pipelines, input sets, executions, nodes and signals as rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    or_,
    select,
    union,
    update,
)

from bascule.manager.database import METADATA, JsonText, Moment
from bascule.manager.identity.model import Scope
from bascule.manager.paging import Page, Paging, fetch
from bascule.manager.pipelines.model import Execution, InputSet, Node, Signal, StoredPipeline

PIPELINES = Table(
    "pipelines",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("org", String(128), nullable=False),
    Column("project", String(128), nullable=False),
    Column("identifier", String(128), nullable=False),
    Column("name", String(128), nullable=False),
    Column("description", Text, nullable=False),
    Column("tags", JsonText, nullable=False),
    Column("yaml", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("org", "project", "identifier", name="uq_pipelines_identifier"),
)
"""`sequence` is the number of the latest execution."""

INPUT_SETS = Table(
    "input_sets",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("org", String(128), nullable=False),
    Column("project", String(128), nullable=False),
    Column("pipeline", String(128), nullable=False),
    Column("identifier", String(128), nullable=False),
    Column("name", String(128), nullable=False),
    Column("inputs", JsonText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("org", "project", "pipeline", "identifier", name="uq_input_sets_identifier"),
)

EXECUTIONS = Table(
    "executions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("org", String(128), nullable=False),
    Column("project", String(128), nullable=False),
    Column("pipeline", String(128), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("status", String(32), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("started_by", String(256), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("wake_at", Moment),
    Column("body", Text, nullable=False),
    Index("ix_executions_place", "org", "project", "created_at"),
    Index("ix_executions_wake", "wake_at"),
)
"""`wake_at` is when a turn is due though nothing was told; `body` the whole Execution."""

NODES = Table(
    "execution_nodes",
    METADATA,
    Column("execution_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("path", String(1000), nullable=False),
    Column("status", String(32), nullable=False),
    Column("body", Text, nullable=False),
)

SIGNALS = Table(
    "execution_signals",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("execution_id", String(64), nullable=False),
    Column("topic", String(16), nullable=False),
    Column("node", Integer, nullable=False),
    Column("act", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("turn", Integer),
    UniqueConstraint("execution_id", "topic", "node", "act", name="uq_execution_signals_act"),
    Index("ix_execution_signals_turn", "turn", "execution_id"),
)
"""`turn` is the one that took it in; empty until then. An act is answered once."""


# Pipelines and input sets


def find_pipeline(connection: Connection, scope: Scope, identifier: str, *, lock: bool = False) -> StoredPipeline | None:
    query = select(PIPELINES).where(_in(PIPELINES, scope), PIPELINES.c.identifier == identifier)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return _pipeline(row) if row is not None else None


def _in(table: Table, scope: Scope) -> Any:
    return (table.c.org == scope.org) & (table.c.project == scope.project)


def _pipeline(row: RowMapping) -> StoredPipeline:
    values = {name: row[name] for name in StoredPipeline.__struct_fields__ if name != "scope"}
    return StoredPipeline(scope=Scope(row["org"], row["project"]), **values)


def list_pipelines(connection: Connection, scope: Scope, term: str | None, at: Paging) -> Page[StoredPipeline]:
    query = select(PIPELINES).where(_in(PIPELINES, scope)).order_by(PIPELINES.c.name, PIPELINES.c.identifier)
    if term:
        query = query.where(or_(PIPELINES.c.name.icontains(term, autoescape=True), PIPELINES.c.identifier.icontains(term, autoescape=True)))
    page = fetch(connection, query, at)
    return Page([_pipeline(row) for row in page.items], page.total, at)


def put_pipeline(connection: Connection, pipeline: StoredPipeline) -> None:
    values = {name: getattr(pipeline, name) for name in StoredPipeline.__struct_fields__ if name != "scope"}
    known = connection.execute(update(PIPELINES).where(PIPELINES.c.id == pipeline.id).values(**values)).rowcount
    if not known:
        connection.execute(insert(PIPELINES).values(**values, org=pipeline.scope.org, project=pipeline.scope.project))


def remove_pipeline(connection: Connection, pipeline: StoredPipeline) -> None:
    connection.execute(delete(PIPELINES).where(PIPELINES.c.id == pipeline.id))
    connection.execute(delete(INPUT_SETS).where(_in(INPUT_SETS, pipeline.scope), INPUT_SETS.c.pipeline == pipeline.identifier))


def _input_set(row: RowMapping) -> InputSet:
    return InputSet(scope=Scope(row["org"], row["project"]), **{n: row[n] for n in InputSet.__struct_fields__ if n != "scope"})


def find_input_set(connection: Connection, scope: Scope, pipeline: str, identifier: str) -> InputSet | None:
    chosen = _in(INPUT_SETS, scope) & (INPUT_SETS.c.pipeline == pipeline) & (INPUT_SETS.c.identifier == identifier)
    row = connection.execute(select(INPUT_SETS).where(chosen)).mappings().first()
    return _input_set(row) if row is not None else None


def list_input_sets(connection: Connection, scope: Scope, pipeline: str, at: Paging) -> Page[InputSet]:
    query = select(INPUT_SETS).where(_in(INPUT_SETS, scope), INPUT_SETS.c.pipeline == pipeline).order_by(INPUT_SETS.c.identifier)
    page = fetch(connection, query, at)
    return Page([_input_set(row) for row in page.items], page.total, at)


def put_input_set(connection: Connection, held: InputSet) -> None:
    values = {name: getattr(held, name) for name in InputSet.__struct_fields__ if name != "scope"}
    if not connection.execute(update(INPUT_SETS).where(INPUT_SETS.c.id == held.id).values(**values)).rowcount:
        connection.execute(insert(INPUT_SETS).values(**values, org=held.scope.org, project=held.scope.project))


def remove_input_set(connection: Connection, held: InputSet) -> None:
    connection.execute(delete(INPUT_SETS).where(INPUT_SETS.c.id == held.id))


# Executions


def _columns_of(execution: Execution) -> dict[str, Any]:
    return {
        "status": execution.status,
        "turn": execution.turn,
        "ended_at": execution.ended_at,
        "wake_at": execution.wake_at,
        "body": msgspec.json.encode(execution).decode(),
    }


def add_execution(connection: Connection, execution: Execution) -> None:
    """A new execution is due at once."""
    connection.execute(
        insert(EXECUTIONS).values(
            id=execution.id,
            org=execution.scope.org,
            project=execution.scope.project,
            pipeline=execution.pipeline,
            sequence=execution.sequence,
            started_by=execution.actor.name,
            created_at=execution.created_at,
            **(_columns_of(execution) | {"wake_at": execution.created_at}),
        )
    )


def put_execution(connection: Connection, execution: Execution) -> None:
    connection.execute(update(EXECUTIONS).where(EXECUTIONS.c.id == execution.id).values(**_columns_of(execution)))


def find_execution(connection: Connection, execution_id: str, *, lock: bool = False) -> Execution | None:
    query = select(EXECUTIONS.c.body).where(EXECUTIONS.c.id == execution_id)
    body = connection.execute(query.with_for_update() if lock else query).scalar()
    return msgspec.json.decode(body, type=Execution) if body is not None else None


def list_executions(
    connection: Connection,
    scope: Scope,
    at: Paging,
    *,
    pipeline: str | None = None,
    statuses: Iterable[str] = (),
    since: datetime | None = None,
) -> Page[Execution]:
    """The latest first."""
    query = select(EXECUTIONS.c.body).where(_in(EXECUTIONS, scope)).order_by(EXECUTIONS.c.created_at.desc(), EXECUTIONS.c.id.desc())
    if pipeline:
        query = query.where(EXECUTIONS.c.pipeline == pipeline)
    if wanted := list(statuses):
        query = query.where(EXECUTIONS.c.status.in_(wanted))
    if since:
        query = query.where(EXECUTIONS.c.created_at >= since)
    page = fetch(connection, query, at)
    return Page([msgspec.json.decode(row["body"], type=Execution) for row in page.items], page.total, at)


def due(connection: Connection, now: datetime) -> list[str]:
    """Executions that have something to do: told something, or their time has come. Each half is found by its index."""
    told = select(SIGNALS.c.execution_id).where(SIGNALS.c.turn.is_(None))
    woken = select(EXECUTIONS.c.id).where(EXECUTIONS.c.wake_at <= now)
    return list(connection.execute(union(told, woken)).scalars())


def nodes(connection: Connection, execution_id: str) -> dict[str, Node]:
    """By path, in the order made."""
    query = select(NODES.c.body).where(NODES.c.execution_id == execution_id).order_by(NODES.c.number)
    found = [msgspec.json.decode(body, type=Node) for body in connection.execute(query).scalars()]
    return {node.path: node for node in found}


def put_node(connection: Connection, execution_id: str, node: Node) -> None:
    values = {"path": node.path, "status": node.status, "body": msgspec.json.encode(node).decode()}
    chosen = (NODES.c.execution_id == execution_id) & (NODES.c.number == node.number)
    if not connection.execute(update(NODES).where(chosen).values(**values)).rowcount:
        connection.execute(insert(NODES).values(execution_id=execution_id, number=node.number, **values))


# Signals


def add_signal(connection: Connection, signal_id: str, execution_id: str, node: int, signal: Signal, at: datetime) -> bool:
    """Whether it is new: an act that has been answered stays answered so."""
    chosen = (
        (SIGNALS.c.execution_id == execution_id)
        & (SIGNALS.c.topic == signal.topic)
        & (SIGNALS.c.node == node)
        & (SIGNALS.c.act == signal.act)
    )
    if connection.execute(select(SIGNALS.c.id).where(chosen)).first() is not None:
        return False
    connection.execute(
        insert(SIGNALS).values(
            id=signal_id,
            execution_id=execution_id,
            topic=signal.topic,
            node=node,
            act=signal.act,
            body=msgspec.json.encode(signal).decode(),
            at=at,
        )
    )
    return True


def untaken(connection: Connection, execution_id: str) -> list[Signal]:
    query = (
        select(SIGNALS.c.body).where(SIGNALS.c.execution_id == execution_id, SIGNALS.c.turn.is_(None)).order_by(SIGNALS.c.at, SIGNALS.c.id)
    )
    return [msgspec.json.decode(body, type=Signal) for body in connection.execute(query).scalars()]


def take(connection: Connection, execution_id: str, turn: int) -> None:
    """Mark what is there as taken in by this turn."""
    connection.execute(update(SIGNALS).where(SIGNALS.c.execution_id == execution_id, SIGNALS.c.turn.is_(None)).values(turn=turn))
