"""The product by its public doors: a manager with a delegate, a Git repository, a database, a pipeline, the command line."""

import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PROGRAM = str(Path(sys.executable).with_name("bascule"))
BASE = "/v1/orgs/default/projects/default"

CHANGELOG = """
databaseChangeLog:
  - changeSet:
      id: "1"
      author: ann
      changes:
        - createTable: {tableName: person, columns: [{column: {name: id, type: int}}]}
  - changeSet:
      id: "2"
      author: ann
      changes:
        - addColumn: {tableName: person, columns: [{column: {name: age, type: int}}]}
"""

PIPELINE = """
pipeline:
  identifier: release
  name: Release
  variables:
    - {name: then, type: String, value: <+input>.default("exit 0")}
  stages:
    - stage:
        identifier: dev
        name: Development
        type: Custom
        failureStrategies: [{onFailure: {errors: [AllErrors], action: {type: StageRollback}}}]
        spec:
          execution:
            steps:
              - step: {identifier: preview, name: Preview, type: DBSchemaUpdateSQL, spec: {dbSchema: orders, dbInstance: dev}}
              - step: {identifier: apply, name: Apply, type: DBSchemaApply, spec: {dbSchema: orders, dbInstance: dev, tag: v1}}
              - step:
                  identifier: check
                  name: Check
                  type: Run
                  spec:
                    command: "echo applied <+execution.steps.apply.output.changeSets.size()>; export COUNT=7; <+pipeline.variables.then>"
                    outputVariables: [{name: COUNT, type: String}]
            rollbackSteps:
              - step:
                  identifier: undo
                  name: Undo
                  type: DBSchemaRollback
                  spec: {dbSchema: orders, dbInstance: dev, tag: <+stage.spec.execution.steps.apply.output.preStartTag>}
"""


class Product:
    """`bascule server --with-delegate`, and requests to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "server.txt"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    PROGRAM,
                    "server",
                    "--data-dir",
                    str(folder / "data"),
                    "--port",
                    "0",
                    "--with-delegate",
                    "--allow-scripts",
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.url = self._until("bascule is at ").split()[0]
        self.token = (folder / "data" / "admin-token").read_text().strip()

    def _until(self, words: str) -> str:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self.process.poll() is None:
            if words in (text := self.log.read_text()):
                return text.split(words, 1)[1]
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(self.url + path, method=method, data=json.dumps(body).encode() if body is not None else None)
        request.add_header("x-api-key", self.token)
        request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        known = {"BASCULE_MANAGER": self.url, "BASCULE_API_KEY": self.token, "XDG_CONFIG_HOME": str(self.folder)}
        command = [PROGRAM, *arguments]
        return subprocess.run(command, env=os.environ | known, capture_output=True, text=True, timeout=120, check=False)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("product")
    repository = folder / "repository"
    repository.mkdir()
    (repository / "changelog.yaml").write_text(CHANGELOG)
    author = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], [*author, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *arguments], cwd=repository, check=True)
    made = Product(folder)
    try:
        git = {"url": f"file://{repository}", "connectionType": "Repo"}
        made.ask("POST", f"{BASE}/connectors", {"connector": {"identifier": "git", "name": "Git", "type": "Git", "spec": git}})
        jdbc = {"url": f"jdbc:sqlite:{folder / 'target.db'}"}
        made.ask("POST", f"{BASE}/connectors", {"connector": {"identifier": "db", "name": "DB", "type": "Jdbc", "spec": jdbc}})
        changelog = {"connector": "git", "location": "changelog.yaml"}
        made.ask("POST", f"{BASE}/dbschema", {"identifier": "orders", "name": "Orders", "changelog": changelog})
        instance = {"identifier": "dev", "name": "Dev", "connector": "db", "branch": "main"}
        made.ask("POST", f"{BASE}/dbschema/orders/instance", instance)
        made.ask("POST", f"{BASE}/pipelines", {"yaml": PIPELINE})
        yield made
    finally:
        made.stop()


def tables(product: Product) -> set[str]:
    with sqlite3.connect(product.folder / "target.db") as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_a_failed_release_leaves_the_database_as_it_was_and_the_next_one_brings_it_up_to_date(product: Product) -> None:
    failed = product.cli("pipeline", "run", "release", "--input", "then=exit 3", "--follow")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "ROLLED_BACK changelog.yaml::2::ann" in failed.stdout
    assert "person" not in tables(product)
    (first,) = product.ask("GET", f"{BASE}/executions?status=Failed")
    steps = {
        node["path"]: node["status"]
        for node in product.ask("GET", f"{BASE}/executions/{first['executionId']}")["nodes"]
        if node["kind"] == "step"
    }
    assert steps == {"dev/preview": "Success", "dev/apply": "Success", "dev/check": "Failed", "dev/~rollback/undo": "Success"}

    done = product.cli("pipeline", "run", "release", "--follow")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "applied 2" in done.stdout
    assert "person" in tables(product)
    (second,) = product.ask("GET", f"{BASE}/executions?status=Success")
    shown = product.ask("GET", f"{BASE}/executions/{second['executionId']}/outputs")
    assert shown["dev/check"]["outputVariables"] == {"COUNT": "7"}
    assert shown["dev/apply"]["changeSets"] == ["changelog.yaml::1::ann", "changelog.yaml::2::ann"]
    grid = product.ask("POST", f"{BASE}/dbschema/orders/migrationstate", {})
    ours = {each["changeSetFQN"]: each["instances"][0] for each in grid["changeSets"] if "internal" not in each["fileName"]}
    assert {name: each["status"] for name, each in ours.items()} == dict.fromkeys(
        ["changelog.yaml::1::ann", "changelog.yaml::2::ann"], "Successfully_Deployed"
    )
    assert {each["planExecutionId"] for each in ours.values()} == {second["executionId"]}

    log = product.cli("logs", second["executionId"], "--node", "dev/check", "--output", "json")
    told = [json.loads(line) for line in log.stdout.splitlines()]
    assert "applied 2" in [line["event"].get("text") for line in told]
    assert product.cli("pipeline", "get", second["executionId"]).stdout.count("Success") == 5


def test_a_stream_is_taken_up_where_it_broke(product: Product) -> None:
    execution = product.ask("POST", f"{BASE}/pipelines/release/execute", {})["executionId"]

    def stream(after: str = "") -> list[dict[str, Any]]:
        request = urllib.request.Request(f"{product.url}{BASE}/executions/{execution}/logs/stream")
        request.add_header("x-api-key", product.token)
        if after:
            request.add_header("Last-Event-ID", after)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read().decode()
        assert text.endswith("event: end\ndata: {}\n\n")
        return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith('data: {"id"')]

    whole = stream()
    assert {line["node"] for line in whole} == {"dev/preview", "dev/apply", "dev/check"}
    middle = len(whole) // 2
    assert stream(whole[middle]["id"]) == whole[middle + 1 :]
    with pytest.raises(urllib.error.HTTPError) as refused:
        stream("nowhere")
    assert refused.value.code == 400
