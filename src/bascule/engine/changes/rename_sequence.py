"""renameSequence."""

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("renameSequence")
class RenameSequence(Change, frozen=True, kw_only=True):
    """Rename a sequence, within its schema."""

    old_sequence: Name
    new_sequence_name: str

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.RenameSequence(self.old_sequence, self.new_sequence_name)

    def inverse(self) -> Iterator[Change]:
        renamed = msgspec.structs.replace(self.old_sequence, name=self.new_sequence_name)
        yield RenameSequence(written=self.written, old_sequence=renamed, new_sequence_name=self.old_sequence.name)
