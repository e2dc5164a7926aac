"""CSV text as rows of columns with values, by the rules of loadData."""

import csv
from collections.abc import Iterator, Mapping

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.changes.reading import values
from bascule.engine.changes.reading.columns import elements
from bascule.engine.schema import Column, Value
from bascule.engine.written.element import Element


class CsvRules(msgspec.Struct, frozen=True):
    """How the file is written. A separator may be spelt `\\t`; no quotchar means that nothing is quoted."""

    separator: str
    quotchar: str
    comment: str


def read_rows(text: str, rules: CsvRules, written: Element) -> tuple[tuple[Column, ...], ...]:
    """The rows below the header, each cell read as the type that its `column` element gives; untyped ones as their column's type.

    Raises InputError for a row longer than the header.
    """
    lines = _records(text, rules)
    header = [name.strip() for name in next(lines, [])]
    told = list(elements(written))
    configured = [_configured(index, name, told) for index, name in enumerate(header)]
    return tuple(tuple(_row(record, header, configured, number, written)) for number, record in enumerate(lines, start=2))


def _records(text: str, rules: CsvRules) -> Iterator[list[str]]:
    """The file's records; comment lines and empty ones are left out."""
    separator = "\t" if rules.separator in ("\\t", "tab") else rules.separator[:1] or ","
    comment = rules.comment[:1]
    lines = (line for line in text.splitlines(keepends=True) if line.strip() and not (comment and line.startswith(comment)))
    if rules.quotchar:
        return csv.reader(lines, delimiter=separator, quotechar=rules.quotchar[:1], doublequote=True)
    return csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)


def _configured(index: int, header: str, told: list[Element]) -> Element | None:
    """The `column` element for a place of the file: by header, by name, by index."""
    for element in told:
        if (element.value_of("header") or element.value_of("name") or "").lower() == header.lower():
            return element
    return next((element for element in told if element.value_of("index") == str(index)), None)


def _row(record: list[str], header: list[str], configured: list[Element | None], number: int, written: Element) -> Iterator[Column]:
    if len(record) > len(header):
        raise InputError(
            Problem(
                code="REG-009",
                what=f"record {number} of '{written.value_of('file')}' has {len(record)} cells, the header {len(header)}",
                where=str(written.position),
                fix="quote cells that hold the separator",
            )
        )
    padded = record + [""] * (len(header) - len(record))
    for name, cell, element in zip(header, padded, configured, strict=True):
        kind = (element.value_of("type") or "").upper() if element is not None else ""
        if kind == "SKIP":
            continue
        column = element.value_of("name") if element is not None else None
        yield Column(name=column or name, value=_cell(cell, kind, element))


def _cell(cell: str, kind: str, element: Element | None) -> Value:
    """A cell that says NULL is null; so is an empty one, unless its column has a default for it or is to be asked for its type."""
    if cell.upper() == "NULL":
        return Value("null")
    if not cell:
        default = values.read_value("defaultValue", element.value_of) if element is not None else None
        return default or Value("null" if kind else "cell", "")
    return _READERS[kind](cell) if kind in _READERS else Value("string" if kind else "cell", cell)


_READERS: Mapping[str, "values.Read"] = {
    "NUMERIC": values.numeric,
    "BOOLEAN": lambda cell: Value("boolean", cell),
    "DATE": values.date,
    "DATETIME": values.date,
    "TIME": values.date,
    "COMPUTED": lambda cell: Value("computed", cell),
    "SEQUENCE": lambda cell: Value("sequence_next", cell),
    "BLOB": lambda cell: Value("blob_file", cell),
    "CLOB": lambda cell: Value("clob_file", cell),
}
