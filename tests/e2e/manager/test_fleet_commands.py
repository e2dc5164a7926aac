"""`bascule delegate status|drain|logs|token`, and what a waiting step says, against a real manager and a real delegate."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bascule.cli.client import Client
from bascule.cli.main import main

from .test_server_and_client import Bascule, Running, bascule, start

__all__ = ["bascule"]  # the fixture

PIPELINE = """pipeline:
  identifier: far
  name: Far
  orgIdentifier: default
  projectIdentifier: default
  stages:
    - stage:
        identifier: s
        name: S
        type: Custom
        spec:
          execution:
            steps:
              - step:
                  type: Run
                  identifier: run
                  name: Run
                  timeout: 1h
                  spec: {shell: Sh, command: "true", delegateSelectors: [moon, embedded]}
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    server = start(tmp_path_factory.mktemp("manager") / "data", "--with-delegate", "--allow-scripts", "--metrics")
    yield server
    assert server.stop() == 0


@pytest.fixture
def client(running: Running) -> Client:
    return Client(running.url, (running.data / "admin-token").read_text().strip(), "default", "default")


@pytest.fixture(autouse=True)
def _connected(client: Client) -> None:
    for _ in range(600):
        if any(delegate["status"] == "connected" for delegate in client.every("/v1/delegates")):
            return
        httpx.get(f"{client.manager}/health", timeout=30)
    raise AssertionError("the delegate has not come")


def test_status_tells_how_delegates_are(bascule: Bascule) -> None:
    status, out, _ = bascule("delegate", "status")
    assert status == 0
    assert re.search(r"embedded +connected +0 of 4 jobs", out)
    assert "serves account" in out
    (told,) = json.loads(bascule("delegate", "status", "embedded", "--json")[1])
    assert (told["name"], told["status"], told["tags"], told["versionWarning"]) == ("embedded", "connected", ["embedded"], None)
    status, _, err = bascule("delegate", "status", "nobody")
    assert (status, "DEL-045" in err) == (1, True)


def test_a_delegate_is_drained_and_undrained(bascule: Bascule) -> None:
    assert bascule("delegate", "drain", "embedded", "--wait") == (0, "embedded is given no more jobs; it has 0 in hand\n", "")
    assert "connected, draining" in bascule("delegate", "status")[1]
    assert bascule("delegate", "drain", "embedded", "--undo") == (0, "embedded is given jobs again\n", "")
    assert "draining" not in bascule("delegate", "status")[1]
    assert bascule("delegate", "drain", "embedded", "--undo", "--stop")[0] == 2


def test_the_delegates_own_log_is_printed(bascule: Bascule) -> None:
    status, out, _ = bascule("delegate", "logs", "embedded")
    assert status == 0
    assert "INFO bascule.delegate.agent: registered" in out


def test_a_token_is_made_rotated_and_revoked(bascule: Bascule) -> None:
    status, text, said = bascule("delegate", "token", "create", "edge", "--tags", "prod,eu", "--level", "account", "--days", "30")
    assert (status, text.startswith("bdt_"), "not shown again" in said) == (0, True, True)
    rotated = json.loads(bascule("delegate", "token", "rotate", "edge", "--level", "account", "--grace", "2", "--json")[1])
    assert rotated["value"] != text.strip()
    assert rotated["tags"] == ["prod", "eu"]
    assert bascule("delegate", "token", "revoke", "edge", "--level", "account")[:2] == (0, "edge lets nobody in any more\n")
    assert re.search(r"edge +REVOKED", bascule("delegate", "token", "list", "--level", "account")[1])
    assert "DEL-046" in bascule("delegate", "token", "revoke", "edge", "--level", "account")[2]


def test_a_step_that_waits_says_why_delegate_by_delegate(client: Client, bascule: Bascule) -> None:
    client.post(f"{client.path}/pipelines", {"yaml": PIPELINE})
    execution = client.post(f"{client.path}/pipelines/far/execute", {})["executionId"]
    why = ""
    for _ in range(200):
        nodes = client.get(f"{client.path}/executions/{execution}")["nodes"]
        if found := next((node["waiting"] for node in nodes if node["waiting"]), None):
            why = found["why"]
            break
    assert why == "embedded: it lacks the tag 'moon'"
    client.post(f"{client.path}/executions/{execution}/abort")
    bascule("logs", execution, "--follow")


def test_the_manager_tells_prometheus_on_its_own_machine_only(running: Running) -> None:
    told = httpx.get(f"{running.url}/metrics").text
    assert 'bascule_delegates{status="connected"} 1.0' in told
    assert 'bascule_jobs{state="queued"}' in told
    assert httpx.get(f"{running.url}/metrics", headers={"x-forwarded-for": "10.0.0.1"}).status_code == 403


def test_a_delegate_is_run_by_either_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["delegate"], ["delegate", "run"]):
        assert main([*words, "--manager", "http://127.0.0.1:1", "--data-dir", str(tmp_path)]) == 2
        assert "--token" in capsys.readouterr().err
