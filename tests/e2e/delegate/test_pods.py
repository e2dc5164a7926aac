"""A step group from end to end: a real delegate makes a pod on the stand-in cluster, in which the real program works for a real manager."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bascule.manager.database import reading, writing
from bascule.manager.delegates import pods, service
from bascule.manager.delegates.model import JobOwner
from bascule.wire.jobs import Command, InlineSource, Job, Limits, Script, Target
from bascule.wire.pods import Container, Pod, Resources
from tests.kubesim.cluster import Cluster
from tests.kubesim.runc import RuncRuntime, why_not
from tests.kubesim.runtimes import Image

from .conftest import Manager, wait_until

REPOSITORY = Path(__file__).parents[3]
RBAC = REPOSITORY / "deploy" / "kubernetes" / "rbac.yaml"
NAMESPACE = "bascule"
KEY = "e1/group#1"
PATIENCE_S = 60.0
_VENV = Path(sys.executable).parent
_PATH = f"{_VENV}:/usr/local/bin:/usr/bin:/bin"
_PYTHON = str(Path(os.path.realpath(sys.executable)).parents[1])
_BINDS = tuple(dict.fromkeys((str(REPOSITORY), str(_VENV.parent), _PYTHON)))
CHANGELOG = """
databaseChangeLog:
- changeSet: {id: 1, author: a, changes: [{createTable: {tableName: t, columns: [{column: {name: id, type: int}}]}}]}
"""
_NO_RUNC = why_not()
if _NO_RUNC and os.environ.get("REQUIRE_RUNC") == "1":
    raise RuntimeError(_NO_RUNC)


def _cluster(folder: Path, runtime: Any) -> Iterator[Cluster]:
    image = Image(environment={"PATH": _PATH, "PYTHONDONTWRITEBYTECODE": "1"}, binds=_BINDS)
    with Cluster(folder / "cluster", {"bascule:real": image, "step:1": Image()}, runtime) as running:
        labels = "{pod-security.kubernetes.io/enforce: restricted}"
        running.apply(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {NAMESPACE}, labels: {labels}}}\n")
        running.apply(RBAC.read_text())
        yield running
        assert not running.unimplemented, running.unimplemented


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    yield from _cluster(tmp_path, None)


class Permanent:
    """`bascule delegate --kubeconfig …`, as the service account of our Role."""

    def __init__(self, manager: Manager, cluster: Cluster, folder: Path) -> None:
        config = cluster.kubeconfig(token=cluster.token_of(NAMESPACE, "bascule-delegate"), namespace=NAMESPACE, name="delegate.kubeconfig")
        self._argv = [str(_VENV / "bascule"), "delegate", "--manager", manager.url, "--name", "permanent", "--data-dir", str(folder / "d")]
        self._argv += ["--kubeconfig", str(config), "--pod-image", "bascule:real"]
        self._environment = {"PATH": _PATH, "BASCULE_DELEGATE_TOKEN": manager.token(), "HOME": str(folder)}
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._argv, env=self._environment, cwd="/")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def start_again(self) -> None:
        self.process = self._start()


@pytest.fixture
def permanent(manager: Manager, cluster: Cluster, tmp_path: Path) -> Iterator[Permanent]:
    running = Permanent(manager, cluster, tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


class Group:
    """A step group: its pod's job, and jobs in it."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self.name = self.job = ""

    def ask(self, **fields: Any) -> str:
        """For its pod."""
        pod = Pod(key=KEY, **{"init_timeout_s": 60.0, "deadline_s": 300.0} | fields)
        job = Job(id=f"job-{time.monotonic_ns()}", what=pod, repeat="safe")
        with writing(self._manager.engine) as connection:
            pods.start(connection, job, JobOwner(execution_id="e1"), datetime.now(UTC))
        self.job = job.id
        return self.job

    def begin(self, **fields: Any) -> str:
        """The same, and wait until it runs."""
        self.ask(**fields)
        self.name = wait_until(self._runs, PATIENCE_S)
        return self.job

    def _runs(self) -> str | None:
        for text in self._manager.logs(self.job):
            if found := re.match(r"the pod (\S+) runs", text):
                return found[1]
        return None

    def run(self, what: Any, **fields: Any) -> str:
        return self._manager.enqueue(what=what, workspace=KEY, pod=KEY, **fields)

    def end(self) -> None:
        """Nothing more comes."""
        with writing(self._manager.engine) as connection:
            pods.leave(connection, KEY.partition("#")[0])


@pytest.fixture
def group(manager: Manager) -> Group:
    return Group(manager)


def outcome(manager: Manager, job: str) -> Any:
    def ended() -> Any:
        with reading(manager.engine) as connection:
            return service.outcome_of(connection, job)

    return wait_until(ended, PATIENCE_S)


def nothing_is_left(cluster: Cluster) -> bool:
    return bool(wait_until(lambda: not cluster.all("pods") and not cluster.all("secrets")))


STEP = Container(name="step1", image="step:1", environment={"GREETING": "hello"})


def test_a_step_group_runs_in_its_pod(manager: Manager, cluster: Cluster, permanent: Permanent, group: Group) -> None:
    pod_job = group.begin(containers=[STEP, Container(name="skipped", image="step:1")])
    source = InlineSource(files={"changelog.yaml": CHANGELOG}, directory=".")
    update = Command(argv=["update", "--changelog-file", "changelog.yaml"])
    applied = outcome(manager, group.run(update, source=[source], target=Target(url="sqlite:///db.sqlite")))
    assert (applied.status, applied.problems) == ("success", ())
    text = 'echo "$GREETING from $(ls)"; echo "it is $DB_PASSWORD" >&2; X=$GREETING$N; echo made > by-step; exit 0'
    script = Script(text=text, container="step1", output_variables=["X"])
    job = group.run(script, environment={"N": "1"}, environment_secrets={"DB_PASSWORD": "p"}, secrets={"p": "account.db_password"})
    first = outcome(manager, job)
    assert (first.status, first.outputs) == ("success", {"X": "hello1"})
    logs = manager.logs(job)
    assert any(line.startswith("hello from") for line in logs)
    assert "it is ***" in logs
    assert any("db.sqlite" in line for line in logs)
    again = outcome(manager, group.run(Script(text="cat by-step; exit 3", container="step1")))
    assert (again.status, again.exit_code) == ("failure", 3), again
    beside = group.run(Script(text="cat by-step"))  # beside the delegate, in the same workspace
    assert outcome(manager, beside).status == "success"
    assert "made" in manager.logs(beside)
    assert "CANARY" not in str(cluster.all("pods"))
    group.end()
    ended = outcome(manager, pod_job)
    assert (ended.status, ended.outputs["pod"]) == ("success", group.name)
    assert nothing_is_left(cluster)


def test_a_script_in_a_step_container_is_cancelled_and_its_container_goes_on(
    manager: Manager, cluster: Cluster, permanent: Permanent, group: Group
) -> None:
    pod_job = group.begin(containers=[STEP])
    job = group.run(Script(text="echo waiting; sleep 600 & sleep 600", container="step1"))
    wait_until(lambda: "waiting" in manager.logs(job), PATIENCE_S)
    manager.cancel(job)
    assert outcome(manager, job).status == "cancelled"
    deaf = group.run(
        Script(text="trap '' TERM; echo deaf; while :; do sleep 0.1; done", container="step1"), limits=Limits(timeout_s=1, grace_s=2)
    )
    assert outcome(manager, deaf).failure == "Timeout"
    assert outcome(manager, group.run(Script(text="echo alive", container="step1"))).status == "success"
    group.end()
    assert outcome(manager, pod_job).status == "success"
    assert nothing_is_left(cluster)


def test_a_killed_delegate_goes_on_with_its_pod(manager: Manager, cluster: Cluster, permanent: Permanent, group: Group) -> None:
    pod_job = group.begin()
    job = group.run(Script(text="echo waiting; sleep 2; echo done"))
    wait_until(lambda: "waiting" in manager.logs(job), PATIENCE_S)
    permanent.kill()
    assert outcome(manager, job).status == "success"
    permanent.start_again()
    wait_until(lambda: any("going on with it" in line for line in manager.logs(pod_job)), PATIENCE_S)
    group.end()
    assert outcome(manager, pod_job).status == "success"
    assert nothing_is_left(cluster)


def test_a_cancelled_group_tells_how_its_jobs_ended(manager: Manager, cluster: Cluster, permanent: Permanent, group: Group) -> None:
    pod_job = group.begin()
    job = group.run(Script(text="trap 'echo bye; exit 9' TERM; echo waiting; while :; do sleep 0.1; done"))
    wait_until(lambda: "waiting" in manager.logs(job), PATIENCE_S)
    manager.cancel(pod_job)
    assert outcome(manager, job).status == "cancelled"
    assert "bye" in manager.logs(job)
    assert outcome(manager, pod_job).status == "cancelled"
    assert nothing_is_left(cluster)


def test_a_delegate_that_is_not_let_in_ends_with_a_status_of_its_own(manager: Manager, tmp_path: Path) -> None:
    def run(url: str, name: str) -> int:
        argv = [str(_VENV / "bascule"), "delegate", "--ephemeral", "--manager", url, "--data-dir", str(tmp_path / name)]
        given = {"PATH": _PATH, "BASCULE_DELEGATE_TOKEN": "of nobody"}
        return subprocess.run([*argv, "--register-within", "1"], env=given, timeout=PATIENCE_S, check=False).returncode

    assert run("http://127.0.0.1:1", "a") == 5
    assert run(manager.url, "b") == 3


# With runc users, file systems and memory are real


@pytest.fixture
def real_cluster(tmp_path: Path) -> Iterator[Cluster]:
    if _NO_RUNC:
        pytest.skip(_NO_RUNC)
    yield from _cluster(tmp_path, RuncRuntime(tmp_path / "runc"))


@pytest.fixture
def on_real_cluster(manager: Manager, real_cluster: Cluster, tmp_path: Path) -> Iterator[Permanent]:
    running = Permanent(manager, real_cluster, tmp_path)
    yield running
    running.process.send_signal(signal.SIGKILL)
    running.process.wait()


def test_a_pod_is_nobody_on_a_file_system_that_it_may_not_write(
    manager: Manager, real_cluster: Cluster, on_real_cluster: Permanent, group: Group
) -> None:
    other = Container(name="step1", image="step:1", run_as_user=1234, resources=Resources(limits={"memory": "64Mi"}))
    pod_job = group.begin(containers=[other])
    source = InlineSource(files={"changelog.yaml": CHANGELOG}, directory=".")
    update = Command(argv=["update", "--changelog-file", "changelog.yaml"])
    applied = outcome(manager, group.run(update, source=[source], target=Target(url="sqlite:///db.sqlite")))
    assert (applied.status, applied.problems) == ("success", ())
    text = "id -u; touch /here 2>&1; ls; echo made > by-step; mkdir -p deep; touch deep/file; ls /bascule/secret 2>&1; U=$(id -u)"
    job = group.run(Script(text=text, container="step1", output_variables=["U"]))
    assert outcome(manager, job).outputs == {"U": "1234"}
    logs = manager.logs(job)
    assert "touch: cannot touch '/here': Read-only file system" in logs
    assert "ls: cannot access '/bascule/secret': No such file or directory" in logs
    assert {"changelog.yaml", "db.sqlite"} <= set(logs)
    beside = group.run(Script(text="id -u; echo more >> by-step; rm -r deep; cat by-step"))
    assert outcome(manager, beside).status == "success"
    assert [line for line in manager.logs(beside) if line in ("65532", "made", "more")] == ["65532", "made", "more"]
    fat = group.run(Script(text="x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo ${#x}", container="step1"))
    assert outcome(manager, fat).status == "failure"
    group.end()
    # The kernel may have killed the container's first process along with the script: then that is what the group ended with.
    assert outcome(manager, pod_job).status == "success"
    assert nothing_is_left(real_cluster)


def test_a_pod_with_too_little_memory_says_its_limit(
    manager: Manager, real_cluster: Cluster, on_real_cluster: Permanent, group: Group
) -> None:
    ended = outcome(manager, group.ask(resources=Resources(limits={"memory": "24Mi"})))
    (problem,) = ended.problems
    assert (problem.code, problem.why) == ("K8S-021", "its limit is 24Mi")
    assert nothing_is_left(real_cluster)
