"""What the five calls of a delegate do to jobs, attempts and leases: `wire/delegates.py` says what they carry."""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection

from bascule import __version__
from bascule.core.clock import new_id
from bascule.core.errors import BasculeError, DeniedError, InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.manager.delegates import bell, fleet_store, own_logs, pods, proofs, reach_store, service, sessions, store
from bascule.manager.delegates.choice import Chosen, choose
from bascule.manager.delegates.model import (
    FORGOTTEN_S,
    Attempt,
    Delegate,
    DelegateToken,
    JobOutcome,
    JobRecord,
    Waiting,
    after_unknown,
    scope_of,
)
from bascule.manager.delegates.reach import endpoint_of
from bascule.manager.identity import NotLoggedInError
from bascule.manager.identity.model import Scope
from bascule.wire import sealing
from bascule.wire.delegates import (
    CREDENTIAL,
    HEARTBEAT_S,
    LEASE_S,
    PROTOCOL_VERSION,
    PROVES,
    STARTING,
    ArtifactPart,
    EventBatch,
    EventsAnswer,
    ExternalSecret,
    Lease,
    LeaseAnswer,
    LeaseRequest,
    Register,
    Registered,
    ResultAnswer,
    ResultReport,
    SealedSecrets,
)
from bascule.wire.jobs import Command, Job, Script
from bascule.wire.pods import Pod

Locate = Callable[[Connection, str, Scope], Secret | ExternalSecret]
"""How a secret's text, or the place where a delegate finds it, is got: `manager.secrets.service.locate`."""

_LEASE = timedelta(seconds=LEASE_S)
_FORGOTTEN = timedelta(seconds=FORGOTTEN_S)
_FRESH = timedelta(seconds=LEASE_S - HEARTBEAT_S)
"""A lease that goes on for so long yet need not be written again."""
_OLDEST = 16
_replace = msgspec.structs.replace


def register(connection: Connection, request: Register, session_key: bytes, now: datetime) -> Registered:
    """Let a delegate in. The same key with the same token is the same delegate again.

    Raises NotLoggedInError for a token that is not valid, DeniedError for tags or a key that the token does not allow.
    """
    if request.protocol != PROTOCOL_VERSION:
        older = "the delegate" if request.protocol < PROTOCOL_VERSION else "the manager"
        problem = Problem(
            code="DEL-005",
            what=f"this manager speaks delegate protocol {PROTOCOL_VERSION}, not {request.protocol}",
            where=request.name,
            why=f"the delegate is bascule {request.version}, the manager is bascule {__version__}",
            fix=f"upgrade {older}: a delegate may be one minor version older than its manager",
        )
        raise InputError(problem)
    sealing.check_public_key(request.public_key)
    token, generation = fleet_store.token_of_text(connection, sessions.hash_of(request.token)) or (None, 0)
    known = _known(connection, request.public_key, token.id, now) if token is not None else None
    if token is None or not (token.admits(generation, now) or (known is not None and token.keeps(generation, now))):
        problem = Problem(
            code="DEL-003",
            what="this delegate token is not valid",
            why="it was revoked or rotated, has ended, or is of another manager",
            fix="start the delegate with a token from the manager's delegates page",
        )
        raise NotLoggedInError(problem)
    if foreign := sorted(set(request.tags) - {*token.tags, request.name}):
        problem = Problem(
            code="DEL-004",
            what=f"the token does not carry {', '.join(repr(tag) for tag in foreign)}",
            why="a delegate's tags come from its token; it may leave some out, never add any",
            fix="make a token with these tags, or drop --tags",
        )
        raise DeniedError(problem)
    if token.single_use:
        if token.bound_key not in (None, request.public_key):
            raise DeniedError(
                Problem(code="DEL-008", what="this token belongs to another delegate", why="it binds to the first key it is used with")
            )
        fleet_store.put_token(connection, _replace(token, bound_key=request.public_key))
    delegate = Delegate(
        id=known.id if known else new_id("del", now),
        token_id=token.id,
        name=request.name,
        public_key=request.public_key,
        scope=token.scope,
        tags=_tags(connection, request, token, known, now),
        version=request.version,
        hostname=request.hostname,
        capacity=max(1, request.capacity),
        allow_scripts=request.allow_scripts,
        kubernetes=request.kubernetes,
        default_runner=request.default_runner,
        pod=token.pod,
        registered_at=known.registered_at if known else now,
        last_seen_at=now,
        generation=generation,
        start=request.start,
        features=tuple(request.features),
        draining_at=known.draining_at if known else None,
        is_leaving=known.is_leaving and known.start == request.start if known else False,
    )
    fleet_store.put_delegate(connection, delegate)
    proves = PROVES in request.features
    session, expires_at = sessions.issue(session_key, delegate.id, delegate.public_key, now, proves=proves)
    return Registered(
        delegate_id=delegate.id,
        session_token=sealing.seal(session.encode(), delegate.public_key, sealing.SESSION),
        expires_at=expires_at.timestamp(),
        proof_key=sealing.seal(proofs.key_of(session_key, session), delegate.public_key, sealing.PROOF) if proves else None,
    )


def _tags(connection: Connection, request: Register, token: DelegateToken, known: Delegate | None, now: datetime) -> tuple[str, ...]:
    """What selectors may ask of it: tags of its token, and its name. Unless others' jobs would come to it by that name: where another
    token carries it as a tag, or let in a delegate of that name. One inside a pod is found by the pod's key alone.
    """
    chosen = tuple(tag for tag in request.tags if tag in token.tags) or token.tags
    if token.pod is not None or not request.name or request.name in chosen:
        return chosen
    is_tag = fleet_store.other_tokens_with_tag(connection, request.name, token.id, now)
    if is_tag or _is_taken(connection, request.name, token.id, now):
        return chosen
    return (*chosen, request.name)


def _is_taken(connection: Connection, name: str, token_id: str, now: datetime) -> bool:
    """Whether a delegate of another valid token has that name as a tag."""
    for other in fleet_store.delegates_named(connection, name):
        token = fleet_store.find_token(connection, other.token_id)
        if other.token_id != token_id and name in other.tags and token is not None and token.is_valid(now):
            return True
    return False


def _known(connection: Connection, public_key: str, token_id: str, now: datetime) -> Delegate | None:
    """The delegate with that key: of the same token, or of one that is no longer valid (so that tokens can be rotated)."""
    for delegate in fleet_store.delegates_with_key(connection, public_key):
        token = fleet_store.find_token(connection, delegate.token_id)
        if delegate.token_id == token_id or token is None or not token.is_valid(now):
            return delegate
    return None


def authenticate(connection: Connection, session_token: str, session_key: bytes, now: datetime) -> Delegate:
    """The delegate that calls. Raises NotLoggedInError when it has to register again: ended session, deleted, token revoked."""
    session = sessions.verify(session_key, session_token, now)
    delegate = fleet_store.find_delegate(connection, session.delegate_id)
    if delegate is None or sessions.hash_of(delegate.public_key) != session.key_hash:
        raise NotLoggedInError(Problem(code="DEL-009", what="this delegate is not registered any more", fix="register again"))
    token = fleet_store.find_token(connection, delegate.token_id)
    if token is None or not token.keeps(delegate.generation, now):
        raise NotLoggedInError(
            Problem(code="DEL-003", what="this delegate's token is not valid any more", why="it was revoked or rotated, or has ended")
        )
    return delegate


# Leases


def heartbeat(connection: Connection, delegate: Delegate, request: LeaseRequest, now: datetime) -> list[str]:
    """The delegate is there with these jobs in hand. Returns those of them that should stop."""
    fleet_store.touch(connection, delegate.id, request.free, now)
    _learn(connection, delegate, request, now)
    cancel = []
    for record in store.jobs_in(connection, ("leased", "started", "unknown"), delegate.id, lock=True):
        if record.job.id in request.running:
            state = "started" if record.state == "unknown" else record.state
            if state != record.state or record.lease_expires_at is None or record.lease_expires_at < now + _FRESH:
                store.put_job(connection, _replace(record, state=state, lease_expires_at=now + _LEASE))
            if record.cancel_requested:
                cancel.append(record.job.id)
        elif record.state == "unknown":
            _lost(connection, record, "its delegate has returned without it", now)
    return cancel


def _learn(connection: Connection, delegate: Delegate, request: LeaseRequest, now: datetime) -> None:
    """Keep what the delegate tells beside: what it reaches, jobs that it gives back, its log."""
    for endpoint in request.reached:
        reach_store.tell(connection, delegate.id, endpoint, True, "", now)
    for endpoint, why in request.unreachable.items():
        reach_store.tell(connection, delegate.id, endpoint, False, why, now)
    for job_id in request.handed_back:
        record = store.find_job(connection, job_id, lock=True)
        if record is not None and record.state == "leased" and record.delegate_id == delegate.id:
            _offer_again(connection, record, now)
    if request.reached or request.unreachable:
        bell.ring_after(connection, bell.JOBS)  # what was passed over for this may be for another now
    if request.log is not None:
        own_logs.tell(connection, delegate.id, request.log, now)
        bell.ring_after(connection, bell.LOGS + delegate.id)


def is_news(connection: Connection, delegate: Delegate, request: LeaseRequest, now: datetime) -> bool:
    """Whether a call tells something to store. One that comes right after another, as after each job that was given, tells nothing."""
    tells = request.handed_back or request.reached or request.unreachable or request.log is not None
    if tells or delegate.free != request.free or delegate.silent_s(now) >= HEARTBEAT_S:
        return True
    return bool(store.jobs_in(connection, ("unknown",), delegate.id))


Look = Literal["now", "soon", "later"]
"""When a delegate that waits should ask the store for a job: there is one; a better delegate is about to take it; at the next ring."""


def look(connection: Connection, delegate: Delegate, request: LeaseRequest, now: datetime) -> Look:
    """Whether `lease` would have something to give, without writing."""
    for record in store.jobs_in(connection, ("leased", "started"), delegate.id):
        if record.cancel_requested or (record.state == "leased" and record.job.id not in request.running):
            return "now"
    if own_logs.wanted_after(connection, delegate.id, now) is not None:
        return "now"
    if request.free < 1:
        return "later"
    if _is_leaving(connection, delegate):
        return "now"
    chosen = _chosen(connection, delegate, now)
    return "now" if chosen.jobs or chosen.probes else "soon" if chosen.passes else "later"


def lease(connection: Connection, delegate: Delegate, request: LeaseRequest, locate: Locate, now: datetime) -> LeaseAnswer:
    """Give the delegate a job, if it has room and there is one for it. A lease whose answer was lost is given again."""
    cancel = heartbeat(connection, delegate, request, now)
    leave = _is_leaving(connection, delegate)
    answer = LeaseAnswer(cancel=cancel, leave=leave, log_after=own_logs.wanted_after(connection, delegate.id, now))
    for record in store.jobs_in(connection, ("leased",), delegate.id):
        if record.job.id not in request.running:
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
            lease_expires_at=now + _LEASE,
            started_at=None,
        )
        given = _give(connection, delegate, record, locate, now)
        if given is not None:
            fleet_store.touch(connection, delegate.id, request.free - 1, now)
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
        external = _secrets(connection, record, locate)[1]
    except BasculeError:
        return True  # it is said when the job is given
    return not external or pods.have_been_looked_up(connection, delegate, record.job, external.keys(), now)


def _with_probes(connection: Connection, delegate: Delegate, answer: LeaseAnswer, probes: Sequence[str], now: datetime) -> LeaseAnswer:
    for endpoint in probes:
        reach_store.ask(connection, delegate.id, endpoint, now)
    return _replace(answer, probe=list(probes)) if probes else answer


def _chosen(connection: Connection, delegate: Delegate, now: datetime) -> Chosen:
    """What of the queued jobs is for this delegate: of the oldest, where those hold something for it, for there may be thousands."""
    jobs = store.waiting_for(connection, delegate.pod, limit=_OLDEST)
    chosen = _choice(connection, delegate, jobs, now)
    if chosen.jobs or len(jobs) < _OLDEST:
        return chosen
    return _choice(connection, delegate, store.waiting_for(connection, delegate.pod, limit=None), now)


def _choice(connection: Connection, delegate: Delegate, jobs: list[Waiting], now: datetime) -> Chosen:
    if delegate.pod is not None:
        jobs = [job for job in jobs if not pods.are_being_looked_up(connection, job.id)]
    return choose(jobs, delegate, lambda: service.fleet_for(connection, jobs, now))


def _give(connection: Connection, delegate: Delegate, record: JobRecord, locate: Locate, now: datetime) -> Lease | None:
    """The lease of a job just assigned, its secrets sealed; None when a secret cannot be had, which ends the job."""
    elsewhere = None
    try:
        values, external = _secrets(connection, record, locate)
        if external and delegate.pod is not None:
            elsewhere = pods.looked_up(connection, record.job)
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
        expires_at=(record.lease_expires_at or now + _LEASE).timestamp(),
        secrets=_sealed(delegate, record, values),
        external=external,
        sealed_elsewhere=elsewhere,
    )


def _secrets(connection: Connection, record: JobRecord, locate: Locate) -> tuple[dict[str, str], dict[str, ExternalSecret]]:
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


# Events and results


def take_events(connection: Connection, delegate: Delegate, batch: EventBatch, now: datetime) -> EventsAnswer:
    """Store what is new of a batch. Events of an attempt that was given up are stored too, marked late, and change nothing."""
    record, attempt = _attempt(connection, delegate, batch)
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
    ended_by_itself = record.state == "finished" and record.fence == attempt.fence
    go_on = ended_by_itself or (is_current and not record.cancel_requested)
    return EventsAnswer(next_seq=attempt.next_seq, order="continue" if go_on else "cancel")


def _alive(connection: Connection, record: JobRecord, attempt: Attempt, has_started: bool, now: datetime) -> JobRecord:
    """The delegate speaks of its attempt: its lease goes on, whatever was thought of it meanwhile."""
    started_at = attempt.started_at or (now if has_started else None)
    alive = _replace(
        record,
        state="leased" if started_at is None else "started",
        delegate_id=attempt.delegate_id,
        started_at=started_at,
        lease_expires_at=now + _LEASE,
    )
    store.put_job(connection, alive)
    return alive


def take_artifact(connection: Connection, delegate: Delegate, part: ArtifactPart) -> None:
    """Store a part of a large output."""
    _attempt(connection, delegate, part)
    try:
        body = base64.b64decode(part.data, validate=True)
    except ValueError as error:
        raise InputError(Problem(code="API-400", what="the part is not base64", where="body.data")) from error
    store.add_part(connection, part.job_id, part.attempt, part.name, part.part, part.last, body)


def take_result(connection: Connection, delegate: Delegate, report: ResultReport, now: datetime) -> ResultAnswer:
    """End the job as its attempt reports, if no event is missing. Of an attempt that was given up it is only noted."""
    if report.events:
        last = EventBatch(job_id=report.job_id, attempt=report.attempt, fence=report.fence, seq=report.seq, events=report.events)
        take_events(connection, delegate, last, now)
    record, attempt = _attempt(connection, delegate, report)
    if attempt.next_seq <= report.last_seq:
        return ResultAnswer(accepted=False, next_seq=attempt.next_seq)
    answer = ResultAnswer(accepted=True, next_seq=attempt.next_seq)
    if attempt.ended_at is not None and attempt.outcome is not None:
        return answer
    outcome = JobOutcome(
        status=report.status,
        exit_code=report.exit_code,
        failure=report.failure,
        problems=msgspec.convert(tuple(report.problems), tuple[Problem, ...]),
        outputs={**report.outputs, **{name: _artifact(connection, attempt, name) for name in report.artifacts}},
        commit=report.commit,
    )
    store.put_attempt(connection, _replace(attempt, ended_at=now, outcome=outcome))
    if record.fence != attempt.fence or record.state == "finished":
        return answer
    if outcome.status == "cancelled" and record.job.pod is not None and not record.cancel_requested:
        # Its pod is being taken away: why, the delegate that made it is about to tell, and that is the job's end (`pods.is_over`).
        store.put_job(connection, _replace(record, state="unknown", lease_expires_at=None))
    elif outcome.status == "unknown":
        _settle(connection, record, outcome, now)
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


# What is not heard of any more


def expire(connection: Connection, now: datetime) -> None:
    """Look after leases that have ended and delegates that are gone. May be run by any manager at any time."""
    for record in store.jobs_in(connection, ("leased", "started", "unknown"), lock=True):
        delegate = fleet_store.find_delegate(connection, record.delegate_id or "")
        expired = delegate is None or (record.lease_expires_at is not None and record.lease_expires_at <= now)
        if record.state == "leased" and expired:
            _offer_again(connection, record, now)
        elif record.state == "started" and expired:
            store.put_job(connection, _replace(record, state="unknown", lease_expires_at=None))
        elif record.state == "unknown" and _is_given_up(connection, record, delegate, now):
            _lost(connection, record, "its delegate is gone" if delegate is None else "its delegate is silent", now)
    pods.remove_lingering(connection, now)
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


def _offer_again(connection: Connection, record: JobRecord, now: datetime) -> None:
    attempt = store.find_attempt(connection, record.job.id, record.attempt)
    if attempt is not None:
        store.put_attempt(connection, _replace(attempt, ended_at=now))
    if record.cancel_requested:
        service.finish(connection, record, JobOutcome(status="cancelled"), now)
        return
    store.put_job(connection, _replace(record, state="queued", delegate_id=None, lease_expires_at=None))
    bell.ring_after(connection, bell.JOBS)


def _lost(connection: Connection, record: JobRecord, why: str, now: datetime) -> None:
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
    _settle(connection, record, JobOutcome(status="unknown", failure="Unknown", problems=(problem,)), now)


def _settle(connection: Connection, record: JobRecord, outcome: JobOutcome, now: datetime) -> None:
    """A job of unknown outcome: again, or ask what became of it, or end it as unknown."""
    match after_unknown(record):
        case "again":
            _offer_again(connection, record, now)
        case "settle" if not store.settling(connection, record.job.id):
            store.put_job(connection, _replace(record, state="unknown", lease_expires_at=None))
            service.enqueue_settling(connection, record, now)
        case "settle":
            return
        case "end":
            service.finish(connection, record, outcome, now)


def _give_up_workspaces(connection: Connection, now: datetime) -> None:
    """Queued jobs whose workspace went with its delegate: those that may be repeated make it anew elsewhere, others fail."""
    for waiting in store.waiting_jobs(connection):
        pinned_to = store.pin_of(connection, waiting.workspace)
        if waiting.workspace is None or waiting.pod is not None or pinned_to is None:
            continue
        delegate = fleet_store.find_delegate(connection, pinned_to)
        if delegate is not None and not delegate.is_lost(now):
            continue
        record = store.get_job(connection, waiting.id, lock=True)
        if record.state != "queued":  # another manager has looked after it
            continue
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
