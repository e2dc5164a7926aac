"""`bascule describe`: one entity with all that the manager knows of it."""

from datetime import UTC, datetime
from typing import Any

import click

from bascule.cli.client import Client, client_options, connect
from bascule.cli.get import find, schema_option, scope_option
from bascule.cli.kinds import Kind, Where, by_word


@click.command(epilog="Example:  bascule describe dbinstance shop/prod")
@click.argument("kind")
@click.argument("name")
@scope_option
@schema_option
@client_options
def describe(kind: str, name: str, scope: str, schema: str | None, **where: str | None) -> None:
    """Show one entity with its state: what it is, what was deployed to it, what was done to it lately."""
    import yaml

    client = connect(**where)
    wanted = by_word(kind)
    for place, item in find(client, wanted, name, scope, schema):
        click.echo(yaml.safe_dump(_dated(item), sort_keys=False, allow_unicode=True), nl=False)
        identifier = name.rpartition("/")[2]
        if wanted.level == "schema":
            _tell_state(client, place, identifier)
        _tell_deeds(client, wanted, place, identifier)


def _tell_state(client: Client, where: Where, instance: str) -> None:
    """How many changesets of the instance are in which state, and the latest of them."""
    path = f"{where.prefix}/dbschema/{where.schema}/dbinstance/{instance}/migrationstate"
    reply = client.request("GET", path, params={"limit": 10})
    state = reply.json()
    age = _moment(state["syncedAt"]) if "syncedAt" in state else "never"
    click.echo(f"\nchangesets: {reply.headers['X-Total-Elements']}   (history last read: {age})")
    for changeset in state["changeSets"]:
        click.echo(f"  {changeset['status']:<22} {changeset['changeSetFQN']}  {_moment(changeset['deployedAt'])}")


def _tell_deeds(client: Client, kind: Kind, where: Where, identifier: str) -> None:
    """The latest audit events about the entity; nothing for those who may not read them."""
    from bascule.core.errors import DeniedError

    resource = f"{where.schema}/{identifier}" if kind.level == "schema" else identifier
    try:
        deeds = client.get(f"{where.prefix}/audit/events", resource=resource, limit=5)
    except DeniedError:
        return
    if deeds:
        click.echo("\nlately:")
    for deed in deeds:
        click.echo(f"  {_moment(deed['time'])}  {deed['action']:<10} {deed['actorName']}")


def _dated(item: dict[str, Any]) -> dict[str, Any]:
    """The entity with its moments readable."""
    return {key: _moment(value) if key in ("created", "updated") and isinstance(value, int) else value for key, value in item.items()}


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if seconds else "-"
