"""Problems as the editor takes them: with line and column out of `where`."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from bascule.core.problems import Problem

_PLACE = re.compile(r":(\d+)(?::(\d+))?$")


def placed(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Each problem as JSON, `line` and `column` counted from 1 where its `where` ends in them."""
    return [_placed(problem) for problem in problems]


def _placed(problem: Problem) -> dict[str, Any]:
    found = _PLACE.search(problem.where or "")
    place = {"line": int(found[1]), "column": int(found[2] or 1)} if found else {}
    return {**msgspec.to_builtins(problem), "severity": problem.severity, **place}
