"""`bascule delete`: remove entities by name, or those that files describe."""

import click

from bascule.cli.apply import find_one
from bascule.cli.client import client_options, connect
from bascule.cli.entity_files import read_entities
from bascule.cli.get import find, schema_option, scope_option
from bascule.cli.kinds import by_word
from bascule.core.errors import BasculeError
from bascule.core.problems import Problem


@click.command(epilog="Example:  bascule delete dbinstance shop/dev        bascule delete -f entities/")
@click.argument("kind", required=False)
@click.argument("name", required=False)
@click.option("--file", "-f", "files", multiple=True, metavar="PATH", help="Delete what is described there, what refers to others first.")
@scope_option
@schema_option
@client_options
def delete(kind: str | None, name: str | None, files: tuple[str, ...], scope: str, schema: str | None, **where: str | None) -> int:
    """Delete entities: KIND and NAME, or --file. Target databases are not touched."""
    if bool(files) == bool(kind and name):
        raise click.UsageError("give KIND and NAME, or --file")
    client = connect(**where)
    if kind and name:
        wanted = by_word(kind)
        for place, item in find(client, wanted, name, scope, schema):
            body = item[wanted.wrapper] if wanted.wrapper else item
            client.request("DELETE", wanted.one(place, body["identifier"]))
            click.echo(f"{wanted.name} {name} deleted")
        return 0
    failed: list[Problem] = []
    for entity in reversed(read_entities(files, client.org, client.project)):
        present = find_one(client, entity)
        if present is None:
            click.echo(f"{entity.title} is not there")
            continue
        try:
            identifier = present.get("identifier", entity.identifier)
            client.request("DELETE", entity.kind.one(entity.where, identifier))
            click.echo(f"{entity.title} deleted")
        except BasculeError as error:
            click.echo(f"{entity.title} {click.style('failed', fg='red')}")
            failed += error.problems
    for problem in failed:
        click.echo(str(problem), err=True)
    return 1 if failed else 0
