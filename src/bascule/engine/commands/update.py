"""`update`: runs what has not run yet. Looks first without the lock, so that a run with nothing to do takes none and writes nothing."""

from typing import TYPE_CHECKING

import msgspec

from bascule.core.errors import ConflictError
from bascule.core.problems import Problem
from bascule.engine import events
from bascule.engine.commands.checks import check, check_changelog_preconditions, fails_validation
from bascule.engine.commands.half_done import check_half_done
from bascule.engine.commands.session import Session
from bascule.engine.plan import Skipped, SkipReason
from bascule.engine.selection import Identity, Selection
from bascule.engine.target import History

if TYPE_CHECKING:
    from bascule.engine.run import Runner


class UpdateReport(msgspec.Struct, kw_only=True):
    """What came of it; filled while it runs, so that a failure's summary is right too."""

    total: int = 0
    run: int = 0
    previously_run: int = 0
    filtered: dict[SkipReason, int] = {}
    skipped: list[Skipped] = []
    """Those that were filtered out, in the changelog's order."""
    changesets: list[str] = []
    """FQNs of those that were carried out and recorded."""
    up_to_date: bool = False
    began: bool = False
    """Every check has passed."""


def update(
    session: Session,
    report: UpdateReport,
    *,
    count: int | None = None,
    tag: str | None = None,
    only: Identity | None = None,
    expect_plan: str | None = None,
) -> None:
    """Fills `report`. `count` and `tag` end the run early, `only` is the one changeset that may run.

    `expect_plan` is the digest of the only plan that may run.
    """
    history = session.target.read_history()
    selection = session.select(history.rows, count=count, tag=tag, only=only)
    _sum_up(report, selection)
    if expect_plan is not None:
        _expect(session, history, expect_plan, count, tag)
    if not selection.problems and not selection.pending and not selection.upgrades:
        check_half_done(session)
        if history.rows and session.target.is_online and session.target.has_lock_table():
            session.target.clear_abandoned_lock(session.tell)
        report.up_to_date = True
        return
    is_checked = not selection.upgrades
    if is_checked:
        check(session, selection)
    with session.locked() as runner:
        if tuple(runner.rows) != history.rows:  # someone else ran while we waited for the lock
            is_checked = False
            selection = session.select(tuple(runner.rows), count=count, tag=tag, only=only)
            _sum_up(report, selection)
        if expect_plan is not None:
            _expect(session, session.target.read_history(), expect_plan, count, tag)
        _write_checksums(session, runner, selection)
        if not is_checked:
            check(session, selection)
        check_half_done(session, at_work=True)
        check_changelog_preconditions(session, runner.rows)
        _run(session, runner, selection, report)


def _run(session: Session, runner: "Runner", selection: Selection, report: UpdateReport) -> None:
    report.began = True
    runner.prepare(item.changeset for item in selection.pending)
    total = len(selection.pending)
    for number, item in enumerate(selection.pending, 1):
        if fails_validation(session, item):
            session.tell(f"{item.changeset.fqn} is marked as run: its validation failed")
            runner.mark_invalid(item)
            continue
        status = runner.apply(item, (number, total), session.changelog.properties)
        report.run += 1
        if status in ("EXECUTED", "RERAN", "MARK_RAN"):
            report.changesets.append(item.changeset.fqn)
        session.emit(events.Progress(what="changesets", done=number, total=total, unit="changesets"))


def _write_checksums(session: Session, runner: "Runner", selection: Selection) -> None:
    """Recorded sums of older versions, and cleared ones, are written anew; those that no longer hold are left for the check to report."""
    table = session.target.changelog_table
    for upgrade in selection.upgrades:
        if upgrade.row.checksum is not None:
            session.tell(f"Upgrading checksum for Changeset {upgrade.changeset.fqn} from {upgrade.row.checksum} to {upgrade.checksum}.")
    runner.write(statement for upgrade in selection.upgrades for statement in table.set_checksum(upgrade.row, upgrade.checksum))


def _expect(session: Session, history: History, expected: str, count: int | None, tag: str | None) -> None:
    from bascule.engine.commands.plan import make_plan

    found = make_plan(session, history, count=count, tag=tag).digest
    if found != expected:
        raise ConflictError(
            Problem(
                code="RUN-070",
                what="what would run is not what was expected",
                why=f"the plan's digest is {found}, not {expected}: the changelog or the database changed since",
                fix="make and judge a new plan",
            )
        )


def _sum_up(report: UpdateReport, selection: Selection) -> None:
    report.total = selection.total
    report.previously_run = selection.count("already_ran")
    report.filtered = {}
    report.skipped = [skipped for skipped in selection.skipped if skipped.reason != "already_ran"]
    for skipped in report.skipped:
        report.filtered[skipped.reason] = report.filtered.get(skipped.reason, 0) + 1
