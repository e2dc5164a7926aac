"""A program of the customer's own, on the delegate, that prints user and password: for whoever gives out tokens besides the clouds."""

import json
import os
import shlex
import subprocess

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine.access.tokens import TOKENS
from bascule.engine.access.tokens.base import Answer, Question, option_missing

_TIMEOUT_S = 30.0


@TOKENS.add("command")
def command(question: Question) -> Answer:
    """Option `command`: words as a shell would split them; no shell runs them. It finds host, port, database and user in its environment.

    It prints JSON, `{"username": …, "password": …}`, or the bare password. On a delegate it needs --allow-scripts.
    """
    words = _words(question)
    url = question.url
    asked = {
        "DB_HOST": url.host,
        "DB_PORT": str(url.port),
        "DB_NAME": url.database,
        "DB_USER": question.username or "",
        "DB_KIND": url.dialect,
    }
    environment = {**os.environ, **{f"BASCULE_{name}": value for name, value in asked.items()}}
    environment.pop("BASCULE_SECRETS_FD", None)
    user = question.run_as
    try:
        done = subprocess.run(
            words,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
            user=user,
            group=user,
            extra_groups=[] if user is not None else None,
        )
    except OSError as error:
        raise _failed(question, words[0], error.strerror or str(error)) from error
    except subprocess.TimeoutExpired as error:
        raise _failed(question, words[0], f"it did not end within {_TIMEOUT_S:.0f} seconds") from error
    if done.returncode != 0:
        raise _failed(question, words[0], f"status {done.returncode}: {' '.join(done.stderr.decode(errors='replace').split())[-500:]}")
    return _read(done.stdout.decode(errors="replace").strip(), question)


def _words(question: Question) -> list[str]:
    try:
        words = shlex.split(question.options.get("command", ""))
    except ValueError as error:
        raise option_missing("a command that can be read", question, f"close what is quoted in it: {error}") from None
    if not words:
        raise option_missing("the command that prints it", question, "say command: /path/of/program arguments")
    return words


def _read(printed: str, question: Question) -> Answer:
    told: object = printed
    if printed.startswith("{"):
        try:
            told = json.loads(printed)
        except ValueError:
            told = None
    if isinstance(told, dict):
        username, password = told.get("username") or question.username, told.get("password")
    else:
        username, password = question.username, told
    if not isinstance(password, str) or not password:
        what = "the command for tokens printed no password"
        fix = 'print {"username": "…", "password": "…"} or the bare password, and nothing else'
        raise InputError(Problem(code="CON-066", what=what, where=question.url.shown, fix=fix))
    return Answer(username=str(username) if username else None, password=Secret(password))


def _failed(question: Question, program: str, why: str) -> TargetError:
    what = f"the command for tokens failed: {program}"
    fix = "run it by hand on the delegate, as the user the delegate runs as"
    return TargetError(Problem(code="CON-065", what=what, where=question.url.shown, why=why, fix=fix))
