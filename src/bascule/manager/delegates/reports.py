"""What a delegate tells of its attempts: events, large outputs, results."""

import base64
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.manager.delegates import endings, fleet_store, reach_store, service, store
from bascule.manager.delegates.model import (
    LEASE,
    Attempt,
    Delegate,
    JobOutcome,
    JobRecord,
    JobState,
)
from bascule.manager.delegates.reach import endpoint_of
from bascule.wire.delegates import (
    STARTING,
    ArtifactPart,
    EventBatch,
    EventsAnswer,
    ResultAnswer,
    ResultReport,
)

_replace = msgspec.structs.replace


def take_events(connection: Connection, delegate: Delegate, batch: EventBatch, now: datetime) -> EventsAnswer:
    """Store what is new of a batch. Events of an attempt that was given up are stored too, marked late, and change nothing."""
    record, attempt = _stored(connection, *_attempt(connection, delegate, batch), batch, now)
    go_on = record.fence == attempt.fence and (record.state == "finished" or not record.cancel_requested)
    return EventsAnswer(next_seq=attempt.next_seq, order="continue" if go_on else "cancel")


def _stored(connection: Connection, record: JobRecord, attempt: Attempt, batch: EventBatch, now: datetime) -> tuple[JobRecord, Attempt]:
    """The job and its attempt after what is new of the batch was stored."""
    is_current = record.fence == attempt.fence and record.state != "finished"
    new = batch.events[attempt.next_seq - batch.seq :] if batch.seq <= attempt.next_seq else []
    if is_current:
        record = _alive(connection, record, attempt, any(event.get("kind") in (STARTING, "started") for event in new), now)
    if new:
        attempt = _replace(attempt, next_seq=attempt.next_seq + len(new))
        if is_current:
            attempt = _replace(attempt, started_at=record.started_at, ended_at=None)
        store.put_attempt(connection, attempt)
        stored = store.add_events(connection, batch.job_id, batch.attempt, new, not is_current, now)
        service.tell_events(connection, record, stored)
    return record, attempt


def _alive(connection: Connection, record: JobRecord, attempt: Attempt, has_started: bool, now: datetime) -> JobRecord:
    """The delegate speaks of its attempt: its lease goes on, whatever was thought of it meanwhile."""
    started_at = attempt.started_at or (now if has_started else None)
    state: JobState = "leased" if started_at is None else "started"
    if record.state == state and record.delegate_id == attempt.delegate_id and record.is_lease_fresh(now):
        return record
    alive = _replace(record, state=state, delegate_id=attempt.delegate_id, started_at=started_at, lease_expires_at=now + LEASE)
    store.put_job(connection, alive)
    return alive


def take_artifact(connection: Connection, delegate: Delegate, part: ArtifactPart) -> None:
    """Store a part of a large output, until the attempt's result is there."""
    attempt = _attempt(connection, delegate, part)[1]
    try:
        body = base64.b64decode(part.data, validate=True)
    except ValueError as error:
        raise InputError(Problem(code="API-400", what="the part is not base64", where="body.data")) from error
    if attempt.outcome is None:
        store.add_part(connection, part.job_id, part.attempt, part.name, part.part, part.last, body)


def take_result(connection: Connection, delegate: Delegate, report: ResultReport, now: datetime) -> ResultAnswer:
    """End the job as its attempt reports, if no event is missing. Of an attempt that was given up it is only noted."""
    record, attempt = _attempt(connection, delegate, report)
    if attempt.outcome is not None:  # the answer was lost
        return ResultAnswer(accepted=True, next_seq=attempt.next_seq)
    if report.events:
        last = EventBatch(job_id=report.job_id, attempt=report.attempt, fence=report.fence, seq=report.seq, events=report.events)
        record, attempt = _stored(connection, record, attempt, last, now)
    if attempt.next_seq <= report.last_seq:
        return ResultAnswer(accepted=False, next_seq=attempt.next_seq)
    answer = ResultAnswer(accepted=True, next_seq=attempt.next_seq)
    outcome = JobOutcome(
        status=report.status,
        exit_code=report.exit_code,
        failure=report.failure,
        problems=msgspec.convert(tuple(report.problems), tuple[Problem, ...]),
        outputs={**report.outputs, **{name: _artifact(connection, attempt, name) for name in report.artifacts}},
        commit=report.commit,
    )
    store.put_attempt(connection, _replace(attempt, ended_at=now, outcome=outcome))
    if record.job.takes_room:
        fleet_store.has_room_again(connection, delegate.id)
    if report.artifacts:
        store.remove_parts(connection, report.job_id, report.attempt)
    if record.fence != attempt.fence or record.state == "finished":
        return answer
    if outcome.status == "cancelled" and record.job.pod is not None and not record.cancel_requested:
        # Its pod is being taken away: why, the delegate that made it is about to tell, and that is the job's end (`pods.is_over`).
        store.put_job(connection, _replace(record, state="unknown", lease_expires_at=None))
    elif outcome.status == "unknown":
        endings.settle(connection, record, outcome, now)
    else:
        endpoint = endpoint_of(record.job)
        if endpoint is not None and outcome.status == "success":
            reach_store.ran(connection, delegate.id, endpoint, now)
        service.finish(connection, record, outcome, now)
    return answer


def _artifact(connection: Connection, attempt: Attempt, name: str) -> Any:
    body = store.artifact(connection, attempt.job_id, attempt.attempt, name)
    if body is None:
        raise InputError(Problem(code="JOB-004", what=f"parts of the output '{name}' are missing"))
    return msgspec.json.decode(body)


def _attempt(connection: Connection, delegate: Delegate, of: EventBatch | ArtifactPart | ResultReport) -> tuple[JobRecord, Attempt]:
    record = store.find_job(connection, of.job_id, lock=True)
    attempt = store.find_attempt(connection, of.job_id, of.attempt)
    if record is None or attempt is None or attempt.delegate_id != delegate.id or attempt.fence != of.fence:
        raise NotFoundError(Problem(code="JOB-002", what=f"this delegate was never given attempt {of.attempt} of job '{of.job_id}'"))
    return record, attempt
