"""Wakes those who wait: a ring is heard by every listener of that name, from whichever thread it comes.

On PostgreSQL it is also heard in every other manager on the store, as a NOTIFY of the transaction that it is about.
"""

import asyncio
import secrets
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from bascule.manager.database import after_commit

JOBS = "jobs"
"""A job was queued, ended, or is to be cancelled."""
EVENTS = "events:"
"""+ job id: it has new events, or has ended."""
LOGS = "delegate-log:"
"""+ delegate id: it has told its own log."""
CHANNEL = "bascule_bell"
"""What managers on one PostgreSQL listen to (`listening.py`)."""
SENDER = secrets.token_hex(4)
"""Who we are there: our own rings were heard here already."""

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


def ring_after(connection: Connection, name: str) -> None:
    """Wake every listener of that name once this transaction (of `database.writing`) is committed, those in other managers as well."""
    if connection.dialect.name == "postgresql":
        connection.execute(NOTIFY, {"channel": CHANNEL, "payload": f"{SENDER} {name}"})
    after_commit(connection, lambda: ring(name))


NOTIFY = text("SELECT pg_notify(:channel, :payload)")


def heard(payload: str) -> None:
    """Ring what another manager has rung."""
    sender, _, name = payload.partition(" ")
    if sender != SENDER:
        ring(name)


def ring_all() -> None:
    """Wake everybody: rings may have been missed."""
    with _lock:
        names = tuple(_listeners)
    for name in names:
        ring(name)


def ring(name: str) -> None:
    """Wake every listener of that name in this process."""
    with _lock:
        listeners = tuple(_listeners.get(name, ()))
    for listener in listeners:
        listener.notify()
