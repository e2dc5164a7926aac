"""`strategy`: how often a node runs, and what each turn of the loop is called. Expressions in it are resolved already."""

import itertools
from typing import Any

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.pipelines.document import Strategy

MAX_TURNS = 256
_KNOWN = {
    "matrix": {"exclude", "maxConcurrency", "nodeName"},
    "repeat": {"times", "items", "maxConcurrency", "nodeName", "start", "end", "unit", "partitionSize"},
}

_OF_ITEMS = {"start", "end", "unit", "partitionSize"}


def turns(strategy: Strategy, resolved: Any) -> tuple[list[dict[str, Any]], int]:
    """The names each turn adds (`{"matrix": {"db": "a"}}`), and how many may run at once. Raises InputError (PIP-013)."""
    match strategy.kind, resolved:
        case "parallelism", value:
            found: list[dict[str, Any]] = [{} for _ in range(_number(strategy, "parallelism", value))]
            at_once = _at_once(strategy, {} if strategy.at_once is None else {"maxConcurrency": strategy.at_once}, len(found))
        case "repeat", dict():
            found = _repeat(strategy, resolved)
            at_once = _at_once(strategy, resolved, len(found))
        case "matrix", dict():
            found = _matrix(strategy, resolved)
            at_once = _at_once(strategy, resolved, len(found))
        case _:
            raise _wrong(strategy, f"'{strategy.kind}' must be a mapping")
    if not 1 <= len(found) <= MAX_TURNS:
        raise _wrong(strategy, f"'{strategy.kind}' gives {len(found)} turns", fix=f"it must give 1 to {MAX_TURNS}")
    for index, names in enumerate(found):
        names["strategy"] = {"iteration": index, "iterations": len(found), "identifierPostFix": f"_{index}"}
    return found, at_once


def _repeat(strategy: Strategy, resolved: dict[str, Any]) -> list[dict[str, Any]]:
    _only(strategy, resolved, _KNOWN["repeat"] - (_OF_ITEMS if "times" in resolved else set()))
    if ("times" in resolved) == ("items" in resolved):
        raise _wrong(strategy, "'repeat' needs 'times' or 'items'")
    if "items" in resolved:
        items = resolved["items"]
        items = [part.strip() for part in items.split(",")] if isinstance(items, str) else items
        if not isinstance(items, list):
            raise _wrong(strategy, "'items' must be a list")
        return [{"repeat": {**part, "index": index}} for index, part in enumerate(_parts(strategy, resolved, items))]
    return [{"repeat": {"index": index}} for index in range(_number(strategy, "times", resolved["times"]))]


def _parts(strategy: Strategy, resolved: dict[str, Any], items: list[Any]) -> list[dict[str, Any]]:
    """The items from `start` to `end`, counted or in percent; with `partitionSize` in pieces, each known as `partition`."""
    unit = resolved.get("unit", "Count")
    if unit not in ("Count", "Percentage"):
        raise _wrong(strategy, f"'unit' cannot be '{unit}'", fix="it is Count or Percentage")
    whole = 100 if unit == "Percentage" else len(items)

    def number(key: str, default: int) -> int:
        given = _number(strategy, key, resolved.get(key, default))
        return -(-given * len(items) // 100) if unit == "Percentage" else given

    chosen = items[number("start", 0) : number("end", whole)]
    if "partitionSize" not in resolved:
        return [{"item": item} for item in chosen]
    size = max(number("partitionSize", whole), 1)
    return [{"partition": chosen[at : at + size], "item": chosen[at : at + size]} for at in range(0, len(chosen), size)]


def _matrix(strategy: Strategy, resolved: dict[str, Any]) -> list[dict[str, Any]]:
    axes = {
        key: [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        for key, value in resolved.items()
        if key not in _KNOWN["matrix"]
    }
    for key, values in axes.items():
        if not isinstance(values, list) or not values:
            raise _wrong(strategy, f"the axis '{key}' must be a list with at least one value")
    excluded = resolved.get("exclude", [])
    if not isinstance(excluded, list):
        raise _wrong(strategy, "'exclude' must be a list")
    if not axes:
        raise _wrong(strategy, "'matrix' needs at least one axis")
    combinations = itertools.islice(itertools.product(*axes.values()), MAX_TURNS * 4 + 1)
    every = [dict(zip(axes, values, strict=True)) for values in combinations]
    return [{"matrix": one} for one in every if not any(isinstance(e, dict) and e and e.items() <= one.items() for e in excluded)]


def _at_once(strategy: Strategy, resolved: dict[str, Any], all_turns: int) -> int:
    if "maxConcurrency" not in resolved:
        return max(all_turns, 1)
    return _number(strategy, "maxConcurrency", resolved["maxConcurrency"]) or max(all_turns, 1)


def _number(strategy: Strategy, key: str, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if not 0 <= number <= MAX_TURNS:
        raise _wrong(strategy, f"'{key}' must be a number from 0 to {MAX_TURNS}")
    return number


def _only(strategy: Strategy, resolved: dict[str, Any], known: set[str]) -> None:
    for key in resolved:
        if key not in known:
            raise _wrong(strategy, f"'{strategy.kind}' has no key '{key}' that is supported", fix=f"it has {', '.join(sorted(known))}")


def _wrong(strategy: Strategy, what: str, fix: str | None = None) -> InputError:
    return InputError(Problem(code="PIP-013", what=what, where=str(strategy.position), fix=fix))
