"""What an expression may amount to: JSON, or a `Text` that holds a secret's name and never the secret."""

from typing import Any

import msgspec


class SecretRef(msgspec.Struct, frozen=True, tag="secret"):
    """A secret by reference (`x`, `org.x`, `account.x`); its text is known to the delegate only."""

    reference: str

    def __str__(self) -> str:
        return "***"


class Text(msgspec.Struct, frozen=True, tag="text"):
    """Literal pieces and secrets in order. It can be concatenated; nothing else can be done with it."""

    parts: tuple[str | SecretRef, ...]

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The references it holds, in order."""
        return tuple(part.reference for part in self.parts if isinstance(part, SecretRef))


class StatusWord(str):
    """How a node stands, in the word of Harness's expressions (`SUCCEEDED`). It also equals the word of the API (`Success`)."""

    spellings: frozenset[str]

    def __new__(cls, status: str) -> "StatusWord":
        word = super().__new__(cls, _STATUS_WORDS.get(status, _upper(status)))
        word.spellings = frozenset({str(word), status, status.upper()})
        return word


_STATUS_WORDS = {"Success": "SUCCEEDED", "NotStarted": "QUEUED"}


def _upper(status: str) -> str:
    """`IgnoreFailed` → `IGNORE_FAILED`."""
    return "".join(f"_{sign}" if sign.isupper() and at else sign for at, sign in enumerate(status)).upper()


Value = Any
"""None, bool, int, float, str, list, dict or Text."""


def show(value: Value) -> str:
    """A value as text inside a string: `true`, `null`, JSON for lists and maps."""
    match value:
        case str():
            return str(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case _:
            return msgspec.json.encode(value, enc_hook=str).decode()


def concatenate(*values: Value) -> str | Text:
    """The values' texts in order: plain text, or a Text as soon as one holds a secret."""
    parts: list[str | SecretRef] = []
    for value in values:
        for part in value.parts if isinstance(value, Text) else (show(value),):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part != "":
                parts.append(part)
    if any(isinstance(part, SecretRef) for part in parts):
        return Text(tuple(parts))
    return "".join(str(part) for part in parts)


def holds_secret(value: Value) -> bool:
    """Whether a secret stands anywhere in the value."""
    match value:
        case Text():
            return True
        case dict():
            return any(holds_secret(item) for item in value.values())
        case list() | tuple():
            return any(holds_secret(item) for item in value)
        case _:
            return False


def to_json(value: Value) -> Any:
    """A value as JSON, a Text as `{"$text": [piece, {"$secret": reference}]}`: how it is stored."""
    match value:
        case Text(parts):
            return {"$text": [{"$secret": part.reference} if isinstance(part, SecretRef) else part for part in parts]}
        case dict():
            return {key: to_json(item) for key, item in value.items()}
        case list() | tuple():
            return [to_json(item) for item in value]
        case str():
            return str(value)
        case _:
            return value


def from_json(value: Any) -> Value:
    """What `to_json` stored."""
    match value:
        case {"$text": list(parts)} if len(value) == 1:
            return Text(tuple(SecretRef(part["$secret"]) if isinstance(part, dict) else str(part) for part in parts))
        case dict():
            return {key: from_json(item) for key, item in value.items()}
        case list():
            return [from_json(item) for item in value]
        case _:
            return value
