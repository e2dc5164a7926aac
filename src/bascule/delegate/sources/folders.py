"""Paths that stay below the workspace, and how much may be put there."""

import os
from collections.abc import Iterator
from pathlib import Path

from bascule.core.errors import InputError
from bascule.core.problems import Problem

MAX_DOWNLOAD_BYTES = 2 * 2**30
"""Of one archive, as it is sent."""
MAX_UNPACKED_BYTES = 4 * 2**30
MAX_FILES = 200_000
MAX_RATIO = 200
"""How much larger than the archive its contents may be, above a first 64 MiB: a changelog never is, a bomb always."""
FREE_BYTES = 64 * 2**20


def below(workspace: Path, path: str) -> Path:
    """The path inside the workspace. Raises InputError for one that leads out of it."""
    target = (workspace / path).resolve()
    if target != workspace.resolve() and workspace.resolve() not in target.parents:
        raise InputError(Problem(code="SRC-001", what=f"'{path}' leads out of the workspace", fix="use a path below it, without '..'"))
    return target


def write_files(files: dict[str, str], folder: Path) -> None:
    """Files given as text."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        target = below(folder, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def drop_links_out(folder: Path) -> list[str]:
    """Remove the symbolic links below the folder that lead out of it, for a changelog would be read through them. Their paths."""
    root = folder.resolve()
    dropped: list[str] = []
    for link in links_below(folder):
        try:
            inside = link.resolve().is_relative_to(root)
        except (OSError, RuntimeError):  # links in a circle
            inside = False
        if not inside:
            link.unlink()
            dropped.append(str(link.relative_to(folder)))
    return dropped


def links_below(folder: Path) -> Iterator[Path]:
    """The symbolic links below the folder, beside those that git keeps."""
    for held, folders, files in os.walk(folder):
        if ".git" in folders:
            folders.remove(".git")
        yield from (path for name in (*folders, *files) if (path := Path(held, name)).is_symlink())


class StoppedError(Exception):
    """The job is cancelled, or its time is over."""


class Allowance:
    """How much an archive may still unpack to. `what` is its address, for the problem."""

    def __init__(self, what: str, packed_bytes: int) -> None:
        self._what = what
        self._bytes = min(MAX_UNPACKED_BYTES, FREE_BYTES + packed_bytes * MAX_RATIO)
        self._files = MAX_FILES
        self._is_stopped = False

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self._is_stopped = True

    def take(self, size: int, files: int = 0) -> None:
        """Raises InputError when it is used up."""
        if self._is_stopped:
            raise StoppedError
        self._bytes -= size
        self._files -= files
        if self._bytes < 0 or self._files < 0:
            why = "it unpacks to more files than any changelog has" if self._files < 0 else "it unpacks to far more than it holds"
            raise InputError(Problem(code="SRC-011", what="this archive is not unpacked", where=self._what, why=why))
