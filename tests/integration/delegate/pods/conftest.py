"""A cluster as a delegate sees it: the stand-in, as the service account of the Role that we ship; or a real one (`--kube KUBECONFIG`).

In the stand-in's image `bascule:test` the program `bascule` is a shell script that does what the pod's variable BEHAVIOUR says.
"""

import asyncio
import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from bascule.delegate.folder import Ended, EventReader, JobFolder
from bascule.delegate.pods import names
from bascule.delegate.pods.binding import Setup
from bascule.delegate.pods.runner import Pods
from bascule.delegate.runners.base import Work
from bascule.delegate.settings import PodSettings
from bascule.wire.delegates import Lease
from bascule.wire.jobs import Job
from bascule.wire.pods import Container, Pod
from tests.kubesim.cluster import Cluster
from tests.kubesim.runtimes import Image

NAMESPACE = "bascule"
ACCOUNT = "bascule-delegate"
RBAC = Path(__file__).parents[4] / "deploy" / "kubernetes" / "rbac.yaml"
LABELS = "{pod-security.kubernetes.io/enforce: restricted}"
TOKEN = "CANARY-t0ken-of-the-pod"
PATIENCE_S = 30.0
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_BASCULE = """#!/bin/sh
eval "$BEHAVIOUR"
"""
IDLE = "trap 'exit 0' TERM; echo up; while :; do sleep 0.1; done"
T = TypeVar("T")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--kube") != "sim":
        for item in items:
            if "cluster" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason=f"{item.name} needs the stand-in: its images, or a fault on purpose"))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    program = tmp_path / "image" / "bascule"
    program.parent.mkdir()
    program.write_text(_BASCULE)
    program.chmod(0o755)
    images = {
        "bascule:test": Image(environment={"PATH": f"{program.parent}:{_PATH}"}),
        "step:1": Image(),
        "private.example/step:1": Image(login="robot:CANARY-p4ss"),
    }
    with Cluster(tmp_path / "cluster", images) as running:
        running.apply(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {NAMESPACE}, labels: {LABELS}}}\n")
        running.apply(RBAC.read_text())
        running.set_scale(20)
        yield running
        assert not running.unimplemented, running.unimplemented


class Place:
    """Any cluster, as far as a test may look at it: with kubectl where it is a real one."""

    def __init__(self, sim: Cluster | None, config: Path) -> None:
        self.sim, self.config = sim, config

    def all(self, plural: str) -> list[dict[str, Any]]:
        """In the delegate's namespace, what the cluster itself puts there left out."""
        if self.sim is not None:
            return self.sim.all(plural, NAMESPACE)
        text = self._kubectl("get", plural, "--namespace", NAMESPACE, "--output", "json")
        return [item for item in json.loads(text)["items"] if item["metadata"].get("labels", {}).get(names.MANAGED_BY) == names.MANAGER]

    def make(self, text: str) -> None:
        """Have it there, whether it was or not."""
        if self.sim is not None:
            self.sim.apply(text)
        else:
            self._kubectl("apply", "--validate=false", "--filename", "-", text=text)

    def _kubectl(self, *words: str, text: str = "") -> str:
        argv = ["kubectl", "--kubeconfig", str(self.config), *words]
        return subprocess.run(argv, capture_output=True, text=True, input=text, timeout=60, check=True).stdout


class Hands:
    """The pods of one delegate, in an event loop of their own."""

    def __init__(self, settings: PodSettings, folder: Path, **setup: Any) -> None:
        self._folder = folder
        (folder / "jobs").mkdir(parents=True, exist_ok=True)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        given = {"delegate": "d1", "manager": "https://manager.example:8080", "image": "bascule:test"} | setup
        self.pods = Pods(settings, Setup(**given), folder, buffer_bytes=2**20)
        self._reaping: list[Future[None]] = []

    def start(self, pod: Pod, *, job: str = "job-1", attempt: int = 1, secrets: dict[str, str] | None = None) -> "Carried":
        lease = Lease(job=Job(id=job, what=pod), attempt=attempt, fence=attempt, expires_at=time.time() + 60)
        folder = JobFolder.make(self._folder / "jobs", lease)
        given = {"token": TOKEN} if secrets is None else secrets
        work = Work(job=lease.job, folder=str(folder.path), workspace=str(self._folder), secrets=given)
        asyncio.run_coroutine_threadsafe(self.pods.start(work), self._loop).result(10)
        return Carried(folder, self)

    def reap(self) -> None:
        """For as long as they are there."""
        self._reaping.append(asyncio.run_coroutine_threadsafe(self.pods.reap(), self._loop))

    def cancel(self, folder: JobFolder) -> None:
        self._loop.call_soon_threadsafe(self.pods.cancel, folder)

    def leave(self) -> None:
        """As a delegate does that ends, or is killed: no pod is touched."""
        if self._loop.is_running():
            for reaping in self._reaping:
                reaping.cancel()
            asyncio.run_coroutine_threadsafe(self.pods.close(), self._loop).result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)


class Carried:
    """A pod in hand."""

    def __init__(self, folder: JobFolder, hands: Hands) -> None:
        self.folder, self._hands = folder, hands

    def cancel(self) -> None:
        self._hands.cancel(self.folder)

    def ended(self) -> Ended:
        return until(self.folder.ended)

    def problem(self) -> dict[str, Any]:
        """The one that it ended with."""
        ended = self.ended()
        assert ended.status == "failure", ended
        (problem,) = ended.problems
        return problem

    def logs(self) -> list[str]:
        lines = EventReader(self.folder).read(0, 2**20, 10_000)
        events = [yaml.safe_load(line) for line in lines]
        return [event["text"] for event in events if event["kind"] == "log"]

    def until_told(self, text: str) -> None:
        until(lambda: any(text in line for line in self.logs()))


def until(look: Callable[[], T | None], patience_s: float = PATIENCE_S) -> T:
    """What `look` finds, once it finds something."""
    ends_at = time.monotonic() + patience_s
    while time.monotonic() < ends_at:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def pods(cluster: Cluster) -> list[dict[str, Any]]:
    return cluster.all("pods", NAMESPACE)


def nothing_is_left(where: Cluster | Place) -> bool:
    """A pod's Secrets may be a moment behind it."""
    return bool(until(lambda: not where.all("pods") and not where.all("secrets")))


def idle(**fields: Any) -> Pod:
    """A pod whose delegate does nothing until it is told to end."""
    behaviour = fields.pop("behaviour", IDLE)
    environment = {"BEHAVIOUR": behaviour} | fields.pop("environment", {})
    return Pod(**{"key": "e1/apply/group", "environment": environment, "init_timeout_s": 20.0} | fields)


def step(name: str = "step1", **fields: Any) -> Container:
    return Container(**{"name": name, "image": "step:1"} | fields)


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    """The stand-in as the service account of our Role; a real cluster as whoever its kubeconfig is, the Role put there too."""
    asked = str(request.config.getoption("--kube"))
    if asked == "sim":
        sim: Cluster = request.getfixturevalue("cluster")
        token = sim.token_of(NAMESPACE, ACCOUNT)
        return Place(sim, sim.kubeconfig(token=token, namespace=NAMESPACE, name="delegate.kubeconfig"))
    found = Place(None, Path(asked))
    found.make(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {NAMESPACE}, labels: {LABELS}}}\n")
    found.make(RBAC.read_text())
    return found


@pytest.fixture
def settings(place: Place) -> PodSettings:
    return PodSettings(kubeconfig=place.config, namespace=NAMESPACE, patience_s=0.5)


@pytest.fixture
def hands(settings: PodSettings, tmp_path: Path) -> Iterator[Hands]:
    held = Hands(settings, tmp_path / "delegate")
    yield held
    held.leave()
