"""What a policy says of itself: the annotations before `package`, as OPA's `# METADATA` blocks have them."""

import re
from typing import Any

import msgspec
import yaml

_PACKAGE = re.compile(r"^\s*package\s+(?P<path>[A-Za-z_][\w.]*(?:\[\"[^\"\]]+\"\][\w.]*)*)", re.MULTILINE)

LARGEST_BLOCK = 20_000
"""Characters: a longer block says nothing."""


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """Title, description and code of a policy; empty where it does not say."""

    title: str = ""
    description: str = ""
    code: str = ""


def package(text: str) -> str | None:
    """The package's path as written (`db_sql`, `a["b-c"]`), or None when the text has no package line."""
    found = _PACKAGE.search("\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")))
    return found["path"] if found else None


def metadata(text: str) -> Metadata:
    """The METADATA block that stands before the package line. One that is not YAML, or not a mapping, says nothing."""
    block: list[str] = []
    collecting = False
    for line in text.splitlines():
        if line.strip() == "# METADATA":
            block, collecting = [], True
        elif collecting and line.startswith("#"):
            block.append(line[1:].removeprefix(" "))
        elif line.strip() and not line.startswith("#"):
            break
        else:
            collecting = False
    written = "\n".join(block)
    try:
        said = yaml.safe_load(written) if len(written) <= LARGEST_BLOCK else None
    except (yaml.YAMLError, ValueError, RecursionError):
        return Metadata()
    said = said if isinstance(said, dict) else {}
    custom = said.get("custom")
    custom = custom if isinstance(custom, dict) else {}
    return Metadata(title=text_of(said, "title"), description=text_of(said, "description").strip(), code=text_of(custom, "code"))


def text_of(said: dict[Any, Any], key: str) -> str:
    """A text, or nothing: what is nested, perhaps by aliases of aliases, is never spelt out."""
    value = said.get(key)
    return value if isinstance(value, str) else ""
