"""The processes that wait for the next job: they are there before it, they go with the delegate, and a dead one is replaced."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from bascule.wire.jobs import Script

from .conftest import DelegateProcess, Manager, wait_until

Start = Callable[..., DelegateProcess]


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def spare(delegate: DelegateProcess) -> tuple[int, int]:
    """The supervisor that waits for a job, and the process that waits to become it; once nothing else is there."""

    def both() -> tuple[int, int] | None:
        supervisors = children(delegate.warm_parent()) if delegate.children() else []
        waiting = children(supervisors[0]) if len(supervisors) == 1 else []
        return (supervisors[0], waiting[0]) if len(waiting) == 1 else None

    return wait_until(both)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def resident_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


@pytest.mark.parametrize("which", [0, 1], ids=["its supervisor", "its process"])
def test_a_spare_that_was_killed_is_no_loss(manager: Manager, start_delegate: Start, which: int) -> None:
    delegate = start_delegate()
    killed = spare(delegate)[which]
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: is_gone(killed))
    assert manager.outcome(manager.enqueue("say", "hello")).status == "success"
    assert delegate.children()


def test_the_job_runs_in_the_processes_that_waited(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    delegate = start_delegate()
    supervisor, process = spare(delegate)
    job = manager.enqueue("until", str(tmp_path / "gate"))
    wait_until(lambda: "waiting" in manager.logs(job))
    assert delegate.supervisors() == [supervisor]
    assert children(supervisor) == [process]
    assert wait_until(lambda: [pid for pid in children(delegate.warm_parent()) if pid != supervisor]), "the next one waits"


@pytest.mark.parametrize("whom", ["the delegate", "its warm parent"])
def test_with_its_delegate_a_spare_ends(manager: Manager, start_delegate: Start, whom: str) -> None:
    delegate = start_delegate()
    assert manager.outcome(manager.enqueue("say", "hello")).status == "success"
    waiting, parent = spare(delegate), delegate.warm_parent()
    if whom == "the delegate":
        delegate.kill()
    else:
        os.kill(parent, signal.SIGKILL)
        assert delegate.wait() == 4
    wait_until(lambda: all(is_gone(pid) for pid in (parent, *waiting)))


def test_jobs_leave_no_descriptor_and_no_memory_behind(manager: Manager, start_delegate: Start) -> None:
    delegate = start_delegate(allow_scripts=True)

    def run(count: int) -> tuple[int, int, int]:
        for job in [manager.enqueue(what=Script(text="echo $x", output_variables=["x"])) for _ in range(count)]:
            assert manager.outcome(job).status == "success"
        wait_until(lambda: not any(delegate.data.glob("jobs/*")))
        parent, (supervisor, _) = delegate.warm_parent(), spare(delegate)
        counts = [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (parent, supervisor)]
        return counts[0], counts[1], resident_kib(parent)

    before = run(5)
    after = run(40)
    assert after[:2] == before[:2]
    assert after[2] - before[2] < 1024
