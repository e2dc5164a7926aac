"""A delegate whose only way out is a proxy, to a manager behind TLS with an authority of its own."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.delegate.conftest import DelegateProcess, Manager
from tools.authority import Authority

HOST = "manager.invalid"
"""A name that nobody but the proxy can resolve."""


class Proxy:
    """Tunnels CONNECT for one host to a port of this machine, and notes what it was asked for."""

    def __init__(self, to: int) -> None:
        self._to = to
        self.asked: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                threading.Thread(target=self._tunnel, args=(self._listening.accept()[0],), daemon=True).start()

    def _tunnel(self, near: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += near.recv(1)
        line = head.split(b"\r\n")[0].decode()
        self.asked.append(line)
        if not line.startswith(f"CONNECT {HOST}:443 "):
            near.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            near.close()
            return
        far = socket.create_connection(("127.0.0.1", self._to))
        near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=_pass_on, args=(near, far), daemon=True).start()
        _pass_on(far, near)


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def authority(tmp_path: Path, manager: Manager) -> Authority:
    """Whose certificate the manager has from now on."""
    made = Authority()
    issued = made.issue(HOST, HOST)
    (tmp_path / "manager.crt").write_text(issued.pem)
    (tmp_path / "manager.key").write_text(issued.key_pem)
    (tmp_path / "ca.crt").write_text(made.pem)
    manager.stop()
    manager.start(ssl_certfile=str(tmp_path / "manager.crt"), ssl_keyfile=str(tmp_path / "manager.key"))
    return made


@pytest.fixture
def proxy(manager: Manager, authority: Authority) -> Iterator[Proxy]:
    held = Proxy(manager.port)
    yield held
    held.close()


def test_a_delegate_works_through_a_proxy_and_trusts_the_authority_it_is_given(
    manager: Manager, start_delegate: Callable[..., DelegateProcess], proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    start_delegate(manager=f"https://{HOST}", ca_file=str(tmp_path / "ca.crt"))
    outcome = manager.outcome(manager.enqueue("say", "hello"))
    assert outcome.status == "success", outcome
    assert set(proxy.asked) == {f"CONNECT {HOST}:443 HTTP/1.1"}


def test_a_manager_that_another_authority_vouches_for_is_told_nothing(
    manager: Manager, start_delegate: Callable[..., DelegateProcess], proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.crt").write_text(Authority().pem)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    delegate = start_delegate(manager=f"https://{HOST}", ca_file=str(tmp_path / "other.crt"), register_within_s=2.0)
    assert delegate.wait() == 5
    assert manager.delegates() == []
