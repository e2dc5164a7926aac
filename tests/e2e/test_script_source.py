"""A DB schema whose changelog a script makes, run by a pipeline: fetched with a secret, shown, applied, undone."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_pipeline import BASE, CHANGELOG, Product
from tests.integration.delegate.shelf import PASSWORD, Shelf, serving, tarred

PIPELINE = """
pipeline:
  identifier: scripted
  name: Scripted
  variables: [{name: release, type: String, value: <+input>}]
  stages:
    - stage:
        identifier: dev
        name: Development
        type: Custom
        spec:
          execution:
            steps:
              - step: {identifier: preview, name: Preview, type: DBSchemaUpdateSQL, spec: {dbSchema: scripted, dbInstance: dev}}
              - step: {identifier: apply, name: Apply, type: DBSchemaApply, spec: {dbSchema: scripted, dbInstance: dev, tag: v1}}
    - stage:
        identifier: later
        name: Later
        type: Custom
        spec:
          execution:
            steps:
              - step: {identifier: undo, name: Undo, type: DBSchemaRollback, spec: {dbSchema: scripted, dbInstance: dev, changeSetCount: 1}}
"""

SCRIPT = """
set -e
python3 - <<'PYTHON'
import os, urllib.request
request = urllib.request.Request("%(url)s/<+pipeline.variables.release>.tar.gz")
request.add_header("authorization", "Bearer " + os.environ["KEY"])
open("release.tar.gz", "wb").write(urllib.request.urlopen(request).read())
PYTHON
tar xzf release.tar.gz
rm release.tar.gz
echo fetched with $KEY
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = Product(tmp_path_factory.mktemp("product"))
    yield running
    running.stop()


@pytest.fixture
def files() -> Iterator[Shelf]:
    with serving(Shelf(), None) as running:
        running.authorization = f"Bearer {PASSWORD}"
        running.files["/1.0.tar.gz"] = tarred({"release/db/changelog.yaml": CHANGELOG.encode()})
        yield running


def run(product: Product, release: str) -> dict[str, Any]:
    started = product.ask("POST", f"{BASE}/pipelines/scripted/execute", {"inputs": {"pipeline.variables.release": release}})
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        found: dict[str, Any] = product.ask("GET", f"{BASE}/executions/{started['executionId']}")
        if found["status"] not in ("Running", "NotStarted", "ApprovalWaiting"):
            return found
        time.sleep(0.2)
    raise AssertionError(found)


def test_a_script_makes_the_changelog_that_is_shown_applied_and_undone(product: Product, files: Shelf, tmp_path: Path) -> None:
    secret = {"identifier": "files_key", "name": "Key", "type": "SecretText", "spec": {"value": PASSWORD}}
    product.ask("POST", "/v1/secrets", {"secret": secret})
    jdbc = {"url": f"jdbc:sqlite:{tmp_path / 'target.db'}"}
    product.ask("POST", f"{BASE}/connectors", {"connector": {"identifier": "scripted_db", "name": "DB", "type": "Jdbc", "spec": jdbc}})
    command = 'export KEY="<+secrets.getValue("account.files_key")>"\n' + SCRIPT % {"url": files.url}
    script = {"image": "python:3", "shell": "Bash", "command": command, "location": "release/db/changelog.yaml"}
    product.ask("POST", f"{BASE}/dbschema", {"identifier": "scripted", "name": "Scripted", "type": "Script", "changeLogScript": script})
    product.ask("POST", f"{BASE}/dbschema/scripted/instance", {"identifier": "dev", "name": "Dev", "connector": "scripted_db"})
    product.ask("POST", f"{BASE}/pipelines", {"yaml": PIPELINE})
    done = run(product, "1.0")
    nodes = {node["path"]: node for node in done["nodes"]}
    assert done["status"] == "Success", done
    assert nodes["dev/preview"]["outputs"]["planDigest"] == nodes["dev/apply"]["outputs"]["planDigest"]
    applied = nodes["dev/apply"]["outputs"]["changeSets"]
    assert applied == ["release/db/changelog.yaml::1::ann", "release/db/changelog.yaml::2::ann"]
    assert len(nodes["later/undo"]["outputs"]["changeSets"]) == 1
    assert files.asked == ["/1.0.tar.gz"] * 2  # once for each stage: each has a workspace of its own
    assert PASSWORD not in str(done)
    # What is not there fails the script, and with it the step; its own words are in the log.
    missing = run(product, "9.9")
    assert missing["status"] == "Failed"
    assert [node["path"] for node in missing["nodes"] if node["status"] == "Failed" and node["kind"] == "step"] == ["dev/preview"]
