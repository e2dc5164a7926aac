"""`bascule update-sql`, `update-count-sql`, `update-to-tag-sql`."""

from typing import Any

import click

from bascule.cli.options import (
    changelog_options,
    changeset_options,
    connection_options,
    example,
    output_default_options,
    reporting_options,
    run_options,
    setting,
    switch,
)
from bascule.cli.script_output import run_script
from bascule.engine.commands.script import update_script
from bascule.engine.history.row import normalised_file


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


@click.command(
    "update-one-changeset-sql",
    epilog=example("update-one-changeset-sql --changeset-path db/changelog.yaml --changeset-id 1 --changeset-author ann"),
)
@changeset_options
@switch("--force", hidden=True, expose_value=False)
@changelog_options
@connection_options
@run_options
@output_default_options
@reporting_options
def update_one_changeset_sql(changeset_path: str, changeset_id: str, changeset_author: str, **options: Any) -> int:
    """Print the SQL that `update-one-changeset` would run; nothing is changed."""
    only = (changeset_id, changeset_author, normalised_file(changeset_path))
    return run_script(options, lambda session: update_script(session, only=only))
