"""`bascule list-locks`, `release-locks`."""

from datetime import datetime
from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import connection_options, reporting_options, switch
from bascule.cli.verb import run_verb
from bascule.engine.commands import locks as commands
from bascule.engine.commands.session import Session


@click.command("list-locks", epilog="Example:  bascule list-locks --url jdbc:postgresql://localhost/app")
@connection_options
@reporting_options
def list_locks(**options: Any) -> int:
    """Show who holds the changelog lock."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        row = commands.holder(session)
        console.out(f"Database change log locks for {session.target.shown}")
        if row is None:
            console.out(" - No locks")
        else:
            console.out(f" - {row.locked_by} at {_moment(row.granted_at)}")
            console.out("NOTE:  The lock time displayed is based on the database's configured time")
        if console.json:
            console.document({"locks": [] if row is None else [{"lockedBy": row.locked_by, "lockGranted": row.granted_at}]})
        return {"locks": int(row is not None)}

    return run_verb(options, act)


@click.command("release-locks", epilog="Example:  bascule release-locks --url jdbc:postgresql://localhost/app")
@switch("--force", help="Free the row even while a run of bascule works under it.")
@connection_options
@reporting_options
def release_locks(force: bool, **options: Any) -> int:
    """Release the changelog lock that another tool left behind. Bascule's own locks end with their run."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        commands.release(session, force=force)
        console.tell(f"Successfully released all database change log locks for '{session.target.shown}'")
        if console.json:
            console.document({"released": True})
        return {}

    return run_verb(options, act)


def _moment(text: str | None) -> str:
    """`Jan 2, 2024, 3:04:05 AM`, as Liquibase prints it."""
    if not text:
        return "an unknown time"
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{at:%b} {at.day}, {at.year}, {at.hour % 12 or 12}:{at:%M:%S} {at:%p}"
