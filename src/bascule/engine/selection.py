"""Which changesets an update would run, which not and why, and which recorded checksums no longer hold. Pure."""

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.engine.changelog import contexts, labels
from bascule.engine.history.row import HistoryRow, normalised_file
from bascule.engine.plan import Skipped, SkipReason
from bascule.engine.written.changeset import Changelog, ChangeSet
from bascule.engine.written.dbms import applies_to

CHECKSUM_VERSION = 9

Identity = tuple[str, str, str]
"""(id, author, file), the file normalised."""

Checksum = Callable[[ChangeSet, int], str]


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the run was asked for. `count` and `tag` end it early; `only` is the one changeset that is asked for."""

    dbms: str
    contexts: str | None = None
    label_filter: str | None = None
    count: int | None = None
    tag: str | None = None
    only: Identity | None = None


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A changeset to run, with the row it has if it ran before."""

    changeset: ChangeSet
    action: Literal["run", "rerun"] = "run"
    row: HistoryRow | None = None


class ChecksumUpgrade(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded checksum of an older version, or none, that the next update writes anew."""

    changeset: ChangeSet
    row: HistoryRow
    checksum: str


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. `problems` are duplicates and wrong checksums: with any of them nothing may run.

    `later` is what a count or a tag keeps for another run; it must be valid all the same, as for Liquibase.
    """

    pending: tuple[Pending, ...]
    skipped: tuple[Skipped, ...]
    upgrades: tuple[ChecksumUpgrade, ...] = ()
    problems: tuple[Problem, ...] = ()
    later: tuple[Pending, ...] = ()
    total: int = 0

    def count(self, reason: SkipReason) -> int:
        return sum(1 for skipped in self.skipped if skipped.reason == reason)


def select(changelog: Changelog, rows: Sequence[HistoryRow], filters: Filters, checksum: Checksum) -> Selection:
    """Goes through the changelog once, in order. `checksum(changeset, version)` is asked only for changesets that have a row."""
    recorded = {row.identity: row for row in rows}
    limit = _Limit(filters, changelog, rows)
    if filters.only is not None and all(identity_of(changeset) != filters.only for changeset in changelog.changesets):
        raise not_there(filters.only, changelog)
    pending: list[Pending] = []
    skipped: list[Skipped] = []
    upgrades: list[ChecksumUpgrade] = []
    problems = list(duplicates(changelog.changesets))
    later: list[Pending] = []
    for changeset in changelog.changesets:
        row = recorded.get(identity_of(changeset))
        reason = filtered_by(changeset, filters)
        action: Literal["run", "rerun"] | None = "run"
        if row is not None:
            verdict = _judge(changeset, row, checksum) if reason in (None, "ignored") else _Verdict()
            if verdict.problem is not None:
                problems.append(verdict.problem)
            reruns = changeset.run_always or (changeset.run_on_change and verdict.changed)
            if reruns and reason is None:
                action = "rerun"
            else:
                action, reason = None, "already_ran"
                if verdict.upgrade is not None:
                    upgrades.append(ChecksumUpgrade(changeset=changeset, row=row, checksum=verdict.upgrade))
        if filters.only is not None and identity_of(changeset) != filters.only and reason != "already_ran":
            reason = "not_asked"
        if reason is None:
            reason = limit.refuses(changeset)
            if reason is not None and action is not None:
                later.append(Pending(changeset=changeset, action=action, row=row))
        if reason is None and action is not None:
            pending.append(Pending(changeset=changeset, action=action, row=row))
        elif reason is not None:
            skipped.append(Skipped(fqn=changeset.fqn, reason=reason))
    return Selection(
        pending=tuple(pending),
        skipped=tuple(skipped),
        upgrades=tuple(upgrades),
        problems=tuple(problems),
        later=tuple(later),
        total=len(changelog.changesets),
    )


def identity_of(changeset: ChangeSet) -> Identity:
    """By which history rows match."""
    return (changeset.id, changeset.author, normalised_file(changeset.file))


def not_there(identity: Identity, changelog: Changelog) -> NotFoundError:
    """The error for a changeset that the changelog does not hold."""
    id_, author, file = identity
    return NotFoundError(Problem(code="RUN-032", what=f"no changeset is called {file}::{id_}::{author}", where=changelog.file))


def filtered_by(changeset: ChangeSet, filters: Filters) -> SkipReason | None:
    """The filter that keeps this changeset out, whatever the history says; None when none does."""
    if (changeset.contexts or filters.contexts) and not contexts.matches(changeset.contexts, filters.contexts):
        return "context"
    if filters.label_filter and not labels.matches(changeset.labels, filters.label_filter):
        return "label"
    if changeset.dbms and not applies_to(changeset.dbms, filters.dbms):
        return "dbms"
    return "ignored" if changeset.ignore else None


def duplicates(changesets: Sequence[ChangeSet]) -> list[Problem]:
    """A problem for every changeset whose identity stood before."""
    first: dict[tuple[str, str, str], ChangeSet] = {}
    found: list[Problem] = []
    for changeset in changesets:
        earlier = first.setdefault(changeset.identity, changeset)
        if earlier is not changeset:
            found.append(
                Problem(
                    code="RUN-030",
                    what=f"two changesets are called {changeset.fqn}",
                    where=str(changeset.position),
                    why=f"the first stands at {earlier.position}",
                    fix="give one of them another id, or include the file only once",
                )
            )
    return found


def tags_with(changeset: ChangeSet) -> str | None:
    """The tag that a tagDatabase change of this changeset sets."""
    for change in changeset.changes:
        if change.name == "tagDatabase":
            return change.value_of("tag")
    return None


class _Limit:
    """Where the run ends early: after so many changesets, or at a tag."""

    def __init__(self, filters: Filters, changelog: Changelog, rows: Sequence[HistoryRow]) -> None:
        self._left = filters.count
        self._tag = filters.tag
        self._tag_seen = filters.tag is not None and any(row.tag == filters.tag for row in rows)
        if (
            self._tag is not None
            and not self._tag_seen
            and not any(tags_with(changeset) == self._tag for changeset in changelog.changesets)
        ):
            raise InputError(
                Problem(
                    code="RUN-031",
                    what=f"no changeset sets the tag '{self._tag}'",
                    where=changelog.file,
                    why="without it the whole changelog would run",
                    fix="name a tag that a tagDatabase change sets, or use `update`",
                )
            )

    def refuses(self, changeset: ChangeSet) -> SkipReason | None:
        if self._tag is not None:
            if self._tag_seen:
                return "after_tag"
            self._tag_seen = tags_with(changeset) == self._tag
        if self._left is not None:
            if self._left <= 0:
                return "after_count"
            self._left -= 1
        return None


class _Verdict(msgspec.Struct, frozen=True, kw_only=True):
    changed: bool = False
    problem: Problem | None = None
    upgrade: str | None = None


def _judge(changeset: ChangeSet, row: HistoryRow, checksum: Checksum) -> _Verdict:
    """Compares the recorded checksum with the present one, computed in the recorded version. No recorded one counts as right."""
    if row.checksum is None:
        return _Verdict(upgrade=checksum(changeset, CHECKSUM_VERSION))
    version = int(row.checksum.partition(":")[0]) if row.checksum[:1].isdigit() else 1
    current = checksum(changeset, version)
    if current == row.checksum:
        return _Verdict(upgrade=None if version == CHECKSUM_VERSION else checksum(changeset, CHECKSUM_VERSION))
    if changeset.run_on_change or changeset.run_always:
        return _Verdict(changed=True)
    if any(_accepts(valid, current, row.checksum) for valid in changeset.valid_checksums):
        return _Verdict()
    return _Verdict(
        problem=Problem(
            code="CHK-001",
            what=f"{changeset.fqn} was: {row.checksum} but is now: {current}",
            where=str(changeset.position),
            why="the changeset was altered after it ran here",
            fix=f"put it back and write a new changeset, or accept it with validCheckSum {current}",
        )
    )


def _accepts(valid: str, current: str, stored: str) -> bool:
    text = valid.strip().lower()
    return text in ("any", "all", "*", "1:any", "1:all", "1:*") or text in (current.lower(), stored.lower())
