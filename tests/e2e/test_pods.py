"""Step groups in pods, by the public doors: a manager, a delegate with a cluster (the stand-in), pods that are delegates themselves."""

import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.in_pods import CANARY, NAMESPACE, PIPELINE, World, world_in
from tests.e2e.test_pipeline import BASE, CHANGELOG


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world_in(tmp_path_factory.mktemp("pods")) as running:
        yield running


def nodes(execution: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {node["path"]: node for node in execution["nodes"]}


def test_a_group_runs_in_its_pod_and_nothing_of_it_is_left(world: World) -> None:
    execution = world.run()
    done = world.ended(execution)
    assert done["status"] == "Success", "\n".join(map(str, [*nodes(done).items(), *world.lines(execution)]))
    with sqlite3.connect(world.folder / "target.db") as database:
        rows = database.execute("SELECT id FROM databasechangelog WHERE author = 'ann' ORDER BY orderexecuted").fetchall()
        assert rows == [("1",), ("2",)]
    said = world.lines(execution)
    assert ("dev/db/look", f"from a container with {len(CANARY)} characters: ***") in said
    assert ("dev/db/beside", "changelog.yaml") in said
    assert [text for node, text in said if node == "dev/db"], "the pod itself tells what it does"
    world.nothing_is_left()
    delegates = world.product.ask("GET", "/v1/delegates")
    assert not [delegate for delegate in delegates if delegate["name"] not in ("cluster", "embedded")]


def test_a_secret_of_a_secret_manager_is_in_no_pod_and_no_secret(world: World) -> None:
    execution = world.run(then="sleep 3")
    seen = ""
    world.until_looking(execution)
    for _ in range(10):
        seen += str(world.cluster.all("pods", NAMESPACE)) + str(world.cluster.all("secrets", NAMESPACE))
        time.sleep(0.1)
    assert "bascule-step" in seen, "the pod and its containers were looked at"
    assert CANARY not in seen
    assert world.ended(execution)["status"] == "Success"
    assert CANARY not in str(world.lines(execution))


def test_a_script_makes_the_changelog_in_an_image_of_its_own(world: World) -> None:
    ask = world.product.ask
    ask(
        "POST",
        f"{BASE}/connectors",
        {"connector": {"identifier": "made_db", "name": "DB", "type": "Jdbc", "spec": {"url": f"jdbc:sqlite:{world.folder / 'made.db'}"}}},
    )
    script = {"image": "tools:1", "shell": "Sh", "location": "db/changelog.yaml"}
    script["command"] = f"echo making it with ${{BASCULE_TURN:+a turn}}\nmkdir db\ncat > db/changelog.yaml <<'END'\n{CHANGELOG}\nEND\n"
    ask("POST", f"{BASE}/dbschema", {"identifier": "made", "name": "Made", "type": "Script", "changeLogScript": script})
    ask("POST", f"{BASE}/dbschema/made/instance", {"identifier": "dev", "name": "Dev", "connector": "made_db"})
    written = PIPELINE.replace("in_pods", "made").replace("In pods", "Made").replace("dbSchema: orders", "dbSchema: made")
    ask(
        "POST",
        f"{BASE}/pipelines",
        {"yaml": written[: written.index("                    - step:\n                        identifier: look")]},
    )
    execution = str(ask("POST", f"{BASE}/pipelines/made/execute", {})["executionId"])
    done = world.ended(execution)
    assert done["status"] == "Success", world.lines(execution)
    assert nodes(done)["dev/db/apply"]["outputs"]["changeSets"] == ["db/changelog.yaml::1::ann", "db/changelog.yaml::2::ann"]
    assert ("dev/db/apply", "making it with a turn") in world.lines(execution), "a step container was given its turn"
    world.nothing_is_left()


def test_an_image_that_is_missing_ends_the_group_with_one_problem(world: World) -> None:
    done = world.ended(world.run(image="nowhere:1"))
    assert done["status"] == "Failed"
    apply = nodes(done)["dev/db/apply"]
    assert len(apply["problems"]) == 1, "\n".join(map(str, done["nodes"]))
    assert "nowhere:1" in str(apply["problems"])
    assert apply["failure"] == "DelegateProvisioning"
    world.nothing_is_left()


def test_an_abort_takes_the_pod_away(world: World) -> None:
    execution = world.run(then="sleep 60")
    world.until_looking(execution)
    assert not [found for found in world.product.ask("GET", f"{BASE}/delegates") if found["pod"]]
    (inside,) = [found for found in world.product.ask("GET", f"{BASE}/delegates?pods=true") if found["pod"]]
    assert inside["pod"].startswith(f"{execution}/dev/db#")
    assert (inside["connected"], inside["tags"]) == (True, [])
    shown = world.product.cli("delegate", "status", "--pods")
    assert f"serves the pod {inside['pod']}" in shown.stdout, shown
    assert "makes pods" in world.product.cli("delegate", "status", "cluster").stdout
    world.product.ask("POST", f"{BASE}/executions/{execution}/abort", {})
    assert world.ended(execution)["status"] == "Aborted"
    world.nothing_is_left()


def test_a_delegate_with_kubernetes_as_its_runner_has_a_pod_made_for_each_stage(world: World) -> None:
    plain = PIPELINE.replace("in_pods", "plain").replace("In pods", "Plain")
    start, end = plain.index("                  stepGroupInfra:"), plain.index("                  steps:")
    written = plain[:start] + "                  delegateSelectors: [in-cluster]\n" + plain[end:]
    world.product.ask("POST", f"{BASE}/pipelines", {"yaml": written})
    world.delegate.terminate()
    world.delegate.wait(30)
    world.delegate = world.start("--default-runner", "kubernetes", "--allow-scripts")
    pods_before = world.made_pods()
    try:
        execution = str(world.product.ask("POST", f"{BASE}/pipelines/plain/execute", {})["executionId"])
        done = world.ended(execution)
        assert done["status"] == "Success", "\n".join(map(str, [*nodes(done).items(), *world.lines(execution)]))
        assert "the image tools:1 is not used" in str(world.lines(execution)), "no document has given it a container"
        assert world.made_pods() == pods_before + 1
        world.nothing_is_left()
    finally:
        world.delegate.terminate()
        world.delegate.wait(30)
        world.delegate = world.start()


def test_a_delegate_that_is_killed_finds_its_pod_again(world: World) -> None:
    execution = world.run(then="sleep 5")
    world.until_looking(execution)
    world.delegate.kill()
    world.delegate.wait()
    world.delegate = world.start()
    assert world.ended(execution)["status"] == "Success"
    world.nothing_is_left()


def test_a_connector_of_a_cluster_is_tried_by_a_delegate_that_has_kubernetes(world: World) -> None:
    ask = world.product.ask
    good = ask("POST", f"{BASE}/connectors/cluster/test")
    assert (good["status"], good["delegate"], good["problems"]) == ("SUCCESS", "cluster", [])
    elsewhere = ask("POST", f"{BASE}/connectors/cluster/test?repo=default")
    assert (elsewhere["status"], elsewhere["problems"][0]["code"]) == ("FAILURE", "K8S-005")
    assert "in the namespace 'default'" in elsewhere["problems"][0]["what"]


def test_a_cluster_with_a_log_in_of_its_own_is_tried_at_harness_s_address_too(world: World) -> None:
    ask, cluster = world.product.ask, world.cluster
    texts = {"sa_right": cluster.token_of(NAMESPACE, "bascule-delegate"), "sa_wrong": "CANARY-wrong", "sa_ca": cluster.ca}
    for identifier, value in texts.items():
        secret = {"identifier": identifier, "name": identifier, "type": "SecretText", "spec": {"value": value}}
        ask("POST", f"{BASE}/secrets", {"secret": secret})
    for identifier, token in (("by_token", "sa_right"), ("by_wrong_token", "sa_wrong")):
        auth = {"type": "ServiceAccount", "spec": {"serviceAccountTokenRef": token, "caCertRef": "sa_ca"}}
        spec = {
            "credential": {"type": "ManualConfig", "spec": {"masterUrl": cluster.url, "auth": auth}},
            "delegateSelectors": ["in-cluster"],
        }
        ask("POST", f"{BASE}/connectors", {"connector": {"identifier": identifier, "name": identifier, "type": "K8sCluster", "spec": spec}})
    org, project = BASE.split("/")[3::2]
    query = f"?accountIdentifier=default&orgIdentifier={org}&projectIdentifier={project}&repo={NAMESPACE}"
    good = ask("POST", f"/ng/api/connectors/testConnection/by_token{query}")["data"]
    assert (good["status"], good["errors"]) == ("SUCCESS", [])
    wrong = ask("POST", f"/ng/api/connectors/testConnection/by_wrong_token{query}")["data"]
    assert wrong["status"] == "FAILURE"
    assert "does not accept the delegate's credentials" in wrong["errorSummary"]
    assert "CANARY" not in str(wrong)


def test_without_a_delegate_that_has_kubernetes_the_group_and_the_test_say_so(world: World) -> None:
    execution = world.run_where_nobody_has_kubernetes()
    waiting = {path: node["waiting"] for path, node in nodes(world.execution(execution)).items() if node.get("waiting")}
    assert {path: problem["code"] for path, problem in waiting.items()} == {"dev/db": "DEL-010", "dev/db/apply": "DEL-010"}
    assert "cluster: it lacks the tag 'embedded'; embedded: it was started without Kubernetes" in waiting["dev/db/apply"]["why"]
    assert "with Kubernetes" in waiting["dev/db/apply"]["fix"]
    world.product.ask("POST", f"{BASE}/executions/{execution}/abort", {})
    assert world.ended(execution)["status"] == "Aborted"
    answer = world.product.ask("POST", f"{BASE}/connectors/far/test")
    assert (answer["status"], answer["problems"][0]["code"]) == ("FAILURE", "DEL-010")
    assert "embedded: it was started without Kubernetes" in answer["problems"][0]["why"]
    assert "--kubeconfig" in answer["problems"][0]["fix"]
