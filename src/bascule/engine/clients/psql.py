r"""psql, PostgreSQL's: a script may have `\copy`, `\set` and its other commands."""

import re

from bascule.engine.clients import CLIENTS
from bascule.engine.clients.base import Call, Client, Command
from bascule.engine.dialects.postgresql.url_options import libpq_options


def _command(call: Call) -> Command:
    """All of the login is one conninfo word but the password, which is in a file."""
    login = call.login
    url = login.url
    options = {name: value for name, value in libpq_options(login).items() if name != "sslpassword"}
    words = {"host": url.host, "port": str(url.port), "dbname": url.database, "user": login.username or "", **options}
    environment = {}
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
