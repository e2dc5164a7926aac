"""The methods an expression may call on a value: those of Java's String, List and Map that Harness users call."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

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


MAX_MATCHED = 1000
_NESTED = re.compile(r"\([^()]*[+*}][^()]*\)[+*{]")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]|\.")


def matches(text: str, pattern: str) -> bool:
    """Whether the whole text matches. Raises ValueError for what is no pattern, or one that might never end."""
    return _pattern(pattern, text).fullmatch(text) is not None


def _pattern(pattern: str, text: str) -> re.Pattern[str]:
    if len(text) > MAX_MATCHED or len(pattern) > MAX_MATCHED:
        raise ValueError(f"texts and patterns longer than {MAX_MATCHED} characters are not matched")
    if _NESTED.search(pattern):
        raise ValueError("a repeated group holds a repetition: matching it might never end")
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(str(error)) from error


def _extract(pattern: str, text: str) -> str:
    """The first group of the first match, or all of it where there is no group."""
    found = _pattern(pattern, text).search(text)
    if found is None:
        raise ValueError(f"'{pattern}' is not found")
    return found.group(1) if found.re.groups else found.group()


def _replace_matches(pattern: str, by: str, text: str) -> str:
    return _pattern(pattern, text).sub(lambda _: by, text)


def _parsed(text: Value) -> Value:
    try:
        return msgspec.json.decode(text) if isinstance(text, str) else text
    except msgspec.DecodeError as error:
        raise ValueError(f"this is no JSON: {error}") from error


def _select(path: str, text: Value) -> Value:
    """`a.b[0].c` of a JSON text."""
    value = _parsed(text)
    for found in _STEP.finditer(path.removeprefix("$")):
        name, index = found.groups()
        if name is None and index is None:
            continue
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and index is not None and int(index) < len(value):
            value = value[int(index)]
        else:
            raise ValueError(f"there is no '{path}'")
    return value


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "json.select": lambda path, text: show(_select(path, text)),
    "json.object": _parsed,
    "json.list": lambda path, text: _select(path, text),
    "regex.match": lambda pattern, text: matches(text, pattern),
    "regex.extract": _extract,
    "regex.replace": _replace_matches,
}
"""What may be called without a value of one's own, as Harness names it."""

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
    "matches": matches,
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
