"""`bascule policy`: try policies on an input, run their tests, read those we ship. Needs no server."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from bascule.policy.model import PolicyText, Verdict

File = click.Path(exists=True, dir_okay=False, path_type=Path)

rego_version = click.option(
    "--rego-version",
    type=click.Choice(["v0", "v1"]),
    default="v1",
    show_default=True,
    help="The syntax: v1 is `deny contains msg if {…}`, v0 is `deny[msg] {…}` as in Harness's samples.",
)
output = click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="For people or for programs."
)


@click.group(epilog="Example:  bascule policy eval no_drop.rego --input plan.json")
def policy() -> None:
    """Try policies on an input, run their tests, read those that ship with Bascule."""


@policy.command("eval")
@click.argument("files", nargs=-1, required=True, type=File)
@click.option("--input", "input_file", type=click.File("rb"), required=True, help="The document to judge, as JSON; - is standard input.")
@rego_version
@output
@click.pass_context
def evaluate_files(
    ctx: click.Context, files: tuple[Path, ...], input_file: Any, rego_version: Literal["v0", "v1"], output: Literal["text", "json"]
) -> None:
    """Judge a document by policies. Exit status 1 when one denies.

    \b
    Example:
      bascule policy eval no_drop.rego --input plan-input.json
    """
    import json

    from bascule.policy.evaluate import evaluate

    try:
        document = json.load(input_file)
    except ValueError as error:
        raise click.UsageError(f"the input is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise click.UsageError("the input must be a JSON object, as {}")
    verdict = evaluate(read(files, rego_version), document)
    print_verdict(verdict, output)
    ctx.exit(0 if verdict.is_allowed else 1)


@policy.command("check", epilog="Example:  bascule policy check policies/*.rego")
@click.argument("files", nargs=-1, required=True, type=File)
@rego_version
def check_files(files: tuple[Path, ...], rego_version: Literal["v0", "v1"]) -> None:
    """Check that policies compile and answer by deny or warn."""
    from bascule.core.errors import InputError
    from bascule.policy.evaluate import check

    if wrong := [problem for one in read(files, rego_version) for problem in check(one)]:
        raise InputError(wrong)
    click.echo(f"{len(files)} checked, nothing to say")


@policy.command("test")
@click.argument("directory", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@rego_version
@click.option("--verbose", "-v", is_flag=True, help="List the tests that passed, too.")
@click.pass_context
def run_tests(ctx: click.Context, directory: Path, rego_version: Literal["v0", "v1"], verbose: bool) -> None:
    """Run the tests beside policies: NAME_test.rego beside NAME.rego, every rule test_… is one. Exit status 1 when one fails.

    \b
    Example:
      bascule policy test policies/
    """
    from bascule.policy.testing import run

    counts = {"passed": 0, "failed": 0, "error": 0}
    colours = {"passed": "green", "failed": "red", "error": "red"}
    for result in run(directory, version=rego_version):
        counts[result.outcome] += 1
        if result.outcome == "passed" and not verbose:
            continue
        click.echo(f"{click.style(f'{result.outcome:<7}', fg=colours[result.outcome])} {result.file}  {result.name}")
        for line in (*result.prints, *str(result.problem or "").splitlines()):
            click.echo(f"        {line}")
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count))
    ctx.exit(0 if counts["passed"] == sum(counts.values()) else 1)


@policy.command("library", epilog="Example:  bascule policy library no_drop > no_drop.rego")
@click.argument("name", required=False)
def show_library(name: str | None) -> None:
    """List the policies that ship with Bascule, or print one to start from."""
    from bascule.policy import library

    entries = {entry.identifier: entry for entry in library.entries()}
    if name is None:
        for entry in entries.values():
            click.echo(f"{entry.about.code}  {entry.identifier:<32} {entry.about.title}")
        return
    if name not in entries:
        from difflib import get_close_matches

        near = get_close_matches(name, entries, n=1)
        raise click.UsageError(f"the library has no policy '{name}'." + (f" Did you mean '{near[0]}'?" if near else ""))
    click.echo(entries[name].text, nl=False)


def read(files: tuple[Path, ...], version: Literal["v0", "v1"]) -> "list[PolicyText]":
    """The files as policies."""
    from bascule.policy.model import PolicyText

    return [PolicyText(name=str(file), text=file.read_text("utf-8"), version=version) for file in files]


def print_verdict(verdict: "Verdict", output: Literal["text", "json"]) -> None:
    """What every policy said."""
    if output == "json":
        import msgspec

        click.echo(msgspec.json.encode({"allowed": verdict.is_allowed, "results": verdict.results}).decode())
        return
    for result in verdict.results:
        status, colour = ("denied", "red") if result.denied else ("warning", "yellow") if result.warned else ("passed", "green")
        click.echo(f"{click.style(f'{status:<8}', fg=colour)} {result.policy}")
        for line in result.prints:
            click.echo(f"  {line}")
        for problem in (*result.denied, *result.warned):
            click.echo("\n".join(f"  {line}" for line in str(problem).splitlines()))
