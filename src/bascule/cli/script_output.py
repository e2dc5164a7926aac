"""Prints a script: on stdout for people, as the `sqlCommands` output for those who watch."""

from collections.abc import Callable
from typing import Any

from bascule.cli.console import Console
from bascule.cli.verb import run_verb
from bascule.engine import events
from bascule.engine.commands.script import Script
from bascule.engine.commands.session import Session


def run_script(options: dict[str, Any], make: Callable[[Session], Script]) -> int:
    """Makes the script and prints it."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        script = make(session)
        for line in script.lines:
            console.out(line)
        if console.json:
            console.document({"sqlCommands": script.commands, "script": "\n".join(script.lines)})
        session.emit(events.Output(name="sqlCommands", value=script.commands))
        return {"commands": len(script.commands)}

    return run_verb(options, act)
