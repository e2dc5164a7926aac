"""executeCommand: a program on the machine where the engine runs."""

import re
import subprocess
from collections.abc import Callable

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.engine.operations import RunProgram

_DURATION = re.compile(r"\s*(\d+)\s*(ms|s|m|h|)\s*")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}


def run_program(op: RunProgram, tell: Callable[[str], None]) -> None:
    """Runs it to its end and tells its output. Raises TargetError when it cannot start, fails or takes too long."""
    try:
        done = subprocess.run(op.argv, capture_output=True, text=True, errors="replace", timeout=_seconds(op.timeout), check=False)
    except OSError as error:
        raise TargetError(Problem(code="RUN-060", what=f"cannot run '{op.argv[0]}'", why=error.strerror)) from error
    except subprocess.TimeoutExpired as error:
        raise TargetError(Problem(code="RUN-061", what=f"'{op.argv[0]}' did not end within {op.timeout}")) from error
    for line in (done.stdout + done.stderr).splitlines():
        tell(line)
    if done.returncode != 0:
        problem = Problem(
            code="RUN-062", what=f"'{op.argv[0]}' ended with status {done.returncode}", why=done.stderr.strip()[-500:] or None
        )
        raise TargetError(problem)


def _seconds(timeout: str | None) -> float | None:
    if timeout is None or not timeout.strip():
        return None
    match = _DURATION.fullmatch(timeout)
    if match is None:
        raise InputError(Problem(code="RUN-063", what=f"'{timeout}' is not a timeout", fix="write a number with ms, s, m or h"))
    return int(match[1]) * _SECONDS[match[2]]
