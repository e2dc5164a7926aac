"""Triggers that fire in an order: one says after which it comes (MariaDB and MySQL)."""

import re
from collections.abc import Iterable, Mapping

from bascule.engine.schema import Trigger

_FOLLOWS = re.compile(r"\bFOR EACH ROW FOLLOWS `((?:[^`]|``)+)` ")


def after(trigger: Trigger) -> str | None:
    """The key of the trigger that fires before it."""
    found = _FOLLOWS.search(trigger.definition)
    return f"{trigger.table.name}.{found[1].replace('``', '`')}" if found is not None else None


def with_followers(moving: Iterable[str], triggers: Mapping[str, Trigger]) -> set[str]:
    """These keys and those that fire after them: one that comes again comes last, so all behind it must come again, too."""
    found = set(moving)
    left = {key: first for key, trigger in triggers.items() if (first := after(trigger)) is not None}
    while more := {key for key, first in left.items() if first in found and key not in found}:
        found |= more
    return found


def in_order(triggers: Mapping[str, Trigger]) -> list[str]:
    """Keys, each behind that of the trigger which fires before it."""
    placed: dict[str, None] = {}

    def place(key: str) -> None:
        first = after(triggers[key])
        if first is not None and first in triggers and first not in placed and first != key:
            place(first)
        placed[key] = None

    for key in triggers:
        if key not in placed:
            place(key)
    return list(placed)
