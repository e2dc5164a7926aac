"""Changelog + history → what would run, and why the rest would not. Pure."""

from typing import Any, Literal

import msgspec

from bascule.engine.sql.statement import Statement

SkipReason = Literal["already_ran", "ignored", "dbms", "context", "label", "after_tag", "after_count", "not_asked", "precondition"]


class PreconditionResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One precondition as evaluated for the plan. `undecided` when it depends on earlier changesets of the same plan."""

    name: str
    query: str | None = None
    result: str | None = None
    outcome: Literal["passed", "failed", "error", "undecided"]
    why: str | None = None


class Unit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One changeset (or Flyway script) of a plan."""

    fqn: str
    id: str
    author: str
    file: str
    source: str
    """file:line:column."""
    checksum: str
    action: Literal["run", "rerun", "mark_ran", "skip_precondition"] = "run"
    branch: Literal["run", "mark_ran", "skip", "halt", "undecided"] = "run"
    """What the preconditions lead to."""
    preconditions: tuple[PreconditionResult, ...] = ()
    operations: tuple[dict[str, Any], ...] = ()
    """As `operations.describe` gives them: SQL text recognised."""
    statements: tuple[Statement, ...] = ()
    transactional: bool = True
    comment: str = ""
    labels: tuple[str, ...] = ()
    contexts: str | None = None
    rollback: Literal["automatic", "written", "empty", "none"] = "none"


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    fqn: str
    reason: SkipReason
    why: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What `update` would do to one target now."""

    changelog: str
    target: str
    dialect: str
    units: tuple[Unit, ...]
    skipped: tuple[Skipped, ...] = ()
    commit: str | None = None
    digest: str = ""


def digest(changelog: str, commit: str | None, units: tuple[Unit, ...]) -> str:
    """SHA-256 over the pinned source, and per unit: identity, checksum, branch taken and statement texts. `sha256:` + hex.

    Equal digests mean: the same would run. `update --expect-plan DIGEST` refuses anything else before writing.
    """
    import hashlib  # slow to load, and a run without a plan needs none

    content = [
        changelog,
        commit or "",
        [[unit.fqn, unit.checksum, unit.branch, [s.text for s in unit.statements]] for unit in units],
    ]
    return "sha256:" + hashlib.sha256(msgspec.json.encode(content)).hexdigest()
