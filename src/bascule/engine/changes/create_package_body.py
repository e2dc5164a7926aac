"""createPackageBody: what a package does, as one statement."""

from collections.abc import Iterator
from typing import ClassVar

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Text, change
from bascule.engine.changes.drop_package_body import DropPackageBody
from bascule.engine.changes.reading.stored_text import StoredText
from bascule.engine.schema import Name


@change("createPackageBody")
class CreatePackageBody(StoredText, frozen=True, kw_only=True):
    """Create the body of a package from its text, written here or in a file. It is never split.

    Undone by dropping it, unless it may have replaced another.
    """

    text_field: ClassVar[str] = "package_body_text"

    package_body: Name
    package_body_text: Text | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreatePackageBody(self.package_body, self.text, self.replace_if_exists)

    def inverse(self) -> Iterator[Change] | None:
        if self.may_replace:
            return None
        return iter([DropPackageBody(written=self.written, package_body=self.package_body)])
