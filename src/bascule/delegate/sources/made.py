"""What a script source has left in the workspace: read as we are, so looked at first, and told apart by its digest."""

import hashlib
import os
import stat
from pathlib import Path

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.delegate.sources.folders import MAX_FILES, MAX_UNPACKED_BYTES, below


def digest_of(workspace: Path, location: str) -> str:
    """`sha256:…` over the paths and contents of all below the location's folder, less what git keeps for itself.

    Raises InputError when nothing is at the location, or when something there may not be read: a link out of the folder, a device or pipe,
    more than a source may hold.
    """
    made = below(workspace, location)
    if not made.exists():
        near = sorted(str(path.relative_to(workspace)) for path in list(workspace.rglob(made.name))[:3])
        why = f"there is {', '.join(near)}" if near else "the script ended well and left no such file"
        fix = "have the script write it there: the path starts in the folder in which the script runs"
        raise InputError(
            Problem(code="SRC-026", what="the script has not left the changelog where it should be", where=location, why=why, fix=fix)
        )
    root = made if made.is_dir() else made.parent
    lines: list[str] = []
    size = 0
    for path in _below(root):
        size += _check(path, root)
        if len(lines) == MAX_FILES or size > MAX_UNPACKED_BYTES:
            raise InputError(
                Problem(
                    code="SRC-015", what="the script has left more than a source may hold", where=location, fix="leave only the changelog"
                )
            )
        if path.is_file():
            lines.append(f"{path.relative_to(root)}\0{_sha256(path)}")
    return f"sha256:{hashlib.sha256(chr(10).join(sorted(lines)).encode('utf-8', 'surrogateescape')).hexdigest()}"


def _below(root: Path) -> list[Path]:
    """Everything but folders; a link to a folder is a link."""
    found: list[Path] = []
    for held, folders, files in os.walk(root):
        if ".git" in folders:
            folders.remove(".git")
        found += [Path(held, name) for name in files]
        found += [Path(held, name) for name in folders if Path(held, name).is_symlink()]
    return found


def _check(path: Path, root: Path) -> int:
    """Its size. Raises InputError."""
    found = path.lstat()
    if stat.S_ISREG(found.st_mode):
        return found.st_size
    if not stat.S_ISLNK(found.st_mode):
        raise _refused(path, root, "it is a device, a socket or a pipe")
    if path.exists() and not path.resolve().is_relative_to(root.resolve()):
        raise _refused(path, root, f"it is a link to '{path.readlink()}', out of the folder")
    return 0


def _refused(path: Path, root: Path, why: str) -> InputError:
    what = f"what the script left is refused: '{path.relative_to(root)}'"
    return InputError(Problem(code="SRC-027", what=what, why=why, fix="have the script copy the file itself"))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
