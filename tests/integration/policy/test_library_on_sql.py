"""The library judges SQL as people write it, by what our recogniser makes of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bascule.engine.operations import describe
from bascule.engine.sql.recognise import recognise
from bascule.engine.sql.split import split
from bascule.policy import library
from bascule.policy.evaluate import evaluate
from bascule.policy.workers import WorkerPool

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "policies.yaml").read_text())
JUDGES = [entry.policy() for entry in library.entries() if entry.identifier not in {"no_drop", "table_name_length", "schema_name_length"}]
DIALECTS = {"sqlserver": "mssql"}


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(size=2)
    yield pool
    pool.close()


def document(case: dict[str, Any]) -> dict[str, Any]:
    """The input that a plan of this one statement leads to."""
    of = case.get("dialect", "postgresql")
    operations = [describe(operation, "a.sql:1", "a.sql::1::ada") for operation in recognise(case["sql"], DIALECTS.get(of, of))]
    statements = split(case["sql"])
    changeset = {"fqn": "a.sql::1::ada", "source": "a.sql:1", "labels": [], "rollback": "written", "sqlStatements": statements}
    return {
        "dbInstance": {"type": f"jdbc:{of}"},
        "environment": {"tier": case.get("tier", "dev")},
        "sqlStatements": statements,
        "operations": operations,
        "operationsVersion": 1,
        "changesets": [changeset],
    }


@pytest.mark.parametrize("case", CASES, ids=[f"{case.get('dialect', 'postgresql')}: {case['sql']}" for case in CASES])
def test_sql_is_judged_by_what_it_does(case: dict[str, Any], pool: WorkerPool) -> None:
    results = evaluate(JUDGES, document(case), evaluator=pool).results
    assert [result.denied for result in results if result.failed] == []
    assert sorted(result.policy.removesuffix(".rego") for result in results if result.denied) == case["denied"]
    assert sorted(result.policy.removesuffix(".rego") for result in results if result.warned) == case.get("warned", [])
