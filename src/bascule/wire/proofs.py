"""A call's proof: that whoever sends it holds the key of its session, which was sealed to the delegate's key and never crosses the wire.

Header `x-bascule-proof: <milliseconds since the session was given>.<nonce>.<HMAC-SHA256, hex>`, over call, time, nonce and unpacked body.
So a session token that was overheard opens nothing, and a call that was overheard cannot be sent again (`ADR 9` says what holds).
"""

import hashlib
import hmac

import msgspec

HEADER = "x-bascule-proof"
_LONGEST_NONCE = 64
"""What was seen is remembered."""


class Proof(msgspec.Struct, frozen=True):
    """The parts of the header."""

    age_ms: int
    nonce: str
    signature: str


def sign(key: bytes, call: str, age_ms: int, nonce: str, body: bytes) -> str:
    """The header of one call. Each try of a call has a nonce of its own."""
    return f"{age_ms}.{nonce}.{_mac(key, call, age_ms, nonce, body)}"


def parse(header: str) -> Proof | None:
    """What the header says; None when it is no proof."""
    age, _, rest = header.partition(".")
    nonce, _, signature = rest.partition(".")
    is_proof = age.isdecimal() and len(age) < 16 and 0 < len(nonce) <= _LONGEST_NONCE and signature.isascii()
    return Proof(int(age), nonce, signature) if is_proof else None


def is_valid(key: bytes, call: str, proof: Proof, body: bytes) -> bool:
    """Whether this call was signed with this key. Says nothing of whether it was seen before."""
    return hmac.compare_digest(_mac(key, call, proof.age_ms, proof.nonce, body), proof.signature)


def _mac(key: bytes, call: str, age_ms: int, nonce: str, body: bytes) -> str:
    said = f"bascule call\0{call}\0{age_ms}\0{nonce}\0{hashlib.sha256(body).hexdigest()}"
    return hmac.digest(key, said.encode(), "sha256").hex()
