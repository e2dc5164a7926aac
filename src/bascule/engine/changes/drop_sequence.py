"""dropSequence."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropSequence")
class DropSequence(Change, frozen=True, kw_only=True):
    """Drop a sequence; on PostgreSQL with the defaults that use it."""

    sequence: Name

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropSequence(self.sequence)
