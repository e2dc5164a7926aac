"""Waiting politely for locks that others hold: short attempts, growing pauses with jitter, an end."""

import time
from collections.abc import Callable

import msgspec


class PatienceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt waits `lock_timeout_ms` for a lock, so that those who come after are not held up longer; all attempts `give_up_s`."""

    lock_timeout_ms: int = 3000
    give_up_s: float = 300.0


class Patience:
    """The pauses of one changeset."""

    def __init__(self, settings: PatienceSettings) -> None:
        self._deadline = time.monotonic() + settings.give_up_s
        self._attempts = 0

    def wait(self, tell: Callable[[str], None]) -> bool:
        """Sleeps before the next attempt; False when it is time to give up."""
        import random  # most runs never wait

        pause = min(0.25 * 2**self._attempts, 10.0) * random.uniform(0.5, 1.5)  # noqa: S311  # jitter, no secret
        if time.monotonic() + pause >= self._deadline:
            return False
        self._attempts += 1
        tell(f"a lock was not free in time; attempt {self._attempts + 1} in {pause:.1f} s")
        time.sleep(pause)
        return True
