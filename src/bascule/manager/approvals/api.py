"""Approvals over REST: list, read, decide."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from bascule.manager.api_errors import ERRORS
from bascule.manager.approvals import service
from bascule.manager.approvals.model import Action, Approval, ApproverInput, Approvers, Status, is_same_person, obstacle
from bascule.manager.body import Body, Storable
from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.entity import seconds
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.paging import Page, PagingQuery
from bascule.manager.scopes import LEVELS, Level


class VoteOut(Body):
    """What someone said."""

    user: str
    name: str
    email: str = ""
    action: Action
    comments: str = ""
    approver_inputs: dict[str, str] = {}
    at: int


class ApprovalOut(Body):
    """An approval: what is asked, of whom, about which SQL, and what was said."""

    id: str
    org: str
    project: str
    execution_id: str
    node_id: str
    pipeline: str = ""
    step: str = ""
    instance: str = ""
    status: Status
    approval_message: str = ""
    include_pipeline_execution_history: bool = True
    approvers: Approvers
    approver_inputs: list[ApproverInput] = []
    subject: str = ""
    sql: list[str] = []
    votes: list[VoteOut] = []
    created: int
    expires: int | None = None
    ended: int | None = None
    may_decide: bool
    obstacle: str | None = None
    """Why the one who asks may not decide."""


class InputValue(Body):
    """An approver input as Harness's clients send it."""

    name: Storable
    value: Storable = ""


class DecisionIn(Body):
    """A vote."""

    action: Action
    comments: Storable = Field(default="", max_length=10_000)
    approver_inputs: list[InputValue] | dict[Storable, Storable] = []

    def inputs(self) -> dict[str, str]:
        given = self.approver_inputs
        return given if isinstance(given, dict) else {one.name: one.value for one in given}


def approval_out(approval: Approval, actor: Actor) -> ApprovalOut:
    """The approval as this actor sees it."""
    owner, spec = approval.owner, approval.spec
    why = reason_against(approval, actor)
    return ApprovalOut(
        id=approval.id,
        org=owner.org,
        project=owner.project,
        execution_id=owner.execution_id,
        node_id=owner.node_id,
        pipeline=owner.pipeline,
        step=owner.step,
        instance=owner.instance,
        status=approval.status,
        approval_message=spec.approval_message,
        include_pipeline_execution_history=spec.include_pipeline_execution_history,
        approvers=spec.approvers,
        approver_inputs=spec.approver_inputs,
        subject=approval.subject,
        sql=list(approval.sql),
        votes=[
            VoteOut(
                user=vote.actor_id,
                name=vote.name,
                email=vote.email,
                action=vote.action,
                comments=vote.comments,
                approver_inputs=vote.inputs,
                at=int(vote.at.timestamp()),
            )
            for vote in approval.votes
        ],
        created=int(approval.created_at.timestamp()),
        expires=seconds(approval.expires_at),
        ended=seconds(approval.ended_at),
        may_decide=why is None,
        obstacle=why,
    )


def reason_against(approval: Approval, actor: Actor) -> str | None:
    """Why the actor cannot vote now, in words; None when they can."""
    if approval.status != "WAITING":
        return f"it is over: {approval.status}"
    if not actor.may("dbops_instance_approve", approval.owner.scope):
        return "your roles do not allow approving here"
    if problem := obstacle(approval, actor):
        return problem.what
    return "you have approved it already" if any(is_same_person(vote, actor) for vote in approval.approvals) else None


def router(deps: Deps) -> APIRouter:
    """The routes of approvals."""
    routes = APIRouter(tags=["Approvals"], responses=ERRORS)
    for level in LEVELS:
        add_approvals(routes, deps, level)
    return routes


def add_approvals(routes: APIRouter, deps: Deps, level: Level) -> None:
    """The approvals of one kind of scope and below."""
    path = f"{level.prefix}/approvals"
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @routes.get(path, operation_id=f"list-approvals{level.suffix}", summary=f"List the approvals of the {level.name}, newest first")
    def list_(
        actor: CurrentActor,
        scope: At,
        paging: PagingQuery,
        response: Response,
        execution: Annotated[str | None, Query()] = None,
        status: Annotated[Status | None, Query()] = None,
    ) -> list[ApprovalOut]:
        with reading(deps.engine) as connection:
            page = service.list_approvals(connection, actor, scope, paging, execution_id=execution, status=status)
        return Page([approval_out(approval, actor) for approval in page.items], page.total, page.paging).announce(response)

    @routes.get(f"{path}/{{approval}}", operation_id=f"get-approval{level.suffix}", summary="Read an approval with the SQL it is about")
    def get(actor: CurrentActor, scope: At, approval: str) -> ApprovalOut:
        with reading(deps.engine) as connection:
            return approval_out(service.get(connection, actor, approval, scope), actor)

    @routes.post(f"{path}/{{approval}}/decision", operation_id=f"decide-approval{level.suffix}", summary="Approve or reject")
    def decide(actor: CurrentActor, scope: At, approval: str, body: DecisionIn) -> ApprovalOut:
        with reading(deps.engine) as connection:
            service.get(connection, actor, approval, scope)
        decided = service.decide(deps.engine, actor, approval, body.action, body.comments, body.inputs(), clock=deps.clock)
        return approval_out(decided, actor)
