"""dropProcedure."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropProcedure")
class DropProcedure(Change, frozen=True, kw_only=True):
    """Drop a stored procedure."""

    procedure: Name

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropProcedure(self.procedure)
