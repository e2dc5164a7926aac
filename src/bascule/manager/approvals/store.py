"""Approvals as rows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Index, Integer, RowMapping, String, Table, insert, select, update

from bascule.core.errors import NotFoundError
from bascule.manager.approvals.model import Approval, ApprovalOwner, ApprovalSpec, Vote
from bascule.manager.database import METADATA, JsonText, Moment
from bascule.manager.entity import not_found

APPROVALS = Table(
    "approvals",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("org", String(128), nullable=False),
    Column("project", String(128), nullable=False),
    Column("execution_id", String(64), nullable=False),
    Column("node_id", String(300), nullable=False),
    Column("phase", String(64), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("pipeline", String(128), nullable=False),
    Column("step", String(300), nullable=False),
    Column("owner", JsonText, nullable=False),
    Column("spec", JsonText, nullable=False),
    Column("status", String(16), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("shown_sql", JsonText, nullable=False),
    Column("votes", JsonText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("expires_at", Moment),
    Column("ended_at", Moment),
    Index("ux_approvals_owner", "execution_id", "node_id", "phase", "attempt", unique=True),
    Index("ix_approvals_status_due", "status", "due_at"),
    Index("ix_approvals_place", "org", "project", "created_at"),
)
"""`due_at` is when something happens by itself; empty once the approval is over."""


def approval_of(row: RowMapping) -> Approval:
    return Approval(
        id=row["id"],
        owner=msgspec.convert(row["owner"], ApprovalOwner),
        spec=ApprovalSpec.model_validate(row["spec"]),
        status=row["status"],
        subject=row["subject"],
        sql=tuple(row["shown_sql"]),
        votes=msgspec.convert(row["votes"], tuple[Vote, ...]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
    )


def add(connection: Connection, approval: Approval) -> None:
    owner = approval.owner
    connection.execute(
        insert(APPROVALS).values(
            id=approval.id,
            org=owner.org,
            project=owner.project,
            execution_id=owner.execution_id,
            node_id=owner.node_id,
            phase=owner.phase,
            attempt=owner.attempt,
            pipeline=owner.pipeline,
            step=owner.step,
            owner=msgspec.to_builtins(owner),
            spec=approval.spec.model_dump(mode="json", by_alias=True),
            subject=approval.subject,
            shown_sql=list(approval.sql),
            created_at=approval.created_at,
            expires_at=approval.expires_at,
            **state(approval),
        )
    )


def put(connection: Connection, approval: Approval) -> None:
    """Store where the approval stands; what it asked never changes."""
    connection.execute(update(APPROVALS).where(APPROVALS.c.id == approval.id).values(**state(approval)))


def state(approval: Approval) -> dict[str, Any]:
    return {
        "status": approval.status,
        "votes": msgspec.to_builtins(approval.votes),
        "due_at": approval.due_at,
        "ended_at": approval.ended_at,
    }


def get(connection: Connection, approval_id: str, *, to_change: bool = False) -> Approval:
    """Raises NotFoundError. `to_change` holds the row until the transaction ends, so that no vote overwrites another."""
    query = select(APPROVALS).where(APPROVALS.c.id == approval_id)
    row = connection.execute(query.with_for_update() if to_change else query).mappings().first()
    if row is None:
        raise missing(approval_id)
    return approval_of(row)


def missing(approval_id: str) -> NotFoundError:
    return not_found("approval", approval_id)


def of_owner(connection: Connection, owner: ApprovalOwner) -> str | None:
    """The id of the owner's approval."""
    table = APPROVALS
    query = select(table.c.id).where(
        table.c.execution_id == owner.execution_id,
        table.c.node_id == owner.node_id,
        table.c.phase == owner.phase,
        table.c.attempt == owner.attempt,
    )
    return connection.execute(query).scalar_one_or_none()


def due_before(connection: Connection, at: datetime) -> list[str]:
    """The ids of those that wait and where something is due, earliest first."""
    table = APPROVALS
    query = select(table.c.id).where(table.c.status == "WAITING", table.c.due_at <= at).order_by(table.c.due_at)
    return list(connection.execute(query).scalars())


def waiting_of_execution(connection: Connection, execution_id: str) -> Iterator[Approval]:
    table = APPROVALS
    query = select(table).where(table.c.execution_id == execution_id, table.c.status == "WAITING").with_for_update()
    return (approval_of(row) for row in connection.execute(query).mappings().all())


def older_of_step(connection: Connection, approval: Approval) -> Iterator[Approval]:
    """Those of the same step of the same pipeline in earlier executions that still wait, to be changed."""
    table, owner = APPROVALS, approval.owner
    query = select(table).where(
        table.c.org == owner.org,
        table.c.project == owner.project,
        table.c.pipeline == owner.pipeline,
        table.c.step == owner.step,
        table.c.status == "WAITING",
        table.c.execution_id != owner.execution_id,
        table.c.created_at <= approval.created_at,
    )
    query = query.order_by(table.c.id).with_for_update()
    return (approval_of(row) for row in connection.execute(query).mappings().all())
