"""Rows that only carry a tag, and rollbacks that expect a history: by the command line's public door."""

import json
from pathlib import Path
from typing import Any

import pytest

from bascule.cli.main import main

CHANGELOG = """--liquibase formatted sql
--changeset ann:1
create table person (id int);
--rollback drop table person;
--changeset ann:2
create table pet (id int);
--rollback drop table pet;
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "changelog.sql").write_text(CHANGELOG)
    return tmp_path


def run(verb: str, *arguments: str) -> int:
    changelog = [] if verb in ("tag", "history") else ["--changelog-file=changelog.sql"]
    return main([verb, *arguments, *changelog, "--url=sqlite:app.db"])


def history(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run("history", "--events=history.jsonl") == 0
    told = [json.loads(line) for line in Path("history.jsonl").read_text().splitlines()]
    Path("history.jsonl").unlink()
    seen = next(event["value"] for event in told if event["kind"] == "output" and event["name"] == "history")
    Path("digest").write_text(seen["digest"])
    return list(seen["rows"])


def test_a_marker_beside_another_tag_is_written_as_harness_writes_it(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("update",), ("tag", "--tag=v1"), ("tag", "--tag=v1", "--marker"), ("tag", "--tag=v1.1-b", "--marker")):
        assert run(*arguments) == 0
    rows = history(capsys)
    assert [(row["ID"], row["AUTHOR"], row["FILENAME"], row["TAG"], row["EXECTYPE"]) for row in rows] == [
        ("1", "ann", "changelog.sql", None, "EXECUTED"),
        ("2", "ann", "changelog.sql", "v1", "EXECUTED"),
        ("harness_v1_1_b", "harness", "liquibase-internal", "v1.1-b", "EXECUTED"),
    ]


def test_a_tag_set_twice_gets_a_marker_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("update",), ("tag", "--tag=a"), ("tag", "--tag=b", "--marker"), ("tag", "--tag=a", "--marker")):
        assert run(*arguments) == 0
    assert run("tag", "--tag=b", "--marker") == 0
    assert [row["ID"] for row in history(capsys)] == ["1", "2", "harness_b", "harness_a", "harness_b_2"]


def test_later_markers_go_with_a_rollback_and_the_one_aimed_at_stays(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("update-count", "--count=1"), ("tag", "--tag=a"), ("tag", "--tag=b", "--marker"), ("update",), ("tag", "--tag=c")):
        assert run(*arguments) == 0
    assert run("tag", "--tag=d", "--marker") == 0
    assert [row["ID"] for row in history(capsys)] == ["1", "harness_b", "2", "harness_d"]
    assert run("rollback", "--tag=b") == 0
    assert [row["ID"] for row in history(capsys)] == ["1", "harness_b"]


def test_markers_do_not_count(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("update",), ("tag", "--tag=a"), ("tag", "--tag=b", "--marker")):
        assert run(*arguments) == 0
    assert run("rollback-count", "--count=1") == 0
    assert [row["ID"] for row in history(capsys)] == ["1"]


def test_a_rollback_refuses_another_history_than_the_expected(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update-count", "--count=1") == 0
    history(capsys)
    looked_at = Path("digest").read_text()
    assert run("update") == 0
    assert run("rollback-count", "--count=1", f"--expect-history={looked_at}") == 1
    assert "HIS-011" in capsys.readouterr().err
    assert [row["ID"] for row in history(capsys)] == ["1", "2"]
    assert run("rollback-count", "--count=1", f"--expect-history={Path('digest').read_text()}") == 0
    assert [row["ID"] for row in history(capsys)] == ["1"]


def test_no_marker_is_unexpected(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("tag", "--tag=empty"), ("update",), ("tag", "--tag=a"), ("tag", "--tag=b", "--marker"), ("unexpected-changesets",)):
        assert run(*arguments) == 0
    assert "contains no unexpected changes" in capsys.readouterr().out
