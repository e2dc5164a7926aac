"""sqlFile: statements in a file of their own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import msgspec

from bascule.engine import operations as ops
from bascule.engine.changes.base import DERIVED, Change, Expand, as_written, change
from bascule.engine.changes.reading.files import read_text

if TYPE_CHECKING:
    from bascule.engine.written.files import Files


@change("sqlFile")
class SqlFile(Change, frozen=True, kw_only=True):
    """Run the SQL text of a file. `text` is its content, once it was read."""

    path: str
    relative_to_changelog_file: bool = False
    encoding: str | None = None
    split_statements: bool = True
    strip_comments: bool = False
    end_delimiter: str | None = None
    dbms: str | None = None
    ignore_original_split_statements: bool | None = None
    text: Annotated[str, DERIVED] = ""

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.RunSql(self.text, self.split_statements, self.strip_comments, self.end_delimiter, "sqlFile")

    def resolve(self, files: "Files", expand: Expand = as_written) -> Change:
        return msgspec.structs.replace(self, text=expand(read_text(self, self.path, files)))
