"""`bascule journal`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import changelog_options, connection_options, lock_options, reporting_options, setting, switch
from bascule.cli.verb import run_verb
from bascule.engine.commands.half_done import Answer, answer, half_done
from bascule.engine.commands.session import Session


@click.command(epilog="Example:  bascule journal --url jdbc:mariadb://localhost/app --username app")
@switch("--done", help="Who looked says: the open statement was done.")
@switch("--not-done", help="Who looked says: it was not, or was taken back; it runs again.")
@switch("--forget", help="All that was done of the changeset was taken back by hand: it begins anew.")
@setting("--changeset", metavar="FQN", help="Which changeset is meant, where several are half-done.")
@changelog_options
@connection_options
@lock_options
@reporting_options
def journal(done: bool, not_done: bool, forget: bool, changeset: str | None, **options: Any) -> int:
    """Show which changesets a run broke off and which of their statements are done; answer what only people can see."""
    answers: tuple[tuple[Answer, bool], ...] = (("done", done), ("not_done", not_done), ("forget", forget))
    given = [verdict for verdict, is_given in answers if is_given]
    if len(given) > 1:
        raise click.UsageError("give one of --done, --not-done, --forget")

    def act(session: Session, console: Console) -> dict[str, Any]:
        if given:
            fqn = answer(session, given[0], changeset)
            console.tell(f"{fqn}: written down")
        found = list(half_done(session, session.target.read_journal() or ()))
        for item in found:
            console.out(str(item.problem))
        if not found:
            console.out(f"Nothing is half-done on {session.target.shown}")
        if console.json:
            console.document({"halfDone": [{"changeset": item.fqn, "direction": item.direction} for item in found]})
        return {"halfDone": len(found)}

    return run_verb(options, act)
