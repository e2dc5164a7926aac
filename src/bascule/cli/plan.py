"""`bascule plan`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import changelog_options, connection_options, example, reporting_options, setting
from bascule.cli.verb import run_verb
from bascule.engine import events
from bascule.engine.commands.session import Session
from bascule.engine.plan import Plan, Unit

_MARKS = {"run": "+", "mark_ran": "=", "skip": "-", "halt": "!", "undecided": "?"}
_WORDS = {
    "mark_ran": "recorded as run without running",
    "skip": "skipped this time",
    "halt": "its preconditions stop the run",
    "undecided": "depends on an earlier changeset of this plan",
}


@click.command(epilog=example("plan"))
@setting("--count", type=click.IntRange(min=1), metavar="N", help="Of the next N changesets only.")
@setting("--tag", metavar="TAG", help="Up to the changeset that sets the tag.")
@changelog_options
@connection_options
@reporting_options
def plan(count: int | None, tag: str | None, **options: Any) -> int:
    """Show what `update` would do: every changeset with its preconditions, the SQL, and the digest for `update --expect-plan`."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        import msgspec

        from bascule.engine.commands.plan import make_plan

        made = make_plan(session, session.target.read_history(), count=count, tag=tag)
        document = msgspec.to_builtins(made)
        _print(made, console)
        session.emit(events.Output(name="plan", value=document))
        session.tell_history()
        if console.json:
            console.document(document)
        return {"changesets": len(made.units), "digest": made.digest}

    return run_verb(options, act)


def _print(made: Plan, console: Console) -> None:
    console.out(f"Plan for {made.target}: {len(made.units)} changeset(s) of {len(made.units) + len(made.skipped)}")
    for unit in made.units:
        console.out()
        _print_unit(unit, console)
    console.out()
    console.out(f"Digest: {made.digest}")


def _print_unit(unit: Unit, console: Console) -> None:
    again = " again" if unit.action == "rerun" else ""
    why = f"  ({_WORDS[unit.branch]})" if unit.branch in _WORDS else ""
    console.out(f"{_MARKS[unit.branch]} {unit.fqn}{again}{why}")
    for result in unit.preconditions:
        told = result.why or result.result or ""
        console.out(f"    {result.name}: {result.outcome}{f', {told}' if told else ''}")
    for statement in unit.statements:
        for line in f"{statement.text};".splitlines():
            console.out(f"    {line}")
