"""The engine as a command: cold start, no-op, first update."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import schemas
from bench.changelogs import table_per_changeset
from bench.measure import Figure, call, environment, installed, peak_mib, process
from tools.servers import Database, start_postgresql

BASCULE = str(Path(sys.executable).parent / "bascule")
COUNT = 1000


def _argv(verb: str, root: Path, url: str) -> list[str]:
    return [BASCULE, verb, "--changelog-file", root.name, "--search-path", str(root.parent), "--url", url]


def _loop(database: Database, count: int) -> None:
    """What the same work costs with nothing but the driver: a table and a history row, one commit each."""
    import psycopg

    row = "INSERT INTO history (id, author, filename, checksum) VALUES (%s, %s, %s, %s)"
    with psycopg.connect(database.url) as connection:
        connection.execute("CREATE TABLE history (id text, author text, filename text, checksum text)")
        connection.commit()
        for n in range(count):
            connection.execute(f"CREATE TABLE t{n} (id INTEGER NOT NULL, label VARCHAR(50), PRIMARY KEY (id))".encode())
            connection.execute(row, (f"t{n}", "bench", "changelog.yaml", "9:0"))
            connection.commit()


def figures() -> Iterator[Figure]:
    """One line after the other, as soon as it is known."""
    with tempfile.TemporaryDirectory(prefix="bascule-bench-") as name:
        folder = Path(name)
        env = environment(BASCULE_CACHE_DIR=str(folder / "cache"), PYTHONPATH=installed(folder))
        root = table_per_changeset(folder / "log", COUNT)
        yield Figure("an interpreter that does nothing", process([sys.executable, "-c", "pass"]), note="python -c pass")
        yield Figure("bascule --version", process([BASCULE, "--version"], env=env))

        sqlite = f"jdbc:sqlite:{folder / 'bench.db'}"
        process(_argv("update", root, sqlite), runs=0, env=env)  # applies all of it
        yield Figure(f"no-op update, {COUNT} changesets, SQLite", process(_argv("update", root, sqlite), env=env), budget=150)
        yield Figure(f"status, {COUNT} changesets, SQLite", process(_argv("status", root, sqlite), env=env))
        peak = peak_mib(_argv("update", root, sqlite), env=env)
        yield Figure("memory of that no-op update", (peak,), unit="MiB", budget=60)
        fresh = call(lambda: process(_argv("update", root, f"jdbc:sqlite:{folder / 'first.db'}"), runs=0, env=env), runs=1)
        yield Figure(f"first update, {COUNT} changesets, SQLite", fresh)

        server = start_postgresql()
        try:
            ours, loop = server.create(), server.create()
            baseline = call(lambda: _loop(loop, COUNT), runs=1)
            url = ours.url
            update = call(lambda: process(_argv("update", root, url), runs=0, env=env), runs=1)
            ratio = update[0] / baseline[0]
            yield Figure(f"a bare psycopg loop, {COUNT} × (DDL, row, commit)", baseline)
            yield Figure(f"first update, {COUNT} changesets, PostgreSQL", update, note=f"{ratio:.2f} × the loop (budget 1.5)")
            yield Figure(f"no-op update, {COUNT} changesets, PostgreSQL", process(_argv("update", root, url), env=env), budget=300)
            yield Figure(f"status, {COUNT} changesets, PostgreSQL", process(_argv("status", root, url), env=env))
            yield from schemas.figures(server, BASCULE, env)
        finally:
            server.stop()
