"""A whole schema of PostgreSQL goes into a changelog and comes out of it; mutations of each kind are told and carried out."""

# ruff: noqa: F401, F811 - `store` is a fixture

from pathlib import Path

import pytest
import yaml

from bascule.cli.main import main
from bascule.engine import dialects
from bascule.engine.diff.canonical import fingerprint
from bascule.engine.diff.changes import changes
from bascule.engine.diff.compare import compare
from bascule.engine.schema import Schema
from bascule.engine.sql.statement import Statement
from bascule.engine.target import Target
from tests.integration.engine.postgresql_store import CASES, carry_out, opened, seen, store
from tools.servers import Database

POSTGRESQL = dialects.get("postgresql")
pytestmark = pytest.mark.postgresql


def mutated(target: Target, sql: str) -> Schema:
    """What the schema would be."""
    target.connection.begin()
    target.connection.execute(Statement(sql))
    found = seen(target)
    target.connection.rollback()
    return found


@pytest.mark.parametrize("ending", ["xml", "yaml", "json", "sql"])
def test_a_whole_schema_goes_through_a_changelog(
    ending: str, store: Database, postgresql: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / (f"gen.postgresql.{ending}" if ending == "sql" else f"gen.{ending}")
    assert main(["generate-changelog", "-q", "--url", store.url, "--changelog-file", str(file)]) == 0
    assert capsys.readouterr().err == ""
    status = main(["update", "-q", "--search-path", str(tmp_path), "--changelog-file", file.name, "--url", postgresql.url])
    assert status == 0, f"{capsys.readouterr().err}\n{file.read_text()}"
    with opened(store) as target, opened(postgresql) as copy:
        wanted, made = seen(target), seen(copy)
        assert compare(wanted, made) == []
        assert made == wanted
        assert fingerprint(made) == fingerprint(wanted)
        assert changes(wanted, made, POSTGRESQL) == []
        assert main(["diff", "-q", "--reference-url", store.url, "--url", postgresql.url]) == 0


MUTATIONS = yaml.safe_load((CASES / "mutations.postgresql.yaml").read_text())


@pytest.mark.parametrize("mutation", [pytest.param(case["sql"], id=case["case"]) for case in MUTATIONS])
def test_a_mutation_is_carried_out_there_and_back(mutation: str, store: Database) -> None:
    with opened(store) as target:
        before = seen(target)
        wanted = mutated(target, mutation)
        assert compare(wanted, before) != []
        assert fingerprint(wanted) != fingerprint(before)
        target.connection.begin()
        statements = carry_out(changes(wanted, before, POSTGRESQL), target)
        there = seen(target)
        assert compare(wanted, there) == [], statements
        assert fingerprint(there) == fingerprint(wanted)
        statements = carry_out(changes(before, there, POSTGRESQL), target)
        back = seen(target)
        assert compare(before, back) == [], statements
        assert fingerprint(back) == fingerprint(before)
        target.connection.rollback()
