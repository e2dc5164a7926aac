"""Runs the tests of policies: `NAME_test.rego` beside `NAME.rego`, every rule named `test_…` a test."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.policy.evaluate import no_package
from bascule.policy.evaluator import RegoEvaluator
from bascule.policy.metadata import package
from bascule.policy.model import PolicyText, Question, RegoVersion
from bascule.policy.workers import default_pool

_TEST = re.compile(r"^(test_\w+)", re.MULTILINE)

SUFFIX = "_test.rego"


class TestResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one test went. `prints` is what it printed, `problem` why it could not be evaluated."""

    __test__ = False  # not a test of pytest's

    file: str
    name: str
    outcome: Literal["passed", "failed", "error"]
    prints: tuple[str, ...] = ()
    problem: Problem | None = None


def run(directory: Path, *, version: RegoVersion = "v1", evaluator: RegoEvaluator | None = None) -> Iterator[TestResult]:
    """Every test below the directory, in order. Each file is compiled with the policy beside it. Raises InputError where there is none."""
    files = sorted(directory.rglob(f"*{SUFFIX}"))
    if not files:
        raise InputError(Problem(code="POL-020", what="there are no policy tests", where=str(directory), fix=f"name them NAME{SUFFIX}"))
    for file in files:
        yield from run_file(file, directory, version, evaluator or default_pool())


def run_file(file: Path, directory: Path, version: RegoVersion, evaluator: RegoEvaluator) -> Iterator[TestResult]:
    """The tests of one file, each evaluated by itself: one that fails to evaluate does not hide the others."""
    shown = str(file.relative_to(directory))
    test = PolicyText(name=shown, text=file.read_text("utf-8"), version=version)
    path = package(test.text)
    if path is None:
        yield TestResult(file=shown, name="", outcome="error", problem=no_package(test))
        return
    subject = file.with_name(file.name.removesuffix(SUFFIX) + ".rego")
    policy = [PolicyText(name=subject.name, text=subject.read_text("utf-8"), version=version)] if subject.exists() else []
    for name in dict.fromkeys(_TEST.findall(test.text)):
        rule = f"data.{path}.{name}"
        answer = evaluator.ask(Question(modules=(*policy, test), rules=(rule,), document=b"{}"))
        if answer.problem is not None:
            yield TestResult(file=shown, name=name, outcome="error", problem=answer.problem)
        else:
            passed = answer.values.get(rule) is True
            yield TestResult(file=shown, name=name, outcome="passed" if passed else "failed", prints=answer.prints)
