"""sqlite3: a script may have `.import`, `.read` and its other commands."""

import re

from bascule.engine.clients import CLIENTS
from bascule.engine.clients.base import Call, Client, Command


def _command(call: Call) -> Command:
    return Command(argv=(call.program, "-bail", "-batch", *call.arguments, call.login.url.database), reads_script=True)


SQLITE3 = CLIENTS.add("sqlite3")(
    Client(
        name="sqlite3",
        programs=("sqlite3",),
        dialects=frozenset({"sqlite"}),
        command=_command,
        complaint=re.compile(r"^(?:\w+ )?[Ee]rror:? near line (?P<line>\d+): (?P<text>[^\n]*)(?P<rest>.*)", re.MULTILINE | re.DOTALL),
    )
)
