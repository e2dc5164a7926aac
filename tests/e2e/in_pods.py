"""A product whose delegate stands before a cluster (the stand-in), and a pipeline that runs in a pod there."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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

    def run_where_nobody_has_kubernetes(self) -> str:
        """The same pipeline, its cluster's connector asking for the delegate that has none."""
        ask = self.product.ask
        spec = {"credential": {"type": "InheritFromDelegate"}, "delegateSelectors": ["embedded"]}
        ask("POST", f"{BASE}/connectors", {"connector": {"identifier": "far", "name": "far", "type": "K8sCluster", "spec": spec}})
        written = PIPELINE.replace("identifier: in_pods", "identifier: far_pods").replace("connectorRef: cluster", "connectorRef: far")
        ask("POST", f"{BASE}/pipelines", {"yaml": written})
        execution = str(ask("POST", f"{BASE}/pipelines/far_pods/execute", {"inputs": {}})["executionId"])
        self.until(lambda: any(node.get("waiting") for node in self.execution(execution)["nodes"]))
        return execution

    def until(self, happens: Callable[[], object]) -> None:
        deadline = time.monotonic() + 60
        while not happens():
            assert time.monotonic() < deadline
            time.sleep(0.1)

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


@contextlib.contextmanager
def world_in(folder: Path) -> Iterator[World]:
    """All of it started, and ended again."""
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    images = {"bascule:1": Image(environment={"PATH": path}), "tools:1": Image()}
    with Cluster(folder / "cluster", images) as cluster:
        cluster.apply(
            f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {NAMESPACE}, labels: {{pod-security.kubernetes.io/enforce: restricted}}}}"
        )
        cluster.apply(RBAC.read_text())
        running = World(folder, cluster)
        try:
            running.until(lambda: "cluster" in [delegate["name"] for delegate in running.product.ask("GET", "/v1/delegates")])
            yield running
        finally:
            running.stop()
        assert not cluster.unimplemented, cluster.unimplemented
