"""setTableRemarks."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("setTableRemarks")
class SetTableRemarks(Change, frozen=True, kw_only=True):
    """Describe a table in the catalog."""

    table: Name
    remarks: str = ""

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.SetTableRemarks(self.table, self.remarks)
