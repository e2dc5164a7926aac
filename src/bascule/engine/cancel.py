"""Being told to stop: a signal ends the run at the next moment where ending leaves nothing half-done."""

from collections.abc import Iterator
from contextlib import contextmanager


class Cancelled(KeyboardInterrupt):  # like its parent it is no error; drivers end their wait on it and cancel the statement
    """The run was asked to stop by this signal."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number

    @property
    def exit_code(self) -> int:
        return 128 + self.signal_number


class Cancel:
    """Whether to stop. `request` is called by a signal's handler; within `shield` it waits for the end of the block."""

    def __init__(self) -> None:
        self.requested: int | None = None
        self._shields = 0

    def request(self, signal_number: int) -> None:
        """Raises Cancelled here and now, unless shielded. A second request of the same kind changes nothing."""
        if self.requested is not None:
            return
        self.requested = signal_number
        if not self._shields:
            raise Cancelled(signal_number)

    @contextmanager
    def shield(self) -> Iterator[None]:
        """For what must not be torn apart: a COMMIT and the telling of it, the undoing after an error."""
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1

    def check(self) -> None:
        """Raises Cancelled if a request came in while shielded."""
        if self.requested is not None and not self._shields:
            raise Cancelled(self.requested)
