"""The warm parent when the system has no room for a process."""

import errno
import os
import socket
from pathlib import Path

import pytest

from bascule.delegate.runners import warm


def test_a_parent_that_cannot_fork_goes_on_and_leaves_no_descriptor(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room() -> int:
        raise BlockingIOError(errno.EAGAIN, "no room")

    monkeypatch.setattr(os, "fork", no_room)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        before = len(list(Path("/proc/self/fd").iterdir()))
        assert not warm._one_job(theirs, lambda _argv: 0)
        assert len(list(Path("/proc/self/fd").iterdir())) == before
        assert not warm._is_over(theirs)
        ours.close()
        assert warm._is_over(theirs)
