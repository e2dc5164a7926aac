"""dropUniqueConstraint."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropUniqueConstraint")
class DropUniqueConstraint(Change, frozen=True, kw_only=True):
    """Drop a unique constraint. As an inverse it may have no name: the database's own name for those columns is meant."""

    table: Name
    constraint_name: str | None
    unique_columns: tuple[str, ...] = ()

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropUnique(self.table, self.constraint_name, self.unique_columns)
