"""What is not heard of any more: leases that end, delegates that are gone, outcomes that nobody knows, workspaces that went with them."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from bascule.core.problems import Problem
from bascule.manager.delegates import bell, fleet_store, pods, service, store
from bascule.manager.delegates.model import (
    FORGOTTEN_S,
    Delegate,
    JobOutcome,
    JobRecord,
    after_unknown,
)
from bascule.wire.pods import Pod

_FORGOTTEN = timedelta(seconds=FORGOTTEN_S)
_replace = msgspec.structs.replace


def expire(connection: Connection, now: datetime) -> None:
    """Look after leases that have ended and delegates that are gone. May be run by any manager at any time."""
    in_hand = store.jobs_in(connection, ("leased", "started", "unknown"), lock=True)
    known = _delegates(connection) if in_hand else {}
    for record in in_hand:
        delegate = known.get(record.delegate_id or "")
        expired = delegate is None or (record.lease_expires_at is not None and record.lease_expires_at <= now)
        if record.state == "leased" and expired:
            offer_again(connection, record, now)
        elif record.state == "started" and expired:
            store.put_job(connection, _replace(record, state="unknown", lease_expires_at=None))
        elif record.state == "unknown" and _is_given_up(connection, record, delegate, now):
            lost(connection, record, "its delegate is gone" if delegate is None else "its delegate is silent", now)
    pods.remove_lingering(connection, now)
    pods.end_stranded(connection, now)
    _give_up_workspaces(connection, now)
    for delegate_id in fleet_store.silent_delegates(connection, now - _FORGOTTEN):
        fleet_store.remove_delegate(connection, delegate_id)


def has_work(connection: Connection, now: datetime) -> bool:
    """Whether `expire` would have something to look after, without writing."""
    return store.has_unfinished(connection) or bool(fleet_store.silent_delegates(connection, now - _FORGOTTEN))


def _is_pod_without_life(connection: Connection, record: JobRecord, now: datetime) -> bool:
    """Whether the job was to make a pod from which nothing is heard: what waits for that pod would wait for ever."""
    if not isinstance(record.job.what, Pod):
        return False
    return all(delegate.is_lost(now) for delegate in fleet_store.delegates_in_pod(connection, record.job.what.key))


def _is_given_up(connection: Connection, record: JobRecord, delegate: Delegate | None, now: datetime) -> bool:
    """Whether to stop waiting for an unknown job's delegate: at once if something better can be done, else only when asked to."""
    if delegate is None:
        return True
    match after_unknown(record):
        case "again":
            return record.job.workspace is None or delegate.is_lost(now)
        case "settle":
            return True
        case "end":
            return delegate.is_lost(now) and (record.cancel_requested or _is_pod_without_life(connection, record, now))


def offer_again(connection: Connection, record: JobRecord, now: datetime) -> None:
    attempt = store.find_attempt(connection, record.job.id, record.attempt)
    if attempt is not None:
        store.put_attempt(connection, _replace(attempt, ended_at=now))
    if record.cancel_requested:
        service.finish(connection, record, JobOutcome(status="cancelled"), now)
        return
    store.put_job(connection, _replace(record, state="queued", delegate_id=None, lease_expires_at=None))
    bell.ring_after(connection, bell.JOBS)


def lost(connection: Connection, record: JobRecord, why: str, now: datetime) -> None:
    """Nobody will report this attempt's outcome, as far as we can tell."""
    attempt = store.find_attempt(connection, record.job.id, record.attempt)
    if attempt is not None and attempt.outcome is not None:
        return  # it has, and waits for the end of its pod
    problem = Problem(
        code="JOB-003",
        what="nobody knows how this job ended",
        where=record.job.title or record.job.id,
        why=why,
        fix="look at what it has left behind, then run it again",
    )
    settle(connection, record, JobOutcome(status="unknown", failure="Unknown", problems=(problem,)), now)


def settle(connection: Connection, record: JobRecord, outcome: JobOutcome, now: datetime) -> None:
    """A job of unknown outcome: again, or ask what became of it, or end it as unknown."""
    match after_unknown(record):
        case "again":
            offer_again(connection, record, now)
        case "settle" if not store.settling(connection, record.job.id):
            store.put_job(connection, _replace(record, state="unknown", lease_expires_at=None))
            service.enqueue_settling(connection, record, now)
        case "settle":
            return
        case "end":
            service.finish(connection, record, outcome, now)


def _delegates(connection: Connection) -> dict[str, Delegate]:
    """By id, whoever was there when what names them was read before: read this last."""
    return {delegate.id: delegate for delegate in fleet_store.delegates(connection)}


def _give_up_workspaces(connection: Connection, now: datetime) -> None:
    """Queued jobs whose workspace went with its delegate: those that may be repeated make it anew elsewhere, others fail."""
    pins = store.pins(connection)
    known = _delegates(connection) if pins else {}
    gone = {workspace: at for workspace, at in pins.items() if (delegate := known.get(at)) is None or delegate.is_lost(now)}
    for waiting in store.waiting_jobs(connection) if gone else ():
        if waiting.workspace not in gone or waiting.pod is not None:
            continue
        record = store.get_job(connection, waiting.id, lock=True)
        if record.state != "queued" or store.pin_of(connection, waiting.workspace) != gone[waiting.workspace]:
            continue  # another manager has looked after it
        if record.job.repeat == "safe":
            store.unpin(connection, waiting.workspace)
            bell.ring_after(connection, bell.JOBS)
            continue
        problem = Problem(
            code="DEL-012",
            what="the delegate that has this job's workspace is gone",
            where=record.job.title or record.job.id,
            why="earlier jobs of this step group left files there that this one may need",
            fix="run the stage again",
        )
        service.finish(connection, record, JobOutcome(status="failure", failure="TargetError", problems=(problem,)), now)
