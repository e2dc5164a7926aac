"""Whether a call comes from who holds its session's key, and comes for the first time (`wire/proofs.py`).

The key of a session is derived from its token and the key that sessions are signed with, so nothing of it is stored and every manager on
the store can check it. What was seen is remembered by this process, for as long as a proof counts.
"""

import hmac
from collections import OrderedDict
from datetime import datetime, timedelta

from bascule.core.problems import Problem
from bascule.manager.delegates.sessions import SESSION, Session
from bascule.manager.identity import NotLoggedInError
from bascule.wire import proofs

WINDOW = timedelta(minutes=2)
"""A call may be so much older, or its delegate's clock run so much ahead. Repeats are known for twice as long."""
_MOST_SEEN = 200_000


def key_of(session_key: bytes, token: str) -> bytes:
    """What the calls of that session are signed with."""
    return hmac.digest(session_key, b"bascule call proofs\0" + token.encode(), "sha256")


class Seen:
    """The proofs that this process has accepted lately. Guards their order: the oldest goes first."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], float] = OrderedDict()

    def check(self, session_key: bytes, session: Session, token: str, call: str, header: str, body: bytes, now: datetime) -> None:
        """Raises NotLoggedInError unless the call is signed, lately, and new."""
        proof = proofs.parse(header)
        if proof is None or not proofs.is_valid(key_of(session_key, token), call, proof, body):
            raise NotLoggedInError(_refused("the call is not signed with its session's key"))
        made_at = session.expires_at - SESSION.total_seconds() + proof.age_ms / 1000
        if abs(now.timestamp() - made_at) > WINDOW.total_seconds():
            raise NotLoggedInError(_refused("the call was signed too long ago"))
        key = (session.delegate_id, proof.nonce)
        if key in self._seen:
            raise NotLoggedInError(_refused("the call was made before"))
        self._seen[key] = now.timestamp()
        self._forget(now.timestamp() - 2 * WINDOW.total_seconds())

    def _forget(self, before: float) -> None:
        while self._seen and (next(iter(self._seen.values())) < before or len(self._seen) > _MOST_SEEN):
            self._seen.popitem(last=False)


def _refused(what: str) -> Problem:
    return Problem(
        code="DEL-043",
        what=what,
        why="a session is only good together with the key it was sealed with: neither its token alone nor a copy of a call opens anything",
        fix="register again",
    )
