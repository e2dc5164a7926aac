"""A file over HTTP, streamed to disk: bounded, hashed, gone on with where the network broke it off."""

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import httpx

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.sources.certificates import trusting
from bascule.delegate.sources.folders import MAX_DOWNLOAD_BYTES

_ATTEMPTS = 3
_PAUSE_S = 0.5
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)
_TRY_AGAIN = (429, 500, 502, 503, 504)
_NOTHING_THERE = 416
"""What is asked for begins where the file ends."""
_AS_IT_IS = {"Accept-Encoding": "identity"}
"""Packed once more on its way, it would have another digest, and be larger than it was said to be."""


def http(ca: str | None = None, auth: httpx.Auth | tuple[str, str] | None = None) -> httpx.AsyncClient:
    """A client that trusts `ca` (PEM) instead of the system's authorities, where given.

    Redirects are followed: to another host without the credentials, never from TLS to plain text.
    """
    trusted = trusting(ca) if ca else True
    hooks = {"response": [_stays_private]}
    return httpx.AsyncClient(verify=trusted, auth=auth, timeout=_TIMEOUT, follow_redirects=True, event_hooks=hooks)


async def _stays_private(answer: httpx.Response) -> None:
    if not answer.has_redirect_location or answer.url.scheme != "https":
        return
    to = answer.url.join(answer.headers["location"])
    if to.scheme != "https":
        what, where = "the server leads from TLS to plain text", shown(str(answer.url))
        why = f"it redirects to {shown(str(to))}"
        raise TargetError(Problem(code="SRC-022", what=what, where=where, why=why, fix="give the address it should lead to"))


def shown(url: str) -> str:
    """The URL less its query, in which signatures and tokens stand, and less a password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


async def download(client: httpx.AsyncClient, url: str, target: Path, headers: Mapping[str, str] | None = None) -> str:
    """Streams the answer to `target`; its SHA-256. Raises TargetError, InputError when it is too large."""
    with _Growing(target, url) as file:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with client.stream("GET", url, headers={**_AS_IT_IS, **(headers or {}), **file.rest()}) as answer:
                    if answer.status_code in _TRY_AGAIN and attempt < _ATTEMPTS:
                        await asyncio.sleep(_PAUSE_S * attempt)
                        continue
                    if answer.status_code == _NOTHING_THERE and attempt < _ATTEMPTS:
                        file.begin()
                        continue
                    check(answer, url)
                    file.expect(answer)
                    async for chunk in answer.aiter_raw():
                        await file.write(chunk)
                    return file.digest()
            except httpx.TransportError as error:
                if attempt == _ATTEMPTS:
                    raise unreachable(url, error) from error
                await asyncio.sleep(_PAUSE_S * attempt)
            except (httpx.HTTPError, httpx.InvalidURL) as error:  # redirects in a circle, or to what is no address
                raise TargetError(Problem(code="SRC-003", what="this cannot be fetched", where=shown(url), why=str(error))) from error
    raise AssertionError("the last attempt returns or raises")


class _Growing:
    """The file so far. A server that names its version by a strong ETag is asked for the rest only, and says whether that fits."""

    def __init__(self, target: Path, url: str) -> None:
        self._url = url
        self._file = target.open("wb")
        self.begin()

    def __enter__(self) -> "_Growing":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def begin(self) -> None:
        """Nothing of it is there."""
        self._digest, self._size, self._version = hashlib.sha256(), 0, ""
        self._file.seek(0)
        self._file.truncate()

    def rest(self) -> dict[str, str]:
        """The headers that ask for what is missing."""
        return {"Range": f"bytes={self._size}-", "If-Range": self._version} if self._size and self._version else {}

    def expect(self, answer: httpx.Response) -> None:
        """Take the answer for the rest, or for all of it. Raises InputError for one that says it is too large."""
        goes_on = answer.status_code == 206 and answer.headers.get("content-range", "").startswith(f"bytes {self._size}-")
        if not goes_on:
            self.begin()
        version = answer.headers.get("etag", "")
        self._version = "" if version.startswith("W/") else version
        length = answer.headers.get("content-length", "")
        self._bounded(self._size + (int(length) if length.isdecimal() else 0))

    async def write(self, chunk: bytes) -> None:
        self._size += len(chunk)
        self._bounded(self._size)
        self._digest.update(chunk)
        await asyncio.to_thread(self._file.write, chunk)

    def digest(self) -> str:
        """Of all that came."""
        return self._digest.hexdigest()

    def _bounded(self, size: int) -> None:
        if size > MAX_DOWNLOAD_BYTES:
            limit = MAX_DOWNLOAD_BYTES // 2**20
            raise InputError(
                Problem(code="SRC-015", what=f"this is larger than {limit} MiB", where=shown(self._url), fix="pack less into it")
            )


def check(answer: httpx.Response, url: str) -> None:
    """Raises TargetError for an answer that is none."""
    if answer.status_code < 400:
        return
    where = shown(url)
    if answer.status_code in (401, 403):
        fix = "check the user and the secret of the connector, and that it may read this"
        raise TargetError(
            Problem(code="SRC-008", what="the server does not let us in", where=where, why=f"HTTP {answer.status_code}", fix=fix)
        )
    if answer.status_code == 404:
        fix = "check the connector's URL and the path of the archive"
        raise TargetError(Problem(code="SRC-009", what="there is nothing at this address", where=where, why="HTTP 404", fix=fix))
    raise TargetError(Problem(code="SRC-003", what="this cannot be fetched", where=where, why=f"HTTP {answer.status_code}"))


def unreachable(url: str, error: httpx.TransportError) -> TargetError:
    """What the network did to us, as a problem."""
    text = str(error) or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in text:
        fix = "give the connector the certificate of the authority that signed it"
        return TargetError(Problem(code="SRC-014", what="the server's certificate is not trusted", where=shown(url), why=text, fix=fix))
    return TargetError(Problem(code="SRC-003", what="the server cannot be reached", where=shown(url), why=text))


def require_digest(wanted: str | None, found: str, where: str) -> None:
    """Raises InputError when what came is not what was meant."""
    if wanted is not None and wanted.lower().removeprefix("sha256:") != found:
        raise InputError(
            Problem(
                code="SRC-016",
                what="what was fetched is not what was meant",
                where=where,
                why=f"its SHA-256 is {found}, expected was {wanted}",
                fix="name the digest of the new one, if the change is meant",
            )
        )
