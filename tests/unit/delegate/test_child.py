"""What a script's process does before it is one."""

import os
from pathlib import Path
from typing import Any

import pytest

from bascule.delegate.runners import child


def test_a_workspace_is_given_away_while_others_work_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, outside = tmp_path / "workspace", tmp_path / "outside"
    for folder in (workspace / "deep", outside):
        folder.mkdir(parents=True)
        (folder / "file").touch()
    (workspace / "gone").touch()
    given: list[int] = []
    chown = os.chown

    def meddled(path: Any, user: int, group: int, **how: Any) -> None:
        (workspace / "gone").unlink(missing_ok=True)
        if path == "file" and not (workspace / "deep").is_symlink():
            (workspace / "deep").rename(workspace / "moved")
            (workspace / "deep").symlink_to(outside)
        given.append(os.stat(path, dir_fd=how.get("dir_fd"), follow_symlinks=False).st_ino)
        chown(path, user, group, **how)

    monkeypatch.setattr(os, "chown", meddled)
    child.give_away(str(workspace), os.geteuid())
    assert (workspace / "moved" / "file").stat().st_ino in given
    assert (outside / "file").stat().st_ino not in given
