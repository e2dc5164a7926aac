"""An sshd of our own on loopback, which lets one key in and forwards where it is told to."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.core.secret import Secret
from bascule.engine.access.model import Tunnel
from tools.servers import free_port

PASSPHRASE = "open sesame"
_SSHD = shutil.which("sshd") or ("/usr/sbin/sshd" if Path("/usr/sbin/sshd").exists() else None)


class Sshd:
    """Running; `tunnel()` leads through it."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.folder = folder
        self.key, self.locked_key = self._keygen("client"), self._keygen("locked", PASSPHRASE)
        self._keygen("host")
        self.port = free_port()
        self.user = pwd.getpwuid(os.getuid()).pw_name
        self.known_hosts = f"[127.0.0.1]:{self.port} {' '.join((folder / 'host.pub').read_text().split()[:2])}\n"
        (folder / "authorized_keys").write_text((folder / "client.pub").read_text() + (folder / "locked.pub").read_text())
        lines = (
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {folder}/host\nPidFile {folder}/pid",
            f"AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nPasswordAuthentication no",
            "PermitRootLogin yes\nUsePAM no\nLogLevel ERROR",
            *settings,
        )
        (folder / "sshd_config").write_text("\n".join(lines) + "\n")

    def _keygen(self, name: str, passphrase: str = "") -> str:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(self.folder / name)], check=True)
        return (self.folder / name).read_text()

    def tunnel(self, **instead: object) -> Tunnel:
        facts = {"host": "127.0.0.1", "port": self.port, "username": self.user, "key": Secret(self.key), "known_hosts": self.known_hosts}
        return Tunnel(**{**facts, **instead})  # type: ignore[arg-type]


def serve(folder: Path, *settings: str) -> Iterator[Sshd]:
    """Skips where there is no sshd."""
    if _SSHD is None:
        pytest.skip("sshd is not installed")
    folder.mkdir(mode=0o700, exist_ok=True)
    held = Sshd(folder, *settings)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with subprocess.Popen([_SSHD, "-D", "-e", "-f", str(folder / "sshd_config")], stderr=subprocess.DEVNULL) as process:
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
