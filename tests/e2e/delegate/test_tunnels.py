"""A job behind an SSH tunnel on a real delegate: the tunnel ends with it, however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.wire.jobs import InlineSource, Target, Tunnel
from tests.integration.sshd import Sshd, serve
from tools.servers import Database

from .conftest import SECRETS, Manager, wait_until


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Sshd]:
    yield from serve(tmp_path / "sshd")


@pytest.fixture
def delegate(manager: Manager, tmp_path: Path) -> Iterator[None]:
    token = tmp_path / "token"
    token.write_text(manager.token("near") + "\n")
    arguments = ["delegate", "--manager", manager.url, "--token-file", str(token), "--name", "real", "--data-dir", str(tmp_path / "data")]
    process = subprocess.Popen([sys.executable, "-c", "from bascule.cli.main import main; raise SystemExit(main())", *arguments])
    wait_until(lambda: manager.delegates() == ["real"])
    yield
    process.terminate()
    assert process.wait(20) == 0


def tunnels(port: int) -> list[int]:
    """The ssh processes that go to this port."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes()
        except OSError:
            continue
        if f"-p\0{port}\0".encode() in words and b"ssh" in words:
            found.append(int(path.parent.name))
    return found


@pytest.mark.postgresql
@pytest.mark.usefixtures("delegate")
@pytest.mark.parametrize("how", ["kill -9 of the job", "cancelled"])
def test_no_tunnel_outlives_its_job(how: str, manager: Manager, postgresql: Database, sshd: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SECRETS, "account.tunnel_key", sshd.key)
    monkeypatch.setitem(SECRETS, "account.tunnel_password", postgresql.password)
    tunnel = Tunnel(host="127.0.0.1", port=sshd.port, username=sshd.user, key_secret="key", known_hosts=sshd.known_hosts)
    target = Target(url=postgresql.jdbc_url, username=postgresql.user, password_secret="password", tunnel=tunnel)
    source = InlineSource(files={"changelog.sql": "--liquibase formatted sql\n--changeset a:1\nselect pg_sleep(60);\n"})
    job = manager.enqueue(
        "update",
        "--changelog-file",
        "changelog.sql",
        "--search-path",
        "source",
        target=target,
        source=[source],
        secrets={"key": "account.tunnel_key", "password": "account.tunnel_password"},
        selectors=["near"],
    )
    (ssh,) = wait_until(lambda: tunnels(sshd.port) if any(e["kind"] == "changeset.started" for e in manager.events(job)) else None)
    assert b"PRIVATE KEY" not in Path(f"/proc/{ssh}/environ").read_bytes()
    if how == "cancelled":
        manager.cancel(job)
    else:
        parent = next(line for line in Path(f"/proc/{ssh}/status").read_text().splitlines() if line.startswith("PPid:"))
        os.kill(int(parent.split()[1]), signal.SIGKILL)
    assert manager.outcome(job).status != "success"
    wait_until(lambda: not tunnels(sshd.port))
