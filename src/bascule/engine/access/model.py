"""What a connector, or whoever fills BASCULE_SECRETS_FD, says of the way to a database."""

from typing import Any, Literal

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.core.secret import Secret

TlsMode = Literal["disable", "require", "verify-ca", "verify-full"]


class Tls(msgspec.Struct, frozen=True, kw_only=True):
    """TLS as wanted. All material is PEM text; it goes before what the URL's options name."""

    mode: TlsMode | None = None
    ca: str | None = None
    certificate: str | None = None
    key: Secret | None = None
    passphrase: Secret | None = None
    """Of the key, when that is encrypted."""


def meant_mode(*, authority: bool, certificate: bool) -> TlsMode | None:
    """The mode that is meant where none is said: who names an authority, wherever that is, wants it to be asked."""
    return "verify-full" if authority else "require" if certificate else None


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asked for a password that lives for minutes: a member of the family `access/tokens/`."""

    provider: str
    options: dict[str, str] = {}
    secrets: dict[str, Secret] = {}
    environment: dict[str, str] = {}
    """What the cloud's library finds its identity by; set only while that is asked."""
    run_as: int | None = None
    """The user id that a program runs under which prints tokens, where we are root."""


class Tunnel(msgspec.Struct, frozen=True, kw_only=True):
    """A host that lets us through to the database by SSH."""

    host: str
    port: int = 22
    username: str
    key: Secret
    passphrase: Secret | None = None
    known_hosts: str
    """Lines of a known_hosts file; a host that is not in it is not talked to."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """The way to one database."""

    tls: Tls | None = None
    tokens: Tokens | None = None
    tunnel: Tunnel | None = None


def access_of(document: dict[str, Any]) -> Access | None:
    """The `tls`, `tokens` and `tunnel` of a document; None without any. Raises InputError, which quotes no value."""
    given = {name: document[name] for name in ("tls", "tokens", "tunnel") if document.get(name) is not None}
    if not given:
        return None
    try:
        return msgspec.convert(given, Access, dec_hook=_secret)
    except msgspec.ValidationError as error:
        # Its words name types and places, and an enum's wrong value: none of ours is secret.
        raise InputError(Problem(code="CON-049", what="tls, tokens or tunnel cannot be read", why=str(error))) from None


def _secret(kind: type, value: object) -> object:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise TypeError(f"expected a text for {kind.__name__}")
