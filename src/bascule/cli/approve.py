"""`bascule approve` and `bascule reject`: vote on what waits, after a look at the SQL."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bascule.cli.client import client_options, connect

if TYPE_CHECKING:
    from bascule.cli.client import Client

Command = TypeVar("Command", bound=Callable[..., Any])


def vote_options(command: Command) -> Command:
    """What both votes take."""
    for decorate in (
        client_options,
        click.option("--output", type=click.Choice(["text", "json"]), default="text", help="How the result is printed."),
        click.option("--yes", "-y", is_flag=True, help="Do not ask whether it is meant."),
        click.option("--comment", "comments", default="", metavar="TEXT", help="Kept with the vote."),
        click.argument("which", metavar="EXECUTION|APPROVAL"),
    ):
        command = decorate(command)
    return command


@click.command()
@click.option("--input", "-i", "inputs", multiple=True, metavar="NAME=VALUE", help="An input that the step asks approvers for.")
@vote_options
def approve(which: str, inputs: tuple[str, ...], comments: str, yes: bool, output: str, **where: str | None) -> None:
    """Approve what an execution waits for.

    \b
    Examples:
      bascule approve exec_01k2 --comment "looked at every line"
      bascule approve apr_01k3 --input ticket=CHG-7 --yes
    """
    values: dict[str, str] = {}
    for written in inputs:
        name, equals, value = written.partition("=")
        if not equals:
            raise click.UsageError(f"--input {written}: write NAME=VALUE")
        values[name] = value
    vote(connect(**where), which, {"action": "APPROVE", "comments": comments, "approverInputs": values}, yes, output)


@click.command()
@vote_options
def reject(which: str, comments: str, yes: bool, output: str, **where: str | None) -> None:
    """Reject what an execution waits for: its step fails.

    \b
    Example:
      bascule reject exec_01k2 --comment "not before the freeze ends"
    """
    vote(connect(**where), which, {"action": "REJECT", "comments": comments}, yes, output)


def vote(client: "Client", which: str, body: dict[str, Any], yes: bool, output: str) -> None:
    """Show what is asked, ask whether the vote is meant (on a terminal), send it."""
    approval = find(client, which)
    if output == "text":
        show(approval)
    if not yes and sys.stdin.isatty():
        click.confirm(f"{body['action'].capitalize()}?", abort=True)
    decided = client.post(f"/v1/approvals/{approval['id']}/decision", body)
    if output == "json":
        import json

        click.echo(json.dumps(decided, indent=2))
        return
    if decided["status"] == "WAITING":
        count = sum(1 for each in decided["votes"] if each["action"] == "APPROVE")
        click.echo(f"your approval is counted: {count} of {decided['approvers']['minimumCount']}")
    else:
        click.echo(f"{decided['id']}: {decided['status']}")


def find(client: "Client", which: str) -> dict[str, Any]:
    """The approval of that id, or the one that an execution waits for. Raises NotFoundError, InputError where it waits for several."""
    from bascule.core.errors import InputError, NotFoundError
    from bascule.core.problems import Problem

    if which.startswith("apr_"):
        found: dict[str, Any] = client.get(f"/v1/approvals/{which}")
        return found
    waiting = list(client.every("/v1/approvals", execution=which, status="WAITING"))
    mine = [approval for approval in waiting if approval["mayDecide"]] or waiting
    if not mine:
        raise NotFoundError(Problem(code="CLI-033", what=f"the execution '{which}' waits for no approval"))
    if len(mine) > 1:
        names = ", ".join(f"{approval['id']} ({approval['step']})" for approval in mine)
        raise InputError(Problem(code="CLI-034", what=f"the execution '{which}' waits for several: {names}", fix="name one of them"))
    return dict(mine[0])


def show(approval: dict[str, Any]) -> None:
    """What is asked, with the SQL it is about, on stderr: the result goes to stdout."""
    step = f"{approval['pipeline']} › {approval['step']}" if approval["pipeline"] else approval["step"]
    click.secho(f"{approval['id']}  {step}", err=True, bold=True)
    if approval["approvalMessage"]:
        click.echo(approval["approvalMessage"], err=True)
    for statement in approval["sql"]:
        click.secho(f"  {statement}", err=True, fg="cyan")
    if approval["subject"]:
        click.echo(f"plan {approval['subject']}", err=True)
    if approval["obstacle"]:
        click.secho(f"you cannot decide it: {approval['obstacle']}", err=True, fg="yellow")
