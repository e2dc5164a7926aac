"""The files that changes name: found beside the changelog or on the search path, decoded as they say."""

import codecs
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TextIO

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.written.element import Element

if TYPE_CHECKING:
    from bascule.engine.written.files import Files


class NamesFile(Protocol):
    """A change that names a file."""

    @property
    def written(self) -> Element: ...
    @property
    def relative_to_changelog_file(self) -> bool: ...
    @property
    def encoding(self) -> str | None: ...


def read_bytes(change: NamesFile, path: str, files: "Files") -> bytes:
    """The file's content. `relativeToChangelogFile` starts in the folder of the file the change is written in."""
    beside = change.written.position.file if change.relative_to_changelog_file else None
    return files.read(files.resolve(path, relative_to=beside))


def read_text(change: NamesFile, path: str, files: "Files") -> str:
    """The file's text, without a byte order mark. Raises InputError when it is not in the encoding it is said to be in."""
    encoding = change.encoding or files.encoding or "utf-8"
    try:
        return read_bytes(change, path, files).decode(encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        where = str(change.written.position)
        problem = Problem(
            code="REG-008", what=f"'{path}' cannot be read as {encoding}", where=where, why=str(error), fix="give its encoding"
        )
        raise InputError(problem) from error


def text_opener(change: NamesFile, path: str, files: "Files") -> Callable[[], TextIO]:
    """What opens the file at its beginning, line ends as they are: for who reads by the line. Raises InputError."""
    beside = change.written.position.file if change.relative_to_changelog_file else None
    place = files.locate(files.resolve(path, relative_to=beside))
    encoding = change.encoding or files.encoding or "utf-8"
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        what, where = f"'{path}' cannot be read as {encoding}", str(change.written.position)
        raise InputError(Problem(code="REG-008", what=what, where=where, why=str(error), fix="give its encoding")) from error
    return lambda: place.open(encoding="utf-8-sig" if name == "utf-8" else name, newline="")
