"""Who holds an SQLite file locked: by /proc/locks, where there is one."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_LOCKS = Path("/proc/locks")


def holders(database: str) -> list[str]:
    """`pid 123 (sqlite3 app.db)` for each process but ours that holds a lock on the file, its journal in shared memory included.

    Empty on systems that do not tell. Processes of other containers show no pid and are left out.
    """
    try:
        lines = _LOCKS.read_text().splitlines()
    except OSError:
        return []
    wanted = set(_inodes(database))
    pids = {int(words[4]) for words in (line.split() for line in lines) if len(words) > 5 and words[5] in wanted and words[1] != "->"}
    return [_named(pid) for pid in sorted(pids - {os.getpid()}) if pid > 0]


def _inodes(database: str) -> Iterator[str]:
    """As /proc/locks writes them: `major:minor:inode`, the device in hexadecimal."""
    for path in (database, f"{database}-shm"):
        with suppress(OSError):
            found = Path(path).stat()
            yield f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"


def _named(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        command = ""
    return f"pid {pid} ({command[:120]})" if command else f"pid {pid}"
