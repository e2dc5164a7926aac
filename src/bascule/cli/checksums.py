"""`bascule calculate-checksum`, `clear-checksums`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import changelog_options, connection_options, example, lock_options, reporting_options, setting
from bascule.cli.verb import run_verb
from bascule.engine.commands import checksums as commands
from bascule.engine.commands.session import Session


@click.command(
    "calculate-checksum",
    epilog=example("calculate-checksum --changeset-identifier db/changelog.yaml::1::ann"),
)
@setting("--changeset-identifier", metavar="FILE::ID::AUTHOR")
@setting("--changeset-path", metavar="FILE")
@setting("--changeset-id", metavar="ID")
@setting("--changeset-author", metavar="AUTHOR")
@changelog_options
@connection_options
@reporting_options
def calculate_checksum(
    changeset_identifier: str | None, changeset_path: str | None, changeset_id: str | None, changeset_author: str | None, **options: Any
) -> int:
    """Print the checksum of one changeset, as the history would store it."""
    parts = changeset_identifier.split("::") if changeset_identifier else [changeset_path, changeset_id, changeset_author]
    if len(parts) != 3 or not all(parts):
        raise click.UsageError("give --changeset-identifier FILE::ID::AUTHOR, or path, id and author each", click.get_current_context())
    file, id_, author = (str(part) for part in parts)

    def act(session: Session, console: Console) -> dict[str, Any]:
        checksum = commands.calculate(session, file, id_, author)
        console.out(checksum)
        if console.json:
            console.document({"checksum": checksum})
        return {"checksum": checksum}

    return run_verb(options, act)


@click.command("clear-checksums", epilog="Example:  bascule clear-checksums --url sqlite:app.db")
@connection_options
@lock_options
@reporting_options
def clear_checksums(**options: Any) -> int:
    """Forget the stored checksums. The next update writes them anew and takes what is there now for right."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        commands.clear(session)
        session.tell_history()
        if console.json:
            console.document({"cleared": True})
        return {}

    return run_verb(options, act)
