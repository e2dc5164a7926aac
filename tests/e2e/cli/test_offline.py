"""`offline:` URLs by the command line: SQL without a database, the history in a CSV file."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from bascule.cli.main import main

CHANGELOG = """databaseChangeLog:
- changeSet:
    id: 1
    author: 'o"ann'
    context: blue or green
    comment: it's, "quoted"
    changes: [{createTable: {tableName: person, columns: [{column: {name: id, type: int}}]}}]
- changeSet: {id: 2, author: ann, changes: [{tagDatabase: {tag: v1}}]}
- changeSet: {id: 3, author: ann, changes: [{createTable: {tableName: pet, columns: [{column: {name: id, type: int}}]}}]}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "changelog.yaml").write_text(CHANGELOG)
    return tmp_path


def run(verb: str, *arguments: str, url: str = "offline:oracle?outputLiquibaseSql=data_only&changeLogFile=history.csv") -> int:
    return main([verb, "--changelog-file=changelog.yaml", f"--url={url}", *arguments])


def keep(verb: str, *arguments: str, url: str = "offline:oracle?changeLogFile=history.csv") -> int:
    """A verb that needs no changelog."""
    return main([verb, f"--url={url}", *arguments])


def rows(file: str = "history.csv") -> list[dict[str, Any]]:
    with Path(file).open(newline="") as text:
        return list(csv.DictReader(text))


def test_what_was_written_once_is_not_written_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update-sql") == 0
    assert "CREATE TABLE person (id INTEGER);" in capsys.readouterr().out
    assert [(row["ID"], row["AUTHOR"], row["ORDEREXECUTED"], row["TAG"], row["COMMENTS"]) for row in rows()] == [
        ("1", 'o"ann', "1", "", 'it\'s, "quoted"'),
        ("2", "ann", "2", "v1", ""),
        ("3", "ann", "3", "", ""),
    ]
    assert run("update-sql") == 0
    assert "CREATE TABLE" not in capsys.readouterr().out


def test_a_rollback_takes_its_rows_out_of_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    run("update-sql")
    capsys.readouterr()
    assert run("rollback-count-sql", "--count=1") == 0
    out = capsys.readouterr().out
    assert "DROP TABLE pet;" in out
    assert "DELETE FROM DATABASECHANGELOG WHERE ID = '3' AND AUTHOR = 'ann' AND FILENAME = 'changelog.yaml';" in out
    assert [row["ID"] for row in rows()] == ["1", "2"]


def test_a_future_rollback_records_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("future-rollback-sql") == 0
    assert "DROP TABLE person;" in capsys.readouterr().out
    assert not Path("history.csv").exists()


def test_a_sync_records_what_it_does_not_write(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("changelog-sync-sql") == 0
    out = capsys.readouterr().out
    assert out.count("INSERT INTO DATABASECHANGELOG") == 3
    assert "CREATE TABLE" not in out
    assert len(rows()) == 3


@pytest.mark.parametrize(("wanted", "tables", "inserts"), [("none", 2, 0), ("data_only", 2, 3), ("all", 3, 3)])
def test_the_bookkeeping_is_shown_as_asked(wanted: str, tables: int, inserts: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update-sql", url=f"offline:oracle?outputLiquibaseSql={wanted}") == 0
    out = capsys.readouterr().out
    assert (out.count("CREATE TABLE"), out.count("INSERT INTO DATABASECHANGELOG"), out.count("LOCK")) == (tables, inserts, 0)
    assert len(rows("databasechangelog.csv")) == 3


def test_a_file_of_liquibase_is_taken_over(capsys: pytest.CaptureFixture[str]) -> None:
    """As Liquibase 4.28 writes it: every value quoted, `()` for no contexts, the order counted twice."""
    Path("history.csv").write_text(
        '"ID","AUTHOR","FILENAME","DATEEXECUTED","ORDEREXECUTED","EXECTYPE","MD5SUM","DESCRIPTION","COMMENTS","TAG","LIQUIBASE",'
        '"CONTEXTS","LABELS","DEPLOYMENT_ID"\n'
        '"2","ann","changelog.yaml","2026-11-23T04:20:38.444","2","EXECUTED","9:635ff1e577e13420abaf0552fb77ab20","tagDatabase",,"v1",'
        '"4.28.0","()","","5407638370"\n'
    )
    assert run("update-sql") == 0
    assert "v1" not in capsys.readouterr().out
    assert [(row["ID"], row["ORDEREXECUTED"], row["CONTEXTS"], row["LIQUIBASE"][:7]) for row in rows()] == [
        ("2", "2", "", "4.28.0"),
        ("1", "3", "(blue or green)", "bascule"),
        ("3", "4", "", "bascule"),
    ]


def test_a_failed_script_records_nothing(folder: Path) -> None:
    (folder / "changelog.yaml").write_text(
        f"{CHANGELOG}- changeSet: {{id: 4, author: ann, changes: [{{stop: {{message: no further}}}}]}}\n"
    )
    assert run("update-sql") == 1
    assert not Path("history.csv").exists()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("offline:oracle?outputLiquibaseSql=some", "CFG-016"),
        ("offline:oracle?snapshot=before.json", "CLI-006"),
        ("offline:oracle?snapshot=other.json", "CFG-017"),
        ("offline:oracle?changeLogFile=other.csv", "HIS-021"),
        ("offline:oracle?changeLogFile=wrong.csv", "HIS-022"),
        ("offline:oracle?changeLogFile=no/such/folder.csv", "HIS-023"),
        ("offline:oracel", "REG-002"),
    ],
)
def test_what_is_wrong_with_the_url_is_one_problem(url: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.csv").write_text("a,b\n")
    database = {"dialect": "sqlite", "product": "SQLite", "url": "sqlite:x"}
    snapshot = {"created": "", "bascule": "", "database": database, "fingerprint": "", "schema": {}}
    Path("other.json").write_text(json.dumps({"bascule": [snapshot]}))
    Path("wrong.csv").write_text("ID,AUTHOR,FILENAME,DATEEXECUTED,ORDEREXECUTED,EXECTYPE\n1,a,f,,x,EXECUTED\n")
    assert run("update-sql", "--output=json", url=url) == 1
    printed = capsys.readouterr()
    assert code in printed.out + printed.err


def test_nothing_runs_offline(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update") == 1
    assert "RUN-004" in capsys.readouterr().err


def test_watchers_get_the_statements_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update-sql", "--output=json") == 0
    assert json.loads(capsys.readouterr().out)["sqlCommands"] == ["CREATE TABLE person (id INTEGER)", "CREATE TABLE pet (id INTEGER)"]


def test_a_tag_is_written_to_the_history_file() -> None:
    assert keep("tag", "--tag=empty") == 0
    (marker,) = rows()
    assert (marker["FILENAME"], marker["TAG"], marker["ORDEREXECUTED"]) == ("liquibase-internal", "empty", "1")
    assert run("changelog-sync") == 0
    assert keep("tag", "--tag=release") == 0
    assert [(row["ID"], row["TAG"]) for row in rows()[1:]] == [("1", ""), ("2", "v1"), ("3", "release")]
    assert keep("tag-exists", "--tag=release") == 0


def test_a_changelog_is_synced_to_the_history_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("mark-next-changeset-ran") == 0
    assert [row["ID"] for row in rows()] == ["1"]
    assert run("changelog-sync-to-tag", "--tag=v1") == 0
    assert [(row["ID"], row["ORDEREXECUTED"], row["EXECTYPE"], row["TAG"]) for row in rows()] == [
        ("1", "1", "EXECUTED", ""),
        ("2", "2", "EXECUTED", "v1"),
    ]
    capsys.readouterr()
    assert run("status") == 0
    assert "1 changeset" in capsys.readouterr().out


def test_checksums_of_the_history_file_are_forgotten() -> None:
    run("changelog-sync")
    assert keep("clear-checksums") == 0
    assert [row["MD5SUM"] for row in rows()] == ["", "", ""]


def test_a_url_that_names_an_empty_place_makes_the_history_file_there() -> None:
    assert keep("tag", "--tag=t", url="offline:mssql?changeLogFile=other.csv&caseSensitive=true") == 0
    assert [row["TAG"] for row in rows("other.csv")] == ["t"]
