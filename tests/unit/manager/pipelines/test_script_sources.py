"""Changelogs that a script makes: before the first job that reads one, once per workspace, the same all through an execution."""

from typing import Any

import pytest

from bascule.core.problems import Problem
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.pipelines.intents import Answer, JobDone, JobFailed
from bascule.manager.pipelines.targets import InstanceFacts, ScriptSource
from bascule.wire.jobs import Command, Job, Script, Target

from . import conftest

FETCH = """curl -H 'x-key: <+secrets.getValue("account.key")>' https://files.example/<+pipeline.variables.release>.tar | tar x"""

APPLY_TWICE = """
pipeline:
  identifier: p
  name: P
  variables: [{name: release, type: String, value: "1.2"}]
  stages:
    - stage:
        identifier: dev
        name: Dev
        type: Custom
        spec:
          execution:
            steps:
              - step: {identifier: preview, name: Preview, type: DBSchemaUpdateSQL, spec: {dbSchema: orders, dbInstance: dev}}
              - step: {identifier: apply, name: Apply, type: DBSchemaApply, spec: {dbSchema: orders, dbInstance: dev}}
    - stage:
        identifier: again
        name: Again
        type: Custom
        spec:
          execution:
            steps:
              - step: {identifier: status, name: Status, type: LiquibaseCommand, spec: {dbSchema: orders, dbInstance: dev, command: status}}
              - step: {identifier: undo, name: Undo, type: DBSchemaRollback, spec: {dbSchema: orders, dbInstance: dev, changeSetCount: 1}}
              - step:
                  identifier: undo_sql
                  name: Undo SQL
                  type: DBSchemaRollbackSQL
                  spec: {dbSchema: orders, dbInstance: dev, changeSetCount: 1}
"""


class Delegate:
    """Runs scripts that make `made`, commands on a database. Notes what it was given: scripts by their folder."""

    def __init__(self) -> None:
        self.database = conftest.Database()
        self.made = iter(lambda: "sha256:one", None)
        self.lost: list[str] = []
        self.done: list[str] = []
        self.jobs: list[Job] = []

    def __call__(self, job: Job) -> Answer | None:
        self.jobs.append(job)
        if isinstance(job.what, Script):
            self.done.append("script")
            return JobDone({}, next(self.made))
        assert isinstance(job.what, Command)
        verb = job.what.argv[0]
        self.done.append(verb)
        if verb in self.lost:
            self.lost.remove(verb)
            return JobFailed((Problem(code="SRC-028", what="gone"),), failure="WorkspaceLost")
        return self.database(job)


@pytest.fixture(autouse=True)
def script(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the DB schema says."""
    written: dict[str, Any] = {"image": "alpine", "shell": "bash", "command": FETCH, "location": "./db/changelog.yaml"}

    def instances(actor: Actor, scope: Scope, schema: str, instance: str, permission: str) -> InstanceFacts:
        return InstanceFacts(
            schema_id=schema,
            schema_name=schema,
            instance_id=instance,
            instance_name=instance,
            type="jdbc:postgresql",
            url="jdbc:postgresql://db/x",
            changelog="db/changelog.yaml",
            source=ScriptSource(**written),
            source_key=f"script:{schema}/{instance}",
            target=Target(url="jdbc:postgresql://db/x", exclusive="db/x"),
            selectors=("near",),
        )

    monkeypatch.setattr(conftest.Play, "find", staticmethod(instances))
    return written


def test_it_runs_before_the_first_job_of_a_workspace_and_no_more() -> None:
    delegate = Delegate()
    play = conftest.Play(APPLY_TWICE, worker=delegate).run()
    assert set(play.statuses.values()) == {"Success"}, play.nodes
    assert delegate.done[:3] == ["script", "plan", "plan"]
    scripts = [job for job in delegate.jobs if isinstance(job.what, Script)]
    assert [job.workspace for job in scripts] == ["exec_1/dev", "exec_1/again"]
    assert [job.what.argv[0] for job in delegate.jobs if isinstance(job.what, Command) and job.source] == []
    assert play.execution.pins["commits"] == {"script:orders/dev": "sha256:one"}
    assert len({job.id for job in delegate.jobs}) == len(delegate.jobs)


def test_its_job_has_the_shell_the_image_the_secrets_and_a_folder_of_its_own() -> None:
    delegate = Delegate()
    conftest.Play(APPLY_TWICE, worker=delegate).run()
    made, plan = delegate.jobs[:2]
    assert isinstance(made.what, Script)
    assert isinstance(plan.what, Command)
    folder = plan.needs[0]
    assert (made.what.shell, made.what.image, made.what.leaves) == ("bash", "alpine", f"{folder}/db/changelog.yaml")
    assert made.what.text.startswith(f"rm -rf '{folder}' && mkdir -p '{folder}' && cd -P '{folder}' || exit 1\n")
    assert made.what.text.endswith("""\ncurl -H 'x-key: '"${BASCULE_SECRET_1}"'' https://files.example/1.2.tar | tar x""")
    assert (made.secrets, made.environment_secrets) == ({"secret_1": "account.key"}, {"BASCULE_SECRET_1": "secret_1"})
    assert (made.selectors, made.target, made.repeat) == (["near"], None, "safe")
    assert plan.what.argv[:5] == ["plan", "--changelog-file", "db/changelog.yaml", "--search-path", folder]
    assert plan.workspace == made.workspace


def test_what_reads_no_changelog_needs_no_script() -> None:
    delegate = Delegate()
    text = APPLY_TWICE.replace("command: status}", "command: history, excludeChangeLogFile: true}")
    play = conftest.Play(text, worker=delegate).run()
    assert play.statuses["again/status"] == "Success"
    before_undo = delegate.done[: delegate.done.index("rollback-count-sql")]
    assert before_undo.count("script") == 2  # for the preview, and for the rollback's SQL: not for two histories
    assert before_undo[-3:] == ["history", "history", "script"]


def test_a_script_that_makes_something_else_later_is_noticed() -> None:
    delegate = Delegate()
    delegate.made = iter(("sha256:one", "sha256:two"))
    play = conftest.Play(APPLY_TWICE, worker=delegate).run()
    assert play.statuses["dev/apply"] == "Success"
    assert play.statuses["again/status"] == "Failed"
    assert play.problems("again/status") == ["PIP-073"]
    assert play.nodes["again/status"].failure == "Verification"


def test_a_script_that_fails_fails_the_step() -> None:
    def worker(job: Job) -> Answer | None:
        return JobFailed((Problem(code="SRC-026", what="no changelog"),), failure="InputError")

    play = conftest.Play(APPLY_TWICE, worker=worker).run()
    assert (play.statuses["dev/preview"], play.problems("dev/preview")) == ("Failed", ["SRC-026"])
    assert "made" not in play.execution.pins


def test_a_workspace_that_went_with_its_delegate_is_made_again_and_must_be_the_same() -> None:
    delegate = Delegate()
    delegate.lost = ["plan"]
    play = conftest.Play(APPLY_TWICE, worker=delegate).run()
    assert delegate.done[:5] == ["script", "plan", "script", "plan", "plan"]
    assert set(play.statuses.values()) == {"Success"}
    delegate = Delegate()
    delegate.lost, delegate.made = ["plan"], iter(("sha256:one", "sha256:two"))
    play = conftest.Play(APPLY_TWICE, worker=delegate).run()
    assert play.problems("dev/preview") == ["PIP-073"]


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("shell", "python", "PIP-070"),
        ("location", "/etc/passwd", "PIP-071"),
        ("location", "../x.yaml", "PIP-071"),
        ("location", "", "PIP-071"),
    ],
)
def test_what_a_schema_may_not_say_is_told(script: dict[str, Any], key: str, value: str, code: str) -> None:
    script[key] = value
    delegate = Delegate()
    play = conftest.Play(APPLY_TWICE, worker=delegate).run()
    assert play.problems("dev/preview") == [code]
    assert delegate.jobs == []
