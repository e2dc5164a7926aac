"""`bascule history`."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import connection_options, reporting_options, setting
from bascule.cli.verb import run_verb
from bascule.engine.commands.session import Session
from bascule.engine.history.row import HistoryRow, document

_HEADINGS = ("Deployment ID", "Update Date", "Changelog Path", "Changeset Author", "Changeset ID", "Tag")


@click.command(epilog="Example:  bascule history --url jdbc:postgresql://localhost/app --username app")
@setting("--format", "layout", type=click.Choice(["TABULAR", "TEXT"], case_sensitive=False), default="TABULAR")
@setting("--deployment-id", metavar="N", help="Of this deployment only.")
@setting("--changelog-file", hidden=True, expose_value=False)
@connection_options
@reporting_options
def history(layout: str, deployment_id: str | None, **options: Any) -> int:
    """List what has run, by deployment, the oldest first."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        rows = [row for row in session.target.read_history().rows if deployment_id in (None, row.deployment_id)]
        console.out(f"Bascule History for {session.target.settings.url.shown}")
        console.out()
        for _, deployment in groupby(rows, key=lambda row: row.deployment_id):
            for line in _table(list(deployment)) if layout.upper() == "TABULAR" else _text(deployment):
                console.out(line)
            console.out()
        session.tell_history()
        if console.json:
            console.document([document(row) for row in rows])
        return {"rows": len(rows)}

    return run_verb(options, act)


def _table(rows: Sequence[HistoryRow]) -> Iterable[str]:
    cells = [_HEADINGS, *((row.deployment_id or "", row.executed_at[:19], row.file, row.author, row.id, row.tag or "") for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADINGS))]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    yield rule
    for line in cells:
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        yield rule


def _text(rows: Iterable[HistoryRow]) -> Iterable[str]:
    for row in rows:
        yield f"{row.executed_at[:19]}  {row.fqn}{f'  [{row.tag}]' if row.tag else ''}"
