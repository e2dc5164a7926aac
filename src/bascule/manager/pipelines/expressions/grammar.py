"""The grammar of `<+…>`: text → tree.

    template   = (text | "<+" expression ">")*
    expression = or [("?:" | "??") expression | "?" expression ":" expression]
    or         = and ("||" and | "or" and)*                    and  = equal ("&&" equal | "and" equal)*
    equal      = compare (("==" | "!=" | "eq" | "ne" | "=~" | "!~" | "=^" | "!^" | "=$" | "!$") compare)*
    compare    = sum (("<" | "<=" | ">" | ">=" | "lt" | "le" | "gt" | "ge") sum)*
    sum        = product (("+" | "-") product)*                product = unary (("*" | "/" | "%") unary)*
    unary      = ("!" | "-" | "not") unary | postfix
    postfix    = primary ("." name ["(" arguments ")"] | "[" expression "]")*
    primary    = number | string | true | false | null | name | ("empty" | "size") "(" expression ")"
               | "(" expression ")" | "[" list "]" | "<+" expression ">"

`=~` matches a pattern or stands in a list, `=^` starts with, `=$` ends with, as JEXL has them.

Directly inside `<+ >` the sign `>` always closes, as Harness has it; there, compare with `gt`, or in parentheses. In a condition, outside
`<+ >`, it compares.
"""

import functools
import re
from typing import Literal

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem

MAX_DEPTH = 60
MAX_PARTS = 300
"""Operators, members and calls of one text: what evaluates it recurses over them."""


class Constant(msgspec.Struct, frozen=True):
    value: bool | int | float | str | None


class Name(msgspec.Struct, frozen=True):
    """The first word of a path."""

    name: str


class Member(msgspec.Struct, frozen=True):
    of: "Node"
    name: str


class Index(msgspec.Struct, frozen=True):
    of: "Node"
    key: "Node"


class Call(msgspec.Struct, frozen=True):
    """A method: `.contains("x")`."""

    of: "Node"
    name: str
    arguments: tuple["Node", ...]


class Unary(msgspec.Struct, frozen=True):
    operator: Literal["!", "-", "empty", "size"]
    operand: "Node"


class Binary(msgspec.Struct, frozen=True):
    operator: str
    left: "Node"
    right: "Node"


class Choice(msgspec.Struct, frozen=True):
    """`condition ? then : otherwise`."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"


class Items(msgspec.Struct, frozen=True):
    items: tuple["Node", ...]


Node = Constant | Name | Member | Index | Call | Unary | Binary | Choice | Items


class Template(msgspec.Struct, frozen=True):
    """Text with expressions in it."""

    parts: tuple[str | Node, ...]


@functools.lru_cache(maxsize=4096)
def template(text: str) -> Template:
    """Reads text that may hold expressions. Raises InputError (EXP-001)."""
    parts: list[str | Node] = []
    at = 0
    while (start := text.find("<+", at)) >= 0:
        if start > at:
            parts.append(text[at:start])
        reader = _Reader(text, start)
        parts.append(reader.enclosed())
        at = reader.at
    if at < len(text):
        parts.append(text[at:])
    return Template(tuple(parts))


@functools.lru_cache(maxsize=4096)
def condition(text: str) -> Node:
    """Reads a whole text as one expression, as `when.condition` has it. Raises InputError (EXP-001)."""
    reader = _Reader(text, 0)
    node = reader.expression()
    reader.spaces()
    if reader.at < len(text):
        raise reader.problem(f"'{text[reader.at :][:20]}' is not expected here")
    return node


def _interpolated(text: str) -> Node:
    """A string between quotes: expressions in it have their values put in, as `"<+pipeline.name>" == "x"` has it."""
    if "<+" not in text:
        return Constant(text)
    node: Node = Constant("")
    for part in template(text).parts:
        node = Binary("+", node, Constant(part) if isinstance(part, str) else part)
    return node


_SPACES = re.compile(r"\s*")
_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_MEMBER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*|[0-9]+")
_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?(?![0-9])")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_LEVELS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("||", "||"), ("or", "||")),
    (("&&", "&&"), ("and", "&&")),
    (
        ("==", "=="),
        ("!=", "!="),
        ("eq", "=="),
        ("ne", "!="),
        ("=~", "=~"),
        ("!~", "!~"),
        ("=^", "=^"),
        ("!^", "!^"),
        ("=$", "=$"),
        ("!$", "!$"),
    ),
    (("<=", "<="), (">=", ">="), ("<", "<"), (">", ">"), ("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">=")),
    (("+", "+"), ("-", "-")),
    (("*", "*"), ("/", "/"), ("%", "%")),
)
"""Binary operators as written and as meant, loosest first."""
_FUNCTIONS: dict[str, Literal["empty", "size"]] = {"empty": "empty", "size": "size"}


class _Reader:
    """Recursive descent over one text; `at` is the next character."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self._depth = 0
        self._parts = 0
        self._open = False
        """Directly inside `<+ >`, where `>` closes."""

    def problem(self, what: str) -> InputError:
        return InputError(
            Problem(
                code="EXP-001",
                what=what,
                where=f"column {self.at + 1} of: {self.text if len(self.text) <= 120 else self.text[:117] + '…'}",
                fix="an expression is written <+path.to.value>, closed by '>'",
            )
        )

    def _count(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise self.problem("this expression is too long")

    def spaces(self) -> None:
        match = _SPACES.match(self.text, self.at)
        if match:
            self.at = match.end()

    def enclosed(self) -> Node:
        """`<+ expression >`."""
        self.at += 2
        outer, self._open = self._open, True
        node = self.expression()
        self.spaces()
        if not self.text.startswith(">", self.at):
            raise self.problem("this expression is not closed")
        self.at += 1
        self._open = outer
        return node

    def expression(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.problem("this expression is nested too deeply")
        node = self._level(0)
        if self._take("?:") or self._take("??"):
            node = Binary("?:", node, self.expression())
        elif self._take("?"):
            then = self.expression()
            if not self._take(":"):
                raise self.problem("':' is expected here")
            node = Choice(node, then, self.expression())
        self._depth -= 1
        return node

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        node = self._level(level + 1)
        while (operator := self._operator(level)) is not None:
            self._count()
            node = Binary(operator, node, self._level(level + 1))
        return node

    def _operator(self, level: int) -> str | None:
        self.spaces()
        for written, meant in _LEVELS[level]:
            if written in (">", ">=") and self._open:
                continue
            if written == "<" and self.text.startswith("<+", self.at):
                continue
            if written.isalpha():
                match = _WORD.match(self.text, self.at)
                if match is None or match.group() != written:
                    continue
            elif not self.text.startswith(written, self.at):
                continue
            self.at += len(written)
            return meant
        return None

    def _take(self, sign: str) -> bool:
        self.spaces()
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def _unary(self) -> Node:
        self.spaces()
        for written, meant in (("!", "!"), ("-", "-"), ("not", "!")):
            if written == "not":
                match = _WORD.match(self.text, self.at)
                if match is None or match.group() != "not":
                    continue
            elif not self.text.startswith(written, self.at) or self.text.startswith("!=", self.at):
                continue
            self.at += len(written)
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise self.problem("this expression is nested too deeply")
            node = Unary("!" if meant == "!" else "-", self._unary())
            self._depth -= 1
            return node
        return self._postfix()

    def _postfix(self) -> Node:
        node = self._primary()
        while True:
            self._count()
            if self.text.startswith(".", self.at):
                self.at += 1
                match = _MEMBER.match(self.text, self.at)
                if match is None:
                    raise self.problem("a name is expected after '.'")
                self.at = match.end()
                node = Call(node, match.group(), self._list("(", ")")) if self._next("(") else Member(node, match.group())
            elif self._next("["):
                keys = self._list("[", "]")
                if len(keys) != 1:
                    raise self.problem("one index is expected in '[ ]'")
                node = Index(node, keys[0])
            else:
                return node

    def _next(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def _list(self, opening: str, closing: str) -> tuple[Node, ...]:
        """Expressions between brackets, where `>` compares again."""
        self.at += len(opening)
        outer, self._open = self._open, False
        items: list[Node] = []
        while not self._take(closing):
            if items and not self._take(","):
                raise self.problem(f"',' or '{closing}' is expected here")
            items.append(self.expression())
        self._open = outer
        return tuple(items)

    def _primary(self) -> Node:
        self.spaces()
        if self.at >= len(self.text):
            raise self.problem("a value is expected here, but the text ends")
        if self._next("<+"):
            return self.enclosed()
        if self._next("("):
            inner = self._list("(", ")")
            if len(inner) != 1:
                raise self.problem("one expression is expected in '( )'")
            return inner[0]
        if self._next("["):
            return Items(self._list("[", "]"))
        if self.text[self.at] in "\"'":
            return _interpolated(self._string())
        if match := _NUMBER.match(self.text, self.at):
            self.at = match.end()
            return Constant(float(match.group()) if match.group(1) else int(match.group()))
        if match := _WORD.match(self.text, self.at):
            self.at = match.end()
            word = match.group()
            if word in _FUNCTIONS and self._next("("):
                return self._function(_FUNCTIONS[word])
            return Constant(_CONSTANTS[word]) if word in _CONSTANTS else Name(word)
        raise self.problem(f"a value is expected here, not '{self.text[self.at]}'")

    def _function(self, name: Literal["empty", "size"]) -> Node:
        arguments = self._list("(", ")")
        if len(arguments) != 1:
            raise self.problem(f"'{name}' takes one value")
        return Unary(name, arguments[0])

    def _string(self) -> str:
        quote = self.text[self.at]
        at = self.at + 1
        read: list[str] = []
        while at < len(self.text):
            sign = self.text[at]
            if sign == quote:
                self.at = at + 1
                return "".join(read)
            if sign == "\\" and at + 1 < len(self.text):
                at += 1
                sign = _ESCAPES.get(self.text[at], self.text[at])
            read.append(sign)
            at += 1
        raise self.problem("this string is not closed")
