"""What commands do otherwise than Liquibase on purpose: each departure of departures_commands.yaml has its test here."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from bascule.cli.main import main

HERE = Path(__file__).parent
TAGGED = """databaseChangeLog:
- changeSet: {id: 1, author: ann, changes: [sql: create table a (x int)], rollback: drop table a}
- changeSet: {id: 2, author: ann, changes: [tagDatabase: {tag: v1}]}
- changeSet: {id: 3, author: ann, changes: [sql: create table b (x int)], rollback: drop table b}
"""
INVALID = "- changeSet: {id: 9, author: ann, changes: [createTable: {columns: [column: {name: x, type: int}]}]}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(verb: str, *options: str, file: str = "changelog.yaml") -> int:
    return main([verb, f"--changelog-file={file}", "--url=sqlite:app.db", *options])


def tables() -> set[str]:
    with closing(sqlite3.connect("app.db")) as connection:
        return {row[0].lower() for row in connection.execute("select name from sqlite_master where type = 'table'")}


def ran() -> list[str]:
    with closing(sqlite3.connect("app.db")) as connection:
        return [row[0] for row in connection.execute("select id from databasechangelog order by orderexecuted")]


def test_every_departure_has_its_test() -> None:
    listed = yaml.safe_load((HERE / "departures_commands.yaml").read_text())
    here = {name.removeprefix("test_") for name in vars(sys.modules[__name__]) if name.startswith("test_")}
    assert here == set(listed) | {"every_departure_has_its_test"}
    assert all(set(entry) == {"command", "peer", "ours", "why"} for entry in listed.values())


def test_a_tag_that_nothing_sets_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "changelog.yaml").write_text(TAGGED)
    for verb in ("update-to-tag", "update-to-tag-sql", "changelog-sync-to-tag"):
        assert run(verb, "--tag=v2") == 1
        assert "RUN-031" in capsys.readouterr().err
    assert "a" not in tables()
    assert run("update-to-tag", "--tag=v1") == 0
    assert ran() == ["1", "2"]


def test_an_applied_tag_leaves_nothing_to_undo(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "changelog.yaml").write_text(TAGGED)
    assert run("future-rollback-from-tag-sql", "--tag=v1") == 0
    assert "drop table a" in capsys.readouterr().out
    assert run("update-to-tag", "--tag=v1") == 0
    capsys.readouterr()
    assert run("future-rollback-from-tag-sql", "--tag=v1") == 0
    assert "drop table" not in capsys.readouterr().out


def test_status_changes_nothing(folder: Path) -> None:
    (folder / "changelog.yaml").write_text(TAGGED)
    for verb in ("status", "validate", "update-sql", "unexpected-changesets"):
        assert run(verb) == 0
    for words in (("history",), ("tag-exists", "--tag=x"), ("list-locks",)):
        assert main([*words, "--url=sqlite:app.db"]) == 0
    assert tables() == set()


def test_a_pending_mistake_does_not_keep_from_rolling_back(folder: Path) -> None:
    (folder / "changelog.yaml").write_text(TAGGED)
    assert run("update") == 0
    (folder / "changelog.yaml").write_text(TAGGED + INVALID)
    assert run("update") == 1
    assert run("rollback-count", "--count=1") == 0
    assert ran() == ["1", "2"]
    guard = "- preConditions: [tableExists: {tableName: nowhere}]"
    (folder / "changelog.yaml").write_text(TAGGED.replace("databaseChangeLog:", f"databaseChangeLog:\n{guard}"))
    assert run("rollback-count", "--count=1") == 1, "the changelog's own preconditions hold for a rollback, too"


def test_what_was_marked_as_run_is_not_undone(folder: Path) -> None:
    (folder / "changelog.yaml").write_text("""databaseChangeLog:
- changeSet:
    id: 1
    author: ann
    preConditions: [onFail: MARK_RAN, not: [tableExists: {tableName: old}]]
    changes: [createTable: {tableName: old, columns: [column: {name: x, type: int}]}]
""")
    with closing(sqlite3.connect("app.db")) as connection:
        connection.execute("create table old (x int)")
    assert run("update") == 0
    assert ran() == ["1"]
    assert run("rollback-count", "--count=1") == 0
    assert ran() == []
    assert "old" in tables()


def test_a_tag_marks_one_row(folder: Path) -> None:
    (folder / "changelog.yaml").write_text(TAGGED)
    assert run("update") == 0
    assert main(["tag", "--tag=now", "--url=sqlite:app.db"]) == 0
    with closing(sqlite3.connect("app.db")) as connection:
        assert connection.execute("select id, tag from databasechangelog where tag is not null").fetchall() == [("2", "v1"), ("3", "now")]


def test_unknown_attributes_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changeset = "{id: 1, author: ann, runOnChnage: true, changes: [sql: select 1]}"
    (folder / "changelog.yaml").write_text(f"databaseChangeLog:\n- changeSet: {changeset}\n")
    assert run("update") == 0
    assert "did you mean 'runOnChange'?" in capsys.readouterr().err


def test_a_misspelt_directive_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "changelog.sql").write_text("--liquibase formatted sql\n--changset ann:1\nselect 1;\n--changeset ann:2\nselect 2;\n")
    assert run("update", file="changelog.sql") == 0
    assert "LOG-023" in capsys.readouterr().err
    assert ran() == ["2"]


def test_results_are_on_stdout(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "changelog.yaml").write_text(TAGGED)
    assert run("calculate-checksum", "--changeset-identifier=changelog.yaml::1::ann") == 0
    assert capsys.readouterr().out.startswith("9:")


def test_plan_and_update_keep_a_changeset_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "changelog.sql").write_text("--liquibase formatted sql\n--changeset ann:1\ncreate table a (x int);\ncommit;\n")
    assert run("update", file="changelog.sql") == 1
    assert "RUN-052" in capsys.readouterr().err
    assert "a" not in tables()


def test_a_lock_dies_with_its_owner(folder: Path) -> None:
    (folder / "changelog.yaml").write_text(TAGGED)
    assert run("update-count", "--count=1") == 0
    with closing(sqlite3.connect("app.db")) as connection:
        connection.execute("update databasechangeloglock set locked = 1, lockedby = 'host bascule:gone', lockgranted = '2020-01-01'")
        connection.commit()
    assert run("update", "--changelog-lock-wait-time-in-minutes=0") == 0
    assert ran() == ["1", "2", "3"]


def test_allow_duplicated_identifiers_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twice = "- changeSet: {id: 1, author: ann, changes: [sql: select 1]}\n"
    (folder / "changelog.yaml").write_text(f"databaseChangeLog:\n{twice}{twice}")
    assert run("update", "--allow-duplicated-changeset-identifiers=true") == 1
    assert "is there twice" in capsys.readouterr().err
