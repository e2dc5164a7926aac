"""A transaction pooler is recognised by a backend that changes under us."""

from typing import Any

import pytest

from bascule.core.errors import ConflictError
from bascule.engine.dialects.postgresql.session_lock import SessionLock


class Backend:
    """A connection behind a pooler: told one pid at the start, answered by backends in turn."""

    def __init__(self, announced: int, pids: list[int]) -> None:
        self.announced_pid = announced
        self._pids = pids

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return [(self._pids.pop(0),)] if "pg_backend_pid" in sql else [(1,)]

    def begin(self) -> None: ...
    def rollback(self) -> None: ...


def lock_on(backend: Backend) -> SessionLock:
    lock = SessionLock.__new__(SessionLock)
    lock._connection = backend  # type: ignore[assignment]  # a fake of what is asked of it
    return lock


def test_a_direct_session_is_asked_once() -> None:
    lock_on(Backend(10, [10])).refuse_pooler(Backend(11, []))  # type: ignore[arg-type]  # a fake


def test_a_pooler_in_session_mode_will_do() -> None:
    lock_on(Backend(99, [10, 10])).refuse_pooler(Backend(98, []))  # type: ignore[arg-type]  # a fake


def test_a_transaction_pooler_is_refused_with_a_way_out() -> None:
    with pytest.raises(ConflictError) as caught:
        lock_on(Backend(99, [10, 12])).refuse_pooler(Backend(98, []))  # type: ignore[arg-type]  # a fake
    (problem,) = caught.value.problems
    assert problem.code == "LCK-005"
    assert "URL of the server itself" in (problem.fix or "")
