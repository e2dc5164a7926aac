"""What a precondition is: a question about the target, answered with the reasons why it does not hold; and how they combine."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.core.registry import Registry
from bascule.engine.history.row import HistoryRow
from bascule.engine.schema import Name, Schema
from bascule.engine.written.changeset import OnFail, Preconditions
from bascule.engine.written.element import Element

Check = Callable[[Element, "World"], Iterator[str]]

PRECONDITIONS: Registry[Check] = Registry("precondition", "bascule.engine.preconditions", "REG-003")

precondition = PRECONDITIONS.add

_TREE = frozenset({"and", "or", "not"})
"""Grammar, not questions: they have no file."""


class World(msgspec.Struct, frozen=True, kw_only=True):
    """What a precondition may look at. Reading only."""

    dbms: str
    folds_case: bool
    """Whether the server folds names that are not quoted: then `EMP` finds `emp`."""
    user: str | None
    quoting: str
    rows: Sequence[HistoryRow]
    properties: Mapping[str, str]
    shape: Callable[[Sequence[str] | None, str | None], Schema]
    """The shape of these tables (None: all), in this schema."""
    columns: Callable[[Name], Collection[str]]
    """Of a table or a view; none when it is not there."""
    names_fold: bool
    """Whether column names mean the same in any case."""
    keys_are_indexes: bool
    """Whether the catalog knows a primary key's index by the key's name."""
    query: Callable[[str], list[tuple[object, ...]]]
    table_in_sql: Callable[[Name], str]

    def same(self, wanted: str, found: str) -> bool:
        """Whether a name as written means this object of the catalog."""
        if self.folds_case and wanted in (wanted.lower(), wanted.upper()):
            return wanted.lower() == found
        return wanted == found

    def same_column(self, wanted: str, found: str) -> bool:
        return wanted.lower() == found.lower() if self.names_fold else wanted == found

    def stored(self, name: Name) -> Name:
        """A name as the catalog has it when it was never quoted."""
        folded = name.name.lower() if self.folds_case and self.same(name.name, name.name.lower()) else name.name
        return Name(folded, name.schema, name.catalog)


def required(element: Element, name: str) -> str:
    """An attribute that must be there. Raises InputError."""
    value = element.value_of(name)
    if value is None or not value.strip():
        raise InputError(Problem(code="RUN-041", what=f"the precondition {element.name} needs '{name}'", where=str(element.position)))
    return value.strip()


def name_of(element: Element, attribute: str) -> Name:
    """A name from its attribute, schemaName and catalogName."""
    return Name(required(element, attribute), element.value_of("schemaName"), element.value_of("catalogName"))


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether they hold, and if not, why. `error`: they could not be evaluated."""

    outcome: Literal["passed", "failed", "error"]
    reasons: tuple[str, ...] = ()


def evaluate(preconditions: Preconditions, world: World) -> Answer:
    """Asks the children in order. A database that fails to answer makes an `error`; a container written wrong raises InputError."""
    reasons: list[str] = []
    try:
        for child in preconditions.children:
            reasons.extend(failures(child, world))
    except TargetError as error:
        return Answer(outcome="error", reasons=tuple(problem.what for problem in error.problems))
    return Answer(outcome="failed" if reasons else "passed", reasons=tuple(reasons))


def failures(element: Element, world: World) -> Iterator[str]:
    """Why this precondition does not hold; nothing when it does."""
    match element.name:
        case "and":
            for child in element.children:
                yield from failures(child, world)
        case "or":
            found = [list(failures(child, world)) for child in element.children]
            if found and all(found):
                yield from (reason for reasons in found for reason in reasons)
        case "not":
            yield from (f"not {child.name}: it holds" for child in element.children if not list(failures(child, world)))
        case name:
            yield from PRECONDITIONS.get(name, where=str(element.position))(element, world)


def consequence(preconditions: Preconditions, answer: Answer) -> OnFail | None:
    """What is to be done, None when the preconditions hold."""
    if answer.outcome == "passed":
        return None
    return preconditions.on_fail if answer.outcome == "failed" else preconditions.on_error


def message(preconditions: Preconditions, answer: Answer) -> str:
    """The author's own message, else the reasons."""
    written = preconditions.on_fail_message if answer.outcome == "failed" else preconditions.on_error_message
    return written or "; ".join(answer.reasons)


def unknown(preconditions: Preconditions) -> Iterator[Problem]:
    """A problem for every child that no precondition answers to."""
    pending = list(preconditions.children)
    while pending:
        element = pending.pop(0)
        if element.name in _TREE:
            pending.extend(element.children)
        elif PRECONDITIONS.find(element.name) is None:
            yield PRECONDITIONS.unknown(element.name, str(element.position))
