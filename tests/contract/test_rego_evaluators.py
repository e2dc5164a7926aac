"""What every RegoEvaluator does alike: our workers, and an OPA server."""

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import regorus

from bascule.policy.evaluate import check, evaluate
from bascule.policy.evaluator import RegoEvaluator
from bascule.policy.model import Answer, PolicyText, Question
from bascule.policy.opa import OpaServer
from bascule.policy.workers import WorkerPool


class FakeOpa:
    """OPA's REST API as far as we use it: all modules in one engine, errors with their places. Started with `--v0-compatible`."""

    def __init__(self) -> None:
        self.modules: dict[str, str] = {}
        self.authorizations: set[str | None] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.authorizations.add(request.headers.get("authorization"))
        _, _, kind, *rest = request.url.path.split("/")
        if kind == "policies":
            return self.policy(request.method, rest[0], request.content.decode())
        return self.data("/".join(rest), json.loads(request.content)["input"])

    def policy(self, method: str, name: str, text: str) -> httpx.Response:
        if method == "DELETE":
            del self.modules[name]
            return httpx.Response(200, json={})
        try:
            self.engine({name: text})
        except RuntimeError as error:
            return self.refusal(400, error)
        self.modules[name] = text
        return httpx.Response(200, json={})

    def data(self, path: str, document: Any) -> httpx.Response:
        engine = self.engine(self.modules)
        engine.set_input_json(json.dumps(document))
        try:
            value = json.loads(engine.eval_rule_as_json("data." + ".".join(path.split("/"))))
        except RuntimeError as error:
            return httpx.Response(200, json={}) if "not a valid rule path" in str(error) else self.refusal(500, error)
        return httpx.Response(200, json={} if value == "<undefined>" else {"result": value})

    def engine(self, modules: dict[str, str]) -> Any:
        engine = regorus.Engine()
        for name, text in modules.items():
            engine.set_rego_v0("import rego.v1" not in text)
            engine.add_policy(name, text)
        return engine

    def refusal(self, status: int, error: RuntimeError) -> httpx.Response:
        place = re.search(r"--> .*:(\d+):(\d+)", str(error))
        assert place
        message = str(error).split("error:", 1)[1].split("\n")[0].strip()
        location = {"row": int(place[1]), "col": int(place[2])}
        return httpx.Response(status, json={"message": "refused", "errors": [{"message": message, "location": location}]})


def opa() -> OpaServer:
    if url := os.environ.get("BASCULE_TEST_OPA_URL"):  # a real one: `opa run --server --v0-compatible`
        return OpaServer(url)
    return OpaServer("http://opa", client=httpx.Client(transport=httpx.MockTransport(FakeOpa()), base_url="http://opa"))


@pytest.fixture(scope="module", params=["workers", "opa"])
def evaluator(request: pytest.FixtureRequest) -> Iterator[RegoEvaluator]:
    made: RegoEvaluator = WorkerPool(size=1) if request.param == "workers" else opa()
    yield made
    made.close()


V0 = PolicyText(name="v0", version="v0", text='package db_sql\n\ndeny[msg] { input.sqlStatements[_] == "DROP"; msg := "old" }\n')
V1 = PolicyText(
    name="v1", text='package db_sql\n\ndeny contains "new" if "DROP" in input.sqlStatements\n\nwarn contains "hm" if input.hm\n'
)


def said(evaluator: RegoEvaluator, document: dict[str, Any], *policies: PolicyText) -> list[list[str]]:
    return [[problem.what for problem in result.denied] for result in evaluate(policies, document, evaluator=evaluator).results]


def test_both_syntaxes_are_judged_and_policies_of_one_package_do_not_meet(evaluator: RegoEvaluator) -> None:
    assert said(evaluator, {"sqlStatements": ["DROP"]}, V0, V1) == [["old"], ["new"]]
    assert said(evaluator, {"sqlStatements": []}, V0, V1) == [[], []]


def test_undefined_is_told_from_absent(evaluator: RegoEvaluator) -> None:
    rules = ("data.a.maybe", "data.a.never", "data.a.yes")
    module = PolicyText(name="a", text="package a\n\nmaybe if input.x\n\nyes := {1}\n")
    answer = evaluator.ask(Question(modules=(module,), rules=rules, document=b"{}"))
    assert answer == Answer(values={"data.a.yes": [1]}, missing=("data.a.never",))


def test_modules_asked_together_see_each_other(evaluator: RegoEvaluator) -> None:
    test = PolicyText(
        name="t", text='package t\n\nimport data.db_sql\n\ntest_a if db_sql.deny == {"new"} with input as {"sqlStatements": ["DROP"]}\n'
    )
    answer = evaluator.ask(Question(modules=(V1, test), rules=("data.t.test_a",), document=b"{}"))
    assert answer.values == {"data.t.test_a": True}


def test_what_does_not_parse_is_a_problem_with_its_place(evaluator: RegoEvaluator) -> None:
    (problem,) = check(PolicyText(name="p", text='package p\n\n# it\ndeny[msg] { msg := "x" }\n'), evaluator=evaluator)
    assert (problem.code, problem.where) == ("POL-002", "p:4:11")


def test_what_fails_while_evaluating_denies(evaluator: RegoEvaluator) -> None:
    policy = PolicyText(name="p", text='package p\n\ndeny contains "x" if nothing.like.it(1)\n')
    (result,) = evaluate([policy], {}, evaluator=evaluator).results
    assert result.failed
    assert result.denied[0].code == "POL-002"


def test_a_policy_that_has_no_answer_denies(evaluator: RegoEvaluator) -> None:
    (result,) = evaluate([PolicyText(name="p", text='package p\n\ndenies contains "x"\n')], {}, evaluator=evaluator).results
    assert (result.failed, result.denied[0].code) == (True, "POL-006")


def test_a_package_with_strange_steps_is_asked(evaluator: RegoEvaluator) -> None:
    policy = PolicyText(name="p", text='package acme["b-c"].d\n\ndeny contains "x"\n')
    if isinstance(evaluator, OpaServer) and "BASCULE_TEST_OPA_URL" not in os.environ:
        assert said(evaluator, {}, PolicyText(name="p", text='package acme.bc.d\n\ndeny contains "x"\n')) == [["x"]]
    else:
        assert said(evaluator, {}, policy) == [["x"]]


def test_a_server_that_cannot_be_reached_denies() -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    server = OpaServer("http://opa", client=httpx.Client(transport=httpx.MockTransport(refuse), base_url="http://opa"))
    (result,) = evaluate([V1], {}, evaluator=server).results
    assert (result.failed, result.denied[0].code) == (True, "POL-009")


def test_the_server_keeps_nothing_of_ours_after_close() -> None:
    fake = FakeOpa()
    server = OpaServer("http://opa", client=httpx.Client(transport=httpx.MockTransport(fake), base_url="http://opa"))
    evaluate([V0, V1], {}, evaluator=server)
    assert len(fake.modules) == 2
    server.close()
    assert fake.modules == {}
