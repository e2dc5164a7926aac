"""`bascule rollback-sql` and its kin: the SQL that undoes, what ran or what would run."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from bascule.cli.options import (
    changelog_options,
    connection_options,
    example,
    output_default_options,
    reporting_options,
    run_options,
    setting,
)
from bascule.cli.script_output import run_script
from bascule.engine.commands import rollback as commands
from bascule.engine.commands.script import Script, future_rollback_script, rollback_script
from bascule.engine.commands.session import Session
from bascule.engine.history.row import HistoryRow

_script_option = setting("--rollback-script", hidden=True, expose_value=False)


@click.command("rollback-sql", epilog=example("rollback-sql --tag v1"))
@setting("--tag", required=True, metavar="TAG", help="Everything after it would be undone.")
@setting("--tag-version", type=click.Choice(["OLDEST", "NEWEST"], case_sensitive=False), default="NEWEST", help="If set twice.")
@_script_option
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def rollback_sql(tag: str, tag_version: str, **options: Any) -> int:
    """Print the SQL that `rollback` would run; nothing is changed."""
    oldest = tag_version.upper() == "OLDEST"
    return _run(options, f"Rollback to '{tag}' Script", lambda rows: commands.rows_after_tag(rows, tag, oldest=oldest))


@click.command("rollback-count-sql", epilog=example("rollback-count-sql --count 2"))
@setting("--count", type=click.IntRange(min=1), required=True, metavar="N", help="How many.")
@_script_option
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def rollback_count_sql(count: int, **options: Any) -> int:
    """Print the SQL that `rollback-count` would run; nothing is changed."""
    return _run(options, f"Rollback {count} Change(s) Script", lambda rows: list(reversed(rows)), count)


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
def rollback_to_date_sql(date: str, **options: Any) -> int:
    """Print the SQL that `rollback-to-date` would run; nothing is changed."""
    return _run(options, f"Rollback to {date} Script", lambda rows: commands.rows_after(rows, commands.moment_of(date)))


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


def _run(
    options: dict[str, Any], title: str, rows_to_undo: Callable[[Sequence[HistoryRow]], list[HistoryRow]], count: int | None = None
) -> int:
    def make(session: Session) -> Script:
        history = session.target.read_history()
        undo = commands.to_undo(session, rows_to_undo(history.rows), count)
        return rollback_script(session, undo, history, title)

    return run_script(options, make)
