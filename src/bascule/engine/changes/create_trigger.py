"""createTrigger: a trigger, as one statement."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Expand, Text, as_written, change
from bascule.engine.changes.drop_trigger import DropTrigger
from bascule.engine.changes.reading.beside import beside
from bascule.engine.changes.reading.columns import missing
from bascule.engine.changes.reading.files import read_text
from bascule.engine.changes.reading.stored_text import replaces
from bascule.engine.schema import Name

if TYPE_CHECKING:
    from bascule.engine.written.files import Files


@change("createTrigger")
class CreateTrigger(Change, frozen=True, kw_only=True):
    """Create a trigger from its text, written here or in a file; with `disabled` it does not fire yet. It is never split.

    Undone by dropping it, unless it may have replaced another.
    """

    trigger: Name
    table_name: str | None = None
    scope: str | None = None
    disabled: bool = False
    trigger_body: Text | None = None
    path: str | None = None
    relative_to_changelog_file: bool = False
    encoding: str | None = None
    replace_if_exists: bool = False
    dbms: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreateTrigger(
            self.trigger,
            self.trigger_body or "",
            beside(self.trigger, self.table_name),
            self.replace_if_exists,
            self.disabled,
            self.scope,
        )

    def problems(self) -> Iterator[Problem]:
        if self.trigger_body is None and self.path is None:
            yield missing(self.written, "triggerBody")

    def inverse(self) -> Iterator[Change] | None:
        if replaces(self.trigger_body, asked=self.replace_if_exists):
            return None
        return iter([DropTrigger(written=self.written, trigger=self.trigger, table_name=self.table_name, scope=self.scope)])

    def resolve(self, files: "Files", expand: Expand = as_written) -> Change:
        if self.path is None:
            return self
        text = expand(read_text(self, self.path, files)).strip()
        return msgspec.structs.replace(self, trigger_body=text, path=None)
