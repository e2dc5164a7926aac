"""delete: rows go."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.changes.reading.conditions import where_of, where_parameters_of
from bascule.engine.schema import Name


@change("delete")
class Delete(Change, frozen=True, kw_only=True):
    """Delete the rows that meet `where`; all rows without it."""

    table: Name
    where: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DeleteRows(self.table, where_of(self.where), where_parameters_of(self.written))
