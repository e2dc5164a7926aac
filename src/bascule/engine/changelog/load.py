"""A root changelog with all it includes → one flat Changelog: from the parse cache when nothing has changed, else by reading the files."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from bascule.engine.written.changeset import Changelog
from bascule.engine.written.files import Files

MissingProperty = Literal["PRESERVE", "EMPTY", "ERROR"]
"""What becomes of a `${name}` that nothing explains."""


class LoadSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is about. `properties` (-D) win over everything in files; `built_in` are the `database.*` values."""

    dbms: str | None = None
    properties: dict[str, str] = {}
    built_in: dict[str, str] = {}
    contexts: str | None = None
    labels: str | None = None
    missing_property: MissingProperty = "PRESERVE"
    property_escaping: bool = False
    must_include: bool = True


def load(root: str, files: Files, *, settings: LoadSettings, cache: Path | Literal["default"] | None = "default") -> Changelog:
    """The changelog. Raises InputError with all problems found, NotFoundError when the root file is missing.

    `cache` is the folder of parsed changelogs: by default the user's (BASCULE_CACHE_DIR, `off` for none); None reads the files.
    """
    from bascule.engine.changelog.cache import Cache, default_folder  # here, because the cache needs LoadSettings

    folder = default_folder() if cache == "default" else cache
    with _uncollected():
        if folder is not None:
            return Cache(folder).load(root, files, settings)
        from bascule.engine.changelog.loader import read  # only when there is something to read: a warm run imports no parser

        return read(root, files, settings)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cycle collector, which would look at a million values, all of them in use, again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
