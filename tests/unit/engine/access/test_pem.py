"""Certificates and keys in the forms that users have, as PEM."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from bascule.core.errors import InputError
from bascule.engine.access.pem import as_pem, is_encrypted
from tools.authority import Authority

AUTHORITY = Authority()
ISSUED = AUTHORITY.issue("ann")


def test_der_becomes_pem_of_the_same() -> None:
    assert as_pem(AUTHORITY.der, "certificate", "ca") == AUTHORITY.pem.encode()
    assert as_pem(ISSUED.key_pk8, "key", "key") == ISSUED.key_pem.encode()
    locked = as_pem(ISSUED.encrypted("hush", der=True), "key", "key")
    opened = serialization.load_pem_private_key(locked, b"hush")
    assert opened.private_numbers() == ISSUED.key.private_numbers()  # type: ignore[union-attr]
    assert is_encrypted(locked)
    assert not is_encrypted(ISSUED.key_pem.encode())


def test_pem_stays_as_it_is() -> None:
    chain = (ISSUED.pem + AUTHORITY.pem).encode()
    assert as_pem(chain, "certificate", "chain") == chain
    assert len(x509.load_pem_x509_certificates(chain)) == 2


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (ISSUED.key_pem.encode(), "certificate", "a private key, not a certificate"),
        (ISSUED.pem.encode(), "key", "a certificate, not a private key"),
        (b"\xfe\xed\xfe\xed\0\0\0\2", "key", "key store"),
        (serialize_key_and_certificates(b"x", ISSUED.key, ISSUED.certificate, None, serialization.NoEncryption()), "key", "key store"),
        (b"", "key", "neither PEM nor DER"),
        (b"hello", "certificate", "neither PEM nor DER"),
    ],
)
def test_anything_else_is_refused_by_what_it_is(content: bytes, kind: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        as_pem(content, kind, "file")  # type: ignore[arg-type]
    assert said in caught.value.problems[0].what
