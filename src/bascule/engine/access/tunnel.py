"""A tunnel by the system's ssh: it ends with the process that opened it, however that ends, and its key is a file only in our memory."""

import atexit
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.engine.access.memory_files import keep_for_others
from bascule.engine.access.model import Tunnel

TIMEOUT_S = 15.0
_PORTS_TO_TRY = 5
_UP = b"up\n"

_open: dict[tuple[Tunnel, str, int], "_Process"] = {}


class _Process:
    """An ssh, and the port it listens at."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, said: int) -> None:
        self.process = process
        self.port = port
        self._said = said
        self._heard = 0

    @property
    def said(self) -> str:
        """What it wrote to stderr since the tunnel was last gone through."""
        return os.pread(self._said, 65536, self._heard).decode(errors="replace").strip()

    def go_through(self) -> int:
        """Its port, for a session that begins: what was said before is about others."""
        self._heard = os.fstat(self._said).st_size
        return self.port

    def end(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        os.close(self._said)


def through(tunnel: Tunnel, host: str, port: int) -> int:
    """The port on loopback that leads to host and port; one tunnel for all sessions, a new one when it broke. Raises TargetError."""
    key = (tunnel, host, port)
    held = _open.get(key)
    if held is not None:
        if held.process.poll() is None:
            return held.go_through()
        held.end()
        del _open[key]
    if not _open:
        atexit.register(close_all)
    held = _opened(tunnel, host, port)
    _open[key] = held
    return held.go_through()


def complaint(tunnel: Tunnel, host: str, port: int) -> str | None:
    """What ssh said of the way behind it since a session last went through: a refused forward looks like a server that hangs up."""
    held = _open.get((tunnel, host, port))
    lines = [line for line in held.said.splitlines() if "open failed" in line] if held else []
    return lines[-1] if lines else None


def close_all() -> None:
    """End them."""
    while _open:
        _open.popitem()[1].end()


def _opened(tunnel: Tunnel, host: str, port: int) -> _Process:
    ssh = shutil.which("ssh")
    if ssh is None:
        raise TargetError(Problem(code="CON-050", what="there is no ssh on this machine", fix="install the OpenSSH client"))
    for attempt in range(_PORTS_TO_TRY):
        held = _started(ssh, tunnel, host, port)
        if _is_up(held):
            return held
        said, status = held.said, held.process.poll()
        held.end()
        taken = "address already in use" in said.lower()
        if not taken or attempt == _PORTS_TO_TRY - 1:
            raise TargetError(_problem(tunnel, said, timed_out=status is None))
    raise AssertionError("unreachable")


def _started(ssh: str, tunnel: Tunnel, host: str, port: int) -> _Process:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        here = int(probe.getsockname()[1])
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C", "SHELL": "/bin/sh"}
    options = {
        "StrictHostKeyChecking": "yes",
        "UserKnownHostsFile": keep_for_others("known_hosts", tunnel.known_hosts.rstrip("\n").encode() + b"\n"),
        "GlobalKnownHostsFile": os.devnull,
        "IdentitiesOnly": "yes",
        "IdentityAgent": "none",
        "PreferredAuthentications": "publickey",
        "NumberOfPasswordPrompts": "1",
        "ExitOnForwardFailure": "yes",
        "ServerAliveInterval": "15",
        "ServerAliveCountMax": "3",
        "ConnectTimeout": f"{TIMEOUT_S - 5:.0f}",
        "PermitLocalCommand": "yes",  # said when the forward listens: a probe of the port would be a connection to the database
        "LocalCommand": f"echo {_UP.decode().strip()}",
    }
    if tunnel.passphrase is None:
        options["BatchMode"] = "yes"
    else:
        environment |= {"SSH_ASKPASS": _askpass(tunnel.passphrase.reveal()), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}
    key = keep_for_others("key", tunnel.key.reveal().rstrip("\n").encode() + b"\n")
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    tether = ("setpriv", "--pdeathsig=KILL", "--") if shutil.which("setpriv") else ()
    target = f"[{host}]" if ":" in host else host
    said = _memory()
    process = subprocess.Popen(
        (
            *(*tether, ssh, "-F", os.devnull, "-N", "-T", *words, "-i", key),
            *("-L", f"127.0.0.1:{here}:{target}:{port}", "-p", str(tunnel.port), "-l", tunnel.username, "--", tunnel.host),
        ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=said,
        env=environment,
    )
    return _Process(process, here, said)


def _memory() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("ssh", os.MFD_CLOEXEC)
    import tempfile

    return os.dup(tempfile.TemporaryFile().fileno())


def _askpass(passphrase: str) -> str:
    """A program in our memory that prints the passphrase: so it is in no argument and no environment."""
    words = keep_for_others("passphrase", passphrase.encode() + b"\n")
    return keep_for_others("askpass", f"#!/bin/sh\nexec cat {words}\n".encode(), 0o700)


def _is_up(held: _Process) -> bool:
    """Whether ssh said so, before it ended or the time was over."""
    deadline = time.monotonic() + TIMEOUT_S
    assert held.process.stdout is not None  # noqa: S101 - it is a pipe
    pipe = held.process.stdout.fileno()
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([pipe], [], [], left)[0]:
            break
        if os.read(pipe, 64).endswith(_UP):
            return True
        with suppress(subprocess.TimeoutExpired):
            held.process.wait(1)
        return False
    held.process.send_signal(signal.SIGTERM)
    return False


def _problem(tunnel: Tunnel, said: str, *, timed_out: bool) -> Problem:
    """ssh's words as a problem with a remedy."""
    place = f"{tunnel.host}:{tunnel.port}"
    lowered = said.lower()
    why = " ".join(said.split())[-500:] or None
    if "host key verification failed" in lowered or "no host key is known" in lowered or "identification has changed" in lowered:
        what = f"the SSH key of the tunnel's host {place} is not known, or not the one that is"
        fix = f"compare `ssh-keyscan -p {tunnel.port} {tunnel.host}` with what its owner publishes, then give that line as known hosts"
        return Problem(code="CON-052", what=what, why=why, fix=fix)
    if re.search(r"load key|invalid format|error in libcrypto|incorrect passphrase", lowered):
        what = "the private key of the tunnel cannot be used"
        fix = "the secret holds the whole file, from -----BEGIN to END-----, and the passphrase is the key's"
        return Problem(code="CON-053", what=what, where=place, why=why, fix=fix)
    if "permission denied" in lowered or "too many authentication failures" in lowered:
        what = f"the tunnel's host {place} does not let '{tunnel.username}' in"
        fix = "put the key's public half into that user's authorized_keys there, or name another user or key"
        return Problem(code="CON-053", what=what, why=why, fix=fix)
    if "could not resolve" in lowered:
        what = f"the tunnel's host '{tunnel.host}' is not known"
        return Problem(code="CON-051", what=what, why=why, fix="check its spelling, and the DNS of the machine that connects")
    if "connection refused" in lowered:
        return Problem(code="CON-051", what=f"no SSH server listens at {place}", why=why, fix="check the tunnel's host and port")
    if timed_out or "timed out" in lowered or "no route" in lowered or "unreachable" in lowered:
        what, fix = f"the tunnel's host {place} did not answer in time", "check the network and firewalls between here and there"
        return Problem(code="CON-051", what=what, why=why, fix=fix)
    return Problem(code="CON-051", what=f"the tunnel by {place} did not open", why=why, fix="check that `ssh` from here to there works")
