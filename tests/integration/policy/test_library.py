"""The policies we ship: each has its facts and its tests, and judges SQL by what it does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.policy import library
from bascule.policy.evaluate import check, evaluate
from bascule.policy.model import PolicyText
from bascule.policy.testing import run
from bascule.policy.workers import WorkerPool

FOLDER = Path(library.__file__).parent
ENTRIES = {entry.identifier: entry for entry in library.entries()}


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(size=2)
    yield pool
    pool.close()


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES.keys())
def test_a_policy_says_what_it_is_and_compiles(entry: library.Entry, pool: WorkerPool) -> None:
    assert entry.about.title
    assert entry.about.description
    assert entry.about.code.startswith("POL-1")
    assert f"package bascule.policies.{entry.identifier}\n" in entry.text
    assert check(entry.policy(), evaluator=pool) == ()
    assert (FOLDER / f"{entry.identifier}_test.rego").exists()


def test_every_code_is_used_once() -> None:
    codes = [entry.about.code for entry in ENTRIES.values()]
    assert sorted(codes) == sorted(set(codes))


def test_the_tests_beside_the_policies_pass(pool: WorkerPool) -> None:
    results = list(run(FOLDER, evaluator=pool))
    assert [(result.file, result.name, str(result.problem)) for result in results if result.outcome != "passed"] == []
    assert {result.file.removesuffix("_test.rego") for result in results} == ENTRIES.keys()


def test_a_plain_pattern_over_text_in_harness_style_works_unchanged(pool: WorkerPool) -> None:
    """The weakness of such a rule is its own: the comment trips it. Ours looks at operations."""
    theirs = PolicyText(
        name="theirs",
        version="v0",
        text="""
package db_sql

rules := [
  {
    "types": ["jdbc:postgresql", "jdbc:mysql"],
    "environments": ["prod"],
    "regex": ["drop\\\\s+table", "drop\\\\s+column"]
  }
]

deny[msg] {
  some i, k, l
  input.dbInstance.type == rules[i].types[k]
  input.dbInstance.tags.env == rules[i].environments[_]
  regex.match(concat("", [".*", rules[i].regex[l], ".*"]), lower(input.sqlStatements[j]))
  msg := sprintf("dropping data is not permitted: %s", [input.sqlStatements[j]])
}
""",
    )
    instance = {"identifier": "prod", "type": "jdbc:postgresql", "tags": {"env": "prod"}}

    def judge(*statements: str) -> list[str]:
        (result,) = evaluate([theirs], {"dbInstance": instance, "sqlStatements": list(statements)}, evaluator=pool).results
        assert not result.failed, result.denied
        return [problem.what for problem in result.denied]

    assert judge("DROP TABLE person") == ["dropping data is not permitted: DROP TABLE person"]
    assert judge("ALTER TABLE trip ADD dropoff_at timestamp") == []
    assert judge("-- drop table person") != []
