"""Changes that Liquibase sells, on real servers: functions, triggers, checks and packages come, work, change, and go with a rollback."""

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copy

import psycopg
import pymysql
import pytest

from bascule.cli.main import main
from tools.servers import Database

CASES = Path(__file__).parents[2] / "cases" / "stored-code"
STAMP = "CREATE FUNCTION stamp() RETURNS trigger AS $$\nBEGIN\n  NEW.seen = ${seen};\n  RETURN NEW;\nEND;\n$$ LANGUAGE plpgsql\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(verb: str, url: str, *options: str) -> int:
    return main([verb, "--changelog-file=changelog.yaml", f"--url={url}", *options])


def test_postgresql(folder: Path, postgresql: Database) -> None:
    copy(CASES / "postgresql.yaml", folder / "changelog.yaml")
    (folder / "stamp.sql").write_text(STAMP)
    assert run("update", postgresql.url, "-Dseen=7") == 0
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        assert connection.execute("select age, seen from emp order by age").fetchall() == [(20, None), (30, 7)]
        assert connection.execute("select tgname, tgenabled from pg_trigger where not tgisinternal").fetchall() == [("Stamped", "O")]
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("insert into emp (age) values (3)")
        connection.execute("insert into emp (age) values (99)")
        assert connection.execute("select seen from emp where age = 99").fetchone() == (9,)
    assert run("rollback-count", postgresql.url, "--count=5", "-Dseen=7") == 0
    with psycopg.connect(postgresql.url) as connection:
        assert connection.execute("select count(*) from pg_trigger where not tgisinternal").fetchone() == (0,)
        assert connection.execute("select count(*) from pg_proc where proname = 'stamp'").fetchone() == (0,)
        assert connection.execute("select count(*) from pg_constraint where conname = 'ck_age'").fetchone() == (0,)


def test_mariadb(folder: Path, mariadb: Database) -> None:
    copy(CASES / "mariadb.yaml", folder / "changelog.yaml")
    assert run("update", mariadb.url) == 0
    login = {"host": mariadb.host, "port": mariadb.port, "user": mariadb.user, "password": mariadb.password, "database": mariadb.name}
    with closing(pymysql.connect(**login, autocommit=True)) as session:
        cursor = session.cursor()
        cursor.execute("insert into emp values (5)")
        cursor.execute("select age from emp")
        assert cursor.fetchall() == ((15,),)
        with pytest.raises(pymysql.err.OperationalError, match="ck_age"):
            cursor.execute("insert into emp values (50)")
        assert run("rollback-count", mariadb.url, "--count=2") == 0
        cursor.execute(
            "select (select count(*) from information_schema.triggers where trigger_schema = database())"
            " + (select count(*) from information_schema.routines where routine_schema = database())"
        )
        assert cursor.fetchall() == ((0,),)
        cursor.execute("insert into emp values (500)")


def test_sqlite(folder: Path) -> None:
    copy(CASES / "sqlite.yaml", folder / "changelog.yaml")
    assert run("update", "sqlite:app.db") == 0
    with closing(sqlite3.connect("app.db", isolation_level=None)) as session:
        session.execute("insert into emp (age) values (30)")
        assert session.execute("select age, seen from emp").fetchall() == [(30, 2)]
        with pytest.raises(sqlite3.IntegrityError, match="ck_age"):
            session.execute("insert into emp (age) values (40)")
    assert run("rollback-count", "sqlite:app.db", "--count=2") == 0
    with closing(sqlite3.connect("app.db", isolation_level=None)) as session:
        session.execute("insert into emp (age) values (40)")
        assert session.execute("select age, seen from emp order by age").fetchall() == [(30, 2), (40, None)]


@pytest.mark.parametrize(
    ("url", "change", "said"),
    [
        ("sqlite:app.db", "createFunction: {functionName: f, functionBody: x}", "createFunction is not supported on sqlite"),
        ("offline:postgresql", "createSynonym: {synonymName: s, objectName: o}", "createSynonym is not supported on postgresql"),
        ("offline:postgresql", "enableTrigger: {triggerName: s}", "tableName is required for enableTrigger on postgresql"),
        ("offline:oracle", "createPackage: {packageName: p}", "packageText is required"),
        ("offline:mysql", "markUnused: {tableName: t, columnName: c}", "markUnused is not supported on mysql"),
    ],
)
def test_what_a_database_cannot_do_is_told_first(
    folder: Path, url: str, change: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "changelog.yaml").write_text(f"databaseChangeLog:\n- changeSet: {{id: 1, author: ann, changes: [{change}]}}\n")
    assert run("update-sql", url) == 1
    assert said in capsys.readouterr().err


def test_xml_has_the_text_as_content_and_a_namespace(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "changelog.xml").write_text(
        '<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog" xmlns:pro="http://www.liquibase.org/xml/ns/pro">'
        '<changeSet id="1" author="ann"><pro:createFunction functionName="f" schemaName="s">CREATE FUNCTION s.f() …</pro:createFunction>'
        '<pro:addCheckConstraint tableName="t" constraintName="c">a &lt; 3</pro:addCheckConstraint></changeSet></databaseChangeLog>'
    )
    assert main(["update-sql", "--changelog-file=changelog.xml", "--url=offline:postgresql?outputLiquibaseSql=data_only"]) == 0
    said = capsys.readouterr().out
    assert "CREATE FUNCTION s.f() …;" in said
    assert "ALTER TABLE t ADD CONSTRAINT c CHECK (a < 3);" in said
    assert "'createFunction functionName=f; addCheckConstraint constraintName=c, tableName=t'" in said
