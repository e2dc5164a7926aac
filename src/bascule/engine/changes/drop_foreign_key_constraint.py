"""dropForeignKeyConstraint."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, QualifiedName, change


@change("dropForeignKeyConstraint")
class DropForeignKeyConstraint(Change, frozen=True, kw_only=True):
    """Drop a foreign key by its name."""

    base_table: QualifiedName
    constraint_name: str

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropForeignKey(self.base_table, self.constraint_name)
