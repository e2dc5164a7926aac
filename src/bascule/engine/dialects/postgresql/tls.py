"""TLS in libpq's words. It takes certificates and keys from files only; what is not one becomes one in our memory."""

from contextlib import suppress
from pathlib import Path

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.access.memory_files import Keep, keep_in_memory
from bascule.engine.access.model import meant_mode
from bascule.engine.access.mounts import mounted
from bascule.engine.access.pem import is_encrypted, read_pem
from bascule.engine.dialects.connecting import Login

_VERIFYING = ("verify-ca", "verify-full")
_SYSTEM = "system"


def with_tls(options: dict[str, str], login: Login, keep: Keep | None) -> dict[str, str]:
    """The options with files and mode. What the login's access says goes before the URL, mounted certificates come last.

    Raises InputError for a file that cannot be used.
    """
    keep = keep or keep_in_memory
    found = dict(options)
    tls = login.access.tls if login.access is not None else None
    if tls is not None:
        if tls.ca is not None:
            found["sslrootcert"] = keep("root.crt", tls.ca.encode())
        if tls.certificate is not None:
            found["sslcert"] = keep("client.crt", tls.certificate.encode())
        if tls.key is not None:
            found["sslkey"] = keep("client.key", tls.key.reveal().encode())
        if tls.passphrase is not None:
            found["sslpassword"] = tls.passphrase.reveal()
    meant = meant_mode(authority=bool(found.get("sslrootcert")), certificate=tls is not None and tls.certificate is not None)
    if mode := (tls and tls.mode) or found.get("sslmode") or meant:
        found["sslmode"] = mode
    if login.by_token and found.get("sslmode") in (None, "allow", "prefer"):
        found["sslmode"] = "require"
    for name, kind in (("sslrootcert", "certificate"), ("sslcert", "certificate"), ("sslkey", "key")):
        if name in options and found[name] == options[name] and found[name] not in ("", _SYSTEM):
            found[name] = _file(found[name], kind, login, keep, name)
    if found.get("sslmode") in _VERIFYING:
        _add_mounted(found, login, keep)
    if "sslkey" in found and not found.get("sslpassword"):
        _need_no_passphrase(found["sslkey"], login)
    return found


def _need_no_passphrase(path: str, login: Login) -> None:
    """OpenSSL would ask the terminal for it, and wait."""
    with suppress(OSError):
        if is_encrypted(Path(path).read_bytes()):
            what = "the key of the client certificate is encrypted, and no passphrase is given"
            fix = "give it: sslpassword by --driver-properties-file, or the connector's passphrase secret"
            raise InputError(Problem(code="CON-037", what=what, where=login.url.shown, fix=fix))


def _file(path: str, kind: str, login: Login, keep: Keep, option: str) -> str:
    """The file as it is when it is PEM already, so that libpq judges its rights; else its content as PEM, under the option's name."""
    content = read_pem(path, "key" if kind == "key" else "certificate", login.url.shown)
    real = Path(path).expanduser()
    return str(real) if real.read_bytes() == content else keep(f"{option}.pem", content)


def _add_mounted(found: dict[str, str], login: Login, keep: Keep) -> None:
    """What is mounted as Harness does applies where nothing was named."""
    root, certificate, key = mounted("root_ca.crt"), mounted("client.crt"), mounted("client.key")
    if root is not None and "sslrootcert" not in found:
        found["sslrootcert"] = root
    if certificate is not None and key is not None and "sslcert" not in found and "sslkey" not in found:
        found["sslcert"] = certificate
        found["sslkey"] = keep("client.key", read_pem(key, "key", login.url.shown))  # mounts are readable by a group, which libpq minds
