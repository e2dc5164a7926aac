"""What goes wrong on purpose: the next answers, streams, tokens, nodes. Reached by tests only, never over HTTP."""

import asyncio
import re

import msgspec


class Fault(msgspec.Struct, kw_only=True):
    """For the next `times` requests whose `METHOD /path?query` the pattern finds: an error, or silence."""

    pattern: str
    times: int = 1
    code: int = 503
    retry_after: int | None = None
    delay_s: float = 0.0
    drop: bool = False
    """The connection ends without an answer."""
    lose: bool = False
    """It is done, and the connection ends without an answer."""


class Faults:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._streams: set[asyncio.Event] = set()

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def next(self, request: str) -> Fault | None:
        for fault in self._waiting:
            if re.search(fault.pattern, request):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def open_stream(self) -> asyncio.Event:
        """Set when the stream is to break."""
        event = asyncio.Event()
        self._streams.add(event)
        return event

    def close_stream(self, event: asyncio.Event) -> None:
        self._streams.discard(event)

    def break_streams(self) -> None:
        for event in self._streams:
            event.set()
