"""Secrets leave the machine as `***`: in logs, events, outputs and problems, in every form that tools are known to print them in.

A form is looked for as a whole. Of base64 and hex, which tools break into lines, also a part is known: a run of such characters that
holds eight of a secret's is hidden whole. What no masking can find is in docs/secrets.md.
"""

import base64
import html
import json
import os
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "***"
MIN_LENGTH = 4
"""Shorter secrets are not masked: they would hide half of every line, and guess what they are."""
_MIN_BASE64 = 6
_WINDOW = 8
"""So many characters of a secret's base64 or hex are enough to know it by: a run of 15 has such a window if all of it is the secret's."""
_DEPTH = 12
_LONGEST_CHARACTER = 4
_RUNS = re.compile(r"[A-Za-z0-9+/_-]{15,}={0,2}")


class Masker:
    """Replaces what must not be seen. What it looks for is worked out when it first has a text: a millisecond a secret."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(secret for secret in secrets if len(secret) >= MIN_LENGTH)

    @cached_property
    def _known(self) -> tuple[str, ...]:
        """Every form, the longest first."""
        return tuple(sorted({form for secret in self._secrets for form in _forms(secret)}, key=lambda form: (-len(form), form)))

    @cached_property
    def _pattern(self) -> "re.Pattern[str] | None":
        return re.compile(_any_of(list(self._known))) if self._secrets else None

    @cached_property
    def _windows(self) -> set[str]:
        return {window for secret in self._secrets for window in _windows(secret)}

    @property
    def longest(self) -> int:
        """The length of the longest form: so much of a text's end may be the beginning of a secret."""
        return len(self._known[0]) if self._known else 0

    def text(self, text: str) -> str:
        """The text without secrets."""
        if self._pattern is None:
            return text
        masked = self._pattern.sub(MASK, text)
        return _RUNS.sub(self._without_parts, masked) if self._windows else masked

    def _without_parts(self, found: "re.Match[str]") -> str:
        run = found.group()
        return MASK if any(run[at : at + _WINDOW] in self._windows for at in range(len(run) - _WINDOW + 1)) else run

    def value(self, value: Any) -> Any:
        """A JSON value without secrets, keys included."""
        if self._pattern is None:
            return value
        match value:
            case str():
                return self.text(value)
            case dict():
                return {self.text(key): self.value(item) for key, item in value.items()}
            case list():
                return [self.value(item) for item in value]
            case _:
                return value


class Lines:
    """Cuts a stream of bytes into masked lines. A secret that two chunks share is seen; a line longer than `limit` comes in pieces."""

    def __init__(self, masker: Masker, limit: int = 64 * 1024) -> None:
        self._masker = masker
        self._limit = max(limit, 4 * masker.longest)
        self._rest = b""

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The lines that are complete now, without their ends."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            yield self._masker.text(_decoded(line.removesuffix(b"\r")))
        while len(self._rest) > self._limit:
            yield self._piece()

    def _piece(self) -> str:
        """The start of an endless line. It is cut where no secret can be cut: masked first, its end held back."""
        end = self._limit
        while end > self._limit - _LONGEST_CHARACTER and self._rest[end] & 0xC0 == 0x80:  # never amid a character: a secret may have it
            end -= 1
        masked = self._masker.text(_decoded(self._rest[:end]))
        keep = self._masker.longest
        held = masked[len(masked) - keep :] if keep else ""
        self._rest = held.encode() + self._rest[end:]
        return masked[: len(masked) - len(held)]

    def end(self) -> Iterator[str]:
        """The last line, if it had no end."""
        if self._rest:
            yield self._masker.text(_decoded(self._rest))
            self._rest = b""


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "replace")


def _any_of(forms: list[str], depth: int = 0) -> str:
    """A pattern for these texts, the longest first. Those that begin alike share their beginning: thousands are then as quick as ten."""
    if len(forms) < 4 or depth > _DEPTH:
        return "|".join(map(re.escape, forms))
    groups: dict[str, list[str]] = {}
    for form in forms:
        groups.setdefault(form[:1], []).append(form)
    parts: list[str] = []
    for start, group in groups.items():
        if start and len(group) > 1:
            shared = os.path.commonprefix(group)  # noqa: RUF071 - characters are meant
            parts.append(f"{re.escape(shared)}(?:{_any_of([form.removeprefix(shared) for form in group], depth + 1)})")
        else:
            parts += map(re.escape, group)
    return "|".join(parts)


def _forms(secret: str) -> Iterator[str]:
    """The secret as it is, as URLs, JSON, XML, SQL, shells, base64 and hex carry it; of one with several lines also each line."""
    yield from _written_forms(secret)
    yield secret.encode().hex()
    yield secret.encode().hex().upper()
    yield secret.encode().hex(" ")
    yield from _base64_forms(secret.encode())
    lines = [line.strip() for line in secret.splitlines()]
    if len(lines) > 1:
        for line in lines:
            if len(line) >= 2 * MIN_LENGTH:
                yield from _written_forms(line)


def _written_forms(secret: str) -> Iterator[str]:
    yield secret
    for quoted in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield quoted
        yield re.sub(r"%[0-9A-F]{2}", lambda match: match.group().lower(), quoted)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield secret.replace("'", "''")
    yield repr(secret)[1:-1]
    yield from _shell_forms(secret)
    yield from _xml_forms(secret)


def _shell_forms(secret: str) -> Iterator[str]:
    """As traces (`set -x`) and `printf %q` quote it: each quote is left and entered again, or all that is special has a backslash."""
    for quote_again in ("'\\''", "'\"'\"'"):
        yield secret.replace("'", quote_again)
    yield re.sub(r"([^A-Za-z0-9_@%+=:,./-])", r"\\\1", secret)
    yield re.sub(r"([\\\"$`])", r"\\\1", secret)
    yield secret.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")


def _xml_forms(secret: str) -> Iterator[str]:
    """As elements and attributes have it, by each writer's habit."""
    escaped = html.escape(secret, quote=False)
    yield escaped
    for double in ("&quot;", "&#34;", "&#x22;"):
        yield escaped.replace('"', double)
        for single in ("&apos;", "&#39;", "&#x27;", "&#039;"):
            yield escaped.replace('"', double).replace("'", single)


def _windows(secret: str) -> Iterator[str]:
    """Parts of the base64 and hex of a secret that is long enough for a tool to break it into lines."""
    content = secret.encode()
    if len(content) < 3 * _WINDOW:
        return
    for core in (*_base64_forms(content), content.hex(), content.hex().upper()):
        for at in range(0, len(core) - _WINDOW + 1, _WINDOW):
            window = core[at : at + _WINDOW]
            if len(set(window)) > 2:  # blanks and zeros are no secret's own
                yield window


def _base64_forms(secret: bytes) -> Iterator[str]:
    """Base64 of any text that holds the secret: at each of the three offsets, the characters that its neighbours share left out."""
    for offset in range(3):
        bits = (offset + len(secret)) * 8
        encoded = base64.b64encode(bytes(offset) + secret).decode()
        start = -(-offset * 8 // 6)
        core = encoded[start : bits // 6]
        if len(core) >= _MIN_BASE64:
            yield core
            yield core.replace("+", "-").replace("/", "_")
