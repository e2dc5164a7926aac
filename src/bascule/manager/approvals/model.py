"""An approval as a value, and what a vote makes of it. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from bascule.core.errors import ConflictError, DeniedError, InputError
from bascule.core.problems import Problem
from bascule.manager.body import Body
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.identity.references import in_group, resolve

Action = Literal["APPROVE", "REJECT"]
Status = Literal["WAITING", "APPROVED", "REJECTED", "EXPIRED", "ABORTED"]

ALL_USERS = {"account._account_all_users": 0, "org._organization_all_users": 1, "_project_all_users": 2}
"""The groups that Harness makes by itself: everyone who has a role there."""

MAX_INPUT = 4096


def _listed(value: Any) -> Any:
    """A list, also where an expression has left its items in one text, parted by commas."""
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(_listed)]


class Approvers(Body):
    """Who may vote, and how many must agree. `userGroups` are references: `account.dbas`, `org.dbas`, `dbas`."""

    user_groups: Texts = []
    service_accounts: Texts = []
    minimum_count: int = Field(default=1, ge=1, le=100)
    disallow_pipeline_executor: bool = False
    disallowed_user_emails: Texts = []

    @model_validator(mode="after")
    def _someone(self) -> "Approvers":
        if not self.user_groups and not self.service_accounts:
            raise ValueError("name at least one user group or service account: otherwise nobody could ever approve")
        return self


class ApproverInput(Body):
    """A value that approvers give: the pipeline reads it later."""

    name: str = Field(min_length=1, max_length=128)
    default_value: str = ""
    required: bool = False
    allowed_values: Texts | None = None
    select_one_from: Texts | None = None
    select_many_from: Texts | None = None
    regex: str | None = None

    @field_validator("regex")
    @classmethod
    def _compiles(cls, regex: str | None) -> str | None:
        if regex is not None:
            try:
                re.compile(regex)
            except re.error as error:
                raise ValueError(f"the regex does not compile: {error}") from error
        return regex


class Deadline(Body):
    """A moment in a time zone: `2026-11-23 05:30 PM`, or ISO 8601."""

    time: str
    time_zone: str = "UTC"

    @model_validator(mode="after")
    def _readable(self) -> "Deadline":
        self.at()
        return self

    def at(self) -> datetime:
        """The moment, UTC. Raises ValueError."""
        try:
            zone = ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"there is no time zone '{self.time_zone}'") from error
        try:
            moment = datetime.strptime(self.time.strip(), "%Y-%m-%d %I:%M %p")
        except ValueError:
            moment = datetime.fromisoformat(self.time.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


class AutoApproval(Body):
    """Approve by itself when the deadline comes and nobody has rejected."""

    action: Literal["APPROVE"] = "APPROVE"
    scheduled_deadline: Deadline
    comments: str = ""


class ApprovalSpec(Body):
    """The `spec` of a HarnessApproval step, expressions resolved."""

    approval_message: str = ""
    include_pipeline_execution_history: bool = True
    is_auto_reject_enabled: bool = False
    approvers: Approvers
    approver_inputs: list[ApproverInput] = []
    auto_approval: AutoApproval | None = None
    callback_id: str | None = None


def spec_of(written: Mapping[str, Any]) -> ApprovalSpec:
    """The spec as a value. Raises InputError with every problem, each at its key."""
    try:
        return ApprovalSpec.model_validate(written)
    except ValidationError as error:
        raise InputError(
            Problem(
                code="APR-001",
                what=str(detail["msg"]).removeprefix("Value error, "),
                where=".".join(["spec", *(str(part) for part in detail["loc"])]),
            )
            for detail in error.errors()
        ) from error


class ApprovalOwner(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What waits: a step of an execution, and who started that. The same execution, node, phase and attempt own one approval."""

    execution_id: str
    node_id: str
    phase: str
    org: str
    project: str
    attempt: int = 1
    pipeline: str = ""
    step: str = ""
    """The step's identifier path, for people and to find older approvals of the same step."""
    executor_id: str = ""
    executor_email: str = ""
    instance: str = ""

    @property
    def scope(self) -> Scope:
        return Scope(self.org, self.project)


class Vote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one person, service or the system itself said."""

    actor_id: str
    name: str
    email: str = ""
    action: Action
    comments: str = ""
    inputs: dict[str, str] = {}
    at: datetime


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """One approval, with all that was said so far. `sql` is what approvers were shown, `subject` the plan digest it belongs to."""

    id: str
    owner: ApprovalOwner
    spec: ApprovalSpec
    status: Status = "WAITING"
    subject: str = ""
    sql: tuple[str, ...] = ()
    votes: tuple[Vote, ...] = ()
    created_at: datetime
    expires_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def approvals(self) -> tuple[Vote, ...]:
        return tuple(vote for vote in self.votes if vote.action == "APPROVE")

    @property
    def inputs(self) -> dict[str, str]:
        """The approver inputs: the defaults, what was said later over what was said earlier."""
        values = {wanted.name: wanted.default_value for wanted in self.spec.approver_inputs}
        for vote in self.approvals:
            values.update(vote.inputs)
        return values

    @property
    def due_at(self) -> datetime | None:
        """When something happens by itself: approval at its deadline, or expiry."""
        automatic = self.spec.auto_approval
        moments = [self.expires_at, automatic.scheduled_deadline.at() if automatic else None]
        return min((moment for moment in moments if moment is not None), default=None) if self.status == "WAITING" else None


def decide(approval: Approval, actor: Actor, action: Action, comments: str, inputs: Mapping[str, str], at: datetime) -> Approval:
    """The approval after this vote: one rejection ends it, `minimumCount` different people approving do.

    Raises ConflictError when it no longer waits or the actor has approved before, DeniedError when they may not, InputError for inputs.
    """
    if approval.status != "WAITING":
        raise ConflictError(over(approval))
    if approval.expires_at is not None and at >= approval.expires_at:
        raise ConflictError(over(ended(approval, "EXPIRED", at)))
    if reason := obstacle(approval, actor):
        raise DeniedError(reason)
    vote = Vote(actor_id=actor.id, name=actor.name, email=actor.email, action=action, comments=comments, at=at)
    if action == "REJECT":
        return ended(with_vote(approval, vote), "REJECTED", at)
    if any(is_same_person(earlier, actor) for earlier in approval.approvals):
        raise ConflictError(
            Problem(
                code="APR-006", what=f"{actor.name} has approved this already", why="everyone has one vote", fix="let another approver vote"
            )
        )
    values = dict(inputs)
    if wrong := list(input_problems(approval.spec, values)):
        raise InputError(wrong)
    approval = with_vote(approval, msgspec.structs.replace(vote, inputs=values))
    return ended(approval, "APPROVED", at) if len(approval.approvals) >= approval.spec.approvers.minimum_count else approval


def obstacle(approval: Approval, actor: Actor) -> Problem | None:
    """Why this actor may not vote at all; None when they may. The permission is checked by the service."""
    approvers, owner = approval.spec.approvers, approval.owner
    is_executor = actor.id == owner.executor_id or (actor.email != "" and actor.email.casefold() == owner.executor_email.casefold())
    if approvers.disallow_pipeline_executor and is_executor:
        return Problem(
            code="APR-003",
            what=f"{actor.name} started this execution and may not decide on it",
            why="the step says disallowPipelineExecutor: four eyes see more than two",
            fix="ask another approver",
        )
    if actor.email and actor.email.casefold() in {email.casefold() for email in approvers.disallowed_user_emails}:
        return Problem(code="APR-004", what=f"{actor.name} is excluded by the step's disallowedUserEmails", fix="ask another approver")
    if not is_approver(approvers, actor, owner.scope):
        who = ", ".join([*approvers.user_groups, *approvers.service_accounts])
        return Problem(code="APR-005", what=f"{actor.name} is not among the approvers", why=f"the step names {who}", fix="ask one of them")
    return None


def is_approver(approvers: Approvers, actor: Actor, scope: Scope) -> bool:
    """Whether the actor is in a group, or is a service account, that the step names."""
    if actor.kind == "service":
        return any(resolve(account, scope)[1] == actor.id for account in approvers.service_accounts)
    return any(in_all_users(group, actor, scope) or in_group(actor, group, scope) for group in approvers.user_groups)


def in_all_users(group: str, actor: Actor, scope: Scope) -> bool:
    """Whether `group` means everyone of a scope and the actor is one of them."""
    if group not in ALL_USERS:
        return False
    place = (Scope(), Scope(scope.org), scope)[ALL_USERS[group]]
    return any(grant.scope.covers(place) or place.covers(grant.scope) for grant in actor.grants)


def is_same_person(vote: Vote, actor: Actor) -> bool:
    return vote.actor_id == actor.id or (vote.email != "" and vote.email.casefold() == actor.email.casefold())


def input_problems(spec: ApprovalSpec, values: dict[str, str]) -> Iterator[Problem]:
    """What is wrong with approver inputs; a missing one with a default is filled in."""
    wanted = {one.name: one for one in spec.approver_inputs}
    for name in values.keys() - wanted.keys():
        yield Problem(code="APR-007", what=f"the step asks for no input '{name}'", where=f"approverInputs.{name}")
    for one in wanted.values():
        value = values.setdefault(one.name, one.default_value)
        where = f"approverInputs.{one.name}"
        if value == "":
            if one.required:
                yield Problem(code="APR-008", what=f"the input '{one.name}' is required", where=where)
        elif (why := misfit(one, value)) is not None:
            yield Problem(code="APR-009", what=f"'{value[:100]}' does not do for the input '{one.name}'", where=where, why=why)


def misfit(wanted: ApproverInput, value: str) -> str | None:
    """Why a value does not do."""
    if len(value) > MAX_INPUT:
        return f"it is longer than {MAX_INPUT} characters"
    for choices in (wanted.allowed_values, wanted.select_one_from):
        if choices is not None and value not in choices:
            return f"it may be one of: {', '.join(choices)}"
    if wanted.select_many_from is not None and (strange := set(_listed(value)) - set(wanted.select_many_from)):
        return f"{', '.join(sorted(strange))} is not among: {', '.join(wanted.select_many_from)}"
    if wanted.regex is not None and not re.fullmatch(wanted.regex, value):
        return f"it must match {wanted.regex}"
    return None


def due(approval: Approval, at: datetime) -> Approval:
    """The approval as time alone has made it: expired, approved at its deadline, or as it was."""
    automatic = approval.spec.auto_approval
    if approval.status != "WAITING":
        return approval
    deadline = automatic.scheduled_deadline.at() if automatic else None
    expires = approval.expires_at
    if automatic is not None and deadline is not None and at >= deadline and (expires is None or deadline <= expires):
        inputs = {one.name: one.default_value for one in approval.spec.approver_inputs}
        vote = Vote(actor_id="system", name="automatic approval", action="APPROVE", comments=automatic.comments, inputs=inputs, at=at)
        return ended(with_vote(approval, vote), "APPROVED", at)
    return ended(approval, "EXPIRED", at) if expires is not None and at >= expires else approval


def overtaken(approval: Approval, by: Approval, at: datetime) -> Approval:
    """Rejected because a later execution of the same step was approved (`isAutoRejectEnabled`)."""
    vote = Vote(
        actor_id="system",
        name="automatic rejection",
        action="REJECT",
        comments=f"execution {by.owner.execution_id}, started later, was approved",
        at=at,
    )
    return ended(with_vote(approval, vote), "REJECTED", at)


def with_vote(approval: Approval, vote: Vote) -> Approval:
    return msgspec.structs.replace(approval, votes=(*approval.votes, vote))


def ended(approval: Approval, status: Status, at: datetime) -> Approval:
    return msgspec.structs.replace(approval, status=status, ended_at=at)


def over(approval: Approval) -> Problem:
    when = f" at {approval.ended_at:%Y-%m-%d %H:%M} UTC" if approval.ended_at else ""
    by = f" by {approval.votes[-1].name}" if approval.votes and approval.status in {"APPROVED", "REJECTED"} else ""
    return Problem(code="APR-002", what=f"this approval is over: {approval.status}{by}{when}")
