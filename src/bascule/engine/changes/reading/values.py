"""How values are written: `value`, `valueNumeric`, `defaultValueDate` and their kind. The rules of Liquibase 4.28."""

import re
from collections.abc import Callable

from bascule.engine.schema import Value, ValueKind

_NUMBER = re.compile(r"[-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?)?|\d{2}:\d{2}:\d{2}(?:\.\d+)?")

Read = Callable[[str], Value]
"""How a written value is read."""

_KINDS: dict[str, ValueKind] = {
    "": "string",
    "Numeric": "numeric",
    "Boolean": "boolean",
    "Date": "date",
    "Computed": "computed",
    "SequenceNext": "sequence_next",
    "SequenceCurrent": "sequence_current",
    "BlobFile": "blob_file",
    "ClobFile": "clob_file",
}


def read_value(prefix: str, get: Callable[[str], str | None]) -> Value | None:
    """The value given under `prefix` (`value`, `defaultValue`) with any of its suffixes; None when none is given."""
    for suffix, kind in _KINDS.items():
        text = get(prefix + suffix)
        if text is not None:
            return numeric(text) if kind == "numeric" else date(text) if kind == "date" else Value(kind, text)
    return None


def numeric(text: str) -> Value:
    """A number as written; parentheses around it go. What does not begin as a number is computed."""
    if text.upper() == "NULL":
        return Value("null")
    bare = text.removeprefix("(").removesuffix(")") if text.startswith("(") else text
    return Value("numeric" if _NUMBER.fullmatch(bare) else "computed", bare)


def date(text: str) -> Value:
    """A date, a time, or both, in ISO's form; anything else (`NOW()`) is computed."""
    if text.upper() == "NULL":
        return Value("null")
    return Value("date" if _DATE.fullmatch(text) else "computed", text)


ATTRIBUTES = tuple(f"value{suffix}" for suffix in _KINDS)
DEFAULT_ATTRIBUTES = tuple(f"defaultValue{suffix}" for suffix in ("", "Numeric", "Boolean", "Date", "Computed", "SequenceNext"))
