"""Policies, sets and evaluations as clients meet them."""

import json

from fastapi.testclient import TestClient

REGO = 'package db_sql\n\ndeny contains "no" if input.sqlStatements[_] == "DROP"\n'
POLICY = {"identifier": "no_drop", "name": "No drop", "rego": REGO}
POLICY_SET = {
    "identifier": "changes", "name": "Changes", "type": "dbSql", "action": "onstep", "policies": [{"identifier": "no_drop"}],
}  # fmt: skip
PLACES = ["/v1", "/v1/orgs/default", "/v1/orgs/default/projects/default"]


def test_policies_live_in_each_scope(client: TestClient) -> None:
    for place in PLACES:
        live_in(client, place)


def live_in(client: TestClient, place: str) -> None:
    made = client.post(f"{place}/policies", json=POLICY)
    assert made.status_code == 201, made.text
    assert (made.json()["regoVersion"], made.json()["rego"]) == ("v1", REGO)
    assert client.post(f"{place}/policies", json=POLICY).status_code == 409
    changed = client.put(f"{place}/policies/no_drop", json=POLICY | {"name": "Never drop"})
    assert changed.json()["name"] == "Never drop"
    assert client.put(f"{place}/policies/other", json=POLICY).status_code == 400
    assert [one["name"] for one in client.get(f"{place}/policies", params={"search_term": "NEVER"}).json()] == ["Never drop"]
    assert client.post(f"{place}/policysets", json=POLICY_SET).status_code == 201
    assert client.delete(f"{place}/policies/no_drop").status_code == 409
    assert client.put(f"{place}/policysets/changes", json=POLICY_SET | {"enabled": False}).json()["enabled"] is False
    listed = client.get(f"{place}/policysets")
    assert (listed.headers["X-Total-Elements"], listed.json()[0]["policies"]) == ("1", [{"identifier": "no_drop", "severity": "error"}])
    assert client.delete(f"{place}/policysets/changes").status_code == 204
    assert client.delete(f"{place}/policies/no_drop").status_code == 204
    assert client.get(f"{place}/policies/no_drop").status_code == 404


def test_rego_that_does_not_compile_is_refused_with_its_line(client: TestClient) -> None:
    refused = client.post("/v1/policies", json=POLICY | {"rego": "package a\n\ndeny[msg] { msg := 1 }\n"})
    assert refused.status_code == 400
    (problem,) = refused.json()["problems"]
    assert (problem["code"], problem["where"]) == ("POL-002", "policy.rego:3:11")
    assert "^" in problem["why"]


NONSENSE: list[tuple[dict[str, object], str]] = [
    ({"type": "database"}, "body.type"),
    ({"action": "sometimes"}, "body.action"),
    ({"policies": [{"identifier": "a", "severity": "fatal"}]}, "body.policies.0.severity"),
    ({"policies": [{"identifier": "a"}, {"identifier": "a"}]}, "body.policies"),
    ({"policies": [{"identifier": "account.absent"}]}, "body.policies.account.absent"),
    ({"identifier": "no-hyphens"}, "body.identifier"),
]


def test_a_policy_set_that_makes_no_sense_is_refused_at_its_key(client: TestClient) -> None:
    for change, where in NONSENSE:
        refused = client.post("/v1/policysets", json=POLICY_SET | {"policies": []} | change)
        assert refused.status_code == 400
        assert where in [problem["where"] for problem in refused.json()["problems"]]


def test_text_that_no_store_keeps_is_refused_at_its_key(client: TestClient) -> None:
    for key in ("name", "description", "rego"):
        for text in ("a\\u0000b", "a\\ud800b"):
            body = json.dumps(POLICY | {key: "@"}).replace("@", text)
            refused = client.post("/v1/policies", content=body, headers={"content-type": "application/json"})
            assert (refused.status_code, refused.json()["problems"][0]["where"]) == (400, f"body.{key}")


def test_a_policy_is_tried_on_an_input(client: TestClient) -> None:
    trial = client.post("/v1/policies/evaluate", json={"rego": REGO, "input": {"sqlStatements": ["DROP"]}})
    assert (trial.status_code, trial.json()["status"]) == (200, "error")
    assert trial.json()["problems"][0]["what"] == "no"
    assert client.post("/v1/policies/evaluate", json={"rego": REGO}).json()["status"] == "pass"
    assert client.post("/v1/policies/evaluate", json={"rego": "nonsense"}).status_code == 400
    assert client.get("/v1/evaluations").json() == []


def test_the_library_is_listed(client: TestClient) -> None:
    library = {entry["identifier"]: entry for entry in client.get("/v1/policy-library").json()}
    no_drop = library["no_drop_in_production"]
    assert no_drop["title"]
    assert no_drop["code"].startswith("POL-1")
    for entry in library.values():
        body = {"identifier": entry["identifier"], "name": entry["title"][:128], "rego": entry["rego"]}
        assert client.post("/v1/policies", json=body).status_code == 201
