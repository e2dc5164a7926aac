"""createView."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Expand, Text, as_written, change
from bascule.engine.changes.drop_view import DropView
from bascule.engine.changes.reading.columns import missing
from bascule.engine.changes.reading.files import read_text
from bascule.engine.schema import Name

if TYPE_CHECKING:
    from bascule.engine.written.files import Files


@change("createView")
class CreateView(Change, frozen=True, kw_only=True):
    """Create a view from its query, written here or in a file. Undone by dropping it, even where it replaced another."""

    view: Name
    select_query: Text | None = None
    path: str | None = None
    relative_to_changelog_file: bool = False
    encoding: str | None = None
    replace_if_exists: bool = False
    full_definition: bool = False
    remarks: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreateView(self.view, self.select_query or "", self.replace_if_exists, self.full_definition, self.remarks)

    def problems(self) -> Iterator[Problem]:
        if self.select_query is None and self.path is None:
            yield missing(self.written, "selectQuery")

    def inverse(self) -> Iterator[Change]:
        yield DropView(written=self.written, view=self.view)

    def resolve(self, files: "Files", expand: Expand = as_written) -> Change:
        if self.path is None:
            return self
        query = expand(read_text(self, self.path, files)).strip()
        return msgspec.structs.replace(self, select_query=query, path=None)
