"""createFunction: a stored function, as one statement."""

from collections.abc import Iterator
from typing import ClassVar

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Text, change
from bascule.engine.changes.drop_function import DropFunction
from bascule.engine.changes.reading.stored_text import StoredText
from bascule.engine.schema import Name


@change("createFunction")
class CreateFunction(StoredText, frozen=True, kw_only=True):
    """Create a function from its text, written here or in a file. It is never split.

    Undone by dropping it, unless it may have replaced another.
    """

    text_field: ClassVar[str] = "function_body"

    function: Name
    function_body: Text | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreateFunction(self.function, self.text, self.replace_if_exists)

    def inverse(self) -> Iterator[Change] | None:
        if self.may_replace:
            return None
        return iter([DropFunction(written=self.written, function=self.function)])
