"""The five calls where many delegates and many tokens meet: rotation, proofs, reach, preference, draining, names, own logs."""

import asyncio
import re
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from bascule import __version__
from bascule.core.errors import ConflictError, DeniedError
from bascule.manager.database import reading, writing
from bascule.manager.delegates import admission, bell, endings, fleet, fleet_store, leftovers, own_logs, reach_store, service, sessions
from bascule.manager.delegates.model import FORGOTTEN_S, LOST_S, JobOwner
from bascule.manager.delegates.model import Delegate as Registered_
from bascule.manager.delegates.sessions import SESSION
from bascule.manager.delegates.tables import SESSION_KEYS
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.manager.secrets import service as secrets
from bascule.manager.secrets.keyring import open_keyring
from bascule.wire import proofs, sealing
from bascule.wire.delegates import LOGS, PROBES, PROVES, LeaseAnswer, Register, Registered
from bascule.wire.jobs import Command, Job, Script, Target
from tests.contract.delegates.world import STARTED, Delegate, World

DB = "db:5432"
ON_DB = {"target": Target(url="postgresql://db/app", exclusive="db")}


def ask(delegate: Delegate, status: int = 200, **body: Any) -> LeaseAnswer:
    content = delegate.post("lease", {"free": 1, "wait_s": 0, **body}, status)
    return msgspec.json.decode(content, type=LeaseAnswer) if status == 200 else LeaseAnswer()


def known(world: World, delegate: Delegate) -> Registered_:
    with reading(world.engine) as connection:
        found = fleet_store.find_delegate(connection, delegate.id)
    assert found is not None
    return found


def waits(world: World, job: str) -> str:
    with reading(world.engine) as connection:
        problem = service.why_waiting(connection, job, world.clock.now())
    return (problem.why or "") if problem else ""


def drain(world: World, delegate: Delegate, **how: bool) -> None:
    with writing(world.engine) as connection:
        fleet.drain(connection, SYSTEM, Scope(), delegate.id, world.clock.now(), **how)


# Rotation


def rotate(world: World, text: str, **how: Any) -> str:
    from bascule.manager.delegates.sessions import hash_of

    with writing(world.engine) as connection:
        found = fleet_store.token_of_text(connection, hash_of(text))
        assert found is not None
        return fleet.rotate_token(connection, SYSTEM, Scope(), found[0].id, world.clock.now(), **how)[1]


def test_a_rotated_token_keeps_its_delegates_for_the_grace_and_lets_no_new_one_in(world: World) -> None:
    former = world.token()
    old = Delegate(world, former).register()
    text = rotate(world, former, grace=timedelta(hours=3))
    world.clock.move(2 * 3600)  # its session ended: it registers again, as it does every hour
    old.register()
    assert ask(old) == LeaseAnswer()
    assert b"DEL-003" in Delegate(world, former).post("register", Delegate(world, former).registration, 401)
    Delegate(world, text).register()
    world.clock.move(3600)
    ask(old, 401)
    old.post("register", old.registration, 401)
    old.registration["token"] = text
    assert old.register().id == known(world, old).id  # still the same delegate, by its key


def test_a_rotated_token_may_let_new_ones_in_for_the_grace(world: World) -> None:
    former = world.token()
    rotate(world, former, grace=timedelta(hours=3), admits=True)
    Delegate(world, former).register()
    world.clock.move(3 * 3600)
    late = Delegate(world, former)
    late.post("register", late.registration, 401)


def test_a_token_rotated_without_grace_cuts_its_delegates_at_their_next_call(world: World) -> None:
    former = world.token()
    old = Delegate(world, former).register()
    rotate(world, former, grace=timedelta())
    ask(old, 401)


def test_a_token_rotated_twice_forgets_its_first_text(world: World) -> None:
    first = world.token()
    old = Delegate(world, first).register()
    rotate(world, rotate(world, first))
    ask(old, 401)


def test_a_token_of_one_delegate_is_not_rotated(world: World) -> None:
    with pytest.raises(ConflictError):
        rotate(world, world.token(single_use=True))


def test_a_revoked_token_ends_an_open_poll_at_once(world: World) -> None:
    delegate = Delegate(world, world.token()).register()
    answered: list[bytes] = []
    poll = threading.Thread(target=lambda: answered.append(delegate.post("lease", {"free": 1, "wait_s": 20}, 401)))
    poll.start()
    while not _listened(bell.JOBS):
        time.sleep(0.01)
    with writing(world.engine) as connection:
        fleet.revoke_token(connection, SYSTEM, Scope(), known(world, delegate).token_id, world.clock.now())
    poll.join(5)
    assert answered
    assert b"DEL-003" in answered[0]


def _listened(name: str) -> bool:
    return bool(bell._listeners.get(name))


def _waited_for(name: str) -> bool:
    return any(listener._event._waiters for listener in bell._listeners.get(name, ()))  # type: ignore[attr-defined]


# Proofs


class Signing(Delegate):
    """Signs its calls as an agent does."""

    proof_key = b""
    nonce = 0
    age_ms = 0

    def register(self) -> "Signing":
        self.registration["features"] = [PROVES]
        answer = msgspec.json.decode(Delegate.post(self, "register", self.registration, 200), type=Registered)
        assert answer.proof_key is not None
        self.session = sealing.unseal(answer.session_token, self.key, sealing.SESSION).decode()
        self.proof_key = sealing.unseal(answer.proof_key, self.key, sealing.PROOF)
        self.id = answer.delegate_id
        return self

    def header(self, call: str, body: bytes) -> str:
        self.nonce += 1
        return proofs.sign(self.proof_key, call, self.age_ms, f"n{self.nonce}", body)


POLL = b'{"free":0,"wait_s":0}'


def test_a_signed_call_is_heard(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    delegate.post("lease", POLL, 200, **{proofs.HEADER: delegate.header("lease", POLL)})


def test_a_stolen_session_token_opens_nothing(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    for call in ("lease", "events", "artifact", "result"):
        assert b"DEL-043" in delegate.post(call, POLL, 401)
    thief = proofs.sign(b"another key", "lease", 0, "n", POLL)
    assert b"DEL-043" in delegate.post("lease", POLL, 401, **{proofs.HEADER: thief})


def test_a_call_is_heard_once(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    overheard = delegate.header("lease", POLL)
    delegate.post("lease", POLL, 200, **{proofs.HEADER: overheard})
    assert b"made before" in delegate.post("lease", POLL, 401, **{proofs.HEADER: overheard})


def test_a_proof_is_of_one_call_and_one_body(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    delegate.post("lease", b'{"free":9,"wait_s":0}', 401, **{proofs.HEADER: delegate.header("lease", POLL)})
    delegate.post("lease", POLL, 401, **{proofs.HEADER: delegate.header("result", POLL)})


def test_what_is_remembered_of_a_proof_is_short(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    header = proofs.sign(delegate.proof_key, "lease", 0, "n" * 65, POLL)
    assert b"not signed" in delegate.post("lease", POLL, 401, **{proofs.HEADER: header})


def test_a_proof_does_not_keep(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    world.clock.move(600)
    assert b"too long ago" in delegate.post("lease", POLL, 401, **{proofs.HEADER: delegate.header("lease", POLL)})
    delegate.age_ms = 600_000
    delegate.post("lease", POLL, 200, **{proofs.HEADER: delegate.header("lease", POLL)})
    world.clock.move(SESSION.total_seconds())
    assert b"DEL-002" in delegate.post("lease", POLL, 401, **{proofs.HEADER: delegate.header("lease", POLL)})


@pytest.mark.parametrize("header", ["", ".", "1", "1.n", "1.n.", "x.n.s", "-1.n.s", "1.n.ä", "9" * 20 + ".n.s"])
def test_what_is_no_proof_is_refused(world: World, header: str) -> None:
    delegate = Signing(world, world.token()).register()
    sent = {"authorization": f"Bearer {delegate.session}".encode(), proofs.HEADER: header.encode()}
    assert world.client.post("/v1/delegate/lease", content=POLL, headers=sent).status_code == 401


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
    while not _waited_for(bell.JOBS):
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


# Names


def test_a_delegate_is_selected_by_its_name(world: World) -> None:
    Delegate(world, world.token(), name="other").register()
    named = Delegate(world, world.token("prod"), name="near").register()
    assert known(world, named).tags == ("prod", "near")
    job = world.enqueue(selectors=["near", "prod"])
    assert named.lease().job.id == job


def test_a_name_gives_nobody_a_tag_that_another_token_carries(world: World) -> None:
    world.token("prod")
    claims = Delegate(world, world.token("qa"), name="prod").register()
    assert known(world, claims).tags == ("qa",)


def test_a_name_that_a_delegate_of_another_token_has_is_not_shared(world: World) -> None:
    first = Delegate(world, world.token(), name="near").register()
    second = Delegate(world, world.token(), name="near").register()
    assert (known(world, first).tags, known(world, second).tags) == (("near",), ())


def test_a_token_does_not_carry_the_name_of_a_delegate_as_a_tag(world: World) -> None:
    Delegate(world, world.token(), name="near").register()
    with pytest.raises(ConflictError) as raised:
        world.token("near")
    assert raised.value.problems[0].code == "DEL-041"


def test_what_another_project_calls_its_delegates_stands_in_nobodys_way(world: World) -> None:
    ours, theirs = Scope("o", "ours"), Scope("o", "theirs")
    Delegate(world, world.token("prod", scope=theirs), name="near").register()
    mine = Delegate(world, world.token("near", scope=ours), name="prod").register()
    assert known(world, mine).tags == ("near", "prod")
    with pytest.raises(ConflictError):
        world.token("near", scope=Scope("o"))  # which serves that project, too
    above = Delegate(world, world.token(scope=Scope()), name="prod").register()
    assert known(world, above).tags == ()


# Versions


def test_another_protocol_is_refused_with_both_versions_and_the_fix(world: World) -> None:
    newer = Delegate(world, world.token(), protocol=2, version="9.1.0")
    said = newer.post("register", newer.registration, 400)
    assert b"bascule 9.1.0" in said
    assert __version__.encode() in said
    assert b"upgrade the manager" in said


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
