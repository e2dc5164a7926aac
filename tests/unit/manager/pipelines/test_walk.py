"""Executions played turn by turn."""

from typing import Any

import pytest

from bascule.core.problems import Problem
from bascule.manager.governance.model import Decision
from bascule.manager.pipelines.intents import JobDone, JobFailed
from bascule.manager.pipelines.model import Signal

BROKEN = JobFailed((Problem(code="RUN-001", what="it broke"),), outputs={"changeSets": ["db.yaml::1::ann"]})

APPLY = """
    pipeline:
      identifier: release
      name: Release
      stages:
        - stage:
            identifier: qa
            name: QA
            type: Custom
            spec:
              execution:
                steps:
                  - stepGroup:
                      identifier: db
                      name: Database
                      steps:
                        - step:
                            identifier: apply
                            name: Apply
                            type: DBSchemaApply
                            timeout: 10m
                            spec: {connectorRef: account.image, dbSchema: orders, dbInstance: qa, tag: "v1-<+pipeline.sequenceId>"}
                            enforce: {policySets: [account.no_drops]}
                        - step:
                            identifier: use
                            name: Use
                            type: Run
                            spec:
                              command: >-
                                echo <+execution.steps.db.steps.apply.output.preStartTag> <+pipeline.variables.x>
                                <+execution.steps.db.steps.apply.spec.tag>
                              envVariables: {TOKEN: <+secrets.getValue("account.token")>}
      variables:
        - {name: x, type: String, value: "<+trigger.commitSha>"}
"""


def test_an_apply_plans_is_judged_marks_the_start_updates_and_tags(play: Any, database: Any) -> None:
    target = database()
    done = play(APPLY, worker=lambda job: target(job) if job.target else JobDone({})).run()
    assert done.execution.status == "Success"
    assert done.verbs == ["plan", "tag", "update", "tag"]
    plan, before, update, after = (job for job in done.jobs if job.target)
    assert plan.source[0].commit is None
    assert before.what.argv[2].startswith("bascule_before_")
    assert update.source[0].commit == "c0ffee"
    assert update.what.argv[5:7] == ["--expect-plan", "sha256:db.yaml::1::ann+db.yaml::2::ann"]
    assert after.what.argv[1:3] == ["--tag", "v1-7"]
    assert [update.repeat, plan.repeat] == ["resolve", "safe"]
    outputs = done.nodes["qa/db/apply"].outputs
    assert outputs["changeSets"] == ["db.yaml::1::ann", "db.yaml::2::ann"]
    assert outputs["preStartTag"] == before.what.argv[2]
    script = done.jobs[-1]
    assert script.what.text == f"echo {outputs['preStartTag']} abc123 v1-7"
    assert script.environment_secrets == {"TOKEN": "secret_1"}
    assert script.secrets == {"secret_1": "account.token"}


def test_what_policy_denies_is_not_run(play: Any) -> None:
    denied = play(APPLY)
    denied.judge = lambda asked: Decision(False, (Problem(code="POL-101", what="no drops"),), subject=asked.subject)
    denied.run()
    assert denied.execution.status == "Failed"
    assert denied.verbs == ["plan"]
    assert denied.nodes["qa/db/apply"].failure == "PolicyEvaluationFailure"
    assert denied.nodes["qa/db/use"].status == "Skipped"
    assert "has failed" in denied.nodes["qa/db/use"].reason


def test_a_turn_that_is_tried_again_asks_for_the_same_job(play: Any) -> None:
    first, second = play(APPLY, worker=lambda job: None).run(), play(APPLY, worker=lambda job: None).run()
    assert first.jobs == second.jobs
    assert first.nodes["qa/db/apply"].carried_out == first.jobs[0].id


def test_a_late_answer_falls_away(play: Any) -> None:
    waiting = play(APPLY, worker=lambda job: None).run()
    waiting.run(Signal(topic="answer", node="qa/db/apply", act=99, answer=BROKEN))
    assert waiting.statuses["qa/db/apply"] == "Running"


def test_an_update_nobody_saw_end_is_settled_from_the_history(play: Any, database: Any) -> None:
    target = database()

    def worker(job: Any) -> Any:
        if not job.target:
            return JobDone({})
        if job.what.argv[0] == "update" and "settled" not in seen:
            seen.add("settled")
            target.verbs.append("update")
            target._row("db.yaml::1::ann", job.what.argv[job.what.argv.index("--deployment-id") + 1])
            return JobFailed((Problem(code="DEL-001", what="the delegate is gone"),), status="unknown")
        return target(job)

    seen: set[str] = set()
    done = play(APPLY, worker=worker).run()
    assert done.execution.status == "Success", done.nodes["qa/db/apply"].problems
    assert target.verbs == ["plan", "tag", "update", "outcome", "plan", "update", "tag"]
    assert done.nodes["qa/db/apply"].outputs["changeSets"] == ["db.yaml::1::ann", "db.yaml::2::ann"]
    deployments = {
        job.what.argv[job.what.argv.index("--deployment-id") + 1] for job in done.jobs if job.target and "--deployment-id" in job.what.argv
    }
    assert len(deployments) == 1


@pytest.mark.parametrize(("instance", "code"), [("missing", "ENT-404"), ("forbidden", "AUT-001")])
def test_an_instance_that_may_not_be_reached_fails_the_step(play: Any, instance: str, code: str) -> None:
    failed = play(APPLY.replace("dbInstance: qa", f"dbInstance: {instance}")).run()
    assert failed.problems("qa/db/apply") == [code]
    assert failed.jobs == []
