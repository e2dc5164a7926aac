"""modifyDataType: a column keeps its name and gets another type."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("modifyDataType")
class ModifyDataType(Change, frozen=True, kw_only=True):
    """Change a column's type. MySQL and MariaDB forget NOT NULL and the default with it, as they do for Liquibase."""

    table: Name
    column_name: str
    new_data_type: str

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.ModifyDataType(self.table, self.column_name, self.new_data_type)
