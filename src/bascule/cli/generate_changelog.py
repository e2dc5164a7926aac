"""`bascule generate-changelog`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bascule.cli.console import Console
from bascule.cli.looking import (
    generate_options,
    named_changesets,
    names,
    placement,
    schemas_option,
    scope_from,
    scope_options,
    tell_empty,
    tell_ignored,
    without_changelog,
    write_changelog,
)
from bascule.cli.options import connection_options, reporting_options, setting
from bascule.cli.verb import run_verb
from bascule.core.errors import ConflictError
from bascule.core.problems import Problem
from bascule.engine.commands.session import Session

if TYPE_CHECKING:
    from bascule.engine.commands.look import Snapshot
    from bascule.engine.diff.narrow import Scope
    from bascule.engine.written.element import Element


@click.command(
    "generate-changelog",
    epilog="Example:  bascule generate-changelog --changelog-file db/changelog.yaml --url jdbc:postgresql://localhost/app",
)
@generate_options
@setting("--data-output-directory", metavar="FOLDER", help="With --diff-types data: rows as CSV files there, with loadData.")
@schemas_option
@setting("--output-schemas", metavar="NAMES", help="What they are called in the changelog, in the same order.")
@scope_options
@connection_options
@reporting_options
def generate_changelog(changelog_file: str | None, data_output_directory: str | None, **options: Any) -> int:
    """Write a changelog that makes an empty schema become this one, with `--diff-types data` one of its rows.

    What no change can say is told as a warning; nothing is left out in silence.
    """

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.generate import generate, left_out, placed, unlike_types
        from bascule.engine.commands.look import look_schemas

        scope, dialect = scope_from(options), session.target.dialect
        tell_ignored(options, console)
        elements: list[Element] = []
        seen = look_schemas(session.target, names(options["schemas"]))
        tell_empty(seen, options["schemas"], console)
        for snapshot in seen:
            where = placement(options, snapshot, is_one_of_many=len(seen) > 1)
            made = generate(snapshot, scope, dialect)
            if "data" in scope.types:
                folder = None if (changelog_file or "").endswith(".sql") else data_output_directory
                made += _data(snapshot, scope, session, folder, replace=options["overwrite_output_file"])
            elements += [placed(change, *where) for change in made]
            if scope.types - {"data"}:
                for problem in (*left_out(snapshot.schema.remainders), *unlike_types(snapshot.schema, dialect)):
                    console.problem(problem)
        if changelog_file is not None:
            return {"changeSets": write_changelog(elements, session, console, changelog_file, options)}
        return {"changeSets": _print(elements, session, console, options)}

    return run_verb(without_changelog(options), act)


def _data(snapshot: "Snapshot", scope: "Scope", session: Session, folder: str | None, *, replace: bool) -> "list[Element]":
    """The rows, as changes; as files too where a folder is named. Raises ConflictError rather than replace one."""
    import msgspec

    from bascule.engine.changelog.append import write_atomically
    from bascule.engine.diff.rows import files, inserts

    target, filters = session.target, scope.filters
    schema = msgspec.structs.replace(
        snapshot.schema, tables={name: table for name, table in snapshot.schema.tables.items() if filters.take("table", name)}
    )
    at = msgspec.structs.replace(target.at, default_schema=snapshot.database.default_schema)
    if folder is None:
        return list(inserts(schema, target.connection, target.dialect, at))
    changes: list[Element] = []
    for rows in files(schema, target.connection, target.dialect, at, folder):
        changes += rows.changes
        if rows.csv is not None:
            path = Path(folder) / f"{rows.table}.csv"
            if path.exists() and not replace:
                problem = Problem(
                    code="CLI-062", what=f"there is a file '{path}' already", fix="--overwrite-output-file, or another folder"
                )
                raise ConflictError(problem)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, rows.csv)
    return changes


def _print(elements: "list[Element]", session: Session, console: Console, options: dict[str, Any]) -> int:
    from bascule.engine.changelog.serialise import serialise

    made = named_changesets(elements, session, options)
    console.out(serialise(made, "xml", session.target.dialect).rstrip("\n"))
    if console.json:
        console.document({"changeSets": [changeset.id for changeset in made]})
    return len(made)
