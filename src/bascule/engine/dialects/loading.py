"""The texts of a data file as a driver takes them, where that comes to the same as the literals of an INSERT; else as those literals.

What an INSERT would make of a text is decided by `values.settled` and `values.literal`. Nearly all texts are plain, and are told by one
expression for a whole block of lines: a million rows are some million texts, and looking at each would take longer than sending all.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from bascule.engine.dialects.base import Traits
from bascule.engine.dialects.types import Types
from bascule.engine.operations import RowSource, SourceColumn
from bascule.engine.sql.statement import Block

Read = Callable[[str], Any]

_HARD = object()
"""Not plain: the row is written out."""
_INTEGER = "0|-?[1-9][0-9]{0,17}"
_DECIMAL = r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?"
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)?|[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
_INTEGER_TYPES = frozenset({"bigint", "int", "integer", "smallint", "tinyint", "mediumint", "int2", "int4", "int8"})
_PLAIN_MOMENTS = ("'{date}'", "'{time}'", "'{date} {time}'")


class Column:
    """How the texts of one column are read: each by itself, and by what expression those that need no look."""

    def __init__(self, place: SourceColumn, column_type: str, types: Types, traits: Traits, number: Read, separator: str) -> None:
        family = types.family(column_type)
        numbers = _INTEGER if column_type.partition("(")[0].strip().lower() in _INTEGER_TYPES or family == "string" else _DECIMAL
        self.is_number = False
        self.plain: str | None = None
        self.read: Read = _only_null
        match place.kind:
            case "NUMERIC" if family in ("numeric", "string"):
                self._are(numbers, number)
            case "NUMERIC" | "BOOLEAN":
                pass
            case "DATE" | "DATETIME" | "TIME":
                if (traits.date_literal, traits.time_literal, traits.moment_literal) == _PLAIN_MOMENTS:
                    self._are(_MOMENT, str)
            case "" if family == "numeric":
                self._are(numbers, number)
            case "" if family == "boolean":
                pass
            case kind:
                words = f"(?i:null|{re.escape(traits.current_timestamp)})(?:{re.escape(separator)}|[\\r\\n])"
                self.plain = rf"(?!{words})[^{re.escape(separator)}\"'`(\\\r\n\0]+"
                self.read = _texts(traits, empty="" if not kind and family == "string" else None)

    def _are(self, expression: str, make: Read) -> None:
        fits = re.compile(expression).fullmatch
        self.plain = expression
        self.is_number = make is not str
        self.read = lambda text: make(text) if fits(text) else _only_null(text)


def rows_of(
    source: RowSource, column_types: dict[str, str], types: Types, traits: Traits, number: Read, written_out: Callable[[list[str]], str]
) -> Iterator[Block | tuple[Any, ...] | str]:
    """The rows: blocks of plain lines; one by one as values; or as the text that `written_out` makes of one.

    `column_types`: the table's, by lower-cased name. `number` is how the driver takes one, apart from a block.
    """
    columns = [Column(place, column_types.get(place.name.lower(), ""), types, traits, number, source.separator) for place in source.places]
    kept = [(at, column.read) for at, (place, column) in enumerate(zip(source.places, columns, strict=True)) if not place.is_left_out]
    line = _line(source, columns)
    bare = tuple(column.is_number for column, place in zip(columns, source.places, strict=True) if not place.is_left_out)
    is_csv = source.separator == "," and len(kept) == len(columns)
    whole = re.compile(f"(?:{line})++") if line else None
    one = re.compile(line) if line else None
    for portion in source.portions(whole):
        if isinstance(portion, str) and one is not None:
            yield Block(portion, one, bare, is_csv)
        else:
            values = tuple([read(portion[at]) for at, read in kept])
            yield written_out(list(portion)) if _HARD in values else values


def _line(source: RowSource, columns: list[Column]) -> str | None:
    """The expression of a line whose every text is plain, a group for each that is kept; None where a column has none that are."""
    parts = []
    for place, column in zip(source.places, columns, strict=True):
        if column.plain is None:
            return None
        parts.append(f"(?:{column.plain})" if place.is_left_out else f"({column.plain})")
    comment = f"(?!{re.escape(source.comment)})" if source.comment else ""
    return f"{comment}{re.escape(source.separator).join(parts)}\\r?\\n"


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


def _only_null(text: str) -> Any:
    return None if not text or text.upper() == "NULL" else _HARD
