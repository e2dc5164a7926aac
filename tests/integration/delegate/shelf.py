"""An HTTP server whose files, manners and faults a test sets; archives to put on it; a registry that is strict."""

import asyncio
import base64
import gzip
import hashlib
import io
import json
import ssl
import stat
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from bascule.core.errors import BasculeError
from bascule.delegate.sources import Sources
from bascule.wire.jobs import Source
from tools.loopback import answering

PASSWORD = "CANARY/p@ss"
BASIC = "Basic " + base64.b64encode(f"robot:{PASSWORD}".encode()).decode()


def fetch(tmp_path: Path, source: Source, secrets: dict[str, str] | None = None) -> tuple[Path, str | None]:
    workspace = tmp_path / "workspace"
    workspace.mkdir(exist_ok=True)
    pinned = asyncio.run(Sources(tmp_path / "mirrors").fetch([source], workspace, secrets or {}, lambda text: None))
    return workspace / "source", pinned


def refused(tmp_path: Path, source: Source, secrets: dict[str, str] | None = None) -> str:
    """The code of the problem; nothing is left in the workspace."""
    with pytest.raises(BasculeError) as caught:
        fetch(tmp_path, source, secrets)
    left = [path.name for path in (tmp_path / "workspace").iterdir()]
    assert left == []
    assert "CANARY" not in str(caught.value)
    return caught.value.problems[0].code


def zipped(files: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for name, target in (links or {}).items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, target)
    return data.getvalue()


def tarred(files: dict[str, bytes], members: tuple[tuple[str, bytes, str], ...] = (), mode: str = "w:gz") -> bytes:
    """`members`: (name, type, link)."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode, format=tarfile.GNU_FORMAT) as archive:  # type: ignore[call-overload]
        for name, kind, link in members:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, link
            archive.addfile(entry)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return data.getvalue()


def zip_twice(name: str) -> bytes:
    """One name, two contents: whoever looks at the first does not see what is unpacked last."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(name, "select 1")
        archive.writestr(name, "drop table people")
    return data.getvalue()


def header_bomb() -> bytes:
    """A PAX header of 64 MiB, which packs to 64 KiB: tarfile would hold it in memory."""
    header = tarfile.TarInfo("a")
    header.type, header.size = tarfile.XHDTYPE, 64 << 20
    return gzip.compress(header.tobuf() + bytes(64 << 20) + tarfile.TarInfo("a").tobuf() + bytes(1024))


class Shelf:
    """An HTTP server's files, who may have them, and what it was asked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.authorization: str | None = None
        self.failures = 0
        self.asked: list[str] = []
        self.url = ""
        self.ca: str | None = None
        self.answer: Callable[[BaseHTTPRequestHandler], bool] = lambda request: False


@contextmanager
def serving(shelf: Shelf, context: ssl.SSLContext | None) -> Iterator[Shelf]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shelf.asked.append(self.path)
            if shelf.answer(self):
                return None
            if shelf.failures:
                shelf.failures -= 1
                return self._send(503, b"")
            if shelf.authorization is not None and self.headers.get("authorization") != shelf.authorization:
                return self._send(401, b"")
            body = shelf.files.get(self.path)
            return self._send(404, b"") if body is None else self._send(200, body)

        def _send(self, code: int, body: bytes) -> None:
            self.send_response(code)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with answering(Handler, tls=context) as port:
        shelf.url = f"{'https' if context else 'http'}://127.0.0.1:{port}"
        yield shelf


class Registry:
    """A strict stand-in for a registry: tokens per repository, content by its digest, nothing else."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        shelf.answer = self._answer
        self.manifests: dict[str, bytes] = {}
        self.blobs: dict[str, bytes] = {}
        self.accepted: list[str] = []

    def push(self, tag: str, layers: list[tuple[str, bytes, str | None]]) -> str:
        described = []
        for kind, data, title in layers:
            digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
            self.blobs[digest] = data
            notes = {"annotations": {"org.opencontainers.image.title": title}} if title else {}
            described.append({"mediaType": kind, "digest": digest, "size": len(data), **notes})
        manifest = json.dumps({"schemaVersion": 2, "config": {}, "layers": described}).encode()
        digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
        self.manifests[tag] = self.manifests[digest] = manifest
        return digest

    def _answer(self, request: BaseHTTPRequestHandler) -> bool:
        path, _, query = request.path.partition("?")
        if path == "/token":
            scoped = "scope=" not in query or "scope=repository%3Ateam%2Fdb%3Apull" in query
            known = request.headers.get("authorization") == BASIC and scoped
            return self._send(request, 200, b'{"token":"T0KEN"}') if known else self._send(request, 401, b"")
        if request.headers.get("authorization") != "Bearer T0KEN":
            scope = ',scope="repository:team/db:pull"' if path != "/v2/" else ""
            challenge = f'Bearer realm="{self.shelf.url}/token",service="stand-in"{scope}'
            return self._send(request, 401, b"", {"www-authenticate": challenge})
        if path == "/v2/":
            return self._send(request, 200, b"{}")
        kind, _, name = path.removeprefix("/v2/team/db/").partition("/")
        if kind == "manifests" and "application/vnd.oci.image.manifest.v1+json" not in request.headers.get("accept", ""):
            return self._send(request, 406, b"")
        body = (self.manifests if kind == "manifests" else self.blobs).get(name)
        return self._send(request, 404, b"") if body is None else self._send(request, 200, body)

    def _send(self, request: BaseHTTPRequestHandler, code: int, body: bytes, headers: dict[str, str] | None = None) -> bool:
        request.send_response(code)
        for name, value in (headers or {}).items():
            request.send_header(name, value)
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
        return True
