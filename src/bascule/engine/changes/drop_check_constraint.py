"""dropCheckConstraint."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropCheckConstraint")
class DropCheckConstraint(Change, frozen=True, kw_only=True):
    """Drop a check constraint. On SQLite the table is built anew without it."""

    table: Name
    constraint_name: str

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropCheck(self.table, self.constraint_name)
