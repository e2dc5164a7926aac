"""The five calls, spoken to the real routes: who may take what, what a fence guards, what is repeated, what is late."""

import asyncio
import base64
import gzip
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from bascule.core.errors import TargetError
from bascule.manager.database import reading, writing
from bascule.manager.delegates import bell, fleet, service
from bascule.manager.delegates.model import FORGOTTEN_S, LOST_S, JobOwner
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.wire import sealing
from bascule.wire.delegates import LEASE_S, MAX_BODY_BYTES, STARTING, Registered, ResultAnswer
from bascule.wire.jobs import Command, Target
from tests.contract.delegates.world import STARTED, Delegate, World, lease_of

# Who is let in


def test_the_same_key_is_the_same_delegate(world: World) -> None:
    token = world.token()
    first = Delegate(world, token).register()
    again = Delegate(world, token, key=first.key).register()
    assert again.id == first.id
    assert Delegate(world, token).register().id != first.id


def test_another_token_does_not_take_over_a_delegate(world: World) -> None:
    first = Delegate(world, world.token()).register()
    assert Delegate(world, world.token(), key=first.key).register().id != first.id


def test_a_new_token_continues_a_delegate_whose_token_was_revoked(world: World) -> None:
    old = world.token()
    first = Delegate(world, old).register()
    with writing(world.engine) as connection:
        token = fleet.tokens(connection, SYSTEM, Scope(), _page()).items[0]
        fleet.revoke_token(connection, SYSTEM, Scope(), token.id, world.clock.now())
    first.post("lease", {}, 401)
    Delegate(world, old).post("register", first.registration, 401)
    assert Delegate(world, world.token(), key=first.key).register().id == first.id


def test_the_session_can_be_read_by_the_holder_of_the_key_only(world: World) -> None:
    delegate = Delegate(world, world.token())
    answer = msgspec.json.decode(delegate.post("register", delegate.registration, 200), type=Registered)
    with pytest.raises(TargetError):
        sealing.unseal(answer.session_token, sealing.new_key(), sealing.SESSION)


def test_a_session_ends_after_an_hour(world: World, delegate: Delegate) -> None:
    world.clock.move(3599)
    delegate.poll()
    world.clock.move(2)
    delegate.post("lease", {}, 401)


@pytest.mark.parametrize("token", ["", "bdt_guess", "a.b", "e30.e30"])
def test_a_forged_session_is_refused(world: World, delegate: Delegate, token: str) -> None:
    delegate.session = token
    delegate.post("lease", {}, 401)


def test_nothing_is_read_of_whom_nobody_knows(world: World, delegate: Delegate) -> None:
    delegate.session = "e30.e30"
    delegate.post("events", b" " * (MAX_BODY_BYTES + 1), 401)


def test_a_changed_session_is_refused(world: World, delegate: Delegate) -> None:
    head, _, tail = delegate.session.partition(".")
    raw = bytearray(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    raw[5] ^= 1
    delegate.session = base64.urlsafe_b64encode(raw).decode().rstrip("=") + "." + tail
    delegate.post("lease", {}, 401)


def test_tags_may_be_left_out_never_added(world: World) -> None:
    token = world.token("qa", "eu")
    assert Delegate(world, token, tags=["qa"]).register()
    Delegate(world, token, tags=["qa", "prod"]).post("register", Delegate(world, token, tags=["qa", "prod"]).registration, 403)


def test_a_single_use_token_binds_to_its_first_key(world: World) -> None:
    token = world.token(single_use=True)
    first = Delegate(world, token).register()
    assert Delegate(world, token, key=first.key).register().id == first.id
    other = Delegate(world, token)
    other.post("register", other.registration, 403)


def test_a_token_ends_when_it_was_said_to(world: World) -> None:
    token = world.token(lives=timedelta(minutes=5))
    delegate = Delegate(world, token).register()
    world.clock.move(301)
    delegate.post("lease", {}, 401)
    delegate.post("register", delegate.registration, 401)


# Leases


def test_a_lease_whose_answer_was_lost_is_given_again(world: World, delegate: Delegate) -> None:
    job = world.enqueue()
    first = delegate.lease()
    assert delegate.lease() == first
    assert delegate.poll(job).lease is None


def test_fences_only_grow(world: World, delegate: Delegate) -> None:
    fences = []
    for _ in range(3):
        world.enqueue()
        lease = delegate.lease()
        fences.append(lease.fence)
        delegate.result(lease, -1)
    assert fences == sorted(set(fences))


def test_a_lease_that_ends_before_it_started_is_offered_again(world: World, delegate: Delegate) -> None:
    world.enqueue()
    first = delegate.lease()
    world.clock.move(LEASE_S - 1)
    world.expire()
    assert world.record(first.job.id).state == "leased"
    world.pass_time(2)
    other = Delegate(world, world.token()).register()
    second = other.lease()
    assert (second.job.id, second.attempt) == (first.job.id, 2)
    assert second.fence > first.fence


def test_a_stale_delegate_is_told_to_stop_and_its_events_are_late(world: World, delegate: Delegate) -> None:
    world.enqueue()
    first = delegate.lease()
    world.pass_time(LEASE_S + 1)
    other = Delegate(world, world.token()).register()
    second = other.lease()
    assert delegate.tell(first, 0, STARTED).order == "cancel"
    assert world.record(first.job.id).state == "leased"
    other.tell(second, 0, STARTED)
    assert delegate.result(first, 0, "failure").accepted
    assert world.record(first.job.id).state == "started"
    other.result(second, 0)
    assert [told.outcome.status for told in world.finished] == ["success"]
    assert [late for _, _, late in world.stored(first.job.id)] == [True, False]


def test_a_delegate_that_returns_before_anyone_else_took_its_job_goes_on(world: World, delegate: Delegate) -> None:
    world.enqueue()
    lease = delegate.lease()
    world.pass_time(LEASE_S + 1)
    assert world.record(lease.job.id).state == "queued"
    assert delegate.tell(lease, 0, STARTED).order == "continue"
    assert world.record(lease.job.id).state == "started"
    assert Delegate(world, world.token()).register().poll().lease is None


def test_a_started_job_of_a_silent_delegate_is_unknown_and_nobody_gets_it(world: World, delegate: Delegate) -> None:
    world.enqueue()
    lease = delegate.lease()
    delegate.tell(lease, 0, STARTED)
    world.pass_time(LEASE_S + 1)
    assert world.record(lease.job.id).state == "unknown"
    world.pass_time(10 * LOST_S)
    assert world.record(lease.job.id).state == "unknown"
    assert Delegate(world, world.token()).register().poll().lease is None
    assert delegate.tell(lease, 1, {"kind": "log", "text": "back"}).order == "continue"
    assert world.record(lease.job.id).state == "started"
    assert not any(late for _, _, late in world.stored(lease.job.id))


def test_a_silent_delegates_job_that_may_be_repeated_goes_elsewhere(world: World, delegate: Delegate) -> None:
    world.enqueue(repeat="safe")
    lease = delegate.lease()
    delegate.tell(lease, 0, STARTED)
    world.pass_time(LEASE_S + 1)
    assert Delegate(world, world.token()).register().lease().attempt == 2


def test_what_became_of_a_lost_job_is_asked_on_another_delegate(world: World, delegate: Delegate) -> None:
    target = Target(url="x", exclusive="db")
    job = world.enqueue(repeat="resolve", settle=["outcome", "--deployment-id", "1"], target=target)
    lease = delegate.lease()
    delegate.tell(lease, 0, STARTED)
    world.pass_time(LEASE_S + 1)
    other = Delegate(world, world.token()).register()
    asking = other.lease()
    assert asking.job.what == Command(argv=["outcome", "--deployment-id", "1"])
    assert other.poll(asking.job.id).lease is None
    other.tell(asking, 0, STARTED)
    other.result(asking, 0, outputs={"history": {"count": 3}})
    outcome = world.record(job).outcome
    assert outcome is not None
    assert (outcome.status, outcome.outputs["history"]) == ("unknown", {"count": 3})
    assert [told.job_id for told in world.finished] == [job]
    assert delegate.tell(lease, 1, {"kind": "log", "text": "late"}).order == "continue"
    assert delegate.result(lease, 1, "failure").accepted
    assert world.record(job).outcome == outcome


def test_a_job_that_its_returned_delegate_has_lost_ends_as_unknown(world: World, delegate: Delegate) -> None:
    job = world.enqueue()
    delegate.tell(delegate.lease(), 0, STARTED)
    world.pass_time(LEASE_S + 1)
    delegate.poll()
    outcome = world.record(job).outcome
    assert outcome is not None
    assert (outcome.status, outcome.problems[0].code) == ("unknown", "JOB-003")


def test_a_deleted_delegates_job_ends_as_unknown(world: World, delegate: Delegate) -> None:
    job = world.enqueue()
    delegate.tell(delegate.lease(), 0, STARTED)
    with writing(world.engine) as connection:
        fleet.remove_delegate(connection, SYSTEM, Scope(), delegate.id)
    world.pass_time(1)
    assert world.record(job).state == "finished"
    delegate.post("lease", {}, 401)


def test_heartbeats_keep_a_lease(world: World, delegate: Delegate) -> None:
    job = world.enqueue()
    lease = delegate.lease()
    delegate.tell(lease, 0, STARTED)
    for _ in range(3):
        world.clock.move(LEASE_S - 1)
        delegate.tell(lease, 1)
        world.expire()
    world.clock.move(LEASE_S - 1)
    delegate.poll(job, free=0)
    world.pass_time(LEASE_S - 1)
    assert world.record(job).state == "started"


def test_jobs_of_one_target_exclude_each_other(world: World, delegate: Delegate) -> None:
    target = Target(url="x", exclusive="db")
    first, second, other = world.enqueue(target=target), world.enqueue(target=target), world.enqueue()
    lease = delegate.lease()
    assert lease.job.id == first
    assert delegate.lease(first).job.id == other
    assert delegate.poll(first, other).lease is None
    with reading(world.engine) as connection:
        problem = service.why_waiting(connection, second, world.clock.now())
    assert problem is not None
    assert (problem.code, first in (problem.why or "")) == ("DEL-011", True)
    delegate.result(lease, -1)
    assert delegate.lease(other).job.id == second


def test_a_workspace_stays_where_its_first_job_ran(world: World, delegate: Delegate) -> None:
    other = Delegate(world, world.token()).register()
    world.enqueue(workspace="group")
    delegate.result(delegate.lease(), -1)
    second = world.enqueue(workspace="group")
    assert other.poll().lease is None
    assert delegate.lease().job.id == second


@pytest.mark.parametrize(("repeat", "state"), [("safe", "leased"), ("never", "finished")])
def test_a_lost_workspace_is_made_anew_for_jobs_that_may_be_repeated(world: World, delegate: Delegate, repeat: str, state: str) -> None:
    world.enqueue(workspace="group")
    delegate.result(delegate.lease(), -1)
    second = world.enqueue(workspace="group", repeat=repeat)
    world.pass_time(LOST_S + 1)
    Delegate(world, world.token()).register().poll()
    assert world.record(second).state == state
    outcome = world.record(second).outcome
    assert (outcome.problems[0].code if outcome else None) == (None if repeat == "safe" else "DEL-012")


def test_a_job_that_nobody_can_take_says_why_tag_by_tag(world: World) -> None:
    job = world.enqueue(selectors=["prod", "eu"])
    with reading(world.engine) as connection:
        alone = service.why_waiting(connection, job, world.clock.now())
    assert alone is not None
    assert alone.why == "no delegate is registered"
    Delegate(world, world.token("prod"), name="one").register()
    Delegate(world, world.token("eu", scope=Scope("o")), name="two").register()
    with reading(world.engine) as connection:
        problem = service.why_waiting(connection, job, world.clock.now())
    assert problem is not None
    assert problem.why == "one: it lacks the tag 'eu'; two: it lacks the tag 'prod', its token covers account/o, the job is in account"


def test_why_a_job_waits_names_no_delegate_of_another_project(world: World) -> None:
    job = world.enqueue(selectors=["prod"], scope="account/o/ours")
    for name, scope in (("theirs", Scope("o", "theirs")), ("foreign", Scope("p")), ("shared", Scope("o"))):
        Delegate(world, world.token("secret-tag", scope=scope), name=name).register()
    with reading(world.engine) as connection:
        problem = service.why_waiting(connection, job, world.clock.now())
    assert problem is not None
    assert problem.why == "shared: it lacks the tag 'prod'; 2 others serve other organizations or projects"


def test_a_queued_job_wakes_a_waiting_delegate(world: World, delegate: Delegate) -> None:
    async def scene() -> bool:
        with bell.listen(bell.JOBS) as ringing:
            await asyncio.to_thread(world.enqueue)
            return await ringing.wait(5)

    assert asyncio.run(scene())


# Secrets


def test_secrets_are_sealed_to_this_delegate_job_and_fence(world: World, delegate: Delegate) -> None:
    world.enqueue(secrets={"password": "account.password"})
    lease = delegate.lease()
    assert lease.secrets is not None
    context = sealing.lease_context(lease.job.id, lease.fence)
    assert msgspec.json.decode(sealing.unseal(lease.secrets, delegate.key, context)) == {"password": "hunter22"}
    for key, other in ((sealing.new_key(), context), (delegate.key, sealing.lease_context(lease.job.id, lease.fence + 1))):
        with pytest.raises(TargetError):
            sealing.unseal(lease.secrets, key, other)


def test_a_secret_that_is_not_there_fails_the_job(world: World, delegate: Delegate) -> None:
    job = world.enqueue(secrets={"password": "account.nope"})
    second = world.enqueue()
    assert delegate.lease().job.id == second
    outcome = world.record(job).outcome
    assert outcome is not None
    assert (outcome.status, outcome.problems[0].code) == ("failure", "SEC-404")


# Events and results


def test_events_are_stored_once_whatever_is_sent_again(world: World, delegate: Delegate) -> None:
    world.enqueue()
    lease = delegate.lease()
    events = [{"kind": "log", "text": str(n)} for n in range(6)]
    assert delegate.tell(lease, 0, *events[:3]).next_seq == 3
    assert delegate.tell(lease, 0, *events[:3]).next_seq == 3
    assert delegate.tell(lease, 1, *events[1:5]).next_seq == 5
    assert delegate.tell(lease, 6, {"kind": "log", "text": "after a gap"}).next_seq == 5
    assert delegate.tell(lease, 5, events[5]).next_seq == 6
    assert world.stored(lease.job.id) == [(n, event, False) for n, event in enumerate(events)]


def test_the_last_events_may_come_with_the_result(world: World, delegate: Delegate) -> None:
    job = world.enqueue()
    lease = delegate.lease()
    delegate.tell(lease, 0, STARTED)
    rest = [{"kind": "started", "at": 2.0}, {"kind": "result", "at": 3.0}]
    assert delegate.result(lease, 3, seq=2, events=rest) == ResultAnswer(accepted=False, next_seq=1), "one is missing in between"
    assert world.record(job).state == "started"
    assert len(world.stored(job)) == 1
    for _ in range(2):  # whose answer was lost sends it again
        assert delegate.result(lease, 2, seq=1, events=rest).accepted
        assert [(event["kind"], late) for _, event, late in world.stored(job)] == [(STARTING, False), ("started", False), ("result", False)]
    assert len(world.finished) == 1


def test_a_job_behind_many_that_others_are_to_take_is_leased(world: World, delegate: Delegate) -> None:
    for _ in range(40):
        world.enqueue(selectors=["elsewhere"])
    mine = world.enqueue()
    assert delegate.lease().job.id == mine


def test_a_result_waits_for_every_event(world: World, delegate: Delegate) -> None:
    world.enqueue()
    lease = delegate.lease()
    delegate.tell(lease, 0, STARTED)
    answer = delegate.result(lease, 2)
    assert (answer.accepted, answer.next_seq) == (False, 1)
    assert world.finished == []
    delegate.tell(lease, 1, {"kind": "log"}, {"kind": "result"})
    assert delegate.result(lease, 2).accepted
    assert delegate.result(lease, 2).accepted
    assert len(world.finished) == 1
    assert world.finished[0].owner == JobOwner(execution_id="e1", phase="plan")


def test_large_outputs_come_in_parts(world: World, delegate: Delegate) -> None:
    world.enqueue()
    lease = delegate.lease()
    content = msgspec.json.encode({"plan": "x" * 1000})
    body = {**lease_of(lease), "last_seq": -1, "status": "success", "artifacts": ["plan"]}
    delegate.post("result", body, 400)
    for _ in range(2):
        for number, start in enumerate(range(0, len(content), 300)):
            data = base64.b64encode(content[start : start + 300]).decode()
            part = {**lease_of(lease), "name": "plan", "part": number, "last": start + 300 >= len(content), "data": data}
            delegate.post("artifact", part, 200)
    delegate.post("result", body, 200)
    outcome = world.record(lease.job.id).outcome
    assert outcome is not None
    assert outcome.outputs == {"plan": {"plan": "x" * 1000}}
    delegate.post("artifact", part, 200)  # sent again, late
    delegate.post("result", body, 200)
    with reading(world.engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM delegate_artifacts").scalar_one() == 0


def test_another_delegate_may_not_speak_of_a_job(world: World, delegate: Delegate) -> None:
    world.enqueue()
    lease = delegate.lease()
    other = Delegate(world, world.token()).register()
    other.post("events", {**lease_of(lease), "seq": 0, "events": [STARTED]}, 404)
    other.post("result", {**lease_of(lease), "last_seq": -1, "status": "success"}, 404)
    delegate.post("events", {**lease_of(lease), "fence": lease.fence + 1, "seq": 0, "events": [STARTED]}, 404)
    assert world.record(lease.job.id).state == "leased"


def test_a_listener_that_fails_does_not_lose_events(world: World, delegate: Delegate) -> None:
    def fail(_connection: object, _told: object) -> None:
        raise RuntimeError("a defect of a listener")

    service.on_events(fail, engine=world.engine)
    world.enqueue()
    lease = delegate.lease()
    assert delegate.tell(lease, 0, STARTED).next_seq == 1
    assert len(world.stored(lease.job.id)) == 1


# Cancel


def test_a_queued_job_is_cancelled_at_once(world: World, delegate: Delegate) -> None:
    job = world.enqueue()
    world.cancel(job)
    assert [told.outcome.status for told in world.finished] == ["cancelled"]
    assert delegate.poll().lease is None


def test_a_cancelled_job_is_named_in_every_answer(world: World, delegate: Delegate) -> None:
    job = world.enqueue()
    lease = delegate.lease()
    delegate.tell(lease, 0, STARTED)
    world.cancel(job)
    assert delegate.poll(job, free=0).cancel == [job]
    assert delegate.tell(lease, 1).order == "cancel"
    delegate.result(lease, 0, "cancelled")
    assert [told.outcome.status for told in world.finished] == ["cancelled"]


# Delegates that are gone


def test_a_delegate_that_has_been_silent_for_hours_leaves_the_list(world: World, delegate: Delegate) -> None:
    world.pass_time(FORGOTTEN_S - 1)
    assert world.delegates() == [delegate.id]
    world.pass_time(2)
    assert world.delegates() == []
    delegate.post("lease", {}, 401)
    assert delegate.register().poll().lease is None


def test_a_silent_delegate_stays_while_a_job_of_it_is_unknown(world: World, delegate: Delegate) -> None:
    world.enqueue()
    delegate.tell(delegate.lease(), 0, STARTED)
    world.pass_time(FORGOTTEN_S + 1)
    assert world.delegates() == [delegate.id]


# What comes in


def test_bodies_may_be_packed_and_are_bounded(world: World, delegate: Delegate) -> None:
    delegate.post("lease", gzip.compress(b'{"wait_s": 0}'), 200, **{"content-encoding": "gzip"})
    delegate.post("lease", gzip.compress(b" " * 9_000_000), 400, **{"content-encoding": "gzip"})
    delegate.post("lease", b" " * 9_000_000, 400)
    delegate.post("lease", b"not json", 400)
    delegate.post("lease", b"\x1f\x8bbroken", 400, **{"content-encoding": "gzip"})


def _page() -> Any:
    from bascule.manager.paging import Paging

    return Paging(0, 10)
