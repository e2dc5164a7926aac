"""dropSynonym."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, QualifiedName, change


@change("dropSynonym")
class DropSynonym(Change, frozen=True, kw_only=True):
    """Drop another name. `private` false means the one that is everybody's."""

    synonym: QualifiedName
    object_type: str | None = None
    private: bool | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropSynonym(self.synonym, self.object_type, self.private)
