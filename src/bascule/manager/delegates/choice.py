"""Which of the delegates that may take a job is to have it: who reaches its target, who ran it last, who has least to do. Pure.

Delegates ask for jobs, so choosing is passing over: one that is not the best lets a job be for a moment, in which the best one, that was
woken by the same bell, takes it. A delegate that is alone never waits.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from bascule.core.problems import Problem
from bascule.manager.delegates.model import Delegate, Waiting, is_told_of, refusals
from bascule.manager.delegates.reach import MOST_PROBES, PATIENCE, Reach, cannot_reach
from bascule.wire.delegates import PROBES

PASSED_OVER = timedelta(milliseconds=300)
"""So long after it was queued a job is left to a better delegate."""
ASKING = timedelta(seconds=30)
"""A delegate that asked for jobs within this time and was given none is asking still: a poll is held open for 25 s."""

Verdict = Literal["take", "pass", "probe", "wait", "refuse"]
"""`pass`: let a better one have it, for now. `probe`: tell first whether you reach its target. `wait`: you have been asked that, or others
reach it and you do not. `refuse`: not before something changes."""


class Fleet(msgspec.Struct, frozen=True, kw_only=True):
    """What a choice looks at besides the job: all delegates, what they have in hand, what they reach, who has which workspace."""

    delegates: Sequence[Delegate]
    running: Mapping[str, int] = {}
    reaches: Mapping[tuple[str, str], Reach] = {}
    """By delegate and endpoint."""
    pins: Mapping[str, str] = {}
    now: datetime

    def reach(self, delegate: Delegate, job: Waiting) -> Reach | None:
        """What is known of this delegate and the job's target."""
        return self.reaches.get((delegate.id, job.endpoint)) if job.endpoint is not None else None

    def others(self, job: Waiting, delegate: Delegate) -> Iterator[Delegate]:
        """The other connected delegates that may take the job."""
        pinned_to = self.pins.get(job.workspace or "")
        for other in self.delegates:
            if other.id != delegate.id and other.is_connected(self.now) and not refusals(job, other, pinned_to):
                yield other

    def is_asking(self, delegate: Delegate) -> bool:
        """Whether it holds a poll open, with room."""
        return delegate.free > 0 and self.now - delegate.last_seen_at < ASKING

    def load(self, delegate: Delegate) -> float:
        """The share of its capacity that is taken."""
        return self.running.get(delegate.id, 0) / delegate.capacity


def verdict(job: Waiting, delegate: Delegate, fleet: Fleet) -> Verdict:
    """What a delegate that asks should do about a queued job."""
    if refusals(job, delegate, fleet.pins.get(job.workspace or "")):
        return "refuse"
    reached = _on_reach(job, delegate, fleet)
    if reached != "take":
        return reached
    is_new = job.enqueued_at is not None and fleet.now - job.enqueued_at < PASSED_OVER
    return "pass" if is_new and _is_passed_over(job, delegate, fleet) else "take"


def _on_reach(job: Waiting, delegate: Delegate, fleet: Fleet) -> Verdict:
    if job.endpoint is None or job.pod is not None or PROBES not in delegate.features:
        return "take"
    known = fleet.reach(delegate, job)
    if known is not None and known.is_good(fleet.now):
        return "take"
    is_patient = job.enqueued_at is None or fleet.now - job.enqueued_at < PATIENCE
    if is_patient or any(_reaches(job, other, fleet) for other in fleet.others(job, delegate)):
        return "probe" if known is None or known.is_to_ask(fleet.now) else "wait"
    return "take"


def _reaches(job: Waiting, delegate: Delegate, fleet: Fleet) -> bool:
    known = fleet.reach(delegate, job)
    return known is not None and known.is_good(fleet.now)


def _is_passed_over(job: Waiting, delegate: Delegate, fleet: Fleet) -> bool:
    """Whether somebody better is about to take the job."""
    mine = _rank(job, delegate, fleet)
    return any(fleet.is_asking(other) and _rank(job, other, fleet) < mine for other in fleet.others(job, delegate))


def _rank(job: Waiting, delegate: Delegate, fleet: Fleet) -> tuple[bool, bool, float]:
    """Smaller is better: reaches the target (or need not), ran it last, has least to do."""
    reached = job.endpoint is None or PROBES not in delegate.features or _reaches(job, delegate, fleet)
    return (not reached, _ran_last(job, fleet) != delegate.id, fleet.load(delegate))


def _ran_last(job: Waiting, fleet: Fleet) -> str | None:
    """The delegate whose job on this target succeeded last."""
    ran = [(known.ran_at, known.delegate_id) for known in fleet.reaches.values() if known.endpoint == job.endpoint and known.ran_at]
    return max(ran)[1] if ran else None


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What there is for a delegate that asks: jobs it may take, oldest first; targets to try; whether to look again in a moment."""

    jobs: tuple[Waiting, ...] = ()
    probes: tuple[str, ...] = ()
    passes: bool = False


def choose(jobs: Sequence[Waiting], delegate: Delegate, fleet: Callable[[], Fleet]) -> Chosen:
    """What of the queued jobs is for this delegate. `fleet` is only asked when there is a job to choose for."""
    if not jobs:
        return Chosen()
    seen = fleet()
    taken: list[Waiting] = []
    probes: dict[str, None] = {}
    passes = False
    for job in jobs:
        match verdict(job, delegate, seen):
            case "take":
                taken.append(job)
            case "pass":
                passes = True
            case "probe" if job.endpoint is not None and len(probes) < MOST_PROBES:
                probes[job.endpoint] = None
            case _:
                continue
    return Chosen(jobs=tuple(taken), probes=tuple(probes), passes=passes)


def why_not_yet(job: Waiting, fleet: Fleet) -> Problem | None:
    """Why a job that some delegate may take is not running yet, delegate by delegate; None when one is about to take it."""
    lines = []
    for delegate in fleet.delegates:
        if not is_told_of(delegate, job):
            continue
        reasons = refusals(job, delegate, fleet.pins.get(job.workspace or ""))
        if not delegate.is_connected(fleet.now):
            reasons.append(f"it has been silent for {delegate.silent_s(fleet.now):.0f} s")
        known = fleet.reach(delegate, job)
        if known is not None and job.endpoint is not None and known.is_reached is False:
            reasons.append(cannot_reach(job.endpoint, known))
        elif not reasons and _on_reach(job, delegate, fleet) in ("probe", "wait"):
            reasons.append(f"it is finding out whether it reaches {job.endpoint}")
        if not reasons and fleet.running.get(delegate.id, 0) >= delegate.capacity:
            reasons.append(f"it has {fleet.running[delegate.id]} of {delegate.capacity} jobs in hand")
        if not reasons:
            return None
        lines.append(f"{delegate.name}: {', '.join(reasons)}")
    return Problem(
        code="DEL-040",
        what="no delegate can take this job yet",
        where=str(job.scope),
        why="; ".join(lines),
        fix="wait, or start another delegate with these tags, or give one a larger --capacity",
        severity="info",
    )
