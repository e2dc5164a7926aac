"""renameColumn."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("renameColumn")
class RenameColumn(Change, frozen=True, kw_only=True):
    """Rename a column. MySQL and MariaDB must be told its type."""

    table: Name
    old_column_name: str
    new_column_name: str
    column_data_type: str | None = None
    remarks: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.RenameColumn(self.table, self.old_column_name, self.new_column_name, self.column_data_type, self.remarks)

    def inverse(self) -> Iterator[Change]:
        yield RenameColumn(
            written=self.written,
            table=self.table,
            old_column_name=self.new_column_name,
            new_column_name=self.old_column_name,
            column_data_type=self.column_data_type,
        )
