"""A folder for scratch databases: ours while we live, removed by the next run when we were killed."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "bascule-scratch-"
_LOCK = "owner.lock"
_SETTLED_S = 60
"""A folder younger than this may not have its lock yet."""


@contextmanager
def scratch_folder(within: Path | None = None) -> Iterator[Path]:
    """A new folder, `within` the system's own for temporary files, and gone at the end. Only its owner may enter it."""
    home = within or Path(tempfile.gettempdir())
    _remove_left_behind(home)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=home))
    try:
        with (folder / _LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind(home: Path) -> None:
    """Folders whose owner is dead: nobody holds their lock. Another user's cannot be opened, and stay."""
    for folder in home.glob(f"{PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime < _SETTLED_S:
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(lock)
