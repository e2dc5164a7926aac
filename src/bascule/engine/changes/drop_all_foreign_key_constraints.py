"""dropAllForeignKeyConstraints."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, QualifiedName, change


@change("dropAllForeignKeyConstraints")
class DropAllForeignKeyConstraints(Change, frozen=True, kw_only=True):
    """Drop every foreign key the table has when the change runs."""

    base_table: QualifiedName

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropAllForeignKeys(self.base_table)
