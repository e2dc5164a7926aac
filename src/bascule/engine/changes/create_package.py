"""createPackage: what a package promises, as one statement."""

from collections.abc import Iterator
from typing import ClassVar

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Text, change
from bascule.engine.changes.drop_package import DropPackage
from bascule.engine.changes.reading.stored_text import StoredText
from bascule.engine.schema import Name


@change("createPackage")
class CreatePackage(StoredText, frozen=True, kw_only=True):
    """Create a package from its text, written here or in a file. It is never split.

    Undone by dropping it, unless it may have replaced another.
    """

    text_field: ClassVar[str] = "package_text"

    package: Name
    package_text: Text | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreatePackage(self.package, self.text, self.replace_if_exists)

    def inverse(self) -> Iterator[Change] | None:
        if self.may_replace:
            return None
        return iter([DropPackage(written=self.written, package=self.package)])
