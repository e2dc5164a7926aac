"""PostgreSQL over TLS: whom we trust, what we show, and what is told when it does not come to be."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from bascule.cli.main import main
from bascule.core.secret import Secret
from bascule.engine.access import mounts
from bascule.engine.access.memory_files import keep_in
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.postgresql.connect import connect
from bascule.engine.dialects.postgresql.url_options import libpq_options
from tests.integration.engine.tls_servers import PASSPHRASE, TlsServer, refused, serve_postgresql
from tools.servers import NOBODY, PASSWORD

pytestmark = pytest.mark.postgresql
_SEEN = "select version, client_dn from pg_stat_ssl where pid = pg_backend_pid()"


@pytest.fixture(scope="module")
def server() -> Iterator[TlsServer]:
    yield from serve_postgresql("localhost", "127.0.0.1")


def seen(login: Login) -> tuple[str, str | None]:
    """The session's TLS version, and whom the server takes us for."""
    connection = connect(login)
    ((version, subject),) = connection.query(_SEEN)
    connection.close()
    return version, subject


def test_who_gives_an_authority_has_the_server_verified(server: TlsServer) -> None:
    assert seen(server.login(ca=server.authority.pem))[0] == "TLSv1.3"
    assert refused(server.login(ca=server.stranger.pem)).code == "CON-031"
    assert seen(server.login(ca=server.stranger.pem, mode="disable"))[0] is None


def test_an_authority_that_the_url_names_is_asked_where_no_mode_is_said(server: TlsServer, tmp_path: Path) -> None:
    ours, stranger = write(tmp_path, "ours.pem", server.authority.pem), write(tmp_path, "stranger.pem", server.stranger.pem)
    assert seen(server.login(f"?sslrootcert={ours}"))[0] == "TLSv1.3"
    assert refused(server.login(f"?sslrootcert={stranger}")).code == "CON-031"
    mine = server.authority.issue("withcertificate")
    shown = {"certificate": mine.pem, "key": Secret(mine.key_pem)}
    assert refused(server.login(f"?sslrootcert={stranger}", user="withcertificate", **shown)).code == "CON-031"


def test_a_certificate_shows_who_we_are(server: TlsServer) -> None:
    mine = server.authority.issue("withcertificate")
    assert seen(server.login(user="withcertificate", **server.ours(mine)))[1] == "/CN=withcertificate"
    locked = {**server.ours(mine), "key": Secret(mine.encrypted(PASSPHRASE).decode()), "passphrase": Secret(PASSPHRASE)}
    assert seen(server.login(user="withcertificate", **locked))[1] == "/CN=withcertificate"
    alone = server.authority.issue("onlycertificate")
    assert seen(server.login(user="onlycertificate", password="", **server.ours(alone)))[1] == "/CN=onlycertificate"


def test_material_is_never_on_disk_and_stays_as_long_as_the_process(
    server: TlsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """libpq reads the key once more when a statement is cancelled."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    mine = server.authority.issue("withcertificate")
    connection = connect(server.login(user="withcertificate", **server.ours(mine)))
    assert list(tmp_path.rglob("*")) == []
    connection.cancel()
    assert connection.query("select 1") == [(1,)]
    connection.close()


def test_each_thing_wrong_with_a_certificate_is_told_as_itself(server: TlsServer) -> None:
    def code(issued: object, **instead: object) -> str:
        return refused(server.login(user="withcertificate", **{**server.ours(issued), **instead})).code  # type: ignore[arg-type]

    mine, other = server.authority.issue("withcertificate"), server.authority.issue("somebody")
    assert refused(server.login(user="withcertificate", ca=server.authority.pem)).code == "CON-035"
    assert code(server.stranger.issue("withcertificate")) == "CON-036"
    assert code(server.authority.issue("withcertificate", expired=True)) == "CON-036"
    assert code(server.revoked) == "CON-036"
    assert code(mine, key=Secret(other.key_pem)) == "CON-037"
    assert code(mine, key=Secret(mine.encrypted(PASSPHRASE).decode())) == "CON-037"
    assert code(mine, key=Secret(mine.encrypted(PASSPHRASE).decode()), passphrase=Secret("wrong")) == "CON-037"
    assert code(mine, key=Secret("-----BEGIN PRIVATE KEY-----\nnothing\n-----END PRIVATE KEY-----\n")) == "CON-037"
    told = refused(server.login(user="withcertificate", **server.ours(other)))
    assert told.code == "CON-023"
    assert "common name" in (told.fix or "")


def test_a_server_for_another_name_or_expired_is_not_taken() -> None:
    for other in serve_postgresql("db.example"):
        told = refused(other.login(ca=other.authority.pem))
        assert told.code == "CON-032"
        assert "sslmode=verify-ca" in (told.fix or "")
        assert seen(other.login(ca=other.authority.pem, mode="verify-ca"))[0] == "TLSv1.3"
    for other in serve_postgresql("localhost", expired=True):
        assert refused(other.login(ca=other.authority.pem)).code in ("CON-033", "CON-031")
        assert seen(other.login(mode="require"))[0] == "TLSv1.3"


def test_each_login_that_is_refused_is_told_as_itself(server: TlsServer) -> None:
    for user, query, code in (
        ("overtls", "?sslmode=disable", "CON-041"),
        ("kerberos", "", "CON-045"),
        ("nobody", "", "CON-025"),
        ("locked", "", "CON-046"),
        ("stranger", "", "CON-023"),
    ):
        assert refused(server.login(query, user=user)).code == code, user
    assert refused(server.login(password="wrong")).code == "CON-023"
    assert refused(server.login("?sslmode=verify-full")).code == "CON-038"
    assert refused(server.login("?sslmode=verify-full&sslrootcert=/nowhere/ca.pem")).code == "CON-038"


def test_a_server_without_tls_is_told(postgresql_url: str) -> None:
    assert main(["connect", "--url", f"{postgresql_url}?sslmode=require"]) == 1


def write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.touch(mode=0o600)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_files_of_the_java_driver_are_read_as_they_are(server: TlsServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """PKCS #8 in DER, encrypted or not, and a certificate in DER."""
    mine = server.authority.issue("withcertificate")
    ca = write(tmp_path, "root.der", server.authority.der)
    cert, key = write(tmp_path, "client.crt", mine.pem), write(tmp_path, "client.pk8", mine.key_pk8)
    locked = write(tmp_path, "locked.pk8", mine.encrypted(PASSPHRASE, der=True))
    common = f"?ssl=true&sslrootcert={ca}&sslcert={cert}"
    assert seen(server.login(f"{common}&sslkey={key}", user="withcertificate"))[1] == "/CN=withcertificate"
    url = f"jdbc:postgresql://localhost:{server.server.admin.port}/{server.database}{common}&sslkey={locked}"
    options = write(tmp_path, "driver.properties", f"sslpassword={PASSPHRASE}\n")
    argv = ["connect", "--url", url, "--username", "withcertificate", "--password", PASSWORD, "--driver-properties-file", options]
    assert main(argv) == 0
    assert main(argv[:-2]) == 1
    assert "CON-037" in capsys.readouterr().err
    store = write(tmp_path, "store.jks", b"\xfe\xed\xfe\xed\x00\x00")
    assert "key store" in refused(server.login(f"{common}&sslkey={store}", user="withcertificate")).what


def test_a_certificate_and_a_key_of_one_name_in_two_folders_stay_two(server: TlsServer, tmp_path: Path) -> None:
    """psql gets files, in one folder."""
    mine = server.authority.issue("withcertificate")
    folders = [tmp_path / name for name in ("certificate", "key", "call")]
    for folder in folders:
        folder.mkdir()
    cert, key = write(folders[0], "client.der", mine.certificate.public_bytes(Encoding.DER)), write(folders[1], "client.der", mine.key_pk8)
    login = server.login(f"?sslmode=require&sslcert={cert}&sslkey={key}", user="withcertificate")
    options = libpq_options(login, keep_in(folders[2]))
    assert "CERTIFICATE" in Path(options["sslcert"]).read_text()
    assert "PRIVATE KEY" in Path(options["sslkey"]).read_text()


def test_a_key_that_others_may_read_is_refused_with_the_remedy(server: TlsServer, tmp_path: Path) -> None:
    mine = server.authority.issue("withcertificate")
    cert, key = write(tmp_path, "client.crt", mine.pem), write(tmp_path, "client.key", mine.key_pem)
    Path(key).chmod(0o644)
    told = refused(server.login(f"?sslmode=require&sslcert={cert}&sslkey={key}", user="withcertificate"))
    assert told.code == "CON-037"
    assert "chmod 600" in (told.fix or "")


def test_mounted_certificates_apply_where_nothing_is_named(server: TlsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with the rights that a Kubernetes secret is mounted with."""
    monkeypatch.setattr(mounts, "MOUNTED", tmp_path)
    mine = server.authority.issue("withcertificate")
    for name, text in (("root_ca.crt", server.authority.pem), ("client.crt", mine.pem), ("client.key", mine.key_pem)):
        Path(write(tmp_path, name, text)).chmod(0o644)
    assert seen(server.login("?sslmode=verify-full", user="withcertificate"))[1] == "/CN=withcertificate"
    assert seen(server.login("?ssl=true"))[0] == "TLSv1.3"
    assert refused(server.login("?sslmode=require", user="withcertificate")).code == "CON-035"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_than_root_shows_a_key_from_memory(server: TlsServer, tmp_path: Path) -> None:
    """libpq minds whose the key's file is, and who may read it."""
    mine = server.authority.issue("withcertificate")
    program = f"""
import os
from bascule.core.secret import Secret
from bascule.engine.access.model import Access, Tls
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.postgresql.connect import connect
from bascule.engine.urls import parse
from bascule.engine.access import memory_files
tls = Tls(ca={server.authority.pem!r}, certificate={mine.pem!r}, key=Secret({mine.key_pem!r}))
url = parse("jdbc:postgresql://localhost:{server.server.admin.port}/{server.database}")
login = Login(url=url, username="withcertificate", password=Secret({PASSWORD!r}), access=Access(tls=tls))
connect(login).close()  # what is to be imported is in root's folders
memory_files._ours.clear()
os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
connection = connect(login)
connection.cancel()
print(os.geteuid(), connection.query({_SEEN!r})[0][1])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd="/")
    assert done.stdout == f"{NOBODY} /CN=withcertificate\n", done.stderr


def test_psql_is_given_the_same(server: TlsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By files that are gone afterwards; no secret among its arguments or in its environment."""
    from bascule.engine.clients.base import Call
    from bascule.engine.clients.psql import PSQL
    from bascule.engine.clients.running import run_script

    if not PSQL.programs or subprocess.run(["which", "psql"], capture_output=True, check=False).returncode:
        pytest.skip("psql is not installed")
    mine = server.authority.issue("withcertificate")
    login = server.login(
        user="withcertificate",
        **{**server.ours(mine), "key": Secret(mine.encrypted(PASSPHRASE).decode()), "passphrase": Secret(PASSPHRASE)},
    )
    told: list[str] = []
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    run_script(PSQL, "select client_dn from pg_stat_ssl where pid = pg_backend_pid();", login, None, {}, None, told.append)
    assert any("/CN=withcertificate" in line for line in told)
    (tmp_path / "call").mkdir()
    command = PSQL.command(Call(program="psql", login=login, script=tmp_path / "script", folder=tmp_path / "call"))
    shown = " ".join([*command.argv, *command.environment.values()])
    assert PASSPHRASE not in shown
    assert PASSWORD not in shown
    assert "PRIVATE KEY" not in shown
