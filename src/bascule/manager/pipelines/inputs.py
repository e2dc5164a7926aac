"""`<+input>`: what a run is asked for, and how the answers are put in their places."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from bascule.core.documents import Entry, Kind, Mapping, Node, Scalar, Sequence, plain
from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem
from bascule.manager.pipelines.expressions.values import show

_MARK = "<+input>"
_CALL = re.compile(r"\.(default|allowedValues|selectOneFrom|selectManyFrom|regex|executionInput)\(")
_NAMED = {"stage", "step", "stepGroup"}
MAX_CHECKED = 1000
"""Longer values are not matched against a regex."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place that wants a value. `path` names it by identifiers: `pipeline.variables.target`, `pipeline.stages.deploy.…`."""

    path: str
    default: Any = None
    has_default: bool = False
    allowed: tuple[str, ...] = ()
    many: bool = False
    regex: str | None = None
    position: Position


def asked(document: Mapping) -> list[Asked]:
    """Every `<+input>` of a document, in the order written. Raises InputError for one that cannot be read."""
    return list(_asked(document, ""))


def _asked(node: Node, path: str) -> Iterator[Asked]:
    match node:
        case Scalar(text=text) if text.startswith(_MARK):
            yield _read(text, path, node.position)
        case Mapping():
            for entry in node:
                yield from _asked(entry.value, _below(path, entry.key.text, node))
        case Sequence():
            for index, item in enumerate(node):
                yield from _asked(item, _item(path, index, item))
        case _:
            pass


def _below(path: str, key: str, node: Mapping) -> str:
    """A variable's value is named by the variable, a stage by its identifier."""
    if key in _NAMED and len(node.entries) == 1:
        return path
    if key == "value" and isinstance(node.get("name"), Scalar):
        return path
    return f"{path}.{key}" if path else key


def _item(path: str, index: int, item: Node) -> str:
    named: Node | None = item
    if isinstance(item, Mapping) and len(item.entries) == 1:
        if item.entries[0].key.text == "parallel":
            return path
        named = item.entries[0].value
    if isinstance(named, Mapping):
        name = named.get("identifier") or named.get("name")
        if isinstance(name, Scalar):
            return f"{path}.{name.text}"
    return f"{path}.{index}"


def _read(text: str, path: str, position: Position) -> Asked:
    found: dict[str, Any] = {}
    at = len(_MARK)
    while at < len(text):
        match = _CALL.match(text, at)
        end = _closing(text, match.end()) if match else -1
        if match is None or end < 0:
            raise InputError(
                Problem(
                    code="PIP-020",
                    what=f"'{text}' cannot be read",
                    where=str(position),
                    fix="after <+input> may stand .default(x), .allowedValues(a,b), .selectOneFrom(a,b), .selectManyFrom(a,b), .regex(r)",
                )
            )
        inside = text[match.end() : end]
        match match.group(1):
            case "default":
                found |= {"default": _unquoted(inside), "has_default": True}
            case "allowedValues" | "selectOneFrom":
                found["allowed"] = tuple(_unquoted(part) for part in inside.split(","))
            case "selectManyFrom":
                found |= {"allowed": tuple(_unquoted(part) for part in inside.split(",")), "many": True}
            case "regex":
                found["regex"] = _unquoted(inside)
            case _:
                pass
        at = end + 1
    return Asked(path=path, position=position, **found)


def _closing(text: str, at: int) -> int:
    depth = 1
    while at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
        at += 1
    return -1


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'" else text


def given(inputs: Any) -> dict[str, Any]:
    """Inputs as path → value. They come as Harness's runtime input (the pipeline's shape with values), or as names or paths → values.

    A bare name is a pipeline variable.
    """
    if not isinstance(inputs, dict):
        raise InputError(Problem(code="PIP-021", what="inputs must be a mapping", fix="give the runtime input YAML, or name: value"))
    if isinstance(inputs.get("pipeline"), dict):
        return dict(_flat(inputs, ""))
    return {path if path.startswith("pipeline.") else f"pipeline.variables.{path}": value for path, value in inputs.items()}


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    match value:
        case dict() if len(value) == 1 and next(iter(value)) in _NAMED:
            yield from _flat(next(iter(value.values())), path)
        case {"name": str(), "value": inner}:
            yield path, inner
        case dict():
            for key, inner in value.items():
                yield from _flat(inner, f"{path}.{key}" if path else key)
        case list() if value and all(isinstance(item, dict) for item in value):
            for index, item in enumerate(value):
                yield from _flat(item, _name_of(item, path, index))
        case _:
            yield path, value


def _name_of(item: dict[str, Any], path: str, index: int) -> str:
    inner = item
    if len(item) == 1:
        key, only = next(iter(item.items()))
        if key == "parallel":
            return path
        inner = only if isinstance(only, dict) else item
    name = inner.get("identifier") or inner.get("name")
    return f"{path}.{name}" if name else f"{path}.{index}"


_DESCRIBES = (".identifier", ".name", ".type")
"""Keys of a runtime input that only say which node it is."""


def apply(document: Mapping, inputs: dict[str, Any]) -> Mapping:
    """The document with every `<+input>` replaced. Raises InputError with each that is missing, not allowed, or asked by nobody."""
    values = given(inputs) if inputs else {}
    wanted = asked(document)
    problems = list(_unasked(wanted, values))
    answers: dict[str, Any] = {}
    for each in wanted:
        value = values.get(each.path)
        if value is None or value == "":
            if not each.has_default:
                problems.append(
                    Problem(code="PIP-023", what=f"'{each.path}' needs a value", where=str(each.position), fix="give it as an input")
                )
                continue
            value = each.default
        problems += _unfit(each, value)
        answers[each.path] = value
    if problems:
        raise InputError(problems)
    replaced = _replace(document, "", answers)
    assert isinstance(replaced, Mapping)  # noqa: S101 - a mapping stays one
    return replaced


def refuse_unasked(document: Mapping, inputs: dict[str, Any]) -> None:
    """Raises InputError for values that nothing asks for, or that are not allowed where they are asked for."""
    values = given(inputs)
    wanted = asked(document)
    problems = [*_unasked(wanted, values), *(p for each in wanted if each.path in values for p in _unfit(each, values[each.path]))]
    if problems:
        raise InputError(problems)


def _unasked(wanted: list[Asked], values: dict[str, Any]) -> Iterator[Problem]:
    known = {each.path for each in wanted}
    for path in values:
        if path not in known and not path.endswith(_DESCRIBES):
            yield Problem(code="PIP-022", what=f"the pipeline does not ask for '{path}'", fix=_offer(known))


def _offer(known: set[str]) -> str:
    return f"it asks for {', '.join(sorted(known)[:10])}" if known else "it asks for nothing"


def _unfit(each: Asked, value: Any) -> Iterator[Problem]:
    many = value if isinstance(value, list) else str(value).split(",") if each.many else [value]
    for one in many:
        text = show(one)
        if each.allowed and text.strip() not in each.allowed:
            yield Problem(
                code="PIP-024",
                what=f"'{each.path}' cannot be '{text}'",
                where=str(each.position),
                why=f"allowed are {', '.join(each.allowed)}",
            )
        if each.regex is not None and not _matches(each.regex, text):
            yield Problem(
                code="PIP-024", what=f"'{each.path}' cannot be '{text[:100]}'", where=str(each.position), why=f"it must match {each.regex}"
            )


def _matches(pattern: str, text: str) -> bool:
    if len(text) > MAX_CHECKED:
        return False
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return False


def _replace(node: Node, path: str, answers: dict[str, Any]) -> Node:
    match node:
        case Scalar(text=text) if text.startswith(_MARK):
            return _node(answers[path], node.position)
        case Mapping(entries=entries):
            return Mapping(
                entries=tuple(Entry(key=e.key, value=_replace(e.value, _below(path, e.key.text, node), answers)) for e in entries),
                position=node.position,
            )
        case Sequence(items=items):
            return Sequence(
                items=tuple(_replace(item, _item(path, index, item), answers) for index, item in enumerate(items)), position=node.position
            )
        case _:
            return node


def _node(value: Any, position: Position) -> Node:
    match value:
        case dict():
            return Mapping(
                entries=tuple(
                    Entry(key=Scalar(text=str(key), value=str(key), position=position), value=_node(inner, position))
                    for key, inner in value.items()
                ),
                position=position,
            )
        case list():
            return Sequence(items=tuple(_node(item, position) for item in value), position=position)
        case _:
            return Scalar(text=show(value), kind=_kind(value), value=value, position=position)


def _kind(value: Any) -> Kind:
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case None:
            return "null"
        case _:
            return "str"


def template(document: Mapping) -> dict[str, Any]:
    """The runtime input form: the pipeline's shape, only what is asked for, identifiers kept."""
    pruned = _prune(document)
    return pruned if isinstance(pruned, dict) else {}


def _prune(node: Node) -> Any:
    match node:
        case Scalar(text=text) if text.startswith(_MARK):
            return text
        case Mapping():
            kept = {entry.key.text: pruned for entry in node if (pruned := _prune(entry.value)) is not None}
            if not kept:
                return None
            marks = {key: plain(mark) for key in ("identifier", "name", "type") if (mark := node.get(key)) is not None and key not in kept}
            return ({"identifier": marks["identifier"]} if "identifier" in marks else marks) | kept
        case Sequence():
            return [pruned for item in node if (pruned := _prune(item)) is not None] or None
        case _:
            return None
