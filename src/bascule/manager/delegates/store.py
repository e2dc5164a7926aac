"""Jobs, attempts, events, artifacts and workspaces as rows.

Statements that run with every call are built once, with `bindparam`: to build one anew takes longer than SQLite takes to run it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from bascule.core.errors import NotFoundError
from bascule.core.problems import Problem
from bascule.manager.delegates.model import (
    Attempt,
    Delegate,
    JobOutcome,
    JobOwner,
    JobRecord,
    JobState,
    StoredEvent,
    Waiting,
    waiting,
)
from bascule.manager.delegates.tables import ARTIFACTS, ATTEMPTS, BUSY, EVENTS, FENCES, JOBS, PODS, UNFINISHED, WORKSPACES
from bascule.manager.identity.model import Scope
from bascule.wire.jobs import Job

# Jobs


def add_job(connection: Connection, job: Job, owner: JobOwner, at: datetime, settles: str | None = None) -> None:
    """A new job, queued."""
    needs = waiting(job)
    connection.execute(
        insert(JOBS).values(
            id=job.id,
            execution_id=owner.execution_id,
            state="queued",
            job=msgspec.json.encode(job).decode(),
            owner=msgspec.json.encode(owner).decode(),
            selectors=list(needs.selectors),
            org=needs.scope.org,
            project=needs.scope.project,
            needs_scripts=needs.needs_scripts,
            needs_kubernetes=needs.needs_kubernetes,
            pod=needs.pod,
            exclusive=needs.exclusive,
            workspace=needs.workspace,
            endpoint=needs.endpoint,
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


def find_job(connection: Connection, job_id: str, *, lock: bool = False) -> JobRecord | None:
    """The job of that id, or None. `lock` keeps its row (PostgreSQL) for this transaction: before an attempt's, always."""
    row = connection.execute(_LOCKED_JOB if lock else _JOB, {"of": job_id}).mappings().first()
    return _job(row) if row else None


_JOB = select(JOBS).where(JOBS.c.id == bindparam("of"))
_LOCKED_JOB = _JOB.with_for_update()


def get_job(connection: Connection, job_id: str, *, lock: bool = False) -> JobRecord:
    """The job of that id. Raises NotFoundError."""
    record = find_job(connection, job_id, lock=lock)
    if record is None:
        raise NotFoundError(Problem(code="JOB-001", what=f"there is no job '{job_id}'"))
    return record


def put_job(connection: Connection, record: JobRecord) -> None:
    """Store where the job stands."""
    values = {
        "state": record.state,
        "attempt": record.attempt,
        "fence": record.fence,
        "delegate_id": record.delegate_id,
        "lease_expires_at": record.lease_expires_at,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "cancel_requested": record.cancel_requested,
        "outcome": msgspec.json.encode(record.outcome).decode() if record.outcome else None,
    }
    connection.execute(_UPDATE_JOB, {"of": record.job.id, **values})


_UPDATE_JOB = update(JOBS).where(JOBS.c.id == bindparam("of"))


def put_pod(connection: Connection, record: JobRecord) -> None:
    """The job is for the delegate inside a pod from now on."""
    connection.execute(
        update(JOBS).where(JOBS.c.id == record.job.id).values(job=msgspec.json.encode(record.job).decode(), pod=record.job.pod)
    )


def jobs_in(connection: Connection, states: Sequence[JobState], delegate_id: str | None = None, *, lock: bool = False) -> list[JobRecord]:
    """The jobs in these states, of one delegate if given, oldest first."""
    query = _IN_STATES if delegate_id is None else _OF_DELEGATE
    found = connection.execute(query.with_for_update() if lock else query, {"states": list(states), "of": delegate_id})
    return [_job(row) for row in found.mappings()]


_IN_STATES = select(JOBS).where(JOBS.c.state.in_(bindparam("states", expanding=True))).order_by(JOBS.c.enqueued_at, JOBS.c.id)
_OF_DELEGATE = _IN_STATES.where(JOBS.c.delegate_id == bindparam("of"))


def jobs_of(connection: Connection, execution_id: str) -> list[JobRecord]:
    """The jobs of one execution, oldest first."""
    query = select(JOBS).where(JOBS.c.execution_id == execution_id).order_by(JOBS.c.enqueued_at, JOBS.c.id)
    return [_job(row) for row in connection.execute(query).mappings()]


def has_unfinished(connection: Connection) -> bool:
    """Whether any job has not ended yet."""
    return connection.execute(select(JOBS.c.id).where(JOBS.c.state.in_(UNFINISHED)).limit(1)).first() is not None


def settling(connection: Connection, job_id: str) -> bool:
    """Whether a job that finds out what became of this one was queued."""
    return connection.execute(select(JOBS.c.id).where(JOBS.c.settles == job_id)).first() is not None


_WAITING = tuple(
    JOBS.c[name]
    for name in (
        "id", "selectors", "org", "project", "needs_scripts", "needs_kubernetes", "pod", "exclusive", "workspace", "enqueued_at",
        "endpoint",
    )
)  # fmt: skip


_HELD = select(JOBS.c.exclusive).where(JOBS.c.state.in_(BUSY), JOBS.c.exclusive.is_not(None))
_QUEUED = (
    select(*_WAITING)
    .where(JOBS.c.state == "queued", or_(JOBS.c.exclusive.is_(None), JOBS.c.exclusive.not_in(_HELD)))
    .order_by(JOBS.c.enqueued_at, JOBS.c.id)
)


def waiting_jobs(connection: Connection) -> list[Waiting]:
    """Queued jobs whose target nobody holds, oldest first."""
    return _waiting(connection, ())


def waiting_for(connection: Connection, delegate: Delegate, *, limit: int | None) -> list[Waiting]:
    """Those of them that the delegate may take as far as the store can tell (`model.refusals` knows more): all, or so many."""
    if delegate.pod is not None:
        return _waiting(connection, (JOBS.c.pod == delegate.pod,), limit)
    at = delegate.scope
    conditions: list[ColumnElement[bool]] = [JOBS.c.pod.is_(None)]
    conditions += [column == name for column, name in ((JOBS.c.org, at.org), (JOBS.c.project, at.project)) if name is not None]
    needs = ((JOBS.c.needs_scripts, delegate.allow_scripts), (JOBS.c.needs_kubernetes, delegate.kubernetes))
    conditions += [column.is_(False) for column, is_had in needs if not is_had]
    return _waiting(connection, conditions, limit)


def _waiting(connection: Connection, conditions: Iterable[ColumnElement[bool]], limit: int | None = None) -> list[Waiting]:
    query = _QUEUED.where(*conditions).limit(limit)
    return [
        Waiting(
            id=row["id"],
            selectors=tuple(row["selectors"]),
            scope=Scope(row["org"], row["project"]),
            needs_scripts=row["needs_scripts"],
            exclusive=row["exclusive"],
            workspace=row["workspace"],
            needs_kubernetes=row["needs_kubernetes"],
            pod=row["pod"],
            enqueued_at=row["enqueued_at"],
            endpoint=row["endpoint"],
        )
        for row in connection.execute(query).mappings()
    ]


def jobs_of_pod(connection: Connection, pod: str, states: Sequence[JobState]) -> list[JobRecord]:
    """The jobs of one pod in these states, oldest first."""
    query = select(JOBS).where(JOBS.c.pod == pod, JOBS.c.state.in_(states)).order_by(JOBS.c.enqueued_at, JOBS.c.id)
    return [_job(row) for row in connection.execute(query.with_for_update()).mappings()]


def stranded_jobs(connection: Connection) -> list[JobRecord]:
    """Queued jobs of pods that are gone."""
    query = select(JOBS).where(JOBS.c.state == "queued", JOBS.c.pod.is_not(None), JOBS.c.pod.not_in(select(PODS.c.key)))
    return [_job(row) for row in connection.execute(query.order_by(JOBS.c.id).with_for_update()).mappings()]


def holder_of(connection: Connection, exclusive: str) -> str | None:
    """The job that holds the target, if one does."""
    found: str | None = connection.execute(select(JOBS.c.id).where(JOBS.c.exclusive == exclusive, JOBS.c.state.in_(BUSY))).scalar()
    return found


def next_fence(connection: Connection) -> int:
    """A number larger than all before. The row is locked until the transaction ends: jobs are given out one after the other."""
    statement = update(FENCES).where(FENCES.c.id == 1).values(value=FENCES.c.value + 1).returning(FENCES.c.value)
    value: int | None = connection.execute(statement).scalar()
    if value is None:
        connection.execute(insert(FENCES).values(id=1, value=1))
        return 1
    return value


# Attempts


def add_attempt(connection: Connection, attempt: Attempt) -> None:
    """A new attempt."""
    connection.execute(
        insert(ATTEMPTS).values(
            job_id=attempt.job_id,
            attempt=attempt.attempt,
            fence=attempt.fence,
            delegate_id=attempt.delegate_id,
            leased_at=attempt.leased_at,
            next_seq=attempt.next_seq,
        )
    )


def find_attempt(connection: Connection, job_id: str, attempt: int) -> Attempt | None:
    """That attempt, or None."""
    row = connection.execute(_ATTEMPT, {"of": job_id, "number": attempt}).mappings().first()
    return _attempt(row) if row else None


_IS_ATTEMPT = (ATTEMPTS.c.job_id == bindparam("of"), ATTEMPTS.c.attempt == bindparam("number"))
_ATTEMPT = select(ATTEMPTS).where(*_IS_ATTEMPT)
_UPDATE_ATTEMPT = update(ATTEMPTS).where(*_IS_ATTEMPT)


def _attempt(row: RowMapping) -> Attempt:
    return Attempt(
        job_id=row["job_id"],
        attempt=row["attempt"],
        fence=row["fence"],
        delegate_id=row["delegate_id"],
        leased_at=row["leased_at"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        next_seq=row["next_seq"],
        outcome=msgspec.json.decode(row["outcome"], type=JobOutcome) if row["outcome"] else None,
    )


def put_attempt(connection: Connection, attempt: Attempt) -> None:
    """Store what came of the attempt so far."""
    values = {
        "started_at": attempt.started_at,
        "ended_at": attempt.ended_at,
        "next_seq": attempt.next_seq,
        "outcome": msgspec.json.encode(attempt.outcome).decode() if attempt.outcome else None,
    }
    connection.execute(_UPDATE_ATTEMPT, {"of": attempt.job_id, "number": attempt.attempt, **values})


# Workspaces


def pin_of(connection: Connection, workspace: str | None) -> str | None:
    """The delegate that has the workspace."""
    if workspace is None:
        return None
    found: str | None = connection.execute(select(WORKSPACES.c.delegate_id).where(WORKSPACES.c.workspace == workspace)).scalar()
    return found


def pins(connection: Connection) -> dict[str, str]:
    """Workspace → delegate, of the workspaces that queued jobs name."""
    named = select(JOBS.c.workspace).where(JOBS.c.state == "queued", JOBS.c.workspace.is_not(None))
    query = select(WORKSPACES.c.workspace, WORKSPACES.c.delegate_id).where(WORKSPACES.c.workspace.in_(named))
    return {row.workspace: row.delegate_id for row in connection.execute(query)}


def pin(connection: Connection, workspace: str, delegate_id: str, at: datetime) -> None:
    """The workspace is on this delegate from now on."""
    unpin(connection, workspace)
    connection.execute(insert(WORKSPACES).values(workspace=workspace, delegate_id=delegate_id, pinned_at=at))


def unpin(connection: Connection, workspace: str) -> None:
    """The workspace is gone: the next job that names it makes it anew."""
    connection.execute(delete(WORKSPACES).where(WORKSPACES.c.workspace == workspace))


def unpin_below(connection: Connection, path: str) -> None:
    """All workspaces below that path may be made anew anywhere."""
    connection.execute(delete(WORKSPACES).where(WORKSPACES.c.workspace.startswith(f"{path}/", autoescape=True)))


# Artifacts


def add_part(connection: Connection, job_id: str, attempt: int, name: str, part: int, last: bool, body: bytes) -> None:
    """Store a part of an artifact, once."""
    key = (ARTIFACTS.c.job_id == job_id, ARTIFACTS.c.attempt == attempt, ARTIFACTS.c.name == name, ARTIFACTS.c.part == part)
    if connection.execute(select(ARTIFACTS.c.part).where(*key)).first() is None:
        connection.execute(insert(ARTIFACTS).values(job_id=job_id, attempt=attempt, name=name, part=part, last=last, body=body))


def artifact(connection: Connection, job_id: str, attempt: int, name: str) -> bytes | None:
    """The whole artifact, or None while parts are missing."""
    query = (
        select(ARTIFACTS.c.part, ARTIFACTS.c.last, ARTIFACTS.c.body)
        .where(ARTIFACTS.c.job_id == job_id, ARTIFACTS.c.attempt == attempt, ARTIFACTS.c.name == name)
        .order_by(ARTIFACTS.c.part)
    )
    rows = connection.execute(query).all()
    if not rows or not rows[-1].last or [row.part for row in rows] != list(range(len(rows))):
        return None
    return b"".join(row.body for row in rows)


def remove_parts(connection: Connection, job_id: str, attempt: int) -> None:
    """What the attempt's artifacts hold stands in its outcome."""
    connection.execute(delete(ARTIFACTS).where(ARTIFACTS.c.job_id == job_id, ARTIFACTS.c.attempt == attempt))


# Events


def add_events(
    connection: Connection, job_id: str, attempt: int, events: Sequence[dict[str, Any]], late: bool, at: datetime
) -> tuple[StoredEvent, ...]:
    """Append to the job's events, in one chunk."""
    count = len(events)
    position = connection.execute(_COUNT_EVENTS, {"of": job_id, "more": count}).scalar_one() - count
    values = {"job_id": job_id, "position": position, "count": count, "attempt": attempt, "late": late, "stored_at": at}
    connection.execute(insert(EVENTS), values | {"body": msgspec.json.encode(events)})
    return tuple(StoredEvent(seq=position + n, attempt=attempt, event=event, late=late) for n, event in enumerate(events))


_COUNT_EVENTS = (
    update(JOBS)
    .where(JOBS.c.id == bindparam("of"))
    .values(event_count=JOBS.c.event_count + bindparam("more", type_=Integer))
    .returning(JOBS.c.event_count)
)


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
