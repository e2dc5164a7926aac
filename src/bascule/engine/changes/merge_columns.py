"""mergeColumns: two columns become one."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("mergeColumns")
class MergeColumns(Change, frozen=True, kw_only=True):
    """Join two columns into a new one, with `joinString` between them, and drop the two."""

    table: Name
    column1_name: str
    column2_name: str
    final_column_name: str
    final_column_type: str
    join_string: str = ""

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.MergeColumns(
            self.table, self.column1_name, self.column2_name, self.final_column_name, self.final_column_type, self.join_string
        )
