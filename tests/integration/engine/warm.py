"""`bascule` in a process of its own that is warm already: a server without threads forks one per run, so that it can be killed for real."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any


class Run:
    """A run that was started. `kill` is SIGKILL; `wait` gives the exit status, negative for a signal."""

    def __init__(self, server: "subprocess.Popen[str]") -> None:
        self._server = server
        self.pid = int(self._answer())
        self._status: int | None = None

    @property
    def has_ended(self) -> bool:
        """As far as someone has waited for it."""
        return self._status is not None

    def wait(self) -> int:
        if self._status is None:
            self._status = int(self._answer())
        return self._status

    def kill(self, signal_number: int = 9) -> int:
        """Sends it, unless the run has just ended by itself."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal_number)
        return self.wait()

    def _answer(self) -> str:
        assert self._server.stdout is not None
        return self._server.stdout.readline()


class Warm:
    """One at a time."""

    def __init__(self) -> None:
        self._server = subprocess.Popen([sys.executable, __file__], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._last: Run | None = None

    def start(self, *argv: str, die_at: str = "", when: str = "before") -> Run:
        """In the present folder; what it prints goes to `out.txt` there. `die_at`: it kills itself there."""
        if self._last is not None and not self._last.has_ended:
            self._last.kill()  # a test that failed left it
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps({"cwd": str(Path.cwd()), "argv": argv, "die_at": die_at, "when": when}) + "\n")
        self._server.stdin.flush()
        self._last = Run(self._server)
        return self._last

    def run(self, *argv: str, die_at: str = "", when: str = "before") -> int:
        return self.start(*argv, die_at=die_at, when=when).wait()

    def stop(self) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(10)


def _dying(execute: Callable[..., Any], text: str, when: str) -> Callable[..., Any]:
    def wrapped(self: Any, statement: Any) -> Any:
        if text in statement.text and when == "before":
            os.kill(os.getpid(), 9)
        answer = execute(self, statement)
        if text in statement.text:
            os.kill(os.getpid(), 9)
        return answer

    return wrapped


def _run(request: dict[str, Any]) -> int:
    from bascule.cli.main import main
    from bascule.engine.dialects.mariadb.connect import MariadbConnection
    from bascule.engine.dialects.postgresql.connect import PostgresqlConnection
    from bascule.engine.dialects.sqlite.connect import SqliteConnection

    os.chdir(request["cwd"])
    out = os.open("out.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    if request["die_at"]:
        for kind in (MariadbConnection, PostgresqlConnection, SqliteConnection):
            kind.execute = _dying(kind.execute, request["die_at"], request["when"])  # type: ignore[method-assign]
    return int(main(request["argv"]))


def _serve() -> None:
    import bascule.engine.commands.update
    import bascule.engine.run
    import bascule.engine.sql.recognise  # noqa: F401 - so that each child has it

    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            status = 70
            try:
                status = _run(json.loads(line))
            finally:
                os._exit(status)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
