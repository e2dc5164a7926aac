"""dropNotNullConstraint."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import CHANGES, Change, change
from bascule.engine.schema import Name


@change("dropNotNullConstraint")
class DropNotNullConstraint(Change, frozen=True, kw_only=True):
    """A column may be empty. Undone by addNotNullConstraint, which fails if one is by then."""

    table: Name
    column_name: str
    column_data_type: str | None = None
    constraint_name: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropNotNull(self.table, self.column_name, self.column_data_type, self.constraint_name)

    def inverse(self) -> Iterator[Change]:
        add = CHANGES.get("addNotNullConstraint")  # imports this module in turn
        yield add(written=self.written, table=self.table, column_name=self.column_name, column_data_type=self.column_data_type)  # type: ignore[call-arg]  # found by name
