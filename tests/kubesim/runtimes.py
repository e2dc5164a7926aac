"""What really runs a container: a process of this machine, or runc."""

import asyncio
import contextlib
import functools
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from tests.kubesim.logs import Log

_READ = 65536
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """An image of the stand-in's registry: no layers, only what is needed to run it here."""

    environment: dict[str, str] = msgspec.field(default_factory=lambda: {"PATH": _PATH})
    entrypoint: tuple[str, ...] = ()
    relocatable: bool = True
    """As a process: whether mount paths in its command and environment may be rewritten to where the files really are."""
    login: str | None = None
    """`user:password` that its registry wants."""
    binds: tuple[str, ...] = ()
    """With runc: folders of this machine that the image brings along, at the same paths, read-only."""


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """A container as the kubelet wants it to run."""

    name: str
    image: Image
    argv: tuple[str, ...]
    environment: dict[str, str]
    working_directory: str | None
    mounts: tuple[tuple[str, str, bool], ...]
    """(folder of this machine, path in the container, read-only)."""
    security: dict[str, Any]
    memory_limit: int | None
    folder: str
    """Where the runtime may keep what it needs for it."""


class Ended(msgspec.Struct, frozen=True):
    exit_code: int
    reason: str
    """Completed, Error, OOMKilled, StartError."""


class Running(Protocol):
    async def wait(self) -> Ended: ...
    def signal(self, number: signal.Signals) -> None:
        """To its first process."""
        ...

    def kill(self, reason: str = "Error") -> None:
        """All of it, at once."""
        ...


class Runtime(Protocol):
    async def start(self, container: Container, log: Log) -> Running: ...


@functools.cache
def _isolates() -> tuple[str, ...]:
    """The words that give a process a first place of its own, so that it ignores what it has no handler for, as in a container."""
    if shutil.which("unshare") is None:
        return ()
    own = ("--pid", "--mount-proc", "--fork", "--kill-child")  # with its own /proc, so that process ids there are its own, too
    for words in (own, ("--user", "--map-root-user", *own)):
        tried = subprocess.run(["unshare", *words, "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return ("unshare", *words)
    return ()


class _Process:
    def __init__(self, process: asyncio.subprocess.Process, pump: asyncio.Task[None], nested: bool) -> None:
        self._process, self._pump, self._nested = process, pump, nested
        self._reason = ""

    async def wait(self) -> Ended:
        code = await self._process.wait()
        await self._pump
        number = code if code >= 0 else 128 - code
        return Ended(number, self._reason or ("Completed" if number == 0 else "Error"))

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            for pid in self._first():
                os.kill(pid, number)

    def _first(self) -> Sequence[int]:
        pid = self._process.pid
        if not self._nested:
            return [pid]
        with contextlib.suppress(FileNotFoundError):
            return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def kill(self, reason: str = "Error") -> None:
        """Its outermost process first, with which the others end: unshare, left to see the first one killed, exits with 1."""
        self._reason = reason
        for send in (os.kill, os.killpg):
            with contextlib.suppress(ProcessLookupError):
                send(self._process.pid, signal.SIGKILL)


async def pump(stream: asyncio.StreamReader, log: Log) -> None:
    while data := await stream.read(_READ):
        await log.write(data)


class ProcessRuntime:
    """A process group per container with a clean environment; mount paths are rewritten to the folders behind them."""

    async def start(self, container: Container, log: Log) -> Running:
        argv = [self._here(word, container) for word in container.argv]
        own = container.image.environment  # of this machine already
        environment = {n: text if own.get(n) == text else self._here(text, container) for n, text in container.environment.items()}
        where = self._here(container.working_directory, container) if container.working_directory else container.folder
        isolating = _isolates()
        process = await asyncio.create_subprocess_exec(
            *isolating,
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**environment, "HOME": environment.get("HOME", container.folder)},
            cwd=where,
            start_new_session=True,
        )
        assert process.stdout is not None
        return _Process(process, asyncio.create_task(pump(process.stdout, log)), bool(isolating))

    def _here(self, text: str, container: Container) -> str:
        if not container.image.relocatable:
            return text
        places = {path.rstrip("/"): source for source, path, _ in container.mounts}
        if not places:
            return text
        longest_first = sorted(places, key=len, reverse=True)
        pattern = rf"(?<![\w./-])({'|'.join(map(re.escape, longest_first))})(?![\w.-])"
        return re.sub(pattern, lambda found: places[found[1]], text)


def environment_of(image: Image, given: Mapping[str, str]) -> dict[str, str]:
    return {**image.environment, **given}
