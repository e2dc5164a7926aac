"""Databases behind an SSH host: the tunnel's key is in no file, its host is a known one, and it never outlives us."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import msgspec
import pytest

from bascule.core.errors import BasculeError
from bascule.core.secret import Secret
from bascule.engine.access import tunnel as tunnels
from bascule.engine.access.model import Access, Tls, Tunnel
from bascule.engine.clients.mysql import MYSQL
from bascule.engine.clients.psql import PSQL
from bascule.engine.clients.running import run_script
from bascule.engine.dialects import live
from bascule.engine.dialects.connecting import Login
from bascule.engine.urls import parse
from tests.integration.engine.tls_servers import refused, serve_mariadb, serve_postgresql
from tests.integration.sshd import PASSPHRASE, Sshd, serve
from tools.loopback import answering
from tools.servers import Database, free_port


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    yield from serve(tmp_path_factory.mktemp("sshd"))


@pytest.fixture(autouse=True)
def _no_tunnel_is_left() -> Iterator[None]:
    yield
    tunnels.close_all()


def login(database: Database, tunnel: Tunnel) -> Login:
    url = parse(database.jdbc_url)
    return Login(url=url, username=database.user, password=Secret(database.password), access=Access(tunnel=tunnel), connect_timeout_s=5)


def children() -> list[str]:
    done = subprocess.run(["ps", "-o", "args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False)
    return [line for line in done.stdout.splitlines() if line.startswith(("ssh ", "/usr/bin/ssh"))]


def test_one_tunnel_serves_all_sessions(postgresql: Database, sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    asked = login(postgresql, sshd.tunnel())
    first, second = live.connect(asked), live.connect(asked)
    assert first.query("select inet_server_port()") == [(postgresql.port,)]
    assert len(children()) == 1
    assert list(tmp_path.rglob("*")) == []
    assert "PRIVATE KEY" not in " ".join(children())
    first.close()
    second.close()


def test_a_tunnel_that_broke_is_opened_anew(postgresql: Database, sshd: Sshd) -> None:
    asked = login(postgresql, sshd.tunnel())
    live.connect(asked).close()
    (held,) = tunnels._open.values()
    held.process.kill()
    held.process.wait()
    live.connect(asked).close()


def test_a_key_with_a_passphrase_opens(mariadb: Database, sshd: Sshd) -> None:
    """In neither argument nor environment of ssh."""
    locked = sshd.tunnel(key=Secret(sshd.locked_key), passphrase=Secret(PASSPHRASE))
    connection = live.connect(login(mariadb, locked))
    assert connection.query("SELECT 1") == ((1,),) or connection.query("SELECT 1") == [(1,)]
    (held,) = tunnels._open.values()
    for part in ("cmdline", "environ"):
        assert PASSPHRASE.encode() not in Path(f"/proc/{held.process.pid}/{part}").read_bytes()
    connection.close()
    assert refused(login(mariadb, sshd.tunnel(key=Secret(sshd.locked_key)))).code == "CON-053"
    wrong = sshd.tunnel(key=Secret(sshd.locked_key), passphrase=Secret("wrong"))
    assert refused(login(mariadb, wrong)).code == "CON-053"


def test_behind_a_tunnel_the_certificate_must_still_name_the_database(sshd: Sshd) -> None:
    for served in (serve_postgresql, serve_mariadb):
        for server in served("localhost"):
            tls = Tls(ca=server.authority.pem)
            for host, code in (("localhost", None), ("127.0.0.1", "CON-032")):
                asked = server.login(host=host)
                asked = msgspec.structs.replace(asked, access=Access(tls=tls, tunnel=sshd.tunnel()))
                if code is None:
                    live.connect(asked).close()
                else:
                    assert refused(asked).code == code


@pytest.mark.skipif(shutil.which("psql") is None or shutil.which("mysql") is None, reason="psql or mysql is not installed")
def test_native_clients_go_the_same_way(sshd: Sshd) -> None:
    """The certificate names the database, which only psql can check from here."""
    for served, client, script in ((serve_postgresql, PSQL, "select 'through';"), (serve_mariadb, MYSQL, "SELECT 'through';")):
        for server in served("localhost"):
            told: list[str] = []
            asked = server.login()
            checked = msgspec.structs.replace(asked, access=Access(tls=Tls(ca=server.authority.pem), tunnel=sshd.tunnel()))
            if client is PSQL:
                run_script(client, script, checked, None, {}, None, told.append)
            else:
                with pytest.raises(BasculeError) as caught:
                    run_script(client, script, checked, None, {}, None, told.append)
                assert caught.value.problems[0].code == "CON-047"
                encrypted = msgspec.structs.replace(asked, access=Access(tls=Tls(mode="require"), tunnel=sshd.tunnel()))
                run_script(client, script, encrypted, None, {}, None, told.append)
            assert any("through" in line for line in told)


def test_each_way_that_is_closed_is_told_as_itself(postgresql: Database, sshd: Sshd) -> None:
    other = sshd.known_hosts.replace("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAB")
    for instead, code in (
        ({"known_hosts": other}, "CON-052"),
        ({"known_hosts": "elsewhere.example ssh-ed25519 AAAA"}, "CON-052"),
        ({"username": "nobody-here"}, "CON-053"),
        ({"key": Secret("no key")}, "CON-053"),
        ({"port": 1}, "CON-051"),
        ({"host": "nowhere.invalid"}, "CON-051"),
    ):
        assert refused(login(postgresql, sshd.tunnel(**instead))).code == code, instead
    silent = socket.create_server(("127.0.0.1", 0))
    with silent, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tunnels, "TIMEOUT_S", 6.0)
        assert refused(login(postgresql, sshd.tunnel(port=silent.getsockname()[1]))).code == "CON-051"


def test_what_the_far_end_says_is_told(postgresql: Database, sshd: Sshd) -> None:
    gone = msgspec.structs.replace(login(postgresql, sshd.tunnel()), url=parse(f"jdbc:postgresql://127.0.0.1:{free_port()}/app"))
    told = refused(gone)
    assert told.code == "CON-021"
    assert "open failed: connect failed: Connection refused" in (told.why or "")


def test_what_the_far_end_said_earlier_is_not_told_again(postgresql: Database, sshd: Sshd) -> None:
    port = free_port()
    behind = msgspec.structs.replace(login(postgresql, sshd.tunnel()), url=parse(f"jdbc:postgresql://127.0.0.1:{port}/app"))
    assert "open failed" in (refused(behind).why or "")
    with answering(BaseHTTPRequestHandler, port=port):  # no PostgreSQL, but there
        assert "open failed" not in (refused(behind).why or "")
    assert len(children()) == 1


def test_a_host_that_forwards_nothing_says_so(postgresql: Database, tmp_path: Path) -> None:
    for closed in serve(tmp_path / "closed", "AllowTcpForwarding no"):
        told = refused(login(postgresql, closed.tunnel()))
        assert told.code == "CON-054"


def test_a_host_that_is_an_option_is_no_option(postgresql: Database, sshd: Sshd, tmp_path: Path) -> None:
    for instead in ({"host": f"-oProxyCommand=touch {tmp_path}/made"}, {"username": f"-oProxyCommand=touch {tmp_path}/made"}):
        refused(login(postgresql, sshd.tunnel(**instead)))
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_us_however_we_end(number: signal.Signals, postgresql: Database, sshd: Sshd) -> None:
    program = f"""
import sys, time
from bascule.core.secret import Secret
from bascule.engine.access.model import Tunnel
from bascule.engine.access import tunnel
key, known = Secret({sshd.key!r}), {sshd.known_hosts!r}
way = Tunnel(host="127.0.0.1", port={sshd.port}, username={sshd.user!r}, key=key, known_hosts=known)
tunnel.through(way, "127.0.0.1", {postgresql.port})
(held,) = tunnel._open.values()
print(held.process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ssh = int(process.stdout.readline())
        assert "ssh" in Path(f"/proc/{ssh}/cmdline").read_text()
        process.send_signal(number)
        process.wait(10)
    deadline = time.monotonic() + 5
    while Path(f"/proc/{ssh}").exists() and "Z" not in Path(f"/proc/{ssh}/stat").read_text().rpartition(")")[2].split()[0]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
