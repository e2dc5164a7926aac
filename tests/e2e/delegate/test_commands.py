"""The real command line as jobs of a real delegate."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bascule.wire.jobs import InlineSource, Target

from .conftest import Manager, wait_until

CHANGELOG = """
databaseChangeLog:
  - changeSet:
      id: 1
      author: ann
      changes:
        - createTable:
            tableName: person
            columns:
              - column: {name: id, type: int, constraints: {primaryKey: true}}
              - column: {name: name, type: "varchar(${length})"}
"""


@pytest.fixture
def delegate(manager: Manager, tmp_path: Path) -> Iterator[Path]:
    """`bascule delegate`, its token by file."""
    token = tmp_path / "token"
    token.write_text(manager.token("sqlite") + "\n")
    data = tmp_path / "data"
    arguments = ["delegate", "--manager", manager.url, "--token-file", str(token), "--name", "real", "--data-dir", str(data)]
    process = subprocess.Popen([sys.executable, "-c", "from bascule.cli.main import main; raise SystemExit(main())", *arguments])
    wait_until(lambda: manager.delegates() == ["real"])
    yield data
    process.terminate()
    assert process.wait(20) == 0


def _update(manager: Manager, url: str, **more: Any) -> str:
    argv = ["update", "--changelog-file", "db/changelog.yaml", "--search-path", "source", "--deployment-id", "1234567890"]
    target = Target(url=url, exclusive="app", properties={"length": "40"})
    source = InlineSource(files={"db/changelog.yaml": CHANGELOG})
    return manager.enqueue(*argv, target=target, source=[source], selectors=["sqlite"], repeat="resolve", workspace="w", **more)


def test_an_update_runs_near_the_database(manager: Manager, delegate: Path, tmp_path: Path) -> None:
    database = tmp_path / "app.db"
    job = _update(manager, f"sqlite:///{database}")
    outcome = manager.outcome(job)
    assert outcome.status == "success", outcome
    assert outcome.outputs["changeSets"] == ["db/changelog.yaml::1::ann"]
    assert outcome.outputs["history"]["count"] == 1
    kinds = [event["kind"] for event in manager.events(job)]
    assert [kind for kind in kinds if kind != "log"][:3] == ["delegate.starting", "started", "changeset.started"]
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT deployment_id FROM databasechangelog").fetchall() == [("1234567890",)]
        assert "varchar(40)" in connection.execute("SELECT sql FROM sqlite_master WHERE name = 'person'").fetchone()[0].lower()
    again = manager.outcome(_update(manager, f"sqlite:///{database}"))
    assert (again.status, again.outputs["changeSets"]) == ("success", [])


def test_an_error_of_the_command_comes_back_as_its_problem(manager: Manager, delegate: Path, tmp_path: Path) -> None:
    job = manager.enqueue("update", "--changelog-file", "none.yaml", target=Target(url=f"sqlite:///{tmp_path / 'app.db'}"))
    outcome = manager.outcome(job)
    assert (outcome.status, outcome.exit_code) == ("failure", 1)
    assert "none.yaml" in str(outcome.problems[0])


@pytest.mark.parametrize("events", ["text", "hash"])
def test_statement_texts_stay_where_an_instance_says_so(manager: Manager, delegate: Path, tmp_path: Path, events: str) -> None:
    job = _update(manager, f"sqlite:///{tmp_path / 'app.db'}", statement_events=events)
    assert manager.outcome(job).status == "success"
    told = [event for event in manager.events(job) if event["kind"] in ("statement", "changeset.finished")]
    assert {event["kind"] for event in told} == {"statement", "changeset.finished"}
    assert any("person" in str(event.get("text") or event.get("sql")) for event in told) == (events == "text")
