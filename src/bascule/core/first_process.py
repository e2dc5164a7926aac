"""Being a container's first process: hands signals on, collects orphans, and lets the program itself be an ordinary process.

The kernel drops signals that its first process has no handler for, and gives it every orphan to wait for: scripts leave some behind, and
unwaited they fill the table of processes. So PID 1 is a small parent that does just these two things, as `tini` would.
"""

import contextlib
import os
import signal

_HANDED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


def step_aside() -> None:
    """Where we are PID 1: fork. The child returns from here and is the program; the parent ends with the child's exit status."""
    if os.getpid() == 1:
        _fork()


def _fork() -> None:
    waited = {*_HANDED_ON, signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, waited)  # nothing is lost between the fork and the first wait
    program = os.fork()
    if program == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return
    os._exit(_tend(program, waited))


def _tend(program: int, waited: set[signal.Signals]) -> int:
    """Until the program has ended; 128 and the signal's number when one killed it, as shells say it."""
    while True:
        number = signal.sigwait(waited)
        if number != signal.SIGCHLD:
            with contextlib.suppress(ProcessLookupError):
                os.kill(program, number)
            continue
        for child, status in _ended():
            if child == program:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code


def _ended() -> list[tuple[int, int]]:
    """Every child that has ended by now, waited for."""
    found: list[tuple[int, int]] = []
    with contextlib.suppress(ChildProcessError):
        while True:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                break
            found.append((child, status))
    return found
