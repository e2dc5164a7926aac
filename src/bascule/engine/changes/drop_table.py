"""dropTable: a table and all its rows go."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropTable")
class DropTable(Change, frozen=True, kw_only=True):
    """Drop a table; `cascadeConstraints` takes what depends on it along, where the database can."""

    table: Name
    cascade_constraints: bool = False

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropTable(self.table, self.cascade_constraints)
