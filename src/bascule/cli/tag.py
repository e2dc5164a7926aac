"""`bascule tag`, `tag-exists`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import connection_options, lock_options, reporting_options, run_options, setting, switch
from bascule.cli.verb import run_verb
from bascule.engine.commands import tag as commands
from bascule.engine.commands.session import Session


@click.command(epilog="Example:  bascule tag --tag v1 --url jdbc:postgresql://localhost/app --username app")
@setting("--tag", "name", required=True, metavar="TAG", help="The tag.")
@switch("--tag-if-changed", help="Set none when the latest row has one already.")
@switch("--marker", help="Never replace another tag: add a row of its own where the latest has one.")
@connection_options
@run_options
@lock_options
@reporting_options
def tag(name: str, tag_if_changed: bool, marker: bool, **options: Any) -> int:
    """Mark the present state with a tag: the latest row of the history, and it alone."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        tagged = commands.tag(session, name, if_changed=tag_if_changed, marker=marker)
        console.tell(f"Successfully tagged '{session.target.shown}'" if tagged else "nothing changed since the latest tag")
        session.tell_history()
        if console.json:
            console.document({"tag": name, "tagged": tagged})
        return {"tagged": tagged}

    return run_verb(options, act)


@click.command("tag-exists", epilog="Example:  bascule tag-exists --tag v1 --url sqlite:app.db")
@setting("--tag", "name", required=True, metavar="TAG", help="The tag.")
@connection_options
@reporting_options
def tag_exists(name: str, **options: Any) -> int:
    """Tell whether a tag is set. The exit status is 0 either way, as in Liquibase: read the answer."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        exists = commands.tag_exists(session, name)
        words = "already exists" if exists else "does NOT exist"
        console.tell(f"The tag '{name}' {words} in '{session.target.shown}'.")
        if console.json:
            console.document({"tag": name, "exists": exists})
        return {"exists": exists}

    return run_verb(options, act)
