"""Values as pages show them: times, durations, SQL and YAML by colour, differences. Pure."""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import yaml
from markupsafe import Markup, escape

_UNITS = (("year", 31536000), ("month", 2592000), ("day", 86400), ("hour", 3600), ("minute", 60))


def moment(value: Any) -> datetime | None:
    """A moment out of what stores and models hold: aware datetime, epoch seconds or milliseconds, ISO text, None."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000 if value > 100_000_000_000 else value, UTC)
    return moment(datetime.fromisoformat(str(value)))


def relative(at: datetime, now: datetime) -> str:
    """`3 minutes ago`; the browser keeps it current."""
    seconds = (now - at).total_seconds()
    for unit, size in _UNITS:
        if abs(seconds) >= size:
            count = int(seconds // size) if seconds > 0 else round(-seconds / size)
            words = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


def ago(value: Any) -> Markup:
    """A `<time>` that says how long ago; hovering tells the moment itself."""
    at = moment(value)
    if at is None:
        return Markup('<span class="muted">never</span>')
    at = at.astimezone(UTC)
    exact = at.strftime("%Y-%m-%d %H:%M:%S UTC")
    return Markup('<time class="nowrap" datetime="{}" title="{}" data-ago>{}</time>').format(
        at.isoformat(), exact, relative(at, datetime.now(UTC))
    )


def duration(seconds: float | None) -> str:
    """`850ms`, `12s`, `3m 4s`, `2h 5m`."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{max(0, round(seconds * 1000))}ms"
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    return f"{whole // 60}m {whole % 60}s" if whole < 3600 else f"{whole // 3600}h {whole % 3600 // 60}m"


def took(start: Any, end: Any) -> Markup:
    """How long something took, or how long it has been running (which then counts on in the browser)."""
    begun, ended = moment(start), moment(end)
    if begun is None:
        return Markup("")
    if ended is not None:
        return escape(duration((ended - begun).total_seconds()))
    now = datetime.now(UTC)
    return Markup('<span data-since="{}">{}</span>').format(begun.isoformat(), duration((now - begun).total_seconds()))


def plain(value: Any) -> Any:
    """JSON-like data out of models and Structs."""
    dump = getattr(value, "model_dump", None)
    if dump is not None:
        return dump(mode="json", by_alias=True, exclude_none=True)
    return msgspec.to_builtins(value, enc_hook=str)


def as_yaml(value: Any) -> str:
    """Data as a person reads it: block YAML, keys in their order, long texts as blocks."""
    return yaml.dump(plain(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def as_json(value: Any) -> str:
    """Data as indented JSON."""
    return json.dumps(plain(value), indent=2, ensure_ascii=False)


class _Dumper(yaml.SafeDumper):
    """SafeDumper whose multi-line texts are literal blocks."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)

_SQL = re.compile(
    r"(?P<c>--[^\n]*|/\*.*?\*/)|(?P<s>'(?:[^']|'')*'|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)|(?P<n>\b\d+(?:\.\d+)?\b)"
    r"|(?P<k>\b(?:ADD|ALTER|AND|AS|ASC|BEGIN|BY|CALL|CASCADE|CASE|CHECK|COLUMN|COMMENT|COMMIT|CONCURRENTLY|CONSTRAINT|CREATE|CROSS|DATABASE"
    r"|DEFAULT|DELETE|DESC|DISTINCT|DROP|ELSE|END|EXECUTE|EXISTS|FALSE|FOREIGN|FROM|FUNCTION|GRANT|GROUP|HAVING|IF|IN|INDEX|INNER|INSERT"
    r"|INTO|IS|JOIN|KEY|LEFT|LIKE|LIMIT|MODIFY|NOT|NULL|ON|OR|ORDER|OUTER|PRIMARY|PROCEDURE|REFERENCES|RENAME|REPLACE|RETURNS|REVOKE"
    r"|RIGHT|ROLLBACK|SCHEMA|SELECT|SEQUENCE|SET|TABLE|THEN|TO|TRIGGER|TRUE|TRUNCATE|TYPE|UNION|UNIQUE|UPDATE|USING|VALUES|VIEW|WHEN"
    r"|WHERE|WITH)\b)",
    re.IGNORECASE | re.DOTALL,
)
_YAML = re.compile(
    r"(?P<c>(?:^|(?<=\s))#[^\n]*)|(?P<p>^[ \t-]*[\w.$<+>-]+(?=:(?:\s|$)))|(?P<s>\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')", re.MULTILINE
)


def _coloured(pattern: re.Pattern[str], text: str) -> Markup:
    parts: list[str] = []
    end = 0
    for found in pattern.finditer(text):
        kind = found.lastgroup if found.lastgroup != "tag" else "s"
        parts += [escape(text[end : found.start()]), Markup('<span class="hl-{}">{}</span>').format(kind, found.group())]
        end = found.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def sql(text: str) -> Markup:
    """SQL with its words by colour."""
    return _coloured(_SQL, text)


def yaml_text(text: str) -> Markup:
    """YAML with its keys by colour."""
    return _coloured(_YAML, text)


def difference(before: Any, after: Any) -> list[tuple[str, str]]:
    """The lines in which two values differ as YAML, with three lines around: (`add` | `del` | `hunk` | `same`, line)."""
    return list(_lines(_as_lines(before), _as_lines(after)))


def _as_lines(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    return (value if isinstance(value, str) else as_yaml(value)).splitlines()


def _lines(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    kinds = {"+": "add", "-": "del", "@": "hunk"}
    for line in list(difflib.unified_diff(before, after, lineterm="", n=3))[2:]:
        yield kinds.get(line[:1], "same"), line


def pairs(value: Mapping[str, Any] | None) -> str:
    """A map as a form's text: one `key=value` a line."""
    return "\n".join(f"{key}={item}" for key, item in (value or {}).items())
