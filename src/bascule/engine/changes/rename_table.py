"""renameTable."""

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("renameTable")
class RenameTable(Change, frozen=True, kw_only=True):
    """Rename a table, within its schema."""

    old_table: Name
    new_table_name: str

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.RenameTable(self.old_table, self.new_table_name)

    def inverse(self) -> Iterator[Change]:
        renamed = msgspec.structs.replace(self.old_table, name=self.new_table_name)
        yield RenameTable(written=self.written, old_table=renamed, new_table_name=self.old_table.name)
