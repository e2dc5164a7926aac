"""MariaDB over TLS: whom we trust, what we show, and what is told when it does not come to be."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from bascule.core.errors import BasculeError
from bascule.core.secret import Secret
from bascule.engine.access import mounts
from bascule.engine.clients.base import Call
from bascule.engine.clients.mysql import MYSQL
from bascule.engine.clients.running import run_script
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.mariadb.connect import connect
from bascule.engine.urls import parse
from tests.integration.engine.test_tls_postgresql import write
from tests.integration.engine.tls_servers import PASSPHRASE, TlsServer, refused, serve_mariadb
from tools.authority import Authority
from tools.servers import PASSWORD, Database

pytestmark = pytest.mark.mariadb


@pytest.fixture(scope="module")
def server() -> Iterator[TlsServer]:
    yield from serve_mariadb("localhost", "127.0.0.1")


def version(login: Login) -> str:
    """The session's TLS version; empty without."""
    connection = connect(login)
    ((_, value),) = connection.query("SHOW STATUS LIKE 'Ssl_version'")
    connection.close()
    return str(value)


def test_who_gives_an_authority_has_the_server_verified(server: TlsServer) -> None:
    assert version(server.login(ca=server.authority.pem)) == "TLSv1.3"
    assert refused(server.login(ca=server.stranger.pem)).code == "CON-031"
    assert version(server.login(mode="disable")) == ""


def test_an_authority_that_the_url_names_is_asked_where_no_mode_is_said(server: TlsServer, tmp_path: Path) -> None:
    ours, stranger = write(tmp_path, "ours.pem", server.authority.pem), write(tmp_path, "stranger.pem", server.stranger.pem)
    assert version(server.login(f"?sslCa={ours}")) == "TLSv1.3"
    assert refused(server.login(f"?sslCa={stranger}")).code == "CON-031"
    mine = server.authority.issue("withcertificate")
    shown = {"certificate": mine.pem, "key": Secret(mine.key_pem)}
    assert refused(server.login(f"?sslCa={stranger}", user="withcertificate", **shown)).code == "CON-031"
    assert version(server.login(f"?sslMode=trust&sslCa={stranger}")) == "TLSv1.3"


def test_a_certificate_shows_who_we_are(server: TlsServer) -> None:
    mine = server.authority.issue("withcertificate")
    assert version(server.login(user="withcertificate", **server.ours(mine))) == "TLSv1.3"
    locked = {**server.ours(mine), "key": Secret(mine.encrypted(PASSPHRASE).decode()), "passphrase": Secret(PASSPHRASE)}
    assert version(server.login(user="withcertificate", **locked)) == "TLSv1.3"
    assert version(server.login(user="onlysubject", **server.ours(server.authority.issue("onlysubject")))) == "TLSv1.3"


def test_each_thing_wrong_with_a_certificate_is_told_as_itself(server: TlsServer) -> None:
    def code(issued: object, **instead: object) -> str:
        return refused(server.login(user="withcertificate", **{**server.ours(issued), **instead})).code  # type: ignore[arg-type]

    mine = server.authority.issue("withcertificate")
    assert code(server.stranger.issue("withcertificate")) == "CON-036"
    assert code(server.authority.issue("withcertificate", expired=True)) == "CON-036"
    assert code(server.revoked) == "CON-036"
    assert code(mine, key=Secret(server.revoked.key_pem)) == "CON-037"
    assert code(mine, key=Secret(mine.encrypted(PASSPHRASE).decode())) == "CON-037"
    missing = refused(server.login(user="withcertificate", ca=server.authority.pem))
    assert missing.code == "CON-023"
    assert "REQUIRE X509" in (missing.fix or "")


def test_a_server_for_another_name_or_expired_is_not_taken() -> None:
    for other in serve_mariadb("db.example"):
        assert refused(other.login(ca=other.authority.pem)).code == "CON-032"
        assert version(other.login(ca=other.authority.pem, mode="verify-ca")) == "TLSv1.3"
    for other in serve_mariadb("localhost", expired=True):
        assert refused(other.login(ca=other.authority.pem)).code == "CON-033"
        assert version(other.login(mode="require")) == "TLSv1.3"


def test_a_server_without_tls_is_told_before_it_has_the_password(mariadb: Database) -> None:
    """One whose greeting does not offer it: what it is sent must hold no login."""
    greeting = b"\x0a10.11.0-MariaDB\0" + b"\1\0\0\0" + b"12345678\0" + b"\xff\xf7" + b"\x08" + b"\2\0" + b"\x0f\x00" + b"\x15" + b"\0" * 10
    greeting += b"123456789012\0mysql_native_password\0"
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            session, _ = listening.accept()
            with session:
                session.sendall(len(greeting).to_bytes(3, "little") + b"\0" + greeting)
                session.settimeout(5)
                heard.append(session.recv(4096))

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        from bascule.engine.urls import parse

        url = parse(f"jdbc:mariadb://127.0.0.1:{listening.getsockname()[1]}/app?sslMode=trust")
        told = refused(Login(url=url, username="ann", password=Secret(PASSWORD), connect_timeout_s=5))
        thread.join(5)
    assert told.code == "CON-030"
    assert heard == [b""]


@pytest.mark.parametrize(
    ("user", "query", "code"),
    [
        ("overtls", "?sslMode=disable", "CON-023"),
        ("locked", "", "CON-046"),
        ("ungranted", "", "CON-027"),
        ("bysocket", "", "CON-045"),
        ("bascule", "?sslMode=verify-full", "CON-031"),
    ],
)
def test_each_login_that_is_refused_is_told_as_itself(server: TlsServer, user: str, query: str, code: str) -> None:
    told = refused(server.login(query, user=user))
    assert told.code == code
    assert ("REQUIRE SSL" in (told.fix or "")) == (user == "overtls")


def test_no_connection_left_is_told(server: TlsServer) -> None:
    held = connect(server.login(user="small"))
    assert refused(server.login(user="small")).code == "CON-028"
    held.close()


def test_files_named_by_the_url(server: TlsServer, tmp_path: Path) -> None:
    mine = server.authority.issue("withcertificate")
    ca, cert = write(tmp_path, "ca.der", server.authority.der), write(tmp_path, "client.pem", mine.pem)
    key = write(tmp_path, "client.pk8", mine.key_pk8)
    query = f"?sslMode=VERIFY_IDENTITY&serverSslCert={ca}&sslCert={cert}&sslKey={key}"
    assert version(server.login(query, user="withcertificate")) == "TLSv1.3"


def test_mounted_certificates_apply_where_nothing_is_named(server: TlsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts, "MOUNTED", tmp_path)
    mine = server.authority.issue("withcertificate")
    for name, text in (("root_ca.crt", server.authority.pem), ("client.crt", mine.pem), ("client.key", mine.key_pem)):
        write(tmp_path, name, text)
    assert version(server.login("?sslMode=verify-full", user="withcertificate")) == "TLSv1.3"


def test_several_servers_are_tried_in_their_order(server: TlsServer) -> None:
    assert version(server.login(host="127.0.0.1:1,localhost")) == "TLSv1.3"
    login = server.login(host="127.0.0.1:1,127.0.0.2:2,127.0.0.3")
    told = refused(msgspec.structs.replace(login, url=msgspec.structs.replace(login.url, also=(("127.0.0.2", 2),))))
    assert (told.code, told.what) == ("CON-021", "nothing listens at 127.0.0.1:1, 127.0.0.2:2")


def test_a_replica_is_told(server: TlsServer) -> None:
    server.server._run_sql(f"CREATE USER IF NOT EXISTS writer IDENTIFIED BY '{PASSWORD}'")
    server.server._run_sql("GRANT CREATE, INSERT, SELECT ON *.* TO writer")
    server.server._run_sql("SET GLOBAL read_only = 1")
    try:
        connection = connect(server.login(user="writer"))
        told = connection.refuses_writing()
        assert told is not None
        assert told.code == "CON-029"
        with pytest.raises(BasculeError) as caught:
            connection._run("CREATE TABLE t (a INT)")
        assert caught.value.problems[0].code == "CON-029"
        connection.close()
        allowed = connect(server.login())
        assert allowed.refuses_writing() is None
        allowed.close()
    finally:
        server.server._run_sql("SET GLOBAL read_only = 0")


def test_a_statement_is_cancelled_by_the_way_that_the_session_came(server: TlsServer) -> None:
    """With the certificate, at the server of several that took us."""
    mine = server.authority.issue("withcertificate")
    connection = connect(server.login(host="127.0.0.1:1,localhost", user="withcertificate", **server.ours(mine)))
    with ThreadPoolExecutor(1) as pool:
        begun = time.monotonic()
        waiting = pool.submit(connection.query, "SELECT SLEEP(30)")
        while not waiting.done():
            connection.cancel()
            time.sleep(0.05)
    assert time.monotonic() - begun < 20
    connection.close()


@pytest.mark.skipif(shutil.which("mysql") is None, reason="mysql is not installed")
def test_the_client_mysql_is_given_the_same(server: TlsServer) -> None:
    mine = server.authority.issue("withcertificate")
    told: list[str] = []
    run_script(
        MYSQL, "SHOW STATUS LIKE 'Ssl_version';", server.login(user="withcertificate", **server.ours(mine)), None, {}, None, told.append
    )
    assert any("TLSv1" in line for line in told)
    with pytest.raises(BasculeError) as caught:
        run_script(MYSQL, "SELECT 1;", server.login(ca=server.stranger.pem), None, {}, None, told.append)
    assert "certificate" in str(caught.value).lower()


CLIENTS = {"mariadb": "mysql from 11.8.3-MariaDB, client 15.2", "mysql": "mysql  Ver 8.4.6 for Linux on x86_64"}


def told_client(kind: str, folder: Path, login: Login) -> list[str]:
    """What a client of that kind would be told of TLS."""
    program = folder / kind
    program.write_text(f"#!/bin/sh\necho '{CLIENTS[kind]}'\n")
    program.chmod(0o755)
    MYSQL.command(Call(program=str(program), login=login, script=folder / "script.sql", folder=folder))
    return [line for line in (folder / "login.cnf").read_text().splitlines() if "ssl" in line]


@pytest.mark.parametrize(
    ("kind", "query", "lines"),
    [
        ("mariadb", "", ["skip-ssl-verify-server-cert"]),
        ("mariadb", "?sslMode=trust", ["ssl", "skip-ssl-verify-server-cert"]),
        ("mariadb", "?sslMode=disable&sslCa={ca}", ["skip-ssl"]),
        ("mariadb", "?sslMode=verify-ca", ["ssl", "ssl-verify-server-cert", "ssl-capath=/etc/ssl/certs"]),
        ("mysql", "", ["ssl-mode=PREFERRED"]),
        ("mysql", "?sslMode=trust", ["ssl-mode=REQUIRED"]),
        ("mysql", "?sslMode=verify-full", ["ssl-mode=VERIFY_IDENTITY", "ssl-capath=/etc/ssl/certs"]),
    ],
)
def test_each_client_is_told_in_its_own_words_what_to_check(kind: str, query: str, lines: list[str], tmp_path: Path) -> None:
    """MariaDB's, from 11.4 on, would refuse a server with a certificate of its own making where nothing was to be checked."""
    url = parse("jdbc:mariadb://db/app" + query.format(ca=write(tmp_path, "given.pem", Authority().pem)))
    assert told_client(kind, tmp_path, Login(url=url)) == lines


@pytest.mark.parametrize(
    ("kind", "mode", "instead"),
    [("mariadb", "verify-full", "require"), ("mariadb", "verify-ca", "require"), ("mysql", "verify-full", "verify-ca")],
)
def test_behind_a_tunnel_a_client_is_given_a_mode_that_it_can_keep(kind: str, mode: str, instead: str, tmp_path: Path) -> None:
    login = Login(url=parse(f"jdbc:mariadb://db/app?sslMode={mode}"), via=("127.0.0.1", 40000))
    with pytest.raises(BasculeError) as caught:
        told_client(kind, tmp_path, login)
    (problem,) = caught.value.problems
    assert problem.code == "CON-047"
    assert f"TLS mode to {instead}" in (problem.fix or "")
    words = {"require": "trust"}.get(instead, instead)
    assert told_client(kind, tmp_path, msgspec.structs.replace(login, url=parse(f"jdbc:mariadb://db/app?sslMode={words}")))
