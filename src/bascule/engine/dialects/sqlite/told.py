"""What a CREATE TABLE says that no PRAGMA tells: names of constraints, checks, deferral, how columns are generated and collated."""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from bascule.engine.dialects.sqlite.rebuild import Definition, column_of, tokens, unquoted

Kind = Literal["PRIMARY KEY", "UNIQUE", "CHECK", "FOREIGN KEY"]


class Constraint(msgspec.Struct, kw_only=True):
    """One constraint, of a column or of the table. It is filled as its words are read."""

    kind: Kind
    name: str | None = None
    columns: tuple[str, ...] = ()
    expression: str = ""
    """With its parentheses."""
    deferrable: bool | None = None
    initially_deferred: bool | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """By column in lower case where it is of columns."""

    constraints: tuple[Constraint, ...] = ()
    attributes: dict[str, str] = {}
    counting: frozenset[str] = frozenset()
    """Columns with AUTOINCREMENT."""
    options: tuple[str, ...] = ()
    """STRICT, WITHOUT ROWID."""

    def name_of(self, kind: Kind, columns: Sequence[str]) -> str | None:
        return next((c.name for c in self.constraints if c.kind == kind and _same(c.columns, columns)), None)

    def foreign_key(self, columns: Sequence[str]) -> Constraint | None:
        return next((c for c in self.constraints if c.kind == "FOREIGN KEY" and _same(c.columns, columns)), None)


def told(definition: Definition) -> Told:
    constraints: list[Constraint] = []
    attributes: dict[str, str] = {}
    counting: set[str] = set()
    for part in definition.parts:
        reader = _Part(part)
        reader.read()
        constraints += reader.constraints
        if reader.column is not None:
            key = reader.column.lower()
            if reader.attributes:
                attributes[key] = " ".join(reader.attributes)
            if reader.counts:
                counting.add(key)
    options = tuple(" ".join(option.upper().split()) for option in definition.options.rstrip(";").split(",") if option.strip())
    return Told(constraints=tuple(constraints), attributes=attributes, counting=frozenset(counting), options=options)


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    return [name.lower() for name in one] == [name.lower() for name in other]


class _Part:
    """One part of a definition, read word by word; what stands in parentheses is one word."""

    def __init__(self, part: str) -> None:
        self.column = column_of(part)
        self.words = list(_grouped(part))[1 if self.column is not None else 0 :]
        self.constraints: list[Constraint] = []
        self.attributes: list[str] = []
        self.counts = False
        self._name: str | None = None

    def read(self) -> None:
        for place, word in enumerate(self.words):
            self._take(word.upper(), place)

    def _after(self, place: int, step: int = 1) -> str:
        return self.words[place + step] if place + step < len(self.words) else ""

    def _take(self, word: str, place: int) -> None:
        match word:
            case "CONSTRAINT":
                self._name = unquoted(self._after(place))
            case "PRIMARY":
                self._add("PRIMARY KEY", self._after(place, 2))
            case "UNIQUE":
                self._add("UNIQUE", self._after(place))
            case "CHECK":
                self._add("CHECK", "").expression = self._after(place)
            case "FOREIGN":
                self._add("FOREIGN KEY", self._after(place, 2))
            case "REFERENCES" if self.column is not None:
                self._add("FOREIGN KEY", "")
            case "DEFERRABLE" if self.constraints:
                self.constraints[-1].deferrable = None if self.words[place - 1].upper() == "NOT" else True
            case "DEFERRED" if self.constraints and self.constraints[-1].deferrable:
                self.constraints[-1].initially_deferred = True
            case "AUTOINCREMENT":
                self.counts = True
            case "COLLATE" if self.column is not None:
                self.attributes.append(f"COLLATE {self._after(place)}")
            case "AS" if self.column is not None and self._after(place).startswith("("):
                kept = "STORED" if self._after(place, 2).upper() == "STORED" else "VIRTUAL"
                self.attributes.append(f"GENERATED ALWAYS AS {self._after(place)} {kept}")

    def _add(self, kind: Kind, listed: str) -> Constraint:
        columns = (self.column,) if self.column is not None else tuple(_names(listed))
        self.constraints.append(Constraint(kind=kind, name=self._name, columns=() if kind == "CHECK" else columns))
        self._name = None
        return self.constraints[-1]


def _grouped(part: str) -> Iterator[str]:
    """The words of a part; parentheses with all that is in them as one."""
    depth, group = 0, ""
    for piece in tokens(part):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if depth or piece == ")":
            group += piece
            if not depth:
                yield group
                group = ""
        elif not piece.isspace() and not piece.startswith(("--", "/*")):
            yield piece


def _names(listed: str) -> Iterator[str]:
    """The columns in parentheses, without their collations and orders."""
    expected = True
    for piece in tokens(listed[1:-1]):
        if piece == ",":
            expected = True
        elif expected and not piece.isspace():
            yield unquoted(piece)
            expected = False
