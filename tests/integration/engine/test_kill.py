"""kill -9 at random moments: whatever the moment, running again finishes the work, nothing runs twice, nobody has to help.

The moments are fixed by seeds, so that a failure comes again: twenty per database here, more by `make kill N=…`.
"""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pymysql
import pytest

from bascule.cli.main import main
from tests.integration.engine.warm import Run, Warm
from tools.servers import Database, Server

COUNT = 3
SEEDS = 20
SQLITE_PAUSE = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) select max(i) from n"

pytestmark = pytest.mark.kill


class Place(Protocol):
    """One database of the suite: how it is named on the command line, how it is looked at."""

    pause: str
    true: str

    def connect(self) -> tuple[str, ...]: ...
    def run(self, sql: str) -> None: ...
    def query(self, sql: str) -> list[tuple[Any, ...]]: ...
    def tables(self) -> set[str]: ...
    def fresh(self) -> None: ...
    def end_other_sessions(self) -> None: ...


class Sqlite:
    pause = SQLITE_PAUSE
    true = "1"

    def connect(self) -> tuple[str, ...]:
        return ("--url", "sqlite:app.db?synchronous=OFF")  # the machine goes on: what was written is there, on disk or not

    def run(self, sql: str) -> None:
        with sqlite3.connect("app.db") as connection:
            connection.execute(sql)
        connection.close()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect("app.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def tables(self) -> set[str]:
        return {row[0].lower() for row in self.query("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def fresh(self) -> None:
        for path in Path().glob("app.db*"):
            path.unlink()

    def end_other_sessions(self) -> None:
        """A file has none."""


class Postgresql:
    pause = "select pg_sleep(0.005)"
    true = "TRUE"

    def __init__(self, server: Server) -> None:
        self.database: Database = server.create()

    def connect(self) -> tuple[str, ...]:
        return ("--url", self.database.url)

    def run(self, sql: str) -> None:
        with psycopg.connect(self.database.url, autocommit=True) as connection:
            connection.execute(sql.encode())

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database.url, autocommit=True) as connection:
            return connection.execute(sql.encode()).fetchall()

    def tables(self) -> set[str]:
        return {row[0] for row in self.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")}

    def fresh(self) -> None:
        self.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def end_other_sessions(self) -> None:
        self.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE '%pg_try_advisory_lock%'"
        )


class Mariadb:
    pause = "do sleep(0.005)"
    true = "1"

    def __init__(self, server: Server) -> None:
        self.database: Database = server.create()

    def connect(self) -> tuple[str, ...]:
        base = self.database
        return ("--url", base.jdbc_url, "--username", base.user, "--password", base.password)

    def run(self, sql: str) -> None:
        self.query(sql)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        base = self.database
        with pymysql.connect(
            host=base.host, port=base.port, user=base.user, password=base.password, database=base.name, autocommit=True
        ) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return list(cursor.fetchall())

    def tables(self) -> set[str]:
        return {row[0].lower() for row in self.query("SHOW TABLES")}

    def fresh(self) -> None:
        self.query(f"DROP TABLE IF EXISTS {', '.join(sorted(row[0] for row in self.query('SHOW TABLES')))}")

    def end_other_sessions(self) -> None:
        rows = self.query("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()")
        for (number,) in rows:
            try:
                self.query(f"KILL {number}")
            except pymysql.MySQLError:
                continue  # it has just ended


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql), "mariadb"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    if request.param == "sqlite":
        yield Sqlite()
        return
    server: Server = request.getfixturevalue(f"{request.param}_server")
    made: Postgresql | Mariadb = Postgresql(server) if request.param == "postgresql" else Mariadb(server)
    yield made
    server.drop(made.database)


def write_changelog(pause: str) -> None:
    """Each changeset notes itself in a table without a key: what runs twice is seen twice."""
    lines = ["--liquibase formatted sql", "--changeset k:0", "create table noted (n int);"]
    for number in range(1, COUNT + 1):
        lines += [f"--changeset k:{number}", f"insert into noted values ({number});", f"create table t{number} (id int);", f"{pause};"]
        lines += [f"create index i{number} on t{number} (id);"]
        lines += [f"--rollback drop table t{number};", f"--rollback delete from noted where n = {number};"]
    Path("changelog.sql").write_text("\n".join(lines))


def arguments(place: Place, verb: str, *more: str) -> tuple[str, ...]:
    return (verb, "--changelog-file", "changelog.sql", *place.connect(), *more)


def finish(place: Place) -> None:
    """Runs again, and looks that everything is there once."""
    assert main(list(arguments(place, "update", "--changelog-lock-wait-time-in-minutes", "0.5"))) == 0
    assert sorted(row[0] for row in place.query("SELECT n FROM noted")) == list(range(1, COUNT + 1))
    recorded = [row[0] for row in place.query("SELECT ID FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED")]
    assert recorded == [str(number) for number in range(COUNT + 1)]
    made = {f"t{number}" for number in range(1, COUNT + 1)}
    assert place.tables() == {"noted", "databasechangelog", "databasechangeloglock"} | made
    assert not any(row[0] for row in place.query("SELECT LOCKED FROM DATABASECHANGELOGLOCK") if row[0] not in (b"\x00", 0, False))


def measured(warm: Warm, place: Place, verb: str, *more: str) -> float:
    started = time.monotonic()
    assert warm.run(*arguments(place, verb, *more)) == 0
    return time.monotonic() - started


def after(run: Run, seconds: float, then: Callable[[], Any]) -> None:
    time.sleep(seconds)
    then()


def rounds_of(request: pytest.FixtureRequest, part: int = 1) -> int:
    return int(request.config.getoption("--kill-rounds")) or SEEDS // part


def test_killed_at_any_moment(place: Place, warm: Warm, request: pytest.FixtureRequest) -> None:
    write_changelog(place.pause)
    whole = measured(warm, place, "update")
    for seed in range(rounds_of(request)):
        place.fresh()
        run = warm.start(*arguments(place, "update"))
        after(run, random.Random(seed).uniform(0, whole), run.kill)
        finish(place)


def test_killed_at_any_moment_of_a_rollback(place: Place, warm: Warm, request: pytest.FixtureRequest) -> None:
    write_changelog(place.pause)
    finish(place)
    rollback = ("rollback-count", "--count", str(COUNT))
    whole = measured(warm, place, *rollback)
    for seed in range(rounds_of(request, 4)):
        finish(place)
        run = warm.start(*arguments(place, *rollback))
        after(run, random.Random(seed).uniform(0, whole), run.kill)
        left = len(place.query("SELECT ID FROM DATABASECHANGELOG")) - 1
        if left:  # it goes on where it was broken off
            assert main(list(arguments(place, "rollback-count", "--count", str(left)))) == 0
        assert place.query("SELECT n FROM noted") == []
        assert place.tables() == {"noted", "databasechangelog", "databasechangeloglock"}


def test_the_servers_side_of_the_connection_is_killed_at_any_moment(place: Place, warm: Warm, request: pytest.FixtureRequest) -> None:
    if isinstance(place, Sqlite):
        pytest.skip("SQLite has no server")
    write_changelog(place.pause)
    whole = measured(warm, place, "update")
    for seed in range(rounds_of(request, 4)):
        place.fresh()
        run = warm.start(*arguments(place, "update"))
        after(run, random.Random(seed).uniform(0.05, whole), place.end_other_sessions)
        assert run.wait() in (0, 1), "it says what became of it"
        finish(place)


def test_killed_while_it_waits_for_the_lock(place: Place, warm: Warm) -> None:
    write_changelog(place.pause)
    assert warm.run(*arguments(place, "update-count", "--count", "1")) == 0
    place.run("UPDATE DATABASECHANGELOGLOCK SET LOCKED = " + place.true + ", LOCKEDBY = 'elsewhere (10.0.0.9)'")
    run = warm.start(*arguments(place, "update"))
    while "elsewhere (10.0.0.9)" not in Path("out.txt").read_text():
        time.sleep(0.01)
    assert run.kill() == -9
    assert main(["release-locks", *place.connect()]) == 0
    finish(place)
