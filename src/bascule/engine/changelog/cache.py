"""Parsed changelogs on disk, so that a run in which nothing has changed reads none. A damaged, foreign or old entry is a miss."""

import os
import time
from contextlib import suppress
from pathlib import Path

try:
    from _blake2 import blake2b  # hashlib's own, without OpenSSL, which takes longer to load than a changelog to read
except ImportError:
    from hashlib import blake2b

import msgspec

import bascule
from bascule.core.errors import BasculeError
from bascule.engine.changelog.load import LoadSettings
from bascule.engine.written.changeset import Changelog
from bascule.engine.written.files import Files
from bascule.engine.written.packed import Packed, pack

MAX_ENTRIES = 200
MAX_BYTES = 512 * 1024 * 1024
MAX_AGE_S = 60 * 24 * 3600
"""How long an entry that nobody asks for is kept."""
FORMAT = 3

_DIGEST_BYTES = 16
_LENGTH_BYTES = 8


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A changelog as stored: what a run without work needs of each changeset, and apart from it the changes, to be read when looked at."""

    changelog: Changelog
    changes: list[msgspec.Raw]

    @classmethod
    def of(cls, changelog: Changelog) -> "Entry":
        bare = tuple(msgspec.structs.replace(changeset, changes=()) for changeset in changelog.changesets)
        return cls(msgspec.structs.replace(changelog, changesets=bare), [pack(changeset.changes) for changeset in changelog.changesets])

    def whole(self) -> Changelog:
        pairs = zip(self.changelog.changesets, self.changes, strict=True)
        changesets = tuple(msgspec.structs.replace(changeset, changes=Packed(changes)) for changeset, changes in pairs)
        return msgspec.structs.replace(self.changelog, changesets=changesets)


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """What a changelog was made of: the digest of each file and of each folder's listing; None for what was not there."""

    files: dict[str, bytes | None]
    folders: dict[str, bytes | None]


def default_folder() -> Path | None:
    """BASCULE_CACHE_DIR, else `bascule` in the user's cache folder; None when it says `off` or there is no home."""
    chosen = os.environ.get("BASCULE_CACHE_DIR", "")
    if chosen == "off":
        return None
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111  # Path.home() raises where there is none
    return Path(base, "bascule") if base.startswith("/") else None


def digest(data: bytes | memoryview) -> bytes:
    return blake2b(data, digest_size=_DIGEST_BYTES).digest()


class Recorder(Files):
    """The search path, keeping in mind what was asked of it."""

    def __init__(self, files: Files) -> None:
        super().__init__(files.roots, encoding=files.encoding, first_wins=files.first_wins)
        self.inner = files
        self.seen: dict[str, bytes | None] = {}
        self.listed: dict[str, bytes | None] = {}

    def read(self, path: str) -> bytes:
        name = self.resolve(path)
        self.seen[name] = None
        data = self.inner.read(name)
        self.seen[name] = digest(data)
        return data

    def exists(self, path: str) -> bool:
        found = self.inner.exists(path)
        if not found:
            self.seen[self.resolve(path)] = None
        return found

    def list(self, folder: str) -> list[str] | None:
        found = self.inner.list(folder)
        self.listed[self.resolve(folder)] = listing_digest(found)
        return found


def listing_digest(listing: list[str] | None) -> bytes | None:
    return None if listing is None else digest("\0".join(listing).encode("utf-8", "surrogatepass"))


class Cache:
    """A folder of entries, one per root and settings. Several processes may use it at once: an entry appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, root: str, files: Files, settings: LoadSettings) -> Changelog:
        """The stored changelog if everything it was made of is unchanged; else the files are read, and the result is stored."""
        place = self.folder / f"{_key(root, files, settings)}.changelog"
        found = _stored(place, files)
        if found is not None:
            return found
        from bascule.engine.changelog.loader import read

        recorder = Recorder(files)
        changelog = _summed(read(root, recorder, settings), settings, files)
        self.store(place, changelog, recorder)
        return changelog

    def store(self, place: Path, changelog: Changelog, recorder: Recorder) -> None:
        """Writes an entry beside its place, then moves it there. A cache that cannot be written is no error."""
        import tempfile  # a warm run writes nothing

        head = msgspec.msgpack.encode(Seen(recorder.seen, recorder.listed))
        content = len(head).to_bytes(_LENGTH_BYTES, "big") + head + msgspec.msgpack.encode(Entry.of(changelog))
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", suffix=".part", delete=False)  # noqa: SIM115  # moved once closed
            try:
                with part:
                    part.write(digest(content) + content)
                Path(part.name).replace(place)
            except OSError:
                Path(part.name).unlink()
                raise
            self.prune()
        except OSError:
            return

    def prune(self) -> None:
        """Removes what is old, then the entries not used for longest until few enough and small enough ones are left."""
        entries = sorted(((entry.stat(), entry) for entry in self.folder.iterdir()), key=lambda pair: pair[0].st_mtime_ns, reverse=True)
        oldest = time.time() - MAX_AGE_S
        total = 0
        for count, (stat, entry) in enumerate(entries):
            total += stat.st_size
            if count >= MAX_ENTRIES or total > MAX_BYTES or stat.st_mtime < oldest:
                entry.unlink(missing_ok=True)


def _key(root: str, files: Files, settings: LoadSettings) -> str:
    """Names an entry: who parsed it (our version and the age of our code), what, and for which run."""
    parts = (
        FORMAT,
        bascule.__version__,
        _code_age(),
        root,
        [str(place) for place in files.roots],
        files.encoding,
        files.first_wins,
        settings,
    )
    return digest(msgspec.msgpack.encode(parts, order="sorted")).hex()


def _code_age() -> int:
    """When the parser's code was last changed, in a checkout: one under work is not served what older code has read.

    An installed package does not change under its version; looking at fifty files is what a slow file system would feel.
    """
    package = Path(bascule.__file__).parent
    if not (package.parent.parent / "pyproject.toml").is_file():
        return 0
    here = Path(__file__).parent
    folders = (here, here / "formats", here.parent / "written", package / "core")
    return max(entry.stat().st_mtime_ns for folder in folders for entry in os.scandir(folder) if entry.name.endswith(".py"))


def _stored(place: Path, files: Files) -> Changelog | None:
    """The entry's changelog, when everything it was made of is as it was."""
    try:
        content = memoryview(place.read_bytes())
        sealed, content = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        if digest(content) != sealed:
            return None
        start = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
        if not _unchanged(msgspec.msgpack.decode(content[_LENGTH_BYTES:start], type=Seen), files):
            return None
        found = msgspec.msgpack.decode(content[start:], type=Entry).whole()
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    with suppress(OSError):  # in a folder of someone else's
        os.utime(place)
    return found


def _unchanged(seen: Seen, files: Files) -> bool:
    try:
        if any(listing_digest(files.list(folder)) != known for folder, known in seen.folders.items()):
            return False
        for path, known in seen.files.items():
            if known is None:
                if files.exists(path):
                    return False
            elif digest(files.read(path)) != known:
                return False
    except BasculeError:
        return False
    return True


def _summed(changelog: Changelog, settings: LoadSettings, files: Files) -> Changelog:
    """The changelog with the checksums that no other file decides."""
    dbms = settings.dbms
    if dbms is None:
        return changelog
    from bascule.engine.changelog.checksums import CURRENT, checksum, reads_files

    changesets = tuple(
        changeset
        if reads_files(changeset)
        else msgspec.structs.replace(changeset, known_checksums={f"{CURRENT}:{dbms}": checksum(changeset, dbms=dbms, files=files)})
        for changeset in changelog.changesets
    )
    return msgspec.structs.replace(changelog, changesets=changesets)
