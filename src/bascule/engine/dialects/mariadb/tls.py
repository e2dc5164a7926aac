"""TLS in Python's words, from the options of two JDBC drivers and several of their versions."""

import ssl
from collections.abc import Mapping

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.access.memory_files import keep_in_memory
from bascule.engine.access.model import meant_mode
from bascule.engine.access.mounts import mounted
from bascule.engine.access.pem import as_pem, read_pem
from bascule.engine.dialects.connecting import Login

_MODES = {
    "disable": "disable",
    "disabled": "disable",
    "preferred": "prefer",
    "prefer": "prefer",
    "trust": "require",
    "require": "require",
    "required": "require",
    "verify-ca": "verify-ca",
    "verify-full": "verify-full",
    "verify-identity": "verify-full",
}


class Wanted:
    """What is wanted of TLS: the mode, and the material as PEM."""

    def __init__(self, mode: str, ca: bytes | None, certificate: bytes | None, key: bytes | None, passphrase: str | None) -> None:
        self.mode = mode
        self.ca = ca
        self.certificate = certificate
        self.key = key
        self.passphrase = passphrase

    @property
    def verifies(self) -> bool:
        return self.mode in ("verify-ca", "verify-full")

    def context(self, where: str) -> ssl.SSLContext | None:
        """None for no TLS, or where it is only preferred. Raises InputError for material that cannot be used."""
        if self.mode in ("disable", "prefer"):
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = self.mode == "verify-full"
        context.verify_mode = ssl.CERT_REQUIRED if self.verifies else ssl.CERT_NONE
        if self.verifies and self.ca is None:
            context.load_default_certs()
        elif self.ca is not None:
            try:
                context.load_verify_locations(cadata=self.ca.decode())
            except (ssl.SSLError, ValueError) as error:
                what = "the certificates of the authority cannot be read"
                raise InputError(
                    Problem(code="CON-037", what=what, where=where, why=str(error), fix="give them as PEM, all of each")
                ) from error
        if self.certificate is not None:
            self._prove(context, where)
        return context

    def _prove(self, context: ssl.SSLContext, where: str) -> None:
        """OpenSSL takes both from files only. It never asks a terminal for the passphrase."""
        certificate = keep_in_memory("client.crt", self.certificate or b"")
        key = keep_in_memory("client.key", self.key) if self.key is not None else None
        try:
            context.load_cert_chain(certificate, key, password=lambda: self.passphrase or "")
        except (ssl.SSLError, ValueError, OSError) as error:
            what = "the client certificate and its key cannot be used"
            fix = "both as PEM, the key the certificate's own, with its passphrase where it is encrypted"
            raise InputError(Problem(code="CON-037", what=what, where=where, why=str(error), fix=fix)) from error


def wanted(options: Mapping[str, str], login: Login) -> Wanted:
    """What URL and login say together; what the login's access says goes first. Raises InputError."""
    where = login.url.shown
    tls = login.access.tls if login.access is not None else None
    ca = _material(options.get("ssl_ca"), "certificate", where)
    certificate = _material(options.get("ssl_cert"), "certificate", where)
    key = _material(options.get("ssl_key"), "key", where)
    passphrase = options.get("ssl_password")
    if tls is not None:
        ca = tls.ca.encode() if tls.ca is not None else ca
        certificate = tls.certificate.encode() if tls.certificate is not None else certificate
        key = tls.key.reveal().encode() if tls.key is not None else key
        passphrase = tls.passphrase.reveal() if tls.passphrase is not None else passphrase
    meant = meant_mode(authority=ca is not None, certificate=certificate is not None)
    mode = (tls and tls.mode) or mode_of(options, login) or meant or "prefer"
    if login.by_token and mode == "prefer":
        mode = "require"
    if mode in ("verify-ca", "verify-full"):
        if ca is None and (path := mounted("root_ca.crt")):
            ca = read_pem(path, "certificate", where)
        if certificate is None and key is None and (mine := mounted("client.crt")) and (path := mounted("client.key")):
            certificate, key = read_pem(mine, "certificate", where), read_pem(path, "key", where)
    return Wanted(mode, ca, certificate, key, passphrase)


def mode_of(options: Mapping[str, str], login: Login) -> str | None:
    """`sslMode`, or what older options come to: useSSL, requireSSL, verifyServerCertificate and its like. Raises InputError."""
    if "ssl_mode" in options:
        mode = _MODES.get(options["ssl_mode"].lower().replace("_", "-"))
        if mode is None:
            what = f"'{options['ssl_mode']}' is not a value of the URL option 'sslMode'"
            fix = "disable, trust, verify-ca or verify-full; or MySQL's DISABLED, PREFERRED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY"
            raise InputError(Problem(code="CFG-015", what=what, where=login.url.shown, fix=fix))
        return mode
    if "use_ssl" not in options and not _is(options, "require_ssl"):
        return None
    if "use_ssl" in options and not _is(options, "use_ssl"):
        return "disable"
    if _is(options, "verify"):
        return "verify-ca"
    checks = login.url.dialect == "mariadb" and "use_ssl" in options  # MariaDB Connector/J does unless told otherwise, MySQL's does not
    if (checks or "trust" in options) and not _is(options, "trust"):
        return "verify-ca" if _is(options, "any_host") else "verify-full"
    return "require"


def _is(options: Mapping[str, str], name: str) -> bool:
    return options.get(name, "false").lower() in ("true", "", "1", "yes")


def _material(written: str | None, kind: str, where: str) -> bytes | None:
    """A file's path, or as MariaDB's driver allows it, the PEM itself."""
    if not written:
        return None
    what = "key" if kind == "key" else "certificate"
    if "-----BEGIN " in written:
        return as_pem(written.encode(), "key" if kind == "key" else "certificate", f"the {what} in the URL", where)
    return read_pem(written.removeprefix("file:"), "key" if kind == "key" else "certificate", where)
