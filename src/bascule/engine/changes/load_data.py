"""loadData: the rows of a CSV file."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import msgspec

from bascule.engine import operations as ops
from bascule.engine.changes.base import DERIVED, Change, Expand, as_written, change
from bascule.engine.changes.reading.csv_rows import CsvRows, CsvRules
from bascule.engine.changes.reading.files import text_opener
from bascule.engine.changes.reading.large_values import with_contents
from bascule.engine.schema import Column, Name

if TYPE_CHECKING:
    from bascule.engine.written.files import Files

BATCH = 50
"""Rows per INSERT where the database takes many, as Liquibase sends them."""


@change("loadData")
class LoadData(Change, frozen=True, kw_only=True):
    """Insert the rows of a CSV file. `rows` is what the file holds, once it was read."""

    table: Name
    file: str
    columns: tuple[Column, ...] = ()
    separator: str = ","
    quotchar: str = '"'
    encoding: str | None = None
    comment_line_starts_with: str = "#"
    relative_to_changelog_file: bool = False
    use_prepared_statements: bool | None = None
    rows: Annotated[Iterable[tuple[Column, ...]], DERIVED] = ()

    def operations(self) -> Iterator[ops.Operation]:
        rows = iter(self.rows)
        while batch := tuple(islice(rows, BATCH)):
            yield ops.InsertRows(self.table, batch, together=True)

    def work(self) -> Iterator[ops.Operation]:
        """One stream, where each cell is a value."""
        if isinstance(self.rows, CsvRows) and all(place.is_plain for place in self.rows.places):
            yield ops.LoadRows(self.table, self.rows)
        else:
            yield from self.operations()

    def resolve(self, files: "Files", expand: Expand = as_written) -> Change:
        rules = CsvRules(self.separator, self.quotchar, self.comment_line_starts_with)
        opener = text_opener(self, self.file, files)
        rows = CsvRows(opener, rules, self.written, lambda row: with_contents(row, self.written, files))
        return msgspec.structs.replace(self, rows=rows)
