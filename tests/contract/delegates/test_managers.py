"""Managers beside each other on one store, and what their calls cost it."""

import asyncio
import re
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from bascule.core.errors import DeniedError
from bascule.manager.database import reading, writing
from bascule.manager.delegates import admission, bell, endings, service, sessions
from bascule.manager.delegates.model import LOST_S
from bascule.manager.delegates.tables import SESSION_KEYS
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.manager.secrets import service as secrets
from bascule.manager.secrets.keyring import open_keyring
from bascule.wire import sealing
from bascule.wire.delegates import Register
from bascule.wire.jobs import Script
from tests.contract.delegates.world import STARTED, Delegate, World, ask, known

# Managers beside each other


def test_of_two_keys_that_come_at_once_with_a_single_use_token_one_is_let_in(world: World) -> None:
    token = world.token(single_use=True)
    refused: list[str] = []

    def register() -> None:
        body = Register(token=token, name="d", version="1", public_key=sealing.public_text(sealing.new_key()))
        try:
            with writing(world.engine) as connection:
                admission.register(connection, body, b"key", world.clock.now())
                other.start()
                other.join(0.3)  # it waits for us
        except DeniedError as error:
            refused.append(error.problems[0].code)
        except RuntimeError:
            refused.append("nobody was refused")

    other = threading.Thread(target=register)
    register()
    other.join()
    assert refused == ["DEL-008"]


def test_managers_that_start_at_once_on_an_empty_store_sign_with_one_key(world: World) -> None:
    with writing(world.engine) as connection:
        connection.execute(SESSION_KEYS.delete())
    keys: list[bytes] = []

    def start() -> None:
        with writing(world.engine) as connection:
            keys.append(sessions.signing_key(connection))

    other = threading.Thread(target=start)
    with writing(world.engine) as connection:
        keys.append(sessions.signing_key(connection))
        other.start()
        other.join(0.3)  # it waits for us: on SQLite for the store, on PostgreSQL for the row
    other.join()
    start()
    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_a_session_key_outlives_rotations_of_the_master_key(world: World) -> None:
    with writing(world.engine) as connection:
        key = sessions.signing_key(connection)
    for _ in range(3):
        secrets.rotate(world.engine, SYSTEM)
    with writing(world.engine) as connection:
        assert sessions.signing_key(connection) == key


def test_a_session_key_that_no_master_key_opens_is_replaced_once(world: World, tmp_path: Path) -> None:
    strange = open_keyring(tmp_path / "another.key").seal("00" * 32, "delegate session key")
    with writing(world.engine) as connection:
        connection.execute(SESSION_KEYS.update().values(envelope=msgspec.to_builtins(strange)))
        first = sessions.signing_key(connection)
        assert sessions.signing_key(connection) == first


@pytest.mark.postgresql
@pytest.mark.parametrize("world", ["postgresql"], indirect=True)
def test_what_another_manager_rings_is_heard_at_once(world: World) -> None:
    async def waited() -> bool:
        with bell.listen("x") as ringing:
            with writing(world.engine) as connection:
                connection.execute(bell.NOTIFY, {"channel": bell.CHANNEL, "payload": "another x"})
            return await ringing.wait(1.5)

    assert asyncio.run(waited())


@pytest.mark.postgresql
@pytest.mark.parametrize("world", ["postgresql"], indirect=True)
def test_two_managers_that_look_after_the_same_jobs_end_each_once(world: World) -> None:
    gone = Delegate(world, world.token()).register()
    begun = world.enqueue()
    lease = gone.lease()
    gone.tell(lease, 0, STARTED)
    first = world.enqueue(workspace="w")
    pinned = gone.lease(begun)
    gone.tell(pinned, 0, STARTED)
    gone.result(pinned, 0)
    waiting = [world.enqueue(workspace="w") for _ in range(5)]
    world.cancel(begun)
    world.clock.move(LOST_S + 1)
    for _ in range(2):
        managers = [threading.Thread(target=world.expire) for _ in range(4)]
        for manager in managers:
            manager.start()
        for manager in managers:
            manager.join()
    ended = [told.job_id for told in world.finished]
    assert sorted(ended) == sorted([begun, first, *waiting])


def test_a_call_that_tells_nothing_new_is_not_stored_and_a_heartbeat_is(world: World) -> None:
    delegate = Delegate(world, world.token()).register()
    ask(delegate)
    stored = known(world, delegate).last_seen_at
    world.clock.move(2)
    ask(delegate)
    assert known(world, delegate).last_seen_at == stored
    ask(delegate, free=0)
    assert known(world, delegate).last_seen_at == world.clock.now()
    world.clock.move(5)
    ask(delegate, free=0)
    assert known(world, delegate).last_seen_at == world.clock.now()


# What calls cost


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_calls_cost_few_statements(world: World) -> None:
    delegate = Delegate(world, world.token(), capacity=4).register()
    ask(delegate, free=4)
    said: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: said.append(statement))

    def cost() -> int:
        statements = [statement for statement in said if not statement.startswith("BEGIN")]
        said.clear()
        return len(statements)

    costs = {}
    ask(delegate, free=4)
    costs["a poll that tells and finds nothing"] = cost()
    world.clock.move(6)
    ask(delegate, free=4)
    costs["a heartbeat"] = cost()
    world.enqueue()
    cost()
    lease = ask(delegate, free=4).lease
    assert lease is not None
    costs["a lease"] = cost()
    delegate.tell(lease, 0, STARTED)
    costs["the beginning"] = cost()
    delegate.tell(lease, 1, {"kind": "log"})
    costs["events"] = cost()
    delegate.result(lease, 2, seq=2, events=[{"kind": "log"}])
    costs["a result with its events"] = cost()
    ask(delegate, free=4)
    costs["a poll after a job"] = cost()
    assert costs == {
        "a poll that tells and finds nothing": 4,
        "a heartbeat": 6,
        "a lease": 17,
        "the beginning": 7,
        "events": 6,
        "a result with its events": 9,
        "a poll after a job": 4,
    }


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_looking_after_many_jobs_costs_no_more_than_after_few(world: World) -> None:
    delegate = Delegate(world, world.token(), capacity=9).register()
    said: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: said.append(statement))
    costs = []
    in_hand: list[str] = []
    for _ in range(3):
        for _ in range(3):
            world.enqueue(workspace="w")
        lease = ask(delegate, free=9, running=in_hand).lease
        assert lease is not None
        in_hand.append(lease.job.id)
        said.clear()
        world.expire()
        costs.append(len(said))
    assert costs[0] == costs[1] == costs[2]


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_nothing_that_is_done_all_the_time_reads_the_whole_history(world: World) -> None:
    said: dict[str, Any] = {}
    event.listen(world.engine, "before_cursor_execute", lambda _c, _cursor, statement, values, *_: said.update({statement: values}))
    delegate = Delegate(world, world.token()).register()
    ask(delegate)
    world.enqueue(repeat="resolve", settle=["outcome"], workspace="w")
    lease = delegate.lease()
    delegate.tell(lease, 0, STARTED)
    for _ in range(3):
        world.pass_time(61)  # what became of it is asked, and asked again
    with reading(world.engine) as connection:
        endings.has_work(connection, world.clock.now())
        service.why_waiting(connection, lease.job.id, world.clock.now())
    delegate.result(lease, 1, seq=1, events=[{"kind": "log"}])
    world.cancel(world.enqueue())
    seen = {statement: values for statement, values in said.items() if statement.startswith(("SELECT", "UPDATE", "DELETE"))}
    assert any("settles = ?" in statement for statement in seen)
    with reading(world.engine) as connection:
        plans = {
            statement: [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            for statement, values in seen.items()
        }
    whole = re.compile("SCAN delegate_(jobs|attempts|events|artifacts)$")
    assert [statement for statement, plan in plans.items() if any(whole.match(line) for line in plan)] == []


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_jobs_that_are_not_for_a_delegate_are_not_read_for_it(world: World) -> None:
    for _ in range(20):
        world.enqueue(scope="account/o/theirs")
        world.enqueue(what=Script(text="true", shell="sh"), scope="account/o/ours")
    job = world.enqueue(scope="account/o/ours")
    delegate = Delegate(world, world.token(scope=Scope("o", "ours"))).register()
    said: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: said.append(statement))
    assert delegate.lease().job.id == job
    assert len([statement for statement in said if '"exclusive" NOT IN' in statement]) == 1, "the oldest hold something for it"
