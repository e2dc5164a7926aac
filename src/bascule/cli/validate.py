"""`bascule validate`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import changelog_options, connection_options, example, reporting_options
from bascule.cli.verb import run_verb
from bascule.engine.commands.session import Session


@click.command(epilog=example("validate"))
@changelog_options
@connection_options
@reporting_options
def validate(**options: Any) -> int:
    """Check the changelog, what would run, and the checksums of what has run; nothing is changed."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.status import status

        selection = status(session)
        console.tell("No validation errors found.")
        if console.json:
            console.document({"valid": True, "total": selection.total, "pending": len(selection.pending)})
        return {"total": selection.total}

    return run_verb(options, act)
