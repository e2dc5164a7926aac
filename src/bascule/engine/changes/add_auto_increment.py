"""addAutoIncrement."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("addAutoIncrement")
class AddAutoIncrement(Change, frozen=True, kw_only=True):
    """An existing column counts by itself from now on."""

    table: Name
    column_name: str
    column_data_type: str | None = None
    start_with: int | None = None
    increment_by: int | None = None
    generation_type: str | None = None
    default_on_null: bool | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.AddAutoIncrement(
            self.table,
            self.column_name,
            self.column_data_type,
            self.start_with,
            self.increment_by,
            self.generation_type,
            self.default_on_null,
        )
