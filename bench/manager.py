"""The whole product: how fast a step reaches a warm runner, and what executions that wait cost."""

import json
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from bench.measure import Figure, cpu_seconds, environment, resident_mib

BASCULE = str(Path(sys.executable).parent / "bascule")
PROJECT = "/v1/orgs/default/projects/default"
WAITING = 200
AT_ONCE = 100
STEPS = 40
WATCH_S = 20.0

_APPROVAL = """pipeline:
  identifier: waits
  name: Waits
  orgIdentifier: default
  projectIdentifier: default
  stages:
    - stage:
        identifier: ask
        name: Ask
        type: Custom
        spec:
          execution:
            steps:
              - step:
                  type: HarnessApproval
                  identifier: people
                  name: People
                  timeout: 1d
                  spec:
                    approvalMessage: Shall we?
                    includePipelineExecutionHistory: false
                    approvers: {userGroups: [account.dbas], minimumCount: 1, disallowPipelineExecutor: false}
"""

_RUNS = """pipeline:
  identifier: runs
  name: Runs
  orgIdentifier: default
  projectIdentifier: default
  stages:
    - stage:
        identifier: run
        name: Run
        type: Custom
        spec:
          execution:
            steps:
              - step:
                  type: Run
                  identifier: nothing
                  name: Nothing
                  timeout: 1m
                  spec: {shell: Sh, command: date +%s%3N}
"""

_MANY = (
    _RUNS.replace("runs", "many")
    .replace("Runs", "Many")
    .replace("timeout: 1m", f"timeout: 5m\n                  strategy: {{repeat: {{times: {AT_ONCE}}}}}")
)
"""One execution that queues all of its jobs in one turn."""


class Manager:
    """A manager with its delegate, started for the figures."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        log = folder / "log"
        argv = [BASCULE, "server", "--data-dir", str(folder / "data"), "--port", "0", "--with-delegate", "--allow-scripts"]
        self.sink = stack.enter_context(log.open("wb"))
        self.process = subprocess.Popen(argv, env=environment(), stdout=self.sink, stderr=subprocess.STDOUT)
        stack.callback(self._stop)
        deadline = time.monotonic() + 60
        while not (found := re.search(r"http://127[0-9.]+:[0-9]+", log.read_text(errors="replace"))):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text(errors="replace")[-3000:])
            time.sleep(0.1)
        self.store = folder / "data" / "bascule.db"
        key = (folder / "data" / "admin-token").read_text().strip()
        self.http = stack.enter_context(httpx.Client(base_url=found.group(), headers={"x-api-key": key}, timeout=60))

    def _stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        reply = self.http.request(method, path, json=body)
        if reply.is_error:
            raise RuntimeError(f"{method} {path}: {reply.status_code} {reply.text}")
        return reply.json() if reply.content else None

    def start(self, pipeline: str) -> str:
        return str(self.ask("POST", f"{PROJECT}/pipelines/{pipeline}/execute", {})["executionId"])

    def until(self, execution: str, statuses: set[str], seconds: float = 60.0, *, whole: bool = False) -> None:
        """Until it, or (unless `whole`) something of it, has one of the statuses."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            seen = self.ask("GET", f"{PROJECT}/executions/{execution}")
            if seen["status"] in statuses or (not whole and any(node["status"] in statuses for node in seen["nodes"])):
                return
            time.sleep(0.05)
        raise RuntimeError(f"{execution} did not become one of {statuses}")


class Dispatch(NamedTuple):
    """Epoch milliseconds in the life of a job: queued, the word that it starts is stored, its script runs and says when, it has ended."""

    queued: float
    stored: float
    running: float
    ended: float


def _dispatches(manager: Manager, since: int) -> list[Dispatch]:
    """The jobs after the first `since`, in the order queued."""
    with sqlite3.connect(f"{manager.store.as_uri()}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT id, enqueued_at, started_at, finished_at FROM delegate_jobs WHERE finished_at IS NOT NULL ORDER BY enqueued_at, id"
        ).fetchall()
        told = connection.execute("SELECT job_id, body FROM delegate_events").fetchall()
    events = ((job, event) for job, body in told for event in json.loads(body))
    running = {job: float(event["text"]) for job, event in events if event["kind"] == "log" and event["text"].isdecimal()}
    return [Dispatch(queued, stored, running[job], ended) for job, queued, stored, ended in rows[since:]]


def _one_after_the_other(manager: Manager) -> Iterator[Figure]:
    """A free warm runner, one job at a time."""
    for _ in range(STEPS + 1):
        manager.until(manager.start("runs"), {"Success"})
    seen = _dispatches(manager, 1)
    yield Figure("a step: queued → its start is stored", tuple(each.stored - each.queued for each in seen))
    took = sorted(each.running - each.queued for each in seen)
    yield Figure("a step: queued → running on a warm runner", tuple(took), budget=50)
    yield Figure("a step: queued → running on a warm runner, p95", (took[int(0.95 * len(took))],))
    yield Figure("a step: running → its result is stored", tuple(each.ended - each.running for each in seen))


def _at_once(manager: Manager) -> Iterator[Figure]:
    """Many jobs queued at once, for a delegate that runs four at a time: the last waits for all before it."""
    manager.until(manager.start("many"), {"Success"}, seconds=300, whole=True)
    seen = _dispatches(manager, STEPS + 1)
    waited = sorted(each.running - each.queued for each in seen)
    seconds = (max(each.ended for each in seen) - min(each.queued for each in seen)) / 1000
    yield Figure(f"{AT_ONCE} steps queued at once: queued → running, p50", (statistics.median(waited),))
    yield Figure(f"{AT_ONCE} steps queued at once: queued → running, p95", (waited[int(0.95 * len(waited))],))
    yield Figure(f"{AT_ONCE} steps queued at once: done", (len(seen) / seconds,), unit="jobs/s", note="four at a time")


def figures() -> Iterator[Figure]:
    """One line after the other, as soon as it is known."""
    with tempfile.TemporaryDirectory(prefix="bascule-bench-") as name, ExitStack() as stack:
        manager = Manager(Path(name), stack)
        manager.ask("POST", "/v1/user-groups", {"identifier": "dbas", "name": "DBAs", "users": []})
        for document in (_APPROVAL, _RUNS, _MANY):
            manager.ask("POST", f"{PROJECT}/pipelines", {"yaml": document})
        yield from _one_after_the_other(manager)
        yield from _at_once(manager)

        began = time.monotonic()
        executions = [manager.start("waits") for _ in range(WAITING)]
        for execution in executions:
            manager.until(execution, {"ApprovalWaiting"}, seconds=120)
        yield Figure(f"{WAITING} executions started and waiting", ((time.monotonic() - began) * 1000,))
        time.sleep(3)
        before = cpu_seconds(manager.process.pid)
        time.sleep(WATCH_S)
        share = (cpu_seconds(manager.process.pid) - before) / WATCH_S * 100
        yield Figure(f"CPU of the manager, {WAITING} executions waiting", (share,), unit="%", budget=2, note="budget is for 1,000")
        yield Figure("memory of the manager then", (resident_mib(manager.process.pid),), unit="MiB", budget=300)
