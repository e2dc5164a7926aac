"""The methods an expression may call on a value: those of Java's String, List and Map that Harness users call."""

from collections.abc import Callable
from typing import Any

from bascule.manager.pipelines.expressions.values import Value, show

MAX_TEXT = 1_000_000
"""No method makes a text longer than this."""


def _replace(text: str, old: str, new: str) -> str:
    if len(new) > len(old) and text.count(old) * (len(new) - len(old)) + len(text) > MAX_TEXT:
        raise ValueError(f"the text would be longer than {MAX_TEXT} characters")
    return text.replace(old, new)


def _substring(text: str, start: int, end: int | None = None) -> str:
    stop = len(text) if end is None else end
    if not 0 <= start <= stop <= len(text):
        raise ValueError(f"the text has {len(text)} characters")
    return text[start:stop]


def _get(items: list[Value], index: int) -> Value:
    if not 0 <= index < len(items):
        raise ValueError(f"the list has {len(items)} items")
    return items[index]


TEXT: dict[str, Callable[..., Any]] = {
    "contains": lambda text, part: show(part) in text,
    "startsWith": lambda text, part: text.startswith(show(part)),
    "endsWith": lambda text, part: text.endswith(show(part)),
    "toLowerCase": lambda text: text.lower(),
    "toUpperCase": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "replace": _replace,
    "split": lambda text, by: text.split(by),
    "substring": _substring,
    "indexOf": lambda text, part: text.find(part),
    "lastIndexOf": lambda text, part: text.rfind(part),
    "length": lambda text: len(text),
    "isEmpty": lambda text: text == "",
    "concat": lambda text, other: text + show(other),
    "equals": lambda text, other: text == show(other),
    "equalsIgnoreCase": lambda text, other: text.lower() == show(other).lower(),
    "toString": lambda text: text,
}

ITEMS: dict[str, Callable[..., Any]] = {
    "size": lambda items: len(items),
    "contains": lambda items, item: item in items,
    "indexOf": lambda items, item: items.index(item) if item in items else -1,
    "isEmpty": lambda items: not items,
    "get": _get,
    "join": lambda items, by=",": show(by).join(show(item) for item in items),
    "toString": show,
}

ENTRIES: dict[str, Callable[..., Any]] = {
    "size": lambda entries: len(entries),
    "containsKey": lambda entries, key: show(key) in entries,
    "get": lambda entries, key: entries.get(show(key)),
    "isEmpty": lambda entries: not entries,
    "toString": show,
}

OTHERS: dict[str, Callable[..., Any]] = {"toString": show}


def methods_of(value: Value) -> dict[str, Callable[..., Any]]:
    """The methods a value has, by name."""
    match value:
        case str():
            return TEXT
        case list() | tuple():
            return ITEMS
        case dict():
            return ENTRIES
        case _:
            return OTHERS
