"""Documents: honoured, noted or refused, each with its place."""

import pytest

from bascule.core.errors import InputError
from bascule.manager.pipelines import inputs, keys
from bascule.manager.pipelines.parse import Parsed, parse, read
from bascule.manager.pipelines.steps.base import STEPS, check

GOOD = """pipeline:
  identifier: release
  name: Release
  projectIdentifier: shop
  orgIdentifier: acme
  tags: {team: db}
  properties: {ci: {}}
  variables:
    - name: target
      type: String
      value: <+input>.default(qa).allowedValues(qa,prod)
  stages:
    - stage:
        identifier: qa
        name: QA
        type: Deployment
        spec:
          deploymentType: Kubernetes
          execution:
            steps:
              - stepGroup:
                  identifier: db
                  name: Database
                  stepGroupInfra: {type: KubernetesDirect, spec: {connectorRef: k8s}}
                  steps:
                    - step:
                        identifier: apply
                        name: Apply
                        type: DBSchemaApply
                        timeout: 10m
                        spec: {connectorRef: account.image, dbSchema: orders, dbInstance: <+pipeline.variables.target>, image: x}
                        when: {stageStatus: All, condition: <+pipeline.variables.target> == "qa"}
                        failureStrategies:
                          - onFailure: {errors: [AllErrors], action: {type: StageRollback}}
            rollbackSteps: []
"""


def parsed(text: str) -> Parsed:
    return parse(read(text), check)


def test_a_document_of_harness_is_read_and_what_has_no_effect_is_noted() -> None:
    result = parsed(GOOD)
    assert result.problems == ()
    notes = {(note.what.split("'")[1], note.where) for note in result.notes}
    assert notes == {
        ("properties", "pipeline.yaml:7:3"),
        ("deploymentType", "pipeline.yaml:18:11"),
        ("connectorRef", "pipeline.yaml:31:32"),
        ("image", "pipeline.yaml:31:121"),
    }
    assert all(note.why for note in result.notes)
    (stage,) = result.require().all_stages()
    assert stage.items[0].items[0].on_failure[0].action == "StageRollback"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "code", "where", "said"),
    [
        ("dbSchema: orders", "dbSchem: orders", "PIP-004", "pipeline.yaml:31:", "did you mean 'dbSchema'?"),
        ("type: DBSchemaApply", "type: DBSchemaAply", "PIP-011", "pipeline.yaml:29:31", "did you mean 'DBSchemaApply'?"),
        ("failureStrategies:", "failureStrategy:", "PIP-004", "pipeline.yaml:33:25", "did you mean 'failureStrategies'?"),
        ("type: StageRollback", "type: RetryStepGroup", "PIP-003", "pipeline.yaml:34:", "Retry"),
        ("type: StageRollback", "type: StageRolback", "PIP-008", "pipeline.yaml:34:", "did you mean 'StageRollback'?"),
        ("stageStatus: All", "stageStatus: Sometimes", "PIP-008", "pipeline.yaml:32:", "Success, Failure, All"),
        ("stageStatus: All", "pipelineStatus: All", "PIP-004", "pipeline.yaml:32:", "write 'stageStatus'"),
        ("timeout: 10m", "timeout: soon", "PIP-014", "pipeline.yaml:30:", "10m"),
        ("identifier: apply", "identifier: apply-it", "PIP-007", "pipeline.yaml:27:", "letters"),
        ("type: Deployment", "type: CI", "PIP-003", "pipeline.yaml:16:", "Custom stage"),
        ("target> == ", "target> ==== ", "EXP-001", "pipeline.yaml:32:", "value is expected"),
        ("<+pipeline.variables.target>, image", "<+pipeline.variables.target, image", "EXP-001", "pipeline.yaml:31:", "not closed"),
        ("timeout: 10m", "template: {templateRef: x}", "PIP-003", "pipeline.yaml:30:", "template"),
        ("dbSchema: orders", "dbSchema: [orders]", "PIP-012", "pipeline.yaml:31:", "does not fit"),
        ("  name: Release\n", "", "PIP-006", "pipeline.yaml:2:", "needs 'name'"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(old: str, new: str, code: str, where: str, said: str) -> None:
    assert old in GOOD
    problems = parsed(GOOD.replace(old, new, 1)).problems
    problem = next(p for p in problems if p.code == code)
    assert (problem.where or "").startswith(where), problem
    assert said in str(problem)


def test_all_problems_are_gathered() -> None:
    text = GOOD.replace("timeout: 10m", "timeout: soon").replace("dbSchema:", "dbShema:").replace("type: Deployment", "type: Deploy")
    assert {p.code for p in parsed(text).problems} == {"PIP-004", "PIP-006", "PIP-008", "PIP-014"}


def test_what_is_no_pipeline_is_refused() -> None:
    for text in ("", "stages: []", "pipeline: x"):
        with pytest.raises(InputError) as raised:
            read(text)
        assert raised.value.problems[0].code == "PIP-001"


def test_two_steps_of_one_name_are_refused() -> None:
    apply = GOOD[GOOD.index("                    - step:") : GOOD.index("            rollbackSteps")]
    text = GOOD.replace(apply, apply + apply)
    assert [p.code for p in parsed(text).problems] == ["PIP-009"]


def test_no_key_is_both_honoured_and_noted() -> None:
    for level, honoured in keys.HONOURED.items():
        assert not honoured & set(keys.NOTED[level]), level


def test_every_step_type_lives_in_the_file_of_its_name() -> None:
    from bascule.core.registry import snake_case

    names = STEPS.names()
    assert {snake_case(name) for name in names} == set(STEPS.modules())


# inputs


def test_inputs_are_asked_for_by_their_path_and_default() -> None:
    (asked,) = inputs.asked(read(GOOD))
    assert (asked.path, asked.default, asked.allowed) == ("pipeline.variables.target", "qa", ("qa", "prod"))
    assert inputs.template(read(GOOD)) == {
        "pipeline": {
            "identifier": "release",
            "variables": [{"name": "target", "type": "String", "value": "<+input>.default(qa).allowedValues(qa,prod)"}],
        }
    }


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({}, "qa"),
        ({"target": "prod"}, "prod"),
        ({"pipeline.variables.target": "prod"}, "prod"),
        ({"pipeline": {"identifier": "release", "variables": [{"name": "target", "type": "String", "value": "prod"}]}}, "prod"),
    ],
)
def test_inputs_come_as_names_paths_or_runtime_yaml(given: dict[str, object], value: str) -> None:
    pipeline = parse(inputs.apply(read(GOOD), given), check).require()
    assert pipeline.variables[0].value == value


@pytest.mark.parametrize(
    ("text", "given", "code"),
    [
        (GOOD, {"target": "dev"}, "PIP-024"),
        (GOOD, {"tarjet": "qa"}, "PIP-022"),
        (GOOD.replace(".default(qa).allowedValues(qa,prod)", ""), {}, "PIP-023"),
        (GOOD.replace(".default(qa).allowedValues(qa,prod)", ".regex(^v[0-9]+$)"), {"target": "7"}, "PIP-024"),
        (GOOD.replace(".default(qa).allowedValues(qa,prod)", ".defualt(qa)"), {}, "PIP-020"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(text: str, given: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as raised:
        inputs.apply(read(text), given)
    assert [problem.code for problem in raised.value.problems] == [code]
