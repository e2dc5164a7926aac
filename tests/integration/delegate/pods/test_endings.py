"""However a pod ends, its job ends as one clear problem, and nothing of it is left behind."""

import re
from functools import partial
from typing import Any

import pytest

from bascule.delegate.pods.connect import connect
from bascule.delegate.settings import PodSettings
from bascule.wire.pods import Cluster as Asked
from bascule.wire.pods import Pod, Registry, Resources
from tests.kubesim.cluster import Cluster

from .conftest import IDLE, NAMESPACE, TOKEN, Hands, Place, idle, nothing_is_left, pods, step, until

_RUNS = "runs"


def running(hands: Hands, cluster: Cluster, **fields: Any) -> Any:
    """A pod that runs, and its uid."""
    carried = hands.start(idle(**fields))
    carried.until_told(f"{pods_name(cluster)} {_RUNS}")
    return carried, pods(cluster)[0]["metadata"]["uid"]


def pods_name(cluster: Cluster) -> str:
    return str(until(lambda: pods(cluster))[0]["metadata"]["name"])


def test_a_pod_whose_delegate_ends_well_is_a_success_and_is_removed(hands: Hands, cluster: Cluster) -> None:
    carried = hands.start(idle(behaviour="exit 0"))
    ended = carried.ended()
    assert (ended.status, ended.outputs["node"]) == ("success", "node-1")
    assert nothing_is_left(cluster)


def test_people_are_told_once_how_far_a_pod_has_come(hands: Hands, cluster: Cluster) -> None:
    carried = hands.start(idle(containers=[step()]))
    name = pods_name(cluster)
    carried.until_told(f"{name} runs with its 2 containers")
    cluster.break_streams()
    carried.cancel()
    assert carried.ended().status == "cancelled"
    logs = carried.logs()
    assert len(logs) == len(set(logs))
    assert logs[:2] == [f"the pod {name} is made in the namespace bascule", f"the pod {name} is on the node node-1"]
    assert 'Pulling image "step:1"' in logs
    assert nothing_is_left(cluster)


def test_a_cancelled_pod_may_finish_what_it_does(hands: Hands, cluster: Cluster, tmp_path: Any) -> None:
    carried, _ = running(hands, cluster, behaviour=f"trap 'echo gone > /.{tmp_path}/told; exit 0' TERM; while :; do sleep 0.1; done")
    carried.cancel()
    assert carried.ended().status == "cancelled"
    assert (tmp_path / "told").exists()
    assert nothing_is_left(cluster)


# It does not start


@pytest.mark.parametrize(
    ("fields", "code", "what", "why"),
    [
        ({"image": "nowhere/bascule:9"}, "K8S-011", "the image nowhere/bascule:9 of the container 'bascule'", "not found"),
        ({"image": "nowhere/bascule:9", "pull_policy": "Never"}, "K8S-011", "cannot be had", "ErrImageNeverPull"),
        ({"image": "No/Image:1"}, "K8S-011", "No/Image:1", "InvalidImageName"),
        (
            {"volumes": [{"mountPath": "/etc/db", "type": "Secret", "spec": {"secretName": "gone"}}]},
            "K8S-012",
            "a volume of the pod cannot be mounted",
            'secret "gone" not found',
        ),
        (
            {"volumes": [{"mountPath": "/etc/db", "type": "ConfigMap", "spec": {"name": "gone"}}]},
            "K8S-012",
            "a volume of the pod cannot be mounted",
            'configmap "gone" not found',
        ),
        (
            {"init_timeout_s": 1.0, "resources": Resources(requests={"memory": "1Ti"})},
            "K8S-014",
            "no node takes the pod",
            "0/1 nodes are available: 1 Insufficient memory.",
        ),
        (
            {"init_timeout_s": 1.0, "volumes": [{"mountPath": "/d", "type": "PersistentVolumeClaim", "spec": {"claimName": "none"}}]},
            "K8S-014",
            "no node takes the pod",
            'persistentvolumeclaim "none" not found',
        ),
        ({"node_selector": {"disk": "ssd"}, "init_timeout_s": 1.0}, "K8S-014", "no node takes the pod", "didn't match Pod's node"),
        ({"service_account": "nobody"}, "K8S-013", "the pod's service account is not there", 'serviceaccount "nobody" not found'),
        ({"priority_class": "urgent"}, "K8S-010", "the cluster refuses the pod", "no PriorityClass with name urgent was found"),
        ({"privileged": True}, "K8S-008", "the namespace's Pod Security level refuses the pod", "privileged"),
        (
            {"volumes": [{"mountPath": "/h", "type": "HostPath", "spec": {"path": "/"}}]},
            "K8S-008",
            "the namespace's Pod Security level refuses the pod",
            "hostPath",
        ),
        ({"labels": {"team": "x" * 64}}, "K8S-009", "the cluster finds the pod invalid", "metadata.labels: "),
        (
            {"resources": Resources(limits={"cpu": "1"}, requests={"cpu": "2"})},
            "K8S-009",
            "the cluster finds the pod invalid",
            "must be less than or equal to cpu limit of 1",
        ),
        ({"resources": Resources(limits={"cpu": "much"})}, "K8S-009", "the cluster finds the pod invalid", "quantities"),
        ({"operating_system": "Windows"}, "K8S-032", "the pod's os is to be Linux", None),
        ({"volumes": [{"mountPath": "/d", "type": "Nfs", "spec": {}}]}, "K8S-030", "there is no volume type 'Nfs'", None),
    ],
)
def test_a_pod_that_cannot_start_says_why(
    hands: Hands, place: Place, fields: dict[str, Any], code: str, what: str, why: str | None
) -> None:
    problem = hands.start(idle(**fields)).problem()
    assert problem["code"] == code, problem
    assert what in problem["what"]
    assert why is None or why in problem["why"], problem
    assert problem["fix"]
    assert problem["where"]
    assert nothing_is_left(place)


def test_an_image_that_wants_a_login_is_told_with_its_container(hands: Hands, cluster: Cluster) -> None:
    problem = hands.start(idle(containers=[step(image="private.example/step:1")])).problem()
    assert (problem["code"], problem["what"]) == ("K8S-011", "the image private.example/step:1 of the container 'step1' cannot be had")
    assert "pull access denied" in problem["why"]
    assert nothing_is_left(cluster)


def test_a_pod_that_has_a_login_pulls_from_a_private_registry(hands: Hands, cluster: Cluster) -> None:
    registry = Registry(url="https://private.example", username="robot", password_secret="registry")
    pod = idle(containers=[step(image="private.example/step:1")], registries=[registry])
    carried = hands.start(pod, secrets={"token": TOKEN, "registry": "CANARY-p4ss"})
    carried.until_told("runs with its 2 containers")
    carried.cancel()
    assert carried.ended().status == "cancelled"
    assert nothing_is_left(cluster)


def test_a_namespace_without_our_role_is_named(hands: Hands, cluster: Cluster) -> None:
    problem = hands.start(idle(namespace="elsewhere")).problem()
    assert (problem["code"], problem["where"]) == ("K8S-005", cluster.url)
    assert "may not list pods in the namespace 'elsewhere'" in problem["what"]


def test_a_namespace_that_is_not_there_is_named(hands: Hands, cluster: Cluster, settings: PodSettings, tmp_path: Any) -> None:
    admin = Hands(PodSettings(kubeconfig=cluster.kubeconfig(), patience_s=0.5), tmp_path / "admin")
    problem = admin.start(idle(namespace="nowhere")).problem()
    assert (problem["code"], problem["what"]) == ("K8S-006", "there is no namespace 'nowhere'")
    assert "kubectl create namespace nowhere" in problem["fix"]
    admin.leave()


def test_a_used_up_quota_says_so(hands: Hands, cluster: Cluster) -> None:
    cluster.apply("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: small}\nspec: {hard: {pods: '0'}}\n", NAMESPACE)
    problem = hands.start(idle()).problem()
    assert (problem["code"], problem["what"]) == ("K8S-007", "the namespace's quota is used up")
    assert "exceeded quota: small" in problem["why"]
    assert nothing_is_left(cluster)


@pytest.mark.parametrize(("resource", "verb"), [("pods", "create"), ("secrets", "create"), ("pods", "watch"), ("pods", "list")])
def test_a_missing_right_is_named_with_the_rule_that_gives_it(hands: Hands, cluster: Cluster, resource: str, verb: str) -> None:
    take_away(cluster, resource, verb)
    problem = hands.start(idle()).problem()
    assert problem["code"] == "K8S-005"
    assert problem["what"] == f"system:serviceaccount:bascule:bascule-delegate may not {verb} {resource} in the namespace 'bascule'"
    assert f'{{apiGroups: [""], resources: ["{resource}"], verbs: ["{verb}"]}}' in problem["fix"]
    assert nothing_is_left(cluster)


def test_without_the_right_to_list_events_a_pod_runs_all_the_same(hands: Hands, cluster: Cluster) -> None:
    take_away(cluster, "events", "list")
    assert hands.start(idle(behaviour="exit 0")).ended().status == "success"


def take_away(cluster: Cluster, resource: str, verb: str) -> None:
    def change() -> None:
        for (kind, _, _), item in cluster.store.items.items():
            if kind.plural == "roles":
                for rule in item["rules"]:
                    if resource in rule["resources"]:
                        rule["verbs"] = [one for one in rule["verbs"] if one != verb]

    cluster.call(change)


# It ends early


def test_an_evicted_pod_says_why(hands: Hands, cluster: Cluster) -> None:
    carried, uid = running(hands, cluster)
    cluster.evict(uid)
    problem = carried.problem()
    assert (problem["code"], problem["why"]) == ("K8S-020", "The node was low on resource: memory.")
    assert nothing_is_left(cluster)


@pytest.mark.parametrize("container", ["bascule", "step1"])
def test_too_much_memory_is_told_with_the_limit(hands: Hands, cluster: Cluster, container: str) -> None:
    limits = Resources(limits={"memory": "256Mi"})
    carried, uid = running(hands, cluster, resources=limits, containers=[step(resources=limits)])
    cluster.out_of_memory(uid, container)
    problem = carried.problem()
    assert (problem["code"], problem["what"]) == ("K8S-021", f"the container '{container}' has used more memory than it may")
    assert problem["why"].startswith("its limit is 256Mi")
    assert problem["fix"] == f"raise resources.limits.memory of '{container}' above 256Mi"
    assert nothing_is_left(cluster)


def test_a_lost_node_is_told_and_its_pod_removed_by_force(hands: Hands, cluster: Cluster) -> None:
    carried, _ = running(hands, cluster)
    cluster.lose_node()
    problem = carried.problem()
    assert problem["code"] == "K8S-022"
    assert "node-1" in problem["why"]
    assert nothing_is_left(cluster)


def test_a_pod_that_uses_up_its_time_is_ended(hands: Hands, cluster: Cluster) -> None:
    problem = hands.start(idle(deadline_s=20.0)).problem()  # a second, by this cluster's clock
    assert problem["code"] == "K8S-023"
    assert nothing_is_left(cluster)


def test_a_pod_deleted_by_hand_is_missed(hands: Hands, cluster: Cluster) -> None:
    carried, _ = running(hands, cluster)
    name = pods_name(cluster)
    cluster.call(lambda: cluster.store.delete(cluster.pods, NAMESPACE, name, "Background"))
    problem = carried.problem()
    assert (problem["code"], problem["where"]) == ("K8S-024", f"bascule/{name}")
    assert nothing_is_left(cluster)


def test_a_step_container_that_ends_by_itself_ends_the_group(hands: Hands, cluster: Cluster) -> None:
    carried, uid = running(hands, cluster, containers=[step()])
    cluster.kill(uid, "step1")
    problem = carried.problem()
    assert (problem["code"], problem["what"]) == ("K8S-028", "the container 'step1' of a step has ended by itself")
    assert problem["why"].startswith("it ended by signal 9")
    assert nothing_is_left(cluster)


def test_a_delegate_that_crashes_says_its_last_lines_without_secrets(hands: Hands, cluster: Cluster) -> None:
    problem = hands.start(idle(behaviour=f"echo one; echo token {TOKEN}; exit 9")).problem()
    assert (problem["code"], problem["why"]) == ("K8S-026", "it ended with status 9\none\ntoken ***")
    assert nothing_is_left(cluster)


def test_a_delegate_that_is_not_let_in_says_what_the_pod_needs(hands: Hands, cluster: Cluster) -> None:
    problem = hands.start(idle(behaviour="echo the manager cannot be reached; exit 5")).problem()
    assert problem["code"] == "K8S-027"
    assert "the manager cannot be reached" in problem["why"]
    assert "--pod-manager-url" in problem["fix"]


def test_a_program_that_is_not_in_the_image_is_named(hands: Hands, cluster: Cluster) -> None:
    problem = hands.start(idle(image="step:1")).problem()  # it has no `bascule`
    assert problem["code"] in ("K8S-015", "K8S-026")
    assert re.search("bascule", problem["why"])
    assert nothing_is_left(cluster)


# The cluster falters


def test_a_pod_survives_what_an_api_server_does(hands: Hands, cluster: Cluster) -> None:
    cluster.fault("POST .*/pods", code=429, retry_after=1)
    cluster.fault("POST .*/secrets", code=500)
    cluster.fault("GET .*/pods/", drop=True)
    carried, _ = running(hands, cluster)
    cluster.break_streams()
    cluster.fault("watch=true", code=503, times=3)
    cluster.compact()
    cluster.break_streams()
    cluster.restart()
    cluster.call(lambda: None)
    assert carried.folder.ended() is None
    uid = pods(cluster)[0]["metadata"]["uid"]
    cluster.evict(uid)
    assert carried.problem()["code"] == "K8S-020"
    assert nothing_is_left(cluster)


def test_a_lost_answer_makes_no_second_pod(hands: Hands, cluster: Cluster) -> None:
    cluster.fault("POST .*/pods", lose=True)
    carried, _ = running(hands, cluster)
    assert len(pods(cluster)) == 1
    carried.cancel()
    assert carried.ended().status == "cancelled"
    assert nothing_is_left(cluster)


def test_a_container_that_prints_without_end_leaves_its_last_words(hands: Hands) -> None:
    behaviour = "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last words; exit 9"
    problem = hands.start(idle(behaviour=behaviour)).problem()
    assert problem["why"].startswith("it ended with status 9")
    assert problem["why"].endswith("last words")
    assert len(problem["why"]) < 5000


def test_a_log_that_is_cut_leaves_the_reason_that_there_is(hands: Hands, cluster: Cluster) -> None:
    carried, uid = running(hands, cluster, behaviour="echo one; echo two; sleep 1; exit 9")
    cluster.cut_log(uid, "bascule", 5)
    problem = carried.problem()
    assert problem["code"] == "K8S-026"
    assert problem["why"].startswith("it ended with status 9")
    assert nothing_is_left(cluster)


def test_a_renewed_token_is_read_again(cluster: Cluster, tmp_path: Any) -> None:
    token = tmp_path / "token"
    token.write_text(cluster.token_of(NAMESPACE, "bascule-delegate"))
    config = cluster.kubeconfig(token_file=token, namespace=NAMESPACE, name="rotating.kubeconfig")
    hands = Hands(PodSettings(kubeconfig=config, patience_s=5), tmp_path / "delegate")
    carried, _ = running(hands, cluster)
    cluster.call(lambda: cluster.access.revoke("system:serviceaccount:bascule:bascule-delegate"))
    token.write_text(cluster.token_of(NAMESPACE, "bascule-delegate"))
    cluster.break_streams()
    carried.cancel()
    assert carried.ended().status == "cancelled"
    assert nothing_is_left(cluster)
    hands.leave()


def test_an_expired_token_that_nobody_renews_is_told(hands: Hands, cluster: Cluster) -> None:
    carried, _ = running(hands, cluster)
    cluster.call(lambda: cluster.access.revoke("system:serviceaccount:bascule:bascule-delegate"))
    cluster.break_streams()
    assert carried.problem()["code"] == "K8S-004"


def test_a_cluster_that_is_not_there_is_told(settings: PodSettings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bascule.delegate.pods.runner.connect", partial(connect, patience_s=0.3))
    hands = Hands(settings, tmp_path / "delegate2")
    asked = Asked(url="https://127.0.0.1:1", token_secret="cluster")
    problem = hands.start(idle(cluster=asked), secrets={"token": TOKEN, "cluster": "CANARY-cluster"}).problem()
    assert (problem["code"], problem["where"]) == ("K8S-003", "https://127.0.0.1:1")
    hands.leave()


def test_a_job_brings_its_own_cluster(cluster: Cluster, tmp_path: Any) -> None:
    asked = Asked(url=cluster.url, ca=cluster.ca, token_secret="cluster")
    hands = Hands(PodSettings(kubeconfig=tmp_path / "none"), tmp_path / "delegate")
    secrets = {"token": TOKEN, "cluster": cluster.token_of(NAMESPACE, "bascule-delegate")}
    pod = idle(cluster=asked, namespace=NAMESPACE, behaviour="exit 0")
    assert hands.start(pod, secrets=secrets).ended().status == "success"
    assert nothing_is_left(cluster)
    hands.leave()


def test_no_secret_stands_in_the_pod(hands: Hands, cluster: Cluster) -> None:
    carried, _ = running(hands, cluster)
    assert "CANARY" not in str(pods(cluster))
    assert IDLE in str(pods(cluster))  # the search would find what is there
    carried.cancel()
    carried.ended()


def test_pods_are_refused_where_they_are_not_wanted(tmp_path: Any) -> None:
    from bascule.core.errors import TargetError

    hands = Hands(None, tmp_path)  # type: ignore[arg-type]
    with pytest.raises(TargetError, match="K8S-001"):
        hands.start(Pod(key="k"))
    hands.leave()
