"""What a container printed, line by line with its time, to be read back while it still prints."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import msgspec


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How a log is asked for."""

    follow: bool = False
    tail_lines: int | None = None
    since_seconds: int | None = None
    timestamps: bool = False
    limit_bytes: int | None = None


class Log:
    """Grows until it is closed."""

    def __init__(self) -> None:
        self._lines: list[tuple[datetime, bytes]] = []
        self._closed = False
        self._grown = asyncio.Condition()
        self.cut_at: int | None = None
        """A fault: a stream of it ends after so many bytes, once."""

    async def write(self, data: bytes) -> None:
        moment = datetime.now(UTC)
        for line in data.splitlines(keepends=True):
            if self._lines and not self._lines[-1][1].endswith(b"\n"):
                self._lines[-1] = (self._lines[-1][0], self._lines[-1][1] + line)
            else:
                self._lines.append((moment, line))
        async with self._grown:
            self._grown.notify_all()

    async def close(self) -> None:
        self._closed = True
        async with self._grown:
            self._grown.notify_all()

    @property
    def text(self) -> str:
        return b"".join(line for _, line in self._lines).decode("utf-8", "replace")

    async def read(self, how: Reading) -> AsyncIterator[bytes]:
        at, left, cut = self._first(how), how.limit_bytes, self.cut_at
        self.cut_at = None
        told = 0
        while True:
            while at < len(self._lines) and (self._lines[at][1].endswith(b"\n") or self._closed or not how.follow):
                moment, line = self._lines[at]
                at += 1
                data = f"{moment:%Y-%m-%dT%H:%M:%S.%f}000Z ".encode() + line if how.timestamps else line
                if left is not None:
                    data, left = data[:left], left - len(data[:left])
                if cut is not None and told + len(data) > cut:
                    raise ConnectionAbortedError
                told += len(data)
                yield data
                if left == 0:
                    return
            if not how.follow or self._closed:
                return
            async with self._grown:
                if at >= len(self._lines) and not self._closed:
                    await self._grown.wait()

    def _first(self, how: Reading) -> int:
        first = 0
        if how.tail_lines is not None:
            first = max(0, len(self._lines) - how.tail_lines)
        if how.since_seconds is not None:
            now = datetime.now(UTC)
            recent = (at for at, (moment, _) in enumerate(self._lines) if (now - moment).total_seconds() <= how.since_seconds)
            first = max(first, next(recent, len(self._lines)))
        return first
