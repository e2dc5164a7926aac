"""HPKE (RFC 9180, base mode): X25519, HKDF-SHA256, AES-256-GCM. What is sealed to a delegate's key only that delegate can read.

The context (what it is, for which job and fence) is authenticated with it, so that a sealed value cannot be used elsewhere.
"""

import base64
from typing import TYPE_CHECKING

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.wire.delegates import SealedSecrets

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.hpke import Suite

KEY_BYTES = 32
SESSION = b"bascule delegate session 1"
PROOF = b"bascule call proofs 1"


def lease_context(job_id: str, fence: int) -> bytes:
    """What a lease's secrets are bound to."""
    return b"\0".join((b"bascule lease 1", job_id.encode(), str(fence).encode()))


def elsewhere_context(job_id: str) -> str:
    """What secrets are bound to that another delegate looks up for the job (`Seal.context`, `Lease.sealed_elsewhere`)."""
    return f"bascule elsewhere 1|{job_id}"


def _suite() -> "Suite":
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def new_key() -> "X25519PrivateKey":
    """A delegate's private key; it never leaves the delegate."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.generate()


def public_text(key: "X25519PrivateKey") -> str:
    """The public half as `Register.public_key` carries it: base64 of 32 raw bytes."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def check_public_key(public_key: str) -> None:
    """Raises InputError unless it is base64 of a raw X25519 key."""
    try:
        raw = base64.b64decode(public_key, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise InputError(Problem(code="DEL-006", what="the public key is not base64 of a raw X25519 key (32 bytes)"))


def seal(plaintext: bytes, public_key: str, context: bytes) -> SealedSecrets:
    """Encrypt to a public key; each call with an ephemeral key of its own."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    sealed = _suite().encrypt(plaintext, X25519PublicKey.from_public_bytes(base64.b64decode(public_key)), context)
    return SealedSecrets(
        encapsulated_key=base64.b64encode(sealed[:KEY_BYTES]).decode(), ciphertext=base64.b64encode(sealed[KEY_BYTES:]).decode()
    )


def unseal(sealed: SealedSecrets, key: "X25519PrivateKey", context: bytes) -> bytes:
    """The plaintext. Raises TargetError when it was sealed to another key or for another context, or was altered."""
    from cryptography.exceptions import InvalidTag

    blob = base64.b64decode(sealed.encapsulated_key) + base64.b64decode(sealed.ciphertext)
    try:
        return _suite().decrypt(blob, key, context)
    except (InvalidTag, ValueError) as error:
        problem = Problem(
            code="DEL-007",
            what="what the manager sealed for this delegate cannot be opened",
            why="it was sealed to another key or for another job, or altered on its way",
        )
        raise TargetError(problem) from error
