"""What Liquibase added after 4.28: read, done, and left out of checksums where it leaves it out."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bascule.cli.main import main
from bascule.engine.changelog import contexts
from tools.servers import Database


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(verb: str, url: str, *options: str) -> int:
    return main([verb, "--changelog-file=changelog.yaml", f"--url={url}", *options])


@pytest.mark.parametrize(
    ("expression", "asked", "runs"),
    [
        ("nocontexts", None, True),
        ("nocontexts", "test", False),
        ("!nocontexts and test", None, False),
        ("!nocontexts and test", "test", True),
        ("!nocontexts and test", "prod", False),
        ("nocontexts or test", "test", True),
        ("test", None, True),
    ],
)
def test_nocontexts_holds_where_none_was_asked_for(expression: str, asked: str | None, runs: bool) -> None:
    assert contexts.matches((expression,), asked) is runs


def test_a_table_of_partitions_and_an_access_method(folder: Path, postgresql: Database) -> None:
    (folder / "changelog.yaml").write_text("""
databaseChangeLog:
- changeSet:
    id: 1
    author: ann
    changes:
    - createTable:
        tableName: log
        partitionBy: RANGE (day)
        columns: [column: {name: day, type: date}, column: {name: words, type: tsvector}]
    - createIndex: {tableName: log, indexName: log_words, using: gin, columns: [column: {name: words}]}
""")
    assert run("update", postgresql.url) == 0
    with psycopg.connect(postgresql.url) as connection:
        assert connection.execute("select relkind from pg_class where relname = 'log'").fetchone() == ("p",)
        found = connection.execute("select indexdef from pg_indexes where indexname = 'log_words'").fetchone()
        assert found is not None
        assert "USING gin" in found[0]


def test_rows_that_are_tracked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = "createTable: {tableName: log, rowDependencies: true, columns: [column: {name: day, type: date}]}"
    (folder / "changelog.yaml").write_text(f"databaseChangeLog:\n- changeSet: {{id: 1, author: ann, changes: [{table}]}}\n")
    assert run("update-sql", "offline:oracle") == 0
    assert "CREATE TABLE log (day date) ROWDEPENDENCIES;" in capsys.readouterr().out


def test_a_tag_stays_that_was_asked_to(folder: Path) -> None:
    def tagged(*, keep: str) -> list[str]:
        (folder / "changelog.yaml").write_text(f"""
databaseChangeLog:
- changeSet: {{id: 1, author: ann, changes: [tagDatabase: {{tag: v1{keep}}}]}}
- changeSet: {{id: 2, author: ann, changes: [empty: {{}}]}}
""")
        assert run("update", "sqlite:app.db") == 0
        assert run("rollback", "sqlite:app.db", "--tag=v1") == 0
        with closing(sqlite3.connect("app.db")) as connection:
            return [row[0] for row in connection.execute("select id from databasechangelog")]

    assert tagged(keep="") == []
    assert tagged(keep=", keepTagOnRollback: true") == ["1"]


@pytest.mark.parametrize(
    ("plain", "newer"),
    [
        ("tagDatabase: {tag: v}", "tagDatabase: {tag: v, keepTagOnRollback: true}"),
        ("createTable: {tableName: t, columns: []}", "createTable: {tableName: t, rowDependencies: true, columns: []}"),
        ("createIndex: {tableName: t, columns: []}", "createIndex: {tableName: t, using: hash, columns: []}"),
    ],
)
def test_a_checksum_that_stays(folder: Path, plain: str, newer: str, capsys: pytest.CaptureFixture[str]) -> None:
    sums = []
    for change in (plain, newer):
        (folder / "changelog.yaml").write_text(f"databaseChangeLog:\n- changeSet: {{id: 1, author: ann, changes: [{change}]}}\n")
        assert run("calculate-checksum", "sqlite:app.db", "--changeset-identifier=changelog.yaml::1::ann") == 0
        sums.append(capsys.readouterr().out)
    assert sums[0] == sums[1]


def test_a_changeset_knows_what_it_is_called(folder: Path) -> None:
    (folder / "names.sql").write_text("insert into told values ('${LIQUIBASE_EXECUTION_CHANGESET_ID}');\n")
    (folder / "changelog.yaml").write_text("""
databaseChangeLog:
- changeSet: {id: 1, author: ann, changes: [sql: create table told (what text)]}
- changeSet:
    id: 2
    author: bea
    logicalFilePath: db/two.yaml
    changes:
    - sql: insert into told values ('${LIQUIBASE_EXECUTION_CHANGELOG_FILE}')
    - sql: insert into told values ('${LIQUIBASE_EXECUTION_CHANGESET_ID}::${LIQUIBASE_EXECUTION_CHANGESET_AUTHOR}')
    - sqlFile: {path: names.sql}
""")
    assert run("update", "sqlite:app.db") == 0
    with closing(sqlite3.connect("app.db")) as connection:
        assert connection.execute("select what from told").fetchall() == [("db/two.yaml",), ("2::bea",), ("2",)]
