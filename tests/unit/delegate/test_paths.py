"""What stands in a delegate's data directory."""

import os
from pathlib import Path

from bascule.delegate.agent import Paths


def test_a_workspace_that_goes_while_old_ones_are_looked_for_is_passed_over(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    old, used, new = (paths.workspace(name) for name in ("old", "used", "new"))
    for folder in (old, used):
        os.utime(folder, (0, 0))
    (paths.workspaces / "going").symlink_to("gone")  # is listed, and is not there any more
    paths.drop_old_workspaces(1.0, {used})
    assert [folder.exists() for folder in (old, used, new)] == [False, True, True]
