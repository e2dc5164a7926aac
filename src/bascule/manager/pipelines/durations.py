"""`20s`, `4m`, `1h 30m`, `2d`, `1w`: spans of time as pipelines write them."""

import re

from bascule.core.errors import InputError
from bascule.core.problems import Problem

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART = re.compile(r"\s*(\d{1,9}(?:\.\d{1,3})?)\s*(ms|[smhdw])")
MAX_S = 366 * 86400.0


def seconds(text: str, where: str | None = None) -> float:
    """A span in seconds, at most a year. Raises InputError (PIP-014)."""
    at, total = 0, 0.0
    while at < len(text) and (match := _PART.match(text, at)):
        total += float(match.group(1)) * _UNITS[match.group(2)]
        at = match.end()
    if at == 0 or text[at:].strip() or not 0 < total <= MAX_S:
        raise InputError(
            Problem(
                code="PIP-014", what=f"'{text}' is no span of time", where=where, fix="write it as 30s, 10m, 1h 30m, 1d or 1w; at most 52w"
            )
        )
    return total
