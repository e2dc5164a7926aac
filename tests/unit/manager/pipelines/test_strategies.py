"""What follows a failure, what runs beside what, how often, and for how long."""

import textwrap
from typing import Any

import msgspec
import pytest

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.governance.model import Decision
from bascule.manager.pipelines.intents import Approved, JobDone, JobFailed, Rejected, TimedOut
from bascule.manager.pipelines.model import Signal
from bascule.wire.jobs import Script

BROKEN = JobFailed((Problem(code="RUN-001", what="it broke"),))
NO_CONNECTION = JobFailed((Problem(code="RUN-002", what="no connection"),), failure="TargetError")


def run(identifier: str, more: str = "", command: str = "") -> str:
    """A Run step as YAML."""
    spec = f"spec: {{command: {command or identifier}}}{', ' + more if more else ''}"
    return f"- step: {{identifier: {identifier}, name: {identifier}, type: Run, {spec}}}"


def pipeline(steps: list[str], *, rollback: list[str] | None = None, stage: str = "", after: str = "", head: str = "") -> str:
    lines = ["pipeline:", "  identifier: p", "  name: P", *([f"  {head}"] if head else []), "  stages:", "    - stage:"]
    lines += ["        identifier: s", "        name: S", "        type: Custom", *([f"        {stage}"] if stage else [])]
    lines += ["        spec:", "          execution:", "            steps:", textwrap.indent("\n".join(steps), " " * 14)]
    if rollback:
        lines += ["            rollbackSteps:", textwrap.indent("\n".join(rollback), " " * 14)]
    return "\n".join(lines) + "\n" + textwrap.indent(after, "    ")


def worker(answers: dict[str, Any], seen: list[str] | None = None) -> Any:
    """Answers scripts by their text; a list is used up one by one. Others are done."""

    def work(job: Any) -> Any:
        assert isinstance(job.what, Script)
        text = job.what.text
        if seen is not None:
            seen.append(text)
        answer = answers.get(text, JobDone({}))
        return answer.pop(0) if isinstance(answer, list) else answer

    return work


def on_failure(action: str, errors: str = "AllErrors", more: str = "") -> str:
    return f"failureStrategies: [{{onFailure: {{errors: [{errors}], action: {{type: {action}{more}}}}}}}]"


def test_what_follows_a_failure_is_skipped_unless_it_wants_it(play: Any) -> None:
    steps = [run("a"), run("b"), run("c"), run("d", "when: {stageStatus: Failure}"), run("e", "when: {stageStatus: All}")]
    done = play(pipeline(steps), worker=worker({"b": BROKEN})).run()
    assert done.statuses == {"s/a": "Success", "s/b": "Failed", "s/c": "Skipped", "s/d": "Success", "s/e": "Success"}
    assert "s/b" in done.nodes["s/c"].reason
    assert (done.execution.status, done.nodes["s"].status) == ("Failed", "Failed")


def test_without_a_failure_what_wants_one_is_skipped(play: Any) -> None:
    done = play(pipeline([run("a"), run("b", "when: {stageStatus: Failure}")]), worker=worker({})).run()
    assert done.statuses == {"s/a": "Success", "s/b": "Skipped"}
    assert done.execution.status == "Success"


@pytest.mark.parametrize(
    ("action", "status", "after", "of_all"),
    [
        ("Ignore", "IgnoreFailed", "Success", "Success"),
        ("MarkAsSuccess", "Success", "Success", "Success"),
        ("MarkAsFailure", "Failed", "Skipped", "Failed"),
        ("Abort", "Failed", "Skipped", "Aborted"),
    ],
)
def test_a_strategy_decides_what_a_failure_means(play: Any, action: str, status: str, after: str, of_all: str) -> None:
    done = play(pipeline([run("a", on_failure(action)), run("b")]), worker=worker({"a": BROKEN})).run()
    assert done.statuses == {"s/a": status, "s/b": after}
    assert done.execution.status == of_all
    assert done.nodes["s/a"].problems


def test_the_nearest_strategy_that_names_the_error_counts(play: Any) -> None:
    group = ["- stepGroup:", "    identifier: g", "    name: G", f"    {on_failure('Ignore')}", "    steps:"]
    group.append(textwrap.indent("\n".join([run("a", on_failure("MarkAsFailure", "Connectivity")), run("b")]), " " * 6))
    assert play(pipeline(group), worker=worker({"a": BROKEN})).run().statuses["s/g/a"] == "IgnoreFailed"
    assert play(pipeline(group), worker=worker({"a": NO_CONNECTION})).run().statuses["s/g/a"] == "Failed"


def test_a_stage_rollback_undoes_the_groups_that_began_and_then_the_stage(play: Any) -> None:
    seen: list[str] = []
    group = ["- stepGroup:", "    identifier: g", "    name: G", "    steps:", textwrap.indent(run("a"), "      ")]
    group += ["    rollbackSteps:", textwrap.indent(run("undo_a"), "      ")]
    steps = [*group, run("b"), run("c", "when: {stageStatus: All}")]
    text = pipeline(steps, rollback=[run("undo")], stage=on_failure("StageRollback"))
    done = play(text, worker=worker({"b": BROKEN}, seen)).run()
    assert seen == ["a", "b", "undo_a", "undo"]
    assert done.statuses["s/c"] == "Skipped"
    assert done.nodes["s/c"].reason == "the stage is rolling back"
    assert (done.nodes["s"].status, done.execution.status) == ("Failed", "Failed")
    assert done.statuses["s/~rollback/undo"] == "Success"


def test_a_pipeline_rollback_undoes_the_stages_backwards(play: Any) -> None:
    seen: list[str] = []

    def stage(name: str, more: str = "") -> str:
        return textwrap.dedent(f"""
            - stage:
                identifier: {name}
                name: {name}
                type: Custom
                spec:
                  execution:
                    steps:
                      {run(name, more)}
                    rollbackSteps:
                      {run("undo_" + name)}
            """)

    after = stage("two", on_failure("PipelineRollback")) + stage("three")
    text = pipeline([run("one")], rollback=[run("undo_one")], after=after)
    done = play(text, worker=worker({"two": BROKEN}, seen)).run()
    assert seen == ["one", "two", "undo_two", "undo_one"]
    assert done.nodes["three"].status == "Skipped"
    assert done.execution.status == "Failed"


def test_a_retry_waits_and_then_gives_up_as_it_says(play: Any) -> None:
    retry = ", spec: {retryCount: 2, retryIntervals: [10s, 1m], onRetryFailure: {action: {type: Ignore}}}"
    text = pipeline([run("a", on_failure("Retry", more=retry)), run("b")])
    seen: list[str] = []
    waiting = play(text, worker=worker({"a": [BROKEN, BROKEN, BROKEN]}, seen)).run()
    assert waiting.statuses["s/a"] == "AsyncWaiting"
    waiting.later(9)
    assert seen == ["a"]
    waiting.later(1)
    assert seen == ["a", "a"]
    done = waiting.later(60)
    assert done.statuses == {"s/a": "IgnoreFailed", "s/b": "Success"}
    assert done.nodes["s/a"].attempt == 3
    assert len({job.id for job in done.jobs}) == 4


def test_a_retry_that_succeeds_is_a_success(play: Any) -> None:
    retry = ", spec: {retryCount: 1, retryIntervals: [1s]}"
    done = play(pipeline([run("a", on_failure("Retry", more=retry))]), worker=worker({"a": [BROKEN, JobDone({})]})).run().later(1)
    assert done.execution.status == "Success"
    assert done.nodes["s/a"].problems == []


def test_steps_of_a_parallel_run_beside_each_other(play: Any) -> None:
    steps = ["- parallel:", textwrap.indent("\n".join([run("a"), run("b")]), "    "), run("c")]
    waiting = play(pipeline(steps), worker=lambda job: None).run()
    assert waiting.statuses == {"s/a": "Running", "s/b": "Running", "s/c": "NotStarted"}
    waiting.answer("s/b", BROKEN)
    assert waiting.statuses["s/c"] == "NotStarted"
    waiting.answer("s/a", JobDone({}))
    assert waiting.statuses["s/c"] == "Skipped"
    assert waiting.execution.status == "Failed"


def test_a_condition_decides_with_what_earlier_steps_gave(play: Any) -> None:
    def condition(text: str) -> str:
        return f"when: {{stageStatus: Success, condition: '{text}'}}"

    steps = [
        run("a"),
        run("b", condition('<+execution.steps.a.output.outputVariables.count> > 4 && <+steps.a.status> == "Success"')),
        run("c", condition("<+execution.steps.a.output.outputVariables.count> == 4")),
        run("d", condition("<+execution.steps.a.output.nothing> == 4")),
    ]
    done = play(pipeline(steps), worker=worker({"a": JobDone({"count": "5"})})).run()
    assert done.statuses == {"s/a": "Success", "s/b": "Success", "s/c": "Skipped", "s/d": "Failed"}
    assert done.problems("s/d") == ["EXP-003"]


def test_a_step_has_its_time_and_no_more(play: Any) -> None:
    waiting = play(pipeline([run("a", "timeout: 30s"), run("b")]), worker=lambda job: None).run()
    assert waiting.execution.wake_at == waiting.nodes["s/a"].deadline
    done = waiting.later(30)
    assert done.statuses == {"s/a": "Expired", "s/b": "Skipped"}
    assert done.cancelled == [done.jobs[0].id]
    assert done.nodes["s/a"].failure == "Timeout"


def test_a_step_whose_job_nobody_took_says_why_when_its_time_is_over(play: Any) -> None:
    waiting = play(pipeline([run("a", "timeout: 30s")]), worker=lambda job: None).run()
    waiting.why_waiting = lambda job: Problem(
        code="DEL-010", what="no delegate with 'eu'", why="one: it lacks the tag 'eu'", fix="start one"
    )
    problem = waiting.later(30).nodes["s/a"].problems[0]
    assert (problem.code, problem.fix) == ("PIP-031", "start one")
    assert problem.why.endswith("no delegate with 'eu': one: it lacks the tag 'eu'")


@pytest.mark.parametrize("where", ["stage", "head"])
def test_what_encloses_a_step_limits_its_time(play: Any, where: str) -> None:
    text = pipeline([run("a", "timeout: 1h")], **{where: "timeout: 1m"})  # type: ignore[arg-type]
    assert play(text, worker=lambda job: None).run().later(60).statuses == {"s/a": "Expired"}


def test_a_matrix_runs_each_combination_that_is_not_excluded(play: Any) -> None:
    seen: list[str] = []
    strategy = "strategy: {matrix: {db: [a, b], size: [1, 2], exclude: [{db: b, size: 2}], maxConcurrency: 2}}"
    text = pipeline([run("x", strategy, '"<+matrix.db><+matrix.size> of <+strategy.iterations>"')])
    done = play(text, worker=worker({}, seen)).run()
    assert seen == ["a1 of 3", "a2 of 3", "b1 of 3"]
    assert done.statuses == {"s/x_0": "Success", "s/x_1": "Success", "s/x_2": "Success"}
    assert done.nodes["s/x_2"].name == "x b 1"


def test_no_more_turns_of_a_loop_run_at_once_than_it_says(play: Any) -> None:
    text = pipeline(
        [run("x", 'strategy: {repeat: {items: "<+pipeline.variables.list.split(\\",\\")>", maxConcurrency: 2}}', "<+repeat.item>")]
    )
    text = text.replace("  stages:", "  variables: [{name: list, type: String, value: 'a,b,c'}]\n  stages:")
    waiting = play(text, worker=lambda job: None).run()
    assert [job.what.text for job in waiting.jobs] == ["a", "b"]
    waiting.answer("s/x_0", BROKEN)
    assert [job.what.text for job in waiting.jobs] == ["a", "b", "c"]
    waiting.answer("s/x_1", JobDone({})).answer("s/x_2", JobDone({}))
    assert waiting.nodes["s/x"].status == "Failed"


def test_a_loop_of_step_groups_and_stages_runs_each_with_its_own_names(play: Any) -> None:
    seen: list[str] = []
    group = ["- stepGroup:", "    identifier: g", "    name: G", "    strategy: {repeat: {times: 2}}", "    steps:"]
    group.append(textwrap.indent(run("a", command='"<+matrix.env>-<+repeat.index>"'), "      "))
    text = pipeline(group, stage="strategy: {matrix: {env: [qa, prod]}}")
    done = play(text, worker=worker({}, seen)).run()
    assert seen == ["qa-0", "qa-1", "prod-0", "prod-1"]
    assert done.statuses == dict.fromkeys(["s_0/g_0/a", "s_0/g_1/a", "s_1/g_0/a", "s_1/g_1/a"], "Success")
    assert done.execution.status == "Success"


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        ("strategy: {repeat: {times: 1000}}", "from 0 to 256"),
        ("strategy: {repeat: {times: 1, items: [a]}}", "'times' or 'items'"),
        ("strategy: {matrix: {a: []}}", "at least one value"),
        ("strategy: {repeat: {times: 2, partitionSize: 3}}", "no key 'partitionSize'"),
    ],
)
def test_a_loop_that_cannot_be_run_says_why(play: Any, strategy: str, said: str) -> None:
    done = play(pipeline([run("x", strategy)]), worker=worker({})).run()
    assert done.problems("s/x") == ["PIP-013"]
    assert said in str(done.nodes["s/x"].problems[0])


def test_an_abort_cancels_what_runs_and_skips_what_waits(play: Any) -> None:
    steps = [run("a"), run("b")]
    done = play(pipeline(steps, rollback=[run("undo")]), worker=lambda job: None).run().run(Signal(topic="abort", by="ann"))
    assert done.statuses == {"s/a": "Aborted", "s/b": "Skipped"}
    assert done.nodes["s/a"].reason == "aborted by ann"
    assert done.cancelled == [done.jobs[0].id]
    assert done.execution.status == "Aborted"
    done.answer("s/a", JobDone({}))
    assert done.statuses["s/a"] == "Aborted"


def test_a_wait_waits(play: Any) -> None:
    text = pipeline(["- step: {identifier: w, name: W, type: Wait, spec: {duration: 10m}}"])
    waiting = play(text).run()
    assert waiting.later(599).statuses == {"s/w": "AsyncWaiting"}
    assert waiting.later(1).statuses == {"s/w": "Success"}


def test_a_secret_reaches_a_script_by_the_environment_only(play: Any) -> None:
    text = pipeline([run("a", command="""'curl -H "X: <+secrets.getValue("account.token")>" <+secrets.getValue("account.token")>'""")])
    (job,) = play(text, worker=worker({})).run().jobs
    assert job.what.text == 'curl -H "X: ${BASCULE_SECRET_1}" ${BASCULE_SECRET_1}'
    assert job.environment_secrets == {"BASCULE_SECRET_1": "secret_1"}
    assert job.secrets == {"secret_1": "account.token"}


# databases


def db(identifier: str, kind: str, spec: str = "", more: str = "") -> str:
    fields = f"dbSchema: orders, dbInstance: qa{', ' + spec if spec else ''}"
    return f"- step: {{identifier: {identifier}, name: {identifier}, type: {kind}, spec: {{{fields}}}{', ' + more if more else ''}}}"


APPROVE = "- step: {identifier: ok, name: OK, type: HarnessApproval, spec: {approvers: {userGroups: [dbas], minimumCount: 1}}}"
TO_START = "tag: <+execution.steps.apply.output.preStartTag>"


def test_a_rollback_returns_to_where_the_apply_began(play: Any, database: Any) -> None:
    target = database()
    steps = [db("apply", "DBSchemaApply"), run("check")]
    undo = [db("undo", "DBSchemaRollback", TO_START.replace("execution", "stage.spec.execution"))]
    both = lambda job: target(job) if job.target else BROKEN  # noqa: E731 - short
    done = play(pipeline(steps, rollback=undo, stage=on_failure("StageRollback")), worker=both).run()
    assert done.statuses["s/~rollback/undo"] == "Success", done.nodes["s/~rollback/undo"].problems
    assert done.nodes["s/~rollback/undo"].outputs["changeSets"] == ["db.yaml::2::ann", "db.yaml::1::ann"]
    assert target.plan()["units"]
    assert done.verbs == ["plan", "tag", "update", "tag", "history", "rollback-sql", "rollback"]


def test_a_rollback_to_a_tag_that_was_never_set_has_nothing_to_do(play: Any, database: Any) -> None:
    steps = [db("apply", "DBSchemaApply", more=on_failure("StageRollback"))]
    undo = [db("undo", "DBSchemaRollback", TO_START.replace("execution", "stage.spec.execution"))]
    denied = play(pipeline(steps, rollback=undo), worker=database())
    denied.judge = lambda asked: Decision(False, (Problem(code="POL-101", what="no"),))
    denied.run()
    assert denied.statuses == {"s/apply": "Failed", "s/~rollback/undo": "Success"}
    assert denied.verbs == ["plan", "history"]


def test_a_rollback_by_count_is_resolved_to_names_first(play: Any, database: Any) -> None:
    target = database()
    steps = [db("apply", "DBSchemaApply"), db("undo", "DBSchemaRollback", "changeSetCount: 1")]
    done = play(pipeline(steps), worker=target).run()
    assert done.nodes["s/undo"].memory["undo"] == ["db.yaml::2::ann"]
    assert done.nodes["s/undo"].outputs["changeSets"] == ["db.yaml::2::ann"]
    assert len(target.rows) == 2
    too_many = play(pipeline([db("undo", "DBSchemaRollback", "changeSetCount: 9")]), worker=target).run()
    assert too_many.problems("s/undo") == ["PIP-042"]


def test_an_interrupted_rollback_goes_on_with_what_is_left(play: Any, database: Any) -> None:
    target = database(("f::1::a", "f::2::a", "f::3::a"))
    play(pipeline([db("apply", "DBSchemaApply")]), worker=target).run()
    counts: list[str] = []

    def work(job: Any) -> Any:
        if job.what.argv[0] == "rollback-count":
            counts.append(job.what.argv[job.what.argv.index("--count") + 1])
            if len(counts) == 1:
                target.rows.pop()
                return JobFailed((), status="unknown")
        return target(job)

    done = play(pipeline([db("undo", "DBSchemaRollback", "changeSetCount: 2")]), worker=work).run()
    assert done.execution.status == "Success", done.nodes["s/undo"].problems
    assert counts == ["2", "1"]
    assert done.nodes["s/undo"].outputs["changeSets"] == ["f::3::a", "f::2::a"]


def test_what_was_approved_is_what_runs(play: Any, database: Any) -> None:
    target = database()
    steps = [db("preview", "DBSchemaUpdateSQL"), APPROVE, db("apply", "DBSchemaApply")]
    done = play(pipeline(steps), worker=target).run()
    assert done.execution.status == "Success"
    assert done.execution.pins["approved"] == {"orders/qa": done.nodes["s/preview"].outputs["planDigest"]}

    target = database()
    asked = play(pipeline(steps), worker=target)
    asked.decide = lambda spec: None
    asked.run()
    target.changesets += ("db.yaml::3::eve",)
    changed = asked.answer("s/ok", Approved(("ann",), comments=("fine",)))
    assert changed.problems("s/apply") == ["PIP-040"]
    assert target.verbs == ["plan", "plan"]


def test_a_rejection_fails_with_its_own_class(play: Any, database: Any) -> None:
    steps = [APPROVE, db("apply", "DBSchemaApply")]
    asked = play(pipeline(steps), worker=database())
    asked.decide = lambda spec: Rejected("ann", "not today")
    done = asked.run()
    assert (done.statuses["s/ok"], done.execution.status, done.verbs) == ("ApprovalRejected", "ApprovalRejected", [])
    assert "not today" in str(done.nodes["s/ok"].problems[0])
    late = play(pipeline(steps), worker=database())
    late.decide = lambda spec: TimedOut()
    assert late.run().statuses["s/ok"] == "Expired"


@pytest.mark.parametrize(
    ("rows", "spec", "tags"),
    [
        ([], "tag: v1, tagDatabaseChangeSet: true", ["v1"]),
        (["v0"], "tag: v1, tagDatabaseChangeSet: true", ["v0", "v1"]),
        (["v1"], "tag: v1, tagDatabaseChangeSet: true", ["v1"]),
        (["v0"], "tag: v1", ["v0"]),
        ([None], "tag: v1, tagDatabaseChangeSet: true", ["v1"]),
    ],
)
def test_without_changes_a_tag_is_written_only_if_asked_for(
    play: Any, database: Any, rows: list[str | None], spec: str, tags: list[str]
) -> None:
    target = database(())
    for number, tag in enumerate(rows):
        target._row(f"f::{number}::a", "1", tag)
    done = play(pipeline([db("apply", "DBSchemaApply", spec)]), worker=target).run()
    assert done.execution.status == "Success"
    assert [row["TAG"] for row in target.rows] == tags
    assert "update" not in target.verbs
    assert done.nodes["s/apply"].outputs["preStartTag"] == (next(iter(rows), None) or "v1")


@pytest.mark.parametrize(
    ("command", "spec", "verbs"),
    [
        ("update", "", ["plan", "update"]),
        ("status", "settings: {verbose: true}", ["status"]),
        ("execute-sql", "settings: {sql: SELECT 1}, excludeChangeLogFile: true", ["execute-sql"]),
        ("rollback-count", "settings: {count: 1}", ["rollback-count-sql", "rollback-count"]),
    ],
)
def test_a_command_that_writes_is_shown_to_policies_first(play: Any, database: Any, command: str, spec: str, verbs: list[str]) -> None:
    target = database()
    target._row("f::0::a", "1")
    done = play(pipeline([db("c", "LiquibaseCommand", f"command: {command}{', ' + spec if spec else ''}")]), worker=target).run()
    assert done.execution.status == "Success", done.nodes["s/c"].problems
    assert target.verbs == verbs
    denied = play(pipeline([db("c", "LiquibaseCommand", f"command: {command}{', ' + spec if spec else ''}")]), worker=database())
    denied.judge = lambda asked: Decision(False, (Problem(code="POL-101", what="no"),))
    assert (denied.run().execution.status == "Failed") == (command != "status")
    assert command == "status" or command not in denied.verbs


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("command: status, settings: {password: x}", "PIP-033"),
        ("command: status, settings: {output-file: /etc/passwd}", "PIP-033"),
        ("command: status, settings: {output-file: a/../../b}", "PIP-033"),
    ],
)
def test_a_command_may_not_leave_its_place(play: Any, spec: str, code: str) -> None:
    done = play(pipeline([db("c", "LiquibaseCommand", spec)])).run()
    assert done.problems("s/c") == [code]
    assert done.jobs == []


def test_a_command_that_is_none_is_refused_in_the_document(play: Any) -> None:
    with pytest.raises(InputError) as raised:
        play(pipeline([db("c", "LiquibaseCommand", "command: server")]))
    assert raised.value.problems[0].code == "PIP-016"


def test_a_policy_step_judges_any_document(play: Any) -> None:
    spec = """{type: Custom, policySets: [x], policySpec: {payload: '{"a": <+pipeline.sequenceId>}'}}"""
    text = pipeline([f"- step: {{identifier: p, name: P, type: Policy, spec: {spec}}}"])
    seen: list[Any] = []
    asked = play(text)

    def judge(question: Any) -> Decision:
        seen.append(question.document)
        return Decision(True)

    asked.judge = judge
    assert asked.run().execution.status == "Success"
    assert seen == [{"a": 7}]


def test_nothing_left_to_do_needs_no_approval(play: Any, database: Any) -> None:
    steps = [db("preview", "DBSchemaUpdateSQL"), APPROVE, db("apply", "DBSchemaApply"), db("again", "DBSchemaApply")]
    done = play(pipeline(steps), worker=database()).run()
    assert done.execution.status == "Success", done.nodes["s/again"].problems


def test_selectors_of_the_spec_go_before_those_of_what_encloses_it(play: Any, database: Any) -> None:
    steps = [db("a", "DBSchemaUpdateSQL", "delegateSelectors: [near]"), db("b", "DBSchemaUpdateSQL")]
    done = play(pipeline(steps, stage="delegateSelectors: [far]"), worker=database()).run()
    assert [job.selectors for job in done.jobs] == [["near"], ["far"]]


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ({}, "connector"),
        ({"pipeline"}, "pipeline"),
        ({"pipeline", "stage"}, "stage"),
        ({"pipeline", "stage", "group"}, "group"),
        ({"pipeline", "stage", "group", "step"}, "step"),
        ({"pipeline", "group"}, "group"),
        ({"pipeline", "step"}, "step"),
        ({"stage", "step"}, "step"),
    ],
)
@pytest.mark.parametrize("place", ["of the step", "of its spec"])
def test_the_nearest_selectors_hold(play: Any, database: Any, monkeypatch: Any, written: set[str], chosen: str, place: str) -> None:
    """Step, step group, stage, pipeline, connector: the first of these that names any names all. They are not put together."""

    def at(where: str) -> str:
        return f"delegateSelectors: [{where}, x]" if where in written else "description: none"

    usual = play.find

    def instance(*args: Any) -> Any:
        return msgspec.structs.replace(usual(*args), selectors=("connector", "x"))

    monkeypatch.setattr(play, "find", staticmethod(instance))
    of_step, of_spec = (at("step"), "") if place == "of the step" else ("description: none", at("step") if "step" in written else "")
    spec = "{" + ", ".join(part for part in ("dbSchema: orders", "dbInstance: prod", of_spec) if part) + "}"
    text = f"""
pipeline:
  identifier: p
  name: P
  {at("pipeline")}
  stages:
    - stage:
        identifier: s
        name: S
        type: Custom
        {at("stage")}
        spec:
          execution:
            steps:
              - stepGroup:
                  identifier: g
                  name: G
                  {at("group")}
                  steps:
                    - step: {{identifier: a, name: A, type: DBSchemaUpdateSQL, {of_step}, spec: {spec}}}
"""
    done = play(text, worker=database()).run()
    assert done.execution.status == "Success", [node.problems for node in done.nodes.values()]
    assert [job.selectors for job in done.jobs] == [[chosen, "x"]]


def test_an_approval_that_cannot_be_asked_is_refused_in_the_document(play: Any) -> None:
    with pytest.raises(InputError) as raised:
        play(pipeline([APPROVE.replace("minimumCount: 1", "minimumCount: none")]))
    assert raised.value.problems[0].code == "APR-001"


def test_what_a_script_amounts_to_is_shown_to_policies(play: Any, database: Any) -> None:
    spec = "command: execute-sql, excludeChangeLogFile: true, settings: {sql: DROP TABLE person}"
    asked = play(pipeline([db("c", "LiquibaseCommand", spec)]), worker=database())
    seen: list[Any] = []

    def judge(question: Any) -> Decision:
        seen.append(question.document)
        return Decision(True)

    asked.judge = judge
    asked.run()
    assert [operation["kind"] for operation in seen[0]["operations"]] == ["drop_table"]
    assert (seen[0]["command"], seen[0]["sqlStatements"]) == ("execute-sql", ["DROP TABLE person"])
