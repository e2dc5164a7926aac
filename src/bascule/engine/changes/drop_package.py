"""dropPackage."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropPackage")
class DropPackage(Change, frozen=True, kw_only=True):
    """Drop a package with its body."""

    package: Name

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropPackage(self.package)
