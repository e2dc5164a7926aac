"""`bascule outcome`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import connection_options, reporting_options
from bascule.cli.verb import run_verb
from bascule.engine import events
from bascule.engine.commands.session import Session
from bascule.engine.history.row import document


@click.command(epilog="Example:  bascule outcome --deployment-id 5402946274 --url jdbc:postgresql://localhost/app")
@click.option("--deployment-id", required=True, metavar="N", help="The 10 digits the run was given.")
@connection_options
@reporting_options
def outcome(**options: Any) -> int:
    """Tell what a deployment, perhaps interrupted, has recorded: the history is the truth, whatever became of the run."""
    deployment_id = options["deployment_id"]

    def act(session: Session, console: Console) -> dict[str, Any]:
        rows = [row for row in session.target.read_history().rows if row.deployment_id == deployment_id]
        for row in rows:
            console.out(f"{row.exec_type:<9} {row.fqn}")
        session.emit(events.Output(name="changeSets", value=[row.fqn for row in rows]))
        session.tell_history()
        if console.json:
            console.document({"deploymentId": deployment_id, "rows": [document(row) for row in rows]})
        return {"changesets": len(rows)}

    return run_verb(options, act)
