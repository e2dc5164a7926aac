"""An archive at an HTTP address."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.delegate.sources.download import download, http, require_digest, shown
from bascule.delegate.sources.unpack import unpack
from bascule.wire.jobs import ArchiveSource


async def fetch_archive(source: ArchiveSource, folder: Path, secrets: dict[str, str], say: Callable[[str], None]) -> str:
    """Unpacks the archive into the folder; its digest. Raises InputError or TargetError."""
    if not source.url.startswith(("https://", "http://")):
        raise InputError(Problem(code="SRC-006", what=f"'{shown(source.url)}' is not the URL of an archive", fix="it starts with https://"))
    username = secrets[source.username_secret] if source.username_secret else source.username
    password = secrets[source.password_secret] if source.password_secret else None
    auth = (username or "", password) if password is not None else None
    headers = {"Authorization": f"Bearer {secrets[source.token_secret]}"} if source.token_secret else None
    where = shown(source.url)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetch-") as held:
        archive = Path(held, "archive")
        async with http(source.ca, auth) as client:
            digest = await download(client, source.url, archive, headers)
        require_digest(source.sha256, digest, where)
        await asyncio.to_thread(unpack, archive, folder, where)
    say(f"{where} at sha256:{digest[:12]}")
    return f"sha256:{digest}"
