"""Policies, sets and decisions as values, and how verdicts become a decision. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from pydantic import Field, field_validator

from bascule.core.problems import Problem
from bascule.manager.body import Body, Storable
from bascule.manager.entity import Identifier, Name, Tags
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.identity.references import reference
from bascule.policy.model import PolicyResult, PolicyText, RegoVersion

Severity = Literal["error", "warning"]
"""Of a policy in a set: Error and Exit, or Warn and Continue."""

Action = Literal["onsave", "onrun", "onstep", "onstepstart"]

EntityType = Literal[
    "pipeline", "template", "service", "environment", "infrastructure", "connector", "secret", "variable", "override", "repository",
    "serviceAccount", "apiKey", "token", "dbSql", "custom",
]  # fmt: skip

Status = Literal["pass", "warning", "error"]

PACKAGES: dict[str, str] = {
    "pipeline": "pipeline", "template": "template", "service": "service", "environment": "environment", "infrastructure": "infra",
    "connector": "connector", "secret": "secret", "variable": "variable", "override": "override", "dbSql": "db_sql",
}  # fmt: skip
"""The package names that Harness's samples use per entity type. Any other name works as well."""


class Decision(msgspec.Struct, frozen=True, tag="decision"):
    """A verdict of policy on `subject` (a plan digest). Warnings are listed and do not deny."""

    allowed: bool
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    subject: str = ""
    evaluation_id: str = ""


class PolicyIn(Body):
    """A policy as its author sends it. `regoVersion` is never guessed: Harness's samples are v0."""

    identifier: Identifier
    name: Name
    description: Storable = ""
    tags: Tags = {}
    rego: Storable = Field(min_length=1, max_length=1_000_000)
    rego_version: RegoVersion = "v1"


class PolicyOut(PolicyIn):
    """A policy as it is stored."""

    org: str | None = None
    project: str | None = None
    created: int
    updated: int

    @property
    def scope(self) -> Scope:
        return Scope(self.org, self.project)

    def text(self) -> PolicyText:
        """What is evaluated; named as a project below would refer to it."""
        return PolicyText(name=reference(self.scope, self.identifier), text=self.rego, version=self.rego_version)


class PolicyUse(Body):
    """A policy in a set: its reference, seen from the set's scope, and what its denial means there."""

    identifier: str = Field(min_length=1, max_length=300)
    severity: Severity = "error"


class PolicySetIn(Body):
    """A policy set as its author sends it."""

    identifier: Identifier
    name: Name
    description: Storable = ""
    tags: Tags = {}
    type: EntityType
    action: Action
    enabled: bool = True
    policies: list[PolicyUse] = Field(default=[], max_length=200)

    @field_validator("policies")
    @classmethod
    def _once(cls, policies: list[PolicyUse]) -> list[PolicyUse]:
        names = [use.identifier for use in policies]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"a policy may stand in a set once: {', '.join(sorted(twice))}")
        return policies


class PolicySetOut(PolicySetIn):
    """A policy set as it is stored."""

    org: str | None = None
    project: str | None = None
    created: int
    updated: int

    @property
    def scope(self) -> Scope:
        return Scope(self.org, self.project)


class PolicyAnswer(Body):
    """What one policy said within one set."""

    policy: str
    name: str = ""
    severity: Severity = "error"
    status: Status
    problems: list[dict[str, Any]] = []
    warnings: list[dict[str, Any]] = []
    prints: list[str] = []


class SetAnswer(Body):
    """What one set said. A set that could not be consulted says why in `note`."""

    policy_set: str
    name: str = ""
    status: Status
    note: str = ""
    policies: list[PolicyAnswer] = []


class EvaluationSummary(Body):
    """One evaluation in a list."""

    id: str
    org: str | None = None
    project: str | None = None
    type: str
    action: str
    subject: str = ""
    entity: str = ""
    status: Status
    created: int
    created_by: str = ""
    execution_id: str = ""


class EvaluationOut(EvaluationSummary):
    """One evaluation with its input and the answer of every policy."""

    input: Any = None
    details: list[SetAnswer] = []


class ConsultedSet(msgspec.Struct, frozen=True, kw_only=True):
    """A set that is to be consulted: its reference as written or found, and its policies; or the problem that stands in the way."""

    reference: str
    name: str = ""
    uses: tuple[tuple[PolicyOut | None, PolicyUse], ...] = ()
    problem: Problem | None = None
    is_enabled: bool = True


def texts(consulted: Iterable[ConsultedSet]) -> tuple[PolicyText, ...]:
    """Every policy of the enabled sets, once."""
    found = {policy.text().name: policy.text() for one in consulted if one.is_enabled for policy, _ in one.uses if policy is not None}
    return tuple(found.values())


def answer_of(consulted: ConsultedSet, results: Mapping[str, PolicyResult]) -> SetAnswer:
    """A set's answer from its policies' results. Fails closed: a missing set or policy is an error, whatever the severity."""
    if consulted.problem is not None:
        missing = PolicyAnswer(policy="", status="error", problems=[plain(consulted.problem)])
        return SetAnswer(policy_set=consulted.reference, status="error", note=consulted.problem.what, policies=[missing])
    if not consulted.is_enabled:
        return SetAnswer(policy_set=consulted.reference, name=consulted.name, status="pass", note="skipped: the policy set is disabled")
    answers = [policy_answer(policy, use, results, consulted.reference) for policy, use in consulted.uses]
    return SetAnswer(
        policy_set=consulted.reference, name=consulted.name, status=worst(answer.status for answer in answers), policies=answers
    )


def policy_answer(policy: PolicyOut | None, use: PolicyUse, results: Mapping[str, PolicyResult], of_set: str) -> PolicyAnswer:
    if policy is None:
        problem = Problem(
            code="POL-011",
            what=f"policy set '{of_set}' names the policy '{use.identifier}', which does not exist",
            why="a rule that cannot be read cannot be satisfied",
            fix="create the policy, or take it out of the set",
        )
        return PolicyAnswer(policy=use.identifier, severity=use.severity, status="error", problems=[plain(problem)])
    result = results[policy.text().name]
    denied = [msgspec.structs.replace(problem, severity=use.severity) for problem in result.denied]
    problems, warnings = (denied, list(result.warned)) if use.severity == "error" else ([], [*denied, *result.warned])
    return PolicyAnswer(
        policy=result.policy,
        name=policy.name,
        severity=use.severity,
        status="error" if problems else "warning" if warnings else "pass",
        problems=[plain(problem) for problem in problems],
        warnings=[plain(problem) for problem in warnings],
        prints=list(result.prints),
    )


def decide(answers: Iterable[SetAnswer], subject: str, evaluation_id: str) -> Decision:
    """All sets together: one error denies. The same problem said by two sets is said once; a skipped set is noted among the warnings."""
    problems: dict[Problem, None] = {}
    warnings: dict[Problem, None] = {}
    for answer in answers:
        if answer.note and answer.status == "pass":
            warnings[Problem(code="POL-012", what=f"policy set '{answer.policy_set}' is disabled and was skipped", severity="info")] = None
        for said in answer.policies:
            problems.update(dict.fromkeys(msgspec.convert(problem, Problem) for problem in said.problems))
            warnings.update(dict.fromkeys(msgspec.convert(problem, Problem) for problem in said.warnings))
    return Decision(allowed=not problems, problems=tuple(problems), warnings=tuple(warnings), subject=subject, evaluation_id=evaluation_id)


def worst(statuses: Iterable[Status]) -> Status:
    order: tuple[Status, ...] = ("pass", "warning", "error")
    return max(statuses, key=order.index, default="pass")


def plain(problem: Problem) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(problem)
    return built


def applies(policy_set: PolicySetOut, entity: str, event: str) -> bool:
    """Whether an enabled set in scope is consulted without being named. SQL is judged when a step runs it: `onrun` says the same there."""
    actions = {"onstep", "onrun"} if entity == "dbSql" and event in {"onstep", "onrun"} else {event}
    return policy_set.enabled and policy_set.type == entity and policy_set.action in actions


def with_metadata(document: Mapping[str, Any], actor: Actor, scope: Scope, entity: str, event: str, at: datetime) -> dict[str, Any]:
    """The document with the `metadata` that Harness gives every policy; what the caller put there already stays."""
    managed = [
        {
            "roleIdentifier": grant.role,
            "roleName": grant.role,
            "resourceGroupIdentifier": str(grant.scope),
            "resourceGroupName": str(grant.scope),
            "managedRole": True,
        }
        for grant in actor.grants
    ]
    metadata: dict[str, Any] = {
        "type": entity,
        "action": event,
        "timestamp": int(at.timestamp()),
        "user": {
            "name": actor.name, "email": actor.email, "uuid": actor.id, "disabled": False, "locked": False, "externallyManaged": False,
        },
        "userGroups": [group_of(key) for key in actor.groups],
        "roleAssignmentMetadata": managed,
        "projectMetadata": {"identifier": scope.project or "", "orgIdentifier": scope.org or ""},
    }  # fmt: skip
    return {**document, "metadata": {**metadata, **document.get("metadata", {})}}


def group_of(key: str) -> dict[str, Any]:
    """A user group as Harness describes it, from its key (`account/default/dbas`)."""
    *place, identifier = key.split("/")
    org, project = [*place[1:], "", ""][:2]
    return {"identifier": identifier, "name": identifier, "orgIdentifier": org, "projectIdentifier": project}
