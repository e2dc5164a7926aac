"""`bascule snapshot`."""

from collections.abc import Iterator
from typing import Any

import click
import msgspec

from bascule.cli.console import Console
from bascule.cli.options import connection_options, reporting_options, setting
from bascule.cli.verb import run_verb
from bascule.engine.commands.look import Snapshot, look
from bascule.engine.commands.session import Session
from bascule.engine.schema import Column, Table


@click.command(epilog="Example:  bascule snapshot --snapshot-format json --output-file before.json --url sqlite:app.db")
@setting("--snapshot-format", type=click.Choice(["txt", "json", "yaml"]), default="txt", help="How it is written [txt].")
@connection_options
@reporting_options
def snapshot(snapshot_format: str, **options: Any) -> int:
    """Show what a schema holds: tables, columns, keys, indexes, checks, views, sequences, and what else is there.

    As JSON or YAML it can be compared with later: --reference-url 'offline:postgresql?snapshot=before.json'.
    """

    def act(session: Session, console: Console) -> dict[str, Any]:
        seen = look(session.target)
        document = {"snapshot": msgspec.to_builtins(seen)}
        if console.json:
            console.document(document)
        elif snapshot_format == "json":
            console.out(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
        elif snapshot_format == "yaml":
            import yaml

            console.out(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120))
        else:
            for line in _lines(seen):
                console.out(line)
        return {"fingerprint": seen.fingerprint, "tables": len(seen.schema.tables)}

    return run_verb(options, act)


def _lines(seen: Snapshot) -> Iterator[str]:
    database, schema = seen.database, seen.schema
    yield f"Database snapshot for {database.url}"
    yield "-" * 65
    yield f"Database type: {database.product}"
    yield f"Database user: {database.user}"
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
    if schema.remainders:
        yield ""
        yield "Also there:"
        yield from (f"    {remainder.kind} {remainder.name}" for remainder in schema.remainders)


def _table(table: Table) -> Iterator[str]:
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
    if table.definition is not None:
        yield f"made by: CREATE TABLE {table.name} {table.definition}"


def _column(column: Column) -> str:
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
