"""What a change is: the author's intent, bound from an Element, turned into operations."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, TypeVar

import msgspec

from bascule.core.problems import Problem
from bascule.core.registry import Registry
from bascule.engine.operations import Operation
from bascule.engine.schema import Name
from bascule.engine.written.element import Element

if TYPE_CHECKING:
    from bascule.engine.written.files import Files

CHANGES: Registry[type["Change"]] = Registry("change", "bascule.engine.changes", "REG-001", beside=frozenset({"base", "reading"}))

QualifiedName = Annotated[Name, msgspec.Meta(extra={"own_schema": True})]
"""A Name whose schema has its own attribute: `base_table` is read from `baseTableName`, `baseTableSchemaName`, `baseTableCatalogName`."""

Text = Annotated[str, msgspec.Meta(extra={"text": True})]
"""Text that XML writes as the element's content, YAML as an attribute or as the whole change (`sql: select 1`)."""

DERIVED = msgspec.Meta(extra={"derived": True})
"""Beside a field that nobody writes: it is filled in by `resolve`, or by the change that this one undoes."""

Expand = Callable[[str], str]
"""Puts the values of `${properties}` in."""


def as_written(text: str) -> str:
    """Expands nothing."""
    return text


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change as its author wrote it.

    Fields are the attributes users write (`columnName` ⇔ `column_name`); how they are read is told in `bind.py`. `written` keeps the
    Element: checksums, problems and re-serialisation read it, never the typed fields. An inverse has the Element it undoes.
    """

    change_name: ClassVar[str]
    written: Element

    def operations(self) -> Iterator[Operation]:
        """What is done, in order."""
        raise NotImplementedError

    def work(self) -> Iterator[Operation]:
        """The same as it is sent to a live database: another way only where that is quicker, as for the rows of a file."""
        return self.operations()

    def problems(self) -> Iterator[Problem]:
        """What is wrong with it on every database, beyond what its fields' types say."""
        return iter(())

    def inverse(self) -> "Iterator[Change] | None":
        """The changes that undo it, in order; None where there is no automatic rollback; an empty iterator where nothing is to do."""
        return None

    def resolve(self, files: "Files", expand: Expand = as_written) -> "Change":
        """The change with the files it names read in (sqlFile, createView path, loadData); itself where it names none."""
        return self


ChangeType = TypeVar("ChangeType", bound=type[Change])


def change(name: str) -> Callable[[ChangeType], ChangeType]:
    """Registers a Change under the name users write."""

    def register(cls: ChangeType) -> ChangeType:
        cls.change_name = name
        CHANGES.add(name)(cls)
        return cls

    return register
