"""`bascule logs`: what an execution's jobs have told, and as it comes."""

from typing import TYPE_CHECKING, Any

import click

from bascule.cli.client import client_options, connect
from bascule.core.errors import TargetError

if TYPE_CHECKING:
    from bascule.cli.client import Client

AWAY_S = 60.0
_PAUSE_S = 0.3
_COLOURS = {"error": "red", "warning": "yellow"}


@click.command()
@click.argument("execution")
@click.option("--node", metavar="PATH", help="Only this stage, group or step (qa/db/apply).")
@click.option("--follow", "-f", is_flag=True, help="Go on until the execution has ended.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="json: one event per line.")
@client_options
def logs(execution: str, node: str | None, follow: bool, output: str, **where: str | None) -> None:
    """Print the log of an execution.

    \b
    Examples:
      bascule logs exec_01k2
      bascule logs exec_01k2 --node qa/db/apply --follow
    """
    client = connect(**where)
    if follow:
        follow_log(client, execution, node, output)
        return
    after, ended = "", False
    while not ended:
        piece = client.get(f"{client.path}/executions/{execution}/logs", node=node, after=after, limit=1000)
        for line in piece["lines"]:
            show(line, output)
        after, ended = piece["after"], not piece["lines"]


def follow_log(client: "Client", execution: str, node: str | None = None, output: str = "text") -> None:
    """Print lines until the execution has ended. A manager that is away for less than a minute is found again, and its log goes on."""
    import time

    after, seen, heard_at = "", _Waiting(client, execution, output), None
    while True:
        try:
            piece = client.get(f"{client.path}/executions/{execution}/logs", node=node, after=after, limit=1000)
            if not piece["lines"] and not piece["ended"]:
                seen.look()
        except TargetError:
            if heard_at is None or time.monotonic() - heard_at > AWAY_S:
                raise
            time.sleep(_PAUSE_S)
            continue
        heard_at = time.monotonic()
        for line in piece["lines"]:
            show(line, output)
        after = piece["after"]
        if piece["ended"]:
            return
        if not piece["lines"]:
            time.sleep(_PAUSE_S)


class _Waiting:
    """Says on stderr why steps wait for a delegate, each reason once. Guards when the manager was asked last."""

    EVERY_S = 3.0

    def __init__(self, client: "Client", execution: str, output: str) -> None:
        self._client = client
        self._execution = execution
        self._is_text = output == "text"
        self._asked_at = 0.0
        self._said: set[str] = set()

    def look(self) -> None:
        """Called while nothing is told."""
        import re
        import time

        if not self._is_text or time.monotonic() - self._asked_at < self.EVERY_S:
            return
        self._asked_at = time.monotonic()
        for node in self._client.get(f"{self._client.path}/executions/{self._execution}")["nodes"]:
            problem = node.get("waiting")
            if not problem:
                continue
            words = f"waits: {problem['what']}" + (f": {problem['why']}" if problem.get("why") else "")
            key = node["path"] + re.sub(r"\b\d+ s\b", "", words)
            if key not in self._said:
                self._said.add(key)
                click.secho(f"{node['path']}  ", dim=True, nl=False, err=True)
                click.secho(words, fg="yellow", err=True)


def show(line: dict[str, Any], output: str) -> None:
    """One event as a person reads it; what only programs read is left out."""
    if output == "json":
        import json

        click.echo(json.dumps(line))
        return
    event = line["event"]
    words = describe(event)
    if words is None:
        return
    level = "error" if event["kind"] == "problem" else str(event.get("level", "info"))
    click.secho(f"{line['node']}  ", dim=True, nl=False)
    click.secho(words, fg=_COLOURS.get(level))


def describe(event: dict[str, Any]) -> str | None:
    """An event in words; None for those that tell a person nothing."""
    match event:
        case {"kind": "started", "verb": verb}:
            target = event.get("target")
            return f"{verb} on {target}" if target else str(verb)
        case {"kind": "log", "text": text}:
            return str(text)
        case {"kind": "changeset.finished", "fqn": fqn, "status": status}:
            return f"{status} {fqn} ({event.get('seconds', 0.0):.2f} s)"
        case {"kind": "problem", "problem": problem}:
            return "\n".join([f"{problem['code']}  {problem['what']}", *(f"  fix  {problem[key]}" for key in ("fix",) if problem.get(key))])
        case {"kind": "result", "status": status}:
            return f"ended: {status}"
        case _:
            return None
