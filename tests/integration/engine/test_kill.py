"""kill -9 at chosen moments: whatever the moment, running again finishes the work, nothing runs twice, nobody has to help."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from bascule.cli.main import main
from tools.servers import Database

COUNT = 8
PROGRAM = [sys.executable, "-c", "import sys; from bascule.cli.main import main; sys.exit(main())"]

MOMENTS = {
    "before anything is locked": '"kind":"started"',
    "while the first changeset runs": '"kind":"changeset.started","at":',
    "after a statement, before its commit": '"fqn":"changelog.sql::2::k","sha256"',
    "between two changesets": '"fqn":"changelog.sql::3::k","id":"3","author":"k","file":"changelog.sql","status":"EXECUTED"',
    "in the middle of a run": '"fqn":"changelog.sql::5::k","sha256"',
    "after the last changeset": f'"fqn":"changelog.sql::{COUNT}::k","id":"{COUNT}","author":"k","file":"changelog.sql","status":"EXECUTED"',
}


def write_changelog(folder: Path, pause: str) -> None:
    """Each changeset notes itself in a table without a key: what runs twice is seen twice."""
    lines = ["--liquibase formatted sql", "--changeset k:0", "create table noted (n int);"]
    for number in range(1, COUNT + 1):
        lines += [f"--changeset k:{number}", f"insert into noted values ({number});", f"{pause};", f"create table t{number} (id int);"]
    (folder / "changelog.sql").write_text("\n".join(lines))


def kill_when(url: str, text: str | None, delay: float = 0.0) -> None:
    """Runs an update and kills it when its events show `text`, or after `delay`; a run that ended before is fine too."""
    Path("events.jsonl").unlink(missing_ok=True)
    arguments = ["update", "--changelog-file", "changelog.sql", "--url", url, "--events", "events.jsonl"]
    process = subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + (30.0 if text else delay)
    try:
        while process.poll() is None and time.monotonic() < deadline:
            if text and Path("events.jsonl").exists() and text in Path("events.jsonl").read_text():
                break
            time.sleep(0.002)
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()


def run_again(url: str) -> None:
    assert main(["update", "--changelog-file", "changelog.sql", "--url", url, "--changelog-lock-wait-time-in-minutes", "0.5"]) == 0


def check(noted: list[int], recorded: list[str]) -> None:
    assert sorted(noted) == list(range(1, COUNT + 1))
    assert recorded == [str(number) for number in range(COUNT + 1)]


def check_postgresql(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        noted = [row[0] for row in connection.execute("SELECT n FROM noted").fetchall()]
        recorded = [row[0] for row in connection.execute("SELECT id FROM databasechangelog ORDER BY orderexecuted").fetchall()]
        assert connection.execute("SELECT locked FROM databasechangeloglock").fetchall() == [(False,)]
    check(noted, recorded)


def check_sqlite(path: str) -> None:
    connection = sqlite3.connect(path)
    noted = [row[0] for row in connection.execute("SELECT n FROM noted")]
    recorded = [row[0] for row in connection.execute("SELECT ID FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED")]
    connection.close()
    check(noted, recorded)


@pytest.mark.kill
@pytest.mark.postgresql
@pytest.mark.parametrize("moment", MOMENTS)
def test_postgresql_killed(moment: str, postgresql: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_changelog(tmp_path, "select pg_sleep(0.05)")
    kill_when(postgresql.url, MOMENTS[moment])
    run_again(postgresql.url)
    check_postgresql(postgresql)


@pytest.mark.kill
@pytest.mark.parametrize("moment", MOMENTS)
def test_sqlite_killed(moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_changelog(tmp_path, "with recursive n(i) as (select 1 union all select i + 1 from n where i < 50000) select max(i) from n")
    kill_when("sqlite:app.db", MOMENTS[moment])
    run_again("sqlite:app.db")
    check_sqlite("app.db")


@pytest.mark.kill
@pytest.mark.postgresql
def test_postgresql_killed_at_any_moment(
    postgresql_server: object, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = request.config.getoption("--kill-rounds")
    if not rounds:
        pytest.skip("make kill N=… runs it")
    monkeypatch.chdir(tmp_path)
    write_changelog(tmp_path, "select pg_sleep(0.02)")
    chance = random.Random(7)
    for _ in range(rounds):
        database = postgresql_server.create()  # type: ignore[attr-defined]  # tools.servers.Server
        kill_when(database.url, None, chance.uniform(0.1, 2.0))
        run_again(database.url)
        check_postgresql(database)
        postgresql_server.drop(database)  # type: ignore[attr-defined]  # tools.servers.Server
