"""Changelogs in S3 (a real server) and in a container registry (a strict stand-in): tested, deployed, pinned all through an execution."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest

from tests.e2e.test_pipeline import BASE, CHANGELOG, Product
from tests.integration.delegate.conftest import _store, s3
from tests.integration.delegate.shelf import PASSWORD, Registry, Shelf, serving, tarred, zipped

__all__ = ["s3"]

PIPELINE = """
pipeline:
  identifier: {id}
  name: Cloud
  variables: [{{name: release, type: String, value: <+input>}}]
  stages:
    - stage:
        identifier: dev
        name: Development
        type: Custom
        spec:
          execution:
            steps:
              - step: {{identifier: preview, name: Preview, type: DBSchemaUpdateSQL, spec: {{dbSchema: {id}, dbInstance: dev}}}}
              - step: {{identifier: move, name: Move, type: Run, spec: {{command: "{move}"}}}}
              - step: {{identifier: apply, name: Apply, type: DBSchemaApply, spec: {{dbSchema: {id}, dbInstance: dev}}}}
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = Product(tmp_path_factory.mktemp("product"))
    secret = {"identifier": "cloud", "name": "Cloud", "type": "SecretText", "spec": {"value": PASSWORD}}
    running.ask("POST", "/v1/secrets", {"secret": secret})
    yield running
    running.stop()


def prepare(
    product: Product, name: str, kind: str, spec: dict[str, Any], changelog: dict[str, Any], target: Path, move: str = "true"
) -> None:
    product.ask("POST", f"{BASE}/connectors", {"connector": {"identifier": name, "name": name, "type": kind, "spec": spec}})
    jdbc = {"url": f"jdbc:sqlite:{target}"}
    product.ask("POST", f"{BASE}/connectors", {"connector": {"identifier": f"{name}_db", "name": "DB", "type": "Jdbc", "spec": jdbc}})
    source = {"connector": name, "location": "db/changelog.yaml", **changelog}
    product.ask("POST", f"{BASE}/dbschema", {"identifier": name, "name": name, "changelog": source})
    product.ask("POST", f"{BASE}/dbschema/{name}/instance", {"identifier": "dev", "name": "Dev", "connector": f"{name}_db"})
    product.ask("POST", f"{BASE}/pipelines", {"yaml": PIPELINE.format(id=name, move=move)})


def run(product: Product, pipeline: str, release: str, after_preview: Callable[[], object] | None = None) -> dict[str, Any]:
    started = product.ask("POST", f"{BASE}/pipelines/{pipeline}/execute", {"inputs": {"pipeline.variables.release": release}})
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        found: dict[str, Any] = product.ask("GET", f"{BASE}/executions/{started['executionId']}")
        if found["status"] not in ("Running", "NotStarted"):
            return found
        if after_preview is not None and any(node["path"] == "dev/preview" and node["status"] == "Success" for node in found["nodes"]):
            after_preview()
            after_preview = None
        time.sleep(0.1)
    raise AssertionError(found["nodes"])


def tables(target: Path) -> set[str]:
    with sqlite3.connect(target) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


@pytest.mark.parametrize(
    "path", ["releases/<+pipeline.variables.release>.zip", "live/<+pipeline.variables.release>"], ids=["archive", "prefix"]
)
def test_a_changelog_in_s3_is_deployed_and_one_that_moves_meanwhile_is_noticed(
    product: Product, s3: dict[str, str], tmp_path: Path, path: str
) -> None:
    store = _store(s3)
    obstore.put(store, "releases/1.0.zip", zipped({"db/changelog.yaml": CHANGELOG.encode()}))
    obstore.put(store, "live/1.0/db/changelog.yaml", CHANGELOG.encode())
    keys = {"type": "ManualConfig", "spec": {"accessKey": "robot", "secretKeyRef": "account.cloud"}, "region": "us-east-1"}
    name = "s3_" + path.partition("/")[0]
    target = tmp_path / "target.db"
    spec = {"credential": keys, "endpoint": s3["endpoint"]}
    prepare(product, name, "Aws", spec, {"bucket": "changes", "archivePath": path}, target, "sleep 2")
    tested = product.ask("POST", f"{BASE}/connectors/{name}/test?repo=changes/releases/1.0.zip")
    assert (tested["status"], tested["problems"]) == ("SUCCESS", [])
    wrong = product.ask("POST", f"{BASE}/connectors/{name}/test?repo=changes/releases/none.zip")
    assert (wrong["status"], wrong["problems"][0]["code"]) == ("FAILURE", "SRC-009")

    def move() -> None:
        obstore.put(store, "releases/1.0.zip", zipped({"db/changelog.yaml": CHANGELOG.encode(), "db/more.sql": b"drop table person"}))
        obstore.put(store, "live/1.0/db/more.sql", f"-- by {name}".encode())

    moved = run(product, name, "1.0", move)
    problems = {node["path"]: [problem["code"] for problem in node["problems"]] for node in moved["nodes"]}
    assert (moved["status"], problems["dev/apply"]) == ("Failed", ["SRC-016"])
    assert "person" not in tables(target)
    done = run(product, name, "1.0")
    assert done["status"] == "Success", done
    assert "person" in tables(target)


def test_an_artifact_of_a_registry_is_deployed_as_it_was_first_seen(product: Product, tmp_path: Path) -> None:
    with serving(Shelf(), None) as shelf:
        registry = Registry(shelf)
        digest = registry.push(
            "1.0", [("application/vnd.oci.image.layer.v1.tar+gzip", tarred({"db/changelog.yaml": CHANGELOG.encode()}), None)]
        )
        auth = {"type": "UsernamePassword", "spec": {"username": "robot", "passwordRef": "account.cloud"}}
        spec = {"dockerRegistryUrl": f"{shelf.url}/v2/", "providerType": "Other", "auth": auth}
        target = tmp_path / "target.db"
        prepare(product, "oci", "DockerRegistry", spec, {"archivePath": "team/db:<+pipeline.variables.release>"}, target)
        assert product.ask("POST", f"{BASE}/connectors/oci/test")["status"] == "SUCCESS"
        assert shelf.asked[-1] == "/v2/"  # nothing is pulled to try the login
        shelf.asked.clear()
        done = run(product, "oci", "1.0")
        assert done["status"] == "Success", done
        assert "person" in tables(target)
        asked = [path for path in shelf.asked if "/manifests/" in path]
        assert asked[0] == "/v2/team/db/manifests/1.0"
        assert set(asked[2:]) == {f"/v2/team/db/manifests/{digest}"}  # each is asked twice: the first answer is the challenge


def test_a_registry_that_does_not_let_us_in_is_told(product: Product) -> None:
    with serving(Shelf(), None) as shelf:
        Registry(shelf)
        auth = {"type": "UsernamePassword", "spec": {"username": "nobody", "passwordRef": "account.cloud"}}
        connector = {"identifier": "no", "name": "no", "type": "DockerRegistry", "spec": {"dockerRegistryUrl": shelf.url, "auth": auth}}
        product.ask("POST", f"{BASE}/connectors", {"connector": connector})
        tested = product.ask("POST", f"{BASE}/connectors/no/test")
        assert (tested["status"], tested["problems"][0]["code"]) == ("FAILURE", "SRC-008")
        got = product.cli("get", "connector", "no", "-o", "yaml")
        assert "dockerRegistryUrl" in got.stdout, got.stderr
        again = product.folder / "connector.yaml"
        again.write_text(got.stdout)
        applied = product.cli("apply", "-f", str(again))
        assert applied.returncode == 0, applied.stderr + applied.stdout
