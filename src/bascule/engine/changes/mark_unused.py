"""markUnused."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("markUnused")
class MarkUnused(Change, frozen=True, kw_only=True):
    """A column is gone for everyone; Oracle frees its space later. There is no way back."""

    table: Name
    column_name: str

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.MarkUnused(self.table, self.column_name)
