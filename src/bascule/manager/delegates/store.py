"""Tokens, delegates, jobs, attempts and events as rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    RowMapping,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from bascule.core.errors import NotFoundError
from bascule.core.problems import Problem
from bascule.manager.database import METADATA, Moment
from bascule.manager.delegates.model import JobOutcome, JobOwner, JobRecord, StoredEvent
from bascule.manager.identity.model import Scope
from bascule.wire.jobs import Job

TOKENS = Table(
    "delegate_tokens",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("org", String(128)),
    Column("project", String(128)),
    Column("tags", Text, nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("single_use", Boolean, nullable=False),
    Column("bound_key", String(64)),
)

DELEGATES = Table(
    "delegates",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("token_id", String(40), nullable=False),
    Column("name", String(128), nullable=False),
    Column("public_key", String(64), nullable=False, unique=True),
    Column("org", String(128)),
    Column("project", String(128)),
    Column("tags", Text, nullable=False),
    Column("version", String(64), nullable=False),
    Column("hostname", String(255), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("allow_scripts", Boolean, nullable=False),
    Column("registered_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("draining", Boolean, nullable=False),
)

JOBS = Table(
    "delegate_jobs",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("execution_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("job", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("exclusive", String(512)),
    Column("workspace", String(256)),
    Column("settles", String(64)),
    Column("enqueued_at", Moment, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("delegate_id", String(40)),
    Column("lease_expires_at", Moment),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("cancel_requested", Boolean, nullable=False),
    Column("outcome", Text),
    Column("event_count", Integer, nullable=False),
    Index("delegate_jobs_state", "state", "enqueued_at"),
    Index("delegate_jobs_execution", "execution_id"),
)

ATTEMPTS = Table(
    "delegate_attempts",
    METADATA,
    Column("job_id", String(64), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("fence", Integer, nullable=False),
    Column("delegate_id", String(40), nullable=False),
    Column("leased_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("next_seq", Integer, nullable=False),
    Column("outcome", Text),
)

EVENTS = Table(
    "delegate_events",
    METADATA,
    Column("job_id", String(64), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("stored_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

ARTIFACTS = Table(
    "delegate_artifacts",
    METADATA,
    Column("job_id", String(64), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("last", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

WORKSPACES = Table(
    "delegate_workspaces",
    METADATA,
    Column("workspace", String(256), primary_key=True),
    Column("delegate_id", String(40), nullable=False),
    Column("pinned_at", Moment, nullable=False),
)

FENCES = Table(
    "delegate_fences", METADATA, Column("id", Integer, primary_key=True, autoincrement=False), Column("value", Integer, nullable=False)
)

BUSY = ("leased", "started", "unknown")
"""States in which a job holds its target."""


def _scope(row: RowMapping) -> Scope:
    return Scope(row["org"], row["project"])


# Jobs


def add_job(connection: Connection, job: Job, owner: JobOwner, at: datetime, settles: str | None = None) -> None:
    """A new job, queued."""
    connection.execute(
        insert(JOBS).values(
            id=job.id,
            execution_id=owner.execution_id,
            state="queued",
            job=msgspec.json.encode(job).decode(),
            owner=msgspec.json.encode(owner).decode(),
            exclusive=job.target.exclusive if job.target else None,
            workspace=job.workspace,
            settles=settles,
            enqueued_at=at,
            attempt=0,
            fence=0,
            cancel_requested=False,
            event_count=0,
        )
    )


def _job(row: RowMapping) -> JobRecord:
    return JobRecord(
        job=msgspec.json.decode(row["job"], type=Job),
        owner=msgspec.json.decode(row["owner"], type=JobOwner),
        state=row["state"],
        enqueued_at=row["enqueued_at"],
        attempt=row["attempt"],
        fence=row["fence"],
        delegate_id=row["delegate_id"],
        lease_expires_at=row["lease_expires_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        cancel_requested=row["cancel_requested"],
        outcome=msgspec.json.decode(row["outcome"], type=JobOutcome) if row["outcome"] else None,
        settles=row["settles"],
    )


def find_job(connection: Connection, job_id: str) -> JobRecord | None:
    """The job of that id, or None."""
    row = connection.execute(select(JOBS).where(JOBS.c.id == job_id)).mappings().first()
    return _job(row) if row else None


def get_job(connection: Connection, job_id: str) -> JobRecord:
    """The job of that id. Raises NotFoundError."""
    record = find_job(connection, job_id)
    if record is None:
        raise NotFoundError(Problem(code="JOB-001", what=f"there is no job '{job_id}'"))
    return record


def put_job(connection: Connection, record: JobRecord) -> None:
    """Store where the job stands."""
    connection.execute(
        update(JOBS)
        .where(JOBS.c.id == record.job.id)
        .values(
            state=record.state,
            attempt=record.attempt,
            fence=record.fence,
            delegate_id=record.delegate_id,
            lease_expires_at=record.lease_expires_at,
            started_at=record.started_at,
            finished_at=record.finished_at,
            cancel_requested=record.cancel_requested,
            outcome=msgspec.json.encode(record.outcome).decode() if record.outcome else None,
        )
    )


# Events


def add_events(
    connection: Connection, job_id: str, attempt: int, events: Sequence[dict[str, Any]], late: bool, at: datetime
) -> tuple[StoredEvent, ...]:
    """Append to the job's events, in one chunk."""
    position = connection.execute(
        update(JOBS).where(JOBS.c.id == job_id).values(event_count=JOBS.c.event_count + len(events)).returning(JOBS.c.event_count)
    ).scalar_one() - len(events)
    connection.execute(
        insert(EVENTS).values(
            job_id=job_id, position=position, count=len(events), attempt=attempt, late=late, stored_at=at, body=msgspec.json.encode(events)
        )
    )
    return tuple(StoredEvent(seq=position + n, attempt=attempt, event=event, late=late) for n, event in enumerate(events))


def read_events(connection: Connection, job_id: str, after_seq: int, limit: int) -> list[StoredEvent]:
    """Events with a `seq` above `after_seq`, at most `limit`, in order."""
    query = (
        select(EVENTS)
        .where(EVENTS.c.job_id == job_id, EVENTS.c.position + EVENTS.c.count > after_seq + 1)
        .order_by(EVENTS.c.position)
        .limit(limit)
    )
    found: list[StoredEvent] = []
    for row in connection.execute(query).mappings():
        for n, event in enumerate(msgspec.json.decode(row["body"])):
            if row["position"] + n > after_seq:
                found.append(StoredEvent(seq=row["position"] + n, attempt=row["attempt"], event=event, late=row["late"]))
                if len(found) == limit:
                    return found
    return found
