"""Changesets that no transaction holds together, broken off: what is done is told exactly, and not repeated."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest

from bascule.cli.main import main
from bascule.engine.dialects.mariadb.connect import MariadbConnection
from bascule.engine.sql.statement import Statement
from tools.servers import Database

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(*statements: str, attributes: str = "") -> None:
    lines = ["--liquibase formatted sql", f"--changeset a:1{attributes}", *(f"{statement};" for statement in statements)]
    Path("changelog.sql").write_text("\n".join(lines))


def run(database: Database, verb: str = "update", *more: str) -> int:
    return main(
        [
            verb,
            "--changelog-file=changelog.sql",
            "--url",
            database.jdbc_url,
            "--username",
            database.user,
            "--password",
            database.password,
            *more,
        ]
    )


def query(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with pymysql.connect(
        host=database.host, port=database.port, user=database.user, password=database.password, database=database.name, autocommit=True
    ) as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        return list(cursor.fetchall())


def tables(database: Database) -> set[str]:
    return {row[0] for row in query(database, "SHOW TABLES")} - {"DATABASECHANGELOG", "DATABASECHANGELOGLOCK"}


def die_at(monkeypatch: pytest.MonkeyPatch, text: str, *, when: str) -> None:
    """The process ends, as by kill -9, right before or right after that statement is sent."""
    execute = MariadbConnection.execute

    def dying(self: MariadbConnection, statement: Statement) -> int:
        if text in statement.text and when == "before":
            os._exit(9)
        rows = execute(self, statement)
        if text in statement.text:
            os._exit(9)
        return rows

    monkeypatch.setattr(MariadbConnection, "execute", dying)


def killed(monkeypatch: pytest.MonkeyPatch, text: str, when: str, work: Callable[[], Any]) -> None:
    """Does the work in a child that dies."""
    child = os.fork()
    if not child:
        die_at(monkeypatch, text, when=when)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9


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
def test_after_kill_9_the_next_run_goes_on_exactly_there(
    statement: str, when: str, mariadb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(*THREE)
    killed(monkeypatch, statement, when, lambda: run(mariadb))
    assert run(mariadb) == 0
    assert tables(mariadb) == {"t1", "t2"}
    assert query(mariadb, "SELECT id FROM t1") == [(1,)]
    assert query(mariadb, "SELECT ID, EXECTYPE FROM DATABASECHANGELOG") == [("1", "EXECUTED")]
