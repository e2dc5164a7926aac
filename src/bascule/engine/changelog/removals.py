"""removeChangeSetProperty: an attribute taken from all changes of a name that follow."""

import msgspec

from bascule.engine.written.element import Element


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """A removeChangeSetProperty: the attribute is taken from the changes of that name that follow."""

    change: str
    attribute: str
    dbms: str | None = None


def without(element: Element, removal: Removal) -> Element:
    """The element with an attribute taken from every change of a name, at any depth."""
    children = tuple(without(child, removal) for child in element.children)
    attributes = element.attributes
    if element.name == removal.change:
        attributes = {name: value for name, value in attributes.items() if name != removal.attribute}
        children = tuple(child for child in children if child.name != removal.attribute)
    return msgspec.structs.replace(element, attributes=attributes, children=children)
