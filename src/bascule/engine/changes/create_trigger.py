"""createTrigger: a trigger, as one statement."""

from collections.abc import Iterator
from typing import ClassVar

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Text, change
from bascule.engine.changes.drop_trigger import DropTrigger
from bascule.engine.changes.reading.beside import beside
from bascule.engine.changes.reading.stored_text import StoredText
from bascule.engine.schema import Name


@change("createTrigger")
class CreateTrigger(StoredText, frozen=True, kw_only=True):
    """Create a trigger from its text, written here or in a file; with `disabled` it does not fire yet. It is never split.

    Undone by dropping it, unless it may have replaced another.
    """

    text_field: ClassVar[str] = "trigger_body"

    trigger: Name
    table_name: str | None = None
    scope: str | None = None
    disabled: bool = False
    trigger_body: Text | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreateTrigger(
            self.trigger,
            self.text,
            beside(self.trigger, self.table_name),
            self.replace_if_exists,
            self.disabled,
            self.scope,
        )

    def inverse(self) -> Iterator[Change] | None:
        if self.may_replace:
            return None
        return iter([DropTrigger(written=self.written, trigger=self.trigger, table_name=self.table_name, scope=self.scope)])
