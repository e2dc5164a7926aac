"""JSON → nodes with their places. Duplicate keys are refused, as everywhere."""

import re
from bisect import bisect_right
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # the C scanner: not in the stubs, there since 3.1

from bascule.core.documents import Entry, Mapping, Node, Scalar, Sequence
from bascule.core.encoding import decode
from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem

MAX_DEPTH = 100

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"true|false|null")
_MAX_DIGITS = 4000


def read_json(data: bytes | str, file: str) -> Node:
    """The value of a JSON text. Raises InputError."""
    return _Scanner(decode(data, file), file).document()


class _Scanner:
    """One pass over the text; `at` is where it stands."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.at = 0
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def document(self) -> Node:
        node = self.value(1)
        self.skip()
        if self.at < len(self.text):
            raise self.refused("DOC-002", "there is more after the end of the JSON value")
        return node

    def value(self, depth: int) -> Node:
        self.skip()
        if depth > MAX_DEPTH:
            raise self.refused("DOC-007", f"nested more than {MAX_DEPTH} levels deep")
        match self.text[self.at : self.at + 1]:
            case "{":
                return self.mapping(depth)
            case "[":
                return self.sequence(depth)
            case '"':
                return self.string()
            case _:
                return self.plain()

    def mapping(self, depth: int) -> Mapping:
        position = self.place()
        entries: dict[str, Entry] = {}
        self.at += 1
        if self.taken("}"):
            return Mapping(entries=(), position=position)
        while True:
            self.skip()
            if self.text[self.at : self.at + 1] != '"':
                raise self.refused("DOC-002", "a key in double quotes is wanted here")
            key = self.string()
            if key.text in entries:
                first = entries[key.text].key.position
                raise self.refused(
                    "DOC-004",
                    f"the key '{key.text}' is there twice",
                    key.position,
                    why=f"it was first given in line {first.line}",
                    fix="keep one",
                )
            if not self.taken(":"):
                raise self.refused("DOC-002", "':' is wanted after a key")
            entries[key.text] = Entry(key=key, value=self.value(depth + 1))
            if self.taken("}"):
                return Mapping(entries=tuple(entries.values()), position=position)
            if not self.taken(","):
                raise self.refused("DOC-002", "',' or '}' is wanted here")

    def sequence(self, depth: int) -> Sequence:
        position = self.place()
        items: list[Node] = []
        self.at += 1
        if self.taken("]"):
            return Sequence(items=(), position=position)
        while True:
            items.append(self.value(depth + 1))
            if self.taken("]"):
                return Sequence(items=tuple(items), position=position)
            if not self.taken(","):
                raise self.refused("DOC-002", "',' or ']' is wanted here")

    def string(self) -> Scalar:
        position = self.place()
        start = self.at
        try:
            text, self.at = scanstring(self.text, start + 1, True)
        except JSONDecodeError as error:
            self.at = error.pos
            raise self.refused("DOC-002", f"this text in quotes cannot be read: {error.msg.lower()}") from None
        if not text.isascii() and "\\u" in self.text[start : self.at] and any("\ud800" <= character <= "\udfff" for character in text):
            raise self.refused("DOC-001", "an escape stands for half a character (a lone surrogate)", position, fix="write both halves")
        return Scalar(text=text, kind="str", value=text, position=position)

    def plain(self) -> Scalar:
        position = self.place()
        word = _WORD.match(self.text, self.at)
        if word:
            self.at = word.end()
            text = word.group()
            value = {"true": True, "false": False, "null": None}[text]
            return Scalar(text=text, kind="null" if value is None else "bool", value=value, position=position)
        number = _NUMBER.match(self.text, self.at)
        if number is None:
            raise self.refused("DOC-002", "a JSON value is wanted here")
        if number.end() - number.start() > _MAX_DIGITS:
            raise self.refused("DOC-002", "this number is too long")
        self.at = number.end()
        text = number.group()
        if number.group(1) or number.group(2):
            return Scalar(text=text, kind="float", value=float(text), position=position)
        return Scalar(text=text, kind="int", value=int(text), position=position)

    def skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        if match:
            self.at = match.end()

    def taken(self, character: str) -> bool:
        self.skip()
        if self.text.startswith(character, self.at):
            self.at += 1
            return True
        return False

    def place(self) -> Position:
        line = bisect_right(self.line_starts, self.at)
        return Position(self.file, line, self.at - self.line_starts[line - 1] + 1)

    def refused(self, code: str, what: str, where: Position | None = None, why: str | None = None, fix: str | None = None) -> InputError:
        return InputError(Problem(code=code, what=what, where=str(where or self.place()), why=why, fix=fix))
