"""`bascule drift`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bascule.cli.console import Console
from bascule.cli.dev_options import dev_options, dev_settings
from bascule.cli.looking import write_changelog
from bascule.cli.options import (
    changelog_file_option,
    connection_options,
    example,
    reading_options,
    reporting_options,
    setting,
    switch,
)
from bascule.cli.verb import run_verb
from bascule.core.errors import DriftError
from bascule.core.problems import Problem
from bascule.engine.commands.session import Session

if TYPE_CHECKING:
    from bascule.engine.commands.drift import Drift
    from bascule.engine.diff.compare import Difference
    from bascule.engine.ephemeral import DevSettings

_STATUSES = {"missing": "Gone", "unexpected": "Came by itself", "changed": "Otherwise"}


@click.command(epilog=example("drift --fail-on-drift"))
@setting("--snapshot", "snapshot_file", metavar="FILE", help="Expect what this snapshot kept, instead of what the changelog makes.")
@switch("--fail-on-drift", help="Exit with 3 when the database has drifted.")
@setting("--restore-changelog", metavar="FILE", help="Write the changelog that takes the drift back.")
@setting("--adopt-changelog", metavar="FILE", help="Write the changesets that the changelog lacks to make the database what it is.")
@switch("--overwrite-output-file", help="Replace a file that is there.")
@setting("--author", default="user (generated)", metavar="NAME", help="Author of the changesets [user (generated)].")
@dev_options
@changelog_file_option
@reading_options
@connection_options
@reporting_options
def drift(
    snapshot_file: str | None, fail_on_drift: bool, restore_changelog: str | None, adopt_changelog: str | None, **options: Any
) -> int:
    """Tell whether the database is still what its changelog made of it.

    The changesets that have run are replayed on a scratch database, and the two are compared. The target is only read. Exit status 0, with
    --fail-on-drift 3 when there is drift; 1 when it could not be told.
    """
    writing = {name: options.pop(name) for name in ("overwrite_output_file", "author")} | {"contexts": None, "labels": None}

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.drift import towards_actual, towards_expected

        found = _look(session, dev_settings(options), snapshot_file)
        for line in _lines(found, session):
            console.out(line)
        if console.json:
            console.document({"target": session.target.shown, **found.document()})
        quiet = Console(quiet=console.quiet)
        if restore_changelog and found.is_drifted:
            write_changelog(towards_expected(found, session), session, quiet, restore_changelog, writing)
        if adopt_changelog and found.is_drifted:
            write_changelog(towards_actual(found, session), session, quiet, adopt_changelog, writing)
        if fail_on_drift and found.is_drifted:
            raise DriftError(_failed(found, session))
        return {"drifted": found.is_drifted, "differences": len(found.differences)}

    return run_verb(options, act)


def _look(session: Session, dev: "DevSettings", snapshot_file: str | None = None) -> "Drift":
    """Against a snapshot where one is named, else against the changelog. Tells the `drift` output."""
    from bascule.engine.commands.drift import drift_from_changelog, drift_from_snapshot
    from bascule.engine.target import TargetSettings
    from bascule.engine.urls import Url

    if snapshot_file is None:
        return drift_from_changelog(session, dev)
    name = session.target.settings.url.dialect
    kept = Url(dialect=name, database="", options={"snapshot": snapshot_file}, offline=True, shown=str(Path(snapshot_file)))
    return drift_from_snapshot(session, TargetSettings(url=kept))


def _lines(found: "Drift", session: Session) -> Iterator[str]:
    expected = found.expected
    many = "" if expected.changesets == 1 else "s"
    replayed = f"{expected.changesets} changeset{many}, replayed"
    source = replayed if expected.by == "changelog" else f"the snapshot of {expected.snapshot.created}"
    if not found.is_drifted:
        yield f"{session.target.shown} has not drifted: it is what was expected ({source})"
        return
    count = len(found.differences)
    yield f"{session.target.shown} has drifted: {count} difference{'' if count == 1 else 's'} from what was expected ({source})"
    for status, heading in _STATUSES.items():
        yield from _section(heading, [d for d in found.differences if d.status == status])
    yield ""
    yield "Who did it, and when, the catalog does not keep: the server's log may, or an audit extension."
    yield "To take it back:  bascule drift … --restore-changelog FILE, review it, then bascule update --changelog-file FILE"
    yield "To keep it:       bascule drift … --adopt-changelog FILE, include it in the changelog, then bascule changelog-sync"


def _section(heading: str, differences: "Iterable[Difference]") -> Iterator[str]:
    for number, difference in enumerate(differences):
        if number == 0:
            yield ""
            yield f"{heading}:"
        yield f"     {difference.kind} {difference.name}"
        for detail in difference.details:
            yield f"          {detail.replace(' in the reference', ' in what was expected')}"


def _failed(found: "Drift", session: Session) -> Problem:
    names = [f"{difference.kind} {difference.name}" for difference in found.differences]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return Problem(
        code="RUN-090",
        what=f"{session.target.shown} has drifted: {', '.join(names[:5])}{more}",
        why="someone or something changed it beside the changelog",
        fix="take it back with --restore-changelog, or keep it with --adopt-changelog",
    )
