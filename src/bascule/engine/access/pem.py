"""Certificates and keys as users have them: PEM, or the DER that the Java driver wants."""

import base64
import re
import textwrap
from pathlib import Path
from typing import Literal

from bascule.core.errors import InputError
from bascule.core.problems import Problem

Kind = Literal["certificate", "key"]

_SEQUENCE, _INTEGER = 0x30, 0x02
_PKCS12 = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
"""The begin of the content type that a PKCS #12 file opens with, after its version."""
_JKS = b"\xfe\xed\xfe\xed"


def read_pem(path: str, kind: Kind, where: str) -> bytes:
    """The file's content as PEM, also of PKCS #8 and X.509 in DER. Raises InputError for a file that is missing or of another kind."""
    try:
        content = Path(path).expanduser().read_bytes()
    except OSError as error:
        what = f"the file '{path}' cannot be read, which the URL names for TLS"
        fix = "check the path, and that the user who runs bascule may read it"
        raise InputError(Problem(code="CON-038", what=what, where=where, why=error.strerror, fix=fix)) from error
    return as_pem(content, kind, path, where)


def as_pem(content: bytes, kind: Kind, name: str, where: str | None = None) -> bytes:
    """The content as PEM, whatever it was. Raises InputError."""
    if b"-----BEGIN " in content:
        found = re.search(rb"-----BEGIN ([A-Z0-9 ]+)-----", content)
        label = found[1].decode() if found else ""
        if kind == "certificate" and not label.endswith("CERTIFICATE") and b"CERTIFICATE-----" not in content:
            raise _other(name, f"a {label.lower()}", "a certificate", where)
        if kind == "key" and b"PRIVATE KEY-----" not in content:
            raise _other(name, f"a {label.lower()}", "a private key", where)
        return content
    if content.startswith(_JKS) or _PKCS12 in content[:40]:
        raise _other(name, "a Java or PKCS #12 key store", f"a {kind} in PEM", where)
    if len(content) < 4 or content[0] != _SEQUENCE:
        raise _other(name, "neither PEM nor DER", f"a {kind} in PEM", where)
    if kind == "certificate":
        return _armoured("CERTIFICATE", content)
    return _armoured("PRIVATE KEY" if content[_header(content)] == _INTEGER else "ENCRYPTED PRIVATE KEY", content)


def is_encrypted(key: bytes) -> bool:
    """Whether a passphrase opens it."""
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in key or b"Proc-Type: 4,ENCRYPTED" in key


def _other(name: str, found: str, wanted: str, where: str | None) -> InputError:
    fix = (
        "openssl pkcs12 -in store.p12 -nodes -out client.pem takes it out of a store (keytool -importkeystore -deststoretype pkcs12 first)"
    )
    return InputError(
        Problem(code="CON-037", what=f"'{name}' holds {found}, not {wanted}", where=where, fix=fix if "store" in found else None)
    )


def _header(content: bytes) -> int:
    """How long the tag and the length of the outer sequence are."""
    return 2 + (content[1] & 0x7F if content[1] & 0x80 else 0)


def _armoured(label: str, content: bytes) -> bytes:
    lines = "\n".join(textwrap.wrap(base64.b64encode(content).decode(), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n".encode()
