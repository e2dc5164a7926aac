"""Documents (YAML, JSON) → Elements: scalars are attributes, mappings and lists are children, the items of a list are its children."""

from bascule.core.documents import Mapping, Node, Scalar
from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem
from bascule.core.yaml_scalars import canonical_text
from bascule.engine.changelog.dates import moment_of_date, printed_moment
from bascule.engine.written.element import Element

ROOT = "databaseChangeLog"
SUSPECT = "#suspect"
"""No author writes it: it marks a SQL comment that is nearly a directive. Its text is the directive, `word` what stands there."""


def changelog_element(document: Node | None, file: str) -> Element:
    """The root of a changelog document. An empty file is an empty changelog."""
    if document is None:
        return Element(name=ROOT, position=Position(file))
    if isinstance(document, Mapping):
        for entry in document:
            if entry.key.text == ROOT:
                return element(ROOT, entry.value, entry.key.position)
    raise InputError(
        Problem(
            code="LOG-020", what=f"a changelog begins with '{ROOT}:'", where=str(document.position), fix=f"put everything below '{ROOT}:'"
        )
    )


def element(name: str, node: Node, position: Position | None = None) -> Element:
    """A named node as an Element; it stands where its name does, else where its value begins."""
    position = position or node.position
    if isinstance(node, Scalar):
        return Element(name=name, text=settled(node), position=position)
    attributes: dict[str, Scalar] = {}
    children: list[Element] = []
    if isinstance(node, Mapping):
        for entry in node.entries:
            value = entry.value
            if isinstance(value, Scalar):
                attributes[entry.key.text] = settled(value, entry.key.text)
            else:
                children.append(element(entry.key.text, value, entry.key.position))
    else:
        for item in node.items:
            children.extend(_item(item))
    return Element(name=name, attributes=attributes, children=tuple(children), position=position)


def _item(item: Node) -> list[Element]:
    """A list's item: `{column: {…}}` is a child `column`, `{a: …, b: {…}}` are two, `{name: a, type: int}` and bare values unnamed ones."""
    if isinstance(item, Mapping) and item.entries:
        scalars = sum(isinstance(entry.value, Scalar) for entry in item.entries)
        if scalars < len(item.entries) or len(item.entries) == 1:
            return [element(entry.key.text, entry.value, entry.key.position) for entry in item.entries]
    return [element("", item)]


_DATES = frozenset({"valueDate", "defaultValueDate"})


def settled(scalar: Scalar, name: str = "") -> Scalar:
    """The scalar with the text the peer sees after reading it: an unquoted `1.50` has become `1.5`, `010` `8`, `on` `true`.

    An unquoted date has become a moment where a date is wanted, and Java's words for it everywhere else.
    """
    if scalar.kind == "str" and not scalar.is_moment:
        return scalar  # nearly all are
    if scalar.is_moment:
        text = moment_of_date(scalar.text) if name in _DATES else printed_moment(scalar.text)
        return Scalar(text=text, value=text, position=scalar.position)
    if scalar.kind == "null":
        return scalar
    text = canonical_text(scalar.kind, scalar.value, scalar.text)
    return scalar if text == scalar.text else Scalar(text=text, kind=scalar.kind, value=scalar.value, position=scalar.position)
