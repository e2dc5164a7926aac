"""A container's first process hands signals on and waits for orphans. Here a subreaper stands where PID 1 would."""

import signal
import subprocess
import sys
import time

import pytest

_BEFORE = """
import ctypes, os, signal, subprocess, sys, time
from bascule.core import first_process
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans come to us, as they come to PID 1
parent = os.getpid()
first_process._fork()
"""


def start(program: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", _BEFORE + program], stdout=subprocess.PIPE, text=True)


def test_its_exit_status_is_the_programs() -> None:
    assert start("sys.exit(7)").wait(20) == 7


def test_a_program_that_a_signal_ends_is_told_as_a_shell_tells_it() -> None:
    assert start("os.kill(os.getpid(), signal.SIGKILL)").wait(20) == 137


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_reaches_the_program(number: signal.Signals) -> None:
    process = start(
        """
for one in (signal.SIGTERM, signal.SIGINT):
    signal.signal(one, lambda number, frame: (print("heard", number, flush=True), sys.exit(9)))
print("ready", flush=True)
time.sleep(20)
"""
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert process.wait(20) == 9
    assert process.stdout.read() == f"heard {number.value}\n"


def test_an_orphan_is_waited_for() -> None:
    process = start(
        """
orphan = int(subprocess.check_output(["sh", "-c", "sleep 0.2 >/dev/null & echo $!"]))
assert int(open(f"/proc/{orphan}/stat").read().split()[3]) == parent
for _ in range(100):
    time.sleep(0.1)
    if not os.path.exists(f"/proc/{orphan}"):
        sys.exit(0)
sys.exit(5)
"""
    )
    assert process.wait(20) == 0


def test_elsewhere_nothing_is_forked() -> None:
    begun = time.monotonic()
    code = "import os; before = os.getpid()\nfrom bascule.core.first_process import step_aside\nstep_aside(); assert os.getpid() == before"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert time.monotonic() - begun < 20
