"""Two tables that are known by their statements: whether these say the same, or differ by columns that ALTER TABLE adds and drops."""

import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from bascule.core.errors import InputError
from bascule.engine.dialects.sqlite.rebuild import column_of, parse, words
from bascule.engine.dialects.sqlite.types import TYPES

_KEPT_BY_DROP = frozenset({"PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "AS", "GENERATED"})
"""A column with one of these cannot go by ALTER TABLE, or takes along what it says."""
_NO_TYPES = _KEPT_BY_DROP | {"NULL"}
_TYPE = re.compile(r"(\w+)(?: \( \d+(?: , \d+)? \))?")


class _Said(msgspec.Struct, frozen=True):
    """What stands from the parenthesis on, comments and spaces made alike."""

    columns: Mapping[str, str]
    """Name → what stands behind it."""
    rules: tuple[str, ...]
    options: tuple[str, ...]


def wording(definition: str) -> str:
    """The same for all statements that make such a table, in whatever order its columns stand. A text that is none stays as it is."""
    said = _said(definition)
    if said is None:
        return definition
    columns = (f"{name} {rest}".rstrip() for name, rest in sorted(said.columns.items()))
    return f"({', '.join((*columns, *said.rules))}) {', '.join(said.options)}".rstrip()


def is_altered(wanted: str, actual: str) -> bool:
    """Whether only columns come or go: new ones of nothing but a type that changelogs say alike, old ones that nothing rests on."""
    after, before = _said(wanted), _said(actual)
    if after is None or before is None or (after.rules, after.options) != (before.rules, before.options):
        return False
    shared = after.columns.keys() & before.columns.keys()
    return (
        all(after.columns[name] == before.columns[name] for name in shared)
        and all(_is_type(rest) for name, rest in after.columns.items() if name not in shared)
        and all(_KEPT_BY_DROP.isdisjoint(rest.upper().split()) for name, rest in before.columns.items() if name not in shared)
    )


def _is_type(text: str) -> bool:
    """Whether nothing but a type stands there, which a changelog's word for it leads to again."""
    found = _TYPE.fullmatch(text)
    return found is not None and found[1].upper() not in _NO_TYPES and _spaced(TYPES.render(text)) == text


@lru_cache(maxsize=1024)
def _said(definition: str) -> _Said | None:
    try:
        parsed = parse(f"CREATE TABLE t {definition}" if definition.startswith("(") else definition)
    except InputError:
        return None
    columns: dict[str, str] = {}
    rules: list[str] = []
    for part in parsed.parts:
        name = column_of(part)
        if name is None:
            rules.append(_spaced(part))
        else:
            columns[name] = " ".join(list(words(part))[1:])
    options = sorted(" ".join(option.upper().split()) for option in parsed.options.rstrip(";").split(","))
    return _Said(columns, tuple(sorted(rules)), tuple(options))


def _spaced(text: str) -> str:
    return " ".join(words(text))
