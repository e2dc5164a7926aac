"""Who is given what where many delegates meet: reach, preference, draining; what is told and kept of them."""

import threading
import time
from datetime import timedelta

from bascule.manager.database import reading, writing
from bascule.manager.delegates import bell, fleet, fleet_store, leftovers, own_logs, reach_store, service, sessions
from bascule.manager.delegates.model import FORGOTTEN_S, JobOwner
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.wire.delegates import LOGS, PROBES, LeaseAnswer
from bascule.wire.jobs import Command, Job, Target
from tests.contract.delegates.world import STARTED, Delegate, World, ask, drain, is_waited_for, known, waits

DB = "db:5432"
ON_DB = {"target": Target(url="postgresql://db/app", exclusive="db")}


# Reach


def test_a_job_goes_to_who_has_shown_that_it_reaches_the_target(world: World) -> None:
    far, near = (Delegate(world, world.token(), name=name, features=[PROBES]).register() for name in ("far", "near"))
    job = world.enqueue(**ON_DB)
    assert ask(far) == ask(near) == LeaseAnswer(probe=[DB])
    assert "far: it is finding out whether it reaches db:5432" in waits(world, job)
    assert ask(far) == LeaseAnswer()  # it was asked just now
    assert ask(far, unreachable={DB: "connection refused"}) == LeaseAnswer()
    assert "far: it cannot reach db:5432 (connection refused)" in waits(world, job)
    lease = ask(near, reached=[DB]).lease
    assert lease is not None
    assert lease.job.id == job


def test_a_job_that_nobody_reaches_is_tried_by_anybody_after_a_while(world: World) -> None:
    delegate = Delegate(world, world.token(), features=[PROBES]).register()
    job = world.enqueue(**ON_DB)
    ask(delegate)
    ask(delegate, unreachable={DB: "no answer within 3 s"})
    world.clock.move(11)
    lease = ask(delegate).lease
    assert lease is not None
    assert lease.job.id == job


def test_a_job_that_succeeds_shows_that_its_target_is_reached(world: World) -> None:
    delegate = Delegate(world, world.token(), features=[PROBES]).register()
    world.enqueue(**ON_DB)
    ask(delegate)
    lease = ask(delegate, reached=[DB]).lease
    assert lease is not None
    delegate.tell(lease, 0, STARTED)
    world.clock.move(200)
    delegate.result(lease, 0)
    with reading(world.engine) as connection:
        reach = reach_store.of_endpoints(connection, [DB])[delegate.id, DB]
    assert reach.ran_at == world.clock.now()
    world.clock.move(200)
    world.enqueue(**ON_DB)
    assert ask(delegate).lease is not None


def test_files_and_connection_tests_are_not_probed(world: World) -> None:
    delegate = Delegate(world, world.token(), features=[PROBES]).register()
    world.enqueue(target=Target(url="jdbc:sqlite:/app.db"))
    world.enqueue(what=Command(argv=["connect"]), target=Target(url="postgresql://db/app"))
    assert ask(delegate).lease is not None
    assert ask(delegate, running=["job1"]).lease is not None


def test_what_a_delegate_was_not_asked_for_is_not_kept(world: World) -> None:
    delegate = Delegate(world, world.token(), features=[PROBES]).register()
    ask(delegate, reached=["elsewhere:1", "x" * 400], unreachable={"nowhere:2": "no"})
    assert _count(world, "delegate_reaches") == 0


# Preference


def test_a_job_is_left_for_a_moment_to_who_has_less_to_do(world: World) -> None:
    busy, idle = (Delegate(world, world.token(), name=name, capacity=4).register() for name in ("busy", "idle"))
    first = world.enqueue()
    assert busy.lease().job.id == first
    ask(idle)  # asks, with room
    second = world.enqueue()
    assert ask(busy, running=[first]).lease is None
    assert idle.lease().job.id == second
    ask(idle, running=[second])
    world.enqueue()
    ask(idle, running=[second], free=0)  # has no room after all
    assert ask(busy, running=[first]).lease is not None


def test_room_is_counted_as_jobs_begin_and_end(world: World) -> None:
    one = Delegate(world, world.token(), capacity=2).register()
    first = world.enqueue()
    lease = ask(one, free=2).lease
    assert lease is not None
    assert known(world, one).free == 1
    poll = threading.Thread(target=lambda: one.post("lease", {"free": 1, "wait_s": 20, "running": [first]}, 200))
    poll.start()
    while not is_waited_for(bell.JOBS):
        time.sleep(0.01)
    one.tell(lease, 0, STARTED)
    one.result(lease, 0)
    assert known(world, one).free == 2
    world.enqueue()
    poll.join(10)
    assert known(world, one).free == 1  # of two: the poll began when there was room for one
    lost = one.lease()  # what that poll's answer brought
    one.result(lost, -1)
    one.result(lost, -1)  # said again
    assert known(world, one).free == 2


def test_a_job_that_was_left_is_taken_soon_if_nobody_else_does(world: World) -> None:
    busy, gone = (Delegate(world, world.token(), name=name, capacity=4).register() for name in ("busy", "gone"))
    first = world.enqueue()
    busy.lease()
    ask(gone)
    second = world.enqueue()
    assert ask(busy, running=[first]).lease is None
    world.clock.move(0.31)
    lease = ask(busy, running=[first]).lease
    assert lease is not None
    assert lease.job.id == second


def test_a_job_nobody_has_room_for_says_so(world: World) -> None:
    delegate = Delegate(world, world.token(), capacity=1).register()
    world.enqueue()
    delegate.lease()
    assert "d: it has 1 of 1 jobs in hand" in waits(world, world.enqueue())


# Draining


def test_a_draining_delegate_takes_no_more_jobs_until_that_is_undone(world: World) -> None:
    token = world.token()
    delegate = Delegate(world, token).register()
    drain(world, delegate)
    job = world.enqueue()
    assert ask(delegate) == LeaseAnswer()
    assert waits(world, job) == "d: it is draining"
    delegate.register()  # also started anew
    assert ask(delegate) == LeaseAnswer()
    drain(world, delegate, undo=True)
    assert ask(delegate).lease is not None


def test_a_delegate_that_is_told_to_leave_is_not_told_again_when_it_is_started_anew(world: World) -> None:
    delegate = Delegate(world, world.token(), start="a").register()
    drain(world, delegate, leave=True)
    assert ask(delegate) == LeaseAnswer(leave=True)
    delegate.register()
    assert ask(delegate).leave
    delegate.registration["start"] = "b"
    delegate.register()
    assert ask(delegate) == LeaseAnswer()
    assert known(world, delegate).draining_at is not None


def test_a_job_that_is_handed_back_goes_elsewhere_at_once(world: World) -> None:
    leaves, stays = (Delegate(world, world.token(), name=name).register() for name in ("leaves", "stays"))
    job = world.enqueue()
    leaves.lease()
    assert ask(leaves, free=0, handed_back=[job]) == LeaseAnswer()
    assert stays.lease().job.id == job


def test_only_what_has_not_begun_and_is_its_own_can_be_handed_back(world: World) -> None:
    one, other = (Delegate(world, world.token(), name=name).register() for name in ("one", "other"))
    job = world.enqueue()
    lease = one.lease()
    ask(other, free=0, handed_back=[job, "nothing"])
    assert world.record(job).state == "leased"
    one.tell(lease, 0, STARTED)
    ask(one, free=0, handed_back=[job])
    assert world.record(job).state == "started"


# Own logs


def test_a_delegate_tells_its_log_to_who_asks_and_only_then(world: World) -> None:
    delegate = Delegate(world, world.token(), features=[LOGS]).register()
    ask(delegate, log=[[1, "nobody asked"]])
    with writing(world.engine) as connection:
        assert own_logs.read(connection, delegate.id).lines == ()
        assert fleet.ask_log(connection, SYSTEM, Scope(), delegate.id, world.clock.now())
    assert ask(delegate).log_after == 0
    world.clock.move(0.1)
    assert ask(delegate, log=[[1000, "one"], [2000, "two"]]).log_after is None
    world.clock.move(1)
    with writing(world.engine) as connection:
        fleet.ask_log(connection, SYSTEM, Scope(), delegate.id, world.clock.now())
    assert ask(delegate).log_after == 2000
    ask(delegate, log=[[2000, "two"], [3000, "x" * 600_000]])
    with reading(world.engine) as connection:
        told = own_logs.read(connection, delegate.id)
    assert [len(text) for _, text in told.lines] == []  # one line larger than all that is kept
    assert told.last == 2000


def test_a_forgotten_delegate_leaves_nothing(world: World) -> None:
    delegate = Delegate(world, world.token(), features=[LOGS, PROBES]).register()
    world.enqueue(**ON_DB)
    ask(delegate)
    with writing(world.engine) as connection:
        fleet.ask_log(connection, SYSTEM, Scope(), delegate.id, world.clock.now())
        fleet.remove_delegate(connection, SYSTEM, Scope(), delegate.id)
        assert reach_store.of_endpoints(connection, [DB]) == {}
        assert own_logs.read(connection, delegate.id).asked_at is None


# What is left over


def _count(world: World, *tables: str) -> int:
    with reading(world.engine) as connection:
        return sum(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in tables)


def _clear(world: World, after: timedelta) -> None:
    with writing(world.engine) as connection:
        leftovers.remove(connection, world.clock.now() + after)


def test_a_job_of_no_execution_is_kept_for_a_day(world: World) -> None:
    delegate = Delegate(world, world.token()).register()
    with writing(world.engine) as connection:
        service.enqueue(connection, Job(id="test", what=Command(argv=["connect"])), JobOwner(), clock=world.clock)
    lease = delegate.lease()
    delegate.tell(lease, 0, STARTED)
    _clear(world, timedelta(days=9))  # it has not ended
    assert delegate.result(lease, 0).accepted
    of_execution = world.enqueue()
    kept = delegate.lease()
    delegate.tell(kept, 0, STARTED)
    delegate.result(kept, 0)
    tables = ("delegate_jobs", "delegate_attempts", "delegate_events")
    _clear(world, timedelta(hours=23))
    assert _count(world, *tables) == 6
    _clear(world, timedelta(hours=25))
    assert _count(world, *tables) == 3
    assert world.record(of_execution).state == "finished"


def test_a_token_that_has_ended_is_listed_for_a_month(world: World) -> None:
    lives, unused = world.token(), world.token()
    world.token(lives=timedelta(hours=1))
    Delegate(world, lives).register()
    with writing(world.engine) as connection:
        for text in (lives, unused):
            token = fleet_store.token_of_text(connection, sessions.hash_of(text))
            assert token is not None
            fleet.revoke_token(connection, SYSTEM, Scope(), token[0].id, world.clock.now())
    _clear(world, timedelta(days=29))
    assert _count(world, "delegate_tokens") == 3
    _clear(world, timedelta(days=31))
    assert _count(world, "delegate_tokens") == 1  # the one by which a delegate came that is on the list
    world.pass_time(FORGOTTEN_S + 1)
    _clear(world, timedelta(days=31))
    assert _count(world, "delegate_tokens") == 0


def test_what_a_delegate_reached_is_forgotten_when_nobody_has_asked_for_long(world: World) -> None:
    delegate = Delegate(world, world.token(), features=[PROBES]).register()
    world.enqueue(**ON_DB)
    ask(delegate)
    ask(delegate, unreachable={DB: "no"})
    _clear(world, timedelta(days=29))
    assert _count(world, "delegate_reaches") == 1
    _clear(world, timedelta(days=31))
    assert _count(world, "delegate_reaches") == 0
