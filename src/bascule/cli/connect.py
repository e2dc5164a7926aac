"""`bascule connect`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import connection_options, reporting_options
from bascule.cli.verb import run_verb
from bascule.core.errors import TargetError
from bascule.engine.commands.session import Session


@click.command(epilog="Example:  bascule connect --url jdbc:postgresql://localhost/app --username app")
@connection_options
@reporting_options
def connect(**options: Any) -> int:
    """Tell whether the database can be reached and is what its URL says; nothing is changed."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        target = session.target
        if target.is_online and (refusal := target.connection.refuses_writing()):
            raise TargetError(refusal)
        version = ".".join(str(part) for part in target.facts.version)
        history = target.read_history()
        told = f"{len(history.rows)} changesets have run here" if history.exists else "no changelog has run here yet"
        console.out(f"Successfully connected to {target.shown}")
        console.out(f"{target.facts.product}; {told}")
        if console.json:
            document = {"target": target.shown, "product": target.facts.product, "version": version, "changeSets": len(history.rows)}
            console.document({**document, "schema": target.at.default_schema})
        return {"changesets": len(history.rows)}

    return run_verb(options, act)
