"""createProcedure: a stored procedure, as one statement."""

from collections.abc import Iterator
from typing import ClassVar

from bascule.engine import operations as ops
from bascule.engine.changes.base import Text, change
from bascule.engine.changes.reading.stored_text import StoredText
from bascule.engine.schema import Name


@change("createProcedure")
class CreateProcedure(StoredText, frozen=True, kw_only=True):
    """Create a procedure from its text, written here or in a file. It is never split."""

    text_field: ClassVar[str] = "procedure_text"

    procedure: Name | None = None
    procedure_text: Text | None = None
    comments: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreateProcedure(self.procedure, self.text.replace("\r", ""), self.replace_if_exists)
