"""Servers that speak TLS, with an authority of our own: who may come in how is said by the users' names."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bascule.core.errors import BasculeError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine.access.model import Access, Tls
from bascule.engine.dialects import live
from bascule.engine.dialects.connecting import Login
from bascule.engine.urls import parse
from tools.authority import Authority, Issued
from tools.servers import PASSWORD, Server, ServerMissingError, start_mariadb, start_postgresql

PASSPHRASE = "hush hush"
_HBA = """hostssl all withcertificate all scram-sha-256 clientcert=verify-full
hostssl all onlycertificate all cert
hostssl all overtls all scram-sha-256
host all kerberos all gss
host all bascule,stranger,locked all scram-sha-256
"""


@dataclass
class TlsServer:
    """A server, its authority, another one that nobody trusts, and a certificate that is revoked."""

    server: Server
    authority: Authority
    stranger: Authority
    revoked: Issued
    database: str

    def login(self, query: str = "", *, user: str = "bascule", password: str = PASSWORD, host: str = "localhost", **tls: object) -> Login:
        """`tls` are the fields of Tls."""
        url = parse(f"jdbc:{self.server.admin.scheme}://{host}:{self.server.admin.port}/{self.database}{query}")
        access = Access(tls=Tls(**tls)) if tls else None  # type: ignore[arg-type]
        return Login(url=url, username=user, password=Secret(password), access=access, connect_timeout_s=5)

    def ours(self, issued: Issued) -> dict[str, object]:
        """What a client shows, and whom it trusts."""
        return {"ca": self.authority.pem, "certificate": issued.pem, "key": Secret(issued.key_pem)}


def refused(login: Login) -> Problem:
    """What is told when a database does not let us in: one problem, what to change, and no password."""
    with pytest.raises(BasculeError) as caught:
        live.connect(login).close()
    (problem,) = caught.value.problems
    assert problem.fix
    assert PASSWORD not in str(problem)
    return problem


def serve_postgresql(*hosts: str, expired: bool = False) -> Iterator[TlsServer]:
    authority, stranger = Authority(), Authority("somebody else")
    own, revoked = authority.issue("server", *hosts, expired=expired), authority.issue("withcertificate")
    settings = {"ssl": "on", "ssl_cert_file": "own.crt", "ssl_key_file": "own.key", "ssl_ca_file": "ca.crt", "ssl_crl_file": "revoked.pem"}
    files = {"own.crt": own.pem, "own.key": own.key_pem, "ca.crt": authority.pem, "revoked.pem": authority.revoke(revoked).decode()}
    try:
        server = start_postgresql(settings, {name: text.encode() for name, text in files.items()}, _HBA)
    except ServerMissingError as error:
        pytest.skip(str(error))
    try:
        for user in ("withcertificate", "onlycertificate", "overtls", "kerberos"):
            server._run_sql(f"CREATE ROLE {user} LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
        server._run_sql(f"CREATE ROLE locked NOLOGIN PASSWORD '{PASSWORD}'")
        yield TlsServer(server, authority, stranger, revoked, server.create().name)
    finally:
        server.stop()


def serve_mariadb(*hosts: str, expired: bool = False) -> Iterator[TlsServer]:
    authority, stranger = Authority(), Authority("somebody else")
    own, revoked = authority.issue("server", *hosts, expired=expired), authority.issue("withcertificate")
    settings = {f"ssl-{name}": f"{{folder}}/{name}.pem" for name in ("cert", "key", "ca", "crl")}
    files = {"cert.pem": own.pem, "key.pem": own.key_pem, "ca.pem": authority.pem, "crl.pem": authority.revoke(revoked).decode()}
    try:
        server = start_mariadb(settings, {name: text.encode() for name, text in files.items()})
    except ServerMissingError as error:
        pytest.skip(str(error))
    try:
        for user, how in {
            "withcertificate": "REQUIRE X509",
            "onlysubject": "REQUIRE SUBJECT '/CN=onlysubject'",
            "overtls": "REQUIRE SSL",
            "locked": "ACCOUNT LOCK",
            "small": "WITH MAX_USER_CONNECTIONS 1",
        }.items():
            server._run_sql(f"CREATE USER {user} IDENTIFIED BY '{PASSWORD}' {how}")
            server._run_sql(f"GRANT ALL ON *.* TO {user}")
        server._run_sql(f"CREATE USER ungranted IDENTIFIED BY '{PASSWORD}'")
        server._run_sql("CREATE USER bysocket IDENTIFIED VIA unix_socket")
        yield TlsServer(server, authority, stranger, revoked, server.create().name)
    finally:
        server.stop()
