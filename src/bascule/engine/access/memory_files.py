"""Files for those who want a path: in memory where the system has that, else in a private folder until the process ends."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

Keep = Callable[[str, bytes], str]
"""Makes a file of that name with that content, readable by us alone; its path."""

_ours: dict[tuple[str, bytes, int], int] = {}
_folders: list[object] = []


def keep_in_memory(name: str, content: bytes) -> str:
    """A path for this process, as long as it lives: libpq reads a key again when it cancels a statement."""
    if not hasattr(os, "memfd_create"):
        return _on_disk(name, content)
    return f"/proc/self/fd/{_descriptor(name, content, 0o600)}"


def keep_for_others(name: str, content: bytes, mode: int = 0o600) -> str:
    """The same for programs that we start: a path that leads them to our memory."""
    if not hasattr(os, "memfd_create"):
        path = _on_disk(name, content)
        Path(path).chmod(mode)
        return path
    return f"/proc/{os.getpid()}/fd/{_descriptor(name, content, mode)}"


def keep_in(folder: Path) -> Keep:
    """Files in a folder that somebody else removes."""

    def keep(name: str, content: bytes) -> str:
        path = folder / name
        path.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
        path.write_bytes(content)
        return str(path)

    return keep


def _descriptor(name: str, content: bytes, mode: int) -> int:
    """One per content. libpq and ssh take a key only from a file that is ours and nobody else's, which memory can be as well."""
    descriptor = _ours.get((name, content, mode))
    if descriptor is None:
        descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
        os.fchmod(descriptor, mode)
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(content)
        _ours[name, content, mode] = descriptor
    return descriptor


def _on_disk(name: str, content: bytes) -> str:
    import tempfile

    folder = tempfile.TemporaryDirectory(prefix="bascule-")
    _folders.append(folder)
    return keep_in(Path(folder.name))(name, content)
