"""What a delegate counts of itself: plain numbers, always; `health.py` shows them to Prometheus where that was asked for."""

import time
from bisect import bisect_left
from collections import Counter

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Durations:
    """A histogram: how many took how long."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS_S) + 1)
        self.sum_s = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(BUCKETS_S, seconds)] += 1
        self.sum_s += seconds


class Measures:
    """`leases`: how long a call was open that brought a job. `dispatches`: from lease to running process, sources included."""

    def __init__(self) -> None:
        self.finished: Counter[str] = Counter()
        self.leases = Durations()
        self.dispatches = Durations()
        self.last_contact: float | None = None
        """Monotonic."""
        self._leased_at: dict[str, float] = {}

    def contact(self) -> None:
        """The manager has answered."""
        self.last_contact = time.monotonic()

    def leased(self, job_id: str) -> None:
        """A job was accepted."""
        self._leased_at[job_id] = time.monotonic()

    def running(self, job_id: str) -> None:
        """Its process runs."""
        if (leased_at := self._leased_at.pop(job_id, None)) is not None:
            self.dispatches.add(time.monotonic() - leased_at)

    def ended(self, status: str) -> None:
        """The manager has the result of one."""
        self.finished[status] += 1

    def released(self, job_id: str) -> None:
        """It is in hand no more, however that came."""
        self._leased_at.pop(job_id, None)
