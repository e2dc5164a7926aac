r"""psql, PostgreSQL's: a script may have `\copy`, `\set` and its other commands."""

import re

from bascule.engine.access.memory_files import keep_in
from bascule.engine.clients import CLIENTS
from bascule.engine.clients.base import Call, Client, Command
from bascule.engine.dialects.connecting import entered
from bascule.engine.dialects.postgresql.url_options import libpq_options, server


def _command(call: Call) -> Command:
    """All of the login is one conninfo word but what is secret, which is in files."""
    login = entered(call.login)
    options = libpq_options(login, keep_in(call.folder))
    passphrase = options.pop("sslpassword", None)
    words = {**{name: value or "" for name, value in server(login).items()}, "user": login.username or "", **options}
    environment = {}
    if passphrase is not None:
        keep_in(call.folder)("service.conf", f"[bascule]\nsslpassword={passphrase}\n".encode())
        environment["PGSERVICEFILE"] = str(call.folder / "service.conf")
        words["service"] = "bascule"
    if login.password is not None:
        secret = call.folder / "pgpass"
        secret.touch(mode=0o600)
        secret.write_text(f"*:*:*:*:{_escaped(login.password.reveal())}\n", encoding="utf-8")
        environment["PGPASSFILE"] = str(secret)
    if call.schema is not None:
        words["options"] = f"{words.get('options', '')} -c search_path={_quoted(call.schema)}".strip()
    conninfo = " ".join(f"{name}='{_conninfo(value)}'" for name, value in words.items() if value)
    log = ("--log-file", call.log_file) if call.log_file else ()
    return Command(
        argv=(
            *(call.program, "--no-psqlrc", "--no-password", "--set", "ON_ERROR_STOP=1", "--dbname", conninfo),
            *log,
            *call.arguments,
            *("--file", str(call.script)),
        ),
        environment=environment,
    )


def _escaped(text: str) -> str:
    """As a password file has it."""
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _conninfo(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _quoted(name: str) -> str:
    """A schema's name in server options, where a space ends a word unless it is escaped."""
    return '"{}"'.format(name.replace('"', '""')).replace("\\", "\\\\").replace(" ", "\\ ")


PSQL = CLIENTS.add("psql")(
    Client(
        name="psql",
        programs=("psql",),
        dialects=frozenset({"postgresql", "cockroachdb", "edb"}),
        command=_command,
        complaint=re.compile(
            r"^psql:[^\n]*?:(?P<line>\d+): (?:ERROR|FATAL|PANIC|error): +(?P<text>[^\n]*)(?P<rest>.*)", re.MULTILINE | re.DOTALL
        ),
    )
)
