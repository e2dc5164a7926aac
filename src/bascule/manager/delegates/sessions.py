"""Session tokens of delegates: signed by the manager, short-lived, for one key. Tokens to register with: random, kept as hashes."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from bascule.core.errors import ConflictError
from bascule.core.problems import Problem
from bascule.manager.delegates import fleet_store
from bascule.manager.identity import NotLoggedInError
from bascule.manager.secrets.keyring import Envelope, Keyring, keyring_of
from bascule.manager.secrets.service import on_rotation

SESSION = timedelta(hours=1)
PREFIX = "bdt_"
_IDENTITY = "delegate session key"


class Session(msgspec.Struct, frozen=True):
    """What a session token says: which delegate, with which key, until when (epoch seconds), and whether its calls are signed."""

    delegate_id: str
    key_hash: str
    expires_at: float
    proves: bool = False


def new_token() -> str:
    """A token to register delegates with: 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the store keeps of a token. It is random enough to need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def signing_key(connection: Connection) -> bytes:
    """The key that sessions are signed with, under the master key in the store, so that all managers share it. Made when there is none;
    of managers that make one at the same moment all use the one that was stored first.
    """
    keyring = keyring_of(connection)
    stored = fleet_store.session_key(connection)
    if stored is not None:
        try:
            return _opened(keyring, stored)
        except ConflictError:
            pass  # its master key was rotated away: delegates register again, under a new key
    made = msgspec.to_builtins(keyring.seal(secrets.token_hex(32), _IDENTITY))
    fleet_store.put_session_key(connection, made, instead_of=stored)
    return _opened(keyring, fleet_store.session_key(connection) or made)


def reseal(connection: Connection) -> None:
    """Put that key under the current master key: once it was rotated nothing is under the one before."""
    stored = fleet_store.session_key(connection)
    if stored is None:
        return
    try:
        resealed = keyring_of(connection).rewrap(msgspec.convert(stored, Envelope), _IDENTITY)
    except ConflictError:
        return  # nobody can open it: `signing_key` makes another at the next start
    fleet_store.put_session_key(connection, msgspec.to_builtins(resealed), instead_of=stored)


def _opened(keyring: Keyring, stored: dict[str, str]) -> bytes:
    return bytes.fromhex(keyring.open(msgspec.convert(stored, Envelope), _IDENTITY))


def issue(key: bytes, delegate_id: str, public_key: str, now: datetime, *, proves: bool = False) -> tuple[str, datetime]:
    """A session token and when it ends. With `proves` it is only good for signed calls (`proofs.py`)."""
    expires_at = now + SESSION
    payload = msgspec.json.encode(Session(delegate_id, hash_of(public_key), expires_at.timestamp(), proves))
    return f"{_text(payload)}.{_text(_sign(key, payload))}", expires_at


def verify(key: bytes, token: str, now: datetime) -> Session:
    """What the token says. Raises NotLoggedInError when it was not signed by us, or has ended."""
    head, _, tail = token.partition(".")
    try:
        payload, signature = _bytes(head), _bytes(tail)
    except ValueError:
        payload, signature = b"", b""
    if not hmac.compare_digest(_sign(key, payload), signature):
        raise NotLoggedInError(Problem(code="DEL-001", what="this is not a session token of this manager", fix="register again"))
    session = msgspec.json.decode(payload, type=Session)
    if session.expires_at <= now.timestamp():
        raise NotLoggedInError(Problem(code="DEL-002", what="the delegate's session has ended", fix="register again"))
    return session


def _sign(key: bytes, payload: bytes) -> bytes:
    return hmac.digest(key, b"bascule delegate session\0" + payload, "sha256")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


on_rotation(reseal)
