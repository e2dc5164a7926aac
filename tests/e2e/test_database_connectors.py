"""Databases by their connectors, tried by a real delegate: TLS, certificates, tunnels, tokens; and nothing secret is left anywhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.e2e.test_pipeline import Product
from tests.integration.engine.tls_servers import PASSPHRASE, TlsServer, serve_mariadb, serve_postgresql
from tests.integration.sshd import PASSPHRASE as TUNNEL_PASSPHRASE
from tests.integration.sshd import Sshd, serve
from tools.servers import PASSWORD, Database


@pytest.fixture(scope="module")
def tls() -> Iterator[TlsServer]:
    yield from serve_postgresql("localhost")


@pytest.fixture(scope="module")
def tls_mariadb() -> Iterator[TlsServer]:
    yield from serve_mariadb("localhost")


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    yield from serve(tmp_path_factory.mktemp("sshd"))


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, tls: TlsServer, tls_mariadb: TlsServer, sshd: Sshd) -> Iterator[Product]:
    running = Product(tmp_path_factory.mktemp("product"))
    mine, of_mariadb = tls.authority.issue("withcertificate"), tls_mariadb.authority.issue("withcertificate")
    secrets = {
        "password": PASSWORD,
        "ca": tls.authority.pem,
        "stranger": tls.stranger.pem,
        "certificate": mine.pem,
        "key": mine.encrypted(PASSPHRASE).decode(),
        "passphrase": PASSPHRASE,
        "mariadb_ca": tls_mariadb.authority.pem,
        "mariadb_certificate": of_mariadb.pem,
        "mariadb_key": of_mariadb.key_pem,
        "tunnel_key": sshd.locked_key,
        "tunnel_passphrase": TUNNEL_PASSPHRASE,
    }
    for name, value in secrets.items():
        running.ask("POST", "/v1/secrets", {"secret": {"identifier": name, "name": name, "type": "SecretText", "spec": {"value": value}}})
    yield running
    running.stop()


def tried(product: Product, identifier: str, spec: dict[str, Any]) -> dict[str, Any]:
    connector = {"identifier": identifier, "name": identifier, "type": "Jdbc", "spec": spec}
    product.ask("POST", "/v1/connectors", {"connector": connector})
    answer: dict[str, Any] = product.ask("POST", f"/v1/connectors/{identifier}/test")
    return answer


def spec(server: TlsServer, user: str, **more: Any) -> dict[str, Any]:
    admin = server.server.admin
    auth = {"type": "UsernamePassword", "spec": {"username": user, "passwordRef": "account.password"}}
    return {"url": f"jdbc:{admin.scheme}://localhost:{admin.port}/{server.database}", "auth": auth, **more}


def test_a_client_certificate_from_secrets_opens(product: Product, tls: TlsServer, tls_mariadb: TlsServer) -> None:
    shown = {
        "caCertificateRef": "account.ca",
        "clientCertificateRef": "account.certificate",
        "clientKeyRef": "account.key",
        "clientKeyPassphraseRef": "account.passphrase",
    }
    assert tried(product, "mtls", spec(tls, "withcertificate", tls=shown))["status"] == "SUCCESS"
    shown = {
        "caCertificate": tls_mariadb.authority.pem,
        "clientCertificateRef": "account.mariadb_certificate",
        "clientKeyRef": "account.mariadb_key",
    }
    assert tried(product, "mtls_mariadb", spec(tls_mariadb, "withcertificate", tls=shown))["status"] == "SUCCESS"


def test_what_is_wrong_comes_back_with_its_remedy(product: Product, tls: TlsServer) -> None:
    for identifier, user, more, code in (
        ("stranger", "bascule", {"caCertificateRef": "account.stranger"}, "CON-031"),
        ("nothing_shown", "withcertificate", {"caCertificateRef": "account.ca"}, "CON-035"),
        ("in_the_clear", "overtls", {"mode": "disable"}, "CON-041"),
    ):
        answer = tried(product, identifier, spec(tls, user, tls=more))
        (problem,) = answer["problems"]
        assert (answer["status"], problem["code"]) == ("FAILURE", code)
        assert problem["fix"]
    harness = product.ask("POST", "/ng/api/connectors/testConnection/stranger?accountIdentifier=default")
    assert "not signed by an authority that is trusted here" in harness["data"]["errorSummary"]


def test_a_tunnel_leads_through_and_ends_with_the_job(product: Product, tls: TlsServer, sshd: Sshd) -> None:
    tunnel = {
        "host": "127.0.0.1",
        "port": sshd.port,
        "username": sshd.user,
        "privateKeyRef": "account.tunnel_key",
        "passphraseRef": "account.tunnel_passphrase",
        "knownHosts": sshd.known_hosts,
    }
    through = spec(tls, "bascule", tls={"caCertificateRef": "account.ca"}, sshTunnel=tunnel)
    assert tried(product, "tunnelled", through)["status"] == "SUCCESS"
    unknown = {**tunnel, "knownHosts": "elsewhere.example ssh-ed25519 AAAA"}
    answer = tried(product, "unknown_host", spec(tls, "bascule", sshTunnel=unknown))
    assert answer["problems"][0]["code"] == "CON-052"
    running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _is_there(path)]
    assert not [words for words in running if f"-p\0{sshd.port}\0".encode() in words]


def test_a_program_on_the_delegate_gives_the_password(product: Product, postgresql: Database, tmp_path: Path) -> None:
    """Under the user that scripts run under; it is another one than root."""
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE token_keeper LOGIN PASSWORD 'CANARY-token'")
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\necho "{\\"username\\": \\"token_keeper\\", \\"password\\": \\"CANARY-token\\"}"\n')
    program.chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/") and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o111)
    auth = {"type": "Command", "spec": {"command": str(program)}}
    answer = tried(product, "by_program", {"url": f"{postgresql.jdbc_url}?sslmode=disable", "auth": auth})
    assert (answer["status"], answer["problems"]) == ("SUCCESS", [])
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute("DROP ROLE token_keeper")


def test_no_secret_is_in_what_the_product_wrote(product: Product, tls: TlsServer) -> None:
    """After all of the above; the store has them sealed."""
    held = [path for path in product.folder.rglob("*") if path.is_file() and b"PRIVATE KEY-----" in path.read_bytes()]
    assert held == []
    for words in (PASSPHRASE, TUNNEL_PASSPHRASE, "CANARY-token"):
        assert [path for path in product.folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()] == []


def _is_there(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True
