"""What an author wrote for a change or a changeset, the same whether it came from XML, YAML, JSON or SQL."""

from collections.abc import Iterator

import msgspec

from bascule.core.documents import Scalar
from bascule.core.problems import Position


class Element(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):  # there are very many, and they hold no cycles
    """A named node after property expansion.

    XML: attributes and child elements. YAML/JSON: scalar entries are attributes; a mapping or list entry is a child of that name, and the
    items of a list are its children (`{column: {...}}` → a child `column`; a bare scalar or unnamed mapping → a child named "").
    `text` is the character data (XML) or the scalar itself (YAML `sql: select 1` → child `sql` with text — or an attribute:
    `value_of` looks in both).
    """

    name: str
    attributes: dict[str, Scalar] = {}
    children: tuple["Element", ...] = ()
    text: Scalar | None = None
    position: Position

    def attribute(self, name: str) -> str | None:
        """An attribute's text, or None when absent or null."""
        scalar = self.attributes.get(name)
        return None if scalar is None or scalar.kind == "null" else scalar.text

    def named(self, name: str) -> Iterator["Element"]:
        """The children of that name, in order."""
        return (child for child in self.children if child.name == name)

    def child(self, name: str) -> "Element | None":
        for child in self.children:  # asked very often: a generator would cost more than the search
            if child.name == name:
                return child
        return None

    def value_of(self, name: str) -> str | None:
        """The text given as attribute or as the text of a child element: YAML and XML differ only in that."""
        scalar = self.attributes.get(name)
        if scalar is not None and scalar.kind != "null":
            return scalar.text
        child = self.child(name)
        return child.text.text if child is not None and child.text is not None else None
