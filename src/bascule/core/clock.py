"""Time and ids as arguments, so that what decides can be tested."""

import secrets
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time: aware, UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def new_id(prefix: str, at: datetime) -> str:
    """A sortable id: `prefix_` + 9 base-32 digits of epoch milliseconds + 13 random ones (65 bits)."""
    milliseconds = int(at.timestamp() * 1000)
    digits = "0123456789abcdefghjkmnpqrstvwxyz"
    head = "".join(digits[(milliseconds >> shift) & 31] for shift in range(40, -1, -5))
    tail = "".join(secrets.choice(digits) for _ in range(13))
    return f"{prefix}_{head}{tail}"
