"""`bascule update`, `update-count`, `update-to-tag`, `update-testing-rollback`."""

from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import changelog_options, connection_options, example, lock_options, reporting_options, run_options, setting
from bascule.cli.verb import run_verb
from bascule.engine import events
from bascule.engine.commands.session import Session
from bascule.engine.commands.update import UpdateReport
from bascule.engine.commands.update import update as run_update
from bascule.engine.plan import SkipReason

_WIDTH = 31
_REASONS: tuple[tuple[SkipReason, str], ...] = (
    ("context", "Context mismatch"),
    ("label", "Label mismatch"),
    ("after_count", "After count"),
    ("after_tag", "After tag"),
    ("ignored", "Ignored"),
    ("dbms", "DBMS mismatch"),
)
_plan_option = setting("--expect-plan", metavar="DIGEST", help="Run only if the plan has this digest (see `bascule plan`).")
_mark_option = setting("--mark-failed-as-ran", is_flag=True, help="Record a changeset that fails as run, and go on.")


@click.command(epilog=example("update"))
@changelog_options
@connection_options
@run_options
@_plan_option
@_mark_option
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
@lock_options
@reporting_options
def update_to_tag(tag: str, **options: Any) -> int:
    """Apply changesets up to and with the one that sets the tag."""
    return _run(options, tag=tag)


@click.command(
    "update-testing-rollback",
    epilog=example("update-testing-rollback"),
)
@changelog_options
@connection_options
@run_options
@lock_options
@reporting_options
def update_testing_rollback(**options: Any) -> int:
    """Apply what has not run, roll exactly that back, apply it again: proof that every rollback works."""

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.rollback import roll_back_deployment

        first = UpdateReport()
        _update(session, console, first, {})
        if first.up_to_date:
            return {"changesets": 0}
        roll_back_deployment(session, session.deployment_id)
        return _update(session, console, UpdateReport(), {})

    return run_verb(options, act)


def _run(options: dict[str, Any], **limits: Any) -> int:
    expect_plan = options.pop("expect_plan")
    return run_verb(options, lambda session, console: _update(session, console, UpdateReport(), {**limits, "expect_plan": expect_plan}))


def _update(session: Session, console: Console, report: UpdateReport, limits: dict[str, Any]) -> dict[str, Any]:
    try:
        run_update(session, report, **limits)
    finally:
        if report.began:
            _summary(report, console)
            if console.json:
                console.document(_as_json(report))
    if report.up_to_date:
        console.tell("Database is up to date, no changesets to execute")
        _summary(report, console)
        if console.json:
            console.document(_as_json(report))
    session.emit(events.Output(name="changeSets", value=report.changesets))
    session.tell_history()
    return {"changesets": len(report.changesets)}


def _summary(report: UpdateReport, console: Console) -> None:
    filtered = sum(report.filtered.values())
    console.out()
    console.out("UPDATE SUMMARY")
    console.out(_line("Run:", report.run))
    console.out(_line("Previously run:", report.previously_run))
    console.out(_line("Filtered out:", filtered))
    console.out("-" * _WIDTH)
    console.out(_line("Total change sets:", report.total))
    console.out()
    if filtered:
        console.out()
        console.out("FILTERED CHANGE SETS SUMMARY")
        for reason, label in _REASONS:
            if reason in report.filtered:
                console.out(_line(f"{label}:", report.filtered[reason]))
        console.out()


def _line(label: str, number: int) -> str:
    return f"{label}{number:>{_WIDTH - len(label)}}"


def _as_json(report: UpdateReport) -> dict[str, Any]:
    return {
        "run": report.run,
        "previouslyRun": report.previously_run,
        "filtered": dict(report.filtered),
        "total": report.total,
        "changeSets": report.changesets,
    }
