"""Addresses of pages: readable where the name is, never the same twice, never outside their folder."""

import re
from collections.abc import Iterable

_UNFIT = re.compile(r"[^a-z0-9_-]+")
_MOST = 80


def addresses(folder: str, names: Iterable[str]) -> dict[str, str]:
    """Name → `folder/name.html`, also where file names are alike in any case."""
    taken: set[str] = set()
    found = {}
    for name in names:
        plain = _UNFIT.sub("-", name.lower()).strip("-")[:_MOST] or "unnamed"
        slug, number = plain, 1
        while slug in taken:
            number += 1
            slug = f"{plain}-{number}"
        taken.add(slug)
        found[name] = f"{folder}/{slug}.html"
    return found
