"""Preconditions on what a database keeps as code, on live servers."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pymysql
import pytest

from bascule.cli.main import main
from tools.servers import Database

CODE = {
    "postgresql": (
        "create table emp (age int)",
        "create function stamp() returns trigger language plpgsql as $$begin return new; end;$$",
        "create procedure rest() language sql as 'select 1'",
        "create trigger fresh before insert on emp for each row execute function stamp()",
    ),
    "mariadb": (
        "create table emp (age int)",
        "create function stamp() returns int deterministic return 1",
        "create procedure rest() select 1",
        "create trigger fresh before insert on emp for each row set new.age = 1",
    ),
    "sqlite": ("create table emp (age int)", "create trigger fresh after insert on emp begin select 1; end"),
}
ASKED = {
    "triggerExists: {triggerName: fresh, triggerTableName: emp}": True,
    "triggerExists: {triggerName: fresh}": True,
    "triggerExists: {triggerName: fresh, triggerTableName: other}": False,
    "triggerExists: {triggerName: stale}": False,
    "functionExists: {functionName: stamp}": True,
    "functionExists: {functionName: rest}": False,
    "procedureExists: {procedureName: rest}": True,
    "procedureExists: {procedureName: stamp}": False,
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def holding(url: str, ran: Callable[[], list[str]]) -> dict[str, bool]:
    """Which of the questions hold: each is a changeset's, which runs or is left out."""
    changesets = [
        f"- changeSet: {{id: '{question}', author: ann, preConditions: [onFail: CONTINUE, {question}], changes: [empty: {{}}]}}\n"
        for question in ASKED
    ]
    Path("changelog.yaml").write_text("databaseChangeLog:\n" + "".join(changesets))
    assert main(["update", "--changelog-file=changelog.yaml", f"--url={url}"]) == 0
    done = ran()
    return {question: question in done for question in ASKED}


IDS = "select id from databasechangelog"


def test_postgresql(postgresql: Database) -> None:
    with psycopg.connect(postgresql.url, autocommit=True) as session:
        for statement in CODE["postgresql"]:
            session.execute(statement)
        assert holding(postgresql.url, lambda: [row[0] for row in session.execute(IDS)]) == ASKED


def test_mariadb(mariadb: Database) -> None:
    login = {"host": mariadb.host, "port": mariadb.port, "user": mariadb.user, "password": mariadb.password, "database": mariadb.name}

    def ids() -> list[str]:
        cursor.execute("select ID from DATABASECHANGELOG")
        return [row[0] for row in cursor.fetchall()]

    with closing(pymysql.connect(**login, autocommit=True)) as session:
        cursor = session.cursor()
        for statement in CODE["mariadb"]:
            cursor.execute(statement)
        assert holding(mariadb.url, ids) == ASKED


def test_sqlite() -> None:
    with closing(sqlite3.connect("app.db", isolation_level=None)) as session:
        for statement in CODE["sqlite"]:
            session.execute(statement)
        found = holding("sqlite:app.db", lambda: [row[0] for row in session.execute(IDS)])
    assert found == {question: holds and question.startswith("trigger") for question, holds in ASKED.items()}


def test_a_java_class_cannot_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    changeset = "{id: 1, author: ann, preConditions: [customPrecondition: {className: com.example.Check}], changes: [empty: {}]}"
    Path("changelog.yaml").write_text(f"databaseChangeLog:\n- changeSet: {changeset}\n")
    assert main(["update", "--changelog-file=changelog.yaml", "--url=sqlite:app.db"]) == 1
    assert "customPrecondition com.example.Check is a Java class" in capsys.readouterr().err
