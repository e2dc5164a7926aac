"""Pods of step groups over the five calls: who makes them, who may lease what in them, what becomes of their jobs."""

from datetime import timedelta
from typing import Any, get_args

import msgspec

from bascule.manager.database import reading, writing
from bascule.manager.delegates import fleet, fleet_store, leasing, pods, service
from bascule.manager.delegates.model import LOST_S, JobOwner
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.manager.paging import Paging
from bascule.wire import sealing
from bascule.wire.delegates import Lease, LeaseRequest
from bascule.wire.jobs import Command, Job, Seal
from bascule.wire.pods import Pod
from tests.contract.delegates.world import EXTERNAL, STARTED, Delegate, World

KEY = "exec_1/qa/db#1"
EXTERNAL_KEY = {"key": EXTERNAL["account.in_a_file"]}
NO_IMAGE = {"code": "K8S-001", "what": "there is no such image"}


def in_cluster(world: World, **fields: Any) -> Delegate:
    """A permanent delegate that can make pods."""
    return Delegate(world, world.token(), kubernetes=True, **fields).register()


def ask_for_pod(world: World, key: str = KEY, **fields: Any) -> str:
    job = Job(id=f"job_{key}", what=Pod(key=key), **fields)
    with writing(world.engine) as connection:
        pods.start(connection, job, JobOwner(execution_id="exec_1"), world.clock.now())
    return job.id


def leave(world: World, path: str = "exec_1/qa/db") -> None:
    with writing(world.engine) as connection:
        pods.leave(connection, path, clock=world.clock)


def token_in(lease: Lease, maker: Delegate) -> str:
    assert lease.secrets is not None
    opened = sealing.unseal(lease.secrets, maker.key, sealing.lease_context(lease.job.id, lease.fence))
    return msgspec.json.decode(opened, type=dict[str, str])["token"]


def inside(world: World, maker: Delegate, making: Lease) -> Delegate:
    """The delegate inside the pod, as it registers."""
    return Delegate(world, token_in(making, maker), name="pod", allow_scripts=True).register()


def with_a_pod(world: World) -> tuple[Delegate, Lease, Delegate]:
    """A delegate that has a pod in hand, its lease of it, and the delegate inside."""
    maker = in_cluster(world)
    ask_for_pod(world)
    making = maker.lease()
    return maker, making, inside(world, maker, making)


def test_only_a_delegate_with_kubernetes_makes_a_pod(world: World) -> None:
    plain, able = Delegate(world, world.token()).register(), in_cluster(world)
    job = ask_for_pod(world)
    assert plain.poll().lease is None
    assert able.lease().job.id == job


def test_a_pods_jobs_are_its_delegates_alone_and_it_takes_no_others(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    making = maker.lease()
    of_pod, of_all = world.enqueue(pod=KEY, selectors=["a tag nobody has"]), world.enqueue()
    ephemeral = inside(world, maker, making)
    assert ephemeral.lease().job.id == of_pod
    assert ephemeral.poll(of_pod).lease is None
    assert maker.lease(making.job.id).job.id == of_all


def test_the_token_of_a_pod_is_good_for_one_key(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    token = token_in(maker.lease(), maker)
    first = Delegate(world, token).register()
    assert Delegate(world, token, key=first.key).register().id == first.id
    thief = Delegate(world, token)
    thief.post("register", thief.registration, 403)


def test_a_lease_given_again_has_a_new_token_and_the_lost_one_is_worth_nothing(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    lost, again = maker.lease(), maker.lease()
    assert again.job.id == lost.job.id
    late = Delegate(world, token_in(lost, maker))
    late.post("register", late.registration, 401)
    assert inside(world, maker, again).poll().leave is False


def test_the_name_of_the_delegate_inside_is_no_tag_and_takes_none(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    ephemeral = inside(world, maker, maker.lease())
    with reading(world.engine) as connection:
        found = fleet_store.find_delegate(connection, ephemeral.id)
    assert found is not None
    assert (found.name, found.tags, found.pod) == ("pod", (), KEY)
    assert world.token("pod")


def test_delegates_inside_pods_are_listed_where_they_are_asked_for(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    ephemeral = inside(world, maker, maker.lease())
    with reading(world.engine) as connection:
        ids = {
            which: {found.id for found in fleet.delegates(connection, SYSTEM, Scope(), Paging(0, 9), which).items}
            for which in get_args(fleet_store.Which)
        }
    assert ids == {"permanent": {maker.id}, "pods": {ephemeral.id}, "all": {maker.id, ephemeral.id}}


def test_the_token_is_in_no_table_and_no_list(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    token = token_in(maker.lease(), maker)
    with reading(world.engine) as connection:
        rows = [
            str(row)
            for table in ("delegate_tokens", "delegate_jobs", "delegate_pods")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    assert rows
    assert not [row for row in rows if token in row]


def test_the_delegate_inside_leaves_when_nothing_more_comes(world: World) -> None:
    maker = in_cluster(world)
    job = ask_for_pod(world)
    making = maker.lease()
    ephemeral = inside(world, maker, making)
    assert ephemeral.poll().leave is False
    leave(world)
    assert ephemeral.poll().leave is True
    maker.tell(making, 0, STARTED)
    maker.result(making, 0)
    assert world.record(job).state == "finished"
    ephemeral.post("lease", {}, 401)
    assert world.delegates() == [maker.id]


def test_leaving_a_pod_that_nobody_has_made_ends_it(world: World) -> None:
    queued = ask_for_pod(world)
    leave(world)
    outcome = world.record(queued).outcome
    assert outcome is not None
    assert outcome.status == "cancelled"


def test_leaving_before_the_delegate_inside_has_registered_cancels_the_pod(world: World) -> None:
    maker = in_cluster(world)
    job = ask_for_pod(world)
    making = maker.lease()
    maker.tell(making, 0, STARTED)
    leave(world)
    assert maker.poll(job).cancel == [job]


def test_a_pod_whose_delegate_does_not_go_is_taken_away(world: World) -> None:
    maker = in_cluster(world)
    job = ask_for_pod(world)
    making = maker.lease()
    maker.tell(making, 0, STARTED)
    ephemeral = inside(world, maker, making)
    leave(world)
    assert ephemeral.poll().leave is True
    assert maker.poll(job).cancel == []
    world.clock.move(200)
    world.expire()
    assert maker.poll(job).cancel == [job]


def test_a_pod_whose_delegate_is_silent_is_not_waited_for(world: World) -> None:
    maker = in_cluster(world)
    job = ask_for_pod(world)
    making = maker.lease()
    maker.tell(making, 0, STARTED)
    inside(world, maker, making)
    world.clock.move(61)
    leave(world)
    assert maker.poll(job).cancel == [job]


def test_a_pod_is_left_by_its_path_and_no_other_is(world: World) -> None:
    for key in ("exec_1/qa/db#1", "exec_1/qa/db_2#1", "exec_1/qa/db/inner#1", "exec_1/qa@pod_1"):
        ask_for_pod(world, key)
    leave(world, "exec_1/qa/db")
    ended = {
        key
        for key in ("exec_1/qa/db#1", "exec_1/qa/db_2#1", "exec_1/qa/db/inner#1", "exec_1/qa@pod_1")
        if world.record(f"job_{key}").outcome
    }
    assert ended == {"exec_1/qa/db#1", "exec_1/qa/db/inner#1"}


def test_what_waits_for_a_pod_that_cannot_be_made_ends_with_the_pods_problem(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    waiting = world.enqueue(pod=KEY)
    making = maker.lease()
    maker.result(making, -1, "failure", problems=[NO_IMAGE], failure="TargetError")
    outcome = world.record(waiting).outcome
    assert outcome is not None
    assert (outcome.status, outcome.failure) == ("failure", "PodError")
    assert [problem.code for problem in outcome.problems] == ["K8S-001"]


def test_what_ran_in_a_pod_that_died_is_found_out_by_another_delegate(world: World) -> None:
    maker, making, ephemeral = with_a_pod(world)
    update = world.enqueue(pod=KEY, repeat="resolve", settle=["outcome", "--deployment-id", "1"], what=Command(argv=["update"]))
    ephemeral.tell(ephemeral.lease(), 0, STARTED)
    maker.result(making, -1, "failure", problems=[NO_IMAGE], failure="TargetError")
    world.expire()
    world.expire()
    settling = maker.lease()
    assert settling.job.what == Command(argv=["outcome", "--deployment-id", "1"])
    maker.result(settling, -1, outputs={"history": {"rows": []}})
    outcome = world.record(update).outcome
    assert outcome is not None
    assert (outcome.status, outcome.outputs) == ("unknown", {"history": {"rows": []}})


def test_what_was_stopped_with_its_pod_ends_with_the_pods_problem(world: World) -> None:
    maker, making, ephemeral = with_a_pod(world)
    job = world.enqueue(pod=KEY, repeat="resolve", settle=["outcome"])
    lease = ephemeral.lease()
    ephemeral.tell(lease, 0, STARTED)
    ephemeral.result(lease, 0, "cancelled", outputs={"changeSets": ["a"]})
    ephemeral.poll()
    world.pass_time(61)
    assert world.record(job).state == "unknown", "why it was stopped is not told yet"
    maker.result(making, -1, "failure", problems=[NO_IMAGE], failure="TargetError")
    outcome = world.record(job).outcome
    assert outcome is not None
    assert (outcome.status, outcome.outputs) == ("failure", {"changeSets": ["a"]})
    assert [problem.code for problem in outcome.problems] == ["K8S-001"]


def test_what_was_stopped_with_its_pod_ends_though_its_delegate_still_speaks_of_it(world: World) -> None:
    maker, making, ephemeral = with_a_pod(world)
    job = world.enqueue(pod=KEY, repeat="resolve", settle=["outcome"])
    lease = ephemeral.lease()
    ephemeral.tell(lease, 0, STARTED)
    for _ in range(2):  # the first answer is lost
        ephemeral.result(lease, 1, "cancelled", seq=1, events=[{"kind": "log"}])
        assert world.record(job).state == "unknown"
    ephemeral.poll(job)  # sent before the answer came
    maker.result(making, -1, "failure", problems=[NO_IMAGE], failure="TargetError")
    outcome = world.record(job).outcome
    assert outcome is not None
    assert [problem.code for problem in outcome.problems] == ["K8S-001"]


def test_what_the_manager_cancels_in_a_pod_is_cancelled_at_once(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    ephemeral = inside(world, maker, maker.lease())
    job = world.enqueue(pod=KEY)
    lease = ephemeral.lease()
    ephemeral.tell(lease, 0, STARTED)
    world.cancel(job)
    ephemeral.result(lease, 0, "cancelled")
    assert world.record(job).state == "finished"


def test_a_safe_job_of_a_dead_pod_does_not_wait_for_another(world: World) -> None:
    maker, making, ephemeral = with_a_pod(world)
    plan = world.enqueue(pod=KEY, repeat="safe")
    ephemeral.tell(ephemeral.lease(), 0, STARTED)
    maker.result(making, -1, "failure", problems=[NO_IMAGE], failure="TargetError")
    world.expire()
    world.expire()
    assert world.record(plan).state == "finished"


def test_a_maker_that_is_lost_before_its_pod_lives_does_not_keep_the_group_waiting(world: World) -> None:
    maker = in_cluster(world)
    job = ask_for_pod(world)
    waiting = world.enqueue(pod=KEY)
    maker.tell(maker.lease(), 0, STARTED)
    world.pass_time(LOST_S + 61)
    world.expire()
    assert world.record(job).state == "finished"
    assert world.record(waiting).state == "finished"


def test_a_pod_that_lives_goes_on_when_its_maker_is_lost(world: World) -> None:
    maker = in_cluster(world)
    job = ask_for_pod(world)
    making = maker.lease()
    maker.tell(making, 0, STARTED)
    ephemeral = inside(world, maker, making)
    world.clock.move(LOST_S)
    ephemeral.poll()
    world.pass_time(61)
    assert world.record(job).state == "unknown"
    work = world.enqueue(pod=KEY)
    assert ephemeral.lease().job.id == work


def test_a_job_of_a_pod_says_what_its_pod_waits_for(world: World) -> None:
    def why(job: str) -> str | None:
        with reading(world.engine) as connection:
            problem = service.why_waiting(connection, job, world.clock.now())
        return problem.code if problem else None

    ask_for_pod(world)
    job = world.enqueue(pod=KEY)
    assert why(job) == "DEL-010"
    maker = in_cluster(world)
    making = maker.lease()
    assert why(job) == "DEL-015"
    inside(world, maker, making)
    assert why(job) is None


def test_a_delegate_that_runs_nothing_itself_has_pods_made_for_workspaces(world: World) -> None:
    maker = in_cluster(world, default_runner="kubernetes")
    first, second = world.enqueue(workspace="exec_1/qa"), world.enqueue(workspace="exec_1/qa")
    by_itself = world.enqueue()
    assert maker.lease().job.id == by_itself
    making = maker.lease(by_itself)
    assert isinstance(making.job.what, Pod)
    ephemeral = inside(world, maker, making)
    assert {ephemeral.lease().job.id, ephemeral.lease(first).job.id} == {first, second}
    later = world.enqueue(workspace="exec_1/qa")
    assert maker.poll(making.job.id, by_itself).lease is None
    assert ephemeral.lease(first, second).job.id == later
    leave(world, "exec_1/qa")
    assert ephemeral.poll(first, second, later).leave is True


def test_the_token_of_a_pod_outlives_it_by_little(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    token_in(maker.lease(), maker)
    with reading(world.engine) as connection:
        [token] = [row for row in connection.exec_driver_sql("SELECT * FROM delegate_tokens").mappings() if row["pod"] == KEY]
        found = fleet_store.find_token(connection, token_id=token["id"])
    assert found is not None
    assert found.expires_at is not None
    assert timedelta() < found.expires_at - world.clock.now() < timedelta(hours=2)


def test_secrets_of_a_manager_are_looked_up_outside_and_sealed_to_the_pod(world: World) -> None:
    maker, stranger = in_cluster(world), Delegate(world, world.token()).register()
    ask_for_pod(world)
    making = maker.lease()
    ephemeral = inside(world, maker, making)
    job = world.enqueue(pod=KEY, secrets={"key": "account.in_a_file", "password": "account.password"})
    assert ephemeral.poll().lease is None
    assert stranger.poll().lease is None, "who has made the pod says what it may read"
    lookup = maker.lease(making.job.id)
    assert isinstance(lookup.job.what, Seal)
    assert lookup.job.secrets == {"key": "account.in_a_file"}
    assert lookup.external == EXTERNAL_KEY
    assert ephemeral.poll().lease is None
    sealed = sealing.seal(b'{"key": "of the file"}', lookup.job.what.public_key, lookup.job.what.context.encode())
    maker.result(lookup, -1, outputs={"sealed": msgspec.to_builtins(sealed)})
    lease = ephemeral.lease()
    assert lease.job.id == job
    assert lease.external == {}
    assert lease.sealed_elsewhere is not None
    context = sealing.elsewhere_context(job).encode()
    assert sealing.unseal(lease.sealed_elsewhere, ephemeral.key, context) == b'{"key": "of the file"}'


def test_secrets_that_were_sealed_to_a_delegate_that_is_gone_are_looked_up_again_for_the_next(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    making = maker.lease()
    first = inside(world, maker, making)
    job = world.enqueue(pod=KEY, secrets={"key": "account.in_a_file"})
    first.poll()

    def look_up() -> None:
        lookup = maker.lease(making.job.id)
        assert isinstance(lookup.job.what, Seal)
        sealed = sealing.seal(b"{}", lookup.job.what.public_key, lookup.job.what.context.encode())
        maker.result(lookup, -1, outputs={"sealed": msgspec.to_builtins(sealed)})

    look_up()
    again = maker.lease()  # it has lost the pod, and makes it again
    second = inside(world, maker, again)
    assert second.poll().lease is None
    look_up()
    lease = second.lease()
    assert lease.job.id == job
    assert lease.sealed_elsewhere is not None
    assert sealing.unseal(lease.sealed_elsewhere, second.key, sealing.elsewhere_context(job).encode()) == b"{}"


def test_a_pod_that_waits_for_secrets_does_not_keep_the_store_busy(world: World) -> None:
    maker, making, ephemeral = with_a_pod(world)
    world.enqueue(pod=KEY, secrets={"key": "account.in_a_file"})

    def looks() -> str:
        with reading(world.engine) as connection:
            found = fleet_store.find_delegate(connection, ephemeral.id)
            assert found is not None
            return leasing.look(connection, found, LeaseRequest(free=1), world.clock.now())

    assert looks() == "now"
    ephemeral.poll()
    assert looks() == "later"
    lookup = maker.lease(making.job.id)
    maker.result(lookup, -1, "failure", problems=[{"code": "SEC-029", "what": "no such file"}], failure="TargetError")
    assert looks() == "now"


def test_what_stood_in_the_way_of_a_secret_ends_the_job_that_needs_it(world: World) -> None:
    maker, making, ephemeral = with_a_pod(world)
    job = world.enqueue(pod=KEY, secrets={"key": "account.in_a_file"})
    ephemeral.poll()
    lookup = maker.lease(making.job.id)
    maker.result(lookup, -1, "failure", problems=[{"code": "SEC-029", "what": "no such file"}], failure="TargetError")
    assert ephemeral.poll().lease is None
    outcome = world.record(job).outcome
    assert outcome is not None
    assert [problem.code for problem in outcome.problems] == ["SEC-029"]


def test_a_pod_takes_no_room_of_the_delegate_that_has_made_it(world: World) -> None:
    maker = in_cluster(world, capacity=1)
    ask_for_pod(world)
    making = maker.lease()
    work = world.enqueue()
    with reading(world.engine) as connection:
        assert fleet_store.running_counts(connection) == {}
        assert service.why_waiting(connection, work, world.clock.now()) is None
    assert maker.lease(making.job.id).job.id == work
    with reading(world.engine) as connection:
        assert fleet_store.running_counts(connection) == {maker.id: 1}


def rows(world: World, *tables: str) -> dict[str, int]:
    with reading(world.engine) as connection:
        return {table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in tables}


def test_nothing_is_kept_of_a_pod_that_is_gone_but_its_job(world: World) -> None:
    maker = in_cluster(world)
    before = rows(world, "delegates", "delegate_tokens", "delegate_workspaces", "delegate_pods")
    ask_for_pod(world)
    waiting = world.enqueue(pod=KEY, secrets={"key": "account.in_a_file"})
    making = maker.lease()
    inside(world, maker, making).poll()
    maker.lease(making.job.id)  # the secrets are looked up
    maker.tell(making, 0, STARTED)
    maker.result(making, 0)
    assert world.record(waiting).state == "finished"
    assert rows(world, "delegates", "delegate_tokens", "delegate_workspaces", "delegate_pods") == before


def test_a_pod_that_is_gone_is_not_made_again(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    making = maker.lease()
    maker.tell(making, 0, STARTED)
    maker.result(making, 0)
    ask_for_pod(world)
    assert maker.poll().lease is None
    assert rows(world, "delegate_pods") == {"delegate_pods": 0}


def test_nobody_gets_in_with_any_token_of_a_pod_that_is_gone(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    first = maker.lease()
    early = inside(world, maker, first)
    again = maker.lease()  # its answer was lost, or so it seems
    late = inside(world, maker, again)
    maker.tell(again, 0, STARTED)
    maker.result(again, 0)
    for ephemeral in (early, late):
        ephemeral.session = ""
        ephemeral.post("register", ephemeral.registration, 401)


def test_a_job_queued_for_a_pod_while_that_went_ends_with_it(world: World) -> None:
    maker = in_cluster(world)
    ask_for_pod(world)
    making = maker.lease()
    maker.tell(making, 0, STARTED)
    maker.result(making, 0)
    stranded = world.enqueue(pod=KEY)
    world.expire()
    outcome = world.record(stranded).outcome
    assert outcome is not None
    assert (outcome.status, [problem.code for problem in outcome.problems]) == ("failure", ["DEL-014"])
