"""`bascule update`, `update-count`, `update-to-tag`, `update-one-changeset`, `update-testing-rollback`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.force import forced
from bascule.cli.options import (
    changelog_options,
    changeset_options,
    connection_options,
    example,
    lock_options,
    reporting_options,
    run_options,
    setting,
    switch,
)
from bascule.cli.summary import Summary, summary_options
from bascule.cli.verb import run_verb
from bascule.engine import events
from bascule.engine.commands.session import Session
from bascule.engine.commands.update import UpdateReport
from bascule.engine.commands.update import update as run_update
from bascule.engine.history.row import normalised_file

_plan_option = setting("--expect-plan", metavar="DIGEST", help="Run only if the plan has this digest (see `bascule plan`).")
_mark_option = switch("--mark-failed-as-ran", help="Record a changeset that fails as run, and go on.")


@click.command(epilog=example("update"))
@changelog_options
@connection_options
@run_options
@_plan_option
@_mark_option
@summary_options
@lock_options
@reporting_options
def update(**options: Any) -> int:
    """Apply the changesets that have not run yet, each with its history row in one transaction."""
    return _run(options)


@click.command("update-count", epilog=example("update-count --count 1"))
@setting("--count", type=click.IntRange(min=1), required=True, metavar="N", help="How many.")
@changelog_options
@connection_options
@run_options
@_plan_option
@_mark_option
@summary_options
@lock_options
@reporting_options
def update_count(count: int, **options: Any) -> int:
    """Apply the next N changesets."""
    return _run(options, count=count)


@click.command("update-to-tag", epilog=example("update-to-tag --tag v2"))
@setting("--tag", required=True, metavar="TAG", help="The tag that a tagDatabase change sets.")
@changelog_options
@connection_options
@run_options
@_plan_option
@_mark_option
@summary_options
@lock_options
@reporting_options
def update_to_tag(tag: str, **options: Any) -> int:
    """Apply changesets up to and with the one that sets the tag."""
    return _run(options, tag=tag)


@click.command(
    "update-one-changeset",
    epilog=example("update-one-changeset --force --changeset-path db/changelog.yaml --changeset-id 1 --changeset-author ann"),
)
@changeset_options
@switch("--force", help="Yes, run it before what stands in front of it.")
@changelog_options
@connection_options
@run_options
@_mark_option
@summary_options
@lock_options
@reporting_options
def update_one_changeset(changeset_path: str, changeset_id: str, changeset_author: str, force: bool, **options: Any) -> int:
    """Apply one changeset, whatever stands before it."""
    only = (changeset_id, changeset_author, normalised_file(changeset_path))
    summary = Summary(options.pop("show_summary"), options.pop("show_summary_output"))
    return run_verb(options, lambda session, console: _update(forced(session, force), console, UpdateReport(), summary, {"only": only}))


@click.command(
    "update-testing-rollback",
    epilog=example("update-testing-rollback"),
)
@changelog_options
@connection_options
@run_options
@switch("--compare", default=True, help="Compare schema and rows before the update and after the rollback [true].")
@lock_options
@reporting_options
def update_testing_rollback(compare: bool, **options: Any) -> int:
    """Apply what has not run, roll exactly that back, compare, apply it again: proof that every rollback works.

    Compared are the schema and the rows of tables that have at most 1,000. Where the rollback did not bring back what was before,
    that is told by object, exit status is 1, and the changesets stay rolled back.
    """

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.testing_rollback import update_and_roll_back

        first = UpdateReport()
        update_and_roll_back(session, first, lambda: _update(session, console, first, Summary(), {}), compare=compare)
        if first.up_to_date:
            return {"changesets": 0}
        return _update(session, console, UpdateReport(), Summary(), {})

    return run_verb(options, act)


def _run(options: dict[str, Any], **limits: Any) -> int:
    limits["expect_plan"] = options.pop("expect_plan")
    summary = Summary(options.pop("show_summary"), options.pop("show_summary_output"))
    return run_verb(options, lambda session, console: _update(session, console, UpdateReport(), summary, limits))


def _update(session: Session, console: Console, report: UpdateReport, summary: Summary, limits: dict[str, Any]) -> dict[str, Any]:
    try:
        run_update(session, report, **limits)
    finally:
        if report.began:
            summary.print(report, console)
            if console.json:
                console.document(_as_json(report))
    if report.up_to_date:
        console.tell("Database is up to date, no changesets to execute")
        summary.print(report, console)
        if console.json:
            console.document(_as_json(report))
    session.emit(events.Output(name="changeSets", value=report.changesets))
    session.tell_history()
    return {"changesets": len(report.changesets)}


def _as_json(report: UpdateReport) -> dict[str, Any]:
    return {
        "run": report.run,
        "previouslyRun": report.previously_run,
        "filtered": dict(report.filtered),
        "total": report.total,
        "changeSets": report.changesets,
    }
