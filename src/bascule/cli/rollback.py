"""`bascule rollback`, `rollback-count`, `rollback-to-date`."""

from collections.abc import Callable
from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import changelog_options, connection_options, example, lock_options, reporting_options, run_options, setting
from bascule.cli.verb import run_verb
from bascule.engine import events
from bascule.engine.commands import rollback as commands
from bascule.engine.commands.session import Session

_script_option = setting("--rollback-script", hidden=True, expose_value=False)
_expect_option = setting(
    "--expect-history", metavar="DIGEST", help="Roll back only a history that has this digest (see its `history` output)."
)


@click.command(epilog=example("rollback --tag v1"))
@setting("--tag", required=True, metavar="TAG", help="Everything after it is undone.")
@setting("--tag-version", type=click.Choice(["OLDEST", "NEWEST"], case_sensitive=False), default="NEWEST", help="If set twice.")
@_expect_option
@_script_option
@changelog_options
@connection_options
@run_options
@lock_options
@reporting_options
def rollback(tag: str, tag_version: str, expect_history: str | None, **options: Any) -> int:
    """Undo everything that ran after a tag, the latest first."""
    oldest = tag_version.upper() == "OLDEST"
    return _run(options, lambda session: commands.roll_back_to_tag(session, tag, oldest=oldest, expect=expect_history))


@click.command("rollback-count", epilog=example("rollback-count --count 2"))
@setting("--count", type=click.IntRange(min=1), required=True, metavar="N", help="How many.")
@_expect_option
@_script_option
@changelog_options
@connection_options
@run_options
@lock_options
@reporting_options
def rollback_count(count: int, expect_history: str | None, **options: Any) -> int:
    """Undo the last N changesets, the latest first."""
    return _run(options, lambda session: commands.roll_back_count(session, count, expect=expect_history))


@click.command(
    "rollback-to-date",
    epilog=example("rollback-to-date --date '2026-01-31 18:00:00'"),
)
@setting("--date", required=True, metavar="DATE", help="YYYY-MM-DD or 'YYYY-MM-DD HH:MM:SS', by the database's clock.")
@_expect_option
@_script_option
@changelog_options
@connection_options
@run_options
@lock_options
@reporting_options
def rollback_to_date(date: str, expect_history: str | None, **options: Any) -> int:
    """Undo everything that ran after a moment, the latest first."""
    moment = commands.moment_of(date)
    return _run(options, lambda session: commands.roll_back_to_date(session, moment, expect=expect_history))


def _run(options: dict[str, Any], roll_back: Callable[[Session], list[str]]) -> int:
    def act(session: Session, console: Console) -> dict[str, Any]:
        undone = roll_back(session)
        session.emit(events.Output(name="changeSets", value=undone))
        session.tell_history()
        console.tell(f"Rolled back {len(undone)} changeset(s)")
        if console.json:
            console.document({"changeSets": undone})
        return {"changesets": len(undone)}

    return run_verb(options, act)
