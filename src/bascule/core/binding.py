"""A document's Mapping → a typed msgspec Struct. All problems are gathered, each with its place, before one is raised."""

import types
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from bascule.core.documents import Mapping, Node, Scalar, Sequence, plain
from bascule.core.errors import InputError
from bascule.core.problems import Problem

T = TypeVar("T", bound=msgspec.Struct)

_NODES = (Scalar, Mapping, Sequence)
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


class _UnfitError(Exception):
    """The value does not fit; its problems have been gathered."""


def camel_case(name: str) -> str:
    """`db_schema` → `dbSchema`; a trailing underscore (`with_`) is only Python's."""
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def bind(node: Node, cls: type[T], *, where: str) -> T:
    """The Struct that a Mapping describes: key `dbSchema` ⇔ field `db_schema` (or the name `msgspec.field(name=…)` gives).

    `where` names the thing in problems (`pipeline.stages[0]`). Fields typed as a documents Node keep it as written, Any takes plain values.
    Raises InputError with every problem found.
    """
    binder = _Binder()
    try:
        bound: T = binder.struct(node, cls, where)
    except _UnfitError:
        raise InputError(binder.problems) from None
    if binder.problems:
        raise InputError(binder.problems)
    return bound


@cache
def _fields(cls: type[msgspec.Struct]) -> dict[str, tuple[str, Any, bool]]:
    """Key as written → (field, type, required)."""
    hints = get_type_hints(cls)
    found = {}
    for field in msgspec.structs.fields(cls):
        key = field.encode_name if field.encode_name != field.name else camel_case(field.name)
        found[key] = (field.name, hints[field.name], field.required)
    return found


class _Binder:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, code: str, what: str, node: Node, fix: str | None = None) -> _UnfitError:
        self.problems.append(Problem(code=code, what=what, where=str(node.position), fix=fix))
        return _UnfitError()

    def struct(self, node: Node, cls: type[msgspec.Struct], where: str) -> Any:
        if not isinstance(node, Mapping):
            raise self.refuse("DOC-102", f"{where} must be a mapping", node)
        fields = _fields(cls)
        values: dict[str, Any] = {}
        unfit = False
        for entry in node:
            key = entry.key.text
            if key not in fields:
                near = get_close_matches(key, fields, n=1, cutoff=0.6)
                self.refuse("DOC-101", f"{where} has no field '{key}'", entry.key, f"did you mean '{near[0]}'?" if near else None)
                unfit = True
                continue
            name, kind, _ = fields[key]
            try:
                values[name] = self.value(entry.value, kind, f"{where}.{key}")
            except _UnfitError:
                unfit = True
        given = {entry.key.text for entry in node}
        for key, (_, _, required) in fields.items():
            if required and key not in given:
                self.refuse("DOC-103", f"{where} needs the field '{key}'", node)
                unfit = True
        if unfit:
            raise _UnfitError
        try:
            return cls(**values)
        except (ValueError, TypeError) as error:
            raise self.refuse("DOC-104", f"{where}: {error}", node) from None

    def value(self, node: Node, kind: Any, where: str) -> Any:
        if kind is Any:
            return plain(node)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in _NODES:
            return self.struct(node, kind, where)
        if kind in _NODES:
            if not isinstance(node, kind):
                raise self.refuse("DOC-102", f"{where} must be a {kind.__name__.lower()}", node)
            return node
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            return self.union(node, arguments, where)
        if origin in (list, tuple) or kind in (list, tuple):
            return self.items(node, origin or kind, arguments[0] if arguments else Any, where)
        if origin is dict or kind is dict:
            return self.dictionary(node, arguments[1] if arguments else Any, where)
        if not isinstance(node, Scalar):
            raise self.refuse("DOC-102", f"{where} must be {_WORDS.get(kind, 'a single value')}", node)
        if origin is Literal:
            return self.choice(node, {str(choice): choice for choice in arguments}, where)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return self.choice(node, {str(member.value): member for member in kind}, where)
        return self.scalar(node, kind, where)

    def union(self, node: Node, members: tuple[Any, ...], where: str) -> Any:
        """The first member that fits; documents' own nodes and null first. When none fits, the first one's problems."""
        if any(member in _NODES and isinstance(node, member) for member in members):
            return node
        if isinstance(node, Scalar) and node.kind == "null" and type(None) in members:
            return None
        wanted = [member for member in members if member is not type(None)]
        exact = next((member for member in wanted if isinstance(node, Scalar) and member is type(node.value)), None)
        first: list[Problem] | None = None
        for member in [exact] if exact else wanted:
            attempt = _Binder()
            try:
                return attempt.value(node, member, where)
            except _UnfitError:
                first = first or attempt.problems
        self.problems.extend(first or [])
        raise _UnfitError

    def items(self, node: Node, container: Any, kind: Any, where: str) -> Any:
        if not isinstance(node, Sequence):
            raise self.refuse("DOC-102", f"{where} must be a list", node)
        found: list[Any] = []
        unfit = False
        for index, item in enumerate(node):
            try:
                found.append(self.value(item, kind, f"{where}[{index}]"))
            except _UnfitError:
                unfit = True
        if unfit:
            raise _UnfitError
        return container(found)

    def dictionary(self, node: Node, kind: Any, where: str) -> dict[str, Any]:
        if not isinstance(node, Mapping):
            raise self.refuse("DOC-102", f"{where} must be a mapping", node)
        found: dict[str, Any] = {}
        unfit = False
        for entry in node:
            try:
                found[entry.key.text] = self.value(entry.value, kind, f"{where}.{entry.key.text}")
            except _UnfitError:
                unfit = True
        if unfit:
            raise _UnfitError
        return found

    def choice(self, node: Scalar, choices: dict[str, Any], where: str) -> Any:
        if node.kind == "bool" and node.value in choices.values():
            return node.value
        if node.text in choices:
            return choices[node.text]
        near = get_close_matches(node.text, choices, n=1, cutoff=0.6)
        known = ", ".join(choices)
        fix = f"did you mean '{near[0]}'?" if near else f"one of: {known}"
        raise self.refuse("DOC-105", f"{where} cannot be '{node.text}'", node, fix)

    def scalar(self, node: Scalar, kind: Any, where: str) -> Any:
        """Numbers and booleans may stand in quotes; a text may look like a number: it is taken as written."""
        if kind is str and node.kind != "null":
            return node.text
        if kind is bool:
            if node.kind == "bool":
                return node.value
            if node.text.lower() in ("true", "false"):
                return node.text.lower() == "true"
        if kind is int and node.kind in ("int", "str"):
            if node.kind == "int":
                return node.value
            if len(node.text) < 100 and node.text.removeprefix("-").isdecimal():
                return int(node.text)
        if kind is float and node.kind in ("int", "float", "str"):
            try:
                return float(node.text if node.kind == "str" else node.value or 0)
            except ValueError:
                pass
        shown = "empty" if node.kind == "null" else f"'{node.text}'"
        raise self.refuse("DOC-102", f"{where} must be {_WORDS.get(kind, kind)}, and is {shown}", node)
