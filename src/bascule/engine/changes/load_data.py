"""loadData: the rows of a CSV file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import msgspec

from bascule.engine import operations as ops
from bascule.engine.changes.base import DERIVED, Change, Expand, as_written, change
from bascule.engine.changes.reading.csv_rows import CsvRules, read_rows
from bascule.engine.changes.reading.files import read_text
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
    rows: Annotated[tuple[tuple[Column, ...], ...], DERIVED] = ()

    def operations(self) -> Iterator[ops.Operation]:
        for start in range(0, len(self.rows), BATCH):
            yield ops.InsertRows(self.table, self.rows[start : start + BATCH], together=True)

    def resolve(self, files: "Files", expand: Expand = as_written) -> Change:
        rules = CsvRules(self.separator, self.quotchar, self.comment_line_starts_with)
        rows = read_rows(read_text(self, self.file, files), rules, self.written)
        return msgspec.structs.replace(self, rows=tuple(with_contents(row, self.written, files) for row in rows))
