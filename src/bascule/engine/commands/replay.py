"""Replays a changelog on a scratch database: as far as a target's history says it has run there, in the order in which it did."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from bascule.core.errors import BasculeError, ConflictError, InputError, TargetError
from bascule.core.problems import Problem
from bascule.engine import events
from bascule.engine import operations as ops
from bascule.engine.commands.session import Session, ignore
from bascule.engine.ephemeral import Scratch, Workshop
from bascule.engine.history.row import HistoryRow, normalised_file
from bascule.engine.run import Runner
from bascule.engine.selection import Pending
from bascule.engine.target import open_target
from bascule.engine.work import changes_of, operations_of, statements_of
from bascule.engine.written.changeset import ChangeSet

_HAS_RUN = ("EXECUTED", "RERAN")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One changeset of a replay."""

    changeset: ChangeSet
    is_run: bool = True
    """Otherwise it is only recorded: on the target it was marked as run, or it works outside the database."""
    may_fail: bool = False
    """Whether the same changeset comes again later: what ran again keeps in the history only its last time."""


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be replayed, and what cannot be."""

    steps: tuple[Step, ...]
    notes: tuple[Problem, ...] = ()


def replay_of(session: Session, rows: Sequence[HistoryRow]) -> Replay:
    """The steps that lead to where the target's history stands. Raises ConflictError when a changeset was altered after it ran there."""
    session.check_history(rows)
    place = {(c.id, c.author, normalised_file(c.file)): number for number, c in enumerate(session.changelog.changesets)}
    steps: list[Step] = []
    notes: list[Problem] = []
    again: list[int] = []
    for row in rows:
        if row.is_marker or row.exec_type not in (*_HAS_RUN, "MARK_RAN"):
            continue
        number = place.get(row.identity)
        if number is None:
            notes.append(_unknown(row))
            continue
        changeset = session.changelog.changesets[number]
        is_run = row.exec_type in _HAS_RUN
        if is_run and works_outside(session, changeset):
            notes.append(not_replayed(changeset))
            is_run = False
        if is_run and row.exec_type == "RERAN":
            again.append(number)
        steps.append(Step(changeset=changeset, is_run=is_run))
    return Replay(steps=tuple(_with_first_times(session.changelog.changesets, steps, again)), notes=tuple(notes))


def _with_first_times(changesets: Sequence[ChangeSet], steps: Sequence[Step], again: Sequence[int]) -> Iterator[Step]:
    """A changeset that ran again first ran somewhere before: where the changelog has it. Others may rest on it since then."""
    number = {changeset.identity: at for at, changeset in enumerate(changesets)}
    waiting = sorted(again)
    for step in steps:
        at = number[step.changeset.identity]
        while waiting and waiting[0] < at:
            yield Step(changeset=changesets[waiting.pop(0)], may_fail=True)
        if waiting and waiting[0] == at:
            waiting.pop(0)
        yield step


def digest(session: Session, replay: Replay) -> str:
    """SHA-256 over what decides the outcome of a replay: the steps with all that is written in them and in the files they name."""
    content = [
        [session.target.at.default_schema, session.request.contexts, session.request.label_filter, session.request.properties],
        [[step.is_run, *_content(step.changeset), session.scene.checksum(step.changeset)] for step in replay.steps],
    ]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _content(changeset: ChangeSet) -> tuple[object, ...]:
    """What its checksum leaves out: that one takes `a  b` for `a b`, and knows nothing of modifySql or quoting."""
    return changeset.fqn, tuple(changeset.changes), changeset.modify_sql, changeset.quoting, changeset.file_properties


def replayed(session: Session, replay: Replay, workshop: Workshop, *, keep_template: bool) -> Scratch:
    """A scratch database after the replay: where templates are kept and there is one, a copy of that."""

    def make(scratch: Scratch) -> None:
        count = len(replay.steps)
        session.tell(f"replaying {count} changeset{'' if count == 1 else 's'} on a scratch database")
        carry_out(session, replay, workshop, scratch)

    if keep_template and workshop.clones:
        return workshop.template(digest(session, replay), make)
    scratch = workshop.create()
    make(scratch)
    return scratch


def carry_out(session: Session, replay: Replay, workshop: Workshop, scratch: Scratch) -> None:
    """Runs the steps there. Preconditions are not asked: the target's history tells how they were answered.

    Raises InputError when a statement would reach beyond the scratch database, and what a failing changeset raises.
    """
    beyond = names_beyond(workshop.neighbours)
    with opened(session, scratch) as there:
        by_identity = {changeset.identity: changeset for changeset in there.changelog.changesets}
        with there.locked() as runner:
            for number, step in enumerate(replay.steps, 1):
                changeset = by_identity.get(step.changeset.identity, step.changeset)
                if beyond is not None and step.is_run:
                    refuse_beyond(there, changeset, beyond)
                _take(runner, there, step, changeset, (number, len(replay.steps)))
                session.emit(events.Progress(what="replay", done=number, total=len(replay.steps), unit="changesets"))


@contextmanager
def opened(session: Session, scratch: Scratch) -> Iterator[Session]:
    """The same verb at work on the scratch database. What its changesets tell is not told: they are none of the job's."""
    request = msgspec.structs.replace(session.request, target=scratch.settings, deployment_id=None, tell_history=False)
    with open_target(scratch.settings) as target:
        yield Session(request, target, ignore, session.cancel)


def _take(runner: Runner, there: Session, step: Step, changeset: ChangeSet, position: tuple[int, int]) -> None:
    known = next((row for row in runner.rows if row.identity == (changeset.id, changeset.author, normalised_file(changeset.file))), None)
    bare = msgspec.structs.replace(changeset, preconditions=None, fail_on_error=True)
    pending = Pending(changeset=bare, action="rerun" if known else "run", row=known)
    if not step.is_run:
        runner.mark_invalid(pending)
        return
    try:
        runner.apply(pending, position, there.changelog.properties)
    except (InputError, ConflictError, TargetError) as error:
        if step.may_fail:
            return
        raise _on_scratch(error) from error


def _on_scratch(error: BasculeError) -> BasculeError:
    first, *rest = error.problems
    why = "; ".join(part for part in (first.why, "this is the scratch database: the target was not touched") if part)
    return type(error)([msgspec.structs.replace(first, what=f"replaying the changelog: {first.what}", why=why), *rest])


def works_outside(session: Session, changeset: ChangeSet) -> bool:
    """Whether a program of its own does the work, which may do anything anywhere."""
    return bool(changeset.run_with) or any(isinstance(op, ops.RunProgram) for op in operations_of(changes_of(changeset, session.scene)))


def names_beyond(neighbours: Sequence[str]) -> "re.Pattern[str] | None":
    """Finds where a statement names another database of the same server."""
    if not neighbours:
        return None
    names = "|".join(re.escape(name) for name in neighbours)
    return re.compile(rf"(?<![\w`.])(?:`(?:{names})`|(?:{names}))\s*\.|\buse\s+`?(?:{names})\b", re.IGNORECASE)


def refuse_beyond(there: Session, changeset: ChangeSet, beyond: "re.Pattern[str]") -> None:
    for statement in statements_of(changeset, changes_of(changeset, there.scene), there.scene, None):
        named = beyond.search(statement.text)
        if named is not None:
            raise InputError(
                Problem(
                    code="RUN-106",
                    what=f"{changeset.fqn} names the database {named.group().strip(' .')}: it is not replayed beside it",
                    where=str(changeset.position),
                    why="schemas are databases here: on a scratch database this statement would reach the real one",
                    fix="give --dev-url with a server that does not hold it, or compare with a snapshot",
                )
            )


def _unknown(row: HistoryRow) -> Problem:
    return Problem(
        code="RUN-107",
        what=f"{row.fqn} has run there and is not in the changelog",
        why="what it made is not expected, and will look like drift",
        fix="put it back, or take what it made up into the changelog",
        severity="warning",
    )


def not_replayed(changeset: ChangeSet) -> Problem:
    return Problem(
        code="RUN-088",
        what=f"{changeset.fqn} is not replayed",
        where=str(changeset.position),
        why="it runs a program, which could reach beyond the scratch database",
        fix="if the schema depends on it, compare with a snapshot instead",
        severity="warning",
    )
