"""dropForeignKeyConstraint."""

from collections.abc import Iterator
from typing import Annotated

from bascule.engine import operations as ops
from bascule.engine.changes.base import DERIVED, Change, QualifiedName, change


@change("dropForeignKeyConstraint")
class DropForeignKeyConstraint(Change, frozen=True, kw_only=True):
    """Drop a foreign key by its name. `index_on` is told by the change that this undoes."""

    base_table: QualifiedName
    constraint_name: str
    index_on: Annotated[tuple[str, ...], DERIVED] = ()

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropForeignKey(self.base_table, self.constraint_name, self.index_on)
