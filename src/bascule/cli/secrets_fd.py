"""BASCULE_SECRETS_FD: what a runner hands over without it ever standing in argv or the environment."""

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem

if TYPE_CHECKING:
    from bascule.engine.access.model import Access


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """Option name → value, and changelog properties."""

    secrets: dict[str, str] = {}
    properties: dict[str, str] = {}
    access: "Access | None" = None


def read_secrets(number: str) -> Secrets:
    """Reads the JSON object that the descriptor holds: url, username, password, properties, tls, tokens, tunnel. Raises InputError."""
    try:
        document = msgspec.json.decode(_content(int(number)) or b"{}", type=dict[str, Any])
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise InputError(Problem(code="CLI-004", what="BASCULE_SECRETS_FD cannot be read", why=type(error).__name__)) from error
    given = {name: str(document[name]) for name in ("url", "username", "password") if document.get(name) is not None}
    properties = {name: str(value) for name, value in (document.get("properties") or {}).items()}
    return Secrets(secrets=given, properties=properties, access=_access(document))


def _access(document: dict[str, Any]) -> "Access | None":
    if not any(document.get(name) for name in ("tls", "tokens", "tunnel")):
        return None
    from bascule.engine.access.model import access_of

    return access_of(document)


def _content(descriptor: int) -> bytes:
    """All of it; the descriptor stays open, and where it can be rewound another command may read it again."""
    with suppress(OSError):  # a pipe is read once
        os.lseek(descriptor, 0, os.SEEK_SET)
    parts: list[bytes] = []
    while part := os.read(descriptor, 65536):
        parts.append(part)
    return b"".join(parts)
