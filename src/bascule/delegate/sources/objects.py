"""Object stores: S3, Google Cloud Storage, Azure, by obstore."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.sources.download import require_digest
from bascule.delegate.sources.folders import MAX_DOWNLOAD_BYTES, MAX_FILES, below
from bascule.delegate.sources.unpack import unpack
from bascule.wire.jobs import ObjectSource

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_RETRIES = 3
_CREDENTIALS = frozenset({"access_key_id", "secret_access_key", "client_secret", "service_account_key", "account_key", "sas_token"})
_SCHEMES = ("s3", "gs", "az", "abfs", "abfss")


async def fetch_objects(source: ObjectSource, folder: Path, secrets: dict[str, str], say: Callable[[str], None]) -> str:
    """An archive unpacked, or all objects below a prefix; the digest of what came. Raises InputError or TargetError."""
    parts = urlsplit(source.url)
    if parts.scheme not in _SCHEMES:
        fix = f"it starts with one of {', '.join(f'{scheme}://' for scheme in _SCHEMES)}"
        raise InputError(Problem(code="SRC-006", what=f"'{source.url}' is not an address in an object store", fix=fix))
    try:
        from obstore.exceptions import BaseError
    except ImportError as error:
        fix = "pip install 'bascule[objects]' where the delegate runs"
        raise TargetError(Problem(code="SRC-005", what="this delegate has no library for object stores", fix=fix)) from error
    path = parts.path.strip("/")
    options = {**source.options, **{key: secrets[name] for key, name in source.secret_options.items()}}
    try:
        store = _open(f"{parts.scheme}://{parts.netloc}", options)
        archive = path.lower().endswith(_ARCHIVES)
        digest = await (_archive if archive else _below)(store, path, folder, source)
    except FileNotFoundError as error:
        raise TargetError(Problem(code="SRC-009", what="there is nothing at this address", where=source.url)) from error
    except (BaseError, OSError, ValueError) as error:
        raise TargetError(Problem(code="SRC-003", what="the object store cannot be read", where=source.url, why=_short(error))) from error
    say(f"{source.url} at sha256:{digest[:12]}")
    return f"sha256:{digest}"


def _open(url: str, options: dict[str, str]) -> Any:
    """Raises ValueError for options that it does not know: the library panics at some of them, which is no Exception."""
    from obstore.store import from_url

    plain = options.get("endpoint", "").startswith("http://")
    try:
        with _only(options):
            return from_url(url, config=options, client_options={"allow_http": plain}, retry_config={"max_retries": _RETRIES})  # type: ignore[call-overload]
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError(f"an option of {', '.join(sorted(options))} is not known: {error}") from error


@contextmanager
def _only(options: dict[str, str]) -> Iterator[None]:
    """With credentials of its own a source gets nothing of the delegate's, such as the session token of another key."""
    hidden: dict[str, str] = {}
    if not _CREDENTIALS.isdisjoint(options):
        hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(("AWS_", "AZURE_", "GOOGLE_"))}
    try:
        yield
    finally:
        os.environ.update(hidden)


async def _archive(store: Any, path: str, folder: Path, source: ObjectSource) -> str:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetch-") as held:
        file = Path(held, "archive")
        digest, _ = await _get(store, path, file, source.url, 0)
        require_digest(source.sha256, digest, source.url)
        await unpack(file, folder, source.url)
    return digest


async def _below(store: Any, prefix: str, folder: Path, source: ObjectSource) -> str:
    """Each object becomes a file; the digest is that of all names with their digests, sorted."""
    found: list[str] = []
    taken = 0
    async for batch in store.list(prefix=prefix or None):
        for item in batch:
            name = str(item["path"])[len(prefix) :].lstrip("/")
            if not name or name.endswith("/"):
                continue
            if len(found) >= MAX_FILES:
                raise InputError(
                    Problem(code="SRC-015", what=f"there are more than {MAX_FILES} objects below this address", where=source.url)
                )
            target = below(folder, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            digest, size = await _get(store, str(item["path"]), target, source.url, taken)
            taken += size
            found.append(f"{name} {digest}")
    if not found:
        raise FileNotFoundError(prefix)
    digest = hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
    require_digest(source.sha256, digest, source.url)
    return digest


async def _get(store: Any, path: str, target: Path, where: str, taken: int) -> tuple[str, int]:
    answer = await store.get_async(path)
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        async for chunk in answer.stream():
            size += len(chunk)
            if taken + size > MAX_DOWNLOAD_BYTES:
                limit = MAX_DOWNLOAD_BYTES // 2**20
                raise InputError(Problem(code="SRC-015", what=f"this is larger than {limit} MiB", where=where, fix="keep less below it"))
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
    return digest.hexdigest(), size


def _short(error: Exception) -> str:
    """obstore's errors go on for pages."""
    return str(error).split("\n\n", 1)[0][:400]
