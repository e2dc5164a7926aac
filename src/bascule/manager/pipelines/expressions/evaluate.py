"""Tree → value, with the names of one execution. Nothing unresolved slips through: it is a Problem with the path."""

import math
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, assert_never

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.pipelines.expressions import grammar
from bascule.manager.pipelines.expressions.grammar import (
    Binary,
    Call,
    Choice,
    Constant,
    Index,
    Items,
    Member,
    Name,
    Node,
    Template,
    Unary,
)
from bascule.manager.pipelines.expressions.methods import FUNCTIONS, matches, methods_of
from bascule.manager.pipelines.expressions.values import SecretRef, StatusWord, Text, Value, concatenate, show

Names = Mapping[str, Any]
"""The first words a path may begin with: `pipeline`, `stage`, `execution`, `trigger`, … `secrets` is always there."""


def resolve(value: Any, names: Names, where: str) -> Value:
    """A JSON value with every expression in it evaluated. A text that is one expression keeps that value's type.

    Raises InputError with every problem found, each with the place inside the value.
    """
    problems: list[Problem] = []
    resolved = _resolve(value, names, where, problems)
    if problems:
        raise InputError(problems)
    return resolved


def _resolve(value: Any, names: Names, where: str, problems: list[Problem]) -> Value:
    match value:
        case str():
            try:
                return evaluate_text(value, names, where)
            except InputError as error:
                problems.extend(error.problems)
                return None
        case dict():
            return {key: _resolve(item, names, f"{where}.{key}", problems) for key, item in value.items()}
        case list() | tuple():
            return [_resolve(item, names, f"{where}[{index}]", problems) for index, item in enumerate(value)]
        case _:
            return value


def evaluate_text(text: str, names: Names, where: str = "") -> Value:
    """The value of a text with expressions. Raises InputError."""
    if "<+" not in text:
        return text
    return _placed(where, lambda: _template(grammar.template(text), names))


def is_true(text: str, names: Names, where: str = "") -> bool:
    """Whether a condition holds. An empty one does. Raises InputError; also when it is neither true nor false."""
    if not text.strip():
        return True
    value = _placed(where, lambda: evaluate(grammar.condition(text), names))
    truth = _boolean(value)
    if truth is None:
        raise InputError(
            Problem(
                code="EXP-005", what=f"the condition gives {_shown(value)}, neither true nor false", where=where or None, fix="compare it"
            )
        )
    return truth


def _placed(where: str, evaluated: Any) -> Value:
    """Names the place in problems that have only their place inside the expression."""
    try:
        return evaluated()
    except InputError as error:
        raise InputError(
            Problem(
                code=problem.code,
                what=problem.what,
                where=" ".join(part for part in (where, f"({problem.where})" if where and problem.where else problem.where) if part)
                or None,
                why=problem.why,
                fix=problem.fix,
            )
            for problem in error.problems
        ) from error


def _template(template: Template, names: Names) -> Value:
    values = [part if isinstance(part, str) else evaluate(part, names) for part in template.parts]
    if len(values) == 1:
        return str(values[0]) if isinstance(values[0], StatusWord) else values[0]
    return concatenate(*values)


def evaluate(node: Node, names: Names) -> Value:
    """The value of a tree. Raises InputError (EXP-…)."""
    match node:
        case Constant(value):
            return value
        case Name(name):
            if name == "secrets" and name not in names:
                raise _problem("EXP-002", "'secrets' alone is no value", fix='write <+secrets.getValue("identifier")>')
            if name not in names:
                raise _unresolved(node, name, names)
            return names[name]
        case Member(of, name):
            return _member(node, evaluate(of, names), name)
        case Index(of, key):
            return _index(node, evaluate(of, names), evaluate(key, names))
        case Call(Name("secrets"), "getValue", arguments):
            return _secret([evaluate(argument, names) for argument in arguments])
        case Call(Name(holder), name, arguments) if f"{holder}.{name}" in FUNCTIONS and holder not in names:
            return _call_function(node, f"{holder}.{name}", [evaluate(argument, names) for argument in arguments])
        case Call(of, name, arguments):
            return _call(node, evaluate(of, names), name, [evaluate(argument, names) for argument in arguments])
        case Unary("empty", operand):
            return _size(node, _or_null(operand, names)) == 0
        case Unary("size", operand):
            return _size(node, evaluate(operand, names))
        case Unary(operator, operand):
            value = evaluate(operand, names)
            return not _truth(node, value) if operator == "!" else -_number(node, value)
        case Binary("&&", left, right):
            return _truth(node, evaluate(left, names)) and _truth(node, evaluate(right, names))
        case Binary("||", left, right):
            return _truth(node, evaluate(left, names)) or _truth(node, evaluate(right, names))
        case Binary("?:", left, right):
            found = _or_null(left, names)
            return evaluate(right, names) if found is None or found == "" else found
        case Binary("==" | "!=" as operator, left, Constant(None)) | Binary("==" | "!=" as operator, Constant(None), left):
            return (_or_null(left, names) is None) == (operator == "==")
        case Binary(operator, left, right):
            return _binary(node, operator, evaluate(left, names), evaluate(right, names))
        case Choice(test, then, otherwise):
            return evaluate(then if _truth(node, evaluate(test, names)) else otherwise, names)
        case Items(items):
            return [evaluate(item, names) for item in items]
        case _:
            assert_never(node)


def path_of(node: Node) -> str:
    """The tree as an author would write it: for messages."""
    match node:
        case Name(name):
            return name
        case Member(of, name):
            return f"{path_of(of)}.{name}"
        case Index(of, key):
            return f"{path_of(of)}[{path_of(key)}]"
        case Call(of, name, arguments):
            return f"{path_of(of)}.{name}({', '.join(path_of(argument) for argument in arguments)})"
        case Constant(value):
            return f'"{value}"' if isinstance(value, str) else show(value)
        case Unary("empty" | "size" as function, operand):
            return f"{function}({path_of(operand)})"
        case Unary(operator, operand):
            return f"{operator}{path_of(operand)}"
        case Binary(operator, left, right):
            return f"{path_of(left)} {operator} {path_of(right)}"
        case Choice(test, then, otherwise):
            return f"{path_of(test)} ? {path_of(then)} : {path_of(otherwise)}"
        case Items(items):
            return "[" + ", ".join(path_of(item) for item in items) + "]"
        case _:
            assert_never(node)


def _problem(code: str, what: str, *, node: Node | None = None, why: str | None = None, fix: str | None = None) -> InputError:
    return InputError(Problem(code=code, what=what, where=f"<+{path_of(node)}>" if node is not None else None, why=why, fix=fix))


def _unresolved(node: Node, name: str, among: Mapping[str, Any]) -> InputError:
    near = get_close_matches(name, list(among), n=1, cutoff=0.6)
    known = ", ".join(sorted(str(key) for key in among)[:12])
    return _problem(
        "EXP-003",
        f"<+{path_of(node)}> is not resolved: there is no '{name}'",
        node=node,
        why=f"known here: {known}" if known else "nothing is known here yet",
        fix=f"did you mean '{near[0]}'?" if near else None,
    )


def _member(node: Node, value: Value, name: str) -> Value:
    _refuse_secret(node, value)
    match value:
        case dict() if name in value:
            return value[name]
        case dict():
            raise _unresolved(node, name, value)
        case list() if name.isdigit():
            return _index(node, value, int(name))
        case _:
            raise _problem("EXP-003", f"<+{path_of(node)}> is not resolved: {_shown(value)} has no '{name}'", node=node)


def _index(node: Node, value: Value, key: Value) -> Value:
    _refuse_secret(node, value, key)
    match value, key:
        case dict(), str():
            return _member(node, value, key)
        case list(), int() if not isinstance(key, bool):
            if not 0 <= key < len(value):
                raise _problem("EXP-003", f"<+{path_of(node)}> is not resolved: the list has {len(value)} items", node=node)
            return value[key]
        case _:
            raise _problem("EXP-003", f"<+{path_of(node)}> is not resolved: {_shown(value)} has no {_shown(key)}", node=node)


def _secret(arguments: list[Value]) -> Text:
    match arguments:
        case [str() as reference] if reference:
            return Text((SecretRef(reference),))
        case _:
            raise _problem("EXP-002", "secrets.getValue takes one secret's identifier", fix='write <+secrets.getValue("identifier")>')


def _call(node: Node, value: Value, name: str, arguments: list[Value]) -> Value:
    if name == "concat" and isinstance(value, str | Text) and len(arguments) == 1:
        return concatenate(value, arguments[0])
    _refuse_secret(node, value, *arguments)
    methods = methods_of(value)
    if name not in methods:
        near = get_close_matches(name, list(methods), n=1, cutoff=0.6)
        raise _problem(
            "EXP-006",
            f"{_shown(value)} has no method '{name}'",
            node=node,
            why=f"it has: {', '.join(sorted(methods))}",
            fix=f"did you mean '{near[0]}'?" if near else None,
        )
    try:
        return methods[name](value, *arguments)
    except (TypeError, ValueError, AttributeError) as error:
        raise _problem("EXP-006", f"'{name}' cannot be called like this", node=node, why=str(error)) from error


def _or_null(node: Node, names: Names) -> Value:
    """The value, or null where there is none: asked by what can tell the two apart."""
    try:
        return evaluate(node, names)
    except InputError as error:
        if {problem.code for problem in error.problems} == {"EXP-003"}:
            return None
        raise


def _size(node: Node, value: Value) -> int:
    _refuse_secret(node, value)
    match value:
        case None:
            return 0
        case str() | list() | dict():
            return len(value)
        case _:
            raise _problem("EXP-006", f"{_shown(value)} has no size", node=node)


def _call_function(node: Node, name: str, arguments: list[Value]) -> Value:
    _refuse_secret(node, *arguments)
    try:
        return FUNCTIONS[name](*arguments)
    except (TypeError, ValueError, LookupError) as error:
        raise _problem("EXP-006", f"'{name}' cannot be called like this", node=node, why=str(error)) from error


def _related(node: Node, operator: str, left: Value, right: Value) -> bool:
    """`=~`, `=^`, `=$`."""
    if operator == "=~" and isinstance(right, list | dict):
        return any(_equal(left, item) for item in right)
    if not (isinstance(left, str) and isinstance(right, str)):
        raise _problem("EXP-005", f"{_shown(left)} and {_shown(right)} are not two texts", node=node)
    if operator == "=^":
        return left.startswith(right)
    if operator == "=$":
        return left.endswith(right)
    try:
        return matches(left, right)
    except ValueError as error:
        raise _problem("EXP-005", f"{_shown(right)} cannot be used as a pattern", node=node, why=str(error)) from error


def _binary(node: Node, operator: str, left: Value, right: Value) -> Value:
    if operator == "+":
        if isinstance(left, str | Text) or isinstance(right, str | Text):
            return concatenate(left, right)
        return _number(node, left) + _number(node, right)
    _refuse_secret(node, left, right)
    match operator:
        case "==":
            return _equal(left, right)
        case "!=":
            return not _equal(left, right)
        case "=~" | "=^" | "=$":
            return _related(node, operator, left, right)
        case "!~" | "!^" | "!$":
            return not _related(node, operator.replace("!", "="), left, right)
        case "<" | "<=" | ">" | ">=":
            return _compare(node, operator, left, right)
        case _:
            return _arithmetic(node, operator, _number(node, left), _number(node, right))


def _arithmetic(node: Node, operator: str, left: int | float, right: int | float) -> int | float:
    try:
        match operator:
            case "-":
                result = left - right
            case "*":
                result = left * right
            case "%":
                result = math.fmod(left, right) if isinstance(left, float) or isinstance(right, float) else int(math.fmod(left, right))
            case _:
                result = left / right
    except (ArithmeticError, ValueError) as error:
        raise _problem("EXP-005", f"this cannot be computed: {error}", node=node) from error
    return int(result) if isinstance(result, float) and result.is_integer() and operator == "/" else result


def _as_number(value: Value) -> int | float | None:
    match value:
        case bool():
            return None
        case int() | float():
            return value
        case str():
            try:
                return float(value) if "." in value else int(value)
            except ValueError:
                return None
        case _:
            return None


def _equal(left: Value, right: Value) -> bool:
    """Numbers equal numbers however written (variables are texts in Harness), `true` equals `"true"`."""
    if isinstance(left, StatusWord) and isinstance(right, str):
        return right in left.spellings
    if isinstance(right, StatusWord):
        return _equal(right, left)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return _boolean(left) is not None and _boolean(left) == _boolean(right)
    first, second = _as_number(left), _as_number(right)
    if first is not None and second is not None:
        return first == second
    return bool(left == right)


def _compare(node: Node, operator: str, left: Value, right: Value) -> bool:
    first, second = _as_number(left), _as_number(right)
    if first is None or second is None:
        if not (isinstance(left, str) and isinstance(right, str)):
            raise _problem("EXP-005", f"{_shown(left)} and {_shown(right)} cannot be ordered", node=node)
        order = (left > right) - (left < right)
    else:
        order = (first > second) - (first < second)
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


def _boolean(value: Value) -> bool | None:
    match value:
        case bool():
            return value
        case str() if value.lower() in ("true", "false"):
            return value.lower() == "true"
        case _:
            return None


def _truth(node: Node, value: Value) -> bool:
    _refuse_secret(node, value)
    truth = _boolean(value)
    if truth is None:
        raise _problem("EXP-005", f"{_shown(value)} is neither true nor false", node=node, fix="compare it with ==")
    return truth


def _number(node: Node, value: Value) -> int | float:
    _refuse_secret(node, value)
    number = _as_number(value)
    if number is None:
        raise _problem("EXP-005", f"{_shown(value)} is not a number", node=node)
    return number


def _refuse_secret(node: Node, *values: Value) -> None:
    if any(isinstance(value, Text) for value in values):
        raise _problem(
            "EXP-004",
            "a secret may only be concatenated",
            node=node,
            why="its text is known to the delegate only; comparing or changing it here would give it away",
        )


def _shown(value: Value) -> str:
    match value:
        case str():
            return f"'{value if len(value) <= 40 else value[:39] + '…'}'"
        case dict():
            return "a map"
        case list():
            return "a list"
        case _:
            return show(value)
