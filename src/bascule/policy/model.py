"""What is judged by what, within which bounds, and what came of it. Pure."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from bascule.core.problems import Problem

RegoVersion = Literal["v0", "v1"]
"""`v0` is the syntax of Harness's samples (`deny[msg] { … }`), `v1` today's (`deny contains msg if { … }`). Never guessed from the text."""

RULES = ("deny", "warn")
"""The rules a policy answers by. Both are sets of strings, or of objects with what, where, why, fix, code."""


class PolicyText(msgspec.Struct, frozen=True, kw_only=True):
    """One policy as its author wrote it. `name` leads the reader to it: an identifier, a file."""

    name: str
    text: str
    version: RegoVersion = "v1"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one policy may use for one document; more means denied.

    `cpu_s` is processor time of the evaluation alone, so that a busy machine denies nobody; `wall_s` is the backstop around everything.
    """

    cpu_s: float = 2.0
    wall_s: float = 30.0
    memory_bytes: int = 256 * 1024 * 1024
    input_bytes: int = 20_000_000


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Modules compiled together (a policy; in tests also its test), the rules asked for (`data.db_sql.deny`), and the input as JSON."""

    modules: tuple[PolicyText, ...]
    rules: tuple[str, ...]
    document: bytes
    limits: Limits = Limits()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The values of the rules: one that was undefined has none, one that no module defines is listed in `missing`."""

    values: Mapping[str, Any] = {}
    missing: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()
    problem: Problem | None = None
    """Set when evaluation did not come to an end: then the values mean nothing."""


class PolicyResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one policy said: `denied` and `warned` as problems, in a stable order."""

    policy: str
    denied: tuple[Problem, ...] = ()
    warned: tuple[Problem, ...] = ()
    failed: bool = False
    """True when it could not be evaluated: `denied` then holds the reason."""
    prints: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What all policies said, in the order they were asked."""

    results: tuple[PolicyResult, ...]

    @property
    def is_allowed(self) -> bool:
        return not any(result.denied for result in self.results)
