"""`bascule update-sql`, `update-count-sql`, `update-to-tag-sql`."""

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
from bascule.engine.commands.script import update_script


@click.command(
    "update-sql",
    epilog=example("update-sql"),
)
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def update_sql(**options: Any) -> int:
    """Print the SQL that `update` would run; nothing is changed."""
    return run_script(options, update_script)


@click.command("update-count-sql", epilog=example("update-count-sql --count 1"))
@setting("--count", type=click.IntRange(min=1), required=True, metavar="N", help="How many.")
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def update_count_sql(count: int, **options: Any) -> int:
    """Print the SQL that `update-count` would run; nothing is changed."""
    return run_script(options, lambda session: update_script(session, count=count))


@click.command("update-to-tag-sql", epilog=example("update-to-tag-sql --tag v2"))
@setting("--tag", required=True, metavar="TAG", help="The tag that a tagDatabase change sets.")
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def update_to_tag_sql(tag: str, **options: Any) -> int:
    """Print the SQL that `update-to-tag` would run; nothing is changed."""
    return run_script(options, lambda session: update_script(session, tag=tag))
