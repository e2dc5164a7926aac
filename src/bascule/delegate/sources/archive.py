"""An archive at an HTTP address."""

import asyncio
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.delegate.sources.cache import Cache
from bascule.delegate.sources.download import download, http, require_digest, shown
from bascule.delegate.sources.unpack import unpack
from bascule.wire.jobs import ArchiveSource


async def fetch_archive(source: ArchiveSource, folder: Path, secrets: dict[str, str], say: Callable[[str], None], cache: Cache) -> str:
    """Unpacks the archive into the folder; its digest. One that is pinned and was fetched before comes from the cache.

    Raises InputError or TargetError.
    """
    if not source.url.startswith(("https://", "http://")):
        raise InputError(Problem(code="SRC-006", what=f"'{shown(source.url)}' is not the URL of an archive", fix="it starts with https://"))
    username = secrets[source.username_secret] if source.username_secret else source.username
    password = secrets[source.password_secret] if source.password_secret else None
    token = secrets[source.token_secret] if source.token_secret else None
    where = shown(source.url)
    async with cache.entry(cache.name(source.url, username, password, token) + ".archive") as kept:
        digest = await asyncio.to_thread(_digest, kept)
        if source.sha256 is None or digest != source.sha256.lower().removeprefix("sha256:"):
            with tempfile.TemporaryDirectory(dir=cache.folder, prefix="fetch-") as held:
                archive = Path(held, "archive")
                auth = (username or "", password) if password is not None else None
                async with http(source.ca, auth) as client:
                    digest = await download(client, source.url, archive, {"Authorization": f"Bearer {token}"} if token else None)
                require_digest(source.sha256, digest, where)
                archive.replace(kept)
        await unpack(kept, folder, where)
    await cache.trim()
    say(f"{where} at sha256:{digest[:12]}")
    return f"sha256:{digest}"


def _digest(file: Path) -> str:
    """Its SHA-256; empty when it is not there."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
