"""What secret managers have in common: how a reference is read, and the ways in which looking a secret up goes wrong."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from bascule.core.errors import DeniedError, InputError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.masking import MIN_LENGTH
from bascule.delegate.settings import DelegateSettings

MAX_BYTES = 64 * 1024
CONNECT_S = 5.0
READ_S = 10.0
LOGIN_S = 600.0
"""So long a log-in is used whose end is not known."""


class SecretSource(Protocol):
    """A secret manager that was logged in to. Used by one thread at a time."""

    expires_at: float
    """When the log-in ends, by `time.monotonic`."""

    def read(self, reference: str) -> str:
        """The text. Raises BusyError when asking again may help, else another BasculeError."""
        ...


Open = Callable[[Mapping[str, str], Mapping[str, str], DelegateSettings], SecretSource]
"""Logs in to a secret manager, by its options and credentials."""


class BusyError(TargetError):
    """It does not answer now: too many requests, or a failure of its own."""


def login_ends(seconds: float) -> float:
    """When a log-in that lasts `seconds` from now should not be used any more."""
    return time.monotonic() + seconds * 0.9


def split(reference: str) -> tuple[str, str | None]:
    """`path#key` → path and key."""
    path, found, key = reference.partition("#")
    if not path.strip("/ ") or (found and not key):
        raise InputError(
            Problem(code="SEC-030", what=f"'{reference}' is no reference to a secret", fix="write path#key, or path alone for a whole text")
        )
    return path.strip(), key or None


def part_of(text: str, key: str | None, where: str) -> str:
    """The whole text, or the value that a text in JSON has under a key."""
    if key is None:
        return text
    try:
        values = msgspec.json.decode(text)
    except msgspec.DecodeError:
        values = None
    if not isinstance(values, dict):
        raise InputError(
            Problem(code="SEC-025", what=f"there is no key '{key}'", where=where, why="the text is no JSON object", fix="leave out the key")
        )
    return value_at(values, key, where)


def value_at(values: Mapping[str, object], key: str, where: str) -> str:
    """The value of a key, which must be a text or a number."""
    match values.get(key):
        case str() as text:
            return text
        case bool() | None:
            pass
        case int() | float() as number:
            return str(number)
    known = ", ".join(sorted(values)) or "none"
    what = f"'{key}' is no text" if key in values else f"there is no key '{key}'"
    raise InputError(Problem(code="SEC-025", what=what, where=where, why=f"its keys: {known}", fix="name one of them after the #"))


def decoded(content: bytes, where: str) -> str:
    """Bytes as text."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InputError(Problem(code="SEC-034", what="the secret is no text in UTF-8", where=where, fix="store it as base64")) from error


def usable(text: str, where: str) -> str:
    """The text, unless it cannot be masked or is no secret by its size."""
    if len(text) < MIN_LENGTH:
        raise InputError(
            Problem(
                code="SEC-027",
                what=f"the secret has fewer than {MIN_LENGTH} characters",
                where=where,
                why="so short a text cannot be masked in logs",
                fix="make it longer",
            )
        )
    if len(text.encode()) > MAX_BYTES:
        raise InputError(Problem(code="SEC-028", what=f"the secret is larger than {MAX_BYTES // 1024} KiB", where=where))
    return text


# What goes wrong


def missing_extra(extra: str) -> TargetError:
    fix = f"pip install 'bascule[{extra}]' where the delegate runs"
    return TargetError(Problem(code="SEC-020", what="this delegate has no library for this secret manager", fix=fix))


def unreachable(where: str, why: object) -> BusyError:
    fix = "check its address, and that the delegate's network leads there"
    return BusyError(Problem(code="SEC-021", what="the secret manager cannot be reached", where=where, why=short(why), fix=fix))


def untrusted(where: str, why: object) -> TargetError:
    fix = "give the connector its authority (caCertificate), or have the delegate trust it"
    return TargetError(
        Problem(code="SEC-022", what="the secret manager's certificate is not trusted", where=where, why=short(why), fix=fix)
    )


def denied(where: str, why: object, *, login: bool = False) -> DeniedError:
    what = "the secret manager refuses the log-in" if login else "the secret manager does not let us read this secret"
    fix = "check the connector's credentials" if login else "let what the connector logs in as read it"
    return DeniedError(Problem(code="SEC-023", what=what, where=where, why=short(why), fix=fix))


def not_there(where: str, why: object = None) -> InputError:
    return InputError(
        Problem(code="SEC-024", what="there is no such secret", where=where, why=short(why) if why else None, fix="correct the reference")
    )


def busy(where: str, why: object) -> BusyError:
    return BusyError(Problem(code="SEC-026", what="the secret manager does not answer", where=where, why=short(why), fix="try again later"))


def short(why: object) -> str:
    """Libraries' errors go on for pages."""
    return str(why).strip().split("\n", 1)[0][:400]
