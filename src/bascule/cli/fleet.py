"""`bascule delegate status|drain|logs|token`: the delegates of a manager, asked and told as its client."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bascule.cli.client import client_options, connect
from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Problem

if TYPE_CHECKING:
    from bascule.cli.client import Client

json_option = click.option("--json", "as_json", is_flag=True, help="Print what the manager answered.")
_COLOURS = {"connected": "green", "disconnected": "yellow", "lost": "red"}

Command = TypeVar("Command", bound=Callable[..., Any])


def level_option(command: Command) -> Command:
    """Which scope a token is of."""
    option = click.option(
        "--level", type=click.Choice(["project", "org", "account"]), default="project", show_default=True, help="The scope it serves."
    )
    return option(command)


@click.command()
@click.argument("name", required=False)
@click.option("--pods", is_flag=True, help="Also those inside pods of step groups.")
@json_option
@client_options
def status(name: str | None, pods: bool, as_json: bool, **where: str | None) -> int:
    """List the delegates that serve the project, or show one of them.

    \b
    Examples:
      bascule delegate status
      bascule delegate status --pods
      bascule delegate status near-the-databases --json
    """
    client = connect(**where)
    listed = client.every(f"{client.path}/delegates", pods=pods or None)
    found = [delegate for delegate in listed if name in (None, delegate["name"], delegate["identifier"])]
    if name is not None and not found:
        raise NotFoundError(_no_delegate(name))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return 0
    if not found:
        click.echo("no delegate serves this project")
    for delegate in found:
        _show(delegate)
    return 0


def _show(delegate: dict[str, Any]) -> None:
    said = delegate["status"] + (", draining" if delegate["draining"] else "")
    click.secho(f"{delegate['name']:<28} ", bold=True, nl=False)
    click.secho(f"{said:<22}", fg=_COLOURS.get(delegate["status"]), nl=False)
    click.echo(f" {delegate['running']} of {delegate['capacity']} jobs   {_ago(delegate['lastHeartbeat'])}   {delegate['version']}")
    if delegate["pod"]:
        click.secho(f"  {delegate['identifier']}   serves the pod {delegate['pod']}", dim=True)
    else:
        scope = "/".join(["account", *(part for part in (delegate["org"], delegate["project"]) if part)])
        makes = "   makes pods" if delegate["kubernetes"] else ""
        click.secho(f"  {delegate['identifier']}   serves {scope}   tags {', '.join(delegate['tags']) or 'none'}{makes}", dim=True)
    if delegate["status"] != "connected":
        click.secho(f"  leaves the list at {_moment(delegate['leavesListAt'])}", dim=True)
    if delegate["versionWarning"]:
        click.secho(f"  {delegate['versionWarning']}", fg="yellow")


@click.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Give it jobs again.")
@click.option("--stop", is_flag=True, help="Also have its process end, once its last job has.")
@click.option("--wait", is_flag=True, help="Return when it has no job in hand.")
@json_option
@client_options
def drain(name: str, undo: bool, stop: bool, wait: bool, as_json: bool, **where: str | None) -> int:
    """Give a delegate no more jobs; what it has in hand it finishes. It stays so until that is undone.

    \b
    Examples:
      bascule delegate drain near-the-databases --wait
      bascule delegate drain near-the-databases --undo
    """
    if undo and (stop or wait):
        raise click.UsageError("--undo goes with neither --stop nor --wait")
    client = connect(**where)
    found = _one(client, name)
    path = f"{_level(found)}/delegates/{found['identifier']}"
    found = client.request("DELETE", f"{path}/drain").json() if undo else client.post(f"{path}/drain", {"leave": stop})
    while wait and found["running"]:
        time.sleep(1)
        found = client.get(path)
    if as_json:
        click.echo(json.dumps(found, indent=2))
    elif undo:
        click.echo(f"{found['name']} is given jobs again")
    else:
        click.echo(f"{found['name']} is given no more jobs; it has {found['running']} in hand")
    return 0


@click.command()
@click.argument("name")
@click.option("--follow", "-f", is_flag=True, help="Go on, until interrupted.")
@json_option
@client_options
def logs(name: str, follow: bool, as_json: bool, **where: str | None) -> int:
    """Print the last lines of a delegate's own log. It is asked for them, and tells them with its next call.

    \b
    Examples:
      bascule delegate logs near-the-databases
      bascule delegate logs near-the-databases --follow
    """
    client = connect(**where)
    found = _one(client, name, pods=True)
    path = f"{client.path}/delegates/{found['identifier']}/log"
    last = -1
    while True:
        told = client.get(path)
        for line in told["lines"]:
            if line["at"] > last:
                click.echo(json.dumps(line) if as_json else line["text"])
        last = max([last, *(line["at"] for line in told["lines"])])
        if not told["answers"]:
            since = f"; it told these lines {_ago(told['toldAt'])}" if told["toldAt"] else ""
            click.secho(
                f"{found['name']} does not answer{since}. Its log is in its data directory, log/delegate.log", fg="yellow", err=True
            )
            return 0 if told["lines"] else 1
        if not follow:
            return 0
        time.sleep(1)


@click.group(epilog="Example:  bascule delegate token create production --tags prod,eu")
def token() -> None:
    """Make, list, rotate and revoke the tokens that let delegates in."""


@token.command()
@click.argument("name")
@click.option("--tags", default="", help="What its delegates may be selected by, with commas between.")
@click.option("--days", type=click.IntRange(1, 3650), help="So long it lasts; for ever without.")
@level_option
@json_option
@client_options
def create(name: str, tags: str, days: int | None, level: str, as_json: bool, **where: str | None) -> int:
    """Make a token. Its text is printed this once; the manager keeps only a hash of it.

    \b
    Examples:
      bascule delegate token create production --tags prod,eu --days 365
      bascule delegate token create everywhere --level account --json
    """
    client = connect(**where)
    body: dict[str, Any] = {"name": name, "tags": [tag.strip() for tag in tags.split(",") if tag.strip()]}
    if days is not None:
        body["livesSeconds"] = days * 24 * 3600
    made = client.post(f"{_at(client, level)}/delegate-tokens", body)
    _tell_token(made, as_json, f"{made['identifier']} is made. Its text is not shown again:")
    return 0


@token.command("list")
@level_option
@json_option
@client_options
def list_tokens(level: str, as_json: bool, **where: str | None) -> int:
    """List the tokens of a scope.

    \b
    Example:
      bascule delegate token list --level account
    """
    client = connect(**where)
    found = list(client.every(f"{_at(client, level)}/delegate-tokens"))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return 0
    for each in found:
        ends = f"until {_moment(each['expiresAt'])}" if each["expiresAt"] else "for ever"
        tags = ", ".join(each["tags"]) or "no tags"
        click.echo(f"{each['identifier']}  {each['name']:<24} {each['status']:<8} {ends}   {tags}")
    return 0


@token.command()
@click.argument("name", metavar="TOKEN")
@click.option("--grace", "hours", type=click.FloatRange(0, 2160), default=24.0, show_default=True, help="Hours its delegates may stay.")
@click.option("--former-admits", is_flag=True, help="The text before also lets new delegates in meanwhile.")
@level_option
@json_option
@client_options
def rotate(name: str, hours: float, former_admits: bool, level: str, as_json: bool, **where: str | None) -> int:
    """Give a token a new text. Delegates that came with the one before stay for the grace; new ones need the new text at once.

    \b
    Examples:
      bascule delegate token rotate production --grace 4
      bascule delegate token rotate dt_01k2 --grace 0 --level account
    """
    client = connect(**where)
    found = _one_token(client, level, name)
    path = f"{_at(client, level)}/delegate-tokens/{found['identifier']}/rotate"
    made = client.post(path, {"graceSeconds": round(hours * 3600), "formerAdmits": former_admits})
    until = _moment(made["formerUntil"])
    _tell_token(made, as_json, f"{made['name']} is rotated; start its delegates anew before {until}. Its text is not shown again:")
    return 0


@token.command()
@click.argument("name", metavar="TOKEN")
@level_option
@json_option
@client_options
def revoke(name: str, level: str, as_json: bool, **where: str | None) -> int:
    """End a token. It lets nobody in any more, and its delegates are turned away at their next call.

    \b
    Example:
      bascule delegate token revoke production
    """
    client = connect(**where)
    found = _one_token(client, level, name)
    ended = client.request("DELETE", f"{_at(client, level)}/delegate-tokens/{found['identifier']}").json()
    click.echo(json.dumps(ended, indent=2) if as_json else f"{ended['name']} lets nobody in any more")
    return 0


def _tell_token(made: dict[str, Any], as_json: bool, words: str) -> None:
    if as_json:
        click.echo(json.dumps(made, indent=2))
        return
    click.echo(words, err=True)
    click.echo(made["value"])


def _one(client: "Client", name: str, *, pods: bool = False) -> dict[str, Any]:
    """The delegate of that name or identifier. Raises NotFoundError, and InputError when there are several."""
    return _only(client.every(f"{client.path}/delegates", pods=pods or None), name, _no_delegate(name), "delegates")


def _one_token(client: "Client", level: str, name: str) -> dict[str, Any]:
    """The valid token of that name, or any of that identifier."""
    found = client.every(f"{_at(client, level)}/delegate-tokens")
    nothing = Problem(code="DEL-046", what=f"there is no valid token '{name}'", where=level, fix="bascule delegate token list")
    usable = (each for each in found if each["status"] == "ACTIVE" or each["identifier"] == name)
    return _only(usable, name, nothing, "tokens")


def _only(listed: Any, name: str, nothing: Problem, what: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [each for each in listed if name in (each["name"], each["identifier"])]
    if not found:
        raise NotFoundError(nothing)
    if len(found) > 1:
        several = ", ".join(str(each["identifier"]) for each in found)
        raise InputError(Problem(code="DEL-047", what=f"{len(found)} {what} are named '{name}'", why=several, fix="give the identifier"))
    return found[0]


def _no_delegate(name: str) -> Problem:
    return Problem(code="DEL-045", what=f"no delegate '{name}' serves this project", fix="bascule delegate status")


def _level(delegate: dict[str, Any]) -> str:
    """The path of the scope that the delegate is of."""
    org, project = delegate["org"], delegate["project"]
    return f"/v1/orgs/{org}/projects/{project}" if project else f"/v1/orgs/{org}" if org else "/v1"


def _at(client: "Client", level: str) -> str:
    return {"project": client.path, "org": f"/v1/orgs/{client.org}", "account": "/v1"}[level]


def _ago(at: float) -> str:
    seconds = max(0, int(time.time() - at))
    for size, word in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {word} ago"
    return f"{seconds} s ago"


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
