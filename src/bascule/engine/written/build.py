"""Elements that no author wrote: changes made by a program, in the shape YAML gives them."""

from collections.abc import Sequence

from bascule.core.documents import Kind, Scalar
from bascule.core.problems import Position
from bascule.engine.written.element import Element

NOWHERE = Position("generated")

Attribute = str | int | bool | None


def element(name: str, children: Sequence[Element] = (), /, **attributes: Attribute) -> Element:
    """An element; attributes that are None are left out. A keyword that Python owns is written with `_` at its end."""
    given = {key.removesuffix("_"): scalar(value) for key, value in attributes.items() if value is not None}
    return Element(name=name, attributes=given, children=tuple(children), position=NOWHERE)


def columns(items: Sequence[Element]) -> Element:
    """The list that changes have their columns in."""
    return Element(name="columns", children=tuple(items), position=NOWHERE)


def scalar(value: str | int | bool) -> Scalar:
    kind: Kind = "bool" if isinstance(value, bool) else "int" if isinstance(value, int) else "str"
    return Scalar(text=str(value).lower() if kind == "bool" else str(value), kind=kind, value=value, position=NOWHERE)
