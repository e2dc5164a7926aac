"""One changeset, one deployment: what Liquibase sells as commands."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bascule.cli.main import main

CHANGELOG = """--liquibase formatted sql
--changeset ann:1
create table a (x int);
--rollback drop table a;
--changeset ann:2
create table b (x int);
--rollback drop table b;
--changeset ann:3 context:prod
create table c (x int);
--rollback drop table c;
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "changelog.sql").write_text(CHANGELOG)
    return tmp_path


def run(verb: str, *options: str) -> int:
    return main([verb, "--changelog-file=changelog.sql", "--url=sqlite:app.db", *options])


def one(identifier: str) -> list[str]:
    return ["--changeset-path=changelog.sql", f"--changeset-id={identifier}", "--changeset-author=ann"]


def ran() -> list[str]:
    with closing(sqlite3.connect("app.db")) as connection:
        return [row[0] for row in connection.execute("select id from databasechangelog order by orderexecuted")]


def tables() -> set[str]:
    with closing(sqlite3.connect("app.db")) as connection:
        return {row[0] for row in connection.execute("select name from sqlite_master where length(name) = 1")}


def test_one_changeset_runs_before_those_in_front_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update-one-changeset", *one("2")) == 1
    assert "--force" in capsys.readouterr().err
    assert run("update-one-changeset", *one("2"), "--force") == 0
    assert "Not asked for:                2" in capsys.readouterr().out.replace("Context mismatch", "")
    assert (ran(), tables()) == (["2"], {"b"})
    assert run("update") == 0
    assert ran() == ["2", "1", "3"]
    assert run("update-one-changeset", *one("2"), "--force") == 0, "it has run"
    assert run("update-one-changeset", *one("9"), "--force") == 1
    assert "no changeset is called changelog.sql::9::ann" in capsys.readouterr().err


def test_what_one_changeset_would_send(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update-one-changeset-sql", *one("2")) == 0
    said = capsys.readouterr().out
    assert "create table b" in said
    assert "create table a" not in said


def test_one_changeset_is_undone_from_among_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update") == 0
    capsys.readouterr()
    assert run("rollback-one-changeset-sql", *one("1")) == 0
    said = capsys.readouterr().out
    assert "drop table a" in said
    assert "drop table b" not in said
    assert run("rollback-one-changeset", *one("1")) == 1
    assert "CLI-075" in capsys.readouterr().err
    assert run("rollback-one-changeset", *one("1"), "--force") == 0
    assert (ran(), tables()) == (["2", "3"], {"b", "c"})
    assert run("rollback-one-changeset", *one("1"), "--force") == 1
    assert "changelog.sql::1::ann has not run here" in capsys.readouterr().err


def test_one_deployment_is_undone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update-count", "--count=1", "--deployment-id=1111111111") == 0
    assert run("update", "--deployment-id=2222222222") == 0
    capsys.readouterr()
    assert run("rollback-one-update-sql", "--deployment-id=1111111111") == 0
    assert "drop table a" in capsys.readouterr().out
    assert run("rollback-one-update", "--force", "--deployment-id=3333333333") == 1
    assert "no row of the history is of deployment 3333333333" in capsys.readouterr().err
    assert run("rollback-one-update", "--force", "--deployment-id=1111111111") == 0
    assert (ran(), tables()) == (["2", "3"], {"b", "c"})
    assert run("rollback-one-update", "--force") == 0, "the latest one"
    assert (ran(), tables()) == ([], set())


@pytest.mark.parametrize(
    "words", [("rollback-count", "--count=2"), ("rollback-to-date", "--date=2001-01-01"), ("rollback-one-changeset", "--force", *one("2"))]
)
def test_a_script_undoes_in_place_of_rollbacks(words: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "undo.sql").write_text("-- by hand\ndrop table b;\ncreate table d (x int);\n")
    assert run("update") == 0
    before = ran()
    capsys.readouterr()
    assert run(f"{words[0]}-sql", *words[1:], "--rollback-script=undo.sql") == 0
    shown = capsys.readouterr().out
    assert shown.count("drop table") == 1
    assert run(*words, "--rollback-script=undo.sql") == 0
    assert tables() == {"a", "c", "d"}, "it ran once"
    assert shown.count("DELETE FROM DATABASECHANGELOG") == len(before) - len(ran()) > 0


def test_connect(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connect", "--url=sqlite:app.db"]) == 0
    assert f"\nSQLite {sqlite3.sqlite_version}; no changelog has run here yet\n" in capsys.readouterr().out
    assert run("update") == 0
    capsys.readouterr()
    assert main(["connect", "--url=sqlite:app.db", "--output=json"]) == 0
    assert json.loads(capsys.readouterr().out)["changeSets"] == 3
    assert main(["connect", "--url=jdbc:postgresql://localhost:1/x"]) == 1


def test_what_a_count_keeps_for_later_must_be_valid_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("later.yaml").write_text("""databaseChangeLog:
- changeSet: {id: 1, author: ann, changes: [sql: create table first (x int)]}
- changeSet: {id: 2, author: ann, changes: [tagDatabase: {tag: v1}]}
- changeSet: {id: 3, author: ann, changes: [createTable: {columns: [column: {name: x, type: int}]}]}
""")
    for verb, limit in (("update-count", "--count=1"), ("update-to-tag", "--tag=v1"), ("update-count-sql", "--count=1")):
        assert main([verb, limit, "--changelog-file=later.yaml", "--url=sqlite:app.db"]) == 1
        assert "later.yaml:4" in capsys.readouterr().err
    assert "first" not in tables()
