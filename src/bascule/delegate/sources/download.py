"""A file over HTTP, streamed to disk: bounded, hashed, tried again when the network fails."""

import asyncio
import hashlib
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.sources.folders import MAX_DOWNLOAD_BYTES

_ATTEMPTS = 3
_PAUSE_S = 0.5
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)
_TRY_AGAIN = (429, 500, 502, 503, 504)


def http(ca: str | None = None, auth: httpx.Auth | tuple[str, str] | None = None) -> httpx.AsyncClient:
    """A client that trusts `ca` (PEM) instead of the system's authorities, where given."""
    trusted: ssl.SSLContext | bool = ssl.create_default_context(cadata=ca) if ca else True
    return httpx.AsyncClient(verify=trusted, auth=auth, timeout=_TIMEOUT, follow_redirects=True)


def shown(url: str) -> str:
    """The URL less its query, in which signatures and tokens stand."""
    return urlsplit(url)._replace(query="", fragment="").geturl()


async def download(client: httpx.AsyncClient, url: str, target: Path, headers: Mapping[str, str] | None = None) -> str:
    """Streams the answer to `target`; its SHA-256. Raises TargetError, InputError when it is too large."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with client.stream("GET", url, headers=headers) as answer:
                if answer.status_code in _TRY_AGAIN and attempt < _ATTEMPTS:
                    await asyncio.sleep(_PAUSE_S * attempt)
                    continue
                check(answer, url)
                return await _keep(answer, target, url)
        except httpx.TransportError as error:
            if attempt == _ATTEMPTS:
                raise unreachable(url, error) from error
            await asyncio.sleep(_PAUSE_S * attempt)
    raise AssertionError("the last attempt returns or raises")


async def _keep(answer: httpx.Response, target: Path, url: str) -> str:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        async for chunk in answer.aiter_bytes():
            size += len(chunk)
            if size > MAX_DOWNLOAD_BYTES:
                limit = MAX_DOWNLOAD_BYTES // 2**20
                raise InputError(
                    Problem(code="SRC-015", what=f"this is larger than {limit} MiB", where=shown(url), fix="pack less into it")
                )
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
    return digest.hexdigest()


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
