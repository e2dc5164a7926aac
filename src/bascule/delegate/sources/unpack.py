"""Zip and tar archives into a folder: nothing lands outside it, nothing is larger than it may be, links stay inside."""

import stat
import tarfile
import zipfile
from pathlib import Path
from typing import IO

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.delegate.sources.folders import Allowance

_CHUNK = 1 << 16


def unpack(archive: Path, folder: Path, where: str) -> None:
    """Unpacks by what the file is, not by what it is called. Raises InputError for another kind, or one that may not be unpacked."""
    folder.mkdir(parents=True, exist_ok=True)
    allowance = Allowance(where, archive.stat().st_size)
    try:
        if zipfile.is_zipfile(archive):
            _unzip(archive, folder, allowance, where)
        elif tarfile.is_tarfile(archive):
            _untar(archive, folder, allowance, where)
        else:
            fix = "give the address of a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz"
            raise InputError(Problem(code="SRC-010", what="this is no archive that we can unpack", where=where, fix=fix))
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, NotImplementedError, RuntimeError) as error:
        what = "the archive is damaged, or of a kind we cannot unpack"
        raise InputError(Problem(code="SRC-010", what=what, where=where, why=str(error))) from error


def _unzip(archive: Path, folder: Path, allowance: Allowance, where: str) -> None:
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            allowance.take(0, files=1)
            mode = entry.external_attr >> 16
            if stat.S_ISLNK(mode):
                raise _refused(where, entry.filename, "it is a symbolic link")
            target = _inside(folder, entry.filename, where)
            if entry.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            with opened.open(entry) as source:
                _copy(source, target, allowance)


def _untar(archive: Path, folder: Path, allowance: Allowance, where: str) -> None:
    links: list[Path] = []
    with tarfile.open(archive) as opened:
        for member in opened:
            allowance.take(0, files=1)
            target = _inside(folder, member.name, where)
            if member.isdir():
                target.mkdir(parents=True, exist_ok=True)
            elif member.isfile():
                source = opened.extractfile(member)
                if source is not None:
                    with source:
                        _copy(source, target, allowance)
            elif member.issym():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(member.linkname)
                links.append(target)
            else:
                kind = "a hard link" if member.islnk() else "a device or pipe"
                raise _refused(where, member.name, f"it is {kind}")
    _check_links(folder, links, where)


def _inside(folder: Path, name: str, where: str) -> Path:
    """Raises InputError for a name that leads out of the folder, also by way of a link unpacked before."""
    if name.startswith(("/", "\\")) or "\\" in name or ":" in name.partition("/")[0] or ".." in Path(name).parts or "\0" in name:
        raise _refused(where, name, "its name leads out of the folder")
    target = folder / name
    if any(parent.is_symlink() for parent in (target, *target.parents) if folder in parent.parents):
        raise _refused(where, name, "it would be written through a link")
    return target


def _check_links(folder: Path, links: list[Path], where: str) -> None:
    """When all is there: a link may lead by way of another one."""
    root = folder.resolve()
    for link in links:
        try:
            inside = link.resolve().is_relative_to(root)
        except (OSError, RuntimeError):  # links in a circle
            inside = False
        if not inside:
            raise _refused(where, str(link.relative_to(folder)), f"it is a link to '{link.readlink()}', out of the folder")


def _copy(source: IO[bytes], target: Path, allowance: Allowance) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            allowance.take(len(chunk))
            file.write(chunk)


def _refused(where: str, name: str, why: str) -> InputError:
    what = f"the archive's entry '{name}' is refused"
    return InputError(Problem(code="SRC-012", what=what, where=where, why=why, fix="pack it without such entries"))
