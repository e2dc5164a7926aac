"""Pages of the audit trail: who did what, and what changed by it."""

from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import Response

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.audit import service
from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.identity.model import Scope
from bascule.manager.paging import Paging
from bascule.manager.web.rendering import PREFIX, PageRoute, ProjectView

ACTIONS = (
    "CREATE",
    "UPDATE",
    "DELETE",
    "START",
    "END",
    "ABORT",
    "APPROVE",
    "REJECT",
    "EXPIRE",
    "LOGIN",
    "LOGIN_FAILED",
    "LOGOUT",
    "PASSWORD",
)
"""What the filter offers; an event may have another."""


def router(deps: Deps) -> APIRouter:
    """Routes of the area's pages."""
    pages = APIRouter(prefix=f"{PREFIX}/audit", route_class=PageRoute, include_in_schema=False)

    @pages.get("")
    def events(
        view: ProjectView,
        page: int = 0,
        actor: str = "",
        action: str = "",
        resource_type: str = "",
        search: str = "",
        since: str = "",
        everything: bool = False,
    ) -> Response:
        filters = service.Filters(
            actor=actor or None,
            action=action or None,
            resource_type=resource_type or None,
            resource=search or None,
            since=_day(since),
        )
        scope = Scope() if everything else view.scope
        with reading(deps.engine) as connection:
            found = service.events(connection, view.actor, scope, filters, Paging(page, 50))
        here = {
            "actor": actor,
            "action": action,
            "resource_type": resource_type,
            "search": search,
            "since": since,
            "everything": everything,
        }
        return view.render(
            "audit/events.html",
            title="Audit",
            active="audit",
            found=found,
            here=here,
            url=view.url("audit", **here),
            actions=ACTIONS,
            may_see_all=view.actor.may("core_audit_view", Scope()),
        )

    @pages.get("/verify")
    def verify(view: ProjectView) -> Response:
        with reading(deps.engine) as connection:
            result = service.verify(connection, view.actor)
        return view.fragment("audit/verification.html", result=result)

    @pages.get("/{event_id}")
    def event(view: ProjectView, event_id: str) -> Response:
        # An account-wide reader may follow a link to a deed elsewhere.
        scope = Scope() if view.actor.may("core_audit_view", Scope()) else view.scope
        with reading(deps.engine) as connection:
            found = service.event(connection, view.actor, scope, event_id)
        if view.is_fragment:
            return view.fragment("audit/event.html", event=found)
        crumbs = [("Audit", view.url("audit"))]
        return view.render("audit/event_page.html", title=found.resource_name, active="audit", crumbs=crumbs, event=found)

    return pages


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise InputError(Problem(code="API-400", what=f"'{text}' is no day", where="since", fix="write YYYY-MM-DD")) from None
