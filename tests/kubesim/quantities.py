"""Quantities: `500m`, `1Gi`, `0.5`."""

import re

_TIMES = {
    "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50, "Ei": 2.0**60,
}  # fmt: skip
_FORM = re.compile(r"^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?)$")


def amount(text: str) -> float | None:
    """In whole units; None for what is no quantity."""
    found = _FORM.match(text)
    if found is None:
        return None
    if found[2]:
        return float(found[1] + found[2])
    return float(found[1]) * _TIMES[found[3] or ""]
