"""Servers that cut off, crawl, lead elsewhere or send too much: a job ends in its time, with the reason, and tells no secret."""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from bascule.delegate.sources import Sources, download
from bascule.wire.jobs import ArchiveSource, GitSource, OciSource, Source
from tests.integration.delegate.shelf import BASIC, PASSWORD, Registry, Shelf, fetch, refused, serving, zipped

Answer = Callable[[BaseHTTPRequestHandler], bool]


@pytest.fixture
def elsewhere() -> Iterator[Shelf]:
    """Another host."""
    with serving(Shelf(), None) as running:
        running.url = running.url.replace("127.0.0.1", "localhost")
        yield running


def redirect(to: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> bool:
        request.send_response(302)
        request.send_header("location", to)
        request.send_header("content-length", "0")
        request.end_headers()
        return True

    return answer


def noting(seen: list[str | None]) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> bool:
        seen.append(request.headers.get("authorization"))
        return False

    return answer


@pytest.mark.parametrize("kind", ["password", "token"])
def test_another_host_is_not_told_the_credentials(tmp_path: Path, shelf: Shelf, elsewhere: Shelf, kind: str) -> None:
    seen: list[str | None] = []
    elsewhere.files["/a.zip"] = zipped({"a": b"1"})
    elsewhere.answer = noting(seen)
    shelf.answer = redirect(f"{elsewhere.url}/a.zip")
    login = {"username": "robot", "password_secret": "p"} if kind == "password" else {"token_secret": "p"}
    folder, _ = fetch(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip", **login), {"p": PASSWORD})
    assert (folder / "a").read_bytes() == b"1"
    assert seen == [None]


def test_blobs_may_be_kept_by_another_host(tmp_path: Path, shelf: Shelf, elsewhere: Shelf) -> None:
    registry = Registry(shelf)
    registry.push("v1", [("application/octet-stream", b"select 1", "a.sql")])
    seen: list[str | None] = []
    elsewhere.answer = noting(seen)
    (digest,) = (name for name in registry.blobs)
    elsewhere.files[f"/store/{digest}"] = registry.blobs[digest]
    answers = shelf.answer

    def leads_away(request: BaseHTTPRequestHandler) -> bool:
        return redirect(f"{elsewhere.url}/store/{digest}")(request) if "/blobs/" in request.path else answers(request)

    shelf.answer = leads_away
    source = OciSource(reference=f"{shelf.url.removeprefix('http://')}/team/db:v1", username="robot", password_secret="p")
    assert (fetch(tmp_path, source, {"p": PASSWORD})[0] / "a.sql").read_bytes() == b"select 1"
    assert seen == [None]


def test_from_tls_nobody_is_led_to_plain_text(tmp_path: Path, secure_shelf: Shelf, shelf: Shelf) -> None:
    shelf.files["/a.zip"] = zipped({"a": b"1"})
    secure_shelf.answer = redirect(f"{shelf.url}/a.zip?token=CANARY")
    assert refused(tmp_path, ArchiveSource(url=f"{secure_shelf.url}/a.zip", ca=secure_shelf.ca)) == "SRC-022"
    assert shelf.asked == []


def test_redirects_in_a_circle_end(tmp_path: Path, shelf: Shelf) -> None:
    shelf.answer = redirect(f"{shelf.url}/again.zip")
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip")) == "SRC-003"


@pytest.mark.parametrize("to", ["https://[", "http://127.0.0.1:port/", "http://a..b/"])
def test_one_that_leads_to_what_is_no_address_is_told(tmp_path: Path, shelf: Shelf, to: str) -> None:
    shelf.answer = redirect(to)
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip")) == "SRC-003"
    assert refused(tmp_path, OciSource(reference=f"{shelf.url.removeprefix('http://')}/team/db:v1")) == "SRC-003"


@pytest.mark.parametrize("layers", [[7], [{"annotations": 7, "digest": "x"}], [{"digest": 7}]])
def test_a_manifest_of_strange_shape_is_refused(tmp_path: Path, shelf: Shelf, layers: object) -> None:
    registry = Registry(shelf)
    registry.manifests["v1"] = json.dumps({"schemaVersion": 2, "layers": layers}).encode()
    source = OciSource(reference=f"{shelf.url.removeprefix('http://')}/team/db:v1", username="robot", password_secret="p")
    assert refused(tmp_path, source, {"p": PASSWORD}) == "SRC-017"


class Cutting:
    """Sends part of a file and hangs up, `cuts` times; then as asked, from where it is asked."""

    def __init__(self, data: bytes, cuts: int, etag: str | None) -> None:
        self.data, self.cuts, self.etag = data, cuts, etag
        self.ranges: list[str | None] = []

    def __call__(self, request: BaseHTTPRequestHandler) -> bool:
        asked = request.headers.get("range")
        self.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and request.headers.get("if-range") == self.etag else 0
        request.send_response(206 if start else 200)
        if start:
            request.send_header("content-range", f"bytes {start}-{len(self.data) - 1}/{len(self.data)}")
        if self.etag:
            request.send_header("etag", self.etag)
        rest = self.data[start:]
        request.send_header("content-length", str(len(rest)))
        request.end_headers()
        if self.cuts:
            self.cuts -= 1
            rest = rest[: len(rest) // 2]
            request.close_connection = True
        request.wfile.write(rest)
        return True


@pytest.mark.parametrize(("etag", "resumed"), [('"v1"', True), ('W/"v1"', False), (None, False)])
def test_what_was_cut_off_goes_on_where_it_was(tmp_path: Path, shelf: Shelf, etag: str | None, resumed: bool) -> None:
    data = zipped({"a": bytes(range(256)) * 4096, "b": hashlib.sha256(b"x").digest() * 5000})
    shelf.answer = cutting = Cutting(data, 2, etag)
    folder, pinned = fetch(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip"))
    assert pinned == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert (folder / "a").stat().st_size == 256 * 4096
    assert len(cutting.ranges) == 3
    assert all(asked is not None for asked in cutting.ranges[1:]) is resumed


def test_what_is_changed_while_it_comes_is_fetched_anew(tmp_path: Path, shelf: Shelf) -> None:
    shelf.answer = cutting = Cutting(zipped({"a": b"old" * 99999}), 1, '"v1"')
    new = zipped({"a": b"new"})

    def changing(request: BaseHTTPRequestHandler) -> bool:
        answered = cutting(request)
        cutting.data, cutting.etag = new, '"v2"'
        return answered

    shelf.answer = changing
    folder, pinned = fetch(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip"))
    assert (folder / "a").read_bytes() == b"new"
    assert pinned == f"sha256:{hashlib.sha256(new).hexdigest()}"


def test_one_that_always_cuts_off_is_given_up(tmp_path: Path, shelf: Shelf) -> None:
    shelf.answer = cutting = Cutting(zipped({"a": b"1" * 999}), 99, '"v1"')
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip")) == "SRC-003"
    assert len(cutting.ranges) == 3


def test_too_much_is_refused_by_what_is_announced_and_by_what_comes(tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_DOWNLOAD_BYTES", 2 << 20)
    sent = 0

    def endless(request: BaseHTTPRequestHandler) -> bool:
        nonlocal sent
        request.send_response(200)
        if request.path == "/announced":
            request.send_header("content-length", str(1 << 40))
        request.end_headers()
        request.close_connection = True
        try:
            while sent < 1 << 28:
                request.wfile.write(bytes(1 << 16))
                sent += 1 << 16
        except OSError:
            pass
        return True

    shelf.answer = endless
    for path in ("/announced", "/not"):
        sent = 0
        assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}{path}")) == "SRC-015"
        assert sent < 1 << 25


def drip(request: BaseHTTPRequestHandler) -> bool:
    """A byte a second."""
    request.send_response(200)
    request.send_header("content-length", "100000")
    request.end_headers()
    request.close_connection = True
    try:
        for _ in range(60):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.5)
    except OSError:
        pass
    return True


def crawling(shelf: Shelf) -> list[Source]:
    host = shelf.url.removeprefix("http://")
    return [
        ArchiveSource(url=f"{shelf.url}/a.zip"),
        GitSource(url=f"{shelf.url}/repository.git", branch="main"),
        OciSource(reference=f"{host}/team/db:v1"),
    ]


@pytest.mark.parametrize("number", range(3), ids=["archive", "git", "registry"])
def test_a_server_that_crawls_is_left_at_once_when_the_job_is(tmp_path: Path, shelf: Shelf, number: int) -> None:
    shelf.answer = drip
    (tmp_path / "workspace").mkdir()

    async def cancelled() -> float:
        sources = Sources(tmp_path / "mirrors")
        fetching = asyncio.create_task(sources.fetch([crawling(shelf)[number]], tmp_path / "workspace", {}, lambda text: None))
        await asyncio.sleep(1.5)
        assert not fetching.done()
        began = time.monotonic()
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)
        return time.monotonic() - began

    assert asyncio.run(cancelled()) < 10  # of a fetch that would go on for half a minute
    assert all(not path.name.startswith(("fetch-", "login-")) for path in (tmp_path / "mirrors").iterdir())


def test_a_wrong_certificate_authority_is_told_before_anything_is_sent(tmp_path: Path, secure_shelf: Shelf) -> None:
    secure_shelf.authorization = BASIC
    source = ArchiveSource(url=f"{secure_shelf.url}/a.zip", username="robot", password_secret="p", ca="no PEM at all")
    assert refused(tmp_path, source, {"p": PASSWORD}) == "SRC-021"
    assert secure_shelf.asked == []
