"""createSynonym: another name for an object."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, QualifiedName, change
from bascule.engine.changes.drop_synonym import DropSynonym


@change("createSynonym")
class CreateSynonym(Change, frozen=True, kw_only=True):
    """Give an object another name. It is the owner's own unless `private` is false."""

    synonym: QualifiedName
    object_: QualifiedName
    object_type: str | None = None
    private: bool | None = None
    replace_if_exists: bool = False

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreateSynonym(self.synonym, self.object_, self.object_type, self.private, self.replace_if_exists)

    def inverse(self) -> Iterator[Change]:
        yield DropSynonym(written=self.written, synonym=self.synonym, object_type=self.object_type, private=self.private)
