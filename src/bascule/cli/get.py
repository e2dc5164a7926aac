"""`bascule get`: entities as a table, or as documents that `apply` takes again."""

import json
from collections.abc import Iterator
from typing import Any

import click

from bascule.cli.client import Client, client_options, connect
from bascule.cli.entity_files import document_of
from bascule.cli.kinds import Kind, Where, by_word

Found = tuple[Where, dict[str, Any]]

scope_option = click.option(
    "--scope",
    type=click.Choice(["account", "org", "project"]),
    default="project",
    show_default=True,
    help="Where to look, for kinds that live in each scope.",
)
schema_option = click.option("--schema", metavar="ID", help="The DB schema of a DB instance; a name may also be SCHEMA/INSTANCE.")


@click.command(epilog="Example:  bascule get connectors --scope account -o yaml > connectors.yaml")
@click.argument("kind")
@click.argument("name", required=False)
@click.option("--output", "-o", type=click.Choice(["table", "yaml", "json", "name"]), default="table", show_default=True)
@scope_option
@schema_option
@client_options
def get(kind: str, name: str | None, output: str, scope: str, schema: str | None, **where: str | None) -> None:
    """List entities, or print one. KIND: connector, secret, dbschema, dbinstance, environment, pipeline, policy, user, …"""
    client = connect(**where)
    wanted = by_word(kind)
    found = list(find(client, wanted, name, scope, schema))
    match output:
        case "table":
            click.echo(_table(wanted, found))
        case "name":
            for place, item in found:
                click.echo(title(wanted, place, item))
        case "yaml":
            click.echo(documents_yaml(client, wanted, found), nl=False)
        case _:
            content = [item for _, item in found]
            click.echo(json.dumps(content[0] if name else content, indent=2, ensure_ascii=False))


def find(client: Client, kind: Kind, name: str | None, scope: str, schema: str | None) -> Iterator[Found]:
    """One entity, or all of a kind in a place. Raises NotFoundError for a name that is not there."""
    if name and kind.level == "schema" and "/" in name:
        schema, _, name = name.partition("/")
    places = list(_places(client, kind, scope, schema))
    if name is None:
        for place in places:
            for item in _every(client, kind, place):
                yield place, item
        return
    if kind.level == "schema" and schema is None:
        raise click.UsageError("name a DB instance as SCHEMA/INSTANCE, or give --schema")
    if kind.key != "identifier":
        found = [(place, item) for place in places for item in _every(client, kind, place) if name in (item[kind.key], item["identifier"])]
        yield from found
        return
    yield places[0], client.get(kind.one(places[0], name))


def documents_yaml(client: Client, kind: Kind, found: list[Found]) -> str:
    """Entities as a stream of documents; a pipeline is its own document, as its author wrote it."""
    import yaml

    texts = []
    for place, item in found:
        if kind.is_text:
            text = item.get("yaml") or client.get(kind.one(place, item["identifier"]))["yaml"]
            texts.append(text if text.endswith("\n") else text + "\n")
        else:
            document = document_of(kind, place, kind.unwrap(item)) if kind.can_create else item
            texts.append(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))
    return "---\n".join(texts)


def title(kind: Kind, where: Where, item: dict[str, Any]) -> str:
    """An entity in a word: `dbinstance/shop/dev`."""
    body = item[kind.wrapper] if kind.wrapper else item
    parts = [kind.name.lower(), where.schema or "", str(body.get(kind.key) or body.get("executionId") or body.get("id"))]
    return "/".join(part for part in parts if part)


def _places(client: Client, kind: Kind, scope: str, schema: str | None) -> Iterator[Where]:
    project = Where(org=client.org, project=client.project)
    match kind.level:
        case "account":
            yield Where()
        case "organization":
            yield Where(org=client.org)
        case "project":
            yield project
        case "any":
            yield {"account": Where(), "org": Where(org=client.org), "project": project}[scope]
        case "schema" if schema is not None:
            yield Where(org=client.org, project=client.project, schema=schema)
        case "schema":
            for one in client.every(f"{project.prefix}/dbschema", sort="name", order="ASC"):
                yield Where(org=client.org, project=client.project, schema=one["identifier"])


def _every(client: Client, kind: Kind, where: Where) -> Iterator[dict[str, Any]]:
    """All items of a list; Harness lists DB instances by POST."""
    if kind.level != "schema":
        yield from client.every(kind.collection(where))
        return
    page = 0
    path = f"{where.prefix}/dbschema/{where.schema}/instancelist"
    while True:
        reply = client.request("POST", path, json={}, params={"page": page, "limit": 100, "sort": "name", "order": "ASC"})
        yield from reply.json()
        page += 1
        if page * 100 >= int(reply.headers["X-Total-Elements"]):
            return


def _table(kind: Kind, found: list[Found]) -> str:
    columns = (("schema",) if kind.level == "schema" else ()) + kind.columns
    rows = [tuple(column.upper() for column in columns)]
    for place, item in found:
        body = {**(item[kind.wrapper] if kind.wrapper else item), "schema": place.schema}
        rows.append(tuple(_cell(body.get(column)) for column in columns))
    if len(rows) == 1:
        return f"no {kind.plural} here"
    widths = [max(len(row[index]) for row in rows) for index in range(len(columns))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(map(str, value)) or "-"
    if isinstance(value, dict):
        return ",".join(f"{key}={item}" for key, item in value.items()) or "-"
    return str(value)
