"""dropPackageBody."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropPackageBody")
class DropPackageBody(Change, frozen=True, kw_only=True):
    """Drop the body of a package; what it promises stays."""

    package_body: Name

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropPackageBody(self.package_body)
