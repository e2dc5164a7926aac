"""renameView."""

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("renameView")
class RenameView(Change, frozen=True, kw_only=True):
    """Rename a view, within its schema."""

    old_view: Name
    new_view_name: str

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.RenameView(self.old_view, self.new_view_name)

    def inverse(self) -> Iterator[Change]:
        renamed = msgspec.structs.replace(self.old_view, name=self.new_view_name)
        yield RenameView(written=self.written, old_view=renamed, new_view_name=self.old_view.name)
