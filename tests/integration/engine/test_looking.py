"""The commands that look at databases, with their options, on real servers."""

import json
import sqlite3
from pathlib import Path

import psycopg
import pymysql
import pytest

from bascule.cli.main import main
from tools.servers import Database

ROWS = [
    (1, "ops", "2024-01-02"),
    (2, 'a,b "c"', None),
    (3, "NULL", None),
    (4, " spaced ", None),
    (5, "two\n\n# lines", "1999-12-31"),
    (6, "", None),
    (7, None, None),
    (8, "it's", None),
]

CHANGE = "{addDefaultValue: {tableName: emp, columnName: name, defaultValue: x}}"
"""SQLite makes the table anew for it."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def sqlite(name: str, *statements: str) -> str:
    connection = sqlite3.connect(f"{name}.db")
    for statement in statements:
        connection.executescript(statement)
    connection.close()
    return f"sqlite:{name}.db"


def run(*arguments: str) -> None:
    assert main([*arguments, "-q"]) == 0, arguments


def test_rows_go_into_csv_files_and_come_back() -> None:
    create = "CREATE TABLE item (id integer PRIMARY KEY, name varchar(40), day date)"
    first, second = sqlite("first", create), sqlite("second", create)
    with sqlite3.connect("first.db") as connection:
        connection.executemany("INSERT INTO item VALUES (?, ?, ?)", ROWS)
    run("generate-changelog", "--url", first, "--changelog-file", "gen.xml", "--diff-types=data", "--data-output-directory=data")
    assert "loadData" in Path("gen.xml").read_text()
    assert Path("data/item.csv").read_text().splitlines()[:3] == ['"id","name","day"', '"1","ops","2024-01-02"', '"2","a,b ""c""","NULL"']
    run("update", "--url", second, "--changelog-file", "gen.xml")
    with sqlite3.connect("second.db") as connection:
        assert connection.execute("SELECT * FROM item ORDER BY id").fetchall() == ROWS
    assert (
        main(["generate-changelog", "-q", "--url", first, "--changelog-file", "2.xml", "--diff-types=data", "--data-output-directory=data"])
        == 1
    )


@pytest.mark.postgresql
def test_rows_of_postgresql_go_into_csv_files_and_come_back(postgresql: Database) -> None:
    columns = "id integer PRIMARY KEY, name varchar(40), day date, at timestamptz, flag boolean, doc jsonb, n numeric(8,2), b bytea"
    create = "CREATE TABLE {}item (" + columns + ")"
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute(create.format(""))
        connection.execute("INSERT INTO item VALUES (1, 'x', '2024-01-02', '2024-01-02 03:04:05.678+02', true, '{\"a\": [1]}', 1.50, NULL)")
        connection.execute("INSERT INTO item VALUES (2, 'NULL', NULL, NULL, NULL, NULL, NULL, '\\x00ff')")
        connection.execute("CREATE SCHEMA copy")
        connection.execute(create.format("copy."))
        run("generate-changelog", "--url", postgresql.url, "--changelog-file", "gen.yaml", "--diff-types=data", "--data-output-directory=d")
        run("update", "--url", postgresql.url, "--default-schema-name", "copy", "--changelog-file", "gen.yaml")
        wanted = connection.execute("SELECT * FROM item ORDER BY id").fetchall()
        assert connection.execute("SELECT * FROM copy.item ORDER BY id").fetchall() == wanted


@pytest.mark.mariadb
def test_rows_of_mariadb_go_into_csv_files_and_come_back(mariadb: Database) -> None:
    connection = pymysql.connect(
        host=mariadb.host, port=mariadb.port, user=mariadb.user, password=mariadb.password, database=mariadb.name, autocommit=True
    )
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE item (id int PRIMARY KEY, name varchar(40), day date, at datetime(3), flag tinyint(1), b varbinary(9))")
    cursor.execute(
        "INSERT INTO item VALUES (1, 'x', '2024-01-02', '2024-01-02 03:04:05.678', 1, NULL), (2, 'null', NULL, NULL, 0, x'00ff')"
    )
    cursor.execute("SELECT * FROM item ORDER BY id")
    wanted = cursor.fetchall()
    run("generate-changelog", "--url", mariadb.url, "--changelog-file", "gen.json", "--diff-types=data", "--data-output-directory=d")
    cursor.execute("DELETE FROM item")
    run("update", "--url", mariadb.url, "--changelog-file", "gen.json")
    cursor.execute("SELECT * FROM item ORDER BY id")
    assert cursor.fetchall() == wanted
    connection.close()


@pytest.mark.postgresql
def test_several_schemas_are_compared_generated_and_dropped(postgresql: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA a; CREATE SCHEMA b; CREATE SCHEMA a2; CREATE SCHEMA b2")
        connection.execute(
            "CREATE TABLE a.dept (id int PRIMARY KEY); CREATE TABLE b.emp (id int PRIMARY KEY, dept int REFERENCES a.dept (id))"
        )
        connection.execute("CREATE TABLE a2.dept (id bigint PRIMARY KEY)")
        pair = ("--url", postgresql.url, "--reference-url", postgresql.url)
        run("diff", *pair, "--reference-schemas=a,b", "--schemas=a2,b2", "--output-schemas=x,y")
        said, told = capsys.readouterr()
        assert "CLI-071  schema 'b2' holds nothing" in told
        assert "Compared Schemas: a -> a2, b -> b2" in said
        assert "     x.dept.id\n          type changed from 'integer' to 'bigint'" in said
        assert "Missing Table(s): \n     emp" in said
        assert "     y.emp.dept" in said

        run("generate-changelog", "--url", postgresql.url, "--schemas=a,b", "--output-schemas=c,d", "--changelog-file=gen.yaml")
        changes = Path("gen.yaml").read_text()
        assert "schemaName: c" in changes
        assert "schemaName: d" in changes

        run(
            "generate-changelog", "--url", postgresql.url, "--schemas=b", "--include-schema", "--include-catalog", "--changelog-file=b.yaml"
        )
        assert f"catalogName: {postgresql.name}" in Path("b.yaml").read_text()
        assert "schemaName: b" in Path("b.yaml").read_text()

        run("drop-all", "--url", postgresql.url, "--schemas=b,a")
        left = connection.execute("SELECT schemaname FROM pg_tables WHERE tablename IN ('dept', 'emp')").fetchall()
        assert left == [("a2",)]
        assert main(["diff", "-q", *pair, "--schemas=a,b", "--reference-schemas=a"]) == 1
        assert "CLI-068" in capsys.readouterr().err


def test_a_kept_snapshot_stands_for_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    """SQLite makes a table anew to give a column a default: for that the table's shape must be known."""
    url = sqlite(
        "live",
        "CREATE TABLE dept (id integer PRIMARY KEY)",
        "CREATE TABLE emp (id integer PRIMARY KEY, name text NOT NULL, dept int REFERENCES dept)",
        "CREATE INDEX ix_name ON emp (name); CREATE TRIGGER tr AFTER DELETE ON emp BEGIN SELECT 1; END",
        "CREATE VIEW v AS SELECT id FROM emp",
    )
    exists = "preConditions: [{onSqlOutput: TEST}, {tableExists: {tableName: emp}}, {columnExists: {tableName: v, columnName: id}}]"
    Path("next.yaml").write_text(
        "databaseChangeLog:\n"
        f"- changeSet: {{id: 1, author: a, {exists}, changes: [{CHANGE}]}}\n"
        "- changeSet: {id: 2, author: a, changes: [{createTable: {tableName: more, columns: [{column: {name: id, type: int}}]}}]}\n"
    )
    for kept in ("kept.json", "kept.yaml"):
        run("snapshot", "--url", url, "--snapshot-format", kept.rpartition(".")[2], "--output-file", kept)
        capsys.readouterr()
        offline = f"offline:sqlite?snapshot={kept}&outputLiquibaseSql=none&changeLogFile=none-{kept}.csv"
        run("update-sql", "--url", offline, "--changelog-file", "next.yaml")
        script = capsys.readouterr().out
        assert "CREATE INDEX ix_name" in script
        assert "CREATE TRIGGER tr" in script
        run("status", "--url", f"offline:sqlite?snapshot={kept}&changeLogFile=other.csv", "--changelog-file", "next.yaml")
        assert "2 changesets have not been applied" in capsys.readouterr().out
        run("diff", "--url", f"offline:sqlite?snapshot={kept}", "--reference-url", url, "--format", "json")
        assert json.loads(capsys.readouterr().out)["differences"] == []
        run("generate-changelog", "--url", f"offline:sqlite?snapshot={kept}", "--diff-types=views")
        assert "<createView" in capsys.readouterr().out


def test_a_script_for_a_kept_snapshot_is_the_script_for_the_database(capsys: pytest.CaptureFixture[str]) -> None:
    url = sqlite("live", "CREATE TABLE emp (id integer PRIMARY KEY, name text DEFAULT 'x', salary int); CREATE INDEX ix ON emp (name)")
    Path("next.yaml").write_text(f"databaseChangeLog:\n- changeSet: {{id: 1, author: a, changes: [{CHANGE}]}}\n")
    run("snapshot", "--url", url, "--snapshot-format", "bascule", "--output-file", "kept.json")
    capsys.readouterr()
    scripts = []
    for target in (url, "offline:sqlite?snapshot=kept.json"):
        run("update-sql", "--url", target, "--changelog-file", "next.yaml")
        lines = capsys.readouterr().out.splitlines()
        scripts.append([line for line in lines if not line.startswith("--") and "DATABASECHANGELOG" not in line and line])
    assert scripts[0] == scripts[1] != []


def test_a_difference_is_appended_and_applied(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = sqlite("wanted", "CREATE TABLE dept (id integer PRIMARY KEY, name text)", "CREATE VIEW v AS SELECT id FROM dept")
    actual = sqlite("actual")
    own = "# by hand\ndatabaseChangeLog:\n  - changeSet: {id: 1, author: ann, changes: [{sql: {sql: SELECT 1}}]}\n"
    Path("changelog.yaml").write_text(own)
    run("update", "--url", actual, "--changelog-file", "changelog.yaml")
    compared = ("--url", actual, "--reference-url", wanted)
    extra = ("--run-on-change-types=createView", "--use-or-replace-option", "--context-filter=test", "--label-filter=l1", "--author=gen")
    run("diff-changelog", *compared, "--changelog-file", "changelog.yaml", *extra)
    grown = Path("changelog.yaml").read_text()
    assert grown.startswith(own)
    assert "runOnChange: true" in grown
    assert "replaceIfExists: true" in grown
    run("update", "--url", actual, "--changelog-file", "changelog.yaml", "--contexts=test")
    run("diff", *compared, "--format=json")
    assert '"differences": []' in capsys.readouterr().out
    run("diff-changelog", *compared, "--changelog-file", "changelog.yaml")
    assert Path("changelog.yaml").read_text() == grown


@pytest.mark.parametrize("ending", ["yaml", "json", "xml", "sqlite.sql"])
def test_no_difference_is_told_and_leaves_a_changelog(ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = "CREATE TABLE t (id integer)"
    words = ["diff-changelog", "--url", sqlite("a", made), "--reference-url", sqlite("b", made), "--changelog-file", f"next.{ending}"]
    assert main(words) == 0
    assert f"No difference; next.{ending} holds no changesets" in "".join(capsys.readouterr())
    text = Path(f"next.{ending}").read_text()
    assert text.endswith("\n")
    assert main(words) == 0
    assert f"No difference; next.{ending} stays as it is" in "".join(capsys.readouterr())
    assert Path(f"next.{ending}").read_text() == text
    run("update", "--url", "sqlite:a.db", "--changelog-file", f"next.{ending}")


@pytest.mark.postgresql
def test_partitions_that_cannot_be_altered_are_told(postgresql: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA a; CREATE SCHEMA b")
        connection.execute("CREATE TABLE a.t (x int) PARTITION BY RANGE (x); CREATE TABLE b.t (x int)")
        connection.execute("CREATE TABLE a.u (x int) PARTITION BY HASH (x); CREATE TABLE b.u (x int) PARTITION BY HASH (x)")
    words = ["diff-changelog", "--url", postgresql.url, "--reference-url", postgresql.url, "--changelog-file=d.yaml"]
    assert main([*words, "--schemas=b", "--reference-schemas=a"]) == 0
    told = capsys.readouterr().err
    assert "DDL-034  table t stays not partitioned, where the reference is partitioned by RANGE (x)" in told
    assert told.count("DDL-034") == 1
    assert main([*words, "--schemas=b", "--reference-schemas=a", "--exclude-objects=table:t", "--overwrite-output-file"]) == 0
    assert "DDL-034" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--replace-if-exists-types=createTable"], "CLI-069"),
        (["--run-on-change-types=nothing"], "CLI-069"),
        (["--include-objects=table:("], "CLI-066"),
        (["--changelog-file=there.yaml"], "CLI-062"),
    ],
)
def test_what_cannot_be_generated_is_a_problem(arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("there.yaml").write_text("databaseChangeLog: []\n")
    assert main(["generate-changelog", "-q", "--url", sqlite("some", "CREATE TABLE t (id int)"), *arguments]) == 1
    assert code in capsys.readouterr().err


def test_the_reference_has_a_snapshot_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    url = sqlite("wanted", "CREATE TABLE dept (id integer PRIMARY KEY); CREATE TABLE other (id int); CREATE VIEW v AS SELECT 1 AS one")
    run("snapshot-reference", "--reference-url", url, "--snapshot-format=json", "--snapshot-filters=table:dept")
    document = json.loads(capsys.readouterr().out)
    assert [entry["table"]["name"] for entry in document["snapshot"]["objects"]["liquibase.structure.core.Table"]] == ["dept"]
    assert "liquibase.structure.core.View" not in document["snapshot"]["objects"]
    run("snapshot", "--url", url)
    assert "Table other" in capsys.readouterr().out
