"""The manager's turns killed with SIGKILL where it hurts: started again, the execution goes on, and nothing runs twice that must not."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bascule.core.clock import SystemClock
from bascule.engine.history.row import HistoryRow, summary
from bascule.manager.approvals import service as approvals
from bascule.manager.approvals import store as approval_store
from bascule.manager.audit import store as audit_store
from bascule.manager.database import METADATA, open_store, reading, writing
from bascule.manager.delegates import service as delegates
from bascule.manager.delegates import store as delegate_store
from bascule.manager.delegates.model import JobOutcome
from bascule.manager.identity.model import SYSTEM, Actor, Grant, Scope
from bascule.manager.pipelines import driver, store, walk
from bascule.manager.pipelines.durable import Turns
from bascule.manager.pipelines.model import Execution
from bascule.manager.pipelines.targets import InstanceFacts
from bascule.wire.jobs import GitSource, Job, Target
from tools.servers import Database

SCOPE = Scope("acme", "shop")
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
                  spec: {approvers: {userGroups: [account._account_all_users], minimumCount: 1}}
              - step: {identifier: pause, name: Pause, type: Wait, spec: {duration: 1s}}
              - step: {identifier: apply, name: Apply, type: DBSchemaApply, spec: {dbSchema: orders, dbInstance: prod, tag: v1}}
"""
VERBS = ["plan", "plan", "tag", "update", "tag"]

POINTS: dict[str, tuple[Any, str, str, int]] = {
    "the first turn is decided, not committed": (store, "put_execution", "after", 1),
    "the first job is dispatched and committed": (driver.Driver, "_turn", "after", 1),
    "an answer is there, no turn has taken it": (store, "take", "before", 2),
    "policies are asked, not heard": (driver.Driver, "_decide", "before", 1),
    "policies have judged, it is not stored": (driver.Driver, "_answer", "before", 1),
    "the judgement is stored, no turn has taken it": (driver.Driver, "_answer", "after", 1),
    "an approval is opened, not committed": (approvals, "open", "after", 1),
    "the execution waits for its approval": (driver.Driver, "due", "after", 3),
    "the pre-start tag is chosen, its job not committed": (delegates, "enqueue", "after", 3),
    "the update is handed out, not committed": (delegates, "enqueue", "after", 4),
    "the update is handed out and committed": (driver.Driver, "_walk", "after", 9),
    "the execution has ended, it is not committed": (driver, "_note_end", "before", 1),
}
"""Where → what is called, before or after which call of it the process dies."""


def find(_connection: Any) -> Any:
    def instance(actor: Actor, scope: Scope, schema: str, instance_id: str, permission: str) -> InstanceFacts:
        return InstanceFacts(
            schema_id=schema, schema_name=schema, instance_id=instance_id, instance_name=instance_id, type="jdbc:postgresql",
            url="jdbc:postgresql://db/x", changelog="changelog.yaml", source=GitSource(url="https://git/x.git", branch="main"),
            source_key="x@main", target=Target(url="jdbc:postgresql://db/x", exclusive="x"),
        )  # fmt: skip

    return instance


def manage(url: str, point: str | None) -> None:
    """A manager's turns in a process of their own, until it is killed."""
    walk._JUDGED_WITHIN = timedelta(seconds=1)
    driver.find_instance = find
    driver.Driver.__init__.__kwdefaults__["find"] = find
    if point is not None:
        owner, name, when, count = POINTS[point]
        setattr(owner, name, dying(getattr(owner, name), when, count))
    Turns(open_store(url), SystemClock()).start()
    signal.pause()


def dying(function: Callable[..., Any], when: str, count: int) -> Callable[..., Any]:
    """The function, with the process's death before or after its n-th call."""
    calls = iter(range(1, 10_000))

    def call(*args: Any, **kwargs: Any) -> Any:
        is_last = next(calls) == count
        if is_last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = function(*args, **kwargs)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return call


class Site:
    """The delegate and its database: outside the manager, so they outlive it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.rows: list[HistoryRow] = []
        self.jobs: list[Job] = []

    @property
    def verbs(self) -> list[str]:
        return [job.what.argv[0] for job in self.jobs]  # type: ignore[union-attr]  # only commands here

    def work(self) -> None:
        table = delegate_store.JOBS
        with reading(self.engine) as connection:
            waiting = list(connection.execute(select(table.c.id).where(table.c.state == "queued")).scalars())
        for job_id in waiting:
            with writing(self.engine) as connection:
                record = delegate_store.get_job(connection, job_id)
                self.jobs.append(record.job)
                outcome = JobOutcome(status="success", outputs=self._run(record.job), commit="c0ffee")
                delegates.finish(connection, record, outcome, datetime.now(UTC))

    def _run(self, job: Job) -> dict[str, Any]:
        verb, *options = job.what.argv  # type: ignore[union-attr]  # only commands here
        outputs: dict[str, Any] = {}
        match verb:
            case "plan":
                pending = (
                    []
                    if any(row.id == "1" for row in self.rows)
                    else [{"fqn": "f::1::a", "statements": [{"text": "CREATE TABLE t (id INT)"}]}]
                )
                outputs["plan"] = {"digest": f"sha256:{len(pending)}", "units": pending}
            case "tag":
                tag = options[options.index("--tag") + 1]
                if not self.rows:
                    self.rows.append(HistoryRow(id="marker", author="liquibase", file="liquibase-internal", order=1, tag=tag))
                else:
                    last = self.rows.pop()
                    self.rows.append(HistoryRow(id=last.id, author=last.author, file=last.file, order=last.order, tag=tag))
            case "update":
                self.rows.append(HistoryRow(id="1", author="a", file="f", order=len(self.rows) + 1))
                outputs["changeSets"] = ["f::1::a"]
        return outputs | {"history": summary(self.rows)}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    METADATA.create_all(made)
    return made


@pytest.mark.kill
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_manager_goes_on_where_it_was(engine: Engine, point: str) -> None:
    now = datetime.now(UTC)
    execution = Execution(
        id="exec_1", scope=SCOPE, pipeline="release", name="Release", sequence=1, yaml=PIPELINE, actor=SYSTEM, created_at=now
    )  # fmt: skip
    with writing(engine) as connection:
        store.add_execution(connection, execution)
    driver.Driver(engine, SystemClock(), wake=lambda _: None).connect()
    target = Site(engine)
    processes = multiprocessing.get_context("fork")
    manager = processes.Process(target=manage, args=(str(engine.url), point))
    manager.start()
    killed = False
    deadline = time.monotonic() + 60
    try:
        while time.monotonic() < deadline:
            if not manager.is_alive():
                assert manager.exitcode == -signal.SIGKILL
                killed = True
                manager = processes.Process(target=manage, args=(str(engine.url), None))
                manager.start()
            target.work()
            with reading(engine) as connection:
                now_is = store.find_execution(connection, "exec_1")
                waiting = [approval.id for approval in approval_store.waiting_of_execution(connection, "exec_1")]
            assert now_is is not None
            if waiting and (killed or "approval" not in point):
                approver = Actor(id="ann", name="Ann", grants=(Grant("admin"),))
                approvals.decide(engine, approver, waiting[0], "APPROVE")
            if now_is.is_finished and killed:
                break
            time.sleep(0.02)
    finally:
        manager.kill()
        manager.join()
    assert killed, "the process did not die where it should"
    assert now_is.status == "Success", now_is.problems
    assert target.verbs == VERBS
    update = target.jobs[3]
    assert update.source[0].commit == "c0ffee"  # type: ignore[union-attr]  # Git here
    with reading(engine) as connection:
        nodes = store.nodes(connection, "exec_1")
        opened = connection.execute(select(approval_store.APPROVALS.c.id)).scalars().all()
        ends = connection.execute(select(audit_store.AUDIT_EVENTS.c.id).where(audit_store.AUDIT_EVENTS.c.action == "END")).scalars().all()
    assert len(opened) == 1
    assert len(ends) == 1
    assert nodes["prod/apply"].outputs["changeSets"] == ["f::1::a"]
    assert nodes["prod/apply"].outputs["preStartTag"] == target.jobs[2].what.argv[2]  # type: ignore[union-attr]  # a command


@pytest.mark.kill
@pytest.mark.postgresql
def test_of_two_managers_on_one_store_either_goes_on_alone(postgresql: Database) -> None:
    """Both take turns for the same executions; one is killed in the middle."""
    engine = open_store(postgresql.url)
    METADATA.create_all(engine)
    names = [f"exec_{number}" for number in range(4)]
    now = datetime.now(UTC)
    with writing(engine) as connection:
        for number, name in enumerate(names, 1):
            started = Execution(
                id=name, scope=SCOPE, pipeline="release", name="Release", sequence=number, yaml=PIPELINE, actor=SYSTEM, created_at=now
            )  # fmt: skip
            store.add_execution(connection, started)
    driver.Driver(engine, SystemClock(), wake=lambda _: None).connect()
    site = Site(engine)
    site.rows.append(HistoryRow(id="1", author="a", file="f", order=1, tag="v0"))
    processes = multiprocessing.get_context("fork")
    first, second = (processes.Process(target=manage, args=(postgresql.url, None)) for _ in range(2))
    first.start()
    second.start()
    deadline = time.monotonic() + 60
    statuses: list[str] = []
    try:
        while time.monotonic() < deadline and set(statuses) != {"Success"}:
            site.work()
            with reading(engine) as connection:
                statuses = [found.status for name in names if (found := store.find_execution(connection, name)) is not None]
                waiting = [approval.id for name in names for approval in approval_store.waiting_of_execution(connection, name)]
            if waiting:
                first.kill()
                approvals.decide(engine, Actor(id="ann", name="Ann", grants=(Grant("admin"),)), waiting[0], "APPROVE")
            time.sleep(0.02)
    finally:
        for process in (first, second):
            process.kill()
            process.join()
        engine.dispose()
    assert statuses == ["Success"] * 4
    assert first.exitcode == -signal.SIGKILL
    assert sorted(site.verbs) == ["plan"] * 8
    assert len({job.id for job in site.jobs}) == 8
