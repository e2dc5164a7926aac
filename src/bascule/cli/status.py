"""`bascule status`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import changelog_options, connection_options, example, reporting_options, setting
from bascule.cli.verb import run_verb
from bascule.engine.commands.session import Session


@click.command(epilog=example("status --verbose"))
@setting("--verbose/--no-verbose", default=True, help="List them too.")
@changelog_options
@connection_options
@reporting_options
def status(verbose: bool, **options: Any) -> int:
    """Count and list the changesets that have not run yet."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.status import status as look

        pending = [item.changeset.fqn for item in look(session).pending]
        if not pending:
            console.out(f"{session.target.shown} is up to date")
        else:
            one = len(pending) == 1
            console.out(
                f"{len(pending)} changeset{'' if one else 's'} {'has' if one else 'have'} not been applied to {session.target.shown}"
            )
            if verbose:
                for fqn in pending:
                    console.out(f"     {fqn}")
        session.tell_history()
        if console.json:
            console.document({"target": session.target.shown, "pending": pending})
        return {"pending": len(pending)}

    return run_verb(options, act)
