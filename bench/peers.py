"""The peers beside us, in one run on one machine: Liquibase, dbmate and Alembic, each with the same 1,000 tables. `PEERS=1 make bench`."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.changelogs import alembic_revisions, dbmate_migrations, table_per_changeset
from bench.measure import Figure, environment, installed, process
from tools.peers.liquibase import CACHE, fetch, npm_package
from tools.servers import Database, start_postgresql

COUNT = 1000
NO_OPS = 5
DBMATE = "@dbmate/linux-x64@2.36.0"
ALEMBIC = "alembic==1.16.5"
BASCULE = str(Path(sys.executable).parent / "bascule")

Argv = tuple[list[str], Path, dict[str, str]]
"""A command, where it is run, and what its environment has besides."""


def _alembic() -> str:
    """Its program, in an environment of its own: it brings its own SQLAlchemy."""
    folder = CACHE / ALEMBIC
    if not (folder / "bin" / "alembic").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "-q", ALEMBIC, "psycopg[binary]"], check=True)
    return str(folder / "bin" / "alembic")


def _tools(folder: Path) -> dict[str, Callable[[Database | Path], Argv]]:
    """Each tool's `update`, for a PostgreSQL database or a file of SQLite."""
    root = table_per_changeset(folder / "log", COUNT)
    migrations, revisions = dbmate_migrations(folder / "dbmate", COUNT), alembic_revisions(folder / "alembic", COUNT)
    liquibase, dbmate, alembic = fetch() / "liquibase", npm_package(DBMATE) / "bin" / "dbmate", _alembic()
    for program in (liquibase, dbmate):
        program.chmod(0o755)

    def bascule(place: Database | Path) -> Argv:
        url = place.url if isinstance(place, Database) else f"jdbc:sqlite:{place}"
        argv = [BASCULE, "update", "--changelog-file", root.name, "--search-path", str(root.parent), "--url", url]
        return argv, folder, {"BASCULE_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": installed(folder)}

    def liquibase_update(place: Database | Path) -> Argv:
        options = ["--show-banner=false", f"--search-path={root.parent}"]
        if isinstance(place, Database):
            options += [f"--url={place.jdbc_url}", f"--username={place.user}", f"--password={place.password}"]
        else:
            options += [f"--url=jdbc:sqlite:{place}"]
        return [str(liquibase), *options, "update", f"--changelog-file={root.name}"], folder, {}

    def dbmate_up(place: Database | Path) -> Argv:
        url = f"{place.url.replace('postgresql:', 'postgres:')}?sslmode=disable" if isinstance(place, Database) else f"sqlite:{place}"
        return [str(dbmate), "--url", url, "--migrations-dir", str(migrations), "--no-dump-schema", "up"], folder, {}

    def alembic_upgrade(place: Database | Path) -> Argv:
        url = place.url.replace("postgresql:", "postgresql+psycopg:") if isinstance(place, Database) else f"sqlite:///{place}"
        return [alembic, "upgrade", "head"], revisions, {"DATABASE_URL": url}

    return {"Bascule": bascule, "Liquibase 4.28.1": liquibase_update, "dbmate 2.36": dbmate_up, "Alembic 1.16": alembic_upgrade}


def figures() -> Iterator[Figure]:
    """First update and no-op of each tool, the ratio to ours behind it."""
    if shutil.which("java") is None:
        raise SystemExit("the peers want Java 17 and npm")
    server = start_postgresql()
    try:
        with tempfile.TemporaryDirectory(prefix="bascule-peers-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            tools = _tools(folder)
            for database in ("PostgreSQL", "SQLite"):
                ours: dict[str, float] = {}
                for tool, update in tools.items():
                    place = server.create() if database == "PostgreSQL" else folder / f"{tool.split()[0].lower()}.db"
                    argv, cwd, more = update(place)
                    env = environment(**more, PATH=os.environ["PATH"])
                    for what, runs in (("first update", 0), (f"no-op after {COUNT}", NO_OPS)):
                        yield _compared(tool, what, database, process(argv, runs=runs, env=env, cwd=cwd, warm=what != "first update"), ours)
    finally:
        server.stop()


def _compared(tool: str, what: str, database: str, values: tuple[float, ...], ours: dict[str, float]) -> Figure:
    figure = Figure(f"{what}, {COUNT} tables, {database}: {tool}", values)
    first = ours.setdefault(what, figure.median)
    return figure if figure.median is first else Figure(figure.what, values, note=f"{figure.median / first:.1f} × ours")
