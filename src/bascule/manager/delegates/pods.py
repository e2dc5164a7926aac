"""Pods of step groups: one job makes the pod, a delegate inside it runs the group's jobs, and goes when nothing more can come.

A permanent delegate leases the job that makes the pod (`wire/pods.py`), and holds it as long as the pod lives. So whatever becomes of
the pod is that job's outcome, and what was still meant for the pod ends with it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from bascule.core.clock import Clock, SystemClock, new_id
from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.manager.delegates import fleet_store, pod_store, service, sessions, store
from bascule.manager.delegates.bell import JOBS, ring_after
from bascule.manager.delegates.model import Delegate, DelegateToken, JobFinished, JobOutcome, JobOwner, JobRecord
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.wire import sealing
from bascule.wire.delegates import SealedSecrets
from bascule.wire.jobs import Job, Limits, Seal
from bascule.wire.pods import Pod

TOKEN = "token"  # noqa: S105 - the name of a secret
"""The secret of a pod's job by which the delegate inside registers. It is made when the job is leased, not kept."""

_CLOCK = SystemClock()
_MARGIN = timedelta(minutes=10)
_LINGERS = timedelta(minutes=3)
"""Longer than a job's grace: so long a delegate in a pod may take to finish and go."""
_LOOKUP_S = 60.0
_DEADLINE_S = 6 * 3600.0
"""Of a pod that no document limits."""


def start(connection: Connection, job: Job, owner: JobOwner, now: datetime) -> None:
    """Have the pod of `job` made. The same one again is harmless, also when it is gone."""
    assert isinstance(job.what, Pod)  # noqa: S101 - that is what makes it the job of a pod
    if store.find_job(connection, job.id) is None:
        pod_store.add(connection, job.what.key, job.id, now)
        service.offer(connection, job, owner, now)


def leave(connection: Connection, path: str, *, clock: Clock = _CLOCK) -> None:
    """Nothing more comes for the pods at or below that path: their delegates finish what they have, and go. One not yet made is not."""
    now = clock.now()
    for pod in pod_store.staying(connection, path):
        pod_store.put_leave(connection, pod.key, now)
        if not any(delegate.is_connected(now) for delegate in fleet_store.delegates_in_pod(connection, pod.key)):
            service.cancel(connection, pod.job_id, clock=clock)
    ring_after(connection, JOBS)


def must_leave(connection: Connection, delegate: Delegate) -> bool:
    """Whether nothing more comes for the pod that the delegate is inside of."""
    if delegate.pod is None:
        return False
    pod = pod_store.find(connection, delegate.pod)
    return pod is None or pod.leave_at is not None


def remove_lingering(connection: Connection, now: datetime) -> None:
    """Have the pods taken away whose delegates were told to leave long ago and have not."""
    for pod in pod_store.lingering(connection, now - _LINGERS):
        record = store.find_job(connection, pod.job_id, lock=True)
        if record is not None and record.state != "finished" and not record.cancel_requested:
            store.put_job(connection, msgspec.structs.replace(record, cancel_requested=True))
            ring_after(connection, JOBS)


def new_token(connection: Connection, pod: Pod, scope: Scope, now: datetime) -> str:
    """A token for the delegate inside, good once. An earlier one (its lease was lost) lets nobody in any more, unless it already has."""
    record = pod_store.find(connection, pod.key)
    if record is not None and record.token_id is not None:
        fleet_store.revoke_token(connection, record.token_id, now, unless_bound=True)
    text = sessions.new_token()
    token = DelegateToken(
        id=new_id("dt", now),
        name=f"pod {pod.key}"[:128],
        scope=scope,
        created_at=now,
        created_by=SYSTEM.id,
        expires_at=now + timedelta(seconds=pod.init_timeout_s + pod.deadline_s) + _MARGIN,
        single_use=True,
        pod=pod.key,
    )
    fleet_store.add_token(connection, token, sessions.hash_of(text))
    pod_store.put_token(connection, pod.key, token.id)
    return text


def is_over(connection: Connection, finished: JobFinished) -> None:
    """The pod is gone, and nothing is kept of it but its job: its delegate and its tokens are forgotten, what waited for it ends with it.

    What its delegate was doing is settled elsewhere, like anything that a lost delegate was doing.
    """
    if finished.pod is None:
        return
    key, now = finished.pod, finished.at
    pod_store.remove(connection, key)
    fleet_store.remove_tokens_of_pod(connection, key)
    store.unpin(connection, _lookup_workspace(key))
    outcome = _of_its_jobs(finished.outcome, key)
    for waiting in store.jobs_of_pod(connection, key, ("queued", "leased")):
        service.finish(connection, waiting, outcome, now)
    for stopped in store.jobs_of_pod(connection, key, ("started", "unknown")):
        attempt = store.find_attempt(connection, stopped.job.id, stopped.attempt)
        if attempt is not None and attempt.outcome is not None:  # it was stopped with the pod, and has told how far it came
            service.finish(connection, stopped, msgspec.structs.replace(outcome, outputs=attempt.outcome.outputs), now)
    for delegate in fleet_store.delegates_in_pod(connection, key):
        fleet_store.remove_delegate(connection, delegate.id)


def end_stranded(connection: Connection, now: datetime) -> None:
    """End the jobs that were queued for a pod while it went, so that its end did not see them."""
    for stranded in store.stranded_jobs(connection):
        service.finish(connection, stranded, _of_its_jobs(JobOutcome(status="failure"), stranded.job.pod or ""), now)


def _of_its_jobs(outcome: JobOutcome, key: str) -> JobOutcome:
    """How a job ends that waited for a pod with that outcome."""
    if outcome.status == "cancelled":
        return JobOutcome(status="cancelled")
    problems = outcome.problems or (
        Problem(code="DEL-014", what="the pod of this step group has ended", where=key, fix="run the step group again"),
    )
    return JobOutcome(status="failure", failure="PodError", problems=problems)


def have_been_looked_up(connection: Connection, delegate: Delegate, job: Job, names: Iterable[str], now: datetime) -> bool:
    """Whether a delegate outside has looked up these secrets for the one inside; it is asked to, the first time.

    That is who has made the pod, as long as it is there: what it may read (its files, its cluster's secrets) is what the pod is to have.
    """
    if (asked := store.find_job(connection, _lookup_id(job.id, delegate))) is not None:
        return asked.state == "finished"
    pod = pod_store.find(connection, job.pod or "")
    making = store.find_job(connection, pod.job_id) if pod else None
    lookup = Job(
        id=_lookup_id(job.id, delegate),
        what=Seal(public_key=delegate.public_key, context=sealing.elsewhere_context(job.id)),
        title=f"secrets for {job.title or job.id}",
        secrets={name: job.secrets[name] for name in names if name in job.secrets},
        workspace=_lookup_workspace(job.pod or ""),
        selectors=making.job.selectors if making else job.selectors,
        scope=job.scope,
        limits=Limits(timeout_s=_LOOKUP_S),
        repeat="safe",
    )
    if making is not None and making.delegate_id is not None and lookup.workspace is not None:
        store.pin(connection, lookup.workspace, making.delegate_id, now)
    service.offer(connection, lookup, JobOwner(), now)
    return False


def looked_up(connection: Connection, delegate: Delegate, job: Job) -> SealedSecrets:
    """What was found, sealed to the delegate inside. Raises TargetError with what stood in the way."""
    outcome = store.get_job(connection, _lookup_id(job.id, delegate)).outcome
    if outcome is None or outcome.status != "success":
        missing = Problem(code="DEL-016", what="the secrets of this job could not be looked up", where=job.title or job.id)
        raise TargetError((outcome.problems if outcome else ()) or (missing,))
    return msgspec.convert(outcome.outputs["sealed"], SealedSecrets)


def are_being_looked_up(connection: Connection, delegate: Delegate, job_id: str) -> bool:
    """Whether the job waits for secrets that a delegate outside was asked for: its end rings when they are there."""
    asked = store.find_job(connection, _lookup_id(job_id, delegate))
    return asked is not None and asked.state != "finished"


def _lookup_id(job_id: str, delegate: Delegate) -> str:
    """Of the job by which they are looked up. What is sealed to one delegate is of no use to the next, if the pod had to be made again."""
    return f"{job_id}_secrets_{sessions.hash_of(delegate.public_key)[:8]}"


def _lookup_workspace(key: str) -> str:
    """By which all look-ups for one pod go to the same delegate."""
    return f"secrets of {key}"


def place(connection: Connection, delegate: Delegate, record: JobRecord, now: datetime) -> JobRecord:
    """A job that the delegate would rather see in a pod than run itself: in its workspace's, which is asked for if there is none."""
    workspace = record.job.workspace
    assert workspace is not None  # noqa: S101 - that is what makes it such a job
    pod = next((pod for pod in pod_store.staying(connection, workspace) if pod.key.startswith(f"{workspace}@")), None)
    key = pod.key if pod else f"{workspace}@{new_id('pod', now)}"
    if pod is None:
        start(connection, _of_workspace(record.job, key, now), _owner(record.owner), now)
        store.pin(connection, workspace, delegate.id, now)
    placed = msgspec.structs.replace(record, job=msgspec.structs.replace(record.job, pod=key))
    store.put_pod(connection, placed)
    ring_after(connection, JOBS)
    return placed


def _of_workspace(job: Job, key: str, now: datetime) -> Job:
    """The job of a pod as its delegate is configured, since no document gives it an infrastructure."""
    return Job(
        id=new_id("job", now),
        what=Pod(key=key, deadline_s=max(job.limits.timeout_s, _DEADLINE_S)),
        title=f"a pod for {job.title or job.id}",
        workspace=job.workspace,
        scope=job.scope,
        limits=job.limits,
    )


def _owner(owner: JobOwner) -> JobOwner:
    return JobOwner(org=owner.org, project=owner.project, pipeline=owner.pipeline)


service.on_finished(is_over)
