"""`runWith`: changesets that the databases' own clients run, with live servers. A client that is not installed is skipped by its name."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bascule.cli.main import main
from tools.servers import Database

needs = {name: pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed") for name in ("psql", "mysql", "sqlite3")}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def changelog(folder: Path) -> Callable[[str], None]:
    return lambda text: (folder / "changelog.sql").write_text(f"--liquibase formatted sql\n{text}") and None


def run(verb: str, url: str, *options: str) -> int:
    return main([verb, "--changelog-file=changelog.sql", f"--url={url}", *options])


@needs["psql"]
def test_psql_runs_its_own_commands(
    folder: Path, changelog: Callable[[str], None], postgresql: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rows.csv").write_text("1,ann\n2,bea\n")
    changelog(
        "--changeset ann:1 runWith:psql runWithSpoolFile:spool.txt splitStatements:false\n"
        "create table person (id int, name text);\n\\set who 'ann'\n\\copy person from rows.csv with csv\n"
        "select count(*) as people from person where name = :'who';\n"
        "--rollback drop table person;\n"
        "--changeset ann:2\nselect 1;\n--rollback empty\n"
    )
    assert run("update", postgresql.url) == 0
    with psycopg.connect(postgresql.url) as connection:
        assert connection.execute("select name from person order by id").fetchall() == [("ann",), ("bea",)]
        history = connection.execute("select id, md5sum like '9:%' from databasechangelog order by orderexecuted").fetchall()
        assert history == [("1", True), ("2", True)]
    assert "people" in (folder / "spool.txt").read_text()
    assert "COPY 2" in capsys.readouterr().err
    assert run("rollback-count", postgresql.url, "--count=2") == 0
    with psycopg.connect(postgresql.url) as connection:
        assert connection.execute("select to_regclass('person')").fetchone() == (None,)


@needs["psql"]
def test_what_psql_complains_of_is_told_with_its_line(
    changelog: Callable[[str], None], postgresql: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    changelog("--changeset ann:1 runWith:psql\ncreate table a (x int);\n\nselect nothing from a;\ncreate table b (x int);\n")
    assert run("update", postgresql.url) == 1
    said = capsys.readouterr().err
    assert "RUN-066" in said
    assert 'psql, line 3 of its script: column "nothing" does not exist' in said
    with psycopg.connect(postgresql.url) as connection:
        assert connection.execute("select to_regclass('a') is null, to_regclass('b') is null").fetchone() == (False, True)
        assert connection.execute("select count(*) from databasechangelog").fetchone() == (0,)


@needs["psql"]
def test_a_password_is_nowhere_to_be_seen(folder: Path, changelog: Callable[[str], None], postgresql: Database) -> None:
    """Neither among the arguments nor in the environment of the client: a program stands in that writes both down."""
    spy = folder / "spy"
    spy.write_text(f'#!/bin/sh\n(tr "\\0" "\\n" < /proc/$$/cmdline; env; cat "$PGPASSFILE") > {folder}/seen\n')
    spy.chmod(0o755)
    changelog("--changeset ann:1 runWith:psql\nselect 1;\n")
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute("create role keeper superuser login password 'hush:\\hush'")
    address = f"postgresql://{postgresql.host}:{postgresql.port}/{postgresql.name}"
    try:
        assert run("update", address, "--username=keeper", "--password=hush:\\hush", f"--psql-path={spy}") == 0
    finally:
        with psycopg.connect(postgresql.url, autocommit=True) as connection:
            connection.execute("drop owned by keeper; drop role keeper")
    before, _, passfile = (folder / "seen").read_text().rpartition("\n*:")
    assert "hush" not in before
    assert passfile == "*:*:*:hush\\:\\\\hush\n"


@needs["psql"]
def test_psql_has_settings(folder: Path, changelog: Callable[[str], None], postgresql: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    changelog("--changeset ann:1 runWith:psql\ncreate table a as select :number x;\n--changeset ann:2 runWith:psql\nselect pg_sleep(30);\n")
    (folder / "liquibase.psql.conf").write_text("liquibase.psql.args=--set number=1\nliquibase.psql.keep.temp=true\n")
    (folder / "liquibase.properties").write_text("liquibase.psql.keep.temp.name=kept.sql\nliquibase.psql.args=--set number=2\n")
    monkeypatch.setenv("LIQUIBASE_PSQL_KEEP_TEMP_PATH", str(folder))
    assert run("update-count", postgresql.url, "--count=1", "--psql-args=--set number=3") == 0
    assert (folder / "kept.sql").read_text() == "create table a as select :number x;\n"
    with psycopg.connect(postgresql.url) as connection:
        assert connection.execute("select x from a").fetchone() == (3,)
    assert run("update", postgresql.url, "--psql-timeout=1") == 1
    with psycopg.connect(postgresql.url) as connection:
        assert connection.execute("select count(*) from databasechangelog").fetchone() == (1,)


@needs["mysql"]
def test_mysql(changelog: Callable[[str], None], mariadb: Database, capsys: pytest.CaptureFixture[str]) -> None:
    changelog(
        "--changeset ann:1 runWith:mysql\ncreate table a (x int);\ndelimiter //\n"
        "create procedure fill() begin insert into a values (1); insert into a values (2); end//\ndelimiter ;\ncall fill();\n"
        "--changeset ann:2 runWith:mysql\ninsert into a values (3);\ninsert into nowhere values (4);\n"
    )
    assert run("update", mariadb.url) == 1
    said = capsys.readouterr().err
    assert "mysql, line 2 of its script: Table " in said
    assert main(["execute-sql", f"--url={mariadb.url}", "--sql=select sum(x) as total from a"]) == 0
    assert "6 |" in capsys.readouterr().out
    assert main(["history", f"--url={mariadb.url}", "--format=TEXT"]) == 0
    assert "changelog.sql::1::ann" in capsys.readouterr().out


@needs["sqlite3"]
def test_sqlite3(folder: Path, changelog: Callable[[str], None], capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rows.csv").write_text("1,ann\n2,bea\n")
    changelog(
        "--changeset ann:1 runWith:sqlite3\ncreate table person (id int, name text);\n.mode csv\n.import rows.csv person\n"
        "--changeset ann:2 runWith:sqlite3\nselect 1;\nselect * from nowhere;\n"
    )
    assert run("update", "sqlite:app.db") == 1
    assert "sqlite3, line 2 of its script: " in capsys.readouterr().err
    with closing(sqlite3.connect("app.db")) as session:
        assert session.execute("select name from person order by id").fetchall() == [("ann",), ("bea",)]
        assert session.execute("select id from databasechangelog").fetchall() == [("1",)]


def test_a_client_that_is_missing_is_told_before_anything_runs(
    changelog: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    changelog("--changeset ann:1\ncreate table a (x int);\n--changeset ann:2 runWith:sqlite3\nselect 1;\n")
    assert run("update", "sqlite:app.db", "--sqlite3-path=/nowhere/sqlite3") == 1
    assert "RUN-065" in capsys.readouterr().err
    with closing(sqlite3.connect("app.db")) as session:
        assert session.execute("select count(*) from sqlite_master where name = 'a'").fetchone() == (0,)


@pytest.mark.parametrize(
    ("written", "said"),
    [("psql", "runWith psql is not for sqlite"), ("sqlite4", "no client is named 'sqlite4'"), ("jdbc", None), ("JDBC", None)],
)
def test_a_client_must_fit_its_database(
    changelog: Callable[[str], None], written: str, said: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    changelog(f"--changeset ann:1 runWith:{written}\nselect 1;\n")
    assert run("update", "sqlite:app.db") == (0 if said is None else 1)
    assert said is None or said in capsys.readouterr().err


def test_a_script_for_a_client_is_shown_as_written(changelog: Callable[[str], None], capsys: pytest.CaptureFixture[str]) -> None:
    changelog("--changeset ann:1 runWith:psql\n\\set x 1\nselect :x; select 2;\n")
    assert run("update-sql", "offline:postgresql") == 0
    assert "\\set x 1\nselect :x; select 2;\n" in capsys.readouterr().out
