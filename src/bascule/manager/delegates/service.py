"""Jobs for the other areas: hand one out, cancel it, read what it tells, hear of its end."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Engine

from bascule.core.clock import Clock, SystemClock, new_id
from bascule.core.problems import Problem
from bascule.manager.delegates import fleet_store, pod_store, reach_store, store
from bascule.manager.delegates.bell import EVENTS, JOBS, ring_after
from bascule.manager.delegates.choice import Fleet, why_not_yet
from bascule.manager.delegates.model import (
    JobEvents,
    JobFinished,
    JobOutcome,
    JobOwner,
    JobRecord,
    StoredEvent,
    Waiting,
    nobody,
    pod_of,
    scope_of,
    settlement,
    waiting,
)
from bascule.manager.secrets import service as secrets
from bascule.wire.jobs import Command, Job

logger = logging.getLogger(__name__)

OnEvents = Callable[[Connection, JobEvents], None]
OnFinished = Callable[[Connection, JobFinished], None]

_CLOCK = SystemClock()

_on_events: list[tuple[Engine | None, OnEvents]] = []
_on_finished: list[tuple[Engine | None, OnFinished]] = []


def enqueue(connection: Connection, job: Job, owner: JobOwner, *, clock: Clock = _CLOCK) -> None:
    """Offer the job to delegates once this transaction (of `database.writing`) commits. The same job id again is harmless."""
    offer(connection, job, owner, clock.now())


def offer(connection: Connection, job: Job, owner: JobOwner, now: datetime) -> None:
    """The same, at that moment."""
    if store.find_job(connection, job.id) is not None:
        return
    needed = secrets.selectors(connection, job.secrets.values(), scope_of(job.scope)) if job.pod is None else ()
    if needed:  # a delegate inside a pod asks no secret manager: another one seals them to it
        job = msgspec.structs.replace(job, selectors=list(dict.fromkeys((*job.selectors, *needed))))
    store.add_job(connection, job, owner, now)
    ring_after(connection, JOBS)


def cancel(connection: Connection, job_id: str, *, clock: Clock = _CLOCK) -> None:
    """A job that waits ends at once; one in a delegate's hands is asked to stop and ends with its result. Raises NotFoundError."""
    record = store.get_job(connection, job_id, lock=True)
    if record.state == "finished":
        return
    if record.state == "queued":
        finish(connection, record, JobOutcome(status="cancelled"), clock.now())
        return
    store.put_job(connection, msgspec.structs.replace(record, cancel_requested=True))
    ring_after(connection, JOBS)


def forget_workspaces(connection: Connection, execution_id: str) -> None:
    """No job of that execution is to come: its workspaces need not be where they were."""
    store.unpin_below(connection, execution_id)


def outcome_of(connection: Connection, job_id: str) -> JobOutcome | None:
    """How the job ended; None while it has not. Raises NotFoundError."""
    return store.get_job(connection, job_id).outcome


def events(connection: Connection, job_id: str, after_seq: int = -1, limit: int = 500) -> list[StoredEvent]:
    """The job's events with a `seq` above `after_seq`, in order; new ones are told by `bell.listen(bell.EVENTS + job_id)`."""
    return store.read_events(connection, job_id, after_seq, limit)


def on_events(callback: OnEvents, *, engine: Engine | None = None) -> None:
    """Have `callback` called with newly stored events, in the transaction that stores them: it writes with that connection only.

    With `engine`, for jobs of that store only.
    """
    _on_events.append((engine, callback))


def on_finished(callback: OnFinished, *, engine: Engine | None = None) -> None:
    """Have `callback` called once per job, in the transaction that ends it: it writes with that connection only.

    With `engine`, for jobs of that store only.
    """
    _on_finished.append((engine, callback))


def tell_events(connection: Connection, record: JobRecord, stored: tuple[StoredEvent, ...]) -> None:
    """Tell whoever asked to know that events were stored."""
    told = JobEvents(job_id=record.job.id, owner=record.owner, events=stored)
    for engine, callback in _on_events:
        if engine is None or engine is connection.engine:
            try:
                with connection.begin_nested():
                    callback(connection, told)
            except Exception:  # what reads along must not keep a job's events from being stored
                logger.exception(
                    "a listener failed on a job's events", extra={"job_id": record.job.id, "execution_id": record.owner.execution_id}
                )
    ring_after(connection, EVENTS + record.job.id)


def finish(connection: Connection, record: JobRecord, outcome: JobOutcome, at: datetime) -> None:
    """The job has ended: store it, tell whoever waits, free its target for the next one."""
    store.put_job(connection, msgspec.structs.replace(record, state="finished", outcome=outcome, finished_at=at, lease_expires_at=None))
    if record.settles is None:
        told = JobFinished(job_id=record.job.id, owner=record.owner, outcome=outcome, at=at, pod=pod_of(record.job))
        for engine, callback in _on_finished:
            if engine is None or engine is connection.engine:
                callback(connection, told)
    ring_after(connection, JOBS)
    ring_after(connection, EVENTS + record.job.id)
    if record.settles is not None:
        original = store.get_job(connection, record.settles, lock=True)
        if original.state != "finished":
            finish(connection, original, settlement(original, outcome), at)


def enqueue_settling(connection: Connection, record: JobRecord, at: datetime) -> None:
    """Have any delegate find out what became of a job. It only reads, so it does not wait for the target that the job still holds."""
    job = record.job
    settling = Job(
        id=new_id("job", at),
        what=Command(argv=list(job.settle)),
        title=f"{job.title or job.id}: what became of it",
        target=msgspec.structs.replace(job.target, exclusive=None) if job.target else None,
        secrets=job.secrets,
        composed=job.composed,
        selectors=job.selectors,
        scope=job.scope,
        limits=job.limits,
        repeat="safe",
        statement_events=job.statement_events,
    )
    store.add_job(connection, settling, record.owner, at, settles=job.id)
    ring_after(connection, JOBS)


def why_waiting(connection: Connection, job_id: str, now: datetime) -> Problem | None:
    """Why a queued job is not running yet; None when it is not queued, or about to be taken. Raises NotFoundError."""
    record = store.get_job(connection, job_id)
    if record.state != "queued":
        return None
    needs = waiting(record.job)
    if needs.pod is not None:
        return _why_its_pod_waits(connection, needs.pod, now)
    problem = nobody(needs, fleet_store.delegates(connection), store.pin_of(connection, needs.workspace), now)
    if problem is not None:
        return problem
    holder = store.holder_of(connection, needs.exclusive) if needs.exclusive is not None else None
    if holder is not None:
        what = "another job works on the same database"
        return Problem(code="DEL-011", what=what, where=needs.exclusive, why=f"job '{holder}' has it until it ends", severity="info")
    needs = msgspec.structs.replace(needs, enqueued_at=record.enqueued_at)
    return why_not_yet(needs, fleet_for(connection, [needs], now, with_load=True))


def fleet_for(connection: Connection, jobs: Sequence[Waiting], now: datetime, *, with_load: bool = False) -> Fleet:
    """What a choice among these queued jobs looks at. What a delegate that is alone has to do is only read `with_load`."""
    delegates = fleet_store.delegates(connection)
    is_choice = len(delegates) > 1 or with_load
    endpoints = {job.endpoint for job in jobs if job.endpoint is not None}
    return Fleet(
        delegates=delegates,
        running=fleet_store.running_counts(connection) if is_choice else {},
        reaches=reach_store.of_endpoints(connection, endpoints) if endpoints else {},
        pins=store.pins(connection) if any(job.workspace is not None for job in jobs) else {},
        now=now,
    )


def _why_its_pod_waits(connection: Connection, key: str, now: datetime) -> Problem | None:
    pod = pod_store.find(connection, key)
    if pod is None or fleet_store.delegates_in_pod(connection, key):
        return None
    made = Problem(code="DEL-015", what="the pod of this step group is being made", where=key, severity="info")
    return why_waiting(connection, pod.job_id, now) or made
