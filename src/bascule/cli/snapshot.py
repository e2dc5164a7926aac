"""`bascule snapshot`, `bascule snapshot-reference`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import click

from bascule.cli.console import Console
from bascule.cli.looking import names, reference_options, schemas_option, tell_empty
from bascule.cli.options import all_of, connection_options, reporting_options, setting
from bascule.cli.verb import run_verb
from bascule.engine.commands.session import Session

if TYPE_CHECKING:
    from bascule.engine.schema import Column, Schema, Table
    from bascule.engine.snapshots.model import Snapshot

_format_options = all_of(
    setting(
        "--snapshot-format", type=click.Choice(["txt", "json", "yaml", "bascule"], case_sensitive=False), help="How it is written [txt]."
    ),
    setting("--snapshot-filters", metavar="PATTERNS", help="Only these: 'table:order.*, view:.*', as --include-objects of diff."),
)


@click.command(epilog="Example:  bascule snapshot --snapshot-format json --output-file before.json --url sqlite:app.db")
@_format_options
@schemas_option
@connection_options
@reporting_options
def snapshot(snapshot_format: str | None, snapshot_filters: str | None, schemas: str | None, **options: Any) -> int:
    """Show what a schema holds: tables, columns, keys, indexes, checks, views, sequences, code, and what else is there.

    As JSON or YAML it can be compared with later: --reference-url 'offline:postgresql?snapshot=before.json'. Liquibase reads those
    files, too: our own, richer document stands beside its part. The format bascule is that document alone.
    """

    def act(session: Session, console: Console) -> dict[str, Any]:
        return _show(session, console, snapshot_format, snapshot_filters, schemas)

    return run_verb(options, act)


@click.command(
    "snapshot-reference",
    epilog="Example:  bascule snapshot-reference --snapshot-format json --reference-url jdbc:postgresql://localhost/wanted",
)
@_format_options
@reference_options
@reporting_options
def snapshot_reference(snapshot_format: str | None, snapshot_filters: str | None, **options: Any) -> int:
    """The snapshot of the reference database, whose URL the properties file may hold beside the other."""
    given = {name.removeprefix("reference_"): value for name, value in options.items()}

    def act(session: Session, console: Console) -> dict[str, Any]:
        return _show(session, console, snapshot_format, snapshot_filters, None)

    return run_verb(given, act)


def _show(session: Session, console: Console, written: str | None, filters: str | None, schemas: str | None) -> dict[str, Any]:
    from bascule.engine.commands.look import look_schemas
    from bascule.engine.snapshots.file import Format, text

    seen = look_schemas(session.target, names(schemas), view_columns=True)
    tell_empty(seen, schemas, console)
    if filters:
        seen = [_filtered(snapshot, filters) for snapshot in seen]
    if console.json:
        console.document({"snapshot": seen[0]} if len(seen) == 1 else {"snapshots": seen})
    elif written in (None, "txt"):
        for snapshot in seen:
            for line in _lines(snapshot):
                console.out(line)
    else:
        console.out(text(seen, cast("Format", written)).rstrip("\n"))
    return {"fingerprint": seen[0].fingerprint, "tables": sum(len(snapshot.schema.tables) for snapshot in seen)}


def _filtered(snapshot: "Snapshot", patterns: str) -> "Snapshot":
    import msgspec

    from bascule.engine.diff.canonical import fingerprint
    from bascule.engine.diff.filters import filters
    from bascule.engine.diff.narrow import Scope, narrowed

    schema = narrowed(snapshot.schema, Scope(filters=filters(patterns, None)))
    columns = {name: own for name, own in snapshot.view_columns.items() if name in schema.views}
    return msgspec.structs.replace(snapshot, schema=schema, view_columns=columns, fingerprint=fingerprint(schema))


def _lines(seen: "Snapshot") -> Iterator[str]:
    database, schema = seen.database, seen.schema
    yield f"Database snapshot for {database.url}"
    yield "-" * 65
    yield f"Database type: {database.product}"
    if database.user:
        yield f"Database user: {database.user}"
    if database.default_schema:
        yield f"Schema: {database.default_schema}"
    yield f"Fingerprint: {seen.fingerprint}"
    for table in schema.tables.values():
        yield ""
        yield f"Table {table.name}{_remarks(table.remarks)}"
        yield from (f"    {line}" for line in _table(table))
    for view in schema.views.values():
        yield ""
        yield f"{'Materialized view' if view.materialised else 'View'} {view.name}{_remarks(view.remarks)}"
        yield from (f"    {line}" for line in view.query.splitlines())
    for sequence in schema.sequences.values():
        yield ""
        facts = {name: getattr(sequence, name) for name in ("type", "start", "increment", "minimum", "maximum", "cache", "cycle")}
        yield f"Sequence {sequence.name}: " + ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
    yield from _code(schema)
    if schema.remainders:
        yield ""
        yield "Also there:"
        yield from (f"    {remainder.kind} {remainder.name}" for remainder in schema.remainders)


def _code(schema: "Schema") -> Iterator[str]:
    """What has its own statement, and rights."""
    for name, routine in schema.routines.items():
        yield ""
        yield f"{routine.kind.capitalize()} {name}{_remarks(routine.remarks)}"
        yield from (f"    {line}" for line in routine.definition.splitlines())
    for name, trigger in schema.triggers.items():
        yield ""
        yield f"Trigger {name}{f' ({trigger.enabled})' if trigger.enabled else ''}{_remarks(trigger.remarks)}"
        yield from (f"    {line}" for line in trigger.definition.splitlines())
    for name, type_ in schema.types.items():
        yield ""
        what = ", ".join(type_.labels) or ", ".join(_column(attribute) for attribute in type_.attributes) or type_.base or type_.definition
        yield f"{type_.kind.capitalize()} {name}: {what}{_remarks(type_.remarks)}"
    if schema.extensions:
        yield ""
        yield f"Extensions: {', '.join(schema.extensions)}"
    if schema.grants:
        yield ""
        yield "Rights:"
        for grant in schema.grants:
            columns = f" ({', '.join(grant.columns)})" if grant.columns else ""
            on = f"{grant.privilege}{columns} on {grant.object_kind.lower()} {grant.object_name}"
            yield f"    {on} {'not to' if grant.revoked else 'to'} {grant.grantee}"


def _table(table: "Table") -> Iterator[str]:
    yield from (_column(column) for column in table.columns)
    if table.primary_key is not None:
        yield f"primary key {table.primary_key.name or ''} ({', '.join(table.primary_key.columns)})".replace("  ", " ")
    for unique in table.uniques:
        yield f"unique {unique.name or ''} ({', '.join(unique.columns)})".replace("  ", " ")
    for key in table.foreign_keys:
        rules = f"{f' on delete {key.on_delete}' if key.on_delete else ''}{f' on update {key.on_update}' if key.on_update else ''}"
        far = f"{key.references.table} ({', '.join(key.references.columns)})"
        yield f"foreign key {key.name or ''} ({', '.join(key.columns)}) to {far}{rules}".replace("  ", " ")
    for index in table.indexes:
        columns = ", ".join(f"{column.name}{' desc' if column.descending else ''}" for column in index.columns)
        yield index.definition or f"{'unique ' if index.unique else ''}index {index.name} ({columns})"
    for check in table.checks:
        yield f"check {check.name or ''} {check.expression}".replace("  ", " ")
    yield from (f"{exclusion.name} {exclusion.definition}" for exclusion in table.exclusions)
    if table.inherits:
        yield f"inherits {', '.join(map(str, table.inherits))}"
    if table.partition_by is not None:
        yield f"partitioned by {table.partition_by}"
    if table.partition_of is not None:
        yield f"partition of {table.partition_of} {table.bounds or ''}".rstrip()
    for policy in table.policies:
        yield f"policy {policy.name} for {policy.command.lower()}{f' using {policy.using}' if policy.using else ''}"
    if table.row_security is not None:
        yield f"row level security {table.row_security}"
    if table.options:
        yield ", ".join(f"{name} {value}" for name, value in table.options.items())
    if table.definition is not None:
        yield f"made by: CREATE TABLE {table.name} {table.definition}"


def _column(column: "Column") -> str:
    parts = [f"{column.name}: {column.type or 'no type'}"]
    if column.nullable is False:
        parts.append("not null")
    if column.auto_increment:
        parts.append("counting")
    if column.default is not None:
        parts.append(f"default {column.default.text}")
    return " ".join(parts) + _remarks(column.remarks)


def _remarks(text: str | None) -> str:
    return f"  -- {text}" if text else ""
