"""`bascule unexpected-changesets`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import changelog_options, connection_options, example, reporting_options, switch
from bascule.cli.verb import run_verb
from bascule.engine.commands.session import Session


@click.command(
    "unexpected-changesets",
    epilog=example("unexpected-changesets --verbose"),
)
@switch("--verbose", help="List them too.")
@changelog_options
@connection_options
@reporting_options
def unexpected_changesets(verbose: bool, **options: Any) -> int:
    """List what has run here and is not in the changelog."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.status import unexpected

        fqns = [row.fqn for row in unexpected(session)]
        if not fqns:
            console.out(f"{session.target.shown} contains no unexpected changes!")
        else:
            console.out(f"{len(fqns)} unexpected changes were found in {session.target.shown}")
            if verbose:
                for fqn in fqns:
                    console.out(f"     {fqn}")
        if console.json:
            console.document({"unexpected": fqns})
        return {"unexpected": len(fqns)}

    return run_verb(options, act)
