"""Which executions are due."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from bascule.core.clock import SystemClock
from bascule.manager.database import reading, writing
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.manager.pipelines import store as tables
from bascule.manager.pipelines.driver import Driver
from bascule.manager.pipelines.model import Execution, Signal

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def execution(name: str) -> Execution:
    return Execution(
        id=name, scope=Scope("acme", "shop"), pipeline="p", name="P", sequence=1, yaml="", actor=SYSTEM, created_at=NOW, turn=3,
        status="Running",
    )  # fmt: skip


def due(engine: Engine, at: datetime = NOW) -> list[str]:
    with reading(engine) as connection:
        return sorted(tables.due(connection, at))


def test_an_execution_is_due_when_it_is_new_when_it_is_told_something_and_when_its_time_has_come(store: Engine) -> None:
    with writing(store) as connection:
        for name in ("new", "told", "timed", "quiet"):
            made = execution(name)
            tables.add_execution(connection, made)
            made.wake_at = NOW + timedelta(minutes=1) if name == "timed" else None
            if name != "new":
                tables.put_execution(connection, made)
        assert tables.add_signal(connection, "sig_1", "told", 1, Signal(topic="answer", node="n", act=1), NOW)
        assert not tables.add_signal(connection, "sig_2", "told", 1, Signal(topic="answer", node="n", act=1), NOW)
    assert due(store) == ["new", "told"]
    assert due(store, NOW + timedelta(minutes=1)) == ["new", "timed", "told"]


def test_what_an_ended_execution_is_told_is_put_away(store: Engine) -> None:
    with writing(store) as connection:
        ended = execution("ended")
        tables.add_execution(connection, ended)
        ended.status = "Success"
        tables.put_execution(connection, ended)
        tables.add_signal(connection, "sig_1", "ended", 1, Signal(topic="answer", node="n", act=1), NOW)
    assert due(store) == ["ended"]
    Driver(store, SystemClock(), wake=lambda _: None).advance("ended")
    assert due(store) == []
    with reading(store) as connection:
        assert tables.untaken(connection, "ended") == []
