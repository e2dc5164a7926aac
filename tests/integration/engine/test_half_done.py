"""Changesets that no transaction holds together, broken off: what is done is told exactly, and not repeated."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymysql
import pytest

from bascule.cli.main import main
from tests.integration.engine.warm import Warm
from tools.servers import Database

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(*statements: str, attributes: str = "") -> None:
    lines = ["--liquibase formatted sql", f"--changeset a:1{attributes}", *(f"{statement};" for statement in statements)]
    Path("changelog.sql").write_text("\n".join(lines))


def query(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with pymysql.connect(
        host=database.host, port=database.port, user=database.user, password=database.password, database=database.name, autocommit=True
    ) as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        return list(cursor.fetchall())


def tables(database: Database) -> set[str]:
    return {row[0] for row in query(database, "SHOW TABLES")} - {"DATABASECHANGELOG", "DATABASECHANGELOGLOCK"}


def arguments(database: Database, verb: str = "update", *more: str) -> tuple[str, ...]:
    who = ("--username", database.user, "--password", database.password)
    return (verb, "--changelog-file=changelog.sql", "--url", database.jdbc_url, *who, *more)


def run(database: Database, verb: str = "update", *more: str) -> int:
    return main(list(arguments(database, verb, *more)))


@pytest.fixture
def killed(warm: Warm) -> Callable[..., None]:
    """A run that is killed right before or right after it sends a statement."""

    def kill(text: str, when: str, *run: str) -> None:
        assert warm.run(*run, die_at=text, when=when) == -9

    return kill


Killed = Callable[..., None]

THREE = ("create table t1 (id int)", "create index i1 on t1 (id)", "insert into t1 values (1)", "create table t2 (id int)")


def test_a_failure_tells_what_stays_and_the_next_run_goes_on(mariadb: Database, capfd: pytest.CaptureFixture[str]) -> None:
    write(*THREE[:3], "create tabel t2 (id int)")
    assert run(mariadb) == 1
    told = capfd.readouterr().err
    assert "statement 4 failed" in told
    assert "statement 1 is done (table t1 is there)" in told
    assert "statement 2 is done (index i1 of t1 is there)" in told
    assert query(mariadb, "SELECT count(*) FROM t1") == ((0,),) or query(mariadb, "SELECT count(*) FROM t1") == [(0,)]
    write(*THREE)
    assert run(mariadb) == 0
    assert tables(mariadb) == {"t1", "t2"}
    assert query(mariadb, "SELECT id FROM t1") == [(1,)]
    assert query(mariadb, "SELECT count(*) FROM DATABASECHANGELOG") == [(1,)]


@pytest.mark.kill
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("statement", THREE)
def test_after_kill_9_the_next_run_goes_on_exactly_there(statement: str, when: str, mariadb: Database, killed: Killed) -> None:
    write(*THREE)
    killed(statement, when, *arguments(mariadb))
    assert run(mariadb) == 0
    assert tables(mariadb) == {"t1", "t2"}
    assert query(mariadb, "SELECT id FROM t1") == [(1,)]
    assert query(mariadb, "SELECT ID, EXECTYPE FROM DATABASECHANGELOG") == [("1", "EXECUTED")]


@pytest.mark.kill
@pytest.mark.parametrize("verb", ["status", "validate", "plan"])
def test_those_who_look_are_told_what_is_done(verb: str, mariadb: Database, killed: Killed, capfd: pytest.CaptureFixture[str]) -> None:
    write(*THREE)
    killed(THREE[1], "after", *arguments(mariadb))
    assert run(mariadb, verb) == 0
    told = capfd.readouterr().err
    assert "RUN-080" in told
    assert "after 2 of its 4 statements" in told
    assert "statement 1 is done (table t1 is there); statement 2 is done (index i1 of t1 is there)" in told
    assert "goes on with statement 3" in told


@pytest.mark.kill
def test_a_statement_that_nobody_can_judge_is_not_repeated_before_someone_has_looked(
    mariadb: Database, killed: Killed, capfd: pytest.CaptureFixture[str]
) -> None:
    query(mariadb, "CREATE TABLE noted (n int)")
    query(mariadb, "CREATE PROCEDURE p() BEGIN INSERT INTO noted VALUES (1); CREATE TABLE made (id int); END")
    write("create table t1 (id int)", "call p()", "create table t2 (id int)")
    killed("call p()", "after", *arguments(mariadb))
    assert run(mariadb) == 1
    assert "RUN-081" in capfd.readouterr().err
    assert run(mariadb, "status") == 1
    assert run(mariadb, "journal", "--done") == 0
    assert run(mariadb) == 0
    assert tables(mariadb) == {"noted", "made", "t1", "t2"}
    assert query(mariadb, "SELECT n FROM noted") == [(1,)]


@pytest.mark.kill
def test_a_procedure_that_committed_nothing_is_simply_run_again(mariadb: Database, killed: Killed) -> None:
    query(mariadb, "CREATE TABLE noted (n int)")
    query(mariadb, "CREATE PROCEDURE p() INSERT INTO noted VALUES (1)")
    write("insert into noted values (0)", "call p()", "create table t2 (id int)")
    killed("call p()", "after", *arguments(mariadb))
    assert run(mariadb) == 0
    assert query(mariadb, "SELECT n FROM noted ORDER BY n") == [(0,), (1,)]


@pytest.mark.kill
def test_a_changeset_that_was_altered_since_is_refused(mariadb: Database, killed: Killed, capfd: pytest.CaptureFixture[str]) -> None:
    write(*THREE)
    killed(THREE[1], "after", *arguments(mariadb))
    write("create table t1 (id bigint)", *THREE[1:])
    assert run(mariadb) == 1
    assert "RUN-082" in capfd.readouterr().err
    query(mariadb, "DROP TABLE t1")
    assert run(mariadb, "journal", "--forget") == 0
    assert run(mariadb) == 0
    assert tables(mariadb) == {"t1", "t2"}


@pytest.mark.kill
def test_what_was_taken_back_by_hand_begins_anew(mariadb: Database, killed: Killed) -> None:
    write(*THREE)
    killed(THREE[0], "after", *arguments(mariadb))
    query(mariadb, "DROP TABLE t1")
    assert run(mariadb) == 0
    assert tables(mariadb) == {"t1", "t2"}


@pytest.mark.kill
def test_a_rollback_that_was_broken_off_is_finished_before_anything_else(
    mariadb: Database, killed: Killed, capfd: pytest.CaptureFixture[str]
) -> None:
    write("create table t1 (id int)", "create table t2 (id int)", "--rollback drop table t2", "--rollback drop table t1")
    assert run(mariadb) == 0
    killed("drop table t2", "after", *arguments(mariadb, "rollback-count", "--count=1"))
    assert run(mariadb) == 1
    assert "RUN-084" in capfd.readouterr().err
    assert run(mariadb, "rollback-count", "--count=1") == 0
    assert tables(mariadb) == set()
    assert query(mariadb, "SELECT count(*) FROM DATABASECHANGELOG") == [(0,)]


@pytest.mark.kill
def test_preconditions_are_not_asked_again_of_what_has_begun(mariadb: Database, killed: Killed) -> None:
    Path("changelog.sql").write_text(
        "--liquibase formatted sql\n--changeset a:1\n--preconditions onFail:MARK_RAN\n"
        "--precondition-sql-check expectedResult:0 select count(*) from information_schema.tables where table_name = 't1'\n"
        "create table t1 (id int);\ncreate table t2 (id int);\n"
    )
    killed("create table t1", "after", *arguments(mariadb))
    assert run(mariadb) == 0
    assert tables(mariadb) == {"t1", "t2"}


@pytest.mark.kill
def test_rows_of_a_table_without_transactions_are_not_inserted_twice(
    mariadb: Database, killed: Killed, capfd: pytest.CaptureFixture[str]
) -> None:
    query(mariadb, "CREATE TABLE noted (n int) ENGINE=MyISAM")
    write("insert into noted values (1)", "create table t1 (id int)")
    killed("insert into noted", "after", *arguments(mariadb))
    assert run(mariadb) == 1
    assert "RUN-081" in capfd.readouterr().err
    assert query(mariadb, "SELECT n FROM noted") == [(1,)]


def test_who_may_not_create_tables_is_told_at_the_start(mariadb: Database, capfd: pytest.CaptureFixture[str]) -> None:
    write("insert into t1 values (1)")
    query(mariadb, "CREATE TABLE t1 (id int)")
    assert run(mariadb) == 0
    write("insert into t1 values (1)", "insert into t1 values (2)")
    query(mariadb, "DELETE FROM DATABASECHANGELOG")
    query(mariadb, "CREATE USER IF NOT EXISTS narrow@'%' IDENTIFIED BY 'narrow'")
    query(mariadb, f"GRANT SELECT, INSERT, UPDATE, DELETE ON `{mariadb.name}`.* TO narrow@'%'")
    assert main(["update", "--changelog-file=changelog.sql", "--url", mariadb.jdbc_url, "--username=narrow", "--password=narrow"]) == 0
    assert "no journal can be kept" in capfd.readouterr().err
    query(mariadb, "DROP USER narrow@'%'")
