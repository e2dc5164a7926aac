"""Recognising someone: by password, by API key, by session."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, Engine, delete

from bascule.core.clock import new_id
from bascule.core.errors import DeniedError
from bascule.core.problems import Problem
from bascule.manager.database import reading, writing
from bascule.manager.identity import NotLoggedInError, store
from bascule.manager.identity.model import Actor

KEY_PREFIX = "bsk_"
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
"""Verified when the user does not exist, so that the answer takes as long and tells nothing."""

_LAST_USED_STEP = timedelta(minutes=1)


def hash_password(password: str) -> str:
    """Argon2id with the library's current parameters."""
    return _HASHER.hash(password)


def is_password(hashed: str | None, password: str) -> bool:
    """Whether the password is the one hashed. Takes as long when there is none."""
    try:
        return _HASHER.verify(hashed or _NOBODY, password) and hashed is not None
    except VerificationError:
        return False


def new_token(prefix: str = "") -> str:
    """A token with 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def actor_by_key(engine: Engine, token: str, at: datetime) -> Actor:
    """The owner of an API key. Raises NotLoggedInError. When it was last used is noted, to the minute."""
    with reading(engine) as connection:
        found = store.key_owner(connection, token, at)
    if found is None:
        raise NotLoggedInError(
            Problem(code="AUT-003", what="this API key is unknown, has expired, or its owner is disabled", fix="make a new key")
        )
    key, actor = found
    if key["last_used_at"] is None or at - key["last_used_at"] > _LAST_USED_STEP:
        with writing(engine) as connection:
            connection.execute(store.API_KEYS.update().where(store.API_KEYS.c.id == key["id"]).values(last_used_at=at))
    return actor


def actor_by_session(engine: Engine, token: str, at: datetime) -> Actor | None:
    """The user whose browser sent this session's token."""
    with reading(engine) as connection:
        return store.session_owner(connection, token, at)


def guessing_subjects(name: str, address: str, limit: int) -> dict[str, int]:
    """What failures are counted by, and how many are borne: of one name from one address `limit`, of either alone ten times that.

    So a guesser elsewhere does not lock a user out at once, and many users behind one proxy do not lock out each other.
    """
    name = name.lower()
    return {f"both:{name}|{address}": limit, f"name:{name}": limit * 10, f"address:{address}": limit * 10}


def refuse_guessing(connection: Connection, limits: dict[str, int], since: datetime) -> None:
    """Raises DeniedError when logins failed too often for any of the subjects since then."""
    if any(store.failures_since(connection, subject, since) >= limit for subject, limit in limits.items()):
        raise DeniedError(
            Problem(
                code="AUT-004",
                what="too many failed logins",
                why="of this name or from this address",
                fix="wait some minutes, then try again",
            )
        )


def note_failure(connection: Connection, subjects: Iterable[str], at: datetime, since: datetime) -> None:
    """Record a failed login; sweep those from before the window."""
    connection.execute(delete(store.LOGIN_FAILURES).where(store.LOGIN_FAILURES.c.at <= since))
    rows = [{"id": new_id("lgf", at), "subject": subject, "at": at} for subject in subjects]
    connection.execute(store.LOGIN_FAILURES.insert(), rows)
