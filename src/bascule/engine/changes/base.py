"""What a change is: the author's intent, bound from an Element, turned into operations."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import msgspec

from bascule.core.registry import Registry
from bascule.engine.changelog.element import Element
from bascule.engine.operations import Operation

if TYPE_CHECKING:
    from bascule.engine.changelog.files import Files

CHANGES: Registry[type["Change"]] = Registry("change", "bascule.engine.changes", "REG-001")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change as its author wrote it.

    Fields are the attributes users write (`columnName` ⇔ `column_name`). `written` keeps the Element: checksums, problems and
    re-serialisation read it, never the typed fields.
    """

    change_name: ClassVar[str]
    written: Element

    def operations(self) -> Iterator[Operation]:
        """What is done, in order."""
        raise NotImplementedError

    def inverse(self) -> "Iterator[Change] | None":
        """The changes that undo it, in order; None where there is no automatic rollback; an empty iterator where nothing is to do."""
        return None

    def resolve(self, files: "Files") -> "Change":
        """The change with the files it names read in (sqlFile, createView path, loadData); itself where it names none."""
        return self


ChangeType = TypeVar("ChangeType", bound=type[Change])


def change(name: str, **facts: Any) -> Callable[[ChangeType], ChangeType]:
    """Registers a Change under the name users write."""

    def register(cls: ChangeType) -> ChangeType:
        cls.change_name = name
        CHANGES.add(name)(cls)
        return cls

    return register
