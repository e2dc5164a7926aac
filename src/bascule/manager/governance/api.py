"""Policies, policy sets and evaluations over REST, in each of the three scopes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from bascule.manager.api_errors import ERRORS
from bascule.manager.body import Body
from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.governance import service
from bascule.manager.governance.model import (
    EvaluationOut,
    EvaluationSummary,
    PolicyIn,
    PolicyOut,
    PolicySetIn,
    PolicySetOut,
    Status,
    plain,
)
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Scope
from bascule.manager.paging import PagingQuery
from bascule.manager.scopes import LEVELS, Level
from bascule.policy import library
from bascule.policy.model import RegoVersion

SearchTerm = Annotated[str | None, Query(alias="search_term")]


class Trial(Body):
    """A policy to try: its text, or none to judge by the saved one; and the input."""

    rego: str
    rego_version: RegoVersion = "v1"
    input: dict[str, Any] = {}


class TrialAnswer(Body):
    """What the policy said."""

    status: Status
    problems: list[dict[str, Any]] = []
    warnings: list[dict[str, Any]] = []
    prints: list[str] = []


class LibraryPolicy(Body):
    """A policy that ships with Bascule: a start for one's own."""

    identifier: str
    title: str
    description: str
    code: str
    rego: str
    rego_version: RegoVersion = "v1"


def router(deps: Deps) -> APIRouter:
    """The routes of governance."""
    routes = APIRouter(tags=["Governance"], responses=ERRORS)
    for level in LEVELS:
        add_policies(routes, deps, level)
        add_policy_sets(routes, deps, level)
        add_evaluations(routes, deps, level)

    @routes.get("/v1/policy-library", operation_id="list-policy-library", summary="List the policies that ship with Bascule")
    def policy_library(_actor: CurrentActor) -> list[LibraryPolicy]:
        return [
            LibraryPolicy(
                identifier=entry.identifier,
                title=entry.about.title,
                description=entry.about.description,
                code=entry.about.code,
                rego=entry.text,
            )
            for entry in library.entries()
        ]

    return routes


def add_policies(routes: APIRouter, deps: Deps, level: Level) -> None:
    """CRUD of policies in one kind of scope, and the test terminal."""
    path = f"{level.prefix}/policies"
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @routes.get(path, operation_id=f"list-policies{level.suffix}", summary=f"List the policies of the {level.name}")
    def list_(actor: CurrentActor, scope: At, paging: PagingQuery, response: Response, term: SearchTerm = None) -> list[PolicyOut]:
        with reading(deps.engine) as connection:
            return service.list_policies(connection, actor, scope, term, paging).announce(response)

    @routes.post(path, operation_id=f"create-policy{level.suffix}", status_code=201, summary="Create a policy; its Rego is checked")
    def create(actor: CurrentActor, scope: At, body: PolicyIn) -> PolicyOut:
        return service.create_policy(deps.engine, actor, scope, body, clock=deps.clock)

    @routes.post(f"{path}/evaluate", operation_id=f"try-policy{level.suffix}", summary="Try a policy on an input; nothing is recorded")
    def evaluate(actor: CurrentActor, scope: At, body: Trial) -> TrialAnswer:
        (result,) = service.try_out(deps.engine, actor, scope, body.rego, body.rego_version, body.input).results
        return TrialAnswer(
            status="error" if result.denied else "warning" if result.warned else "pass",
            problems=[plain(problem) for problem in result.denied],
            warnings=[plain(problem) for problem in result.warned],
            prints=list(result.prints),
        )

    @routes.get(f"{path}/{{policy}}", operation_id=f"get-policy{level.suffix}", summary="Read a policy")
    def get(actor: CurrentActor, scope: At, policy: str) -> PolicyOut:
        with reading(deps.engine) as connection:
            return service.get_policy(connection, actor, scope, policy)

    @routes.put(f"{path}/{{policy}}", operation_id=f"update-policy{level.suffix}", summary="Replace a policy; its Rego is checked")
    def update(actor: CurrentActor, scope: At, policy: str, body: PolicyIn) -> PolicyOut:
        return service.update_policy(deps.engine, actor, scope, policy, body, clock=deps.clock)

    @routes.delete(
        f"{path}/{{policy}}", operation_id=f"delete-policy{level.suffix}", status_code=204, summary="Delete a policy that no set uses"
    )
    def delete(actor: CurrentActor, scope: At, policy: str) -> None:
        service.delete_policy(deps.engine, actor, scope, policy)


def add_policy_sets(routes: APIRouter, deps: Deps, level: Level) -> None:
    """CRUD of policy sets in one kind of scope."""
    path = f"{level.prefix}/policysets"
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @routes.get(path, operation_id=f"list-policy-sets{level.suffix}", summary=f"List the policy sets of the {level.name}")
    def list_(actor: CurrentActor, scope: At, paging: PagingQuery, response: Response, term: SearchTerm = None) -> list[PolicySetOut]:
        with reading(deps.engine) as connection:
            return service.list_policy_sets(connection, actor, scope, term, paging).announce(response)

    @routes.post(path, operation_id=f"create-policy-set{level.suffix}", status_code=201, summary="Create a policy set")
    def create(actor: CurrentActor, scope: At, body: PolicySetIn) -> PolicySetOut:
        return service.create_policy_set(deps.engine, actor, scope, body, clock=deps.clock)

    @routes.get(f"{path}/{{policyset}}", operation_id=f"get-policy-set{level.suffix}", summary="Read a policy set")
    def get(actor: CurrentActor, scope: At, policyset: str) -> PolicySetOut:
        with reading(deps.engine) as connection:
            return service.get_policy_set(connection, actor, scope, policyset)

    @routes.put(f"{path}/{{policyset}}", operation_id=f"update-policy-set{level.suffix}", summary="Replace a policy set")
    def update(actor: CurrentActor, scope: At, policyset: str, body: PolicySetIn) -> PolicySetOut:
        return service.update_policy_set(deps.engine, actor, scope, policyset, body, clock=deps.clock)

    @routes.delete(f"{path}/{{policyset}}", operation_id=f"delete-policy-set{level.suffix}", status_code=204, summary="Delete a policy set")
    def delete(actor: CurrentActor, scope: At, policyset: str) -> None:
        service.delete_policy_set(deps.engine, actor, scope, policyset)


def add_evaluations(routes: APIRouter, deps: Deps, level: Level) -> None:
    """The record of verdicts, of one kind of scope and below."""
    path = f"{level.prefix}/evaluations"
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @routes.get(path, operation_id=f"list-evaluations{level.suffix}", summary=f"List the evaluations of the {level.name}, newest first")
    def list_(
        actor: CurrentActor,
        scope: At,
        paging: PagingQuery,
        response: Response,
        execution: Annotated[str | None, Query()] = None,
        status: Annotated[Status | None, Query()] = None,
    ) -> list[EvaluationSummary]:
        with reading(deps.engine) as connection:
            page = service.list_evaluations(connection, actor, scope, paging, execution_id=execution, status=status)
            return page.announce(response)

    @routes.get(f"{path}/{{evaluation}}", operation_id=f"get-evaluation{level.suffix}", summary="Read an evaluation with its input")
    def get(actor: CurrentActor, scope: At, evaluation: str) -> EvaluationOut:
        with reading(deps.engine) as connection:
            return service.get_evaluation(connection, actor, scope, evaluation)
