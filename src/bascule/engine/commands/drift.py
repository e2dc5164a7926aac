"""`drift`: whether a database is still what its changelog made of it, or what a snapshot kept of it."""

from typing import Literal

import msgspec

from bascule.core.problems import Problem
from bascule.engine import events
from bascule.engine.commands.generate import difference, same_kind
from bascule.engine.commands.look import DatabaseFacts, Snapshot, look, look_at
from bascule.engine.commands.replay import replay_of, replayed
from bascule.engine.commands.session import Session
from bascule.engine.diff.compare import Difference, compare
from bascule.engine.diff.narrow import WHOLE
from bascule.engine.ephemeral import DevSettings, workshop
from bascule.engine.target import TargetSettings, open_target
from bascule.engine.written.element import Element


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What a database ought to be, and how we know."""

    by: Literal["changelog", "snapshot"]
    snapshot: Snapshot
    changesets: int = 0
    """How many were replayed."""


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """What a database is and what it ought to be. Seen from what was expected: `missing` was taken away, `unexpected` came by itself."""

    expected: Expected
    actual: Snapshot
    differences: tuple[Difference, ...]

    @property
    def is_drifted(self) -> bool:
        return bool(self.differences)

    def document(self) -> dict[str, object]:
        """The `drift` output."""
        return {
            "drifted": self.is_drifted,
            "expectedBy": self.expected.by,
            "changesets": self.expected.changesets,
            "expected": self.expected.snapshot.fingerprint,
            "actual": self.actual.fingerprint,
            "differences": msgspec.to_builtins(self.differences),
        }


def drift_from_changelog(session: Session, dev: DevSettings) -> Drift:
    """Replays what has run on a scratch database and compares. What could not be replayed is told. The target is only read."""
    rows = session.target.read_history().rows
    replay = replay_of(session, rows)
    for note in replay.notes:
        session.emit(events.ProblemFound(problem=note))
    with workshop(session.target, dev, session.tell, session.cancel) as shop:
        scratch = replayed(session, replay, shop, keep_template=dev.keep_templates)
        with open_target(scratch.settings) as target:
            wanted = look(target)
    _tell_other_version(session, wanted.database)
    count = len({step.changeset.identity for step in replay.steps if step.is_run})
    return _compared(session, Expected(by="changelog", snapshot=wanted, changesets=count))


def drift_from_snapshot(session: Session, settings: TargetSettings) -> Drift:
    """Compares with a snapshot that was kept. Raises InputError when it is of another kind of database."""
    return _compared(session, Expected(by="snapshot", snapshot=look_at(settings)))


def towards_expected(drift: Drift, session: Session) -> list[Element]:
    """The changes that take the drift back."""
    return difference(drift.expected.snapshot, drift.actual, WHOLE, session.target.dialect)


def towards_actual(drift: Drift, session: Session) -> list[Element]:
    """The changes that a changelog lacks to make the database what it is now."""
    return difference(drift.actual, drift.expected.snapshot, WHOLE, session.target.dialect)


def _compared(session: Session, expected: Expected) -> Drift:
    actual = look(session.target)
    same_kind(expected.snapshot, actual)
    found = tuple(compare(expected.snapshot.schema, actual.schema))
    drift = Drift(expected=expected, actual=actual, differences=found)
    session.emit(events.Output(name="drift", value=drift.document()))
    return drift


def _tell_other_version(session: Session, scratch: DatabaseFacts) -> None:
    """Another version of the server may word an expression otherwise, which looks like drift."""
    if scratch.product != session.target.facts.product:
        problem = Problem(
            code="RUN-089",
            what=f"the scratch database is {scratch.product}, the target {session.target.facts.product}",
            why="another version of the server may word the same expression otherwise",
            fix="give --dev-url with a server of the target's version if something looks wrong",
            severity="info",
        )
        session.emit(events.ProblemFound(problem=problem))
