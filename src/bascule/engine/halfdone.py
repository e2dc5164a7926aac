"""A changeset that was broken off: which of its statements are done, by the journal and the catalog, and what is to be done next."""

from collections.abc import Iterable, Sequence

from bascule.core.problems import Problem
from bascule.engine.history.databasechangelogjournal import Direction, JournalRow
from bascule.engine.sql.statement import Effect, Statement
from bascule.engine.target import Target
from bascule.engine.written.changeset import ChangeSet

_FORGET = "or take back by hand what is there, and let it begin anew: bascule journal --forget"


def undone(effect: Effect) -> str:
    """What the catalog says of it as long as its statement is not done."""
    return "absent" if effect.exists else "there"


def is_done(target: Target, row: JournalRow) -> bool | None:
    """What the catalog says of a statement; None when it cannot tell, or when only a part of it is done."""
    if not row.expects:
        return None
    found = {_verdict(target, effect) for effect in row.expects}
    return found.pop() if len(found) == 1 else None


def _verdict(target: Target, effect: Effect) -> bool | None:
    presence = target.presence(effect)
    if presence == undone(effect):
        return False
    return True if presence == ("there" if effect.exists else "absent") else None


def superseded(row: JournalRow, done: Iterable[JournalRow]) -> bool:
    """Whether a later statement may have changed what this one did: it concerns the same table, or nobody knows what."""
    mine = {effect.table or effect.name for effect in row.expects}
    return any(
        later.sequence > row.sequence and (not later.expects or mine & {effect.table or effect.name for effect in later.expects})
        for later in done
    )


def seen(target: Target, effects: Sequence[Effect]) -> str:
    """`table t is there, index i of t is not there`."""
    words = {"there": "is there", "absent": "is not there", "in part": "is there and not valid", "unknown": "cannot be seen"}
    return ", ".join(f"{_named(effect)} {words[target.presence(effect)]}" for effect in effects)


def _named(effect: Effect) -> str:
    if effect.kind == "primary key":
        return f"the primary key of {effect.table}"
    return f"{effect.kind} {effect.name}" + (f" of {effect.table}" if effect.table else "")


def told(target: Target, rows: Sequence[JournalRow], texts: Sequence[str] = ()) -> str:
    """One clause per statement: `statement 1 is done (table t is there); …`. `texts` are the changeset's statements."""
    return "; ".join(_clause(target, row, texts) for row in rows)


def _clause(target: Target, row: JournalRow, texts: Sequence[str]) -> str:
    state = {True: "done", False: "not done", None: "begun, and nobody can tell whether done"}[
        True if row.state == "done" else is_done(target, row)
    ]
    effect = f" ({seen(target, row.expects)})" if row.expects else ""
    text = f" '{short(texts[row.sequence - 1])}'" if row.sequence <= len(texts) and not row.expects else ""
    return f"statement {row.sequence}{text} is {state}{effect}"


def short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 120 else words[:117] + "..."


def unsure(target: Target, changeset: ChangeSet, row: JournalRow, statement: Statement) -> Problem:
    """Nobody can tell whether the statement was done: someone has to look."""
    broken = next((effect for effect in row.expects if target.presence(effect) == "in part"), None)
    fix = f"drop the index {broken.name}, which is not valid, and run again" if broken is not None else None
    return Problem(
        code="RUN-081",
        what=f"{changeset.fqn} is half-done: its statement {row.sequence} was begun, and nobody can tell whether it was done",
        where=str(changeset.position),
        why=seen(target, row.expects) or f"the catalog does not show what it does: {short(statement.text)}",
        fix=fix or "look whether it was done; then say so with `bascule journal --done` or `bascule journal --not-done`, and run again",
    )


def changed(changeset: ChangeSet, sequence: int) -> Problem:
    """What was done is not what the changelog says now."""
    return Problem(
        code="RUN-082",
        what=f"{changeset.fqn} is half-done, and its statement {sequence} is not the one that was done",
        where=str(changeset.position),
        why="the changeset was altered after a run broke off within it",
        fix=f"put its first {sequence} statement(s) back as they were; {_FORGET}",
    )


def gone(changeset: ChangeSet, missing: Sequence[JournalRow]) -> Problem:
    """Part of what was done is not there any more."""
    names = ", ".join(_named(effect) for row in missing for effect in row.expects)
    return Problem(
        code="RUN-083",
        what=f"{changeset.fqn} is half-done, and a part of what was done is not as it was left: {names}",
        where=str(changeset.position),
        why="someone changed the database after a run broke off within the changeset",
        fix=f"put it back as it was; {_FORGET}",
    )


def other_way(changeset: ChangeSet, direction: Direction) -> Problem:
    """It was broken off in the other direction."""
    verb, again = ("rolling back", "roll it back again") if direction == "rollback" else ("running", "run `bascule update`")
    return Problem(
        code="RUN-084",
        what=f"{verb} {changeset.fqn} was broken off, and must be finished first",
        where=str(changeset.position),
        fix=f"{again}: it goes on with the first statement that is not done",
    )
