"""`drift` and `status --drift` by the command line, on real servers."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bascule.cli.main import main
from tests.integration.engine.places import DATABASES, Place, place

CHANGELOG: list[dict[str, Any]] = [
    {
        "id": "1",
        "changes": [
            {
                "createTable": {
                    "tableName": "person",
                    "columns": [
                        {"column": {"name": "id", "type": "int", "constraints": {"primaryKey": True, "nullable": False}}},
                        {"column": {"name": "name", "type": "varchar(40)"}},
                    ],
                }
            },
            {"createIndex": {"tableName": "person", "indexName": "ix_name", "columns": [{"column": {"name": "name"}}]}},
        ],
    },
    {
        "id": "2",
        "runAlways": True,
        "changes": [{"createView": {"viewName": "v", "replaceIfExists": True, "selectQuery": "select id from person"}}],
    },
    {"id": "3", "changes": [{"createView": {"viewName": "w", "selectQuery": "select id from v"}}]},
    {
        "id": "4",
        "preConditions": [{"onFail": "MARK_RAN"}, {"not": [{"tableExists": {"tableName": "person"}}]}],
        "changes": [{"createTable": {"tableName": "never", "columns": [{"column": {"name": "id", "type": "int"}}]}}],
    },
]


@pytest.fixture(params=DATABASES)
def there(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A database on which the changelog has run, some of it twice."""
    monkeypatch.chdir(tmp_path)
    write(CHANGELOG)
    with place(request.param, request, tmp_path) as opened:
        assert bascule(opened, "update") == bascule(opened, "update") == 0
        yield opened


enough_on_sqlite = pytest.mark.parametrize("there", ["sqlite"], indirect=True)
"""For what no database has a say in."""


def write(changesets: list[dict[str, Any]], file: str = "c.yaml") -> None:
    document = {"databaseChangeLog": [{"changeSet": {"author": "ann", **changeset}} for changeset in changesets]}
    Path(file).write_text(yaml.safe_dump(document))


def bascule(there: Place, verb: str, *options: str, changelog: str = "c.yaml") -> int:
    return main([verb, "--url", there.url, "--changelog-file", changelog, "--events", "events.jsonl", "-q", *options])


def output() -> dict[str, Any]:
    events = [json.loads(line) for line in Path("events.jsonl").read_text().splitlines()]
    *_, found = [event["value"] for event in events if event["kind"] == "output" and event["name"] == "drift"]
    return dict(found)


def found() -> set[tuple[str, str, str]]:
    return {(d["status"], d["kind"], d["name"]) for d in output()["differences"] if d["kind"] != "Table" or d["status"] != "changed"}


def disturb(there: Place) -> None:
    there.run("ALTER TABLE person ADD extra int")
    there.run("CREATE TABLE stray (id int)")
    there.run("DROP VIEW w")
    there.run("DROP INDEX ix_name" + (" ON person" if there.kind == "mariadb" else ""))


DISTURBED = {
    ("unexpected", "Column", "person.extra"),
    ("unexpected", "Table", "stray"),
    ("missing", "View", "w"),
    ("missing", "Index", "person.ix_name"),
}


def test_what_the_changelog_made_has_not_drifted(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert bascule(there, "drift", "--fail-on-drift", *there.dev) == 0
    assert "has not drifted: it is what was expected (3 changesets, replayed)" in capsys.readouterr().out
    assert output()["drifted"] is False
    assert output()["expected"] == output()["actual"]


def test_drift_is_told_by_object_and_fails_only_when_asked_to(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    disturb(there)
    assert bascule(there, "drift", *there.dev) == 0
    assert found() == DISTURBED
    told = capsys.readouterr().out
    assert "has drifted" in told
    assert "Column person.extra" in told
    assert bascule(there, "drift", "--fail-on-drift", *there.dev) == 3
    result = json.loads(Path("events.jsonl").read_text().splitlines()[-1])
    assert (result["status"], result["failure"], result["problems"][0]["code"]) == ("failure", "DriftError", "RUN-090")


def test_the_drift_can_be_taken_back(there: Place) -> None:
    disturb(there)
    assert bascule(there, "drift", "--restore-changelog", "back.yaml", *there.dev) == 0
    assert bascule(there, "update", changelog="back.yaml") == 0
    assert bascule(there, "drift", "--fail-on-drift", *there.dev) == 0


def test_the_drift_can_be_taken_up_into_the_changelog(there: Place) -> None:
    disturb(there)
    assert bascule(there, "drift", "--adopt-changelog", "more.yaml", *there.dev) == 0
    Path("all.yaml").write_text("databaseChangeLog:\n- include: {file: c.yaml}\n- include: {file: more.yaml}\n")
    assert bascule(there, "changelog-sync", changelog="all.yaml") == 0
    assert bascule(there, "drift", "--fail-on-drift", *there.dev, changelog="all.yaml") == 0


def test_a_snapshot_can_be_what_is_expected(there: Place) -> None:
    assert main(["snapshot", "--snapshot-format", "json", "--output-file", "kept.json", "--url", there.url]) == 0
    assert main(["drift", "--snapshot", "kept.json", "--url", there.url, "--fail-on-drift"]) == 0
    disturb(there)
    assert main(["drift", "--snapshot", "kept.json", "--url", there.url, "--events", "events.jsonl", "-q"]) == 0
    assert found() == DISTURBED


@enough_on_sqlite
def test_status_tells_it_beside_what_is_pending(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    disturb(there)
    assert bascule(there, "status", "--drift", "--output", "json", *there.dev) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["drift"]["drifted"] is True
    assert told["pending"] == ["c.yaml::2::ann"]  # it runs always


@enough_on_sqlite
def test_what_the_changelog_no_longer_holds_is_told_and_not_expected(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    write([changeset for changeset in CHANGELOG if changeset["id"] != "3"])
    assert bascule(there, "drift", *there.dev) == 0
    assert "RUN-107  c.yaml::3::ann has run there and is not in the changelog" in capsys.readouterr().err
    assert found() == {("unexpected", "View", "w")}


@enough_on_sqlite
def test_a_changeset_that_was_altered_after_it_ran_is_a_conflict_not_a_drift(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    changed = [dict(changeset) for changeset in CHANGELOG]
    changed[2]["changes"] = [{"createView": {"viewName": "w", "selectQuery": "select id + 1 as id from v"}}]
    write(changed)
    assert bascule(there, "drift", *there.dev) == 1
    assert "CHK-001" in capsys.readouterr().err


@enough_on_sqlite
def test_a_program_is_not_run_on_the_scratch_database(there: Place, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run = {"executeCommand": {"executable": "touch", "args": [{"arg": {"value": str(tmp_path / "touched")}}]}}
    write([*CHANGELOG, {"id": "5", "changes": [run]}])
    assert bascule(there, "update") == 0
    (tmp_path / "touched").unlink()
    assert bascule(there, "drift", "--fail-on-drift", *there.dev) == 0
    assert "RUN-088  c.yaml::5::ann is not replayed" in capsys.readouterr().err
    assert not (tmp_path / "touched").exists()


@pytest.mark.mariadb
def test_a_statement_that_names_the_real_database_is_not_replayed_beside_it(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with place("mariadb", request, tmp_path) as there:
        name = there.url.rpartition("/")[2]
        write([{"id": "1", "changes": [{"sql": {"sql": f"CREATE TABLE {name}.t (id int)"}}]}])
        assert bascule(there, "update") == 0
        there.run("DROP TABLE t")
        assert bascule(there, "drift", *there.dev) == 1
        assert "RUN-106" in capsys.readouterr().err
        assert there.run("SHOW TABLES LIKE 't'") == []


@pytest.mark.mariadb
def test_without_a_server_to_work_on_mariadb_says_what_to_give(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(CHANGELOG[:1])
    with place("mariadb", request, tmp_path) as there:
        assert bascule(there, "update") == 0
        assert bascule(there, "drift") == 1
        assert "RUN-100" in capsys.readouterr().err


@pytest.mark.postgresql
def test_a_template_spares_the_next_replay(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(CHANGELOG[:1])
    with place("postgresql", request, tmp_path) as there:

        def templates() -> list[str]:
            return [name for (name,) in there.run("SELECT datname FROM pg_database WHERE datname LIKE 'bascule%'")]

        def told() -> str:
            assert main(["drift", "--url", there.url, "--changelog-file", "c.yaml", "--fail-on-drift", "--keep-template", *there.dev]) == 0
            return capsys.readouterr().err

        assert bascule(there, "update") == 0
        capsys.readouterr()
        try:
            assert "replaying 1 changeset on a scratch database" in told()
            (kept,) = templates()
            assert kept.startswith("bascule_template_")
            assert "replaying" not in told()
            assert templates() == [kept]
        finally:
            for name in templates():
                there.run(f"DROP DATABASE {name}")


@pytest.mark.postgresql
def test_a_signal_while_the_changelog_is_replayed_leaves_no_scratch_database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    slow = {"id": "slow", "changes": [{"sql": {"sql": "SELECT pg_sleep(60)"}}]}
    with place("postgresql", request, tmp_path) as there:
        write([slow])
        assert bascule(there, "changelog-sync") == 0
        argv = [str(Path(sys.executable).with_name("bascule")), "drift", "--url", there.url, "--changelog-file", "c.yaml", *there.dev]
        process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            asleep = "SELECT 1 FROM pg_stat_activity WHERE datname LIKE 'bascule_scratch%' AND query LIKE '%pg_sleep(60)%'"
            deadline = time.monotonic() + 60
            while not there.run(asleep) and time.monotonic() < deadline:
                assert process.poll() is None
                time.sleep(0.02)
            process.terminate()
            assert process.wait(30) == 143
        finally:
            process.kill()
            process.wait()
        assert there.run("SELECT datname FROM pg_database WHERE datname LIKE 'bascule_scratch%'") == []
