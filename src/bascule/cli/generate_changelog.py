"""`bascule generate-changelog`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.looking import changelog_file_options, diff_types_option, without_changelog, write_changelog
from bascule.cli.options import connection_options, reporting_options
from bascule.cli.verb import run_verb
from bascule.engine.commands.session import Session


@click.command(
    "generate-changelog",
    epilog="Example:  bascule generate-changelog --changelog-file db/changelog.yaml --url jdbc:postgresql://localhost/app",
)
@changelog_file_options
@diff_types_option
@connection_options
@reporting_options
def generate_changelog(changelog_file: str, diff_types: str | None, **options: Any) -> int:
    """Write a changelog that makes an empty schema become this one, with `--diff-types data` one of its rows.

    What no change can say is told as a warning; nothing is left out in silence.
    """

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.generate import generate, left_out, unlike_types
        from bascule.engine.commands.look import look
        from bascule.engine.diff.narrow import diff_types as read
        from bascule.engine.diff.rows import inserts

        target, types, seen = session.target, read(diff_types), look(session.target)
        elements = generate(seen, types, target.dialect)
        if "data" in types:
            elements += inserts(seen.schema, target.connection, target.dialect, target.at)
        if types - {"data"}:
            for problem in (*left_out(seen.schema.remainders), *unlike_types(seen.schema, target.dialect)):
                console.problem(problem)
        return {"changeSets": write_changelog(elements, session, console, changelog_file, options)}

    return run_verb(without_changelog(options), act)
