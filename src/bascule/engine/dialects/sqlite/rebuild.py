"""A table built anew: how SQLite changes what its ALTER TABLE cannot.

The new definition is the old one's text with parts of it changed, so that what we do not know of (checks, collations, names) stays.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.sql.split import without_comments

_TOKEN = re.compile(r"--[^\n]*|/\*(?s:.*?)\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|\[[^\]]*\]|[(),]|\w+|\s+|.")
_CONSTRAINT_WORDS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})
_LITERAL = re.compile(r"[xX]?'(?:[^']|'')*'|\"[^\"]*\"|[-+]?\s*[\w.]+(?<=[eE])[-+]\d+|[-+]?\s*[\w.]+")
_OPENING = re.compile(r"\s*CREATE\s+(?:TEMP(?:ORARY)?\s+)?TABLE\b", re.IGNORECASE)


class Definition(msgspec.Struct, frozen=True):
    """A CREATE TABLE taken apart: column definitions and constraints in the order written, and the options after them."""

    parts: tuple[str, ...]
    options: str = ""

    def text(self, name: str) -> str:
        """The statement for a table of that name (as SQL)."""
        return f"CREATE TABLE {name} ({', '.join(self.parts)}){f' {self.options}' if self.options else ''}"

    def columns(self) -> Iterator[str]:
        """The columns' names."""
        return (name for part in self.parts if (name := column_of(part)) is not None)

    def changing(self, column: str, change: Callable[[str], str]) -> "Definition":
        """With one column's definition changed."""
        return Definition(
            tuple(change(part) if (column_of(part) or "").lower() == column.lower() else part for part in self.parts), self.options
        )

    def adding(self, columns: tuple[str, ...], constraints: tuple[str, ...]) -> "Definition":
        """With more columns, and more constraints after all."""
        known = tuple(part for part in self.parts if column_of(part) is not None)
        rules = tuple(part for part in self.parts if column_of(part) is None)
        return Definition((*known, *columns, *rules, *constraints), self.options)

    def without(self, dropped: tuple[str, ...]) -> "Definition":
        """Less those columns, and less every constraint that names one of them."""
        names = {name.lower() for name in dropped}

        def stays(part: str) -> bool:
            column = column_of(part)
            return column.lower() not in names if column is not None else not names & {name.lower() for name in _names_in(part)}

        return Definition(tuple(part for part in self.parts if stays(part)), self.options)

    def without_constraint(self, name: str) -> "Definition":
        """Less the constraint of that name. Raises InputError when there is none among the table's own."""
        kept = tuple(part for part in self.parts if (_constraint_name(part) or "").lower() != name.lower())
        if len(kept) == len(self.parts):
            raise InputError(Problem(code="DDL-010", what=f"the table has no constraint named {name}"))
        return Definition(kept, self.options)

    def without_key(self) -> "Definition":
        """Less the primary key that is a constraint of its own."""
        kept = (part for part in self.parts if not (column_of(part) is None and "PRIMARY" in (token.upper() for token in words(part))))
        return Definition(tuple(kept), self.options)


@lru_cache(maxsize=64)
def parse(sql: str) -> Definition:
    """The definition in the statement that the catalog keeps. Raises InputError for what is no plain table."""
    parts: list[str] = []
    depth, start, end = 0, 0, 0
    for token in _TOKEN.finditer(sql) if _OPENING.match(sql) else ():
        if token[0] == "(":
            depth += 1
            if depth == 1:
                start = token.end()
        elif token[0] == ")":
            depth -= 1
            if depth == 0:
                parts.append(without_comments(sql[start : token.start()]).strip())
                end = token.end()
                break
        elif token[0] == "," and depth == 1:
            parts.append(without_comments(sql[start : token.start()]).strip())
            start = token.end()
    if not end:
        raise InputError(Problem(code="DDL-006", what="this table cannot be built anew", why=f"it was made by: {sql[:200]}"))
    return Definition(tuple(parts), sql[end:].strip())


def column_of(part: str) -> str | None:
    """The name of the column a part defines; None for a constraint."""
    first = next(iter(words(part)), "")
    return None if first.upper() in _CONSTRAINT_WORDS else unquoted(first)


def _constraint_name(part: str) -> str | None:
    """The name of the constraint a part is; None for a column, or for one without a name."""
    first, name, *_ = (*words(part), "", "")
    return unquoted(name) if first.upper() == "CONSTRAINT" else None


def without_default(part: str) -> str:
    """A column's definition less its last default: one that stood before it counts again."""
    depth = 0
    found: tuple[int, int] | None = None
    for token in _TOKEN.finditer(part):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0 and token[0].upper() == "DEFAULT":
            found = token.span()
    if found is None:
        return part
    before, rest = part[: found[0]].rstrip(), part[found[1] :].lstrip()
    return f"{before} {rest[_value_length(rest) :].strip()}".strip()


def _value_length(text: str) -> int:
    """How long the value is that a default begins with: a literal, a word, or what stands in parentheses."""
    if not text.startswith("("):
        literal = _LITERAL.match(text)
        return literal.end() if literal else 0
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    return len(text)


def words(part: str) -> Iterator[str]:
    """Words, literals and quoted names, without comments and spaces."""
    return (token for token in tokens(part) if not token.isspace() and not token.startswith(("--", "/*")))


def tokens(text: str) -> Iterator[str]:
    """All of a text, cut into words, literals, quoted names, parentheses, spaces and comments."""
    return (token[0] for token in _TOKEN.finditer(text))


def _names_in(constraint: str) -> Iterator[str]:
    """The names a constraint is on: those in its parentheses before REFERENCES."""
    depth = 0
    for token in words(constraint):
        if depth == 0 and token.upper() == "REFERENCES":
            return
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth and (token[0] in '"`[' or token.isidentifier()):
            yield unquoted(token)


def unquoted(token: str) -> str:
    mark = token[:1]
    if mark in ('"', "`"):
        return token[1:-1].replace(mark * 2, mark)
    return token[1:-1] if mark == "[" else token
