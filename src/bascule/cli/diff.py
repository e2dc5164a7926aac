"""`bascule diff`, `bascule diff-changelog`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from bascule.cli.console import Console
from bascule.cli.looking import (
    append_options,
    names,
    other_schemas_options,
    output_schema,
    pairs,
    placement,
    reference_options,
    reference_settings,
    scope_from,
    scope_options,
    tell_empty,
    tell_ignored,
    without_changelog,
    write_changelog,
)
from bascule.cli.options import connection_options, reporting_options, setting, switch
from bascule.cli.verb import run_verb
from bascule.engine.commands.session import Session

if TYPE_CHECKING:
    from bascule.engine.commands.look import DatabaseFacts, Snapshot
    from bascule.engine.diff.narrow import Scope
    from bascule.engine.diff.told import Section
    from bascule.engine.target import TargetSettings
    from bascule.engine.written.element import Element

_EXAMPLE = "--reference-url jdbc:postgresql://localhost/wanted --url jdbc:postgresql://localhost/app"
_COLOURS = {"missing": "red", "unexpected": "yellow", "changed": "cyan"}


@click.command(epilog=f"Example:  bascule diff {_EXAMPLE}")
@reference_options
@other_schemas_options
@scope_options
@setting("--format", "printed", type=click.Choice(["txt", "json"], case_sensitive=False), help="How it is printed [txt].")
@switch("--diff-column-order", default=True, help="Tell where columns stand in another order, too [true].")
@connection_options
@reporting_options
def diff(printed: str | None, diff_column_order: bool, **options: Any) -> int:
    """Tell what is missing, unexpected or otherwise in a database, seen from the reference.

    A snapshot that Liquibase took says less than we see: what is compared with it is what it says.
    """
    if printed == "json":
        options["output"] = "json"

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.generate import same_kind
        from bascule.engine.commands.look import alike
        from bascule.engine.diff.compare import compare
        from bascule.engine.diff.narrow import narrowed_pair

        scope, reference = scope_from(options), reference_settings(options)
        found, compared = [], pairs(session, reference, options, view_columns=True)
        tell_empty((snapshot for pair in compared for snapshot in pair), options["schemas"], console)
        for at, (wanted, actual) in enumerate(compared):
            same_kind(wanted, actual)
            one, other = alike(wanted, actual)
            mine, theirs = narrowed_pair(one.schema, other.schema, scope)
            found += compare(mine, theirs)
            compared[at] = (_with_schema(one, mine), _with_schema(other, theirs))
        if console.json:
            console.document({"reference": compared[0][0].database, "compared": compared[0][1].database, "differences": found})
        else:
            for line in (*_header(compared, reference, session), *_told(compared, scope, session, options, column_order=diff_column_order)):
                console.out(line)
        return {"differences": len(found)}

    return run_verb(options, act)


@click.command("diff-changelog", epilog=f"Example:  bascule diff-changelog --changelog-file db/next.yaml {_EXAMPLE}")
@reference_options
@other_schemas_options
@append_options
@scope_options
@connection_options
@reporting_options
def diff_changelog(changelog_file: str, **options: Any) -> int:
    """Write a changelog that makes the database become like the reference, in an order that works.

    A file that is there keeps what it holds, and gets the new changesets at its end.
    """

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.generate import difference, left_out, placed, spread_otherwise, unlike_types

        scope, dialect = scope_from(options), session.target.dialect
        tell_ignored(options, console)
        elements: list[Element] = []
        compared = pairs(session, reference_settings(options), options)
        tell_empty((snapshot for pair in compared for snapshot in pair), options["schemas"], console)
        for wanted, actual in compared:
            where = placement(options, actual, is_one_of_many=len(compared) > 1)
            elements += [placed(change, *where) for change in difference(wanted, actual, scope, dialect)]
            unsaid = [r for r in wanted.schema.remainders if r not in actual.schema.remainders]
            unaltered = spread_otherwise(wanted, actual, scope, dialect)
            for problem in (*left_out(unsaid), *unlike_types(wanted.schema, dialect), *unaltered):
                console.problem(problem)
        return {"changeSets": write_changelog(elements, session, console, changelog_file, options, append=True)}

    return run_verb(without_changelog(options), act)


def _with_schema(snapshot: "Snapshot", schema: Any) -> "Snapshot":
    import msgspec

    columns = {name: columns for name, columns in snapshot.view_columns.items() if name in schema.views}
    return msgspec.structs.replace(snapshot, schema=schema, view_columns=columns)


def _header(compared: "Sequence[tuple[Snapshot, Snapshot]]", reference: "TargetSettings", session: Session) -> Iterator[str]:
    wanted, actual = compared[0][0].database, compared[0][1].database
    yield f"Reference Database: {_named(wanted, reference)}"
    yield f"Comparison Database: {_named(actual, session.target.settings)}"
    yield f"Compared Schemas: {', '.join(_both(one.database.default_schema, other.database.default_schema) for one, other in compared)}"
    yield from _property("Product Name", wanted.name, actual.name)
    yield from _property("Product Version", wanted.version, actual.version)


def _named(database: "DatabaseFacts", settings: "TargetSettings") -> str:
    schema = f" (Default Schema: {database.default_schema})" if database.default_schema else ""
    return f"{None if settings.url.offline else database.user} @ {settings.url.shown}{schema}".replace("None", "null", 1)


def _both(reference: str | None, other: str | None) -> str:
    return reference or "" if reference == other else f"{reference} -> {other}"


def _property(name: str, wanted: str | None, actual: str | None) -> Iterator[str]:
    if wanted == actual:
        yield f"{name}: EQUAL"
        return
    yield f"{name}:"
    yield f"     Reference:   '{wanted}'"
    yield f"     Target: '{actual}'"


def _told(
    compared: "Sequence[tuple[Snapshot, Snapshot]]", scope: "Scope", session: Session, options: dict[str, Any], *, column_order: bool
) -> Iterator[str]:
    """Kind by kind, of all schemas together."""
    from bascule.engine.diff.told import ALWAYS, joined, sections

    shown: dict[str | None, str | None] = {}
    if names(options.get("output_schemas")):
        shown = {
            **output_schema(options, [actual.database.default_schema for _, actual in compared]),
            **output_schema(options, [wanted.database.default_schema for wanted, _ in compared]),
        }
    found = joined(sections(one, other, lambda name: shown.get(name, name), column_order=column_order) for one, other in compared)
    unknown = set() if session.target.dialect.traits.supports_sequences else {"Sequence"}
    for section in found:
        always = section.kind not in unknown and (ALWAYS.get(section.kind) in scope.types or (section.kind == "Catalog" and scope.is_whole))
        if section.differs or always:
            yield from _lines(section)


def _lines(section: "Section") -> Iterator[str]:
    yield _line("Missing", section.kind, section.missing)
    yield from (f"     {label}" for label in section.missing)
    yield _line("Unexpected", section.kind, section.unexpected)
    yield from (f"     {label}" for label in section.unexpected)
    yield _line("Changed", section.kind, section.changed)
    for changed in section.changed:
        yield f"     {changed.label}"
        yield from (f"          {detail}" for detail in changed.details)


def _line(status: str, kind: str, found: Sequence[object]) -> str:
    """Colours are for a terminal only: elsewhere they are taken out."""
    text = f"{status} {kind}(s): {'' if found else 'NONE'}"
    return click.style(text, fg=_COLOURS[status.lower()], bold=True) if found else text
