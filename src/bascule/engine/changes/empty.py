"""empty: nothing is done, and that is recorded."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change


@change("empty")
class Empty(Change, frozen=True, kw_only=True):
    """Do nothing."""

    def operations(self) -> Iterator[ops.Operation]:
        return iter(())

    def inverse(self) -> Iterator[Change]:
        return iter(())
