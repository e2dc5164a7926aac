"""Keeping policies and sets, and judging by them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, select

from bascule.core.clock import Clock, SystemClock, new_id
from bascule.core.errors import DeniedError, InputError
from bascule.core.problems import Problem
from bascule.manager import identity
from bascule.manager.audit import service as audit
from bascule.manager.database import reading, writing
from bascule.manager.entity import already_there, in_use, not_found, same_identifier, search
from bascule.manager.governance import store
from bascule.manager.governance.evaluators import evaluator_of
from bascule.manager.governance.model import (
    ConsultedSet,
    Decision,
    EvaluationOut,
    EvaluationSummary,
    PolicyIn,
    PolicyOut,
    PolicySetIn,
    PolicySetOut,
    answer_of,
    applies,
    decide,
    texts,
    with_metadata,
    worst,
)
from bascule.manager.identity.model import SYSTEM, Actor, Scope
from bascule.manager.identity.references import reference, resolve
from bascule.manager.identity.store import columns, scope_of
from bascule.manager.paging import Page, Paging, fetch
from bascule.policy.evaluate import check
from bascule.policy.evaluate import evaluate as ask_policies
from bascule.policy.model import PolicyText, Verdict

_CLOCK = SystemClock()

POLICY, POLICY_SET = "policy", "policy set"
RESOURCES = {POLICY: "POLICY", POLICY_SET: "POLICY_SET"}
"""How the audit names them."""


def evaluate(
    engine: Engine,
    actor: Actor,
    scope: Scope,
    policy_sets: Sequence[str],
    document: Mapping[str, Any],
    subject: str,
    entity: str = "dbSql",
    event: str = "onstep",
    *,
    about: str = "",
    execution_id: str = "",
    on_behalf_of: Actor | None = None,
    clock: Clock = _CLOCK,
) -> Decision:
    """Judge a document by the sets named and by those of the scope that apply to this entity and event. Recorded, with its input.

    Fails closed: a set that is named and missing denies. A disabled one is skipped and noted. `about` names the thing judged, for people.
    `on_behalf_of` is whose deed it is, when that is not who asks: policies are told of their groups and roles.
    """
    identity.require(actor, "core_governancePolicySets_evaluate", scope)
    at, doer = clock.now(), on_behalf_of or actor
    with reading(engine) as connection:
        consulted = sets_to_consult(connection, scope, policy_sets, entity, event)
    if not consulted:
        return Decision(allowed=True, subject=subject)
    judged = with_metadata(document, doer, scope, entity, event, at)
    verdict = ask_policies(texts(consulted), judged, evaluator=evaluator_of(engine))
    results = {result.policy: result for result in verdict.results}
    answers = [answer_of(one, results) for one in consulted]
    summary = EvaluationSummary(
        id=new_id("evl", at),
        org=scope.org,
        project=scope.project,
        type=entity,
        action=event,
        subject=subject,
        entity=about,
        status=worst(answer.status for answer in answers),
        created=int(at.timestamp()),
        created_by=doer.name,
        execution_id=execution_id,
    )
    with writing(engine) as connection:
        store.add_evaluation(connection, summary, at, judged, answers)
    return decide(answers, subject, summary.id)


def guard(
    engine: Engine, actor: Actor, scope: Scope, document: Mapping[str, Any], entity: str, event: str, *, about: str, clock: Clock = _CLOCK
) -> tuple[Problem, ...]:
    """Judge a deed of `actor` by the sets that apply to it by themselves; the warnings. Raises DeniedError with what denies.

    Opens transactions of its own: call it before yours.
    """
    decision = evaluate(engine, SYSTEM, scope, (), document, "", entity, event, about=about, on_behalf_of=actor, clock=clock)
    if not decision.allowed:
        raise DeniedError(decision.problems)
    return decision.warnings


def sets_to_consult(connection: Connection, scope: Scope, named: Sequence[str], entity: str, event: str) -> list[ConsultedSet]:
    """The sets named, in that order, then those that apply by themselves, each once."""
    found: dict[tuple[Scope, str], ConsultedSet] = {}
    for written in named:
        place, identifier = resolve(written, scope)
        policy_set = store.find_policy_set(connection, place, identifier)
        if policy_set is None:
            problem = Problem(
                code="POL-010",
                what=f"there is no policy set '{written}' in {place}",
                why="the step enforces it, so nothing may run without it",
                fix="create it, or take it out of enforce.policySets",
            )
            found.setdefault((place, identifier), ConsultedSet(reference=written, problem=problem))
        else:
            found.setdefault((place, identifier), consult(connection, policy_set))
    for policy_set in store.sets_above(connection, scope):
        if applies(policy_set, entity, event):
            found.setdefault((policy_set.scope, policy_set.identifier), consult(connection, policy_set))
    return list(found.values())


def consult(connection: Connection, policy_set: PolicySetOut) -> ConsultedSet:
    """A set with its policies as they are now."""
    return ConsultedSet(
        reference=reference(policy_set.scope, policy_set.identifier),
        name=policy_set.name,
        uses=tuple((store.find_policy(connection, *resolve(use.identifier, policy_set.scope)), use) for use in policy_set.policies),
        is_enabled=policy_set.enabled,
    )


def try_out(engine: Engine, actor: Actor, scope: Scope, rego: str, version: str, document: Mapping[str, Any]) -> Verdict:
    """What a policy, saved or not, says of a document. Nothing is recorded. Raises InputError for Rego that does not compile."""
    identity.require(actor, "core_governancePolicy_view", scope)
    return ask_policies([sound(engine, rego, version)], document, evaluator=evaluator_of(engine))


def sound(engine: Engine, rego: str, version: str) -> PolicyText:
    """The text as a policy. Raises InputError with every problem of the Rego itself."""
    if wrong := problems_of(engine, rego, version):
        raise InputError(wrong)
    return policy_text(rego, version)


def problems_of(engine: Engine, rego: str, version: str) -> tuple[Problem, ...]:
    """What is wrong with the Rego itself, each problem with line and column."""
    return check(policy_text(rego, version), evaluator=evaluator_of(engine))


def policy_text(rego: str, version: str) -> PolicyText:
    """A policy that has no name yet. Raises InputError for a version that is neither v0 nor v1."""
    match version:
        case "v0" | "v1":
            return PolicyText(name="policy.rego", text=rego, version=version)
        case _:
            raise InputError(Problem(code="POL-013", what=f"there is no Rego version '{version}'", fix="v0 or v1"))


# Policies


def create_policy(engine: Engine, actor: Actor, scope: Scope, body: PolicyIn, *, clock: Clock = _CLOCK) -> PolicyOut:
    """A new policy, its Rego checked first. Raises InputError, ConflictError."""
    identity.require(actor, "core_governancePolicy_edit", scope)
    sound(engine, body.rego, body.rego_version)
    with writing(engine) as connection:
        if store.find_policy(connection, scope, body.identifier) is not None:
            raise already_there(POLICY, body.identifier, scope)
        store.add(connection, store.POLICIES, scope, body, clock.now())
        note(connection, actor, "CREATE", POLICY, scope, after=body)
        return held_policy(connection, scope, body.identifier)


def update_policy(engine: Engine, actor: Actor, scope: Scope, identifier: str, body: PolicyIn, *, clock: Clock = _CLOCK) -> PolicyOut:
    """The policy replaced, its Rego checked first. Raises InputError, NotFoundError."""
    identity.require(actor, "core_governancePolicy_edit", scope)
    same_identifier(body.identifier, identifier)
    sound(engine, body.rego, body.rego_version)
    with writing(engine) as connection:
        before = held_policy(connection, scope, identifier)
        store.put(connection, store.POLICIES, scope, body, clock.now())
        audit.append(
            connection,
            actor,
            "UPDATE",
            RESOURCES[POLICY],
            identifier,
            scope,
            name=body.name,
            before=PolicyIn(**written(before)),
            after=body,
        )
        return held_policy(connection, scope, identifier)


def delete_policy(engine: Engine, actor: Actor, scope: Scope, identifier: str) -> None:
    """Raises NotFoundError, and ConflictError while a set uses it: that set would deny everything."""
    identity.require(actor, "core_governancePolicy_delete", scope)
    with writing(engine) as connection:
        before = held_policy(connection, scope, identifier)
        users = [
            f"{POLICY_SET} '{one.identifier}'"
            for one in store.all_sets(connection)
            if any(resolve(use.identifier, one.scope) == (scope, identifier) for use in one.policies)
        ]
        if users:
            raise in_use(POLICY, identifier, ", ".join(users))
        store.remove(connection, store.POLICIES, scope, identifier)
        note(connection, actor, "DELETE", POLICY, scope, before=before)


def get_policy(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> PolicyOut:
    """Raises NotFoundError."""
    identity.require(actor, "core_governancePolicy_view", scope)
    return held_policy(connection, scope, identifier)


def list_policies(connection: Connection, actor: Actor, scope: Scope, term: str | None, at: Paging) -> Page[PolicyOut]:
    """The policies held in exactly this scope, by identifier."""
    identity.require(actor, "core_governancePolicy_view", scope)
    table, place = store.POLICIES, columns(scope)
    query = select(table).where(table.c.org == place["org"], table.c.project == place["project"], search(table, term))
    page = fetch(connection, query.order_by(table.c.identifier), at)
    return Page([store.policy_of(row) for row in page.items], page.total, at)


def held_policy(connection: Connection, scope: Scope, identifier: str) -> PolicyOut:
    policy = store.find_policy(connection, scope, identifier)
    if policy is None:
        raise not_found(POLICY, identifier, scope)
    return policy


def written(entity: PolicyIn | PolicySetIn) -> dict[str, Any]:
    """What its author wrote of an entity: without what the store added."""
    return entity.model_dump(mode="json", by_alias=True, exclude={"org", "project", "created", "updated"})


def note(
    connection: Connection,
    actor: Actor,
    action: str,
    kind: str,
    scope: Scope,
    *,
    before: PolicyIn | PolicySetIn | None = None,
    after: PolicyIn | PolicySetIn | None = None,
) -> None:
    """Write a deed down."""
    entity = after or before
    if entity is not None:
        old, new = (None if value is None else written(value) for value in (before, after))
        audit.append(connection, actor, action, RESOURCES[kind], entity.identifier, scope, name=entity.name, before=old, after=new)


# Policy sets


def create_policy_set(engine: Engine, actor: Actor, scope: Scope, body: PolicySetIn, *, clock: Clock = _CLOCK) -> PolicySetOut:
    """A new policy set. Raises InputError when it names a policy that is not there, ConflictError."""
    identity.require(actor, "core_governancePolicySets_edit", scope)
    with writing(engine) as connection:
        if store.find_policy_set(connection, scope, body.identifier) is not None:
            raise already_there(POLICY_SET, body.identifier, scope)
        refuse_unknown_policies(connection, scope, body)
        store.add(connection, store.POLICY_SETS, scope, body, clock.now())
        note(connection, actor, "CREATE", POLICY_SET, scope, after=body)
        return held_policy_set(connection, scope, body.identifier)


def update_policy_set(
    engine: Engine, actor: Actor, scope: Scope, identifier: str, body: PolicySetIn, *, clock: Clock = _CLOCK
) -> PolicySetOut:
    """The policy set replaced. Raises InputError, NotFoundError."""
    identity.require(actor, "core_governancePolicySets_edit", scope)
    same_identifier(body.identifier, identifier)
    with writing(engine) as connection:
        before = held_policy_set(connection, scope, identifier)
        refuse_unknown_policies(connection, scope, body)
        store.put(connection, store.POLICY_SETS, scope, body, clock.now())
        audit.append(
            connection,
            actor,
            "UPDATE",
            RESOURCES[POLICY_SET],
            identifier,
            scope,
            name=body.name,
            before=PolicySetIn(**written(before)),
            after=body,
        )
        return held_policy_set(connection, scope, identifier)


def delete_policy_set(engine: Engine, actor: Actor, scope: Scope, identifier: str) -> None:
    """Raises NotFoundError. A step that names it is denied from then on."""
    identity.require(actor, "core_governancePolicySets_delete", scope)
    with writing(engine) as connection:
        before = held_policy_set(connection, scope, identifier)
        store.remove(connection, store.POLICY_SETS, scope, identifier)
        note(connection, actor, "DELETE", POLICY_SET, scope, before=before)


def get_policy_set(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> PolicySetOut:
    """Raises NotFoundError."""
    identity.require(actor, "core_governancePolicySets_view", scope)
    return held_policy_set(connection, scope, identifier)


def list_policy_sets(connection: Connection, actor: Actor, scope: Scope, term: str | None, at: Paging) -> Page[PolicySetOut]:
    """The policy sets held in exactly this scope, by identifier."""
    identity.require(actor, "core_governancePolicySets_view", scope)
    table, place = store.POLICY_SETS, columns(scope)
    query = select(table).where(table.c.org == place["org"], table.c.project == place["project"], search(table, term))
    page = fetch(connection, query.order_by(table.c.identifier), at)
    return Page([store.policy_set_of(row) for row in page.items], page.total, at)


def held_policy_set(connection: Connection, scope: Scope, identifier: str) -> PolicySetOut:
    policy_set = store.find_policy_set(connection, scope, identifier)
    if policy_set is None:
        raise not_found(POLICY_SET, identifier, scope)
    return policy_set


def refuse_unknown_policies(connection: Connection, scope: Scope, body: PolicySetIn) -> None:
    """Raises InputError for every policy that the set names and that is not there."""
    missing = [use.identifier for use in body.policies if store.find_policy(connection, *resolve(use.identifier, scope)) is None]
    if missing:
        raise InputError(
            Problem(
                code="POL-011",
                what=f"policy set '{body.identifier}' names the policy '{name}', which does not exist",
                where=f"body.policies.{name}",
                fix="create the policy first; write account.x or org.x for one of a wider scope",
            )
            for name in missing
        )


# Evaluations


def list_evaluations(
    connection: Connection, actor: Actor, scope: Scope, at: Paging, *, execution_id: str | None = None, status: str | None = None
) -> Page[EvaluationSummary]:
    """The evaluations of a scope and below, newest first."""
    identity.require(actor, "core_governancePolicySets_view", scope)
    table = store.EVALUATIONS
    query = select(*store.SUMMARY_COLUMNS).order_by(table.c.created_at.desc(), table.c.id.desc())
    for column, wanted in (("org", scope.org), ("project", scope.project), ("execution_id", execution_id), ("status", status)):
        if wanted:
            query = query.where(table.c[column] == wanted)
    page = fetch(connection, query, at)
    return Page([store.evaluation_summary(row) for row in page.items], page.total, at)


def get_evaluation(connection: Connection, actor: Actor, scope: Scope, evaluation_id: str) -> EvaluationOut:
    """Raises NotFoundError."""
    identity.require(actor, "core_governancePolicySets_view", scope)
    row = connection.execute(select(store.EVALUATIONS).where(store.EVALUATIONS.c.id == evaluation_id)).mappings().first()
    if row is None or not scope.covers(scope_of(row)):
        raise not_found("evaluation", evaluation_id, scope)
    return store.evaluation_of(row)
