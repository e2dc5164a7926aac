"""Repositories over SSH: the key of the connector, the server's key that is known, and no other."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.core.errors import TargetError
from bascule.delegate.sources import Sources
from bascule.wire.jobs import GitSource

_SSHD = shutil.which("sshd") or ("/usr/sbin/sshd" if Path("/usr/sbin/sshd").exists() else None)
pytestmark = pytest.mark.skipif(_SSHD is None, reason="sshd is not installed")


class Server:
    """An sshd of our own on a free port, that lets one key in and serves one repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = self._keygen("client")
        self._keygen("host")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        host_key = (folder / "host.pub").read_text().split()[:2]
        self.known_hosts = f"[127.0.0.1]:{self.port} {' '.join(host_key)}\n"
        shutil.copy(folder / "client.pub", folder / "authorized_keys")
        (folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {folder}/host\nPidFile {folder}/pid\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\n"
            "StrictModes no\nPasswordAuthentication no\nPermitRootLogin yes\nUsePAM no\nLogLevel ERROR\n"
        )
        self.url = f"ssh://{pwd.getpwuid(os.getuid()).pw_name}@127.0.0.1:{self.port}{folder}/repository"

    def _keygen(self, name: str) -> str:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name)], check=True)
        return (self.folder / name).read_text()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    held = Server(folder)
    repository = folder / "repository"
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    for argv in (["init", "-q", "-b", "main", str(repository)], ["-C", str(repository), "commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", *who, *argv], check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull})
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with subprocess.Popen([str(_SSHD), "-D", "-e", "-f", str(folder / "sshd_config")], stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(held.port)
            yield held
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return


def fetch(tmp_path: Path, source: GitSource, key: str) -> str | None:
    workspace = tmp_path / "workspace"
    workspace.mkdir(exist_ok=True)
    return asyncio.run(Sources(tmp_path / "mirrors").fetch([source], workspace, {"key": key}, lambda text: None))


def test_the_connectors_key_opens_and_is_no_file_afterwards(tmp_path: Path, server: Server) -> None:
    source = GitSource(url=server.url, branch="main", ssh_key_secret="key", known_hosts=server.known_hosts)
    commit = fetch(tmp_path, source, server.key.rstrip("\n"))  # a form field loses the last line's end
    assert commit is not None
    assert len(commit) == 40
    held = [path for path in (tmp_path / "mirrors").rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]
    assert held == []


def test_a_server_that_is_not_known_is_not_talked_to(tmp_path: Path, server: Server) -> None:
    other = server.known_hosts.replace("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAB")
    for known in ("", other):
        with pytest.raises(TargetError) as caught:
            fetch(tmp_path, GitSource(url=server.url, ssh_key_secret="key", known_hosts=known), server.key)
        assert caught.value.problems[0].code == "SRC-013"


def test_another_key_does_not_open(tmp_path: Path, server: Server) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "other")], check=True)
    with pytest.raises(TargetError) as caught:
        fetch(tmp_path, GitSource(url=server.url, ssh_key_secret="key", known_hosts=server.known_hosts), (tmp_path / "other").read_text())
    assert caught.value.problems[0].code == "SRC-008"
