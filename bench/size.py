"""What large things cost: long changelogs, a million rows, thousands of tables; and a run in a process that is warm already."""

import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.changelogs import ROWS_TABLE, rows_changelog, table_per_changeset
from bench.measure import Figure, call, environment, installed, peak_mib, process
from tools.servers import Database, Server, start_mariadb, start_postgresql

BASCULE = str(Path(sys.executable).parent / "bascule")
ROWS = 1_000_000
TABLES = 2000
_COLUMNS = "ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE, MD5SUM, DESCRIPTION, COMMENTS, LIQUIBASE, DEPLOYMENT_ID"


def _update(root: Path, url: str) -> list[str]:
    return [BASCULE, "update", "--changelog-file", root.name, "--search-path", str(root.parent), "--url", url]


def _recorded(root: Path, database: Path) -> str:
    """A file of SQLite whose history holds the whole changelog, as changelog-sync would leave it; returns its URL."""
    from bascule.engine.changelog.checksums import checksum
    from bascule.engine.changelog.load import LoadSettings, load
    from bascule.engine.written.files import Files

    url = f"jdbc:sqlite:{database}"
    one = table_per_changeset(root.parent / "one", 1)
    subprocess.run([BASCULE, "changelog-sync", *_update(one, url)[2:], "--quiet"], check=True, capture_output=True, env=environment())
    files = Files([root.parent])
    changesets = load(root.name, files, settings=LoadSettings(dbms="sqlite"), cache=None).changesets
    rows = [
        (c.id, c.author, c.file, "2024-01-01 00:00:00", n, "EXECUTED", checksum(c, dbms="sqlite", files=files), "createTable", "", "b", "1")
        for n, c in enumerate(changesets, 1)
    ]
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM DATABASECHANGELOG")
        connection.executemany(f"INSERT INTO DATABASECHANGELOG ({_COLUMNS}) VALUES ({', '.join('?' * 11)})", rows)
    return url


def _forked(argv: list[str]) -> tuple[float, ...]:
    """Wall milliseconds of a run forked from a process that has imported what a delegate's warm parent does; several from one."""
    program = (
        "import importlib, os, sys, time\n"
        "from bascule.cli.delegate import _modules\n"
        "from bascule.cli.main import main\n"
        "for name in _modules(): importlib.import_module(name)\n"
        "import gc; gc.freeze()\n"
        "for _ in range(8):\n"
        "    began = time.perf_counter(); child = os.fork()\n"
        "    if not child:\n"
        "        sink = os.open(os.devnull, os.O_WRONLY); os.dup2(sink, 1); os.dup2(sink, 2)\n"
        "        os._exit(main(sys.argv[1:]))\n"
        "    assert os.waitpid(child, 0)[1] == 0\n"
        "    print((time.perf_counter() - began) * 1000)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *argv[1:]], env=environment(), capture_output=True, text=True, check=True)
    return tuple(float(line) for line in done.stdout.split()[1:])


def _long(folder: Path) -> Iterator[Figure]:
    for count, cold_budget, warm_budget in ((10_000, 2500, 600), (50_000, None, 2000)):
        root = table_per_changeset(folder / f"log{count}", count)
        url = _recorded(root, folder / f"{count}.db")
        cold = process(_update(root, url), runs=2, env=environment(BASCULE_CACHE_DIR="off"))
        yield Figure(f"no-op update, {count:,} YAML changesets, nothing cached", cold, budget=cold_budget)
        env = environment(BASCULE_CACHE_DIR=str(folder / "cache"))
        yield Figure(f"no-op update, {count:,} YAML changesets", process(_update(root, url), env=env), budget=warm_budget)
        yield Figure("memory of that", (peak_mib(_update(root, url), env=env),), unit="MiB", budget=150 if count == 10_000 else None)


def _warm(folder: Path, server: Server) -> Iterator[Figure]:
    root = table_per_changeset(folder / "log1000", 1000)
    os.environ["BASCULE_CACHE_DIR"] = str(folder / "cache")  # of the forked runs
    for name, url in (("SQLite", f"jdbc:sqlite:{folder / '1000.db'}"), ("PostgreSQL", server.create().url)):
        process(_update(root, url), runs=0, env=environment())
        yield Figure(f"no-op update, 1,000 changesets, {name}, in a warm process", _forked(_update(root, url)), budget=60)


def _copy(rows: Path, database: Database) -> None:
    import psycopg

    with psycopg.connect(database.url) as connection, connection.cursor() as cursor, rows.open() as file:
        cursor.execute(ROWS_TABLE)
        with cursor.copy("COPY many FROM STDIN (FORMAT csv, HEADER)") as stream:
            while block := file.read(64 * 1024):
                stream.write(block)


def _load_data(rows: Path, database: Database) -> None:
    import pymysql

    with (
        pymysql.connect(
            host=database.host,
            port=database.port,
            user=database.user,
            password=database.password,
            database=database.name,
            local_infile=True,
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(ROWS_TABLE)
        cursor.execute(f"LOAD DATA LOCAL INFILE '{rows}' INTO TABLE many FIELDS TERMINATED BY ',' IGNORE 1 LINES")
        connection.commit()


def _executemany(rows: Path, database: Path) -> None:
    with sqlite3.connect(database) as connection, rows.open(newline="") as file:
        connection.execute(ROWS_TABLE)
        reader = csv.reader(file)
        next(reader)
        connection.executemany("INSERT INTO many VALUES (?, ?, ?, ?)", reader)


def _rows(folder: Path, postgresql: Server, mariadb: Server) -> Iterator[Figure]:
    root = rows_changelog(folder / "rows", ROWS)
    file = root.with_name("rows.csv")
    bare: list[tuple[str, str, Callable[[], object], str]] = [
        ("SQLite", "executemany", lambda: _executemany(file, folder / "bare.db"), f"jdbc:sqlite:{folder / 'rows.db'}"),
        ("PostgreSQL", "COPY", lambda: _copy(file, postgresql.create()), postgresql.create().url),
        ("MariaDB", "LOAD DATA LOCAL", lambda: _load_data(file, mariadb.create()), mariadb.create().url),
    ]
    for name, way, load, url in bare:
        baseline = call(load, runs=1)
        yield Figure(f"{ROWS:,} rows by {way}, {name}", baseline)
        began = time.perf_counter()
        peak = peak_mib(_update(root, url), env=environment())
        took = (time.perf_counter() - began) * 1000
        note = f"{took / baseline[0]:.2f} × {way} (budget 1.5), at most {peak:.0f} MiB"
        yield Figure(f"loadData of {ROWS:,} rows, {name}", (took,), note=note)


def _tables(folder: Path, server: Server) -> Iterator[Figure]:
    import psycopg

    places = [server.create() for _ in range(2)]
    for place in places:
        with psycopg.connect(place.url, autocommit=True) as connection:
            for n in range(TABLES):
                reference = f", up integer REFERENCES t{n - 1} (id)" if n else ""
                table = f"CREATE TABLE t{n} (id integer PRIMARY KEY, label varchar(50) NOT NULL DEFAULT 'x', at timestamp{reference})"
                connection.execute(f"{table}; CREATE INDEX t{n}_label ON t{n} (label)".encode())
    one, other = (place.url for place in places)
    snapshot = [BASCULE, "snapshot", "--url", one, "--snapshot-format", "json", "--output-file", str(folder / "snapshot.json")]
    yield Figure(f"snapshot of {TABLES:,} tables, PostgreSQL", process(snapshot, runs=3), budget=3000)
    yield Figure("diff of two such", process([BASCULE, "diff", "--url", one, "--reference-url", other], runs=3), budget=8000)


def figures() -> Iterator[Figure]:
    """One line after the other, as soon as it is known."""
    postgresql, mariadb = start_postgresql(), start_mariadb()
    try:
        with tempfile.TemporaryDirectory(prefix="bascule-bench-") as name:
            folder = Path(name)
            os.environ["PYTHONPATH"] = installed(folder)
            yield from _warm(folder, postgresql)
            yield from _tables(folder, postgresql)
            yield from _rows(folder, postgresql, mariadb)
            yield from _long(folder)
    finally:
        postgresql.stop()
        mariadb.stop()
