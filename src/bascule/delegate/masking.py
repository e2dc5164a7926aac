"""Secrets leave the machine as `***`: in logs, events, outputs and problems, in every form that tools are known to print them in."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "***"
MIN_LENGTH = 4
"""Shorter secrets are not masked: they would hide half of every line, and guess what they are."""
_MIN_BASE64 = 6


class Masker:
    """Replaces what must not be seen."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if len(secret) >= MIN_LENGTH for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None
        self.longest = max(map(len, forms), default=0)
        """The length of the longest form: so much of a text's end may be the beginning of a secret."""

    def text(self, text: str) -> str:
        """The text without secrets."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)

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
        masked = self._masker.text(_decoded(self._rest[: self._limit]))
        keep = self._masker.longest
        held = masked[len(masked) - keep :] if keep else ""
        self._rest = held.encode() + self._rest[self._limit :]
        return masked[: len(masked) - len(held)]

    def end(self) -> Iterator[str]:
        """The last line, if it had no end."""
        if self._rest:
            yield self._masker.text(_decoded(self._rest))
            self._rest = b""


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "replace")


def _forms(secret: str) -> Iterator[str]:
    """The secret as it is, as URLs, JSON, SQL and base64 carry it; of one with several lines also each line."""
    yield from _forms_of_line(secret)
    lines = [line.strip() for line in secret.splitlines()]
    if len(lines) > 1:
        for line in lines:
            if len(line) >= 2 * MIN_LENGTH:
                yield from _forms_of_line(line)


def _forms_of_line(secret: str) -> Iterator[str]:
    yield secret
    for quoted in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield quoted
        yield re.sub(r"%[0-9A-F]{2}", lambda match: match.group().lower(), quoted)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield secret.replace("'", "''")
    yield repr(secret)[1:-1]
    yield from _base64_forms(secret.encode())


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
