"""Two managers on one PostgreSQL share delegates and executions; either may be killed at any moment, and nothing is lost or done twice."""

import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tools.servers import Database

pytestmark = pytest.mark.postgresql

BASCULE = str(Path(sys.executable).parent / "bascule")
PROJECT = "/v1/orgs/default/projects/default"
STEPS = 3
PATIENCE_S = 180.0
ENDED = {"Success", "Failed", "Errored", "Aborted", "Expired"}

PIPELINE = """pipeline:
  identifier: {identifier}
  name: {identifier}
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
"""
STEP = """
              - step:
                  type: Run
                  identifier: step{number}
                  name: Step {number}
                  timeout: 2m
                  spec: {{shell: Sh, command: "echo <+pipeline.executionId> {number} >> {file}; sleep 0.1"}}
"""


class Site:
    """Two managers, a delegate that knows both, and where their scripts write down that they ran."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.ran = folder / "ran"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.urls: list[str] = []
        self.key = ""

    def start_managers(self) -> None:
        folder = self.folder
        for name in ("a", "b"):
            (folder / name).mkdir()
            if name == "b":
                shutil.copy(folder / "a" / "master.key", folder / "b" / "master.key")
            self._start(name, "server", "--data-dir", str(folder / name), "--store", self.database.url, "--port", "0")
            self.urls.append(self._said(name, r"http://127[0-9.]+:[0-9]+"))
        self.key = (folder / "a" / "admin-token").read_text().strip()

    def start_delegate(self, *managers: str) -> None:
        token = self.ask("POST", "/v1/delegate-tokens", {"name": "t"})["value"]
        argv = ["delegate", "--manager", ",".join(managers), "--token", token, "--data-dir", str(self.folder / "delegate")]
        self._start("delegate", *argv, "--allow-scripts", "--script-user", str(os.getuid()), "--capacity", "8")
        self._said("delegate", "registered")

    def _start(self, name: str, *argv: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes.append(subprocess.Popen([BASCULE, *argv], stdout=log, stderr=subprocess.STDOUT))

    def _said(self, name: str, pattern: str) -> str:
        ends_at = time.monotonic() + PATIENCE_S
        while not (found := re.search(pattern, text := (self.folder / f"{name}.log").read_text())):
            assert time.monotonic() < ends_at, text
            assert self.processes[-1].poll() is None, text
            time.sleep(0.05)
        return found.group()

    def ask(self, method: str, path: str, body: Any = None, *, of: int = 0) -> Any:
        reply = httpx.request(method, self.urls[of] + path, json=body, headers={"x-api-key": self.key}, timeout=30)
        assert reply.is_success, reply.text
        return reply.json() if reply.content else None

    def pipeline(self, steps: int) -> None:
        text = PIPELINE.format(identifier="runs") + "".join(STEP.format(number=n, file=self.ran) for n in range(steps))
        self.ask("POST", f"{PROJECT}/pipelines", {"yaml": text})

    def execute(self, *, of: int) -> str:
        return str(self.ask("POST", f"{PROJECT}/pipelines/runs/execute", {}, of=of)["executionId"])

    def ended(self, execution: str, *, of: int) -> str:
        ends_at = time.monotonic() + PATIENCE_S
        while (seen := self.ask("GET", f"{PROJECT}/executions/{execution}", of=of))["status"] not in ENDED:
            assert time.monotonic() < ends_at, seen
            time.sleep(0.2)
        return f"{seen['status']} {[node['problems'] for node in seen['nodes'] if node['problems']]}"

    def kill(self, manager: int) -> None:
        self.processes[manager].kill()
        self.processes[manager].wait()

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.database.url) as connection:
            return connection.execute(query).fetchall()  # type: ignore[arg-type]  # a literal of this file

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def site(tmp_path: Path, postgresql: Database) -> Iterator[Site]:
    made = Site(tmp_path, postgresql)
    try:
        made.start_managers()
        yield made
    finally:
        made.stop()


@pytest.mark.parametrize(("victim", "moment_s"), [(0, 0.0), (0, 0.6), (0, 1.5), (1, 0.3), (1, 1.0)])
def test_a_manager_that_is_killed_takes_nothing_with_it(site: Site, victim: int, moment_s: float) -> None:
    """The delegate holds its poll at manager 0 first. Half of the executions are started at each manager."""
    site.start_delegate(*site.urls)
    site.pipeline(STEPS)
    executions = [site.execute(of=number % 2) for number in range(6)]
    time.sleep(moment_s)
    site.kill(victim)
    left = 1 - victim
    executions.append(site.execute(of=left))
    assert {site.ended(execution, of=left) for execution in executions} == {"Success []"}
    ran = site.ran.read_text().split("\n")[:-1]
    assert sorted(ran) == sorted(f"{execution} {number}" for execution in executions for number in range(STEPS))
    assert site.rows("SELECT count(*), count(DISTINCT id) FROM delegate_jobs WHERE state = 'finished'") == [(21, 21)]
    assert site.rows("SELECT count(*) FROM delegate_attempts WHERE outcome IS NOT NULL") == [(21,)]


def test_a_poll_at_one_manager_is_woken_by_what_the_other_queues(site: Site) -> None:
    """NOTIFY brings it: without, a poll looks again every 2 s, and half of the jobs would wait for more than one."""
    site.start_delegate(site.urls[1])
    site.pipeline(1)
    for _ in range(6):
        assert site.ended(site.execute(of=0), of=0) == "Success []"
    rows = site.rows(
        "SELECT min(a.leased_at) - min(j.enqueued_at) FROM delegate_jobs j JOIN delegate_attempts a ON a.job_id = j.id GROUP BY j.id"
    )
    assert statistics.median(float(waited) for (waited,) in rows) < 700
