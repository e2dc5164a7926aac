"""What rests on what: which objects the texts of a schema speak of."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Literal

from bascule.engine.schema import Routine, Schema, Table, UserType, View

Key = tuple[Literal["type", "table", "routine", "view"], str]
"""An object: its kind, and its key in the schema."""

_WORD = re.compile(r"\w+")
_CHECKED_BODY = re.compile(r"\bLANGUAGE sql\b", re.IGNORECASE)
_BODY = re.compile(r"\n(?:AS |BEGIN ATOMIC|RETURN )")


@lru_cache(maxsize=4096)
def words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def says(text: str, names: Collection[str]) -> bool:
    """Whether a text has one of these names in it, in capitals or not."""
    lowered = {name.lower() for name in names}
    if words(text) & lowered:
        return True
    return any(name in _plain(text) for name in lowered if not _WORD.fullmatch(name))


def _plain(text: str) -> str:
    """As names are, without the doubled quotes in quoted ones."""
    return text.lower().replace('""', '"').replace("``", "`")


class Names:
    """A schema's objects by what texts call them. Who only happens to be called like a word of the text is found, too."""

    def __init__(self, schema: Schema) -> None:
        self.by_word: dict[str, set[Key]] = {}
        self.odd: dict[str, set[Key]] = {}
        for key, name in _named(schema):
            lowered = name.lower()
            home = self.by_word if _WORD.fullmatch(lowered) else self.odd
            home.setdefault(lowered, set()).add(key)

    def spoken_of(self, text: str) -> set[Key]:
        found: set[Key] = set()
        for word in words(text) & self.by_word.keys():
            found |= self.by_word[word]
        plain = _plain(text) if self.odd else ""
        for name, keys in self.odd.items():
            if name in plain:
                found |= keys
        return found


def _named(schema: Schema) -> Iterable[tuple[Key, str]]:
    yield from ((("type", key), key) for key in schema.types)
    yield from ((("table", key), key) for key in schema.tables)
    yield from ((("routine", key), routine.name.name) for key, routine in schema.routines.items())
    yield from ((("view", key), key) for key in schema.views)


def of_type(own: UserType) -> str:
    attributes = (attribute.type or "" for attribute in own.attributes)
    checks = (check.expression for check in own.checks)
    return " ".join([own.base or "", own.default or "", own.definition or "", *attributes, *checks])


def of_table(table: Table) -> str:
    """Its columns, what they default to and are made of, and its parents."""
    parents = [parent.name for parent in (*table.inherits, table.partition_of) if parent is not None]
    parts = [table.partition_by or "", *parents]
    for column in table.columns:
        parts += (column.type or "", column.attributes or "", (column.default and column.default.text) or "")
    return " ".join(parts)


def of_view(view: View) -> str:
    return view.definition or view.query


def of_routine(routine: Routine) -> str:
    """From behind its own name, which may be another's, too."""
    return routine.definition[routine.definition.find("(") :]


def of_head(routine: Routine) -> str:
    """What must be there when the routine is made: what goes in and out; its body where that is read at once."""
    text = of_routine(routine)
    body = _BODY.search(text)
    head = text[: body.start()] if body is not None else ""
    return text if body is None or _CHECKED_BODY.search(head) else head


def held_by(routine: Routine) -> str:
    """What the server does not let go as long as the routine stands: its body only where that is kept as read, not as text."""
    body = _BODY.search(routine.definition)
    return routine.signature if body is None or body[0] == "\nAS " else routine.definition


def in_order(schema: Schema) -> list[Key]:
    """Each after those that it needs: types, tables, routines, views. Circles are left where only a body closes them."""
    names = Names(schema)
    strong: dict[Key, str] = {}
    for name, own in schema.types.items():
        strong["type", name] = of_type(own)
    for name, table in schema.tables.items():
        strong["table", name] = of_table(table)
    for name, routine in schema.routines.items():
        strong["routine", name] = of_head(routine)
    for name, view in schema.views.items():
        strong["view", name] = of_view(view)
    begun: set[Key] = set()
    placed: list[Key] = []

    def place(key: Key, weak: str = "") -> None:
        if key in begun:
            return
        begun.add(key)
        needs = names.spoken_of(strong[key])
        for need in (*sorted(needs), *sorted(names.spoken_of(weak) - needs)):
            place(need)
        placed.append(key)

    for key in strong:
        place(key, of_routine(schema.routines[key[1]]) if key[0] == "routine" else "")
    return placed
