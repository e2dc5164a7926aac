"""The parse cache: the same changelog back, unless anything it was made of has changed."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bascule.core.errors import BasculeError
from bascule.engine.changelog import cache as cache_module
from bascule.engine.changelog import loader
from bascule.engine.changelog.checksums import checksum
from bascule.engine.changelog.load import LoadSettings, load
from bascule.engine.written.changeset import Changelog
from bascule.engine.written.files import Files
from bascule.engine.written.packed import Packed

from .conftest import write

FORMATTED = "--liquibase formatted sql\n--changeset a:{0}\nselect {0};\n"
CONTENTS: dict[str, str | bytes] = {
    "root.yaml": "databaseChangeLog:\n- includeAll: {path: all}\n- include: {file: later.sql, errorIfMissing: false}\n"
    "- changeSet: {id: f, author: a, changes: [{sqlFile: {path: all/raw.txt}}]}\n",
    "all/1.sql": FORMATTED.format(1),
    "all/2.sql": FORMATTED.format(2),
    "all/raw.txt": "select ${x}",
}
SETTINGS = LoadSettings(dbms="sqlite")


class Reading:
    """Loads through a cache and counts how often the files were really read."""

    def __init__(self, root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.folder = folder
        self.count = 0
        read = loader.read

        def counted(root: str, files: Files, settings: LoadSettings) -> Changelog:
            self.count += 1
            return read(root, files, settings)

        monkeypatch.setattr(loader, "read", counted)

    def __call__(self, settings: LoadSettings = SETTINGS) -> list[str]:
        changelog = load("root.yaml", Files([self.root]), settings=settings, cache=self.folder)
        assert [c.identity for c in changelog.changesets] == [
            c.identity for c in load("root.yaml", Files([self.root]), settings=settings, cache=None).changesets
        ]
        self.count -= 1
        return [changeset.id for changeset in changelog.changesets]


@pytest.fixture
def reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reading:
    write(tmp_path / "root", CONTENTS)
    return Reading(tmp_path / "root", tmp_path / "cache", monkeypatch)


def test_an_unchanged_changelog_is_read_once(reading: Reading) -> None:
    assert reading() == reading() == reading() == ["1", "2", "f"]
    assert reading.count == 1


def test_the_same_values_come_back(reading: Reading) -> None:
    files = Files([reading.root])
    fresh, stored = (load("root.yaml", files, settings=SETTINGS, cache=reading.folder) for _ in range(2))
    plain = load("root.yaml", files, settings=SETTINGS, cache=None)
    assert fresh == stored
    assert [c.changes for c in stored.changesets] == [c.changes for c in plain.changesets]
    assert [bool(c.known_checksums) for c in stored.changesets] == [True, True, False]
    for with_sum, without in zip(stored.changesets, plain.changesets, strict=True):
        assert checksum(with_sum, dbms="sqlite", files=files) == checksum(without, dbms="sqlite", files=files)
        assert checksum(with_sum, version=8, dbms="sqlite", files=files) == checksum(without, version=8, dbms="sqlite", files=files)


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        (lambda root: write(root, {"all/1.sql": FORMATTED.format(9)}), ["9", "2", "f"]),
        (lambda root: write(root, {"all/3.sql": FORMATTED.format(3)}), ["1", "2", "3", "f"]),
        (lambda root: (root / "all/2.sql").unlink(), ["1", "f"]),
        (lambda root: write(root, {"later.sql": FORMATTED.format(4)}), ["1", "2", "4", "f"]),
        (lambda root: write(root, {"all/raw.txt": "select 2"}), ["1", "2", "f"]),
    ],
    ids=["content", "new in folder", "gone from folder", "appeared", "a file that a change names"],
)
def test_any_change_is_seen(reading: Reading, change: Callable[[Path], None], ids: list[str]) -> None:
    reading()
    change(reading.root)
    assert reading() == ids
    assert reading.count == 2


@pytest.mark.parametrize(
    "settings",
    [
        LoadSettings(dbms="postgresql"),
        LoadSettings(dbms="sqlite", properties={"x": "1"}),
        LoadSettings(dbms="sqlite", contexts="test"),
        LoadSettings(dbms="sqlite", labels="l"),
        LoadSettings(dbms="sqlite", built_in={"database.typeName": "sqlite"}),
    ],
)
def test_other_settings_are_another_entry(reading: Reading, settings: LoadSettings) -> None:
    reading()
    reading(settings)
    assert reading.count == 2


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, b"short"])
def test_a_damaged_entry_is_a_miss_and_is_replaced(reading: Reading, damage: bytes) -> None:
    reading()
    (entry,) = reading.folder.iterdir()
    entry.write_bytes(damage)
    assert reading() == ["1", "2", "f"]
    assert reading() == ["1", "2", "f"]
    assert reading.count == 2


def test_a_flipped_byte_anywhere_is_a_miss(reading: Reading) -> None:
    reading()
    (entry,) = reading.folder.iterdir()
    whole = entry.read_bytes()
    for at in range(0, len(whole), 97):
        entry.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        assert reading() == ["1", "2", "f"]


def test_problems_are_not_stored(reading: Reading) -> None:
    write(reading.root, {"all/1.sql": "--liquibase formatted sql\n--changeset broken\n"})
    for _ in range(2):
        with pytest.raises(BasculeError):
            load("root.yaml", Files([reading.root]), settings=SETTINGS, cache=reading.folder)
    assert not reading.folder.exists()


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, reading: Reading) -> None:
    reading.folder.write_text("a file stands where the folder should be")
    assert reading() == ["1", "2", "f"]


def test_an_entry_that_nobody_asks_for_goes(reading: Reading) -> None:
    reading()
    (old,) = reading.folder.iterdir()
    os.utime(old, times=(0, 0))
    reading(LoadSettings(dbms="sqlite", contexts="other"))
    assert old not in reading.folder.iterdir()


def test_a_folder_of_someone_else_is_read(reading: Reading) -> None:
    reading()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "utime", _refused)
        assert reading() == ["1", "2", "f"]
    assert reading.count == 1


def _refused(*_: object) -> None:
    raise PermissionError


def test_changes_are_unpacked_at_the_first_look(reading: Reading) -> None:
    reading()
    (changeset, *_) = load("root.yaml", Files([reading.root]), settings=SETTINGS, cache=reading.folder).changesets
    assert isinstance(changeset.changes, Packed)
    assert [change.name for change in changeset.changes] == ["sql"]
    assert changeset.changes[0] == changeset.changes.unpacked()[0] == next(iter(changeset.changes))
    assert changeset.changes == changeset.changes.unpacked()


def test_old_entries_make_room(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "MAX_ENTRIES", 2)
    for number in range(4):
        reading(LoadSettings(dbms="sqlite", contexts=str(number)))
    assert len(list(reading.folder.iterdir())) == 2
    reading.count = 0
    reading(LoadSettings(dbms="sqlite", contexts="3"))
    assert reading.count == 0


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASCULE_CACHE_DIR", "off")
    assert cache_module.default_folder() is None
    monkeypatch.setenv("BASCULE_CACHE_DIR", "/x/y")
    assert cache_module.default_folder() == Path("/x/y")
    monkeypatch.delenv("BASCULE_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "/home/me/.cache")
    assert cache_module.default_folder() == Path("/home/me/.cache/bascule")


def load_often(root: Path, folder: Path) -> None:
    """What one of several processes does; raises when it is served anything but a whole changelog."""
    for number in range(10):
        changelog = load("root.yaml", Files([root]), settings=LoadSettings(dbms="sqlite", contexts=str(number % 2)), cache=folder)
        assert [changeset.id for changeset in changelog.changesets] == ["1", "2", "f"]
        for entry in folder.glob("*.changelog"):
            entry.unlink(missing_ok=True)


def test_several_processes_share_a_cache(tmp_path: Path) -> None:
    write(tmp_path / "root", CONTENTS)
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=load_often, args=(tmp_path / "root", tmp_path / "cache")) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
