"""What runs the turns: worker threads, a queue of executions that were woken, and a poller that misses none.

Everything is in our own tables, so there is nothing else to recover: after kill -9 the poller finds what is due. Why not a workflow
engine: docs/adr/0004-turns-without-a-workflow-engine.md.
"""

import logging
import queue
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from bascule.core.clock import Clock
from bascule.manager.deps import Deps
from bascule.manager.pipelines.driver import Driver

logger = logging.getLogger(__name__)

WORKERS = 4
POLL_EVERY_S = 0.5

_running: WeakKeyDictionary[Engine, "Turns"] = WeakKeyDictionary()


def wake(engine: Engine, execution_id: str) -> None:
    """Start the execution's next turn soon. Where no turns run in this process, the poller of the one where they do finds it."""
    if (turns := _running.get(engine)) is not None:
        turns.wake(execution_id)


class Turns:
    """Runs the turns of one store in this process."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.driver = Driver(engine, clock, wake=self.wake)
        self.driver.connect()
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._queued: set[str] = set()
        self._busy: set[str] = set()
        self._again: set[str] = set()
        """Woken while busy: its turn may have read the tables before."""
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def wake(self, execution_id: str) -> None:
        """From any thread; once queued or busy, it is not queued twice."""
        with self._lock:
            if execution_id in self._busy:
                self._again.add(execution_id)
            elif execution_id not in self._queued:
                self._queued.add(execution_id)
                self._queue.put(execution_id)

    def start(self) -> None:
        """Begin, first with whatever is due."""
        self._threads = [threading.Thread(target=self._work, name=f"turns-{i}", daemon=True) for i in range(WORKERS)]
        self._threads.append(threading.Thread(target=self._poll, name="turns-poller", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the turns that are being taken, begin no other."""
        self._stop.set()
        for _ in range(WORKERS):
            self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout=30)

    def _poll(self) -> None:
        while not self._stop.is_set():
            try:
                for execution_id in self.driver.due():
                    self.wake(execution_id)
            except Exception:  # whatever it is, the next look may go well, and nobody else looks
                logger.exception("the store cannot be asked for what is due")
            self._stop.wait(POLL_EVERY_S)

    def _work(self) -> None:
        while (execution_id := self._queue.get()) is not None and not self._stop.is_set():
            with self._lock:
                self._queued.discard(execution_id)
                self._busy.add(execution_id)
            try:
                self.driver.advance(execution_id)
            except Exception:  # the store is away: the poller comes back to it
                logger.exception("a turn could not be stored", extra={"execution_id": execution_id})
            with self._lock:
                self._busy.discard(execution_id)
                again = execution_id in self._again
                self._again.discard(execution_id)
            if again:
                self.wake(execution_id)


@asynccontextmanager
async def running(deps: Deps) -> AsyncIterator[None]:
    """The turns, beside the requests."""
    turns = Turns(deps.engine, deps.clock)
    _running[deps.engine] = turns
    turns.start()
    try:
        yield
    finally:
        _running.pop(deps.engine, None)
        turns.stop()
