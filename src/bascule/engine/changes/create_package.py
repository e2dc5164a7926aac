"""createPackage: what a package promises, as one statement."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Expand, Text, as_written, change
from bascule.engine.changes.drop_package import DropPackage
from bascule.engine.changes.reading.columns import missing
from bascule.engine.changes.reading.files import read_text
from bascule.engine.changes.reading.stored_text import replaces
from bascule.engine.schema import Name

if TYPE_CHECKING:
    from bascule.engine.written.files import Files


@change("createPackage")
class CreatePackage(Change, frozen=True, kw_only=True):
    """Create a package from its text, written here or in a file. It is never split.

    Undone by dropping it, unless it may have replaced another.
    """

    package: Name
    package_text: Text | None = None
    path: str | None = None
    relative_to_changelog_file: bool = False
    encoding: str | None = None
    replace_if_exists: bool = False
    dbms: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreatePackage(self.package, self.package_text or "", self.replace_if_exists)

    def problems(self) -> Iterator[Problem]:
        if self.package_text is None and self.path is None:
            yield missing(self.written, "packageText")

    def inverse(self) -> Iterator[Change] | None:
        if replaces(self.package_text, asked=self.replace_if_exists):
            return None
        return iter([DropPackage(written=self.written, package=self.package)])

    def resolve(self, files: "Files", expand: Expand = as_written) -> Change:
        if self.path is None:
            return self
        text = expand(read_text(self, self.path, files)).strip()
        return msgspec.structs.replace(self, package_text=text, path=None)
