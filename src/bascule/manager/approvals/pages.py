"""Pages of approvals: the inbox, one approval with its SQL in view, the vote."""

from fastapi import APIRouter
from fastapi.responses import Response

from bascule.core.errors import BasculeError
from bascule.manager.api_errors import status_of
from bascule.manager.approvals import model, service
from bascule.manager.approvals.model import Approval, Status
from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.paging import Paging
from bascule.manager.web.forms import PageForm
from bascule.manager.web.rendering import PREFIX, PageRoute, ProjectView, View

STATUSES: dict[str, Status] = {"approved": "APPROVED", "rejected": "REJECTED", "expired": "EXPIRED", "aborted": "ABORTED"}


def router(deps: Deps) -> APIRouter:
    """Routes of the area's pages."""
    pages = APIRouter(prefix=f"{PREFIX}/approvals", route_class=PageRoute, include_in_schema=False)

    @pages.get("")
    def inbox(view: ProjectView, show: str = "waiting", page: int = 0) -> Response:
        status: Status | None = "WAITING" if show == "waiting" else STATUSES.get(show)
        with reading(deps.engine) as connection:
            found = service.list_approvals(connection, view.actor, view.scope, Paging(page, 30), status=status)
        rows = [(approval, obstacle_of(view, approval)) for approval in found.items]
        return view.render("approvals/inbox.html", title="Approvals", active="approvals", found=found, rows=rows, show=show, shown=STATUSES)

    @pages.get("/badge")
    def badge(view: ProjectView) -> Response:
        """How many wait for this very actor."""
        if not view.may("core_pipeline_view"):
            return view.fragment("approvals/badge.html", count=0)
        with reading(deps.engine) as connection:
            found = service.list_approvals(connection, view.actor, view.scope, Paging(0, 100), status="WAITING")
        return view.fragment("approvals/badge.html", count=sum(obstacle_of(view, approval) is None for approval in found.items))

    @pages.get("/{approval}")
    def one(view: ProjectView, approval: str) -> Response:
        return _page(view, _get(deps, view, approval), {}, ())

    @pages.post("/{approval}")
    def decide(view: ProjectView, approval: str, form: PageForm) -> Response:
        action: model.Action = "APPROVE" if form.text("action") == "APPROVE" else "REJECT"
        try:
            inputs = form.prefixed("input.") if action == "APPROVE" else {}
            after = service.decide(deps.engine, view.actor, approval, action, form.raw("comments").strip(), inputs, clock=deps.clock)
        except BasculeError as error:
            return _page(view, _get(deps, view, approval), form.values(), error.problems, status_of(error))
        target = view.url("executions", after.owner.execution_id) if form.flag("back") else view.url("approvals")
        words = {
            "APPROVED": "Approved: the execution goes on",
            "REJECTED": "Rejected: the step fails",
            "WAITING": "Your approval is counted",
        }
        return view.redirect(target, words.get(after.status, after.status), "success" if action == "APPROVE" else "info")

    return pages


def _get(deps: Deps, view: View, approval: str) -> Approval:
    with reading(deps.engine) as connection:
        return service.get(connection, view.actor, approval, view.scope)


def obstacle_of(view: View, approval: Approval) -> str | None:
    """Why the viewer cannot vote; None when they can."""
    if approval.status != "WAITING":
        return "it is over"
    if not view.may("dbops_instance_approve"):
        return "your roles do not allow approving here"
    if problem := model.obstacle(approval, view.actor):
        return problem.what
    if any(model.is_same_person(vote, view.actor) for vote in approval.approvals):
        return "you have approved it already"
    return None


def _page(view: View, approval: Approval, values: dict[str, str], problems: object, status: int = 200) -> Response:
    return view.render(
        "approvals/approval.html",
        title=approval.owner.step or "Approval",
        active="approvals",
        crumbs=[("Approvals", view.url("approvals"))],
        approval=approval,
        obstacle=obstacle_of(view, approval),
        values=values,
        problems=problems,
        status=status,
    )
