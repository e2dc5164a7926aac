"""The rows of a CSV file as columns with values, by the rules of loadData. The file is read anew at each pass, a line at a time."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from itertools import islice
from typing import TextIO

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.changes.reading import values
from bascule.engine.changes.reading.columns import elements
from bascule.engine.schema import Column, Value
from bascule.engine.written.element import Element

LOOKED_AT = 1000
"""How many records are read before anything runs, to find what is wrong with a file early."""

_BLOCK = 64 * 1024
"""Characters that are looked at together."""
csv.field_size_limit(2**31 - 1)  # Python's own is 128 KiB: a document in a cell is longer

Row = tuple[Column, ...]


class CsvRules(msgspec.Struct, frozen=True):
    """How the file is written. A separator may be spelt `\\t`; no quotchar means that nothing is quoted."""

    separator: str
    quotchar: str
    comment: str


class Place(msgspec.Struct, frozen=True):
    """One column of the file: the table's column it goes to, how its cells are read, and the element that says so, if any."""

    name: str
    kind: str
    element: Element | None = None

    @property
    def is_left_out(self) -> bool:
        return self.kind == "SKIP"

    @property
    def is_plain(self) -> bool:
        """Whether a cell is a value, and no expression, sequence or file; and an empty one nothing else than that."""
        has_default = self.element is not None and values.read_value("defaultValue", self.element.value_of) is not None
        return self.kind not in ("COMPUTED", "SEQUENCE", "BLOB", "CLOB") and not has_default


class CsvRows:
    """The rows below the header, each cell read as the type that its `column` element gives; untyped ones as their column's type.

    `open_text` opens the file at its beginning. Raises InputError, where it is read, for a record longer than the header.
    """

    def __init__(self, open_text: Callable[[], TextIO], rules: CsvRules, written: Element, with_contents: Callable[[Row], Row]) -> None:
        self._open_text = open_text
        self._rules = rules
        self._written = written
        self._with_contents = with_contents
        with self._opened() as file:
            header = [name.strip().removeprefix("\ufeff") for name in next(self._reader(_lines(deque(), file)), [])]
        told = list(elements(written))
        self.places = tuple(_place(index, name, told) for index, name in enumerate(header))
        for record in islice(self.records(), LOOKED_AT):
            self.row(record)

    def __iter__(self) -> Iterator[Row]:
        return map(self.row, self.records())

    @property
    def file(self) -> str:
        return self._written.value_of("file") or ""

    @property
    def separator(self) -> str:
        return "\t" if self._rules.separator in ("\\t", "tab") else self._rules.separator[:1] or ","

    @property
    def comment(self) -> str:
        return self._rules.comment[:1]

    def records(self) -> Iterator[list[str]]:
        """The cells of each row as they stand in the file, one for each place."""
        for portion in self.portions(None):
            assert not isinstance(portion, str)  # noqa: S101  # nothing was said to be plain
            yield portion

    def portions(self, plain: re.Pattern[str] | None) -> Iterator[str | list[str]]:
        """All rows: blocks of whole lines that `plain` matches from end to end; the others as their cells."""
        with self._opened() as file:
            lines: deque[str] = deque()
            records = self._reader(_lines(lines, file))
            next(records, None)
            width, number = len(self.places), 1
            while block := file.read(_BLOCK):
                block += file.readline()
                if plain is not None and plain.fullmatch(block):
                    number += block.count("\n")
                    yield block
                    continue
                lines.extend(StringIO(block, newline=""))
                while lines and (record := next(records, None)) is not None:  # the last one may reach into the file
                    number += 1
                    if len(record) != width:
                        if len(record) > width:
                            raise self._too_long(number, len(record))
                        record += [""] * (width - len(record))
                    yield record

    def row(self, record: list[str]) -> Row:
        """What a record means, the files that it names read in."""
        pairs = zip(self.places, record, strict=True)
        return self._with_contents(
            tuple(Column(name=place.name, value=_cell(cell, place)) for place, cell in pairs if not place.is_left_out)
        )

    @contextmanager
    def _opened(self) -> Iterator[TextIO]:
        with self._open_text() as file:
            try:
                yield file
            except (UnicodeDecodeError, csv.Error) as error:
                what, where = f"'{self.file}' cannot be read as {file.encoding}", str(self._written.position)
                raise InputError(Problem(code="REG-008", what=what, where=where, why=str(error), fix="give its encoding")) from error

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """The records; comment lines and empty ones are left out."""
        comment = self.comment
        counted = (line for line in lines if not line.isspace() and not (comment and line.startswith(comment)))
        if self._rules.quotchar:
            return csv.reader(counted, delimiter=self.separator, quotechar=self._rules.quotchar[:1], doublequote=True)
        return csv.reader(counted, delimiter=self.separator, quoting=csv.QUOTE_NONE)

    def _too_long(self, number: int, cells: int) -> InputError:
        return InputError(
            Problem(
                code="REG-009",
                what=f"record {number} of '{self.file}' has {cells} cells, the header {len(self.places)}",
                where=str(self._written.position),
                fix="quote cells that hold the separator",
            )
        )


def _lines(first: deque[str], file: TextIO) -> Iterator[str]:
    """Those that were read already, then the file's."""
    while True:
        line = first.popleft() if first else file.readline()
        if not line:
            return
        yield line


def _place(index: int, header: str, told: list[Element]) -> Place:
    element = _configured(index, header, told)
    if element is None:
        return Place(header, "")
    return Place(element.value_of("name") or header, (element.value_of("type") or "").upper(), element)


def _configured(index: int, header: str, told: list[Element]) -> Element | None:
    """The `column` element for a place of the file: by header, by name, by index."""
    for element in told:
        if (element.value_of("header") or element.value_of("name") or "").lower() == header.lower():
            return element
    return next((element for element in told if element.value_of("index") == str(index)), None)


def _cell(cell: str, place: Place) -> Value:
    """A cell that says NULL is null; so is an empty one, unless its column has a default for it or is to be asked for its type."""
    kind = place.kind
    if cell.upper() == "NULL":
        return Value("null")
    if not cell:
        default = values.read_value("defaultValue", place.element.value_of) if place.element is not None else None
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
