"""dropDefaultValue."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropDefaultValue")
class DropDefaultValue(Change, frozen=True, kw_only=True):
    """A column has no default any more."""

    table: Name
    column_name: str
    column_data_type: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropDefault(self.table, self.column_name, self.column_data_type)
