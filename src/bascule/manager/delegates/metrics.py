"""`/metrics` of the manager for Prometheus: delegates and their jobs. Only with `bascule server --metrics`, and only on loopback."""

import ipaddress
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bascule import __version__
from bascule.core.problems import Problem
from bascule.manager.api_errors import error_response
from bascule.manager.database import reading
from bascule.manager.delegates import fleet_store
from bascule.manager.delegates.tables import JOBS
from bascule.manager.deps import Deps

if TYPE_CHECKING:
    from prometheus_client.core import Metric

SETTING = "delegates.metrics"
"""In `Settings.extra`: `on`."""


def routes(deps: Deps) -> list[Route]:
    """For the app to mount; none unless asked for."""
    if deps.settings.extra.get(SETTING) != "on":
        return []

    async def metrics(request: Request) -> Response:
        if not _is_near(request):
            what = "metrics are told on the manager's own machine only"
            return error_response(403, (Problem(code="DEL-048", what=what, fix="scrape it from there"),))
        try:
            kind, body = await run_in_threadpool(_told, deps)
        except ModuleNotFoundError:
            problem = Problem(code="DEL-049", what="metrics need an extra that is not installed", fix="pip install 'bascule[metrics]'")
            return error_response(501, (problem,))
        return Response(body, media_type=kind)

    return [Route("/metrics", metrics, methods=["GET"])]


def _is_near(request: Request) -> bool:
    """Whether it comes from this machine, and not by a proxy on it."""
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _told(deps: Deps) -> tuple[str, bytes]:
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

    registry = CollectorRegistry()
    registry.register(_Collector(deps))
    return CONTENT_TYPE_LATEST, generate_latest(registry)


class _Collector:
    """Reads the store when it is asked."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def collect(self) -> "Iterator[Metric]":
        from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

        now = self._deps.clock.now()
        with reading(self._deps.engine) as connection:
            known = fleet_store.delegates(connection)
            rows = connection.execute(select(JOBS.c.state, func.count()).group_by(JOBS.c.state)).all()
            states: dict[str, int] = {state: count for state, count in rows}  # noqa: C416 - rows are not tuples to mypy
            oldest: datetime | None = connection.execute(select(func.min(JOBS.c.enqueued_at)).where(JOBS.c.state == "queued")).scalar()
        yield InfoMetricFamily("bascule_manager", "The program.", value={"version": __version__})
        jobs = GaugeMetricFamily("bascule_jobs", "Jobs in the store by where they stand.", labels=["state"])
        for state in ("queued", "leased", "started", "unknown", "finished"):
            jobs.add_metric([state], states.get(state, 0))
        yield jobs
        waited_s = (now - oldest).total_seconds() if oldest is not None else 0.0
        yield GaugeMetricFamily("bascule_oldest_queued_job_seconds", "How long the oldest queued job has waited.", value=waited_s)
        delegates = [delegate for delegate in known if delegate.pod is None]
        counts = Counter(delegate.connectivity(now) for delegate in delegates)
        listed = GaugeMetricFamily("bascule_delegates", "Delegates on the list.", labels=["status"])
        for status in ("connected", "disconnected", "lost"):
            listed.add_metric([status], counts[status])
        yield listed
        inside = sum(delegate.pod is not None and delegate.is_connected(now) for delegate in known)
        yield GaugeMetricFamily("bascule_pods", "Pods of step groups whose delegate is connected.", value=inside)
        capacity = sum(delegate.capacity for delegate in delegates if delegate.is_connected(now) and delegate.draining_at is None)
        yield GaugeMetricFamily("bascule_delegates_capacity", "How many jobs connected delegates take at once.", value=capacity)
