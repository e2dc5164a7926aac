"""`bascule changelog-sync`, `mark-next-changeset-ran` and their -sql forms."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import (
    changelog_options,
    connection_options,
    example,
    lock_options,
    output_default_options,
    reporting_options,
    run_options,
    setting,
)
from bascule.cli.script_output import run_script
from bascule.cli.verb import run_verb
from bascule.engine import events
from bascule.engine.commands import sync as commands
from bascule.engine.commands.script import Script, sync_script
from bascule.engine.commands.session import Session

_tag_option = setting("--tag", required=True, metavar="TAG", help="The tag that a tagDatabase change sets.")
_TITLE = "SQL to add all changesets to database history table"


@click.command("changelog-sync", epilog=example("changelog-sync"))
@changelog_options
@connection_options
@run_options
@lock_options
@reporting_options
def changelog_sync(**options: Any) -> int:
    """Record every changeset as run without running it: for a database that has it all already."""
    return _sync(options)


@click.command("changelog-sync-sql", epilog=example("changelog-sync-sql"))
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def changelog_sync_sql(**options: Any) -> int:
    """Print the SQL that `changelog-sync` would run; nothing is changed."""
    return _sync_sql(options)


@click.command(
    "changelog-sync-to-tag",
    epilog=example("changelog-sync-to-tag --tag v1"),
)
@_tag_option
@changelog_options
@connection_options
@run_options
@lock_options
@reporting_options
def changelog_sync_to_tag(tag: str, **options: Any) -> int:
    """Record changesets up to and with the one that sets the tag as run without running them."""
    return _sync(options, tag=tag)


@click.command(
    "changelog-sync-to-tag-sql",
    epilog=example("changelog-sync-to-tag-sql --tag v1"),
)
@_tag_option
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def changelog_sync_to_tag_sql(tag: str, **options: Any) -> int:
    """Print the SQL that `changelog-sync-to-tag` would run; nothing is changed."""
    return _sync_sql(options, tag=tag)


@click.command("mark-next-changeset-ran", epilog=example("mark-next-changeset-ran"))
@changelog_options
@connection_options
@run_options
@lock_options
@reporting_options
def mark_next_changeset_ran(**options: Any) -> int:
    """Record the next changeset as run without running it."""
    return _sync(options, count=1)


@click.command(
    "mark-next-changeset-ran-sql",
    epilog=example("mark-next-changeset-ran-sql"),
)
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def mark_next_changeset_ran_sql(**options: Any) -> int:
    """Print the SQL that `mark-next-changeset-ran` would run; nothing is changed."""
    return _sync_sql(options, count=1)


def _sync(options: dict[str, Any], **limits: Any) -> int:
    def act(session: Session, console: Console) -> dict[str, Any]:
        recorded = commands.sync(session, **limits)
        session.emit(events.Output(name="changeSets", value=recorded))
        session.tell_history()
        if console.json:
            console.document({"changeSets": recorded})
        return {"changesets": len(recorded)}

    return run_verb(options, act)


def _sync_sql(options: dict[str, Any], **limits: Any) -> int:
    def make(session: Session) -> Script:
        selection = commands.to_sync(session, **limits)
        return sync_script(session, [item for item in selection.pending if item.row is None], session.target.read_history(), _TITLE)

    return run_script(options, make)
