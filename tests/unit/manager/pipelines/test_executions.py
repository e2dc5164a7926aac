"""The manager's loop on a real store, asked over HTTP; a delegate's part is played by hand through the areas' own doors."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from bascule.core.errors import DeniedError
from bascule.manager.database import reading, writing
from bascule.manager.delegates import service as delegates
from bascule.manager.delegates import store as delegate_store
from bascule.manager.delegates.model import JobOutcome
from bascule.manager.identity.model import Actor, Grant, Scope
from bascule.manager.pipelines import service
from bascule.manager.pipelines.intents import Answer, JobDone, JobFailed

from ..conftest import Admin

BASE = "/v1/orgs/default/projects/default"

PIPELINE = """
pipeline:
  identifier: release
  name: Release
  stages:
    - stage:
        identifier: prod
        name: Production
        type: Custom
        spec:
          execution:
            steps:
              - step: {identifier: preview, name: Preview, type: DBSchemaUpdateSQL, spec: {dbSchema: orders, dbInstance: prod}}
              - step:
                  identifier: approve
                  name: Approve
                  type: HarnessApproval
                  timeout: 1d
                  spec:
                    approvalMessage: Please look
                    includePipelineExecutionHistory: true
                    approvers: {userGroups: [account._account_all_users], minimumCount: 1, disallowPipelineExecutor: false}
              - step: {identifier: apply, name: Apply, type: DBSchemaApply, spec: {dbSchema: orders, dbInstance: prod, tag: <+input>}}
"""


@pytest.fixture
def client(app: FastAPI, admin: Admin) -> Iterator[TestClient]:
    """The manager, asked by the admin, and what runs beside the requests: pipelines take their turns."""
    with TestClient(app, headers={"x-api-key": admin.token}) as client:
        yield client


class Delegate:
    """Answers the jobs that wait, as `worker` says; what it is given, it keeps in `jobs`."""

    def __init__(self, store: Engine, worker: Callable[[Any], Answer | None]) -> None:
        self.store = store
        self.worker = worker
        self.jobs: list[Any] = []

    def work(self) -> None:
        table = delegate_store.JOBS
        with reading(self.store) as connection:
            waiting = list(connection.execute(select(table.c.id).where(table.c.state == "queued")).scalars())
        for job_id in waiting:
            with writing(self.store) as connection:
                record = delegate_store.get_job(connection, job_id)
                self.jobs.append(record.job)
                match self.worker(record.job):
                    case JobDone(outputs=outputs, commit=commit):
                        outcome = JobOutcome(status="success", exit_code=0, outputs=outputs, commit=commit)
                    case JobFailed(problems=problems, status=status, failure=failure, outputs=outputs):
                        outcome = JobOutcome(status=status, failure=failure, problems=problems, outputs=outputs)  # type: ignore[arg-type]
                    case _:
                        continue
                delegates.finish(connection, record, outcome, datetime.now(UTC))


def until(condition: Callable[[], Any], delegate: Delegate | None = None) -> Any:
    """The condition's first true answer, while the delegate works."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if delegate is not None:
            delegate.work()
        if answer := condition():
            return answer
        time.sleep(0.02)
    raise AssertionError("it did not come to that in 20 s")


@pytest.fixture
def project(client: TestClient) -> Iterator[TestClient]:
    """A schema, an instance and a pipeline."""

    def post(path: str, body: dict[str, Any]) -> None:
        answer = client.post(path, json=body)
        assert answer.status_code == 201, answer.text

    git = {"url": "https://git.example/orders.git", "connectionType": "Repo"}
    post(f"{BASE}/connectors", {"connector": {"identifier": "git", "name": "Git", "type": "Git", "spec": git}})
    jdbc = {
        "url": "jdbc:postgresql://db.example/orders",
        "auth": {"type": "UsernamePassword", "spec": {"username": "app", "passwordRef": "account.pw"}},
    }
    post("/v1/secrets", {"secret": {"identifier": "pw", "name": "pw", "type": "SecretText", "spec": {"value": "s3cret-value"}}})
    post(f"{BASE}/connectors", {"connector": {"identifier": "db", "name": "DB", "type": "Jdbc", "spec": jdbc}})
    changelog = {"connector": "git", "location": "db/changelog.yaml"}
    post(f"{BASE}/dbschema", {"identifier": "orders", "name": "Orders", "changelog": changelog})
    post(f"{BASE}/dbschema/orders/instance", {"identifier": "prod", "name": "Prod", "connector": "db", "branch": "main"})
    post(f"{BASE}/pipelines", {"yaml": PIPELINE})
    return client


def test_a_pipeline_runs_from_the_preview_over_the_approval_to_the_database(
    project: TestClient, store: Engine, database: Any, admin: Any
) -> None:
    target = database()
    delegate = Delegate(store, target)
    started = project.post(
        f"{BASE}/pipelines/release/execute", json={"inputs": {"pipeline.stages.prod.spec.execution.steps.apply.spec.tag": "v1"}}
    )
    assert started.status_code == 201, started.text
    execution = started.json()["executionId"]

    def status() -> dict[str, Any]:
        return dict(project.get(f"{BASE}/executions/{execution}").json())

    waiting = until(lambda: (now := status())["status"] == "ApprovalWaiting" and now, delegate)
    steps = {node["path"]: node for node in waiting["nodes"]}
    assert steps["prod/preview"]["outputs"]["sqlCommands"] == ["CREATE TABLE t1 (id INT)", "CREATE TABLE t2 (id INT)"]
    approval = steps["prod/approve"]["approval"]
    shown = project.get(f"{BASE}/approvals/{approval}").json()
    assert shown["sql"] == steps["prod/preview"]["outputs"]["sqlCommands"]
    decided = project.post(f"{BASE}/approvals/{approval}/decision", json={"action": "APPROVE", "comments": "fine"})
    assert decided.status_code < 300, decided.text
    done = until(lambda: (now := status())["status"] not in ("Running", "ApprovalWaiting") and now, delegate)
    assert done["status"] == "Success", done
    assert target.verbs == ["plan", "plan", "tag", "update", "tag"]
    update = next(job for job in delegate.jobs if job.what.argv[0] == "update")
    assert update.source[0].commit == "c0ffee"
    assert update.secrets == {"password": "account.pw"}
    assert "s3cret-value" not in msgspec.json.encode(update).decode()
    assert project.get(f"{BASE}/executions/{execution}/outputs").json()["prod/apply"]["changeSets"] == [
        "db.yaml::1::ann",
        "db.yaml::2::ann",
    ]
    listed = project.get(f"{BASE}/executions?pipeline=release&status=Success").json()
    assert [each["executionId"] for each in listed] == [execution]


def test_an_aborted_execution_stops_and_cancels_its_job(project: TestClient, store: Engine) -> None:
    delegate = Delegate(store, lambda job: None)
    started = project.post(
        f"{BASE}/pipelines/release/execute", json={"inputs": {"pipeline.stages.prod.spec.execution.steps.apply.spec.tag": "v1"}}
    )
    execution = started.json()["executionId"]
    until(lambda: delegate.jobs, delegate)
    assert project.post(f"{BASE}/executions/{execution}/abort").status_code == 202
    aborted = until(lambda: (now := project.get(f"{BASE}/executions/{execution}").json())["status"] == "Aborted" and now)
    assert {node["path"]: node["status"] for node in aborted["nodes"]} == {
        "prod": "Aborted", "prod/preview": "Aborted", "prod/approve": "Skipped", "prod/apply": "Skipped",
    }  # fmt: skip
    with reading(store) as connection:
        assert delegates.outcome_of(connection, delegate.jobs[0].id) == JobOutcome(status="cancelled")
    assert project.post(f"{BASE}/executions/{execution}/abort").status_code == 409


def test_a_rerun_takes_the_same_inputs(project: TestClient) -> None:
    path = "pipeline.stages.prod.spec.execution.steps.apply.spec.tag"
    first = project.post(f"{BASE}/pipelines/release/execute", json={"inputs": {path: "v9"}}).json()["executionId"]
    second = project.post(f"{BASE}/executions/{first}/rerun").json()["executionId"]
    shown = project.get(f"{BASE}/executions/{second}").json()
    assert (shown["inputs"], shown["rerunOf"], shown["sequence"]) == ({path: "v9"}, first, 2)


def test_a_change_from_an_old_version_is_refused(project: TestClient) -> None:
    etag = project.get(f"{BASE}/pipelines/release").headers["etag"]
    body = {"yaml": PIPELINE.replace("name: Release", "name: Releases")}
    assert project.put(f"{BASE}/pipelines/release", json=body, headers={"If-Match": etag}).status_code == 200
    refused = project.put(f"{BASE}/pipelines/release", json=body, headers={"If-Match": etag})
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (409, "PIP-019")


def test_a_broken_document_is_refused_with_every_problem(project: TestClient) -> None:
    broken = PIPELINE.replace("identifier: release", "identifier: other").replace("DBSchemaUpdateSQL", "DBSchemaUpdateSQ")
    answer = project.post(f"{BASE}/pipelines", json={"yaml": broken.replace("dbInstance: prod, tag", "dbInstanc: prod, tag")})
    assert answer.status_code == 400
    assert {problem["code"] for problem in answer.json()["problems"]} == {"PIP-004", "PIP-006", "PIP-011"}


def test_input_sets_are_kept_and_taken(project: TestClient) -> None:
    base = f"{BASE}/pipelines/release/input-sets"
    path = "pipeline.stages.prod.spec.execution.steps.apply.spec.tag"
    assert project.put(f"{base}/usual", json={"name": "Usual", "inputs": {path: "v5"}}).status_code == 200
    assert project.put(f"{base}/odd", json={"name": "Odd", "inputs": {"nothing": "v5"}}).status_code == 400
    assert [held["identifier"] for held in project.get(base).json()] == ["usual"]
    execution = project.post(f"{BASE}/pipelines/release/execute", json={"inputSets": ["usual"]}).json()["executionId"]
    assert project.get(f"{BASE}/executions/{execution}").json()["inputs"] == {path: "v5"}
    assert project.delete(f"{base}/usual").status_code == 204


def test_what_the_form_asks_for_is_told(project: TestClient) -> None:
    asked = project.get(f"{BASE}/pipelines/release/inputs").json()
    assert [each["path"] for each in asked["inputs"]] == ["pipeline.stages.prod.spec.execution.steps.apply.spec.tag"]
    refused = project.post(f"{BASE}/pipelines/release/execute", json={})
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (400, "PIP-023")


def test_clients_of_harness_start_pipelines_at_their_address(project: TestClient) -> None:
    runtime = """
pipeline:
  identifier: release
  stages:
    - stage:
        identifier: prod
        spec: {execution: {steps: [step: {identifier: apply, spec: {tag: v7}}]}}
"""
    address = "/pipeline/api/pipeline/execute/release?orgIdentifier=default&projectIdentifier=default&accountIdentifier=x"
    answer = project.post(address, content=runtime, headers={"content-type": "application/yaml"})
    assert answer.status_code == 200, answer.text
    execution = answer.json()["data"]["planExecution"]["uuid"]
    shown = project.get(f"{BASE}/executions/{execution}").json()
    assert "tag: v7" not in shown["yaml"]
    assert shown["inputs"]["pipeline.stages.prod.spec.execution.steps.apply.spec.tag"] == "v7"


@pytest.mark.parametrize(("role", "may_run", "may_edit"), [("viewer", False, False), ("approver", False, False), ("operator", True, True)])
def test_who_may_run_and_change_pipelines(project: TestClient, store: Engine, role: str, may_run: bool, may_edit: bool) -> None:
    actor = Actor(id="u", name="Una", grants=(Grant(role, Scope("default", "default")),))
    scope = Scope("default", "default")
    values = {"pipeline.stages.prod.spec.execution.steps.apply.spec.tag": "v1"}
    if may_run:
        assert service.execute(store, actor, scope, "release", values).startswith("exec_")
    else:
        with pytest.raises(DeniedError):
            service.execute(store, actor, scope, "release", values)
    elsewhere = Actor(id="u", name="Una", grants=(Grant("operator", Scope("default", "other")),))
    with pytest.raises(DeniedError):
        service.execute(store, elsewhere, scope, "release", values)
    with writing(store) as connection:
        if may_edit:
            assert service.update_pipeline(connection, actor, scope, "release", PIPELINE).version == 2
        else:
            with pytest.raises(DeniedError):
                service.update_pipeline(connection, actor, scope, "release", PIPELINE)


def test_a_fault_of_ours_ends_the_execution_and_says_so(project: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("bascule.manager.pipelines.walk.Walk.turn", broken)
    values = {"pipeline.stages.prod.spec.execution.steps.apply.spec.tag": "v1"}
    execution = project.post(f"{BASE}/pipelines/release/execute", json={"inputs": values}).json()["executionId"]
    ended = until(lambda: (now := project.get(f"{BASE}/executions/{execution}").json())["status"] == "Errored" and now)
    assert [problem["code"] for problem in ended["problems"]] == ["PIP-099"]


def test_an_execution_that_has_ended_keeps_no_workspace_anywhere(project: TestClient, store: Engine, database: Any) -> None:
    delegate = Delegate(store, database())
    inputs = {"inputs": {"pipeline.stages.prod.spec.execution.steps.apply.spec.tag": "v1"}}
    execution = project.post(f"{BASE}/pipelines/release/execute", json=inputs).json()["executionId"]

    def status() -> str:
        return str(project.get(f"{BASE}/executions/{execution}").json()["status"])

    until(lambda: status() == "ApprovalWaiting", delegate)
    ours, others = f"{execution}/prod", f"{execution}2/prod"
    with writing(store) as connection:
        for workspace in (ours, others):
            delegate_store.pin(connection, workspace, "del_1", datetime.now(UTC))
    project.post(f"{BASE}/executions/{execution}/abort")
    until(lambda: status() == "Aborted", delegate)
    with reading(store) as connection:
        assert [delegate_store.pin_of(connection, workspace) for workspace in (ours, others)] == [None, "del_1"]
