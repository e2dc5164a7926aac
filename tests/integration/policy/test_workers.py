"""Policies run in real worker processes, within their bounds."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.policy.evaluate import check, evaluate
from bascule.policy.model import Limits, PolicyText
from bascule.policy.workers import WorkerPool

NO_DROP = PolicyText(
    name="no_drop",
    version="v0",
    text="""
package db_sql

deny[msg] {
  sql := input.sqlStatements[_]
  regex.match("(?i)drop\\\\s+table", sql)
  msg := sprintf("DROP is not allowed: %s", [sql])
}
""",
)

RICH = PolicyText(
    name="rich",
    text="""
# METADATA
# title: No table is dropped
# custom: {code: ACME-7}
package acme["db-rules"]

deny contains {"what": sprintf("drop of %s", [o.name]), "where": o.source, "fix": "keep it"} if {
	some o in input.operations
	o.kind == "drop_table"
}

warn contains "look twice" if count(input.operations) > 1
""",
)

ENDLESS = PolicyText(
    name="endless",
    text="""
package endless

deny contains "never" if {
	some a in numbers.range(1, 100000)
	some b in numbers.range(1, 100000)
	a * b == -1
}
""",
)

BOMB = PolicyText(
    name="bomb",
    text="""
package bomb

all := [x | some a in numbers.range(1, 3000); some b in numbers.range(1, 3000); x := sprintf("%d and %d", [a, b])]

deny contains "boom" if count(all) > 0
""",
)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(size=2)
    yield pool
    pool.close()


def test_a_policy_in_harness_syntax_denies_with_its_message(pool: WorkerPool) -> None:
    verdict = evaluate([NO_DROP], {"sqlStatements": ["DROP TABLE person", "SELECT 1"]}, evaluator=pool)
    assert not verdict.is_allowed
    assert [(p.code, p.what) for p in verdict.results[0].denied] == [("POL-100", "DROP is not allowed: DROP TABLE person")]


def test_an_engine_forgets_the_document_before(pool: WorkerPool) -> None:
    assert not evaluate([NO_DROP], {"sqlStatements": ["DROP TABLE person"]}, evaluator=pool).is_allowed
    assert evaluate([NO_DROP], {"sqlStatements": ["SELECT 1"]}, evaluator=pool).is_allowed
    assert evaluate([NO_DROP], {}, evaluator=pool).is_allowed


def test_a_denial_says_what_where_fix_and_the_code_of_its_metadata(pool: WorkerPool) -> None:
    operations = [{"kind": "drop_table", "name": "person", "source": "a.yaml:3"}, {"kind": "create_table", "name": "b"}]
    result = evaluate([RICH], {"operations": operations}, evaluator=pool).results[0]
    (problem,) = result.denied
    assert (problem.code, problem.what, problem.where, problem.why, problem.fix) == (
        "ACME-7", "drop of person", "a.yaml:3", "No table is dropped", "keep it",
    )  # fmt: skip
    assert [(p.what, p.severity) for p in result.warned] == [("look twice", "warning")]


def test_policies_do_not_see_each_other(pool: WorkerPool) -> None:
    spy = PolicyText(name="spy", text="package spy\n\ndeny contains msg if some msg in data.db_sql.deny")
    verdict = evaluate([NO_DROP, spy], {"sqlStatements": ["DROP TABLE x"]}, evaluator=pool)
    assert [bool(result.denied) for result in verdict.results] == [True, False]


@pytest.mark.kill
def test_an_endless_policy_is_killed_and_denies_and_the_pool_goes_on(pool: WorkerPool) -> None:
    verdict = evaluate([ENDLESS, NO_DROP], {}, limits=Limits(cpu_s=0.2), evaluator=pool)
    assert [p.code for p in verdict.results[0].denied] == ["POL-003"]
    assert verdict.results[0].failed
    assert "0.2 s of processor time" in verdict.results[0].denied[0].what
    assert verdict.results[1].denied == ()


@pytest.mark.kill
def test_a_policy_that_never_answers_is_killed_by_the_clock(pool: WorkerPool) -> None:
    (result,) = evaluate([ENDLESS], {}, limits=Limits(cpu_s=60, wall_s=0.5), evaluator=pool).results
    assert "had not answered after 0.5 s" in result.denied[0].what


@pytest.mark.kill
def test_a_memory_bomb_is_killed_and_denies(pool: WorkerPool) -> None:
    verdict = evaluate([BOMB, NO_DROP], {}, limits=Limits(cpu_s=60, memory_bytes=128 << 20), evaluator=pool)
    assert [(p.code, p.what) for p in verdict.results[0].denied] == [("POL-004", "the policy used more than 128 MiB of memory")]
    assert verdict.results[1].denied == ()


@pytest.mark.kill
def test_a_worker_killed_from_outside_denies_and_is_replaced() -> None:
    pool = WorkerPool(size=1)
    try:
        assert evaluate([NO_DROP], {}, evaluator=pool).is_allowed
        worker = pool._take(Limits().memory_bytes)
        worker.process.kill()
        worker.process.wait()
        pool._free.put(worker)
        assert evaluate([NO_DROP], {}, evaluator=pool).is_allowed  # noticed while idle: replaced at once
    finally:
        pool.close()


def test_twenty_megabytes_are_judged_and_more_is_denied(pool: WorkerPool) -> None:
    row = "INSERT INTO t VALUES (1, '" + "some text " * 90 + "')"
    enough = {"sqlStatements": [row] * (19_500_000 // (len(row) + 3))}
    assert evaluate([NO_DROP], enough, evaluator=pool).results[0].failed is False
    (result,) = evaluate([NO_DROP], {"sqlStatements": [row] * (21_000_000 // len(row))}, evaluator=pool).results
    assert [p.code for p in result.denied] == ["POL-008"]


def test_an_error_while_evaluating_denies_with_line_and_caret(pool: WorkerPool) -> None:
    policy = PolicyText(name="sum.rego", text='package a\n\ndeny contains "x" if to_number(input.x) > 1\n')
    (result,) = evaluate([policy], {"x": "many"}, evaluator=pool).results
    assert result.failed
    (problem,) = result.denied
    assert problem.code == "POL-002"
    assert problem.where == "sum.rego:3:37"
    assert "^" in (problem.why or "")
    assert evaluate([policy], {"x": "1"}, evaluator=pool).is_allowed
    assert evaluate([policy], {}, evaluator=pool).is_allowed, "undefined denies nothing"


def test_a_policy_is_checked_when_it_is_saved(pool: WorkerPool) -> None:
    old = PolicyText(name="p", text=NO_DROP.text)
    (problem,) = check(old, evaluator=pool)
    assert (problem.where, problem.fix) == ("p:4:11", "write `if` before the body, or mark the policy as Rego v0")
    assert check(NO_DROP, evaluator=pool) == ()
    assert [p.code for p in check(PolicyText(name="p", text="deny := 1"), evaluator=pool)] == ["POL-001"]
    assert [p.code for p in check(PolicyText(name="p", text="package p\n\ndenied := 1"), evaluator=pool)] == ["POL-006"]
    (problem,) = check(PolicyText(name="p", text="package p\n\ndeny contains x if x := http.sent({})"), evaluator=pool)
    assert "could not find function http.sent" in problem.what


def test_many_threads_share_the_workers(pool: WorkerPool) -> None:
    wrong: list[int] = []

    def ask(number: int) -> None:
        verdict = evaluate([NO_DROP], {"sqlStatements": [f"DROP TABLE t{number}"]}, evaluator=pool)
        if [p.what for p in verdict.results[0].denied] != [f"DROP is not allowed: DROP TABLE t{number}"]:
            wrong.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_closing_the_pool_leaves_no_process() -> None:
    pool = WorkerPool(size=1)
    evaluate([NO_DROP], {}, evaluator=pool)
    worker = pool._take(Limits().memory_bytes)
    pool._free.put(worker)
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker.process.pid, 0)


@pytest.mark.kill
def test_workers_do_not_outlive_a_killed_manager() -> None:
    program = (
        "import time\n"
        "from bascule.policy.evaluate import evaluate\n"
        "from bascule.policy.model import Limits, PolicyText\n"
        "from bascule.policy.workers import default_pool\n"
        "evaluate([PolicyText(name='p', text='package p\\n\\ndeny := false')], {})\n"
        "worker = default_pool()._take(Limits().memory_bytes)\n"
        "print(worker.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    manager = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert manager.stdout is not None
    worker = int(manager.stdout.readline())
    manager.kill()
    manager.wait()
    manager.stdout.close()
    assert is_gone(worker, within_s=10)


def is_gone(pid: int, within_s: float) -> bool:
    """Whether the process ends in time. One that waits to be reaped has ended."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False
