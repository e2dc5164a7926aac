"""A run with nothing to do imports no change type, no driver but its own, and none of the heavy libraries."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.servers import Database

FORBIDDEN = (
    "sqlglot",
    "pydantic",
    "sqlalchemy",
    "httpx",
    "rich",
    "fastapi",
    "asyncio",
    "bascule.manager",
    "bascule.delegate",
    "bascule.policy",
    "bascule.engine.access",
)
NOT_ON_A_WARM_RUN = (
    "bascule.engine.run",
    "bascule.engine.world",
    "bascule.engine.changelog.loader",
    "bascule.engine.changelog.bind",
    "yaml",
    "csv",
    "difflib",
    "pkgutil",
    "random",
    "tempfile",
    "subprocess",
)
NOT_READ = tuple(f"bascule.engine.dialects.postgresql.inspect.{part}" for part in ("relations", "code", "rights", "remarks"))
CHANGELOG = """--liquibase formatted sql
--changeset a:1
create table one (id int);
--changeset a:2
create table two (id int);
"""


def imported(*arguments: str) -> set[str]:
    program = f"import sys; from bascule.cli.main import main; sys.exit(main({list(arguments)!r}))"
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1000:]
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def heavy(modules: set[str], *drivers: str) -> list[str]:
    unwanted = (*FORBIDDEN, *drivers)
    return sorted(
        name
        for name in modules
        if any(name == word or name.startswith(f"{word}.") for word in unwanted) or name.startswith("bascule.engine.changes.")
    )


@pytest.mark.parametrize("verb", ["update", "status"])
def test_on_sqlite(verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("changelog.sql").write_text(CHANGELOG)
    imported("update", "--changelog-file", "changelog.sql", "--url", "sqlite:app.db")
    modules = imported(verb, "--changelog-file", "changelog.sql", "--url", "sqlite:app.db")
    assert heavy(modules, "psycopg", "pymysql", *NOT_ON_A_WARM_RUN) == []


@pytest.mark.postgresql
def test_on_postgresql(postgresql: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("changelog.sql").write_text(CHANGELOG)
    imported("update", "--changelog-file", "changelog.sql", "--url", postgresql.url)
    modules = imported("update", "--changelog-file", "changelog.sql", "--url", postgresql.url)
    assert [name for name in heavy(modules, "sqlite3", "pymysql", *NOT_READ) if not name.startswith("asyncio")] == []


def test_help_imports_no_engine(tmp_path: Path) -> None:
    assert not [name for name in imported("--help") if name.startswith("bascule.engine")]


def test_the_version_is_told_without_the_command_line() -> None:
    assert not imported("--version") & {"click", "msgspec", "bascule.cli.program"}
