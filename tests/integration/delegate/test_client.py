"""Calls to a manager that something stands before: a proxy or an ingress that answers in its place."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

from bascule.core.errors import BasculeError
from bascule.delegate.client import Client
from bascule.wire import sealing
from bascule.wire.delegates import LeaseRequest, Register

KEY = sealing.new_key()
HTML = b"<html><body>default backend</body></html>"
REFUSED = json.dumps({"problems": [{"code": "DEL-002", "what": "the session is not ours"}]}).encode()


class Before:
    """Says `answers` to calls other than `register`, one after the other, the last for ever; `calls` counts by name."""

    def __init__(self, answers: list[tuple[int, bytes]], *, registers: bool = True) -> None:
        self.answers, self.registers = answers, registers
        self.calls: dict[str, int] = {}

    def say(self, call: str) -> tuple[int, bytes]:
        self.calls[call] = self.calls.get(call, 0) + 1
        if call == "register" and self.registers:
            token = sealing.seal(b"session", sealing.public_text(KEY), sealing.SESSION)
            return 200, msgspec.json.encode({"delegate_id": "del_1", "session_token": token, "expires_at": 0.0, "heartbeat_s": 5.0})
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def served(before: Before) -> Iterator[Client]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            status, body = before.say(self.path.rpartition("/")[2])
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        registration = Register(token="token", name="one", public_key=sealing.public_text(KEY), version="1")
        yield Client(f"http://127.0.0.1:{server.server_address[1]}", registration, KEY)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def lease(client: Client) -> None:
    await client.register()
    await client.lease(LeaseRequest(free=1, wait_s=0))


@pytest.mark.parametrize("status", [200, 302, 401, 403, 404, 413])
def test_an_answer_that_is_not_the_managers_is_no_verdict(status: int) -> None:
    before = Before([(status, HTML), (status, b"\xff\xfe"), (200, b"{}")])
    with served(before) as client:
        asyncio.run(lease(client))
    assert before.calls["lease"] == 3


def test_at_the_first_call_of_all_it_is_told_that_this_is_no_manager() -> None:
    with served(Before([(404, HTML)], registers=False)) as client, pytest.raises(BasculeError) as caught:
        asyncio.run(client.register())
    assert caught.value.problems[0].code == "DEL-020"


def test_a_session_that_is_refused_however_new_it_is_is_asked_for_with_pauses() -> None:
    before = Before([(401, REFUSED)])

    async def for_a_second(client: Client) -> None:
        async with asyncio.timeout(1):
            await lease(client)

    with served(before) as client, pytest.raises(TimeoutError):
        asyncio.run(for_a_second(client))
    assert before.calls["lease"] < 12
