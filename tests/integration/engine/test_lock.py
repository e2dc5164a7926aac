"""The changelog lock on real databases: held, lost, left behind, and in another tool's hands."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest

from bascule.cli.main import main
from bascule.engine.history.databasechangeloglock import holder_name
from bascule.engine.target import TargetSettings, open_target
from bascule.engine.urls import parse
from tools.servers import Database

CHANGELOG = """
databaseChangeLog:
  - changeSet:
      id: 1
      author: a
      changes:
        - createTable: {tableName: first, columns: [{column: {name: id, type: int}}]}
  - changeSet:
      id: 2
      author: a
      changes:
        - sql: {sql: "%s"}
  - changeSet:
      id: 3
      author: a
      changes:
        - createTable: {tableName: third, columns: [{column: {name: id, type: int}}]}
"""


@pytest.fixture
def changelog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    monkeypatch.chdir(tmp_path)

    def write(sql: str) -> None:
        (tmp_path / "changelog.yaml").write_text(CHANGELOG % sql)

    return write


@pytest.fixture
def started() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `bascule` as a process of its own; none outlives the test."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        program = [sys.executable, "-c", "import sys; from bascule.cli.main import main; sys.exit(main())", *arguments]
        processes.append(subprocess.Popen(program, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        return processes[-1]

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def events_show(path: Path, text: str) -> Callable[[], bool]:
    return lambda: path.exists() and text in path.read_text()


def sleeping(database: Database) -> bool:
    with psycopg.connect(database.url) as connection:
        sql = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()"
        return bool(connection.execute(sql).fetchone()[0])  # type: ignore[index]  # count gives a row


def tables(database: Database) -> set[str]:
    with psycopg.connect(database.url) as connection:
        rows = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'").fetchall()
    return {row[0] for row in rows} - {"databasechangelog", "databasechangeloglock"}


def update(url: str, *more: str) -> int:
    return main(["update", "--changelog-file", "changelog.yaml", "--url", url, *more])


@pytest.mark.postgresql
def test_a_held_lock_is_reported_with_its_holder(
    postgresql: Database, changelog: Callable[[str], None], started: Callable[..., subprocess.Popen[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    changelog("select pg_sleep(20)")
    process = started("update", "--changelog-file", "changelog.yaml", "--url", postgresql.url)
    wait_until(lambda: sleeping(postgresql))
    assert update(postgresql.url, "--changelog-lock-wait-time-in-minutes", "0.01") == 1
    told = capfd.readouterr().err
    assert "LCK-001" in told
    assert "bascule:" in told
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 143


@pytest.mark.postgresql
def test_a_foreign_lock_is_reported_with_its_age_and_the_command_that_frees_it(
    postgresql: Database, changelog: Callable[[str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    changelog("select 1")
    assert main(["update-count", "--count=1", "--changelog-file=changelog.yaml", "--url", postgresql.url]) == 0
    with psycopg.connect(postgresql.url) as connection:
        connection.execute(
            "UPDATE databasechangeloglock SET locked = true, lockedby = 'elsewhere (10.0.0.9)', "
            "lockgranted = localtimestamp - interval '2 hours'"
        )
    assert update(postgresql.url, "--changelog-lock-wait-time-in-minutes", "0") == 1
    told = capfd.readouterr().err
    assert "elsewhere (10.0.0.9)" in told
    assert "2 h 0 min" in told
    assert "bascule release-locks" in told
    assert main(["release-locks", "--url", postgresql.url]) == 0
    assert update(postgresql.url) == 0


@pytest.mark.postgresql
def test_sigterm_cancels_the_statement_frees_the_lock_and_ends_with_143(
    postgresql: Database, changelog: Callable[[str], None], started: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    changelog("select pg_sleep(60)")
    process = started("update", "--changelog-file", "changelog.yaml", "--url", postgresql.url, "--events", "events.jsonl")
    wait_until(lambda: sleeping(postgresql))
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 143
    assert not sleeping(postgresql)
    last = (tmp_path / "events.jsonl").read_text().splitlines()[-1]
    assert '"kind":"result"' in last
    assert '"status":"cancelled"' in last
    assert tables(postgresql) == {"first"}
    changelog("select 1")
    assert update(postgresql.url, "--changelog-lock-wait-time-in-minutes", "0") == 0
    assert tables(postgresql) == {"first", "third"}


@pytest.mark.postgresql
@pytest.mark.kill
def test_after_kill_9_the_next_run_waits_for_the_orphan_then_goes_on_without_help(
    postgresql: Database, changelog: Callable[[str], None], started: Callable[..., subprocess.Popen[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    changelog("select pg_sleep(2)")
    process = started("update", "--changelog-file", "changelog.yaml", "--url", postgresql.url)
    wait_until(lambda: sleeping(postgresql))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert sleeping(postgresql), "the server works on although its client is gone"
    assert update(postgresql.url) == 0
    told = capfd.readouterr().err
    assert "Waiting for session" in told
    assert "Took over the changelog lock" in told
    with psycopg.connect(postgresql.url) as connection:
        rows = connection.execute("SELECT id, orderexecuted FROM databasechangelog ORDER BY orderexecuted").fetchall()
    assert rows == [("1", 1), ("2", 2), ("3", 3)]


@pytest.mark.postgresql
@pytest.mark.kill
def test_the_orphan_is_ended_where_that_is_asked_for(
    postgresql: Database, changelog: Callable[[str], None], started: Callable[..., subprocess.Popen[str]]
) -> None:
    changelog("select pg_sleep(120)")
    process = started("update", "--changelog-file", "changelog.yaml", "--url", postgresql.url)
    wait_until(lambda: sleeping(postgresql))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    changelog("select 1")
    assert update(postgresql.url, "--cancel-orphan") == 0
    assert tables(postgresql) == {"first", "third"}


@pytest.mark.postgresql
def test_a_run_whose_lock_session_is_ended_commits_nothing_more(
    postgresql: Database, changelog: Callable[[str], None], started: Callable[..., subprocess.Popen[str]]
) -> None:
    changelog("select pg_sleep(3)")
    process = started("update", "--changelog-file", "changelog.yaml", "--url", postgresql.url)
    wait_until(lambda: sleeping(postgresql))
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.pid NOT IN "
            "(SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep%')"
        )
    _, told = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "LCK-003" in told
    assert tables(postgresql) == {"first"}


@pytest.mark.postgresql
def test_who_holds_a_table_is_named_and_the_run_goes_on_when_it_is_free(
    postgresql: Database, changelog: Callable[[str], None], started: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    changelog("alter table busy add column extra int")
    with psycopg.connect(postgresql.url) as blocker:
        blocker.execute("CREATE TABLE busy (id int)")
        blocker.commit()
        blocker.execute("SELECT * FROM busy")
        process = started(
            "update", "--changelog-file", "changelog.yaml", "--url", postgresql.url, "--events", "events.jsonl", "--lock-timeout", "1.5"
        )
        wait_until(events_show(tmp_path / "events.jsonl", f"waiting for a lock held by pid {blocker.info.backend_pid}"))
        wait_until(events_show(tmp_path / "events.jsonl", "a lock was not free in time"))
        blocker.rollback()
    assert process.wait(30) == 0
    assert tables(postgresql) == {"first", "busy", "third"}


@pytest.mark.postgresql
def test_a_lock_that_is_never_free_is_given_up_cleanly(
    postgresql: Database, changelog: Callable[[str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    changelog("alter table busy add column extra int")
    with psycopg.connect(postgresql.url) as blocker:
        blocker.execute("CREATE TABLE busy (id int)")
        blocker.commit()
        blocker.execute("SELECT * FROM busy")
        assert update(postgresql.url, "--lock-timeout", "0.2", "--lock-retry-limit", "0.5") == 1
    assert "lock timeout" in capfd.readouterr().err
    assert tables(postgresql) == {"first", "busy"}


@pytest.mark.kill
def test_after_kill_9_a_file_is_free_at_once_and_nothing_runs_twice(
    tmp_path: Path, changelog: Callable[[str], None], started: Callable[..., subprocess.Popen[str]]
) -> None:
    endless = (
        "create table second as with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000000) select max(i) m from n"
    )
    changelog(endless)
    process = started("update", "--changelog-file", "changelog.yaml", "--url", "sqlite:app.db", "--events", "events.jsonl")
    wait_until(events_show(tmp_path / "events.jsonl", '"fqn":"changelog.yaml::2::a"'))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    changelog("create table second (id int)")
    assert update("sqlite:app.db", "--changelog-lock-wait-time-in-minutes", "0") == 0
    with sqlite3.connect("app.db") as connection:
        rows = connection.execute("SELECT ID, ORDEREXECUTED FROM DATABASECHANGELOG ORDER BY 2").fetchall()
    connection.close()
    assert rows == [("1", 1), ("2", 2), ("3", 3)]


def test_sigint_ends_a_long_statement_of_a_file(
    tmp_path: Path, changelog: Callable[[str], None], started: Callable[..., subprocess.Popen[str]]
) -> None:
    changelog(
        "create table second as with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000000) select max(i) m from n"
    )
    process = started("update", "--changelog-file", "changelog.yaml", "--url", "sqlite:app.db", "--events", "events.jsonl")
    wait_until(events_show(tmp_path / "events.jsonl", '"fqn":"changelog.yaml::2::a"'))
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    with sqlite3.connect("app.db") as connection:
        found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        locked = connection.execute("SELECT LOCKED FROM DATABASECHANGELOGLOCK").fetchone()
    connection.close()
    assert "second" not in found
    assert locked == (0,)


def test_two_runs_on_one_file_do_the_work_once(
    tmp_path: Path, changelog: Callable[[str], None], started: Callable[..., subprocess.Popen[str]]
) -> None:
    changelog("create table second (id int)")
    arguments = ("update", "--changelog-file", "changelog.yaml", "--url", "sqlite:app.db")
    ended = [process.communicate(timeout=60) and process.returncode for process in (started(*arguments), started(*arguments))]
    assert ended == [0, 0]
    with sqlite3.connect("app.db") as connection:
        assert connection.execute("SELECT count(*) FROM DATABASECHANGELOG").fetchone() == (3,)
    connection.close()


def of_mariadb(database: Database, *more: str) -> list[str]:
    who = ["--username", database.user, "--password", database.password]
    return ["update", "--changelog-file", "changelog.yaml", "--url", database.jdbc_url, *who, *more]


def holding(database: Database) -> "pymysql.Connection[Any]":
    """A session with an open transaction that has looked at the table `busy`."""
    session = pymysql.connect(
        host=database.host, port=database.port, user=database.user, password=database.password, database=database.name
    )
    with session.cursor() as cursor:
        cursor.execute("CREATE TABLE busy (id int)")
        cursor.execute("SELECT * FROM busy")
    return session


def test_on_mariadb_who_holds_a_table_is_named_and_the_statement_is_tried_again(
    mariadb: Database, changelog: Callable[[str], None], started: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    changelog("alter table busy add column extra int")
    with holding(mariadb) as blocker:
        process = started(*of_mariadb(mariadb, "--events", "events.jsonl", "--lock-timeout", "1"))
        wait_until(events_show(tmp_path / "events.jsonl", f"waiting for a lock held by pid {blocker.thread_id()}"))
        wait_until(events_show(tmp_path / "events.jsonl", "a lock was not free in time"))
        blocker.rollback()
        assert process.wait(30) == 0


def test_on_mariadb_a_lock_that_is_never_free_is_given_up_and_nothing_is_half_done(
    mariadb: Database, changelog: Callable[[str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    changelog("alter table busy add column extra int")
    with holding(mariadb) as blocker:
        assert main(of_mariadb(mariadb, "--lock-timeout", "1", "--lock-retry-limit", "0.5")) == 1
        assert "nothing of it stays" in capfd.readouterr().err
        blocker.rollback()
    assert main(of_mariadb(mariadb)) == 0


def test_sigterm_ends_a_statement_on_mariadb_too_and_what_it_held_is_free(
    mariadb: Database, changelog: Callable[[str], None], started: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    def at_work() -> bool:
        cursor.execute("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'create table second%'")
        return cursor.fetchone() != (0,)

    changelog("create table second as select sleep(60) as nothing")
    with holding(mariadb) as watcher, watcher.cursor() as cursor:
        process = started(*of_mariadb(mariadb, "--events", "events.jsonl"))
        wait_until(at_work)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 143
        assert not at_work()
    assert '"status":"cancelled"' in (tmp_path / "events.jsonl").read_text().splitlines()[-1]
    changelog("create table second as select 1 as nothing")
    assert main(of_mariadb(mariadb, "--changelog-lock-wait-time-in-minutes", "0")) == 0


def test_who_holds_a_file_is_named(tmp_path: Path, changelog: Callable[[str], None], capfd: pytest.CaptureFixture[str]) -> None:
    changelog("create table second (id int)")
    script = "import sqlite3, sys; c = sqlite3.connect('app.db'); c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert update("sqlite:app.db?busy_timeout=200", "--lock-retry-limit", "0.1") == 1
        assert f"pid {holder.pid}" in capfd.readouterr().err
        holder.communicate()
    assert update("sqlite:app.db") == 0


@pytest.mark.postgresql
def test_an_index_made_concurrently_does_not_wait_for_our_own_lock(
    postgresql: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "changelog.sql").write_text(
        "--liquibase formatted sql\n--changeset a:1\ncreate table t (id int);\n"
        "--changeset a:2 runInTransaction:false\ncreate index concurrently i on t (id);\n"
    )
    assert main(["update", "--changelog-file=changelog.sql", "--url", f"{postgresql.url}?options=-c%20statement_timeout=5000"]) == 0
    with psycopg.connect(postgresql.url) as connection:
        assert connection.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass").fetchall() == [(True,)]


@pytest.fixture(params=["postgresql", "mariadb", "sqlite"])
def somewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'left.db'}" if request.param == "sqlite" else request.getfixturevalue(request.param).url


def test_a_run_with_nothing_to_do_frees_the_row_of_one_that_was_killed(
    changelog: Callable[[str], None], somewhere: str, capsys: pytest.CaptureFixture[str]
) -> None:
    changelog("select 1")
    update = ["update", "--url", somewhere, "--changelog-file", "changelog.yaml"]
    assert main(update) == 0
    settings = TargetSettings(url=parse(somewhere))
    with open_target(settings) as target:
        gone = holder_name(target.connection.session)
    with open_target(settings) as target:
        living = holder_name(target.connection.session)
        for holder, is_held in (("another tool (10.0.0.1)", False), (living, True), (gone, False)):
            is_freed = holder == gone and not is_held
            for statement in (*target.lock_table.free(), *target.lock_table.take(holder)):
                target.connection.execute(statement)
            capsys.readouterr()
            held = target.open_session_lock()
            assert not is_held or held.try_acquire()
            assert main(update) == 0
            held.release()
            row = target.lock_table.read(target.connection)
            assert row is not None
            assert row.locked is not is_freed
            assert ("Freed the changelog lock" in capsys.readouterr().err) is is_freed
