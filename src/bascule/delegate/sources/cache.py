"""What a delegate keeps of what it fetched: mirrors and archives, the latest used, within a bound on disk.

Only we look into it (0700): a script, which runs as another user, does not. An entry's name depends on the credentials it was fetched with,
so that nobody is given by the cache what the server would refuse them.
"""

import asyncio
import hashlib
import hmac
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

CACHE_BYTES = 8 * 2**30
_GOING = ".gone-"
_KEY_BYTES = 32
_ENTRIES = (".git", ".archive")


class Cache:
    """The entries of one delegate. Whoever holds an entry has it for itself: two jobs that want the same fetch it one after the other."""

    def __init__(self, folder: Path, limit_bytes: int = CACHE_BYTES) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.folder = folder
        self._limit_bytes = limit_bytes
        self._locks: dict[str, asyncio.Lock] = {}
        self._key = self._own_key()
        for path in folder.iterdir():
            if path.name.startswith((_GOING, "login-", "fetch-")):  # an earlier start was killed amid it; a login holds keys
                remove(path)

    def _own_key(self) -> bytes:
        """Made once; again where an earlier start was killed amid making it."""
        path = self.folder / "key"
        if not path.exists() or path.stat().st_size != _KEY_BYTES:
            temporary = self.folder / ".key"
            temporary.touch(mode=0o600)
            temporary.write_bytes(secrets.token_bytes(_KEY_BYTES))
            temporary.replace(path)
        return path.read_bytes()

    def name(self, *parts: str | None) -> str:
        """The name of what is fetched from there by those credentials; tells nothing of them."""
        text = "\0".join(part or "" for part in parts)
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:32]

    @asynccontextmanager
    async def entry(self, name: str) -> AsyncIterator[Path]:
        """The place of an entry, to use and to fill; it is the latest used afterwards."""
        async with self._locks.setdefault(name, asyncio.Lock()):
            path = self.folder / name
            try:
                yield path
            finally:
                if path.exists():
                    os.utime(path)

    async def trim(self) -> None:
        """Drop the entries that were used longest ago, until the rest is within the bound. Those in use stay."""
        found = await asyncio.to_thread(self._measured)
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            lock = self._locks.setdefault(path.name, asyncio.Lock())
            if total <= self._limit_bytes:
                return
            if lock.locked():
                continue
            async with lock:
                await asyncio.to_thread(remove, path)
            total -= size

    def _measured(self) -> list[tuple[float, int, Path]]:
        """When each was used last, and how large it is."""
        found: list[tuple[float, int, Path]] = []
        for path in self.folder.iterdir():
            if path.name.endswith(_ENTRIES) and not path.name.startswith(_GOING):
                try:
                    found.append((path.stat().st_mtime, _size(path), path))
                except FileNotFoundError:
                    continue
        return found


def remove(path: Path) -> None:
    """Drop it at once, whoever is killed amid it: what is half gone has another name."""
    going = path if path.name.startswith(_GOING) else path.with_name(f"{_GOING}{secrets.token_hex(4)}-{path.name}")
    try:
        if going != path:
            path.rename(going)
        if going.is_dir():
            shutil.rmtree(going, ignore_errors=True)
        else:
            going.unlink(missing_ok=True)
    except FileNotFoundError:
        return


def _size(path: Path) -> int:
    """Of a file, or of all below a folder, as the disk counts it."""
    if not path.is_dir():
        return path.stat().st_blocks * 512
    total = 0
    for folder, _, files in os.walk(path):
        for name in files:
            try:
                total += Path(folder, name).lstat().st_blocks * 512
            except FileNotFoundError:
                continue
    return total
