"""Repositories over SSH: the key of the connector, the server's key that is known, and no other."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.core.errors import TargetError
from bascule.delegate.sources import Sources
from bascule.wire.jobs import GitSource
from tests.integration.sshd import Sshd, serve


class Server:
    """An sshd that serves one repository."""

    def __init__(self, held: Sshd, repository: Path) -> None:
        self.key, self.known_hosts = held.key, held.known_hosts
        self.url = f"ssh://{held.user}@127.0.0.1:{held.port}{repository}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    for held in serve(tmp_path / "ssh"):
        repository = held.folder / "repository"
        who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        for argv in (["init", "-q", "-b", "main", str(repository)], ["-C", str(repository), "commit", "-q", "--allow-empty", "-m", "x"]):
            subprocess.run(["git", *who, *argv], check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull})
        yield Server(held, repository)


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
