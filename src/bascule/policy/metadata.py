"""What a policy says of itself: the annotations before `package`, as OPA's `# METADATA` blocks have them."""

import re
from typing import Any

import msgspec
import yaml

_PACKAGE = re.compile(r"^\s*package\s+(?P<path>[A-Za-z_][\w.]*(?:\[\"[^\"\]]+\"\][\w.]*)*)", re.MULTILINE)


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """Title, description and code of a policy; empty where it does not say."""

    title: str = ""
    description: str = ""
    code: str = ""
    custom: dict[str, Any] = {}


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
    try:
        said = yaml.safe_load("\n".join(block))
    except yaml.YAMLError:
        return Metadata()
    if not isinstance(said, dict):
        return Metadata()
    custom = said.get("custom") if isinstance(said.get("custom"), dict) else {}
    return Metadata(
        title=str(said.get("title") or ""),
        description=str(said.get("description") or "").strip(),
        code=str((custom or {}).get("code") or ""),
        custom={str(key): value for key, value in (custom or {}).items()},
    )
