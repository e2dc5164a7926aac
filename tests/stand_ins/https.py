"""A small HTTPS server of exact routes. What it does not know it refuses, and remembers: a test fails on it."""

import json
import re
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.kubesim import tls
from tools.loopback import answering


class Request:
    """What was asked."""

    def __init__(self, method: str, target: str, headers: Any, body: bytes, found: "re.Match[str]") -> None:
        self.method = method
        self.path = urlsplit(target).path
        self.query = dict(parse_qsl(urlsplit(target).query))
        self.headers = headers
        self.body = body
        self.found = found

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    @property
    def bearer(self) -> str | None:
        scheme, _, token = (self.headers.get("authorization") or "").partition(" ")
        return token if scheme == "Bearer" else None


Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]
Route = Callable[[Request], Answer]


class StandIn:
    """Serves `routes` (`"GET /path/(\\w+)"` → function) over TLS on a free port, by an authority of its own, until it is left."""

    def __init__(self, folder: Path, routes: dict[str, Route]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        certificate, key, self.ca = tls.make(folder)
        self.ca_file = folder / "ca.crt"
        self.ca_file.write_text(self.ca)
        self.asked: list[str] = []
        self.unknown: list[str] = []
        self.failing: list[Answer] = []
        """Given instead of the next answers."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                status, content, *more = outer._find(self.command, self.path, self.headers, body, routes)
                text = json.dumps(content).encode()
                self.send_response(status)
                for name, value in {
                    "content-type": "application/json",
                    "content-length": str(len(text)),
                    **(more[0] if more else {}),
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - names of the base class

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._serving = ExitStack()
        self.url = f"https://127.0.0.1:{self._serving.enter_context(answering(Handler, tls=context))}"

    def _find(self, method: str, target: str, headers: Any, body: bytes, routes: dict[str, Route]) -> Answer:
        asked = f"{method} {urlsplit(target).path}"
        self.asked.append(asked)
        if self.failing:
            return self.failing.pop(0)
        for pattern, route in routes.items():
            if found := re.fullmatch(pattern, asked):
                return route(Request(method, target, headers, body, found))
        self.unknown.append(asked)
        return 501, {"error": {"message": f"the stand-in does not know {asked}"}}

    def __enter__(self) -> "StandIn":
        return self

    def __exit__(self, *_: object) -> None:
        self._serving.close()
        assert not self.unknown, self.unknown
