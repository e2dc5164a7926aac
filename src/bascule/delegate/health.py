"""`/healthz`, `/readyz` and `/metrics` of a delegate, for probes and Prometheus: the one place where it listens, and only if asked to."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from bascule import __version__
from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.delegate.measures import BUCKETS_S, Durations, Measures

if TYPE_CHECKING:
    from prometheus_client.core import HistogramMetricFamily, Metric

logger = logging.getLogger(__name__)

SILENT_S = 60.0
"""A delegate that has not heard of its manager for so long is not ready."""
_PATIENCE_S = 5.0
_MOST_BYTES = 8192


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How the agent is, at the moment somebody asks."""

    running: int
    capacity: int
    is_stopping: bool
    has_parent: bool


@asynccontextmanager
async def listening(host: str, port: int | None, measures: Measures, jobs: Path, state: Callable[[], State]) -> AsyncIterator[None]:
    """Answer there meanwhile; nowhere without a port. Raises InputError when the port cannot be had."""
    if not port:
        yield
        return
    pages = Pages(measures, jobs, state)
    try:
        server = await asyncio.start_server(pages.answer, host, port)
    except OSError as error:
        what = f"cannot listen on {host}:{port}"
        raise InputError(Problem(code="DEL-044", what=what, why=error.strerror, fix="name another --health-port")) from error
    logger.info("health is told at http://%s:%s/healthz", host, port)
    try:
        yield
    finally:
        server.close()


class Pages:
    """The three pages. What they say is read when they are asked for."""

    def __init__(self, measures: Measures, jobs: Path, state: Callable[[], State]) -> None:
        self._measures = measures
        self._jobs = jobs
        self._state = state

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of one connection."""
        with contextlib.suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_PATIENCE_S):
                head = await reader.readuntil(b"\r\n\r\n")
                method, path, _ = head[:_MOST_BYTES].split(b"\r\n", 1)[0].decode("ascii", "replace").split(" ", 2)
                status, kind, body = self._page(method, path.partition("?")[0])
                said = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
                writer.write(said.encode() + (body if method != "HEAD" else b""))
                await writer.drain()
        writer.close()

    def _page(self, method: str, path: str) -> tuple[str, str, bytes]:
        text = "text/plain; charset=utf-8"
        if method not in ("GET", "HEAD"):
            return "405 Method Not Allowed", text, b"only GET\n"
        match path:
            case "/healthz":
                return "200 OK", text, b"ok\n"
            case "/readyz":
                why = self.why_not_ready()
                return ("503 Service Unavailable", text, f"{why}\n".encode()) if why else ("200 OK", text, b"ready\n")
            case "/metrics":
                try:
                    kind, body = self.metrics()
                except ModuleNotFoundError:
                    return "501 Not Implemented", text, b"metrics need an extra: pip install 'bascule[metrics]'\n"
                return "200 OK", kind, body
            case _:
                return "404 Not Found", text, b"there are /healthz, /readyz and /metrics\n"

    def why_not_ready(self) -> str:
        """Empty when it takes jobs."""
        state, contact = self._state(), self._measures.last_contact
        if not state.has_parent:
            return "the process that starts jobs is gone"
        if state.is_stopping:
            return "it takes no more jobs"
        if contact is None:
            return "it has not reached its manager yet"
        silent_s = time.monotonic() - contact
        return f"its manager has not answered for {silent_s:.0f} s" if silent_s > SILENT_S else ""

    def metrics(self) -> tuple[str, bytes]:
        """Content type and text."""
        from prometheus_client import CollectorRegistry
        from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

        registry = CollectorRegistry()
        registry.register(self)
        return CONTENT_TYPE_LATEST, generate_latest(registry)

    def collect(self) -> "Iterator[Metric]":
        """The families, as a collector of Prometheus gives them."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

        state, measures = self._state(), self._measures
        yield InfoMetricFamily("bascule_delegate", "The program.", value={"version": __version__})
        yield GaugeMetricFamily("bascule_delegate_jobs_running", "Jobs in hand.", value=state.running)
        yield GaugeMetricFamily("bascule_delegate_capacity", "How many jobs it takes at once.", value=state.capacity)
        finished = CounterMetricFamily("bascule_delegate_jobs_finished", "Jobs whose result the manager has.", labels=["status"])
        for status in ("success", "failure", "cancelled", "unknown"):
            finished.add_metric([status], measures.finished[status])
        yield finished
        yield _histogram("bascule_delegate_lease_seconds", "How long a call was open that brought a job.", measures.leases)
        yield _histogram("bascule_delegate_dispatch_seconds", "From lease to running process, sources included.", measures.dispatches)
        yield GaugeMetricFamily("bascule_delegate_buffer_bytes", "Events on disk that wait for the manager.", value=self._buffered())
        if measures.last_contact is not None:
            silent_s = time.monotonic() - measures.last_contact
            yield GaugeMetricFamily("bascule_delegate_last_contact_seconds", "How long ago the manager answered last.", value=silent_s)

    def _buffered(self) -> int:
        total = 0
        for path in self._jobs.glob("*/events.*.jsonl"):
            with contextlib.suppress(FileNotFoundError):
                total += path.stat().st_size
        return total


def _histogram(name: str, about: str, durations: Durations) -> "HistogramMetricFamily":
    from prometheus_client.core import HistogramMetricFamily

    buckets: list[Any] = []
    total = 0
    for bound, count in zip([*map(str, BUCKETS_S), "+Inf"], durations.counts, strict=True):
        total += count
        buckets.append((bound, total))
    return HistogramMetricFamily(name, about, buckets=buckets, sum_value=durations.sum_s)
