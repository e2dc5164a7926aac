"""Folders for scratch databases: gone with their block, and those of killed runs with the next one."""

import fcntl
import os
import time
from pathlib import Path

from bascule.engine.dialects.scratch_folder import PREFIX, scratch_folder


def aged(folder: Path) -> Path:
    long_ago = time.time() - 3600
    os.utime(folder, (long_ago, long_ago))
    return folder


def left_behind(home: Path, name: str) -> Path:
    folder = home / f"{PREFIX}{name}"
    folder.mkdir()
    (folder / "owner.lock").touch()
    (folder / "data").write_text("x")
    return aged(folder)


def test_a_folder_is_its_owners_alone_and_goes_with_its_block(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "a.db").write_text("x")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_goes_what_a_living_one_holds_stays(tmp_path: Path) -> None:
    dead, alive = left_behind(tmp_path, "dead"), left_behind(tmp_path, "alive")
    other = aged_other(tmp_path)
    with (alive / "owner.lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with scratch_folder(tmp_path):
            assert not dead.exists()
            assert alive.exists()
            assert other.exists()


def aged_other(home: Path) -> Path:
    """A folder that only looks old: without a lock in it, it is not one of ours."""
    folder = home / f"{PREFIX}of-somebody"
    folder.mkdir()
    return aged(folder)


def test_one_that_was_just_made_is_left_alone(tmp_path: Path) -> None:
    young = left_behind(tmp_path, "young")
    os.utime(young)
    with scratch_folder(tmp_path):
        assert young.exists()
