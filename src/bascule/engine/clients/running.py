"""Runs a script with a client, to its end."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.engine.clients.base import Call, Client, Command, Settings
from bascule.engine.dialects.connecting import Login

TIMEOUT_S = 1800.0
"""How long a client may take that is not told, as Liquibase gives it."""


def program_of(client: Client, settings: Settings) -> str:
    """Where the client is. Raises InputError when it is not installed."""
    told = settings.get(f"{client.name}-path")
    for name in (told,) if told else client.programs:
        found = shutil.which(name)
        if found is not None:
            return found
    raise InputError(
        Problem(
            code="RUN-065",
            what=f"the client '{told or client.name}' is not on this machine",
            why="a changeset asks for it with runWith",
            fix=f"install it, or say where it is with --{client.name}-path",
        )
    )


def run_script(
    client: Client, text: str, login: Login, schema: str | None, settings: Settings, spool_file: str | None, tell: Callable[[str], None]
) -> None:
    """What the client prints is told, and written to the spool file. Raises TargetError when it fails, with its own words and line."""

    def told(name: str) -> str | None:
        return settings.get(f"{client.name}-{name}") or None

    with tempfile.TemporaryDirectory(prefix="bascule-") as folder:
        script = Path(folder, told("keep-temp-name") or "script.sql")
        script.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
        call = Call(
            program=program_of(client, settings),
            login=login,
            script=script,
            folder=Path(folder),
            schema=schema,
            arguments=tuple(shlex.split(told("args") or "")),
            log_file=told("log-file"),
        )
        try:
            status, out, err = _finished(client.command(call), script, _seconds(client, told("timeout")))
        except subprocess.TimeoutExpired as error:
            raise TargetError(Problem(code="RUN-067", what=f"{client.name} did not end within {error.timeout:g} seconds")) from error
        finally:
            if (told("keep-temp") or "").lower() == "true":
                shutil.copy(script, Path(told("keep-temp-path") or tempfile.gettempdir(), script.name))
    if spool_file:
        Path(spool_file).write_text(out + err, encoding="utf-8")
    for line in (out + (err if status == 0 else "")).splitlines():
        tell(line)
    if status != 0:
        raise TargetError(_complaint(client, status, err))


def _finished(command: Command, script: Path, timeout_s: float | None) -> tuple[int, str, str]:
    """Exit status and output. The client ends with us, however we end."""
    tether = ("setpriv", "--pdeathsig=KILL", "--") if shutil.which("setpriv") else ()
    with script.open("rb") as source:
        process = subprocess.Popen(
            (*tether, *command.argv),
            stdin=source if command.reads_script else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **command.environment},
            text=True,
            errors="replace",
        )
        try:
            out, err = process.communicate(timeout=timeout_s)
        except BaseException:
            process.kill()
            with suppress(OSError):
                process.communicate()
            raise
    return process.returncode, out, err


def _seconds(client: Client, written: str | None) -> float | None:
    """The time limit; -1 is none. Raises InputError."""
    if written is None:
        return TIMEOUT_S
    if re.fullmatch(r"-1|[1-9]\d*", written.strip()) is None:
        fix = "write a number of seconds, or -1 for no limit"
        raise InputError(Problem(code="RUN-063", what=f"'{written}' is not a timeout of {client.name}", fix=fix))
    return None if written.strip() == "-1" else float(written)


def _complaint(client: Client, status: int, err: str) -> Problem:
    found = client.complaint.search(err)
    stays = "what the script had done before may stay: it is no transaction unless it makes one itself"
    if found is None:
        said = err.strip()[-1000:]
        what = f"{client.name} ended with status {status}"
        return Problem(code="RUN-066", what=f"{what}: {said.splitlines()[0]}" if said else what, why=stays)
    rest = " ".join(found["rest"].split())[:1000]
    what = f"{client.name}, line {found['line']} of its script: {found['text']}"
    return Problem(code="RUN-066", what=what, why=f"{rest}; {stays}" if rest else stays)
