"""Which job a delegate is given when it asks, and with which secrets. The call is its heartbeat, too."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection

from bascule.core.errors import BasculeError
from bascule.core.secret import Secret
from bascule.manager.delegates import bell, endings, fleet_store, own_logs, pods, reach_store, service, store
from bascule.manager.delegates.choice import Chosen, choose
from bascule.manager.delegates.model import (
    LEASE,
    Attempt,
    Delegate,
    JobOutcome,
    JobRecord,
    Waiting,
    scope_of,
)
from bascule.manager.identity.model import Scope
from bascule.wire import sealing
from bascule.wire.delegates import (
    CREDENTIAL,
    HEARTBEAT_S,
    ExternalSecret,
    Lease,
    LeaseAnswer,
    LeaseRequest,
    SealedSecrets,
)
from bascule.wire.jobs import Command, Job, Script
from bascule.wire.pods import Pod

Locate = Callable[[Connection, str, Scope], Secret | ExternalSecret]
"""How a secret's text, or the place where a delegate finds it, is got: `manager.secrets.service.locate`."""

_OLDEST = 16
_replace = msgspec.structs.replace


class InHand(msgspec.Struct, frozen=True, kw_only=True):
    """What the manager thinks of the jobs that a delegate has: those that should stop, and those that were given and have not arrived."""

    cancel: list[str]
    given: list[JobRecord]


def heartbeat(connection: Connection, delegate: Delegate, request: LeaseRequest, now: datetime) -> InHand:
    """The delegate is there with these jobs in hand."""
    fleet_store.touch(connection, delegate.id, request.free, now)
    _learn(connection, delegate, request, now)
    cancel = []
    given = []
    for record in store.jobs_in(connection, ("leased", "started", "unknown"), delegate.id, lock=True):
        if record.job.id in request.running:
            state = "started" if record.state == "unknown" else record.state
            if state != record.state or not record.is_lease_fresh(now):
                store.put_job(connection, _replace(record, state=state, lease_expires_at=now + LEASE))
            if record.cancel_requested:
                cancel.append(record.job.id)
        elif record.state == "unknown":
            endings.lost(connection, record, "its delegate has returned without it", now)
        elif record.state == "leased":
            given.append(record)
    return InHand(cancel=cancel, given=given)


def _learn(connection: Connection, delegate: Delegate, request: LeaseRequest, now: datetime) -> None:
    """Keep what the delegate tells beside: what it reaches, jobs that it gives back, its log."""
    for endpoint in request.reached:
        reach_store.tell(connection, delegate.id, endpoint, True, "", now)
    for endpoint, why in request.unreachable.items():
        reach_store.tell(connection, delegate.id, endpoint, False, why, now)
    for job_id in request.handed_back:
        record = store.find_job(connection, job_id, lock=True)
        if record is not None and record.state == "leased" and record.delegate_id == delegate.id:
            endings.offer_again(connection, record, now)
    if request.reached or request.unreachable:
        bell.ring_after(connection, bell.JOBS)  # what was passed over for this may be for another now
    if request.log is not None:
        own_logs.tell(connection, delegate.id, request.log, now)
        bell.ring_after(connection, bell.LOGS + delegate.id)


Look = Literal["now", "soon", "later"]
"""When a delegate that waits should ask the store for a job: there is one; a better delegate is about to take it; at the next ring."""


def look(connection: Connection, delegate: Delegate, request: LeaseRequest, now: datetime, *, is_first: bool = False) -> Look:
    """Whether `lease` would have something to give, without writing; of a call's first look also whether it would have something to store.

    A call that comes right after another, as after each job that was given, tells nothing.
    """
    if is_first and _tells(delegate, request, now):
        return "now"
    for record in store.jobs_in(connection, ("leased", "started", "unknown"), delegate.id):
        if record.state == "unknown":
            if is_first:  # once: it may stay unknown
                return "now"
        elif record.cancel_requested or (record.state == "leased" and record.job.id not in request.running):
            return "now"
    if own_logs.wanted_after(connection, delegate.id, now) is not None:
        return "now"
    if request.free < 1:
        return "later"
    if _is_leaving(connection, delegate):
        return "now"
    chosen = _chosen(connection, delegate, now)
    return "now" if chosen.jobs or chosen.probes else "soon" if chosen.passes else "later"


def _tells(delegate: Delegate, request: LeaseRequest, now: datetime) -> bool:
    has_tidings = request.handed_back or request.reached or request.unreachable or request.log is not None
    return bool(has_tidings) or delegate.free != request.free or delegate.silent_s(now) >= HEARTBEAT_S


def lease(connection: Connection, delegate: Delegate, request: LeaseRequest, locate: Locate, now: datetime) -> LeaseAnswer:
    """Give the delegate a job, if it has room and there is one for it. A lease whose answer was lost is given again."""
    in_hand = heartbeat(connection, delegate, request, now)
    leave = _is_leaving(connection, delegate)
    answer = LeaseAnswer(cancel=in_hand.cancel, leave=leave, log_after=own_logs.wanted_after(connection, delegate.id, now))
    for record in in_hand.given:
        if record.cancel_requested:
            service.finish(connection, record, JobOutcome(status="cancelled"), now)
            continue
        given = _give(connection, delegate, record, locate, now)
        if given is not None:
            return _replace(answer, lease=given)
    if request.free < 1 or leave:
        return answer
    if not (chosen := _chosen(connection, delegate, now)).jobs:
        return _with_probes(connection, delegate, answer, chosen.probes, now)
    fence = store.next_fence(connection)
    if connection.dialect.name != "sqlite":  # which has one writer: what was seen in this transaction is so
        chosen = _chosen(connection, delegate, now)  # again, now that nobody else gives jobs out
    answer = _with_probes(connection, delegate, answer, chosen.probes, now)
    for candidate in chosen.jobs:
        record = store.get_job(connection, candidate.id, lock=True)
        if record.state != "queued":  # cancelled meanwhile
            continue
        if _belongs_into_a_pod(record.job, delegate):
            pods.place(connection, delegate, record, now)
            continue
        if delegate.pod is not None and not _are_at_hand(connection, delegate, record, locate, now):
            continue
        attempt = Attempt(job_id=candidate.id, attempt=record.attempt + 1, fence=fence, delegate_id=delegate.id, leased_at=now)
        store.add_attempt(connection, attempt)
        if candidate.workspace is not None and candidate.pod is None:
            store.pin(connection, candidate.workspace, delegate.id, now)
        record = _replace(
            record,
            state="leased",
            attempt=attempt.attempt,
            fence=fence,
            delegate_id=delegate.id,
            lease_expires_at=now + LEASE,
            started_at=None,
        )
        given = _give(connection, delegate, record, locate, now)
        if given is not None:
            fleet_store.touch(connection, delegate.id, request.free - given.job.takes_room, now)
            return _replace(answer, lease=given)
    return answer


def _is_leaving(connection: Connection, delegate: Delegate) -> bool:
    """Whether it is to take no more jobs and go: it was told to, or nothing more comes for the pod that it is inside of."""
    return delegate.is_leaving or pods.must_leave(connection, delegate)


def _belongs_into_a_pod(job: Job, delegate: Delegate) -> bool:
    """Whether the delegate has such jobs run by a pod of their workspace. What has no workspace it does itself: tests of connections."""
    has_process = isinstance(job.what, Command | Script)
    return delegate.default_runner == "kubernetes" and has_process and job.workspace is not None and job.pod is None


def _are_at_hand(connection: Connection, delegate: Delegate, record: JobRecord, locate: Locate, now: datetime) -> bool:
    """Whether a delegate inside a pod can have the job's secrets: those of secret managers are looked up by the delegates outside."""
    try:
        external = secrets_of(connection, record, locate)[1]
    except BasculeError:
        return True  # it is said when the job is given
    return not external or pods.have_been_looked_up(connection, delegate, record.job, external.keys(), now)


def _with_probes(connection: Connection, delegate: Delegate, answer: LeaseAnswer, probes: Sequence[str], now: datetime) -> LeaseAnswer:
    for endpoint in probes:
        reach_store.ask(connection, delegate.id, endpoint, now)
    return _replace(answer, probe=list(probes)) if probes else answer


def _chosen(connection: Connection, delegate: Delegate, now: datetime) -> Chosen:
    """What of the queued jobs is for this delegate: of the oldest, where those hold something for it, for there may be thousands."""
    jobs = store.waiting_for(connection, delegate, limit=_OLDEST)
    chosen = _choice(connection, delegate, jobs, now)
    if chosen.jobs or len(jobs) < _OLDEST:
        return chosen
    return _choice(connection, delegate, store.waiting_for(connection, delegate, limit=None), now)


def _choice(connection: Connection, delegate: Delegate, jobs: list[Waiting], now: datetime) -> Chosen:
    if delegate.pod is not None:
        jobs = [job for job in jobs if not pods.are_being_looked_up(connection, delegate, job.id)]
    return choose(jobs, delegate, lambda: service.fleet_for(connection, jobs, now))


def _give(connection: Connection, delegate: Delegate, record: JobRecord, locate: Locate, now: datetime) -> Lease | None:
    """The lease of a job just assigned, its secrets sealed; None when a secret cannot be had, which ends the job."""
    elsewhere = None
    try:
        values, external = secrets_of(connection, record, locate)
        if external and delegate.pod is not None:
            elsewhere = pods.looked_up(connection, delegate, record.job)
            values = {name: value for name, value in values.items() if name in record.job.secrets}
            external = {}
    except BasculeError as error:
        service.finish(connection, record, JobOutcome(status="failure", failure=type(error).__name__, problems=error.problems), now)
        return None
    if isinstance(record.job.what, Pod):
        values[pods.TOKEN] = pods.new_token(connection, record.job.what, scope_of(record.job.scope), now)
    store.put_job(connection, record)
    return Lease(
        job=record.job,
        attempt=record.attempt,
        fence=record.fence,
        expires_at=(record.lease_expires_at or now + LEASE).timestamp(),
        secrets=_sealed(delegate, record, values),
        external=external,
        sealed_elsewhere=elsewhere,
    )


def secrets_of(connection: Connection, record: JobRecord, locate: Locate) -> tuple[dict[str, str], dict[str, ExternalSecret]]:
    """What the job's secrets are, by name: texts to be sealed, and places for the delegate to look at, with what it logs in with there."""
    scope = scope_of(record.job.scope)
    values: dict[str, str] = {}
    external: dict[str, ExternalSecret] = {}
    wanted = dict(record.job.secrets)
    while wanted:
        name, reference = wanted.popitem()
        found = locate(connection, reference, scope)
        if isinstance(found, Secret):
            values[name] = found.reveal()
            continue
        credentials = {option: CREDENTIAL + reference for option, reference in found.credentials.items()}
        external[name] = _replace(found, credentials=credentials)
        known = values.keys() | external.keys()
        wanted |= {key: found.credentials[option] for option, key in credentials.items() if key not in known}
    return values, external


def _sealed(delegate: Delegate, record: JobRecord, values: dict[str, str]) -> SealedSecrets | None:
    if not values:
        return None
    return sealing.seal(msgspec.json.encode(values), delegate.public_key, sealing.lease_context(record.job.id, record.fence))
