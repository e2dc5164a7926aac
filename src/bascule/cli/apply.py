"""`bascule apply`: make what files describe, or change it to be so."""

from typing import Any, Literal

import click

from bascule.cli.client import Client, client_options, connect
from bascule.cli.entity_files import EntityDocument, place_of, read_entities
from bascule.core.errors import BasculeError, NotFoundError
from bascule.core.problems import Problem

Deed = Literal["created", "changed", "unchanged"]

_COLOURS = {"created": "green", "changed": "yellow", "unchanged": None}


@click.command(epilog="Example:  bascule apply -f entities/        a folder: its files by name, what others refer to first")
@click.option("--file", "-f", "files", multiple=True, required=True, metavar="PATH", help="A file, a folder, or - for stdin; repeatable.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@client_options
def apply(files: tuple[str, ...], dry_run: bool, **where: str | None) -> int:
    """Create or change entities from YAML files.

    A document is ours (apiVersion, kind, metadata, spec: as `bascule get -o yaml` prints it) or one of Harness's, known by its first key
    (pipeline, connector, secret, …). In a secret's spec, valueFromEnv and valueFromFile name where the value is.
    """
    client = connect(**where)
    failed: list[Problem] = []
    for entity in read_entities(files, client.org, client.project):
        try:
            deed, note = apply_one(client, entity, dry_run=dry_run)
        except BasculeError as error:
            click.echo(f"{entity.title} {click.style('failed', fg='red')}")
            failed += [_placed(problem, entity) for problem in error.problems]
            continue
        said = f"would be {deed}" if dry_run and deed != "unchanged" else deed
        click.echo(f"{entity.title} {click.style(said, fg=_COLOURS[deed])}{note}")
    for problem in failed:
        click.echo(str(problem), err=True)
    return 1 if failed else 0


def apply_one(client: Client, entity: EntityDocument, *, dry_run: bool = False) -> tuple[Deed, str]:
    """Make one entity so; returns what was done, and what must be told of it this once (a token)."""
    kind, where = entity.kind, entity.where
    present = find_one(client, entity)
    if present is not None:
        if not kind.can_change or is_so(entity.spec, kind.unwrap(present)):
            return "unchanged", ""
        if not dry_run:
            client.request("PUT", kind.one(where, entity.identifier), json=kind.wrap(entity.spec))
        return "changed", ""
    answer = None if dry_run else client.post(kind.collection(where), kind.wrap(entity.spec))
    token = answer.get("value") if kind.name == "DelegateToken" and answer else None
    return "created", f": {token}  (not shown again)" if token else ""


def find_one(client: Client, entity: EntityDocument) -> dict[str, Any] | None:
    """The entity as the manager has it; None when it has none."""
    kind = entity.kind
    if kind.key != "identifier":
        live = (item for item in client.every(kind.collection(entity.where)) if item.get("status", "ACTIVE") == "ACTIVE")
        return next((item for item in live if item.get(kind.key) == entity.identifier), None)
    try:
        found: dict[str, Any] = client.get(kind.one(entity.where, entity.identifier))
    except NotFoundError:
        return None
    return found


def is_so(wanted: Any, present: Any) -> bool:
    """Whether what is wanted is there already: every key that is written has that value. A secret's text is never there to compare."""
    if isinstance(wanted, dict) and isinstance(present, dict):
        return all(is_so(value, present.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(present, list):
        return len(wanted) == len(present) and all(map(is_so, wanted, present))
    return bool(wanted == present) or (wanted in (None, [], {}, False) and present in (None, [], {}, False))


def _placed(problem: Problem, entity: EntityDocument) -> Problem:
    """The problem with the place in the file, where the manager knows the place in the body only."""
    from msgspec.structs import replace

    where = problem.where
    if where and where.split(".")[0] != "body":
        return problem
    path = where or "body"
    parts = path.split(".")
    if entity.kind.wrapper and len(parts) > 1 and parts[1] == entity.kind.wrapper:
        parts = [parts[0], *parts[2:]]
    if len(parts) > 1 and parts[1] == entity.spec.get("type"):
        parts = [parts[0], *parts[2:]]  # the API names the variant a body was read as
    field = f" ({'.'.join(parts[1:])})" if len(parts) > 1 else ""
    return replace(problem, where=f"{place_of(entity.node, '.'.join(parts))}{field}")
