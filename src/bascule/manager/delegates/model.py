"""Delegates, their tokens, and jobs with their attempts: values, and the rules of who may take what. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from bascule.core.problems import Problem
from bascule.manager.delegates.reach import endpoint_of
from bascule.manager.identity.model import Scope
from bascule.wire.delegates import HEARTBEAT_S, LEASE_S
from bascule.wire.jobs import Job
from bascule.wire.pods import Pod, Reach

JobState = Literal["queued", "leased", "started", "unknown", "finished"]
"""`unknown`: it has started, and its delegate is silent."""

JobStatus = Literal["success", "failure", "cancelled", "unknown"]

CONNECTED_S = 60.0
"""A delegate that has not called for so long counts as not connected."""
LOST_S = 300.0
"""After so long its workspaces are given up: jobs that may be repeated go elsewhere, others fail with the reason."""
FORGOTTEN_S = 6 * 3600.0
"""After so long it leaves the list, unless a job of it is still unknown."""
LEASE = timedelta(seconds=LEASE_S)
"""So long a job is its delegate's after that has spoken of it."""
MAX_ATTEMPTS = 3
"""How often a `safe` job whose outcome is unknown is tried."""


class JobOwner(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who wants the job done, handed back with its events and its outcome: the waiting phase of a step, as a rule."""

    execution_id: str = ""
    node_id: str = ""
    phase: str = ""
    org: str | None = None
    project: str | None = None
    pipeline: str | None = None
    schema: str | None = None
    instance: str | None = None
    data: dict[str, str] = {}
    """Whatever else the owner needs to find its place again."""


class JobOutcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a job ended. `failure` names the kind of error; `commit` is what its git source was pinned to."""

    status: JobStatus
    exit_code: int | None = None
    failure: str | None = None
    problems: tuple[Problem, ...] = ()
    outputs: dict[str, Any] = {}
    commit: str | None = None


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of a job. `seq` counts from 0 over all its attempts; `late` ones came after the attempt had been given up."""

    seq: int
    attempt: int
    event: dict[str, Any]
    late: bool = False


class JobEvents(msgspec.Struct, frozen=True, kw_only=True):
    """What `on_events` callbacks are given: events as just stored."""

    job_id: str
    owner: JobOwner
    events: tuple[StoredEvent, ...]


class JobFinished(msgspec.Struct, frozen=True, kw_only=True):
    """What `on_finished` callbacks are given."""

    job_id: str
    owner: JobOwner
    outcome: JobOutcome
    at: datetime
    pod: str | None = None
    """The key of the pod that it was, if it was one."""


class JobRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A job and where it stands. `settles` is the job whose unknown outcome this one finds out."""

    job: Job
    owner: JobOwner
    state: JobState
    enqueued_at: datetime
    attempt: int = 0
    fence: int = 0
    delegate_id: str | None = None
    lease_expires_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    cancel_requested: bool = False
    outcome: JobOutcome | None = None
    settles: str | None = None

    def is_lease_fresh(self, now: datetime) -> bool:
        """Whether its lease goes on for so long yet that it need not be written again."""
        return self.lease_expires_at is not None and self.lease_expires_at >= now + LEASE - timedelta(seconds=HEARTBEAT_S)


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One lease of a job and what came of it. `next_seq` is the first event not yet stored."""

    job_id: str
    attempt: int
    fence: int
    delegate_id: str
    leased_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    next_seq: int = 0
    outcome: JobOutcome | None = None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A queued job, as much of it as the choice needs."""

    id: str
    selectors: tuple[str, ...]
    scope: Scope
    needs_scripts: bool
    exclusive: str | None
    workspace: str | None
    needs_kubernetes: bool = False
    pod: str | None = None
    enqueued_at: datetime | None = None
    endpoint: str | None = None
    """host:port of its target, if whoever takes it must be known to reach that."""


class DelegateToken(msgspec.Struct, frozen=True, kw_only=True):
    """A right to register delegates in a scope, with tags. Only its hash is kept; `single_use` ones bind to the first public key.

    Rotated, it has a new text and the next `generation`. Until `former_until` the text before it keeps the delegates that came with it,
    and if `former_admits` lets new ones in too.

    One with a `pod` is for the delegate inside that pod, which takes no other jobs than its own.
    """

    id: str
    name: str
    scope: Scope
    tags: tuple[str, ...] = ()
    created_at: datetime
    created_by: str = ""
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    single_use: bool = False
    bound_key: str | None = None
    generation: int = 1
    former_until: datetime | None = None
    former_admits: bool = False
    pod: str | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether it still lets delegates in."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def keeps(self, generation: int, now: datetime) -> bool:
        """Whether a delegate that came with the text of that generation may stay."""
        return self.is_valid(now) and (generation == self.generation or self._is_former(generation, now))

    def admits(self, generation: int, now: datetime) -> bool:
        """Whether the text of that generation lets a new delegate in."""
        return self.is_valid(now) and (generation == self.generation or (self.former_admits and self._is_former(generation, now)))

    def _is_former(self, generation: int, now: datetime) -> bool:
        return generation == self.generation - 1 and self.former_until is not None and now < self.former_until


class Delegate(msgspec.Struct, frozen=True, kw_only=True):
    """A registered delegate. `tags` and `scope` come from its token; it may have narrowed the tags. Its name is one more tag.

    `generation` is of the token's text it came with. `draining_at`: since then it is given no more jobs. `start` and `features` are its
    process's own (`wire.delegates.Register`); `free` is its room for more jobs: as it said last, and as jobs began and ended since.
    """

    id: str
    token_id: str
    name: str
    public_key: str
    scope: Scope
    tags: tuple[str, ...] = ()
    version: str = ""
    hostname: str = ""
    capacity: int = 1
    allow_scripts: bool = False
    kubernetes: bool = False
    default_runner: Literal["local", "kubernetes"] = "local"
    pod: str | None = None
    """The pod that it is inside of, and serves alone."""
    registered_at: datetime
    last_seen_at: datetime
    generation: int = 1
    start: str = ""
    features: tuple[str, ...] = ()
    draining_at: datetime | None = None
    is_leaving: bool = False
    free: int = 0

    @property
    def forgotten_at(self) -> datetime:
        """When it leaves the list if it goes on saying nothing."""
        return self.last_seen_at + timedelta(seconds=FORGOTTEN_S)

    def silent_s(self, now: datetime) -> float:
        """How long ago it called last."""
        return (now - self.last_seen_at).total_seconds()

    def is_connected(self, now: datetime) -> bool:
        """Whether it has called lately."""
        return self.silent_s(now) < CONNECTED_S

    def connectivity(self, now: datetime) -> Literal["connected", "disconnected", "lost"]:
        """In a word."""
        return "connected" if self.is_connected(now) else "lost" if self.is_lost(now) else "disconnected"

    def is_lost(self, now: datetime) -> bool:
        """Whether it has been silent for so long that nobody waits for it any more."""
        return self.silent_s(now) >= LOST_S


def scope_of(text: str) -> Scope:
    """`account`, `account/org`, `account/org/project` as a Scope. Raises ValueError for anything else."""
    head, *rest = text.split("/")
    if head != "account" or len(rest) > 2 or not all(rest):
        raise ValueError(f"not a scope: {text!r}")
    return Scope(*rest)


def waiting(job: Job) -> Waiting:
    """What the choice of a delegate needs to know of a job."""
    return Waiting(
        id=job.id,
        selectors=tuple(job.selectors),
        scope=scope_of(job.scope),
        needs_scripts=job.runs_foreign_code,
        exclusive=job.target.exclusive if job.target else None,
        workspace=job.workspace,
        needs_kubernetes=isinstance(job.what, Pod | Reach),
        pod=job.pod,
        endpoint=endpoint_of(job),
    )


def pod_of(job: Job) -> str | None:
    """The key of the pod that the job is."""
    return job.what.key if isinstance(job.what, Pod) else None


def skew(delegate: str, manager: str) -> str | None:
    """Why this version of a delegate does not go with this manager's; None when it does: of the same minor version, or one older."""
    theirs, ours = _minor(delegate), _minor(manager)
    if theirs is None or ours is None:
        return None if delegate == manager else f"{delegate or 'unknown'} is not a version like the manager's ({manager})"
    if theirs[0] == ours[0] and 0 <= ours[1] - theirs[1] <= 1:
        return None
    side = "newer than the manager: upgrade the manager first" if theirs > ours else "too old for this manager: upgrade the delegate"
    return f"{delegate} is {side} ({manager})"


def _minor(version: str) -> tuple[int, int] | None:
    numbers = version.split(".")[:2]
    return (int(numbers[0]), int(numbers[1])) if len(numbers) == 2 and all(part.isdecimal() for part in numbers) else None


def refusals(job: Waiting, delegate: Delegate, pinned_to: str | None) -> list[str]:
    """Why this delegate cannot take that job, tag by tag; empty when it can. `pinned_to` is the delegate that has its workspace.

    A job of a pod asks for nothing else: the pod was made where its selectors led.
    """
    if job.pod is not None or delegate.pod is not None:
        return [] if job.pod == delegate.pod else ["it serves one pod only" if delegate.pod else "the job runs in a pod of its own"]
    reasons = [f"it lacks the tag '{tag}'" for tag in job.selectors if tag not in delegate.tags]
    if not delegate.scope.covers(job.scope):
        reasons.append(f"its token covers {delegate.scope}, the job is in {job.scope}")
    if job.needs_scripts and not delegate.allow_scripts:
        reasons.append("it was started without --allow-scripts")
    if job.needs_kubernetes and not delegate.kubernetes:
        reasons.append("it was started without Kubernetes")
    if pinned_to is not None and pinned_to != delegate.id:
        reasons.append("the workspace of this job is on another delegate")
    if delegate.draining_at is not None:
        reasons.append("it is draining")
    return reasons


def meet(one: Scope, other: Scope) -> bool:
    """Whether a job may be in both. Delegates of scopes that do not meet are never in each other's way, and know nothing of each other."""
    return one.covers(other) or other.covers(one)


def is_told_of(delegate: Delegate, job: Waiting) -> bool:
    """Whether who may look at the job may know that delegate: not those of pods, nor of other organizations and projects."""
    return delegate.pod is None and meet(delegate.scope, job.scope)


def nobody(job: Waiting, delegates: Iterable[Delegate], pinned_to: str | None, now: datetime) -> Problem | None:
    """Why no connected delegate can take the job, delegate by delegate; None when one can."""
    lines = []
    strangers = 0
    for delegate in delegates:
        if not is_told_of(delegate, job):
            strangers += delegate.pod is None
            continue
        reasons = refusals(job, delegate, pinned_to)
        if not delegate.is_connected(now):
            reasons.append(f"it has been silent for {delegate.silent_s(now):.0f} s")
        if not reasons:
            return None
        lines.append(f"{delegate.name}: {', '.join(reasons)}")
    if strangers:
        lines.append(f"{strangers} other{'s serve' if strangers > 1 else ' serves'} other organizations or projects")
    wanted = f" with {', '.join(repr(tag) for tag in job.selectors)}" if job.selectors else ""
    fix = "start a delegate with a token that has these tags in this scope, or change the selectors"
    if job.needs_kubernetes:
        fix = "start a delegate with Kubernetes, in the cluster or with --kubeconfig, whose token has these tags in this scope"
    return Problem(
        code="DEL-010",
        what=f"no delegate{wanted} can take this job",
        where=str(job.scope),
        why="; ".join(lines) or "no delegate is registered",
        fix=fix,
    )


def after_unknown(record: JobRecord) -> Literal["again", "settle", "end"]:
    """What to do with a job whose process has gone without a result: run it again, find out what became of it, or say that nobody knows.

    A job of a pod cannot run again, for its pod does not: its step may, in a new one.
    """
    if record.job.repeat == "safe" and record.job.pod is None and not record.cancel_requested and record.attempt < MAX_ATTEMPTS:
        return "again"
    return "settle" if record.job.repeat == "resolve" and record.job.settle else "end"


def settlement(original: JobRecord, found: JobOutcome) -> JobOutcome:
    """The end of a job of unknown outcome: its owner judges by what the `settle` verb has found, which stands in the outputs."""
    what = "the job's process or its delegate was lost before it told its outcome"
    lost = Problem(code="JOB-003", what=what, where=original.job.title or None)
    return JobOutcome(status="unknown", failure="Unknown", problems=(lost, *found.problems), outputs=found.outputs)
