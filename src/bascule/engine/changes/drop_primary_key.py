"""dropPrimaryKey."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropPrimaryKey")
class DropPrimaryKey(Change, frozen=True, kw_only=True):
    """Drop the primary key of a table, by name or as the one it has."""

    table: Name
    constraint_name: str | None = None
    drop_index: bool | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropPrimaryKey(self.table, self.constraint_name, self.drop_index)
