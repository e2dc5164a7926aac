"""Archives, objects and artifacts come whole, below their folder, and are what they say; what is hostile is refused."""

import asyncio
import base64
import hashlib
import io
import json
import os
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bascule.core.errors import BasculeError
from bascule.delegate.sources import Sources
from bascule.wire.jobs import ArchiveSource, ObjectSource, OciSource, Source
from tests.kubesim import tls

PASSWORD = "CANARY/p@ss"
_BASIC = "Basic " + base64.b64encode(f"robot:{PASSWORD}".encode()).decode()


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
    with tarfile.open(fileobj=data, mode=mode) as archive:  # type: ignore[call-overload]
        for name, kind, link in members:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, link
            archive.addfile(entry)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return data.getvalue()


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


def _serve(shelf: Shelf, context: ssl.SSLContext | None) -> Iterator[Shelf]:
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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    shelf.url = f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield shelf
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    yield from _serve(Shelf(), None)


@pytest.fixture
def secure_shelf(tmp_path: Path) -> Iterator[Shelf]:
    certificate, key, ca = tls.make(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    held = Shelf()
    held.ca = ca
    yield from _serve(held, context)


@pytest.mark.parametrize("pack", [zipped, tarred, lambda files: tarred(files, mode="w:xz")])
def test_an_archive_is_unpacked_by_what_it_is(tmp_path: Path, shelf: Shelf, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    shelf.files["/repo/changes-1.2"] = data = pack({"db/changelog.yaml": b"one", "db/sql/a.sql": b"select 1"})
    folder, pinned = fetch(tmp_path, ArchiveSource(url=f"{shelf.url}/repo/changes-1.2"))
    assert {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()} == {
        "db/changelog.yaml": b"one",
        "db/sql/a.sql": b"select 1",
    }
    assert pinned == f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_who_may_read_says_so_by_password_or_token_over_tls(tmp_path: Path, secure_shelf: Shelf) -> None:
    shelf = secure_shelf
    shelf.files["/a.zip"] = zipped({"a": b"1"})
    shelf.authorization = _BASIC
    basic = ArchiveSource(url=f"{shelf.url}/a.zip", username="robot", password_secret="p", ca=shelf.ca)
    assert (fetch(tmp_path, basic, {"p": PASSWORD})[0] / "a").read_bytes() == b"1"
    shutil.rmtree(tmp_path / "workspace")
    shelf.authorization = f"Bearer {PASSWORD}"
    token = ArchiveSource(url=f"{shelf.url}/a.zip", token_secret="p", ca=shelf.ca)
    assert (fetch(tmp_path, token, {"p": PASSWORD})[0] / "a").read_bytes() == b"1"
    shutil.rmtree(tmp_path / "workspace")
    assert refused(tmp_path, basic, {"p": "CANARY-wrong"}) == "SRC-008"
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip", token_secret="p"), {"p": PASSWORD}) == "SRC-014"


def test_a_server_that_stumbles_is_asked_again(tmp_path: Path, shelf: Shelf) -> None:
    shelf.files["/a.zip"] = zipped({"a": b"1"})
    shelf.failures = 2
    assert (fetch(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip"))[0] / "a").read_bytes() == b"1"
    assert shelf.asked == ["/a.zip"] * 3


def test_what_is_not_there_or_not_what_was_meant_is_said(tmp_path: Path, shelf: Shelf) -> None:
    shelf.files["/a.zip"] = zipped({"a": b"1"})
    shelf.files["/page"] = b"<html>not an archive</html>"
    shelf.files["/torn.zip"] = shelf.files["/a.zip"][:40] + shelf.files["/a.zip"][60:]
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/b.zip?token=CANARY")) == "SRC-009"
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/page")) == "SRC-010"
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/torn.zip")) == "SRC-010"
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip", sha256="0" * 64)) == "SRC-016"
    assert refused(tmp_path, ArchiveSource(url="file:///etc/passwd")) == "SRC-006"
    assert refused(tmp_path, ArchiveSource(url="http://127.0.0.1:1/a.zip")) == "SRC-003"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped({"../out": b"x"}), "SRC-012"),
        (zipped({"/etc/out": b"x"}), "SRC-012"),
        (zipped({"a\\..\\..\\out": b"x"}), "SRC-012"),
        (zipped({"C:/out": b"x"}), "SRC-012"),
        (zipped({}, {"link": "/etc/passwd"}), "SRC-012"),
        (tarred({"../out": b"x"}), "SRC-012"),
        (tarred({}, (("link", tarfile.SYMTYPE, "/etc/passwd"),)), "SRC-012"),
        (tarred({}, (("a/link", tarfile.SYMTYPE, "../../out"),)), "SRC-012"),
        (tarred({"dir/out": b"x"}, (("dir", tarfile.SYMTYPE, "."),)), "SRC-012"),
        (tarred({}, (("l", tarfile.SYMTYPE, "a/../../x"), ("a", tarfile.SYMTYPE, "."))), "SRC-012"),
        (tarred({}, (("a", tarfile.SYMTYPE, "b"), ("b", tarfile.SYMTYPE, "a"))), "SRC-012"),
        (tarred({}, (("hard", tarfile.LNKTYPE, "/etc/passwd"),)), "SRC-012"),
        (tarred({}, (("pipe", tarfile.FIFOTYPE, ""),)), "SRC-012"),
        (zipped({"bomb": bytes(128 << 20)}), "SRC-011"),
        (tarred({"bomb": bytes(128 << 20)}), "SRC-011"),
    ],
)
def test_a_hostile_archive_is_refused_whole(tmp_path: Path, shelf: Shelf, data: bytes, code: str) -> None:
    shelf.files["/a"] = data
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/a")) == code
    assert not (tmp_path / "out").exists()


def test_a_link_inside_an_archive_may_stay_inside(tmp_path: Path, shelf: Shelf) -> None:
    shelf.files["/a"] = tarred({"v2/changelog.yaml": b"two"}, (("latest", tarfile.SYMTYPE, "v2"),))
    folder, _ = fetch(tmp_path, ArchiveSource(url=f"{shelf.url}/a"))
    assert (folder / "latest" / "changelog.yaml").read_bytes() == b"two"


# Registries


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
            known = request.headers.get("authorization") == _BASIC and "scope=repository%3Ateam%2Fdb%3Apull" in query
            return self._send(request, 200, b'{"token":"T0KEN"}') if known else self._send(request, 401, b"")
        if request.headers.get("authorization") != "Bearer T0KEN":
            challenge = f'Bearer realm="{self.shelf.url}/token",service="stand-in",scope="repository:team/db:pull"'
            return self._send(request, 401, b"", {"www-authenticate": challenge})
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


def test_an_artifact_is_its_files_and_its_archives(tmp_path: Path, shelf: Shelf) -> None:
    registry = Registry(shelf)
    layers = [
        ("application/vnd.oci.image.layer.v1.tar+gzip", tarred({"db/changelog.yaml": b"one"}), None),
        ("application/octet-stream", b"select 1", "extra/a.sql"),
    ]
    digest = registry.push("v1", layers)
    host = shelf.url.removeprefix("http://")
    source = OciSource(reference=f"{host}/team/db:v1", username="robot", password_secret="p")
    folder, pinned = fetch(tmp_path, source, {"p": PASSWORD})
    assert ((folder / "db/changelog.yaml").read_bytes(), (folder / "extra/a.sql").read_bytes(), pinned) == (b"one", b"select 1", digest)
    shutil.rmtree(tmp_path / "workspace")
    pinned_source = OciSource(reference=f"{host}/team/db@{digest}", username="robot", password_secret="p")
    assert fetch(tmp_path, pinned_source, {"p": PASSWORD})[1] == digest


def test_a_registry_that_lies_or_refuses_is_not_believed(tmp_path: Path, shelf: Shelf) -> None:
    registry = Registry(shelf)
    digest = registry.push("v1", [("application/octet-stream", b"select 1", "a.sql")])
    registry.push("slip", [("application/octet-stream", b"x", "../out")])
    host = shelf.url.removeprefix("http://")

    def source(reference: str) -> OciSource:
        return OciSource(reference=f"{host}/team/db{reference}", username="robot", password_secret="p")

    assert refused(tmp_path, source(":v1"), {"p": "CANARY-wrong"}) == "SRC-008"
    assert refused(tmp_path, source(":v9"), {"p": PASSWORD}) == "SRC-009"
    assert refused(tmp_path, source(":slip"), {"p": PASSWORD}) == "SRC-001"
    assert refused(tmp_path, source("@sha256:short"), {"p": PASSWORD}) == "SRC-006"
    for blob in registry.blobs:
        registry.blobs[blob] = b"select 2"
    assert refused(tmp_path, source(":v1"), {"p": PASSWORD}) == "SRC-016"
    registry.manifests[digest] = registry.manifests["slip"]
    assert refused(tmp_path, source(f"@{digest}"), {"p": PASSWORD}) == "SRC-016"


# Object stores


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A real S3 server (SeaweedFS) with a bucket; the options that reach it."""
    folder = tmp_path_factory.mktemp("s3")
    identities = {"identities": [{"name": "robot", "credentials": [{"accessKey": "robot", "secretKey": PASSWORD}], "actions": ["Admin"]}]}
    (folder / "s3.json").write_text(json.dumps(identities))
    ports = [_free_port() for _ in range(4)]
    weed = Path(sys.executable).with_name("weed")
    argv = [str(weed), "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-s3", f"-s3.config={folder / 's3.json'}"]
    argv += [f"-{name}={port}" for name, port in zip(("master.port", "volume.port", "filer.port", "s3.port"), ports, strict=True)]
    argv += [f"-{name}.port.grpc={_free_port()}" for name in ("master", "volume", "filer", "s3")]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=folder) as server:
        try:
            options = {"endpoint": f"http://127.0.0.1:{ports[3]}", "region": "us-east-1", "access_key_id": "robot"}
            _wait_for(options)
            yield options
        finally:
            server.kill()  # its peaceful end takes ten seconds


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(options: dict[str, str]) -> None:
    """Until it makes the bucket and takes what the tests will ask for."""
    import obstore

    deadline = time.monotonic() + 60
    while True:
        try:
            request = urllib.request.Request(options["endpoint"] + "/changes", method="PUT", headers=_signed(options))
            with urllib.request.urlopen(request, timeout=5):
                pass
            store = _store(options)
            obstore.put(store, "releases/v1.zip", zipped({"changelog.yaml": b"one"}))
            obstore.put(store, "main/changelog.yaml", b"two")
            obstore.put(store, "main/sql/a.sql", b"select 1")
        except Exception:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        else:
            return


def _store(options: dict[str, str]) -> Any:
    from obstore.store import S3Store

    return S3Store("changes", config={**options, "secret_access_key": PASSWORD}, client_options={"allow_http": True})


def _signed(options: dict[str, str]) -> dict[str, str]:
    """AWS's signature, version 4, of an empty PUT /changes."""
    import hmac
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    host, empty = options["endpoint"].removeprefix("http://"), hashlib.sha256(b"").hexdigest()
    canonical = (
        f"PUT\n/changes\n\nhost:{host}\nx-amz-content-sha256:{empty}\nx-amz-date:{stamp}\n\nhost;x-amz-content-sha256;x-amz-date\n{empty}"
    )
    scope = f"{day}/us-east-1/s3/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{PASSWORD}".encode()
    for part in (day, "us-east-1", "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    said = f"AWS4-HMAC-SHA256 Credential=robot/{scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}"
    return {"authorization": said, "x-amz-date": stamp, "x-amz-content-sha256": empty}


def test_objects_come_as_an_archive_or_as_they_are(tmp_path: Path, s3: dict[str, str]) -> None:
    secret = {"secret_access_key": "p"}
    folder, pinned = fetch(tmp_path, ObjectSource(url="s3://changes/releases/v1.zip", options=s3, secret_options=secret), {"p": PASSWORD})
    assert (folder / "changelog.yaml").read_bytes() == b"one"
    folder, again = fetch(tmp_path, ObjectSource(url="s3://changes/main", options=s3, secret_options=secret), {"p": PASSWORD})
    assert ((folder / "changelog.yaml").read_bytes(), (folder / "sql/a.sql").read_bytes()) == (b"two", b"select 1")
    assert pinned != again


def test_a_store_that_does_not_let_us_in_is_said(tmp_path: Path, s3: dict[str, str]) -> None:
    source = ObjectSource(url="s3://changes/releases/v1.zip", options=s3, secret_options={"secret_access_key": "p"})
    assert refused(tmp_path, source, {"p": "CANARY-wrong"}) in ("SRC-003", "SRC-008")
    missing = ObjectSource(url="s3://changes/nothing", options=s3, secret_options={"secret_access_key": "p"})
    assert refused(tmp_path, missing, {"p": PASSWORD}) == "SRC-009"
    unknown = ObjectSource(url="s3://changes/nothing", options={**s3, "nonsense": "1"}, secret_options={"secret_access_key": "p"})
    assert refused(tmp_path, unknown, {"p": PASSWORD}) == "SRC-003"
    assert refused(tmp_path, ObjectSource(url="ftp://changes/x")) == "SRC-006"
