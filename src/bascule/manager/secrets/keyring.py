"""The master keys and the envelope: a secret's text under a data key, the data key under the current master key (AES-256-GCM).

Both layers carry the row's identity as associated data, so a ciphertext moved to another row does not open.

The file is ours (JSON, made at the first start, written anew when the key is rotated) or it is handed to us (a mounted Secret, a
credential): then it has base64 keys of 32 bytes, one a line, the current one first, and only who keeps it changes it.
"""

import base64
import binascii
import hashlib
import json
import os
import secrets
import tempfile
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine

from bascule.core.errors import ConflictError, InputError
from bascule.core.problems import Problem

_NONCE_BYTES = 12
_KEY_BYTES = 32
_OPTION = "bascule_keyring"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a secret. The two texts are base64 of nonce and ciphertext."""

    key_id: str
    wrapped_key: str
    ciphertext: str


class Keyring:
    """The master keys of a file: which is current, and the earlier ones that rows may still be under."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._current, self._keys = _read(path)

    @property
    def current(self) -> str:
        """The id of the key that new envelopes are made with."""
        return self._current

    def seal(self, text: str, identity: str) -> Envelope:
        """The text under a fresh data key."""
        data_key = AESGCM.generate_key(256)
        return Envelope(
            key_id=self._current,
            wrapped_key=_encrypt(self._key(self._current), data_key, _wrapping(identity, self._current)),
            ciphertext=_encrypt(data_key, text.encode(), identity),
        )

    def open(self, envelope: Envelope, identity: str) -> str:
        """The text. Raises ConflictError when key, row and ciphertext do not belong together."""
        return _decrypt(self._data_key(envelope, identity), envelope.ciphertext, identity).decode()

    def rewrap(self, envelope: Envelope, identity: str) -> Envelope:
        """The same text and data key, under the current master key."""
        wrapped = _encrypt(self._key(self._current), self._data_key(envelope, identity), _wrapping(identity, self._current))
        return Envelope(key_id=self._current, wrapped_key=wrapped, ciphertext=envelope.ciphertext)

    def add_key(self) -> None:
        """Make a new current key; keys that rows may still be under stay.

        Of a file that was handed to us the first line is taken up. Raises ConflictError when it has no other, so nothing would change.
        """
        self._current, self._keys = _read(self._path)
        if _is_handed(self._path):
            if len(self._keys) == 1:
                raise ConflictError(
                    Problem(
                        code="SRV-004",
                        what="the master key is kept elsewhere, and no new one is there",
                        where=str(self._path),
                        fix="where it is kept, put a new key (openssl rand -base64 32) on a line before the others; then rotate again",
                    )
                )
            return
        key_id, key = _new_key()
        keys = {**self._keys, key_id: key}
        _write(self._path, key_id, keys)
        self._current, self._keys = key_id, keys

    def forget_all_but(self, key_ids: set[str]) -> None:
        """Drop the keys that nothing is under any more; the current one stays."""
        keys = {key_id: key for key_id, key in self._keys.items() if key_id in key_ids or key_id == self._current}
        if keys != self._keys and not _is_handed(self._path):
            _write(self._path, self._current, keys)
            self._keys = keys

    def _key(self, key_id: str) -> bytes:
        if key_id not in self._keys:  # another manager may have rotated
            self._current, self._keys = _read(self._path)
        if key_id not in self._keys:
            raise ConflictError(
                Problem(
                    code="SEC-002",
                    what=f"master key '{key_id}' is not in {self._path}",
                    why="the store was sealed with another master key file",
                    fix="put back the file that belongs to this store",
                )
            )
        return self._keys[key_id]

    def _data_key(self, envelope: Envelope, identity: str) -> bytes:
        return _decrypt(self._key(envelope.key_id), envelope.wrapped_key, _wrapping(identity, envelope.key_id))


def open_keyring(path: Path, *, make: bool = True) -> Keyring:
    """The keyring of a file, which is made at the first start; not with `make=False`: who names a file expects it to be there."""
    if make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        key_id, key = _new_key()
        _write(path, key_id, {key_id: key})
    return Keyring(path)


def unlock(engine: Engine, keyring: Keyring) -> None:
    """From now on the store's secrets can be opened: every connection of this engine leads to the keyring."""
    engine.update_execution_options(**{_OPTION: keyring})


def keyring_of(connection: Connection) -> Keyring:
    """The keyring that the connection's store was unlocked with."""
    keyring = connection.get_execution_options().get(_OPTION)
    if not isinstance(keyring, Keyring):
        raise ConflictError(
            Problem(code="SEC-003", what="the store's secrets are locked", fix="start the manager with its master key file")
        )
    return keyring


def _new_key() -> tuple[str, bytes]:
    return f"mk_{secrets.token_hex(6)}", AESGCM.generate_key(256)


def _is_handed(path: Path) -> bool:
    """Whether the file has lines of keys, which we only read, and not the JSON that we write."""
    return not path.read_bytes().lstrip().startswith(b"{")


def _read(path: Path) -> tuple[str, dict[str, bytes]]:
    """Which key is current, and all of them. Raises InputError."""
    try:
        told, text = path.stat(), path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InputError(Problem(code="SRV-005", what="the master key cannot be read", where=str(path), why=why)) from error
    # A Secret that Kubernetes mounts, or a credential of systemd, is root's and readable by our group alone.
    open_to = 0o077 if told.st_uid == os.geteuid() else 0o037
    if told.st_mode & open_to:
        raise InputError(
            Problem(code="SEC-004", what="others may read the master key", where=str(path), fix=f"chmod 600 {path}; then rotate it")
        )
    if text.lstrip().startswith("{"):
        content = json.loads(text)
        return content["current"], {key_id: base64.b64decode(key) for key_id, key in content["keys"].items()}
    keys = [_key_of_line(line, number, path) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not keys:
        raise InputError(
            Problem(code="SRV-005", what="the master key file is empty", where=str(path), fix="make a key with: openssl rand -base64 32")
        )
    return keys[0][0], dict(keys)


def _key_of_line(line: str, number: int, path: Path) -> tuple[str, bytes]:
    """A key, called by its digest: the same in every manager that is handed the same file."""
    try:
        key = base64.b64decode(line.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise InputError(
            Problem(
                code="SRV-005",
                what="the line is no master key",
                where=f"{path}:{number}",
                why="a key is 32 bytes in base64",
                fix="make one with: openssl rand -base64 32",
            )
        )
    return f"mk_{hashlib.sha256(key).hexdigest()[:12]}", key


def _write(path: Path, current: str, keys: dict[str, bytes]) -> None:
    """Replace the file whole; `mkstemp` makes it 0600 from the start."""
    content = {"current": current, "keys": {key_id: base64.b64encode(key).decode() for key_id, key in keys.items()}}
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


def _wrapping(identity: str, key_id: str) -> str:
    return f"{identity}|{key_id}"


def _encrypt(key: bytes, plain: bytes, identity: str) -> str:
    nonce = os.urandom(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, identity.encode())).decode()


def _decrypt(key: bytes, text: str, identity: str) -> bytes:
    sealed = base64.b64decode(text)
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], identity.encode())
    except InvalidTag as error:
        raise ConflictError(
            Problem(code="SEC-005", what="a stored secret does not open", why="its row was changed by other hands", fix="set it anew")
        ) from error
