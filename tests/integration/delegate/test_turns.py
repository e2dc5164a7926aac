"""A step container's loop in the shells that images have, and what the delegate's side of it passes on."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.delegate import turns
from bascule.delegate.turns import Turn

SHELLS = {"dash": ["dash", "-c"], "bash": ["bash", "--posix", "-c"], "busybox": ["busybox", "sh", "-c"]}
_OWN = ("unshare", "--pid", "--mount-proc", "--fork", "--kill-child")
_CAN = subprocess.run([*_OWN, "true"], capture_output=True, check=False).returncode == 0 if shutil.which("unshare") else False


class Step:
    """A step container's first process, and jobs that give it a turn."""

    def __init__(self, shell: str, folder: Path) -> None:
        self.turns, self.workspace = folder / "turns", folder / "workspace"
        (self.turns / "step").mkdir(parents=True)
        self.workspace.mkdir()
        argv = [*(_OWN if _CAN else ()), *SHELLS[shell], turns.WAIT, "step", str(self.turns / "step")]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def job(self, script: str, folder: Path, *, grace_s: float = 5, **environment: str) -> int:
        """A forked process as a job's is: its output goes into a file. Its id."""
        turn = Turn(shell="sh", script=script, wrapper=None, environment=environment, workspace=str(self.workspace), grace_s=grace_s)
        pid = os.fork()
        if pid == 0:
            out = os.open(folder / "printed", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(out, 1)
            os.dup2(out, 2)
            os._exit(turns.take(self.turns, "step", turn, None))
        return pid


def ended(pid: int) -> int:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    raise AssertionError("it has not ended")


@pytest.fixture(params=SHELLS)
def step(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Step]:
    if shutil.which(SHELLS[request.param][0]) is None:
        pytest.skip(f"{request.param} is not installed")
    running = Step(request.param, tmp_path)
    yield running
    running.process.kill()
    running.process.communicate()


def until_printed(folder: Path, text: str) -> None:
    deadline = time.monotonic() + 20
    while not (folder / "printed").exists() or text not in (folder / "printed").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_script_gets_its_environment_and_its_status_comes_back(step: Step, tmp_path: Path) -> None:
    pid = step.job('echo "$A"; pwd; echo bad >&2; exit 7', tmp_path, A='it\'s "$HOME" `x`\nsecond')
    assert ended(pid) == 7
    printed = (tmp_path / "printed").read_text().splitlines()
    assert sorted(printed) == sorted(['it\'s "$HOME" `x`', "second", str(step.workspace), "bad"])
    assert not list((step.turns / "step").glob("[0-9]*"))


def test_many_turns_follow_each_other_and_the_end_ends_it(step: Step, tmp_path: Path) -> None:
    for number in range(3):
        assert ended(step.job(f"echo {number}", tmp_path)) == 0
        assert (tmp_path / "printed").read_text() == f"{number}\n"
    turns.end_all(step.turns)
    assert step.process.wait(10) == 0


def test_a_step_that_never_gets_its_turn_is_told_so(step: Step) -> None:
    turns.end_all(step.turns)
    assert step.process.communicate(timeout=10)[0] == "bascule: this step's turn did not come\n"
    assert step.process.returncode == 0


@pytest.mark.skipif(not _CAN, reason="without a process namespace only the script itself can be ended")
def test_a_cancel_ends_all_that_a_script_has_started(step: Step, tmp_path: Path) -> None:
    pid = step.job(f"(trap '' TERM; sleep 1; echo alive > {tmp_path}/alive; sleep 60) & echo up; sleep 60", tmp_path, grace_s=1)
    until_printed(tmp_path, "up")
    os.kill(pid, signal.SIGTERM)
    assert ended(pid) == 143
    time.sleep(1.2)
    assert not (tmp_path / "alive").exists()
    assert ended(step.job("echo next", tmp_path)) == 0


@pytest.mark.skipif(not _CAN, reason="without a process namespace only the script itself can be ended")
def test_a_deaf_script_is_killed_within_its_grace(step: Step, tmp_path: Path) -> None:
    pid = step.job("trap '' TERM; echo up; while :; do sleep 1; done", tmp_path, grace_s=2)
    until_printed(tmp_path, "up")
    os.kill(pid, signal.SIGTERM)
    assert ended(pid) == 137


@pytest.mark.skipif(not _CAN, reason="without a process namespace only the script itself can be ended")
def test_a_turn_whose_job_was_killed_outright_is_ended_before_the_next(step: Step, tmp_path: Path) -> None:
    pid = step.job(f"echo up; sleep 2; echo alive > {tmp_path}/alive", tmp_path)
    until_printed(tmp_path, "up")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert ended(step.job("echo next", tmp_path)) == 0
    assert (tmp_path / "printed").read_text() == "next\n"
    time.sleep(1.5)
    assert not (tmp_path / "alive").exists()


def test_what_is_put_into_the_workspace_is_open_to_its_group(tmp_path: Path) -> None:
    (tmp_path / "w" / "deep").mkdir(parents=True, mode=0o700)
    (tmp_path / "w" / "deep" / "file").touch(mode=0o600)
    turns.share(tmp_path / "w")
    assert (tmp_path / "w" / "deep").stat().st_mode & 0o7777 == 0o2770 | (tmp_path / "w" / "deep").stat().st_mode & 0o7
    assert (tmp_path / "w" / "deep" / "file").stat().st_mode & 0o777 == 0o660


def test_a_variable_that_no_shell_can_set_is_refused() -> None:
    turn = Turn(shell="sh", script="", wrapper=None, environment={"a-b": "1"}, workspace="/", grace_s=1)
    with pytest.raises(ValueError, match="a-b"):
        turn.run()
