"""The texts of a data file as values for a driver, where that comes to the same as the literals of an INSERT; else as those literals.

What an INSERT would make of a text is decided by `values.settled` and `values.literal`. Nearly all texts are plain, and are read here in a
fraction of that time: a million rows are three million texts.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from bascule.engine.dialects.base import Traits
from bascule.engine.dialects.types import Types
from bascule.engine.operations import RowSource, SourceColumn

Read = Callable[[str], Any]
Number = Callable[[str], Any]

_HARD = object()
"""Not plain: the row is written out."""
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}").fullmatch
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?").fullmatch
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?)?|\d\d:\d\d:\d\d(?:\.\d+)?").fullmatch
_INTEGER_TYPES = frozenset({"bigint", "int", "integer", "smallint", "tinyint", "mediumint", "int2", "int4", "int8"})
_PLAIN_MOMENTS = ("'{date}'", "'{time}'", "'{date} {time}'")


def rows_of(
    source: RowSource, column_types: dict[str, str], types: Types, traits: Traits, number: Number, written_out: Callable[[list[str]], str]
) -> Iterator[tuple[Any, ...] | str]:
    """Each row as values, or as the text that `written_out` makes of it. `column_types`: the table's, by lower-cased name."""
    kept = [(at, place) for at, place in enumerate(source.places) if not place.is_left_out]
    reads = [(at, _read(place, column_types.get(place.name.lower(), ""), types, traits, number)) for at, place in kept]
    for record in source.records():
        values = tuple([read(record[at]) for at, read in reads])
        yield written_out(record) if _HARD in values else values


def _read(place: SourceColumn, column_type: str, types: Types, traits: Traits, number: Number) -> Read:
    """How the texts of one column are read, as quickly as may be."""
    family = types.family(column_type)
    base = column_type.partition("(")[0].strip().lower()
    match place.kind:
        case "NUMERIC":
            fits = family in ("numeric", "string")
            return _numbers(_INTEGER if base in _INTEGER_TYPES or family == "string" else _DECIMAL, number) if fits else _nothing
        case "BOOLEAN":
            return _nothing
        case "DATE" | "DATETIME" | "TIME":
            return _moments if (traits.date_literal, traits.time_literal, traits.moment_literal) == _PLAIN_MOMENTS else _nothing
        case "" if family == "numeric":
            return _numbers(_INTEGER if base in _INTEGER_TYPES else _DECIMAL, number)
        case "" if family == "boolean":
            return _nothing
        case kind:
            return _texts(traits, empty="" if not kind and family == "string" else None)


def _numbers(fits: Callable[[str], Any], number: Number) -> Read:
    def read(text: str) -> Any:
        return number(text) if fits(text) else _nothing(text)

    return read


def _moments(text: str) -> Any:
    return text if _MOMENT(text) else _nothing(text)


def _texts(traits: Traits, empty: str | None) -> Read:
    now = traits.current_timestamp.upper()

    def read(text: str) -> Any:
        if not text:
            return empty
        if len(text) == 4 and text.upper() == "NULL":
            return None
        # The one function that is let through as an expression, and Oracle's.
        return _HARD if text.upper() == now or text[:8].lower() == "to_date(" else text

    return read


def _nothing(text: str) -> Any:
    """Only NULL is plain."""
    return None if not text or text.upper() == "NULL" else _HARD
