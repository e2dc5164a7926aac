"""Documents as their author wrote them: every value keeps its text, its kind and its place.

`read_yaml` and `read_json` (in `bascule.core.yaml_reader` and `json_reader`) make these; changelogs, pipelines and `bascule apply -f`
share them. Typed fields are bound from them (`bascule.core.binding`); checksums and problems read them.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from bascule.core.problems import Position

Kind = Literal["str", "int", "float", "bool", "null"]


class Scalar(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One value: `text` as written (quotes and escapes resolved), `value` as its format's rules read it."""

    text: str
    kind: Kind = "str"
    value: str | int | float | bool | None = None
    position: Position
    is_moment: bool = False
    """Whether YAML 1.1 reads the plain text as a date or a moment."""


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """Keys in the order written. Duplicate keys were refused by the reader."""

    entries: tuple["Entry", ...]
    position: Position

    def get(self, key: str) -> "Node | None":
        return next((entry.value for entry in self.entries if entry.key.text == key), None)

    def __iter__(self) -> Iterator["Entry"]:
        return iter(self.entries)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One key and its value."""

    key: Scalar
    value: "Scalar | Mapping | Sequence"


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """Items in the order written."""

    items: tuple["Scalar | Mapping | Sequence", ...]
    position: Position

    def __iter__(self) -> Iterator["Node"]:
        return iter(self.items)


Node = Scalar | Mapping | Sequence


def plain(node: Node) -> Any:
    """The node as dicts, lists and plain values, places forgotten."""
    match node:
        case Scalar():
            return node.value
        case Mapping():
            return {entry.key.text: plain(entry.value) for entry in node.entries}
        case Sequence():
            return [plain(item) for item in node.items]
