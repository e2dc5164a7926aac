"""The text of what a database stores, as a function or a trigger."""

import re

_REPLACES = re.compile(r"\bCREATE\s+OR\s+(?:REPLACE|ALTER)\b", re.IGNORECASE)


def replaces(text: str | None, *, asked: bool) -> bool:
    """Whether what is created may take the place of another: then dropping it would not bring that one back."""
    return asked or _REPLACES.search(text or "") is not None
