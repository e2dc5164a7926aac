"""Names who stands in the way while a statement waits, from a thread of its own."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bascule.core.errors import TargetError
from bascule.engine.dialects.live import SessionLock

_AFTER_S, _EVERY_S = 0.7, 0.5


class Watch:
    """Looks, by the lock's idle session, at what blocks the work session. Its thread starts with the first statement."""

    def __init__(self, session: SessionLock, work_session: str, tell: Callable[[str], None]) -> None:
        self._session = session
        self._work_session = work_session
        self._tell = tell
        self._since: float | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Around one statement."""
        if self._thread is None and self._session.tells_blockers:
            self._thread = threading.Thread(target=self._look, name="bascule-watch", daemon=True)
            self._thread.start()
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._since = None

    def move_to(self, work_session: str) -> None:
        """The work goes on in another session."""
        self._work_session = work_session

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _look(self) -> None:
        told: list[str] = []
        while not self._stopped.wait(_EVERY_S):
            since = self._since
            if since is None or time.monotonic() - since < _AFTER_S:
                told = []
                continue
            try:
                blockers = self._session.blockers(self._work_session)
            except TargetError:
                return  # the lock's session is gone: the run itself finds out at its next probe
            for blocker in blockers:
                if blocker not in told and self._since == since:
                    self._tell(f"waiting for a lock held by {blocker}")
            told = blockers
