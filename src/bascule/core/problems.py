"""The one shape of everything that can be wrong."""

from typing import Literal

import msgspec

Severity = Literal["error", "warning", "info"]
MAX_SHOWN = 2000


class Position(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A place in a file: `line` and `column` count from 1; 0 means unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong, where, why, and how to put it right.

    `code` is permanent (docs/reference/codes.md). `where` is a Position's text, a URL, a step path: whatever leads the reader there.
    """

    code: str
    what: str
    where: str | None = None
    why: str | None = None
    fix: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        lines = [f"{self.code}  {_shortened(self.what)}"]
        for label, text in (("where", self.where), ("why", self.why), ("fix", self.fix)):
            if text:
                lines.append(f"  {label:<6} {_shortened(text)}")
        return "\n".join(lines)


def _shortened(text: str) -> str:
    """What a screen can take of a text that quotes a file's line or a database's answer, be it ten megabytes long."""
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."
