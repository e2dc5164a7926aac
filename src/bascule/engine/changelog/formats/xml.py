"""XML changelogs, by expat. Namespaces are not told apart; entities and outside definitions are refused."""

from typing import Any
from xml.parsers import expat

from bascule.core.documents import Scalar
from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem
from bascule.engine.changelog.formats.nodes import ROOT
from bascule.engine.written.element import Element

MAX_DEPTH = 100


def read_xml(data: bytes, file: str) -> Element:
    """The root element. Attribute values and character data are as the parser gives them; data is trimmed. Raises InputError."""
    if not data.strip():
        return Element(name=ROOT, position=Position(file))
    builder = _Builder(file)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        where = Position(file, error.lineno, error.offset + 1)
        raise InputError(Problem(code="LOG-010", what=f"this is not XML: {expat.ErrorString(error.code)}", where=str(where))) from None
    except (LookupError, ValueError) as error:
        raise InputError(Problem(code="LOG-010", what=f"this cannot be read as XML: {error}", where=file)) from None
    root = builder.root
    if root is None or root.name != ROOT:
        where = root.position if root else Position(file)
        raise InputError(Problem(code="LOG-020", what=f"a changelog's outermost element is '{ROOT}'", where=str(where)))
    return root


class _Open:
    """An element that has begun and not ended."""

    __slots__ = ("attributes", "children", "name", "position", "text")

    def __init__(self, name: str, attributes: dict[str, Scalar], position: Position) -> None:
        self.name = name
        self.attributes = attributes
        self.position = position
        self.children: list[Element] = []
        self.text: list[str] = []


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Element | None = None
        self.stack: list[_Open] = []
        parser: Any = expat.ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.data
        parser.EntityDeclHandler = self.entity
        parser.StartDoctypeDeclHandler = self.doctype
        self.parser = parser

    def place(self) -> Position:
        return Position(self.file, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def start(self, name: str, pairs: list[str]) -> None:
        position = self.place()
        if len(self.stack) >= MAX_DEPTH:
            raise InputError(Problem(code="LOG-010", what=f"elements are nested more than {MAX_DEPTH} levels deep", where=str(position)))
        attributes: dict[str, Scalar] = {}
        for at in range(0, len(pairs), 2):
            prefix, _, local = pairs[at].rpartition(":")
            if prefix not in ("xmlns", "xsi", "xml") and pairs[at] != "xmlns":
                attributes[local] = Scalar(text=pairs[at + 1], kind="str", value=pairs[at + 1], position=position)
        self.stack.append(_Open(name.rpartition(":")[2], attributes, position))

    def end(self, _name: str) -> None:
        done = self.stack.pop()
        text = "".join(done.text).strip()
        element = Element(
            name=done.name,
            attributes=done.attributes,
            children=tuple(done.children),
            text=Scalar(text=text, kind="str", value=text, position=done.position) if text else None,
            position=done.position,
        )
        if self.stack:
            self.stack[-1].children.append(element)
        else:
            self.root = element

    def data(self, text: str) -> None:
        if self.stack:
            self.stack[-1].text.append(text)

    def entity(self, name: str, *_: object) -> None:
        raise self.refused(
            f"the entity '{name}' is declared here, and entities are not read", "they can fill the memory or read other files"
        )

    def doctype(self, _name: str, system: str | None, public: str | None, _internal: bool) -> None:
        if system or public:
            raise self.refused("a document type outside the file is named here, and none is fetched", "it could read other files")

    def refused(self, what: str, why: str) -> InputError:
        return InputError(
            Problem(code="LOG-011", what=what, where=str(self.place()), why=why, fix="write the text itself, or use a changelog property")
        )
