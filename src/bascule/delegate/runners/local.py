"""Jobs as processes of this machine: each in a group of its own, forked from the warm parent."""

import asyncio
import contextlib
import os
import signal
import socket
from pathlib import Path

import msgspec

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.delegate.folder import JobFolder
from bascule.delegate.runners.base import Order, Work


class LocalRunner:
    """Asks the warm parent (`warm.start`) for a fork per job. `script_user` is who scripts run as where we are root.

    `turns` is where the step containers of this pod wait (`delegate/turns.py`).
    """

    def __init__(self, parent: socket.socket, *, buffer_bytes: int, script_user: int | None, turns: str | None = None) -> None:
        self._parent = parent
        self._buffer_bytes = buffer_bytes
        self._script_user = script_user
        self._turns = turns
        self._ends: dict[Path, asyncio.Event] = {}
        """Set, and gone from here, when the supervisor of that folder has closed its end of the socket it was ordered by."""

    async def start(self, work: Work) -> None:
        """Have its supervisor running: its id stands in the folder when this returns."""
        loop = asyncio.get_running_loop()
        order = Order(work=work, buffer_bytes=self._buffer_bytes, script_user=self._script_user, turns=self._turns)
        with contextlib.ExitStack() as stack:
            ours, theirs = socket.socketpair()
            stack.callback(ours.close)
            ours.setblocking(False)
            try:
                with theirs:
                    socket.send_fds(self._parent, [b"1"], [theirs.fileno()])
                await loop.sock_sendall(ours, msgspec.msgpack.encode(order))
                ours.shutdown(socket.SHUT_WR)
                answer = await loop.sock_recv(ours, 1)
            except OSError as error:
                raise TargetError(_parent_is_gone()) from error
            if answer != b"1":
                raise TargetError(
                    Problem(code="DEL-031", what="the job's process could not be started", fix="the delegate's log has the reason")
                )
            stack.pop_all()
        folder = Path(work.folder)
        self._ends[folder] = asyncio.Event()
        loop.add_reader(ours, self._has_ended, loop, ours, folder)  # it says nothing more: its end is all there is to read

    def _has_ended(self, loop: asyncio.AbstractEventLoop, line: socket.socket, folder: Path) -> None:
        loop.remove_reader(line)
        line.close()
        self._ends.pop(folder).set()

    def is_running(self, folder: JobFolder) -> bool:
        """Whether its supervisor lives."""
        supervisor = folder.supervisor()
        return supervisor is not None and supervisor.is_alive()

    async def wait(self, folder: JobFolder, at_most_s: float) -> None:
        """Until its supervisor has ended. Of one that an earlier start of this delegate ordered nothing is heard: then for so long."""
        ended = self._ends.get(folder.path)
        if ended is None:
            await asyncio.sleep(at_most_s)
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await ended.wait()

    def cancel(self, folder: JobFolder) -> None:
        """The supervisor passes it on."""
        folder.cancel()
        supervisor = folder.supervisor()
        if supervisor is not None and supervisor.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(supervisor.pid, signal.SIGTERM)


def _parent_is_gone() -> Problem:
    return Problem(
        code="DEL-030",
        what="the delegate's process that starts jobs is gone",
        why="it was killed, perhaps for want of memory",
        fix="start the delegate again; running jobs go on meanwhile",
    )
