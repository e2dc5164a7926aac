"""dropFunction."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropFunction")
class DropFunction(Change, frozen=True, kw_only=True):
    """Drop a function. Of several with its name the one whose parameter types are given: `area(int, int)`."""

    function: Name

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropFunction(self.function)
