"""createProcedure: a stored procedure, as one statement."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Expand, Text, as_written, change
from bascule.engine.changes.reading.columns import missing
from bascule.engine.changes.reading.files import read_text
from bascule.engine.schema import Name

if TYPE_CHECKING:
    from bascule.engine.written.files import Files


@change("createProcedure")
class CreateProcedure(Change, frozen=True, kw_only=True):
    """Create a procedure from its text, written here or in a file. It is never split."""

    procedure: Name | None = None
    procedure_text: Text | None = None
    path: str | None = None
    relative_to_changelog_file: bool = False
    encoding: str | None = None
    replace_if_exists: bool = False
    dbms: str | None = None
    comments: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreateProcedure(self.procedure, (self.procedure_text or "").replace("\r", ""), self.replace_if_exists)

    def problems(self) -> Iterator[Problem]:
        if self.procedure_text is None and self.path is None:
            yield missing(self.written, "procedureText")

    def resolve(self, files: "Files", expand: Expand = as_written) -> Change:
        if self.path is None:
            return self
        text = expand(read_text(self, self.path, files)).strip()
        return msgspec.structs.replace(self, procedure_text=text, path=None)
