"""tagDatabase: a name for this point of the history."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change


@change("tagDatabase")
class TagDatabase(Change, frozen=True, kw_only=True):
    """Tag the changeset's own history row; a rollback can return to it. The row goes with what follows, unless `keepTagOnRollback`."""

    tag: str
    keep_tag_on_rollback: bool = False

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.TagDatabase(self.tag)

    def inverse(self) -> Iterator[Change]:
        return iter(())
