"""`bascule pipeline`: check documents, run pipelines, watch and stop their executions."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bascule.cli.client import client_options, connect

if TYPE_CHECKING:
    from bascule.cli.client import Client
    from bascule.core.problems import Problem

_BAD = ("Failed", "Aborted", "Expired", "ApprovalRejected", "Errored")
_COLOURS = {"Success": "green", "Running": "cyan", "ApprovalWaiting": "yellow", "IgnoreFailed": "yellow", **dict.fromkeys(_BAD, "red")}

output_option = click.option("--output", type=click.Choice(["text", "json"]), default="text", help="How the result is printed.")


@click.group(epilog="Example:  bascule pipeline run orders_release --follow")
def pipeline() -> None:
    """Run, watch and stop pipelines."""


@pipeline.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@output_option
def validate(files: tuple[Path, ...], output: str) -> int:
    """Check pipeline documents without a manager: what is refused, and what is accepted without effect.

    \b
    Example:
      bascule pipeline validate release.yaml
    """
    from bascule.manager.pipelines.parse import validate as check_document

    found = {str(file): check_document(file.read_text(encoding="utf-8"), str(file)) for file in files}
    if output == "json":
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        for file, problems in found.items():
            _tell_problems(file, problems)
    return 1 if any(problem.severity == "error" for problems in found.values() for problem in problems) else 0


def _tell_problems(file: str, problems: "list[Problem]") -> None:
    for problem in problems:
        click.secho(str(problem), fg={"error": "red", "warning": "yellow"}.get(problem.severity), err=True)
    refused = sum(problem.severity == "error" for problem in problems)
    click.echo(f"{file}: {'accepted' if not refused else f'refused, {refused} problems'}")


@pipeline.command()
@click.argument("identifier", metavar="PIPELINE")
@click.option("--input", "-i", "inputs", multiple=True, metavar="NAME=VALUE", help="A variable, or any input by its path.")
@click.option("--inputs", "inputs_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Runtime input YAML.")
@click.option("--input-set", "input_sets", multiple=True, metavar="ID", help="May be repeated; later ones win.")
@click.option("--follow", "-f", is_flag=True, help="Print the log until it ends; the exit status is the execution's.")
@output_option
@client_options
def run(
    identifier: str,
    inputs: tuple[str, ...],
    inputs_file: Path | None,
    input_sets: tuple[str, ...],
    follow: bool,
    output: str,
    **where: str | None,
) -> int:
    """Start a pipeline.

    \b
    Examples:
      bascule pipeline run release --input version=1.4 --follow
      bascule pipeline run release --inputs prod.yaml --input-set usual
    """
    client = connect(**where)
    body = {
        "inputs": dict(_pair(written) for written in inputs),
        "inputsYaml": inputs_file.read_text(encoding="utf-8") if inputs_file else None,
        "inputSets": list(input_sets),
    }
    started = client.post(f"{client.path}/pipelines/{identifier}/execute", body)
    return _started(client, started["executionId"], follow, output)


def _pair(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals:
        raise click.UsageError(f"--input {written}: write NAME=VALUE")
    return name, value


def _started(client: "Client", execution: str, follow: bool, output: str) -> int:
    if not follow:
        _print(output, {"executionId": execution}, execution)
        return 0
    from bascule.cli.logs import follow_log

    click.echo(execution, err=True)
    follow_log(client, execution, output=output)
    shown = client.get(f"{client.path}/executions/{execution}")
    if output == "text":
        _tree(shown)
    return 1 if shown["status"] in _BAD else 0


def _print(output: str, value: Any, text: str) -> None:
    if output == "json":
        import json

        click.echo(json.dumps(value, indent=2))
    else:
        click.echo(text)


@pipeline.command("list", epilog="Example:  bascule pipeline list --pipeline orders_release --status Failed")
@click.option("--pipeline", "identifier", metavar="PIPELINE", help="Of this pipeline only.")
@click.option("--status", multiple=True, help="Running, ApprovalWaiting, Success, Failed, Aborted …; may be repeated.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
@output_option
@client_options
def list_executions(identifier: str | None, status: tuple[str, ...], limit: int, output: str, **where: str | None) -> None:
    """List executions, the latest first."""
    client = connect(**where)
    found = client.get(f"{client.path}/executions", pipeline=identifier, status=list(status) or None, limit=limit)
    if output == "json":
        _print(output, found, "")
        return
    for each in found:
        state = click.style(f"{each['status']:<16}", fg=_COLOURS.get(each["status"]))
        click.echo(f"{each['executionId']}  {state}  {each['pipelineIdentifier']} #{each['sequence']}  by {each['triggeredBy']['name']}")


@pipeline.command(epilog="Example:  bascule pipeline get EXECUTION")
@click.argument("execution")
@output_option
@client_options
def get(execution: str, output: str, **where: str | None) -> None:
    """Show an execution with its stages and steps, why some were skipped, and what was wrong."""
    client = connect(**where)
    shown = client.get(f"{client.path}/executions/{execution}")
    if output == "json":
        _print(output, shown, "")
    else:
        _tree(shown)


def _tree(shown: dict[str, Any]) -> None:
    click.secho(f"{shown['name']} #{shown['sequence']}  {shown['status']}", fg=_COLOURS.get(shown["status"]), bold=True)
    children: dict[str | None, list[dict[str, Any]]] = {}
    for node in shown["nodes"]:
        children.setdefault(node.get("parent"), []).append(node)
    _branch(children, None, "  ")
    for problem in shown["problems"]:
        click.secho(f"{problem['code']}  {problem['what']}", fg="red")


def _branch(children: dict[str | None, list[dict[str, Any]]], parent: str | None, indent: str) -> None:
    for node in children.get(parent, []):
        rolling = "↶ " if node["section"] == "rollback" else ""
        state = click.style(node["status"], fg=_COLOURS.get(node["status"]))
        reason = f"  ({node['reason']})" if node.get("reason") else ""
        click.echo(f"{indent}{rolling}{node['name']}  {state}{reason}")
        for problem in node["problems"]:
            click.secho(f"{indent}    {problem['code']}  {problem['what']}", fg="red")
            for part in ("where", "why", "fix"):
                if problem.get(part):
                    click.echo(f"{indent}      {part:5}  {problem[part]}")
        _branch(children, node["path"], indent + "  ")


@pipeline.command(epilog="Example:  bascule pipeline abort EXECUTION --yes")
@click.argument("execution")
@click.option("--yes", "-y", is_flag=True, help="Do not ask whether it is meant.")
@client_options
def abort(execution: str, yes: bool, **where: str | None) -> None:
    """Stop an execution: what runs is cancelled, what waits is skipped."""
    client = connect(**where)
    if not yes and sys.stdin.isatty():
        click.confirm(f"Abort {execution}?", abort=True)
    client.post(f"{client.path}/executions/{execution}/abort")
    click.echo(f"{execution} is being aborted")


@pipeline.command(epilog="Example:  bascule pipeline rerun EXECUTION --follow")
@click.argument("execution")
@click.option("--follow", "-f", is_flag=True, help="Print the log until it ends; the exit status is the execution's.")
@output_option
@client_options
def rerun(execution: str, follow: bool, output: str, **where: str | None) -> int:
    """Start the pipeline of an execution again, with the same inputs."""
    client = connect(**where)
    return _started(client, client.post(f"{client.path}/executions/{execution}/rerun")["executionId"], follow, output)
