"""dropIndex."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("dropIndex")
class DropIndex(Change, frozen=True, kw_only=True):
    """Drop an index. MySQL and MariaDB must be told its table."""

    index_name: str
    table: Name | None = None
    schema_name: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        near = self.table or (Name("", self.schema_name) if self.schema_name else None)
        yield ops.DropIndex(self.index_name, near)
