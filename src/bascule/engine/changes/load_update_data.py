"""loadUpdateData: the rows of a CSV file; those that are there already are updated."""

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

BATCH = 1000
"""Rows that are in memory at once."""


@change("loadUpdateData")
class LoadUpdateData(Change, frozen=True, kw_only=True):
    """Insert or update rows, found by the `primaryKey` columns; with `onlyUpdate` none is inserted."""

    table: Name
    file: str
    primary_key: tuple[str, ...]
    only_update: bool = False
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
            yield ops.UpsertRows(self.table, self.primary_key, batch, self.only_update)

    def resolve(self, files: "Files", expand: Expand = as_written) -> Change:
        rules = CsvRules(self.separator, self.quotchar, self.comment_line_starts_with)
        opener = text_opener(self, self.file, files)
        rows = CsvRows(opener, rules, self.written, lambda row: with_contents(row, self.written, files))
        return msgspec.structs.replace(self, rows=rows)
