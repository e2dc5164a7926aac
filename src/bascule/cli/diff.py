"""`bascule diff`, `bascule diff-changelog`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from bascule.cli.console import Console
from bascule.cli.looking import (
    changelog_file_options,
    diff_types_option,
    reference_options,
    reference_snapshot,
    without_changelog,
    write_changelog,
)
from bascule.cli.options import connection_options, reporting_options
from bascule.cli.verb import run_verb
from bascule.engine.commands.session import Session

if TYPE_CHECKING:
    from bascule.engine.commands.look import DatabaseFacts, Snapshot
    from bascule.engine.diff.compare import Difference

_EXAMPLE = "--reference-url jdbc:postgresql://localhost/wanted --url jdbc:postgresql://localhost/app"


@click.command(epilog=f"Example:  bascule diff {_EXAMPLE}")
@reference_options
@diff_types_option
@connection_options
@reporting_options
def diff(diff_types: str | None, **options: Any) -> int:
    """Tell what is missing, unexpected or otherwise in a database, seen from the reference."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.generate import same_kind
        from bascule.engine.commands.look import look
        from bascule.engine.diff.compare import compare
        from bascule.engine.diff.narrow import diff_types as read
        from bascule.engine.diff.narrow import narrowed

        types = read(diff_types)
        wanted, actual = reference_snapshot(options), look(session.target)
        same_kind(wanted, actual)
        found = compare(narrowed(wanted.schema, types), narrowed(actual.schema, types))
        for line in _lines(wanted, actual, found):
            console.out(line)
        if console.json:
            console.document({"reference": wanted.database, "compared": actual.database, "differences": found})
        return {"differences": len(found)}

    return run_verb(options, act)


@click.command("diff-changelog", epilog=f"Example:  bascule diff-changelog --changelog-file db/next.yaml {_EXAMPLE}")
@reference_options
@changelog_file_options
@diff_types_option
@connection_options
@reporting_options
def diff_changelog(changelog_file: str, diff_types: str | None, **options: Any) -> int:
    """Write a changelog that makes the database become like the reference, in an order that works."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.generate import difference, left_out, unlike_types
        from bascule.engine.commands.look import look
        from bascule.engine.diff.narrow import diff_types as read

        types = read(diff_types)
        wanted, actual = reference_snapshot(options), look(session.target)
        elements = difference(wanted, actual, types, session.target.dialect)
        unsaid = [r for r in wanted.schema.remainders if r not in actual.schema.remainders]
        for problem in (*left_out(unsaid), *unlike_types(wanted.schema, session.target.dialect)):
            console.problem(problem)
        return {"changeSets": write_changelog(elements, session, console, changelog_file, options)}

    return run_verb(without_changelog(options), act)


def _lines(wanted: "Snapshot", actual: "Snapshot", found: "Sequence[Difference]") -> Iterator[str]:
    from bascule.engine.diff.compare import KINDS

    yield f"Reference Database: {_named(wanted.database)}"
    yield f"Comparison Database: {_named(actual.database)}"
    yield f"Compared Schemas: {actual.database.default_schema or ''}"
    same = wanted.database.product == actual.database.product
    yield "Product: EQUAL" if same else f"Product: '{wanted.database.product}' in the reference, '{actual.database.product}' here"
    for kind in KINDS:
        for status in ("missing", "unexpected", "changed"):
            own = [difference for difference in found if difference.kind == kind and difference.status == status]
            yield f"{status.capitalize()} {kind}(s): {'' if own else 'NONE'}"
            for difference in own:
                yield f"     {difference.name}"
                yield from (f"          {detail}" for detail in difference.details)


def _named(database: "DatabaseFacts") -> str:
    schema = f" (Default Schema: {database.default_schema})" if database.default_schema else ""
    return f"{database.user or 'null'} @ {database.url}{schema}"
