"""Zip and tar archives into a folder: nothing lands outside it, nothing is larger than it may be, links stay inside."""

import asyncio
import errno
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import IO

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.sources.folders import Allowance, links_below

_CHUNK = 1 << 16
_MAX_HEADER_BYTES = 1 << 20
"""Of a long name or a PAX header, which tarfile reads into memory whole."""
_MAX_DIRECTORY_BYTES = 16 << 20
_UTF8_FLAG = 0x800
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, EOFError, NotImplementedError, RuntimeError, UnicodeError, zlib.error, lzma.LZMAError)


async def unpack(archive: Path, folder: Path, where: str, *, may_replace: bool = False) -> None:
    """Unpacks by what the file is, not by what it is called; over files that are there only with `may_replace`, as layers do.

    Nothing is written any more when this ends, also when it is cancelled. Raises InputError for another kind, or one that may not be
    unpacked, TargetError when the disk is full.
    """
    allowance = Allowance(where, archive.stat().st_size)
    unpacking = asyncio.create_task(asyncio.to_thread(_unpack, archive, folder, where, allowance, may_replace=may_replace))
    try:
        await asyncio.shield(unpacking)
    finally:
        allowance.stop()
        await asyncio.wait({unpacking})


def _unpack(archive: Path, folder: Path, where: str, allowance: Allowance, *, may_replace: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    writer = _Writer(folder, where, allowance, may_replace=may_replace)
    try:
        if zipfile.is_zipfile(archive):
            _unzip(archive, writer)
        elif tarfile.is_tarfile(archive):
            _untar(archive, writer)
        else:
            fix = "give the address of a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz"
            raise InputError(Problem(code="SRC-010", what="this is no archive that we can unpack", where=where, fix=fix))
    except _DAMAGED as error:
        what = "the archive is damaged, or of a kind we cannot unpack"
        raise InputError(Problem(code="SRC-010", what=what, where=where, why=str(error))) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            fix = "give the delegate's data directory more room"
            raise TargetError(Problem(code="SRC-020", what="the delegate's disk is full", where=where, why=str(error), fix=fix)) from error
        what = "the archive is damaged, or of a kind we cannot unpack"
        raise InputError(Problem(code="SRC-010", what=what, where=where, why=error.strerror or str(error))) from error


class _Writer:
    """Writes entries below the folder, none of them twice."""

    def __init__(self, folder: Path, where: str, allowance: Allowance, *, may_replace: bool) -> None:
        self._folder, self._where, self._allowance, self._may_replace = folder, where, allowance, may_replace
        self._links: list[Path] = []

    def folder(self, name: str) -> None:
        self._target(name).mkdir(parents=True, exist_ok=True)

    def file(self, name: str, source: IO[bytes]) -> None:
        target = self._target(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if self._may_replace:
            target.unlink(missing_ok=True)
        try:
            with target.open("xb") as file:
                while chunk := source.read(_CHUNK):
                    self._allowance.take(len(chunk))
                    file.write(chunk)
        except FileExistsError:
            # Two scanners of one archive could each believe another one; where case does not tell names apart, neither does this.
            raise self.refused(name, "there are two entries of this name") from None

    def link(self, name: str, to: str) -> None:
        target = self._target(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if self._may_replace:
            target.unlink(missing_ok=True)
        target.symlink_to(to)
        self._links.append(target)

    def count(self) -> None:
        self._allowance.take(0, files=1)

    def check_links(self) -> None:
        """When all is there: a link may lead by way of another one, also one of an earlier layer by way of one of this."""
        root = self._folder.resolve()
        for link in {*self._links, *links_below(self._folder)} if self._may_replace else self._links:
            try:
                inside = link.resolve().is_relative_to(root)
            except (OSError, RuntimeError):  # links in a circle
                inside = False
            if not inside:
                raise self.refused(str(link.relative_to(self._folder)), f"it is a link to '{link.readlink()}', out of the folder")

    def _target(self, name: str) -> Path:
        """Raises InputError for a name that leads out of the folder, also by way of a link unpacked before."""
        if name.startswith(("/", "\\")) or "\\" in name or ":" in name.partition("/")[0] or ".." in Path(name).parts or "\0" in name:
            raise self.refused(name, "its name leads out of the folder")
        if not _is_text(name):
            raise self.refused(name, "its name is not UTF-8, or has control characters")
        target = self._folder / name
        if any(parent.is_symlink() for parent in (target, *target.parents) if self._folder in parent.parents):
            raise self.refused(name, "it would be written through a link")
        return target

    def refused(self, name: str, why: str) -> InputError:
        shown = name.encode("ascii", "backslashreplace").decode() if not _is_text(name) else name
        what = f"the archive's entry '{shown[:200]}' is refused"
        return InputError(Problem(code="SRC-012", what=what, where=self._where, why=why, fix="pack it without such entries"))


def _is_text(name: str) -> bool:
    """Bytes that are no UTF-8 stand as surrogates in a name."""
    return not any(character < " " or character == "\x7f" or "\ud800" <= character <= "\udfff" for character in name)


class _Zip(io.BufferedReader):
    """Whose directory fits into memory: zipfile reads it whole, and makes half a kilobyte of each of its entries."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MAX_DIRECTORY_BYTES:
            raise RuntimeError(f"its directory is longer than {_MAX_DIRECTORY_BYTES >> 20} MiB")
        return super().read(size)


def _unzip(archive: Path, writer: _Writer) -> None:
    with _Zip(io.FileIO(archive)) as file, zipfile.ZipFile(file) as opened:
        for entry in opened.infolist():
            writer.count()
            name = _zip_name(entry)
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise writer.refused(name, "it is a symbolic link")
            if entry.is_dir():
                writer.folder(name)
                continue
            with opened.open(entry) as source:
                writer.file(name, source)


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Some programs write UTF-8 without saying so; what is not, is taken for the code page that the format once meant."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


class _Entry(tarfile.TarInfo):
    """Whose headers fit into memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_Entry":
        entry = super().frombuf(buf, encoding, errors)
        is_header = entry.type in (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, *tarfile.GNU_TYPES[:2])
        if is_header and entry.size > _MAX_HEADER_BYTES:
            raise RuntimeError("a name or header in it is longer than 1 MiB")
        return entry


def _untar(archive: Path, writer: _Writer) -> None:
    with tarfile.open(archive, tarinfo=_Entry, encoding="utf-8") as opened:
        for member in opened:
            writer.count()
            if member.isdir():
                writer.folder(member.name)
            elif member.isfile():
                source = opened.extractfile(member)
                if source is not None:
                    with source:
                        writer.file(member.name, source)
            elif member.issym():
                writer.link(member.name, member.linkname)
            else:
                kind = "a hard link" if member.islnk() else "a device or pipe"
                raise writer.refused(member.name, f"it is {kind}")
    writer.check_links()
