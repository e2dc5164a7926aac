"""What must go and come again, because it rests on what changes."""

from collections.abc import Iterator
from typing import NamedTuple

from bascule.engine.diff import needs
from bascule.engine.diff.needs import Key, Names
from bascule.engine.schema import Routine, Schema, Table, UserType


class Stale(NamedTuple):
    """What goes, for good or to come again."""

    moving: frozenset[Key]
    """With the tables that change so that others cannot stay on them."""
    names: Names

    def has(self, kind: str, key: str) -> bool:
        return (kind, key) in self.moving

    def rests(self, text: str, *, on_tables: bool = False) -> bool:
        """Whether what a text says would lose its ground."""
        return any(key in self.moving and (on_tables or key[0] in ("type", "routine")) for key in self.names.spoken_of(text))


def stale(wanted: Schema, actual: Schema, touched: set[str]) -> Stale:
    """`touched` are the tables that go, or lose or retype columns."""
    names = Names(actual)
    moving: set[Key] = {("table", name) for name in touched}
    moving |= {("view", name) for name, view in actual.views.items() if wanted.views.get(name) != view}
    moving |= {("routine", key) for key, routine in actual.routines.items() if not is_replaced(routine, wanted.routines.get(key))}
    moving |= {("type", name) for name, own in actual.types.items() if is_remade(own, wanted.types.get(name))}
    resting: dict[Key, list[Key]] = {}
    for key, text in _held(actual):
        for ground in names.spoken_of(text):
            resting.setdefault(ground, []).append(key)
    left = list(moving)
    while left:
        more = set(resting.get(left.pop(), ())) - moving
        moving |= more
        left += more
    return Stale(frozenset(moving), names)


def _held(schema: Schema) -> Iterator[tuple[Key, str]]:
    """What would have to go with what its text speaks of."""
    yield from ((("view", name), needs.of_view(view)) for name, view in schema.views.items())
    yield from ((("routine", key), needs.held_by(routine)) for key, routine in schema.routines.items())
    yield from ((("type", name), needs.of_type(own)) for name, own in schema.types.items())
    yield from ((("table", name), text) for name, table in schema.tables.items() if (text := _generation(table)))


def _generation(table: Table) -> str:
    return " ".join(column.attributes or "" for column in table.columns if column.is_generated)


def is_replaced(actual: Routine, wanted: Routine | None) -> bool:
    """Whether it can stay, or be replaced where it stands."""
    if wanted is None:
        return False
    if wanted.definition == actual.definition:
        return True
    return wanted.definition.startswith("CREATE OR REPLACE ") and (wanted.signature, wanted.kind) == (actual.signature, actual.kind)


def is_remade(actual: UserType, wanted: UserType | None) -> bool:
    """Whether a type goes, or cannot be altered to become what it should be."""
    if wanted is None or wanted.kind != actual.kind or wanted.definition != actual.definition or wanted.base != actual.base:
        return True
    if wanted.kind == "enum":
        return [label for label in wanted.labels if label in actual.labels] != list(actual.labels)
    before, after = ([attribute.name for attribute in own.attributes] for own in (actual, wanted))
    stay = [name for name in before if name in after]
    return after[: len(stay)] != stay
