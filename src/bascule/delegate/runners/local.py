"""Jobs as processes of this machine: each in a group of its own, forked from the warm parent."""

import asyncio
import contextlib
import os
import signal
import socket

import msgspec

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.delegate.folder import JobFolder
from bascule.delegate.runners.base import Work
from bascule.delegate.runners.supervisor import Order


class LocalRunner:
    """Asks the warm parent (`warm.start`) for a fork per job. `script_user` is who scripts run as where we are root.

    `turns` is where the step containers of this pod wait (`delegate/turns.py`).
    """

    def __init__(self, parent: socket.socket, *, buffer_bytes: int, script_user: int | None, turns: str | None = None) -> None:
        self._parent = parent
        self._buffer_bytes = buffer_bytes
        self._script_user = script_user
        self._turns = turns

    async def start(self, work: Work) -> None:
        """Have its supervisor running: its id stands in the folder when this returns."""
        loop = asyncio.get_running_loop()
        order = Order(work=work, buffer_bytes=self._buffer_bytes, script_user=self._script_user, turns=self._turns)
        ours, theirs = socket.socketpair()
        with ours:
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

    def is_running(self, folder: JobFolder) -> bool:
        """Whether its supervisor lives."""
        supervisor = folder.supervisor()
        return supervisor is not None and supervisor.is_alive()

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
