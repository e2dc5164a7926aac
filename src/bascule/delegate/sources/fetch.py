"""The sources of one delegate: each kind by its own module, which is imported when it is needed."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

from bascule.delegate.sources.cache import CACHE_BYTES, Cache
from bascule.delegate.sources.folders import below, write_files
from bascule.delegate.sources.git import Repositories
from bascule.wire.jobs import ArchiveSource, GitSource, InlineSource, ObjectSource, OciSource, Source

Say = Callable[[str], None]
"""Tells a line to whoever watches the job."""


class Sources:
    """Fetches into workspaces. Two jobs that want the same repository fetch it one after the other."""

    def __init__(self, folder: Path, limit_bytes: int = CACHE_BYTES) -> None:
        """`limit_bytes`: so much of the disk is kept for what was fetched before."""
        self._cache = Cache(folder, limit_bytes)
        self._repositories = Repositories(self._cache)

    async def fetch(self, sources: list[Source], workspace: Path, secrets: dict[str, str], say: Say) -> str | None:
        """Put all sources into the workspace. Returns what the first one that has revisions was pinned to: a commit, or `sha256:…`.

        Raises InputError for a revision or path that does not exist or may not be used, TargetError when the server cannot be reached.
        """
        pinned: str | None = None
        for source in sources:
            folder = below(workspace, source.directory)
            found = await self._fetch(source, folder, secrets, say)
            pinned = pinned or found
        return pinned

    async def _fetch(self, source: Source, folder: Path, secrets: dict[str, str], say: Say) -> str | None:
        if isinstance(source, GitSource):
            return await self._repositories.fetch(source, folder, secrets, say)
        if isinstance(source, InlineSource):
            write_files(source.files, folder)
            return None
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        try:
            return await _download(source, folder, secrets, say, self._cache)
        except BaseException:  # a workspace has a source whole or not at all
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            raise


async def _download(source: ArchiveSource | ObjectSource | OciSource, folder: Path, secrets: dict[str, str], say: Say, cache: Cache) -> str:
    match source:
        case ArchiveSource():
            from bascule.delegate.sources.archive import fetch_archive

            return await fetch_archive(source, folder, secrets, say, cache)
        case ObjectSource():
            from bascule.delegate.sources.objects import fetch_objects

            return await fetch_objects(source, folder, secrets, say)
        case OciSource():
            from bascule.delegate.sources.oci import fetch_artifact

            return await fetch_artifact(source, folder, secrets, say)
