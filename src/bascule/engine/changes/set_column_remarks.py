"""setColumnRemarks."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("setColumnRemarks")
class SetColumnRemarks(Change, frozen=True, kw_only=True):
    """Describe a column in the catalog. MySQL and MariaDB must be told its type."""

    table: Name
    column_name: str
    remarks: str = ""
    column_data_type: str | None = None
    column_parent_type: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.SetColumnRemarks(self.table, self.column_name, self.remarks, self.column_data_type)
