"""`bascule rollback`, `rollback-count`, `rollback-to-date`, `rollback-one-changeset`, `rollback-one-update`."""

from collections.abc import Callable
from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.force import forced
from bascule.cli.options import (
    changelog_options,
    changeset_options,
    connection_options,
    deployment_option,
    example,
    lock_options,
    patience_options,
    reporting_options,
    run_options,
    setting,
    switch,
)
from bascule.cli.verb import run_verb
from bascule.engine import events
from bascule.engine.commands import rollback as commands
from bascule.engine.commands.session import Session
from bascule.engine.history.row import normalised_file

_script_option = setting("--rollback-script", metavar="FILE", help="Run this script once, in place of each changeset's rollback.")
_force_option = switch("--force", help="Yes, undo it from among what ran later.")
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
def rollback(tag: str, tag_version: str, expect_history: str | None, rollback_script: str | None, **options: Any) -> int:
    """Undo everything that ran after a tag, the latest first."""
    oldest = tag_version.upper() == "OLDEST"
    asked = commands.Asked(expect=expect_history, script=rollback_script)
    return _run(options, lambda session: commands.roll_back_to_tag(session, tag, oldest=oldest, asked=asked))


@click.command("rollback-count", epilog=example("rollback-count --count 2"))
@setting("--count", type=click.IntRange(min=1), required=True, metavar="N", help="How many.")
@_expect_option
@_script_option
@changelog_options
@connection_options
@run_options
@lock_options
@reporting_options
def rollback_count(count: int, expect_history: str | None, rollback_script: str | None, **options: Any) -> int:
    """Undo the last N changesets, the latest first."""
    asked = commands.Asked(expect=expect_history, script=rollback_script)
    return _run(options, lambda session: commands.roll_back_count(session, count, asked=asked))


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
def rollback_to_date(date: str, expect_history: str | None, rollback_script: str | None, **options: Any) -> int:
    """Undo everything that ran after a moment, the latest first."""
    moment = commands.moment_of(date)
    asked = commands.Asked(expect=expect_history, script=rollback_script)
    return _run(options, lambda session: commands.roll_back_to_date(session, moment, asked=asked))


@click.command(
    "rollback-one-changeset",
    epilog=example("rollback-one-changeset --force --changeset-path db/changelog.yaml --changeset-id 1 --changeset-author ann"),
)
@changeset_options
@_force_option
@_expect_option
@_script_option
@changelog_options
@connection_options
@run_options
@lock_options
@reporting_options
def rollback_one_changeset(
    changeset_path: str,
    changeset_id: str,
    changeset_author: str,
    force: bool,
    expect_history: str | None,
    rollback_script: str | None,
    **options: Any,
) -> int:
    """Undo one changeset, whatever ran after it."""
    asked = commands.Asked(expect=expect_history, script=rollback_script)
    identity = (changeset_id, changeset_author, normalised_file(changeset_path))
    return _run(options, lambda session: commands.roll_back_one(forced(session, force), identity, asked=asked))


@click.command("rollback-one-update", epilog=example("rollback-one-update --force --deployment-id 5402946274"))
@deployment_option
@_force_option
@_expect_option
@_script_option
@changelog_options
@connection_options
@patience_options
@lock_options
@reporting_options
def rollback_one_update(
    undone_deployment: str | None, force: bool, expect_history: str | None, rollback_script: str | None, **options: Any
) -> int:
    """Undo what one deployment recorded, the latest of it first, whatever ran after it."""
    asked = commands.Asked(expect=expect_history, script=rollback_script)
    return _run(options, lambda session: commands.roll_back_deployment(forced(session, force), undone_deployment, asked=asked))


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
