"""`bascule drop-all`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.looking import names, schemas_option
from bascule.cli.options import connection_options, lock_options, reporting_options, switch
from bascule.cli.verb import run_verb
from bascule.core.errors import DeniedError
from bascule.core.problems import Problem
from bascule.engine.commands.session import Session


@click.command("drop-all", epilog="Example:  bascule drop-all --force --url sqlite:app.db")
@switch("--force", help="Yes, drop everything.")
@switch("--require-force", help="Refuse without --force.")
@schemas_option
@connection_options
@lock_options
@reporting_options
def drop_all(force: bool, require_force: bool, schemas: str | None, **options: Any) -> int:
    """Drop every table, view and sequence of the schema, and the history with them. What stays is told."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.drop_all import drop_all as drop

        if require_force and not force:
            raise DeniedError(
                Problem(code="CLI-063", what="drop-all needs --force here", why="requireForce is set", where=session.target.shown)
            )
        dropped = drop(session, names(schemas))
        console.tell(f"All objects dropped from {session.target.shown}")
        if console.json:
            console.document({"target": session.target.shown, "sql": dropped})
        return {"statements": len(dropped)}

    return run_verb(options, act)
