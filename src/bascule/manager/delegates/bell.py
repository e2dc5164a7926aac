"""Wakes those who wait in this process: a ring is heard by every listener of that name, from whichever thread it comes."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

JOBS = "jobs"
"""A job was queued, ended, or is to be cancelled."""
EVENTS = "events:"
"""+ job id: it has new events, or has ended."""

_lock = threading.Lock()
_listeners: dict[str, set["Listener"]] = defaultdict(set)


class Listener:
    """Hears the rings since it was made, or since the last `wait`. Listen first, look then, wait last: no ring is missed."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def notify(self) -> None:
        """Called from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._event.set)
        except RuntimeError:  # its loop has closed: nobody waits there any more
            return

    async def wait(self, timeout_s: float) -> bool:
        """Until the next ring, at most `timeout_s`; whether it rang."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


@contextmanager
def listen(name: str) -> Iterator[Listener]:
    """Listen to the bell of that name; within an event loop."""
    listener = Listener()
    with _lock:
        _listeners[name].add(listener)
    try:
        yield listener
    finally:
        with _lock:
            _listeners[name].discard(listener)
            if not _listeners[name]:
                del _listeners[name]


def ring(name: str) -> None:
    """Wake every listener of that name."""
    with _lock:
        listeners = tuple(_listeners.get(name, ()))
    for listener in listeners:
        listener.notify()
