"""`bascule rollback-sql` and its kin: the SQL that undoes, what ran or what would run."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from bascule.cli.options import (
    changelog_options,
    changeset_options,
    connection_options,
    deployment_option,
    example,
    output_default_options,
    patience_options,
    reporting_options,
    run_options,
    setting,
    switch,
)
from bascule.cli.script_output import run_script
from bascule.engine.commands import rollback as commands
from bascule.engine.commands.script import Script, future_rollback_script
from bascule.engine.commands.script import rollback_script as rollback_script_of
from bascule.engine.commands.session import Session
from bascule.engine.history.row import HistoryRow, normalised_file

_script_option = setting("--rollback-script", metavar="FILE", help="The script that would run in place of each changeset's rollback.")


@click.command("rollback-sql", epilog=example("rollback-sql --tag v1"))
@setting("--tag", required=True, metavar="TAG", help="Everything after it would be undone.")
@setting("--tag-version", type=click.Choice(["OLDEST", "NEWEST"], case_sensitive=False), default="NEWEST", help="If set twice.")
@_script_option
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def rollback_sql(tag: str, tag_version: str, rollback_script: str | None, **options: Any) -> int:
    """Print the SQL that `rollback` would run; nothing is changed."""
    oldest = tag_version.upper() == "OLDEST"
    title = f"Rollback to '{tag}' Script"
    return _run(
        options,
        title,
        lambda session, rows: commands.to_undo(session, commands.rows_after_tag(session, rows, tag, oldest=oldest)),
        rollback_script,
    )


@click.command("rollback-count-sql", epilog=example("rollback-count-sql --count 2"))
@setting("--count", type=click.IntRange(min=1), required=True, metavar="N", help="How many.")
@_script_option
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def rollback_count_sql(count: int, rollback_script: str | None, **options: Any) -> int:
    """Print the SQL that `rollback-count` would run; nothing is changed."""
    title = f"Rollback {count} Change(s) Script"
    return _run(options, title, lambda session, rows: commands.to_undo(session, list(reversed(rows)), count), rollback_script)


@click.command(
    "rollback-to-date-sql",
    epilog=example("rollback-to-date-sql --date 2026-01-31"),
)
@setting("--date", required=True, metavar="DATE", help="YYYY-MM-DD or 'YYYY-MM-DD HH:MM:SS', by the database's clock.")
@_script_option
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def rollback_to_date_sql(date: str, rollback_script: str | None, **options: Any) -> int:
    """Print the SQL that `rollback-to-date` would run; nothing is changed."""
    title, moment = f"Rollback to {date} Script", commands.moment_of(date)
    return _run(options, title, lambda session, rows: commands.to_undo(session, commands.rows_after(rows, moment)), rollback_script)


@click.command("future-rollback-sql", epilog=example("future-rollback-sql"))
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def future_rollback_sql(**options: Any) -> int:
    """Print the SQL that would undo what has not run yet."""
    return run_script(options, future_rollback_script)


@click.command(
    "future-rollback-count-sql",
    epilog=example("future-rollback-count-sql --count 1"),
)
@setting("--count", type=click.IntRange(min=1), required=True, metavar="N", help="How many.")
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def future_rollback_count_sql(count: int, **options: Any) -> int:
    """Print the SQL that would undo the next N changesets."""
    return run_script(options, lambda session: future_rollback_script(session, count=count))


@click.command(
    "future-rollback-from-tag-sql",
    epilog=example("future-rollback-from-tag-sql --tag v2"),
)
@setting("--tag", required=True, metavar="TAG", help="The tag that a tagDatabase change sets.")
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def future_rollback_from_tag_sql(tag: str, **options: Any) -> int:
    """Print the SQL that would undo what runs up to the tag."""
    return run_script(options, lambda session: future_rollback_script(session, tag=tag))


@click.command(
    "rollback-one-changeset-sql",
    epilog=example("rollback-one-changeset-sql --changeset-path db/changelog.yaml --changeset-id 1 --changeset-author ann"),
)
@changeset_options
@_script_option
@switch("--force", hidden=True, expose_value=False)
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def rollback_one_changeset_sql(
    changeset_path: str, changeset_id: str, changeset_author: str, rollback_script: str | None, **options: Any
) -> int:
    """Print the SQL that `rollback-one-changeset` would run; nothing is changed."""
    identity = (changeset_id, changeset_author, normalised_file(changeset_path))
    return _run(
        options, "Rollback One Changeset Script", lambda session, rows: [commands.the_one(session, rows, identity)], rollback_script
    )


@click.command("rollback-one-update-sql", epilog=example("rollback-one-update-sql --deployment-id 5402946274"))
@deployment_option
@_script_option
@switch("--force", hidden=True, expose_value=False)
@changelog_options
@connection_options
@patience_options
@output_default_options
@reporting_options
def rollback_one_update_sql(undone_deployment: str | None, rollback_script: str | None, **options: Any) -> int:
    """Print the SQL that `rollback-one-update` would run; nothing is changed."""

    def choose(session: Session, rows: Sequence[HistoryRow]) -> list[commands.Undo]:
        return commands.to_undo(session, commands.rows_of_deployment(rows, undone_deployment))

    return _run(options, "Rollback One Update Script", choose, rollback_script)


def _run(
    options: dict[str, Any], title: str, choose: Callable[[Session, Sequence[HistoryRow]], list[commands.Undo]], instead: str | None
) -> int:
    def make(session: Session) -> Script:
        history = session.target.read_history()
        return rollback_script_of(session, choose(session, history.rows), history, title, instead)

    return run_script(options, make)
