"""`bascule db-doc`."""

from pathlib import Path
from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.looking import names, schemas_option
from bascule.cli.options import changelog_file_option, connection_options, reading_options, reporting_options, setting
from bascule.cli.verb import run_verb
from bascule.engine.commands.session import Session


@click.command("db-doc", epilog="Example:  bascule db-doc --output-directory site --changelog-file db/changelog.yaml --url sqlite:app.db")
@setting("--output-directory", required=True, metavar="FOLDER", help="Where the pages go.")
@schemas_option
@changelog_file_option
@reading_options
@connection_options
@reporting_options
def db_doc(output_directory: str, schemas: str | None, **options: Any) -> int:
    """Write pages about a database: its tables, drawn with what they refer to, and how its changelog made it so.

    They are files: they need no server, no network, and no script to be read.
    """

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.db_doc import db_doc as write

        first = [str(path) for path in write(session, Path(output_directory), names(schemas))]
        for path in first:
            console.tell(f"Open {path}")
        if console.json:
            console.document({"pages": first})
        return {"pages": first}

    return run_verb(options, act)
