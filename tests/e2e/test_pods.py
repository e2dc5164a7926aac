"""Step groups in pods, by the public doors: a manager, a delegate with a cluster (the stand-in), pods that are delegates themselves."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_pipeline import BASE, CHANGELOG, PROGRAM, Product
from tests.kubesim.cluster import Cluster
from tests.kubesim.runtimes import Image

NAMESPACE = "bascule"
RBAC = Path(__file__).parents[2] / "deploy" / "kubernetes" / "rbac.yaml"
CANARY = "CANARY-of-the-folder"

PIPELINE = """
pipeline:
  identifier: in_pods
  name: In pods
  variables:
    - {name: image, type: String, value: <+input>.default("tools:1")}
    - {name: then, type: String, value: <+input>.default("true")}
  stages:
    - stage:
        identifier: dev
        name: Development
        type: Custom
        spec:
          execution:
            steps:
              - stepGroup:
                  identifier: db
                  name: Database
                  stepGroupInfra:
                    type: KubernetesDirect
                    spec: {connectorRef: cluster, namespace: bascule, initTimeout: 40s, labels: {team: orders}}
                  steps:
                    - step:
                        identifier: apply
                        name: Apply
                        type: DBSchemaApply
                        spec: {connectorRef: account.harnessImage, dbSchema: orders, dbInstance: dev, tag: v1}
                    - step:
                        identifier: look
                        name: Look
                        type: Run
                        spec:
                          connectorRef: account.harnessImage
                          image: <+pipeline.variables.image>
                          shell: Sh
                          command: |
                            echo "from $FROM with ${#KEY} characters: $KEY"
                            export SEEN="$(ls source | head -n 1)"
                            <+pipeline.variables.then>
                          envVariables: {FROM: a container, KEY: <+secrets.getValue("folder")>}
                          outputVariables: [{name: SEEN, type: String}]
                    - step:
                        identifier: beside
                        name: Beside
                        type: Run
                        spec: {command: "echo <+execution.steps.db.steps.look.output.outputVariables.SEEN>"}
"""


class World:
    """A product whose delegate stands before a cluster."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.cluster = cluster
        self.folder = folder
        self.product = Product(folder)
        self.kubeconfig = cluster.kubeconfig(token=cluster.token_of(NAMESPACE, "bascule-delegate"), namespace=NAMESPACE, name="delegate")
        (folder / "secrets").mkdir()
        (folder / "secrets" / "folder-key").write_text(CANARY)
        self.token = self.product.ask("POST", "/v1/delegate-tokens", {"name": "cluster", "tags": ["in-cluster"]})["value"]
        self.delegate = self.start()
        self._prepare()

    def start(self, *options: str) -> "subprocess.Popen[bytes]":
        argv = [PROGRAM, "delegate", "--manager", self.product.url, "--name", "cluster", "--data-dir", str(self.folder / "delegate")]
        argv += ["--kubeconfig", str(self.kubeconfig), "--pod-image", "bascule:1", "--secret-files", str(self.folder / "secrets")]
        with (self.folder / "delegate.txt").open("ab") as log:
            return subprocess.Popen([*argv, *options], stdout=log, stderr=log, env=os.environ | {"BASCULE_DELEGATE_TOKEN": self.token})

    def _prepare(self) -> None:
        ask, folder = self.product.ask, self.folder
        repository = folder / "repository"
        repository.mkdir()
        (repository / "changelog.yaml").write_text(CHANGELOG)
        author = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        for arguments in (["init", "-q", "-b", "main"], ["add", "."], [*author, "commit", "-q", "-m", "first"]):
            subprocess.run(["git", *arguments], cwd=repository, check=True)

        def connector(identifier: str, kind: str, spec: dict[str, Any]) -> None:
            made = {"identifier": identifier, "name": identifier, "type": kind, "spec": spec}
            ask("POST", f"{BASE}/connectors", {"connector": made})

        connector("git", "Git", {"url": f"file://{repository}", "connectionType": "Repo"})
        connector("db", "Jdbc", {"url": f"jdbc:sqlite:{folder / 'target.db'}"})
        connector("cluster", "K8sCluster", {"credential": {"type": "InheritFromDelegate"}, "delegateSelectors": ["in-cluster"]})
        connector("files", "DelegateFiles", {})
        spec = {"type": "SecretTextSpec", "secretManagerIdentifier": "files", "valueType": "Reference", "value": "folder-key"}
        ask("POST", f"{BASE}/secrets", {"secret": {"identifier": "folder", "name": "Folder", "type": "SecretText", "spec": spec}})
        changelog = {"connector": "git", "location": "changelog.yaml"}
        ask("POST", f"{BASE}/dbschema", {"identifier": "orders", "name": "Orders", "changelog": changelog})
        ask("POST", f"{BASE}/dbschema/orders/instance", {"identifier": "dev", "name": "Dev", "connector": "db", "branch": "main"})
        ask("POST", f"{BASE}/pipelines", {"yaml": PIPELINE})

    def run(self, **inputs: str) -> str:
        given = {f"pipeline.variables.{name}": value for name, value in inputs.items()}
        return str(self.product.ask("POST", f"{BASE}/pipelines/in_pods/execute", {"inputs": given})["executionId"])

    def execution(self, execution: str) -> dict[str, Any]:
        found: dict[str, Any] = self.product.ask("GET", f"{BASE}/executions/{execution}")
        return found

    def ended(self, execution: str) -> dict[str, Any]:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            found = self.execution(execution)
            if found["status"] not in ("Running", "NotStarted"):
                return found
            time.sleep(0.2)
        raise AssertionError((found, (self.folder / "delegate.txt").read_text()[-3000:]))

    def lines(self, execution: str) -> list[tuple[str, str]]:
        """Which node has said what."""
        log = self.product.ask("GET", f"{BASE}/executions/{execution}/logs?limit=500")
        return [(line["node"], line["event"]["text"]) for line in log["lines"] if line["event"]["kind"] == "log"]

    def made_pods(self) -> int:
        """How many pods the cluster has had so far."""
        return len([event for event in self.cluster.all("events", NAMESPACE) if event["reason"] == "Scheduled"])

    def until_looking(self, execution: str) -> None:
        """Until the script in its own container has begun."""
        deadline = time.monotonic() + 60
        while not any(node == "dev/db/look" for node, _ in self.lines(execution)):
            assert time.monotonic() < deadline, self.execution(execution)
            time.sleep(0.1)

    def nothing_is_left(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if not self.cluster.all("pods", NAMESPACE) and not self.cluster.all("secrets", NAMESPACE):
                return
            time.sleep(0.1)
        raise AssertionError(self.cluster.all("pods", NAMESPACE))

    def stop(self) -> None:
        self.delegate.terminate()
        self.delegate.wait(30)
        self.product.stop()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("pods")
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    images = {"bascule:1": Image(environment={"PATH": path}), "tools:1": Image()}
    with Cluster(folder / "cluster", images) as cluster:
        cluster.apply(
            f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {NAMESPACE}, labels: {{pod-security.kubernetes.io/enforce: restricted}}}}"
        )
        cluster.apply(RBAC.read_text())
        running = World(folder, cluster)
        try:
            yield running
        finally:
            running.stop()
        assert not cluster.unimplemented, cluster.unimplemented


def nodes(execution: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {node["path"]: node for node in execution["nodes"]}


def test_a_group_runs_in_its_pod_and_nothing_of_it_is_left(world: World) -> None:
    execution = world.run()
    done = world.ended(execution)
    assert done["status"] == "Success", "\n".join(map(str, [*nodes(done).items(), *world.lines(execution)]))
    with sqlite3.connect(world.folder / "target.db") as database:
        assert [row[0] for row in database.execute("SELECT id FROM databasechangelog WHERE author = 'ann' ORDER BY orderexecuted")] == [
            "1",
            "2",
        ]
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
    assert seen
    assert CANARY not in seen
    assert world.ended(execution)["status"] == "Success"
    assert CANARY not in str(world.lines(execution))


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


def test_without_a_delegate_that_has_kubernetes_the_test_says_so(world: World) -> None:
    spec = {"credential": {"type": "InheritFromDelegate"}, "delegateSelectors": ["embedded"]}
    world.product.ask("POST", f"{BASE}/connectors", {"connector": {"identifier": "far", "name": "far", "type": "K8sCluster", "spec": spec}})
    answer = world.product.ask("POST", f"{BASE}/connectors/far/test")
    assert (answer["status"], answer["problems"][0]["code"]) == ("FAILURE", "DEL-010")
    assert "embedded: it was started without Kubernetes" in answer["problems"][0]["why"]
    assert "--kubeconfig" in answer["problems"][0]["fix"]
