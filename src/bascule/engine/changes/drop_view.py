"""dropView."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropView")
class DropView(Change, frozen=True, kw_only=True):
    """Drop a view."""

    view: Name
    if_exists: bool = False

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropView(self.view, self.if_exists)
