"""mysql, or mariadb, as it is called there: a script may have `source`, `delimiter` and its other commands."""

import re

from bascule.engine.clients import CLIENTS
from bascule.engine.clients.base import Call, Client, Command


def _command(call: Call) -> Command:
    """The login is in a file that only we may read."""
    login = call.login
    lines = ["[client]", f"host={login.url.host}", f"port={login.url.port}"]
    if login.username:
        lines.append(f"user={_quoted(login.username)}")
    if login.password is not None:
        lines.append(f"password={_quoted(login.password.reveal())}")
    secret = call.folder / "login.cnf"
    secret.touch(mode=0o600)
    secret.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Command(
        argv=(call.program, f"--defaults-extra-file={secret}", "--batch", *call.arguments, call.schema or login.url.database),
        reads_script=True,
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


MYSQL = CLIENTS.add("mysql")(
    Client(
        name="mysql",
        programs=("mysql", "mariadb"),
        dialects=frozenset({"mysql", "mariadb"}),
        command=_command,
        complaint=re.compile(r"^ERROR \d+ \(\w+\) at line (?P<line>\d+)[^:\n]*: (?P<text>[^\n]*)(?P<rest>.*)", re.MULTILINE | re.DOTALL),
    )
)
