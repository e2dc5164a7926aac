"""Judging by policy sets: what is consulted, what denies, what is recorded."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Engine

from bascule.core.errors import ConflictError, DeniedError, InputError, NotFoundError
from bascule.manager.audit import service as audit
from bascule.manager.database import reading
from bascule.manager.governance import service
from bascule.manager.governance.model import Decision, PolicyIn, PolicySetIn
from bascule.manager.identity.model import Actor, Grant, Scope
from bascule.manager.paging import Paging
from bascule.policy.workers import default_pool

ACCOUNT, ORG, PROJECT = Scope(), Scope("shop"), Scope("shop", "orders")
ADMIN = Actor(id="ada", name="Ada", email="ada@shop.example", groups=("account/shop/dbas",), grants=(Grant("admin"),))
VIEWER = Actor(id="vic", name="Vic", grants=(Grant("viewer"),))

DROPS = """
package db_sql

deny[msg] { sql := input.sqlStatements[_]; regex.match("(?i)drop table", sql); msg := sprintf("no DROP: %s", [sql]) }
"""
GRUMBLES = 'package grumbles\n\nwarn contains "look twice" if count(input.sqlStatements) > 1\n'
BROKEN_ON_NUMBERS = 'package broken\n\ndeny contains "x" if to_number(input.sqlStatements[_]) > 1\n'


@pytest.fixture(scope="module", autouse=True)
def pool() -> Iterator[None]:
    yield
    default_pool().close()


def policy(store: Engine, scope: Scope, identifier: str, rego: str, version: str = "v0") -> None:
    body = PolicyIn.model_validate({"identifier": identifier, "name": identifier, "rego": rego, "regoVersion": version})
    service.create_policy(store, ADMIN, scope, body)


def policy_set(store: Engine, scope: Scope, identifier: str, uses: Mapping[str, str], **more: Any) -> None:
    policies = [{"identifier": name, "severity": severity} for name, severity in uses.items()]
    body = {"identifier": identifier, "name": identifier, "type": "custom", "action": "onstep", "policies": policies} | more
    service.create_policy_set(store, ADMIN, scope, PolicySetIn.model_validate(body))


def judge(store: Engine, *named: str, sql: tuple[str, ...] = ("DROP TABLE person",), **more: Any) -> Decision:
    return service.evaluate(store, ADMIN, PROJECT, named, {"sqlStatements": list(sql)}, "sha256:abc", **more)


def test_error_and_exit_denies_with_the_policys_words(store: Engine) -> None:
    policy(store, ACCOUNT, "drops", DROPS)
    policy_set(store, ACCOUNT, "changes", {"drops": "error"})
    decision = judge(store, "account.changes")
    assert not decision.allowed
    assert [problem.what for problem in decision.problems] == ["no DROP: DROP TABLE person"]
    assert decision.subject == "sha256:abc"
    assert judge(store, "account.changes", sql=("SELECT 1",)).allowed


def test_warn_and_continue_allows_and_tells(store: Engine) -> None:
    policy(store, ORG, "drops", DROPS)
    policy(store, PROJECT, "grumbles", GRUMBLES, "v1")
    policy_set(store, PROJECT, "changes", {"org.drops": "warning", "grumbles": "error"})
    decision = judge(store, "changes", sql=("DROP TABLE a", "SELECT 1"))
    assert decision.allowed
    assert [(problem.what, problem.severity) for problem in decision.warnings] == [
        ("no DROP: DROP TABLE a", "warning"),
        ("look twice", "warning"),
    ]


def test_a_missing_policy_set_denies(store: Engine) -> None:
    decision = judge(store, "account.changes")
    assert not decision.allowed
    assert [problem.code for problem in decision.problems] == ["POL-010"]


def test_a_disabled_policy_set_is_skipped_and_noted(store: Engine) -> None:
    policy(store, ACCOUNT, "drops", DROPS)
    policy_set(store, ACCOUNT, "changes", {"drops": "error"}, enabled=False)
    decision = judge(store, "account.changes")
    assert decision.allowed
    assert [(problem.code, problem.severity) for problem in decision.warnings] == [("POL-012", "info")]


def test_a_policy_that_fails_denies(store: Engine) -> None:
    policy(store, PROJECT, "broken", BROKEN_ON_NUMBERS, "v1")
    policy_set(store, PROJECT, "changes", {"broken": "error"})
    decision = judge(store, "changes")
    assert not decision.allowed
    assert decision.problems[0].code == "POL-002"


@pytest.mark.parametrize(("action", "applies"), [("onstep", True), ("onrun", True), ("onsave", False)])
def test_sets_for_sql_apply_in_their_scope_without_being_named(store: Engine, action: str, applies: bool) -> None:
    policy(store, ACCOUNT, "drops", DROPS)
    policy_set(store, ORG, "sql_rules", {"account.drops": "error"}, type="dbSql", action=action)
    assert judge(store).allowed is not applies
    elsewhere = service.evaluate(store, ADMIN, Scope("other", "orders"), (), {"sqlStatements": ["DROP TABLE x"]}, "s")
    assert elsewhere == Decision(allowed=True, subject="s"), "nothing was consulted, so nothing is recorded"


def test_a_set_named_and_applying_is_consulted_once(store: Engine) -> None:
    policy(store, ACCOUNT, "drops", DROPS)
    policy_set(store, ACCOUNT, "sql_rules", {"drops": "error"}, type="dbSql")
    decision = judge(store, "account.sql_rules")
    with reading(store) as connection:
        evaluation = service.get_evaluation(connection, ADMIN, PROJECT, decision.evaluation_id)
    assert [answer.policy_set for answer in evaluation.details] == ["account.sql_rules"]
    assert len(decision.problems) == 1


def test_an_evaluation_is_recorded_with_input_and_answers(store: Engine) -> None:
    policy(store, ACCOUNT, "drops", DROPS)
    policy_set(store, ACCOUNT, "changes", {"drops": "error"})
    decision = judge(store, "account.changes", about="orders/prod", execution_id="exe_1")
    with reading(store) as connection:
        page = service.list_evaluations(connection, ADMIN, ORG, Paging(), execution_id="exe_1")
        evaluation = service.get_evaluation(connection, ADMIN, ACCOUNT, decision.evaluation_id)
        with pytest.raises(NotFoundError):
            service.get_evaluation(connection, ADMIN, Scope("other"), decision.evaluation_id)
    assert [(one.id, one.status, one.subject, one.entity, one.created_by) for one in page.items] == [
        (decision.evaluation_id, "error", "sha256:abc", "orders/prod", "Ada")
    ]
    assert evaluation.input["sqlStatements"] == ["DROP TABLE person"]
    metadata = evaluation.input["metadata"]
    assert metadata["user"]["email"] == "ada@shop.example"
    assert metadata["userGroups"] == [{"identifier": "dbas", "name": "dbas", "orgIdentifier": "shop", "projectIdentifier": ""}]
    assert metadata["projectMetadata"] == {"identifier": "orders", "orgIdentifier": "shop"}
    assert metadata["roleAssignmentMetadata"][0]["roleIdentifier"] == "admin"
    assert (metadata["type"], metadata["action"]) == ("dbSql", "onstep")
    (answer,) = evaluation.details[0].policies
    assert (answer.policy, answer.severity, answer.status) == ("account.drops", "error", "error")


def test_rego_that_does_not_compile_is_not_saved(store: Engine) -> None:
    with pytest.raises(InputError) as raised:
        policy(store, ACCOUNT, "drops", DROPS, "v1")
    assert raised.value.problems[0].fix == "write `if` before the body, or mark the policy as Rego v0"
    with reading(store) as connection:
        assert service.list_policies(connection, ADMIN, ACCOUNT, None, Paging()).total == 0


def test_a_policy_in_use_is_not_deleted_and_a_set_names_only_what_is_there(store: Engine) -> None:
    with pytest.raises(InputError, match="does not exist"):
        policy_set(store, PROJECT, "changes", {"org.drops": "error"})
    policy(store, ORG, "drops", DROPS)
    policy_set(store, PROJECT, "changes", {"org.drops": "error"})
    with pytest.raises(ConflictError, match="policy set 'changes'"):
        service.delete_policy(store, ADMIN, ORG, "drops")
    service.delete_policy_set(store, ADMIN, PROJECT, "changes")
    service.delete_policy(store, ADMIN, ORG, "drops")
    with reading(store) as connection:
        deeds = audit.events(connection, ADMIN, ACCOUNT, audit.Filters(), Paging()).items
    assert sorted((deed.action, deed.resource_type) for deed in deeds) == [
        ("CREATE", "POLICY"), ("CREATE", "POLICY_SET"), ("DELETE", "POLICY"), ("DELETE", "POLICY_SET"),
    ]  # fmt: skip


def test_everything_needs_its_permission(store: Engine) -> None:
    with pytest.raises(DeniedError):
        service.create_policy(store, VIEWER, ACCOUNT, PolicyIn(identifier="a", name="a", rego=DROPS, rego_version="v0"))
    with pytest.raises(DeniedError):
        service.evaluate(store, VIEWER, PROJECT, ("x",), {}, "s")
    with pytest.raises(DeniedError):
        service.delete_policy_set(store, VIEWER, PROJECT, "x")


def test_a_policy_can_be_tried_without_being_saved(store: Engine) -> None:
    rego = 'package p\n\ndeny contains "x" if {\n\tprint("seen", input.a)\n\tinput.a == 1\n}\n'
    (result,) = service.try_out(store, VIEWER, PROJECT, rego, "v1", {"a": 1}).results
    assert [problem.what for problem in result.denied] == ["x"]
    assert result.prints == ("policy.rego:4: seen 1",)


def test_policies_are_told_of_whoever_acts_not_of_who_asks(store: Engine) -> None:
    roles = "roles := {r.roleIdentifier | some r in input.metadata.roleAssignmentMetadata}"
    admins_only = f'package p\n\ndeny contains "admins only" if not "admin" in roles\n\n{roles}\n'
    policy(store, ACCOUNT, "admins_only", admins_only, "v1")
    policy_set(store, ACCOUNT, "changes", {"admins_only": "error"})
    assert judge(store, "account.changes").allowed
    assert not judge(store, "account.changes", on_behalf_of=VIEWER).allowed
