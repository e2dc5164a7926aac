"""`bascule status`."""

from typing import TYPE_CHECKING, Any

import click

from bascule.cli.console import Console
from bascule.cli.dev_options import dev_options, dev_settings
from bascule.cli.options import changelog_options, connection_options, example, reporting_options, switch
from bascule.cli.verb import run_verb
from bascule.engine.commands.session import Session

if TYPE_CHECKING:
    from bascule.engine.commands.drift import Drift


@click.command(epilog=example("status --verbose"))
@switch("--verbose", default=True, help="List them too [true].")
@switch("--drift", "with_drift", help="Tell also whether the schema is still what the changelog made of it (see `bascule drift`).")
@dev_options
@changelog_options
@connection_options
@reporting_options
def status(verbose: bool, with_drift: bool, **options: Any) -> int:
    """Count and list the changesets that have not run yet."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.status import status as look

        pending = [item.changeset.fqn for item in look(session).pending]
        if not pending:
            console.out(f"{session.target.shown} is up to date")
        else:
            one = len(pending) == 1
            console.out(
                f"{len(pending)} changeset{'' if one else 's'} {'has' if one else 'have'} not been applied to {session.target.shown}"
            )
            if verbose:
                for fqn in pending:
                    console.out(f"     {fqn}")
        told: dict[str, Any] = {"pending": pending}
        if with_drift:
            from bascule.engine.commands.drift import drift_from_changelog

            drift = drift_from_changelog(session, dev_settings(options))
            console.out(_of_drift(drift))
            told["drift"] = drift.document()
        session.tell_history()
        if console.json:
            console.document({"target": session.target.shown, **told})
        return {"pending": len(pending), **({"drifted": drift.is_drifted} if with_drift else {})}

    return run_verb(options, act)


def _of_drift(drift: "Drift") -> str:
    count = len(drift.differences)
    if not count:
        return "The schema is what the changelog made of it"
    return f"The schema has drifted: {count} difference{'' if count == 1 else 's'} (`bascule drift` tells which)"
