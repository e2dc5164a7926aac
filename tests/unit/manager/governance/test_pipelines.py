"""Policies that look at pipelines: when one is saved, and when one is started."""

from fastapi.testclient import TestClient

BASE = "/v1/orgs/default/projects/default"

NO_WAITING = """
package pipeline

deny[msg] {
  step := input.pipeline.stages[_].stage.spec.execution.steps[_].step
  step.type == "Wait"
  msg := sprintf("%s waits", [step.identifier])
}
"""

WAITS = """
pipeline:
  identifier: release
  name: Release
  stages:
    - stage:
        identifier: one
        name: One
        type: Custom
        spec:
          execution:
            steps:
              - step: {type: Wait, identifier: pause, name: Pause, timeout: 1m, spec: {duration: 10s}}
"""


def enforce(client: TestClient, action: str) -> None:
    policy = {"identifier": "no_waiting", "name": "No waiting", "rego": NO_WAITING, "regoVersion": "v0"}
    assert client.post("/v1/policies", json=policy).status_code == 201
    uses = [{"identifier": "account.no_waiting"}]
    policy_set = {"identifier": "house", "name": "House", "type": "pipeline", "action": action, "policies": uses}
    assert client.post(f"{BASE}/policysets", json=policy_set).status_code == 201


def test_a_document_is_judged_when_it_is_saved(client: TestClient) -> None:
    enforce(client, "onsave")
    refused = client.post(f"{BASE}/pipelines", json={"yaml": WAITS})
    assert (refused.status_code, refused.json()["message"]) == (403, "pause waits")
    assert client.post(f"{BASE}/pipelines", json={"yaml": WAITS.replace("Wait,", "Weight,")}).status_code == 400
    (evaluation,) = client.get(f"{BASE}/evaluations").json()
    assert (evaluation["type"], evaluation["action"], evaluation["entity"], evaluation["status"]) == (
        "pipeline",
        "onsave",
        "release",
        "error",
    )
    assert client.get(f"{BASE}/pipelines").json() == []


def test_a_change_is_judged_too(client: TestClient) -> None:
    assert client.post(f"{BASE}/pipelines", json={"yaml": WAITS}).status_code == 201
    enforce(client, "onsave")
    assert client.put(f"{BASE}/pipelines/release", json={"yaml": WAITS}).status_code == 403


def test_a_start_is_judged_and_nothing_begins(client: TestClient) -> None:
    assert client.post(f"{BASE}/pipelines", json={"yaml": WAITS}).status_code == 201
    enforce(client, "onrun")
    assert client.post(f"{BASE}/pipelines/release/execute", json={}).status_code == 403
    assert client.get(f"{BASE}/executions").json() == []
