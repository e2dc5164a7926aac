"""What a delegate relies on: pods that really run, and everything that can go wrong with them."""

import json
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.kubesim import runtimes
from tests.kubesim.cluster import Cluster

_ROLE = """
apiVersion: v1
kind: Namespace
metadata: {name: jobs}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: runner, namespace: jobs}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get, list, watch, create, delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: runner, namespace: jobs}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: runner}
subjects: [{kind: ServiceAccount, name: delegate, namespace: jobs}]
"""


@contextmanager
def client(cluster: Cluster, token: str | None = None) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {token or cluster.access.admin_token}"}
    context = ssl.create_default_context(cadata=cluster.ca)
    with httpx.Client(base_url=cluster.url, verify=context, headers=headers, timeout=30) as opened:
        yield opened


def pod(name: str, script: str = "echo hi", **spec: Any) -> dict[str, Any]:
    container = {"name": "m", "image": "localhost/bb:2", "command": ["sh", "-c", script], **spec.pop("container", {})}
    return {"metadata": {"name": name}, "spec": {"restartPolicy": "Never", "containers": [container], **spec}}


def run(http: httpx.Client, document: dict[str, Any]) -> str:
    answer = http.post("/api/v1/namespaces/default/pods?fieldValidation=Strict", json=document)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["metadata"]["uid"])


def until(http: httpx.Client, name: str, test: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    deadline = time.monotonic() + 15
    while True:
        status: dict[str, Any] = http.get(f"/api/v1/namespaces/default/pods/{name}").json()["status"]
        if test(status):
            return status
        assert time.monotonic() < deadline, status
        time.sleep(0.02)


def ended(status: dict[str, Any]) -> bool:
    return status.get("phase") in ("Succeeded", "Failed")


def waiting(status: dict[str, Any]) -> str | None:
    states = [s["state"] for s in status.get("containerStatuses", [])]
    return states[0].get("waiting", {}).get("reason") if states else None


def terminated(status: dict[str, Any]) -> dict[str, Any]:
    return status["containerStatuses"][0]["state"]["terminated"]  # type: ignore[no-any-return]


def condition(status: dict[str, Any], kind: str) -> dict[str, Any]:
    return next((found for found in status["conditions"] if found["type"] == kind), {"status": "Unknown"})


def log(http: httpx.Client, name: str, **query: object) -> str:
    return http.get(f"/api/v1/namespaces/default/pods/{name}/log", params={k: str(v) for k, v in query.items()}).text


def test_a_pod_runs_with_its_secrets_volumes_and_fields(cluster: Cluster) -> None:
    with client(cluster) as http:
        http.post("/api/v1/namespaces/default/secrets", json={"metadata": {"name": "s"}, "stringData": {"token": "t0p"}})
        mounted = {"volumeMounts": [{"name": "v", "mountPath": "/etc/s"}, {"name": "w", "mountPath": "/work"}]}
        source = {"secretKeyRef": {"name": "s", "key": "token"}}
        environment = [{"name": "T", "valueFrom": source}, {"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]
        volumes = [{"name": "v", "secret": {"secretName": "s"}}, {"name": "w", "emptyDir": {}}]
        script = "echo $T $N; cat /etc/s/token; echo; cat /work/made; env | grep -c PATH_OF_THE_TEST || true"
        first = {"name": "i", "image": "localhost/bb:2", "command": ["sh", "-c", "echo made > /work/made"], **mounted}
        document = pod("p", script, volumes=volumes, initContainers=[first], container={"env": environment, **mounted})
        run(http, document)
        assert until(http, "p", ended)["phase"] == "Succeeded"
        assert log(http, "p", container="m").splitlines() == ["t0p p", "t0p", "made", "0"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (pod("p", container={"image": "nowhere/x:1"}), "ImagePullBackOff"),
        (pod("p", container={"image": "nowhere/x:1", "imagePullPolicy": "Never"}), "ErrImageNeverPull"),
        (pod("p", container={"envFrom": [{"secretRef": {"name": "gone"}}]}), "CreateContainerConfigError"),
        (pod("p", securityContext={"runAsNonRoot": True}), "CreateContainerConfigError"),
    ],
)
def test_a_pod_that_cannot_start_waits_and_says_why(cluster: Cluster, document: dict[str, Any], reason: str) -> None:
    with client(cluster) as http:
        run(http, document)
        status = until(http, "p", lambda status: waiting(status) == reason)
        assert status["phase"] == "Pending"
        answer = http.get("/api/v1/namespaces/default/pods/p/log")
        assert (answer.status_code, answer.json()["message"]) == (400, f'container "m" in pod "p" is waiting to start: {reason}')
        assert http.delete("/api/v1/namespaces/default/pods/p").status_code == 200
        _gone(http, "p")


def _gone(http: httpx.Client, name: str) -> None:
    deadline = time.monotonic() + 15
    while http.get(f"/api/v1/namespaces/default/pods/{name}").status_code != 404:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_pod_that_fits_nowhere_is_unschedulable(cluster: Cluster) -> None:
    with client(cluster) as http:
        run(http, pod("p", container={"resources": {"requests": {"memory": "1Ti"}}}))
        status = until(http, "p", lambda status: status.get("conditions"))
        assert [(c["type"], c["reason"], c["message"]) for c in status["conditions"]] == [
            ("PodScheduled", "Unschedulable", "0/1 nodes are available: 1 Insufficient memory.")
        ]


def test_a_deadline_ends_a_pod(cluster: Cluster) -> None:
    with client(cluster) as http:
        cluster.set_scale(10)
        run(http, pod("p", "exec sleep 600", activeDeadlineSeconds=2, terminationGracePeriodSeconds=2))
        status = until(http, "p", ended)
        assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")


def test_eviction_and_memory_end_a_pod_for_reasons_of_their_own(cluster: Cluster) -> None:
    with client(cluster) as http:
        evicted, fat = run(http, pod("evicted", "sleep 600")), run(http, pod("fat", "sleep 600"))
        for name in ("evicted", "fat"):
            until(http, name, lambda status: status["phase"] == "Running")
        cluster.evict(evicted)
        cluster.out_of_memory(fat, "m")
        assert until(http, "evicted", ended)["reason"] == "Evicted"
        assert (terminated(until(http, "fat", ended))["reason"], terminated(until(http, "fat", ended))["exitCode"]) == ("OOMKilled", 137)


def test_a_container_that_is_killed_ends_with_137_however_slowly_that_goes(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program that gives it a first process of its own ends with 1 when it is left to see that one die."""
    killpg = os.killpg

    def late(group: int, number: int) -> None:
        time.sleep(0.3)
        killpg(group, number)

    monkeypatch.setattr(runtimes.os, "killpg", late)
    with client(cluster) as http:
        uid = run(http, pod("p", "sleep 600"))
        until(http, "p", lambda status: status["phase"] == "Running")
        cluster.out_of_memory(uid, "m")
        assert terminated(until(http, "p", ended))["exitCode"] == 137
        assert http.get("/api/v1/namespaces/default/pods/p/log").text == ""


def test_a_deleted_pod_is_told_then_killed(cluster: Cluster) -> None:
    with client(cluster) as http:
        run(http, pod("kind", 'trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.05; done'))
        until(http, "kind", lambda status: status["phase"] == "Running" and log(http, "kind") == "up\n")
        with http.stream("GET", "/api/v1/namespaces/default/pods/kind/log?follow=true") as stream:
            http.delete("/api/v1/namespaces/default/pods/kind")
            assert "".join(stream.iter_text()) == "up\nbye\n"
        _gone(http, "kind")
        cluster.set_scale(50)
        run(http, pod("deaf", "echo up; while :; do sleep 0.05; done"))  # the first process ignores what it has no handler for
        until(http, "deaf", lambda status: status["phase"] == "Running")
        http.delete("/api/v1/namespaces/default/pods/deaf?gracePeriodSeconds=5")
        _gone(http, "deaf")


def test_a_lost_node_answers_no_logs(cluster: Cluster) -> None:
    with client(cluster) as http:
        run(http, pod("p", "sleep 600"))
        until(http, "p", lambda status: status["phase"] == "Running")
        cluster.lose_node()
        status = until(http, "p", lambda status: condition(status, "Ready")["status"] == "False")
        assert condition(status, "Ready").get("reason") is None
        assert (status["phase"], condition(status, "ContainersReady")["status"]) == ("Running", "True")
        assert http.get("/api/v1/namespaces/default/pods/p/log").status_code == 500


def test_an_owner_takes_its_own_along(cluster: Cluster) -> None:
    with client(cluster) as http:
        uid = run(http, pod("p", "sleep 600"))
        owner = {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": uid}
        http.post("/api/v1/namespaces/default/secrets", json={"metadata": {"name": "s", "ownerReferences": [owner]}})
        until(http, "p", lambda status: status["phase"] == "Running")
        http.delete("/api/v1/namespaces/default/pods/p?gracePeriodSeconds=0")
        deadline = time.monotonic() + 10
        while http.get("/api/v1/namespaces/default/secrets/s").status_code != 404:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_rights_are_those_of_the_role(cluster: Cluster) -> None:
    cluster.apply(_ROLE)
    with client(cluster, cluster.token_of("jobs", "delegate")) as http:
        assert http.get("/api/v1/namespaces/jobs/pods").status_code == 200
        refused = http.get("/api/v1/namespaces/jobs/pods/p/log")
        assert (refused.status_code, refused.json()["message"]) == (
            403,
            'pods/log "p" is forbidden: User "system:serviceaccount:jobs:delegate" cannot get resource "pods/log" in API group "" '
            'in the namespace "jobs"',
        )
        assert http.get("/api/v1/namespaces/default/pods").status_code == 403
        assert http.post("/api/v1/namespaces/jobs/secrets", json={"metadata": {"name": "s"}}).status_code == 403
    with client(cluster, "nobody's") as http:
        assert http.get("/api/v1/namespaces/jobs/pods").status_code == 401


def test_a_restricted_namespace_refuses_what_pod_security_forbids(cluster: Cluster) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    with client(cluster) as http:
        http.post("/api/v1/namespaces", json={"metadata": {"name": "safe", "labels": labels}})
        refused = http.post("/api/v1/namespaces/safe/pods", json=pod("p"))
        assert refused.status_code == 403
        assert 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false' in refused.json()["message"]
        own = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
        whole = {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}}
        assert (
            http.post("/api/v1/namespaces/safe/pods", json=pod("p", securityContext=whole, container={"securityContext": own})).status_code
            == 201
        )


def test_a_watch_goes_on_from_where_it_was_and_tells_when_it_cannot(cluster: Cluster) -> None:
    with client(cluster) as http:
        version = http.get("/api/v1/namespaces/default/configmaps").json()["metadata"]["resourceVersion"]
        for name in ("a", "b"):
            http.post("/api/v1/namespaces/default/configmaps", json={"metadata": {"name": name, "labels": {"is": name}}})
        path = f"/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=1&resourceVersion={version}"
        told = [json.loads(line) for line in http.get(path + "&allowWatchBookmarks=true").text.splitlines()]
        assert [(event["type"], event["object"]["metadata"].get("name")) for event in told] == [
            ("ADDED", "a"),
            ("ADDED", "b"),
            ("BOOKMARK", None),
        ]
        told = [json.loads(line) for line in http.get(path + "&labelSelector=is in (b, c)").text.splitlines()]
        assert [event["object"]["metadata"]["name"] for event in told] == ["b"]
        cluster.compact()
        (error,) = [json.loads(line) for line in http.get(path).text.splitlines()]
        assert (error["type"], error["object"]["code"], error["object"]["reason"]) == ("ERROR", 410, "Expired")


def test_faults_happen_when_told_to(cluster: Cluster) -> None:
    with client(cluster) as http:
        cluster.fault("GET .*/pods", code=429, retry_after=3, times=2)
        answers = [http.get("/api/v1/namespaces/default/pods") for _ in range(3)]
        assert [(a.status_code, a.headers.get("Retry-After")) for a in answers] == [(429, "3"), (429, "3"), (200, None)]
        cluster.fault("GET .*/pods", drop=True)
        with pytest.raises(httpx.TransportError):
            http.get("/api/v1/namespaces/default/pods")
        uid = run(http, pod("p", "echo one; echo two; sleep 600"))
        until(http, "p", lambda status: log(http, "p") == "one\ntwo\n")
        cluster.cut_log(uid, "m", 5)
        with pytest.raises(httpx.TransportError), http.stream("GET", "/api/v1/namespaces/default/pods/p/log?follow=true") as stream:
            list(stream.iter_text())
        cluster.restart()
        assert http.get("/api/v1/namespaces/default/pods/p").json()["status"]["phase"] == "Running"


def test_what_it_does_not_know_is_remembered(cluster: Cluster) -> None:
    with client(cluster) as http:
        assert http.get("/api/v1/namespaces/default/endpoints").status_code == 404
        assert cluster.unimplemented == ["GET /api/v1/namespaces/default/endpoints"]
        cluster.unimplemented.clear()


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kubectl_works_against_it(cluster: Cluster) -> None:
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "x"}}
    template = {"spec": {"restartPolicy": "Never", "containers": pod("x", "echo hello; sleep 0.2; echo bye")["spec"]["containers"]}}
    document = json.dumps({**job, "spec": {"template": template}})

    def kubectl(*words: str, text: str = "") -> str:
        argv = ["kubectl", "--kubeconfig", str(cluster.kubeconfig()), *words]
        return subprocess.run(argv, capture_output=True, text=True, input=text, timeout=60, check=True).stdout

    assert kubectl("apply", "--validate=false", "-f", "-", text=document) == "job.batch/x created\n"
    assert kubectl("wait", "--for=condition=complete", "job/x", "--timeout=20s") == "job.batch/x condition met\n"
    assert kubectl("logs", "-f", "job/x") == "hello\nbye\n"
    assert "Completed" in kubectl("describe", "pods")
    assert kubectl("delete", "job", "x", "--cascade=foreground") == 'job.batch "x" deleted\n'
    assert kubectl("get", "pods") == ""
