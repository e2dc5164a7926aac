"""The overview of a project: counts, the last deployments, thirty days of executions, what is deployed where."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec
from fastapi import APIRouter
from fastapi.responses import Response

from bascule.manager.changelogs import service as changelogs
from bascule.manager.changelogs.model import InstanceFilter, MigrationStateIn
from bascule.manager.changelogs.pages import STATES
from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.instances import service as instances
from bascule.manager.paging import Paging
from bascule.manager.pipelines import store
from bascule.manager.pipelines.model import BROKEN, Execution
from bascule.manager.web.rendering import PREFIX, PROJECT, PageRoute, ProjectView

DAYS = 30
_ROWS = 10


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A day's executions by how they ended; heights and places are those of the chart, 0 to 100."""

    on: date
    succeeded: int
    failed: int
    other: int

    @property
    def total(self) -> int:
        return self.succeeded + self.failed + self.other


def router(deps: Deps) -> APIRouter:
    """The overview's route."""
    pages = APIRouter(prefix=PREFIX, route_class=PageRoute, include_in_schema=False)

    @pages.get("/overview")
    def overview(view: ProjectView, schema: str = "") -> Response:
        now = deps.clock.now()
        with reading(deps.engine) as connection:
            counts = changelogs.overview(connection, view.actor, view.scope)
            schemas = instances.list_schemas(connection, view.actor, view.scope, None, None, "name", "ASC", Paging(0, 100)).items
            runs: list[Execution] = []
            if view.may("core_pipeline_view"):
                since = now - timedelta(days=DAYS)
                runs = list(store.list_executions(connection, view.scope, Paging(0, 1000), since=since).items)
            chosen = next((one for one in schemas if one.identifier == schema), None)
            chosen = chosen or next((one for one in schemas if one.instance_count), schemas[0] if schemas else None)
            state = None
            if chosen and chosen.instance_count:
                wanted = MigrationStateIn(instance_filter=InstanceFilter(sort="created"))
                state = changelogs.migration_state(connection, view.actor, view.scope, chosen.identifier, wanted, None, Paging(0, _ROWS))
        days = by_day(runs, now)
        response = view.render(
            "web/overview.html",
            title="Overview",
            active="overview",
            counts=counts,
            schemas=schemas,
            chosen=chosen,
            state=state,
            states=STATES,
            runs=runs[:5],
            days=days,
            highest=max((day.total for day in days), default=0),
            finished=sum(day.succeeded + day.failed for day in days),
            succeeded=sum(day.succeeded for day in days),
            failed=sum(day.failed for day in days),
            running=sum(not run.is_finished for run in runs),
        )
        response.set_cookie(PROJECT, f"{view.scope.org}/{view.scope.project}", max_age=31536000, httponly=True, samesite="strict")
        return response

    return pages


def by_day(runs: Iterable[Execution], now: datetime) -> list[Day]:
    """The last thirty days, oldest first."""
    found: Counter[tuple[date, str]] = Counter()
    for run in runs:
        kind = (
            "failed" if run.status in BROKEN and run.status != "Aborted" else "ok" if run.status in ("Success", "IgnoreFailed") else "other"
        )
        found[run.created_at.date(), kind] += 1
    days = [now.date() - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return [Day(on=day, succeeded=found[day, "ok"], failed=found[day, "failed"], other=found[day, "other"]) for day in days]
