"""Changes whose text a database stores, as a function or a trigger."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

import msgspec

from bascule.core.problems import Problem
from bascule.engine.changes.base import Change, Expand, as_written
from bascule.engine.changes.reading.bind import camel_case
from bascule.engine.changes.reading.columns import missing
from bascule.engine.changes.reading.files import read_text

if TYPE_CHECKING:
    from bascule.engine.written.files import Files

_REPLACES = re.compile(r"\bCREATE\s+OR\s+(?:REPLACE|ALTER)\b", re.IGNORECASE)


class StoredText(Change, frozen=True, kw_only=True):
    """A change with a text that is written here or in a file, and is never split. `text_field` names the field that holds it."""

    text_field: ClassVar[str]

    path: str | None = None
    relative_to_changelog_file: bool = False
    encoding: str | None = None
    replace_if_exists: bool = False
    dbms: str | None = None

    @property
    def text(self) -> str:
        """The text; empty as long as it is in its file."""
        return getattr(self, self.text_field) or ""

    @property
    def may_replace(self) -> bool:
        """Whether what is created may take the place of another: then dropping it would not bring that one back."""
        return self.replace_if_exists or _REPLACES.search(self.text) is not None

    def problems(self) -> Iterator[Problem]:
        if getattr(self, self.text_field) is None and self.path is None:
            yield missing(self.written, camel_case(self.text_field))

    def resolve(self, files: "Files", expand: Expand = as_written) -> Change:
        if self.path is None:
            return self
        text = expand(read_text(self, self.path, files)).strip()
        return msgspec.structs.replace(self, **{self.text_field: text, "path": None})
