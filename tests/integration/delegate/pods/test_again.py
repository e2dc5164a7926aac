"""A delegate that was killed finds its pods again, and removes what nobody has in hand. Its Role is enough, and no more than that."""

import time
from pathlib import Path

import pytest
import yaml

from bascule.delegate.pods import reaper
from bascule.delegate.settings import PodSettings
from tests.kubesim.cluster import Cluster

from .conftest import ACCOUNT, NAMESPACE, RBAC, Hands, idle, nothing_is_left, pods, step, until


def test_a_pod_that_runs_is_found_again_and_followed_to_its_end(settings: PodSettings, cluster: Cluster, tmp_path: Path) -> None:
    first = Hands(settings, tmp_path / "delegate")
    pod = idle(behaviour=f"echo > /.{tmp_path}/begun; until [ -e /.{tmp_path}/end ]; do sleep 0.1; done")
    carried = first.start(pod)
    carried.until_told("runs")
    first.leave()
    assert carried.folder.ended() is None
    assert len(pods(cluster)) == 1
    again = Hands(settings, tmp_path / "delegate")
    found = again.start(pod, secrets={})
    found.until_told("going on with it")
    (tmp_path / "end").touch()
    assert found.ended().status == "success"
    assert nothing_is_left(cluster)
    again.leave()


def test_a_pod_that_was_deleted_meanwhile_is_missed(settings: PodSettings, cluster: Cluster, tmp_path: Path) -> None:
    first = Hands(settings, tmp_path / "delegate")
    carried = first.start(idle())
    carried.until_told("runs")
    first.leave()
    name = pods(cluster)[0]["metadata"]["name"]
    cluster.call(lambda: cluster.store.delete(cluster.pods, NAMESPACE, name, "Background", grace=0))
    until(lambda: not pods(cluster))
    again = Hands(settings, tmp_path / "delegate")
    assert again.start(idle(), secrets={}).problem()["code"] == "K8S-024"
    again.leave()


def test_a_pod_that_had_not_begun_is_removed_and_its_job_given_again(settings: PodSettings, cluster: Cluster, tmp_path: Path) -> None:
    cluster.fault("POST .*/secrets", code=429, retry_after=20, times=9)  # killed between the pod and its Secret
    first = Hands(settings, tmp_path / "delegate")
    first.start(idle())
    until(lambda: pods(cluster))
    first.leave()
    again = Hands(settings, tmp_path / "delegate")
    ended = again.start(idle(), secrets={}).ended()
    assert (ended.status, ended.problems[0]["code"]) == ("unknown", "K8S-040")
    assert nothing_is_left(cluster)
    again.leave()


def test_a_job_given_again_takes_over_the_pod_that_runs(settings: PodSettings, cluster: Cluster, tmp_path: Path) -> None:
    first = Hands(settings, tmp_path / "delegate")
    carried = first.start(idle())
    carried.until_told("runs")
    first.leave()
    again = Hands(settings, tmp_path / "delegate")
    second = again.start(idle(), attempt=2)
    second.until_told("going on with it")
    assert [pod["metadata"]["labels"]["bascule.dev/attempt"] for pod in pods(cluster)] == ["2"]
    second.cancel()
    assert second.ended().status == "cancelled"
    assert nothing_is_left(cluster)
    again.leave()


@pytest.mark.parametrize("comes_back", ["at once", "killed"])
def test_a_delegate_whose_pod_another_has_taken_over_leaves_it_alone(
    settings: PodSettings, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comes_back: str
) -> None:
    """It was out of the manager's reach, which gave the job to another, and now has it cancel its own attempt."""
    monkeypatch.setattr(reaper, "EVERY_S", 0.2)
    first, second = Hands(settings, tmp_path / "first"), Hands(settings, tmp_path / "second", delegate="d2")
    stale = first.start(idle())
    stale.until_told("runs")
    if comes_back == "killed":
        first.leave()
    held = second.start(idle(), attempt=2)
    held.until_told("going on with it")
    if comes_back == "killed":
        first = Hands(settings, tmp_path / "first")
        stale = first.start(idle(), secrets={})
    stale.cancel()
    assert stale.ended().status in ("cancelled", "unknown")
    first.reap()
    time.sleep(1)
    assert [pod["metadata"].get("deletionTimestamp") for pod in pods(cluster)] == [None]
    assert held.folder.ended() is None
    held.cancel()
    assert held.ended().status == "cancelled"
    assert nothing_is_left(cluster)
    for hands in (first, second):
        hands.leave()


def test_a_job_given_again_replaces_a_pod_that_had_not_begun(settings: PodSettings, cluster: Cluster, tmp_path: Path) -> None:
    cluster.fault("POST .*/secrets", code=429, retry_after=20, times=1)
    first = Hands(settings, tmp_path / "delegate")
    first.start(idle())
    until(lambda: pods(cluster))
    first.leave()
    again = Hands(settings, tmp_path / "delegate")
    second = again.start(idle(), attempt=2)
    second.until_told("runs")
    assert [pod["metadata"]["labels"]["bascule.dev/attempt"] for pod in pods(cluster)] == ["2"]
    second.cancel()
    second.ended()
    assert nothing_is_left(cluster)
    again.leave()


def test_without_the_clusters_credentials_a_job_is_to_be_given_again(hands: Hands, cluster: Cluster) -> None:
    from bascule.wire.pods import Cluster as Asked

    ended = hands.start(idle(cluster=Asked(url=cluster.url, token_secret="c")), secrets={}).ended()
    assert (ended.status, ended.problems[0]["code"]) == ("unknown", "K8S-040")


def test_strays_are_reaped_and_nothing_else(
    settings: PodSettings, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaper, "EVERY_S", 0.2)
    lost, others = Hands(settings, tmp_path / "lost"), Hands(settings, tmp_path / "others", delegate="d2")
    for hands, job in ((lost, "lost"), (others, "others")):
        hands.start(idle(), job=job).until_told("runs")
        hands.leave()
    mine = Hands(settings, tmp_path / "mine")
    held = mine.start(idle(), job="held")
    held.until_told("runs")
    mine.reap()
    until(lambda: sorted(pod["metadata"]["labels"]["bascule.dev/job"] for pod in pods(cluster)) == ["held", "others"])
    held.cancel()
    assert held.ended().status == "cancelled"
    mine.leave()


def test_a_namespace_is_looked_at_for_as_long_as_a_pod_may_be_there(
    settings: PodSettings, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaper, "EVERY_S", 0.1)
    hands, noted = Hands(settings, tmp_path / "delegate"), tmp_path / "delegate" / "pod-namespaces"
    carried = hands.start(idle())
    carried.until_told("runs")
    hands.reap()
    time.sleep(0.5)
    assert noted.read_text() == f"{NAMESPACE}\n"
    carried.cancel()
    carried.ended()
    until(lambda: noted.read_text() == "")
    hands.leave()


def test_the_role_that_we_ship_is_just_what_is_used(cluster: Cluster, settings: PodSettings, tmp_path: Path) -> None:
    before = Hands(settings, tmp_path / "before")
    before.start(idle(), job="taken over").until_told("runs")
    before.leave()
    hands = Hands(settings, tmp_path / "delegate")
    taken = hands.start(idle(), job="taken over", attempt=2)
    taken.until_told("going on with it")
    taken.cancel()
    taken.ended()
    carried = hands.start(idle(behaviour="echo up; sleep 1; exit 9", containers=[step()]))
    assert "up" in carried.problem()["why"]
    hands.reap()
    until(lambda: nothing_is_left(cluster))
    hands.leave()
    used = {(verb, resource) for verb, resource, user in cluster.api.allowed if user.endswith(f":{ACCOUNT}")}
    (role,) = [document for document in yaml.safe_load_all(RBAC.read_text()) if document["kind"] == "Role"]
    given = {(verb, resource) for rule in role["rules"] for resource in rule["resources"] for verb in rule["verbs"]}
    assert used == given
