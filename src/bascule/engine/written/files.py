"""The search path: where changelogs and the files they name are found. Nothing outside it is ever read."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from bascule.core.encoding import decode
from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Problem

_PREFIX = re.compile(r"^(?:classpath:|file:)?(?:[A-Za-z]:)?/*")


def normalise(path: str) -> str:
    """A path as FILENAME stores it: `/` as separator, no `classpath:`, no drive, no leading `/`, `.` and `..` resolved.

    A `..` that leads out of the search path stays in front, for `Files` to refuse.
    """
    parts: list[str] = []
    for part in _PREFIX.sub("", path.strip().replace("\\", "/"), count=1).split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


class Files:
    """Files by their normalised path, looked up in each root in turn."""

    def __init__(self, roots: Sequence[Path], *, encoding: str | None = None, first_wins: bool = False) -> None:
        """`encoding` is that of texts that do not name their own, else UTF-8. `first_wins`: a path in two roots is the first's."""
        self.roots = tuple(Path(root).resolve() for root in roots)
        self.encoding = encoding
        self.first_wins = first_wins

    def resolve(self, path: str, relative_to: str | None = None) -> str:
        """The normalised path; `relative_to` names the file beside which it is meant. Raises InputError when it leads out."""
        inside = self._inside_a_root(path)
        if inside is not None:
            return inside
        folder = relative_to.rpartition("/")[0] if relative_to else ""
        found = normalise(f"{folder}/{path}" if folder else path)
        if found.startswith("..") and found.split("/")[0] == "..":
            raise InputError(
                Problem(
                    code="LOG-002",
                    what=f"the path '{path}' leads out of the search path",
                    fix="keep changelog files below one of its folders",
                )
            )
        return found

    def read(self, path: str) -> bytes:
        """The content of a file. Raises NotFoundError, or InputError when it may not be read."""
        return self.locate(path).read_bytes()

    def open(self, path: str) -> BinaryIO:
        """A file at its beginning, for who reads it piece by piece. Raises as `read` does."""
        return self.locate(path).open("rb")

    def exists(self, path: str) -> bool:
        return any(True for _ in self._candidates(self.resolve(path)))

    def locate(self, path: str) -> Path:
        """Where a file really is. The same path in two roots is refused: which one was meant?"""
        normalised = self.resolve(path)
        found = list(dict.fromkeys(self._candidates(normalised)))
        if not found:
            looked = ", ".join(str(root) for root in self.roots)
            raise NotFoundError(Problem(code="LOG-001", what=f"there is no file '{normalised}'", why=f"looked in {looked}"))
        if len(found) > 1 and not self.first_wins:
            places = " and ".join(str(place) for place in found)
            raise InputError(
                Problem(code="LOG-021", what=f"the file '{normalised}' is there twice", why=places, fix="shorten the search path")
            )
        return found[0]

    def list(self, folder: str) -> list[str] | None:
        """The normalised paths of all files below a folder, in code-unit order; None when no root has that folder."""
        below = self.resolve(folder)
        folders = [root / below for root in self.roots if (root / below).is_dir()]
        if not folders:
            return None
        found: set[str] = set()
        for place in folders:
            for path in _walk(place):
                relative = path.relative_to(place).as_posix()
                found.add(f"{below}/{relative}" if below else relative)
        return sorted(found, key=lambda path: path.encode("utf-16-be", "surrogatepass"))

    def _inside_a_root(self, path: str) -> str | None:
        """An absolute path to an existing file below a root, as seen from there."""
        if not path.startswith("/"):
            return None
        absolute = Path(path)
        for root in self.roots:
            if absolute.is_relative_to(root) and absolute.exists():
                return normalise(absolute.relative_to(root).as_posix())
        return None

    def _candidates(self, normalised: str) -> Iterator[Path]:
        for root in self.roots:
            place = root / normalised
            if "\0" in normalised or not place.is_file():
                continue
            real = place.resolve()
            if not any(real.is_relative_to(allowed) for allowed in self.roots):
                raise InputError(Problem(code="LOG-002", what=f"the file '{normalised}' is a link that leads out of the search path"))
            yield real


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder; links to folders are not followed, so a circle of links cannot trap it."""
    for entry in folder.iterdir():
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _walk(entry)
        elif entry.is_file():
            yield entry


def decode_as(data: bytes, encoding: str | None, where: str) -> str:
    """A file's text in the encoding its change names, its byte order mark dropped. Raises InputError."""
    if encoding is None or encoding.replace("-", "").lower() == "utf8":
        try:
            return decode(data, where)
        except InputError:
            return data.decode("utf-8", "replace")
    try:
        return data.decode(encoding, "replace").removeprefix("\ufeff")
    except LookupError:
        raise InputError(Problem(code="LOG-008", what=f"no encoding is named '{encoding}'", where=where)) from None
