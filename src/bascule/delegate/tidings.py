"""What the agent tells with its next lease call besides asking for jobs: what it reaches, jobs that it gives back, its log."""

import asyncio
from collections.abc import Callable, Iterable

from bascule.delegate.probe import why_not
from bascule.wire.delegates import LeaseAnswer, LeaseRequest


class Tidings:
    """Kept until the manager has them. `news` is set when there is something not to wait with for the end of a poll."""

    def __init__(self, log_after: Callable[[int], list[tuple[int, str]]]) -> None:
        self.news = asyncio.Event()
        self.handed_back: set[str] = set()
        self._reaches: dict[str, str] = {}
        self._trying: dict[str, asyncio.Task[None]] = {}
        self._log_after = log_after
        self._log_from: int | None = None

    def hand_back(self, job_id: str) -> None:
        """The job will not be begun here."""
        self.handed_back.add(job_id)
        self.news.set()

    def request(self, free: int, running: Iterable[str], wait_s: float) -> LeaseRequest:
        """A lease call that tells all there is."""
        self.news.clear()
        return LeaseRequest(
            free=free,
            wait_s=wait_s,
            running=list(running),
            handed_back=sorted(self.handed_back),
            reached=[endpoint for endpoint, why in self._reaches.items() if not why],
            unreachable={endpoint: why for endpoint, why in self._reaches.items() if why},
            log=self._log_after(self._log_from) if self._log_from is not None else None,
        )

    def told(self, request: LeaseRequest, answer: LeaseAnswer) -> None:
        """The manager has what the request said, and may want to know more."""
        self.handed_back -= set(request.handed_back)
        for endpoint in (*request.reached, *request.unreachable):
            self._reaches.pop(endpoint, None)
        self._log_from = answer.log_after
        if self._log_from is not None:
            self.news.set()
        for endpoint in answer.probe:
            if endpoint not in self._trying:
                self._trying[endpoint] = asyncio.create_task(self._try(endpoint))

    async def _try(self, endpoint: str) -> None:
        try:
            self._reaches[endpoint] = await why_not(endpoint)
        finally:
            del self._trying[endpoint]
        self.news.set()

    def end(self) -> None:
        """Nothing more is told."""
        for task in self._trying.values():
            task.cancel()
