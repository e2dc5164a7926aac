"""Whole documents as Harness's users have them: each is accepted, and what has no effect here says so."""

from pathlib import Path
from typing import Any

import pytest

from bascule.manager.pipelines import inputs, loops, parse
from bascule.manager.pipelines.document import Strategy
from bascule.manager.pipelines.steps.base import check

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.yaml"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_that_harness_accepts_is_accepted(path: Path) -> None:
    said = parse.validate(path.read_text(), path.name)
    assert [str(problem) for problem in said if problem.severity == "error"] == []
    assert all(problem.where and problem.why for problem in said)


def test_a_strategy_that_asks_a_person_does_what_it_falls_back_to() -> None:
    text = (Path(__file__).parent / "documents/container_group.yaml").read_text()
    values = {"pipeline.properties.ci.codebase.build": "main"}
    pipeline = parse.parse(inputs.apply(parse.read(text), values), check).require()
    assert pipeline.all_stages()[0].on_failure[0].action == "StageRollback"


def test_what_a_run_is_asked_for_may_be_a_whole_strategy() -> None:
    text = (Path(__file__).parent / "documents/runtime_inputs.yaml").read_text()
    at = "pipeline.stages.s"
    strategies = [{"onFailure": {"errors": ["AllErrors"], "action": {"type": "Ignore"}}}]
    values = {
        f"{at}.failureStrategies": strategies,
        f"{at}.when": {"pipelineStatus": "All"},
        f"{at}.timeout": "1h",
        f"{at}.strategy": {"repeat": {"times": 2}},
        f"{at}.delegateSelectors": ["a"],
        f"{at}.spec.execution.steps.w.failureStrategies": strategies,
        f"{at}.spec.execution.steps.w.when": {"stageStatus": "All"},
    }
    (stage,) = parse.parse(inputs.apply(parse.read(text), values), check).require().all_stages()
    assert stage.on_failure[0].action == "Ignore"
    assert stage.strategy is not None
    assert (stage.timeout, stage.selectors) == ("1h", ("a",))


def test_a_template_is_refused_with_one_problem_and_a_way_out() -> None:
    text = "pipeline: {name: p, identifier: p, template: {templateRef: account.x, versionLabel: v1}}"
    (problem,) = parse.validate(text)
    assert (problem.code, problem.where) == ("PIP-003", "pipeline.yaml:1:36")
    assert problem.fix is not None


@pytest.mark.parametrize(
    ("repeat", "items"),
    [
        ({"start": 1, "end": 3}, ["b", "c"]),
        ({"start": 0, "end": 50, "unit": "Percentage"}, ["a", "b"]),
        ({"partitionSize": 3}, [["a", "b", "c"], ["d"]]),
    ],
)
def test_a_repeat_takes_a_part_of_its_items(repeat: dict[str, Any], items: list[Any]) -> None:
    written = {"items": ["a", "b", "c", "d"], **repeat}
    strategy = Strategy(kind="repeat", written=written, position=parse.read("pipeline: {}").position)
    found, _ = loops.turns(strategy, written)
    assert [turn["repeat"]["item"] for turn in found] == items
