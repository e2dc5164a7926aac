"""The grammar contexts and label filters share: `,` and `or`, `and`, `!` and `not`, parentheses; words hold anything else."""

import re
from collections.abc import Callable
from functools import lru_cache

from bascule.core.errors import InputError
from bascule.core.problems import Problem

_TOKEN = re.compile(r"[(),!]|\s+or(?=[\s(]|$)|\s+and(?=[\s(]|$)|(?:(?<=\))(?:or|and)(?=[\s(]))")
_NOT = re.compile(r"not(?:\s+|(?=\())", re.IGNORECASE)
MAX_LENGTH = 10_000
MAX_DEPTH = 50


class Expression:
    """A parsed expression: `or` of `and`s of atoms, nested."""

    __slots__ = ("kind", "parts", "word")

    def __init__(self, kind: str, parts: "tuple[Expression, ...]" = (), word: str = "") -> None:
        self.kind = kind
        self.parts = parts
        self.word = word

    def words(self) -> frozenset[str]:
        """The atoms it asks about, in lower case."""
        return frozenset({self.word} if self.kind == "atom" else (word for part in self.parts for word in part.words()))

    def holds(self, is_true: Callable[[str], bool], *, negate: bool = True) -> bool:
        """Its value when atoms (lower case) have theirs. `negate=False` takes `!x` for `x`: the rule where nothing was asked for."""
        match self.kind:
            case "or":
                return any(part.holds(is_true, negate=negate) for part in self.parts)
            case "and":
                return all(part.holds(is_true, negate=negate) for part in self.parts)
            case "not":
                inner = self.parts[0].holds(is_true, negate=negate)
                return not inner if negate else inner
        return is_true(self.word)


@lru_cache(maxsize=1024)
def parse(text: str) -> Expression:
    """The expression a text means. Raises InputError naming what is wrong."""
    if len(text) > MAX_LENGTH:
        raise InputError(Problem(code="LOG-022", what=f"the expression is longer than {MAX_LENGTH} characters"))
    parser = _Parser(text)
    expression = parser.either(0)
    if parser.tokens:
        raise parser.refused(f"'{parser.tokens[0]}' is not expected")
    return expression


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = []
        at = 0
        for match in _TOKEN.finditer(text):
            self.word(text[at : match.start()])
            self.tokens.append(match.group().strip())
            at = match.end()
        self.word(text[at:])

    def word(self, text: str) -> None:
        stripped = text.strip()
        while stripped and (found := _NOT.match(stripped + ("(" if stripped.lower() == "not" else ""))):
            self.tokens.append("!")
            stripped = stripped[found.end() :].strip()
        if stripped:
            self.tokens.append(f"={stripped.lower()}")

    def refused(self, why: str) -> InputError:
        return InputError(Problem(code="LOG-022", what=f"the expression '{self.text}' cannot be read", why=why.replace("'=", "'")))

    def either(self, depth: int) -> Expression:
        while self.tokens and self.tokens[0] == ",":
            self.tokens.pop(0)
        parts = [self.all(depth)]
        while self.tokens and self.tokens[0] in (",", "or"):
            separator = self.tokens.pop(0)
            if separator == "," and (not self.tokens or self.tokens[0] in (")", ",")):
                continue
            parts.append(self.all(depth))
        return parts[0] if len(parts) == 1 else Expression("or", tuple(parts))

    def all(self, depth: int) -> Expression:
        parts = [self.one(depth)]
        while self.tokens and self.tokens[0] == "and":
            self.tokens.pop(0)
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else Expression("and", tuple(parts))

    def one(self, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise self.refused("it is nested too deep")
        if not self.tokens:
            raise self.refused("it ends where a name is wanted")
        head = self.tokens.pop(0)
        if head == "!":
            return Expression("not", (self.one(depth + 1),))
        if head == "(":
            inner = self.either(depth + 1)
            if not self.tokens or self.tokens.pop(0) != ")":
                raise self.refused("a '(' is not closed")
            return inner
        if head.startswith("="):
            return Expression("atom", word=head[1:])
        raise self.refused(f"'{head}' stands where a name is wanted")
