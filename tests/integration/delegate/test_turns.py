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


def ended(pid: int, within_s: float = 30) -> int:
    deadline = time.monotonic() + within_s
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


MEDDLES = {
    "link": 'rm -f "$F"; ln -s "$SECRET" "$F"',
    "pipe": 'rm -f "$F"; mkfifo "$F"',
    "folder": 'mv "$BASCULE_TURN" "$BASCULE_TURN.mine"; ln -s "${SECRET%/*}" "$BASCULE_TURN"',
    "size": 'dd if=/dev/zero of="$F" bs=1048576 count=17 2> /dev/null',
}


@pytest.mark.parametrize("how", MEDDLES)
@pytest.mark.parametrize("name", ["exit", "vars"])
def test_what_a_step_leaves_in_its_folder_is_not_read_through_links(tmp_path: Path, name: str, how: str) -> None:
    """The step container is only as far trusted as its image: the delegate's token lies beside."""
    held = tmp_path / "held"
    held.mkdir()
    for leaked in ("token", "exit", "vars"):
        (held / leaked).write_text("CANARY\0CANARY\n")
    (held / "exit").write_text("0\n")
    step, outputs = Step("dash", tmp_path), tmp_path / "outputs"
    try:
        script = f'F="$BASCULE_TURN/{name}"\n{MEDDLES[how]}\n' + ("sleep 60" if name == "exit" else "")
        turn = Turn(
            shell="sh", script=script, wrapper=None, environment={"SECRET": str(held / "token")}, workspace=str(step.workspace), grace_s=1
        )
        pid = os.fork()
        if pid == 0:
            out = os.open(tmp_path / "printed", os.O_WRONLY | os.O_CREAT)
            os.dup2(out, 2)
            told = os.open(outputs, os.O_WRONLY | os.O_CREAT)
            try:
                status = turns.take(step.turns, "step", turn, told)
            except BaseException as error:
                os.write(2, repr(error).encode())
                status = 99
            os._exit(status)
        if how == "folder":  # the real one is watched, in which nothing happens any more: the job's time ends it
            with pytest.raises(AssertionError):
                ended(pid, 2)
        else:
            assert ended(pid) == 99
        assert "CANARY" not in (tmp_path / "printed").read_text() + outputs.read_text()
    finally:
        step.process.kill()
        step.process.communicate()


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
