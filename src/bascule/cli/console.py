"""What people see: results on stdout, progress on stderr, colours on a terminal only."""

import sys
import threading
from pathlib import Path
from typing import IO

import click

from bascule.core.problems import Problem
from bascule.engine import events

_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


class Console:
    """Prints a run. `emit`-able: it turns events into lines."""

    def __init__(
        self,
        *,
        json: bool = False,
        quiet: bool = False,
        output_file: str | None = None,
        encoding: str | None = None,
        newline: str | None = None,
    ) -> None:
        self.json = json
        self.quiet = quiet
        self._lock = threading.Lock()
        self._file: IO[str] | None = None
        if output_file:
            self._file = Path(output_file).open("w", encoding=encoding or "utf-8", newline=newline)  # noqa: SIM115  # closed in close()

    def out(self, text: str = "") -> None:
        """A line of the result."""
        if not self.json:
            click.echo(text, file=self._file)

    def document(self, value: object) -> None:
        """The whole result as JSON."""
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode(), file=self._file)

    def tell(self, text: str, level: str = "info") -> None:
        """A line of progress."""
        if not self.quiet or level != "info":
            with self._lock:
                click.secho(text, err=True, fg=_COLOURS[level] if level != "info" else None)

    def problem(self, problem: Problem) -> None:
        head, _, rest = str(problem).partition("\n")
        with self._lock:
            click.secho(head, err=True, fg=_COLOURS[problem.severity], bold=problem.severity == "error")
            if rest:
                click.echo(rest, err=True)

    def show(self, event: events.Event) -> None:
        """What an event means to someone who waits."""
        match event:
            case events.ChangesetStarted(direction="update"):
                self.tell(f"Running Changeset: {event.fqn}{_place(event)}")
            case events.ChangesetStarted():
                self.tell(f"Rolling Back Changeset: {event.fqn}{_place(event)}")
            case events.Log(stream="stdout"):
                self.out(event.text)
            case events.Log():
                self.tell(event.text, event.level if event.level in _COLOURS else "info")
            case events.ProblemFound():
                self.problem(event.problem)
            case _:
                pass

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _place(event: events.ChangesetStarted) -> str:
    """How far a long run is; not told when there is no terminal to read it."""
    if event.total < 2 or not sys.stderr.isatty():
        return ""
    return click.style(f"  ({event.index} of {event.total})", dim=True)
