"""Policies and a document → a verdict. Fails closed: what cannot be evaluated denies, with the reason."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bascule.core.problems import Problem, Severity
from bascule.policy.evaluator import RegoEvaluator
from bascule.policy.metadata import Metadata, metadata, package
from bascule.policy.model import RULES, Limits, PolicyResult, PolicyText, Question, Verdict
from bascule.policy.workers import default_pool

DENIED = "POL-100"
"""The code of a denial whose policy names none."""


def evaluate(
    policies: Sequence[PolicyText],
    document: Mapping[str, Any],
    *,
    limits: Limits | None = None,
    evaluator: RegoEvaluator | None = None,
) -> Verdict:
    """What each policy says of the document: `data.<its package>.deny` and `.warn`, each policy alone in an engine of its own.

    Undefined denies nothing; an error, an excess of the limits or an answer of unknown shape denies.
    """
    limits = limits or Limits()
    encoded = msgspec.json.encode(document)
    if len(encoded) > limits.input_bytes:
        return Verdict(results=tuple(refused(policy, too_large(len(encoded), limits)) for policy in policies))
    evaluator = evaluator or default_pool()
    return Verdict(results=tuple(judge(policy, encoded, limits, evaluator) for policy in policies))


def judge(policy: PolicyText, document: bytes, limits: Limits, evaluator: RegoEvaluator) -> PolicyResult:
    """One policy's result."""
    path = package(policy.text)
    if path is None:
        return refused(policy, no_package(policy))
    rules = {name: f"data.{path}.{name}" for name in RULES}
    answer = evaluator.ask(Question(modules=(policy,), rules=tuple(rules.values()), document=document, limits=limits))
    if answer.problem is not None:
        return refused(policy, answer.problem)
    if set(rules.values()) <= set(answer.missing):
        return refused(policy, no_answer(policy, path))
    said = metadata(policy.text)
    return PolicyResult(
        policy=policy.name,
        denied=tuple(problems(answer.values.get(rules["deny"]), policy, said, "error")),
        warned=tuple(problems(answer.values.get(rules["warn"]), policy, said, "warning")),
        prints=answer.prints,
    )


def check(policy: PolicyText, *, evaluator: RegoEvaluator | None = None) -> tuple[Problem, ...]:
    """What is wrong with the policy itself: it does not parse, calls what does not exist, or has neither `deny` nor `warn`."""
    path = package(policy.text)
    if path is None:
        return (no_package(policy),)
    rules = tuple(f"data.{path}.{name}" for name in RULES)
    answer = (evaluator or default_pool()).ask(Question(modules=(policy,), rules=rules, document=b"{}"))
    if answer.problem is not None:
        return (answer.problem,)
    return (no_answer(policy, path),) if set(rules) <= set(answer.missing) else ()


def problems(value: Any, policy: PolicyText, said: Metadata, severity: Severity) -> Iterator[Problem]:
    """A rule's value as problems. `true` and a bare string count as one; undefined, false, null and empty as none."""
    match value:
        case None | False:
            return
        case True:
            yield denial({}, policy, said, severity)
        case str() as text:
            yield denial({"what": text}, policy, said, severity)
        case list() as items:
            for item in items:
                yield from problems(item, policy, said, severity)
        case {"what": _} | {"msg": _} | {"message": _}:
            yield denial(value, policy, said, severity)
        case {**members} if not members:
            return
        case _:
            yield Problem(
                code="POL-007",
                what=f"the policy answered in a shape that is not known: {json.dumps(value)[:200]}",
                where=policy.name,
                fix="let deny hold strings, or objects with what, where, why, fix and code",
                severity=severity,
            )


def denial(value: Mapping[str, Any], policy: PolicyText, said: Metadata, severity: Severity) -> Problem:
    """One member of `deny` or `warn`. `msg` and `message` are read as `what`, as much Rego in use has them."""
    texts = {key: str(text) for key, text in value.items() if text is not None}
    what = texts.get("what") or texts.get("msg") or texts.get("message") or said.title or f"policy {policy.name} denies"
    return Problem(
        code=texts.get("code") or said.code or DENIED,
        what=what,
        where=texts.get("where"),
        why=texts.get("why") or (said.title if said.title != what else None),
        fix=texts.get("fix"),
        severity=severity,
    )


def refused(policy: PolicyText, problem: Problem) -> PolicyResult:
    return PolicyResult(policy=policy.name, denied=(problem,), failed=True)


def no_package(policy: PolicyText) -> Problem:
    return Problem(code="POL-001", what="the policy has no package line", where=policy.name, fix="begin it with: package db_sql")


def no_answer(policy: PolicyText, path: str) -> Problem:
    return Problem(
        code="POL-006",
        what=f"package {path} has neither 'deny' nor 'warn'",
        where=policy.name,
        why="a policy answers by these rules: without them it would allow everything",
        fix="name the rule deny (or warn)",
    )


def too_large(size: int, limits: Limits) -> Problem:
    return Problem(
        code="POL-008",
        what=f"the document to judge has {size / 1e6:.1f} MB, more than {limits.input_bytes / 1e6:g} MB",
        why="what policy cannot read it cannot allow",
        fix="split the release: fewer changesets, or data loaded outside the changelog",
    )
