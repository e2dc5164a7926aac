"""A job's pod as Kubernetes wants it: every key arrives, the rest is safe, and what we do not know is refused."""

import base64
import json
import re
import warnings
from typing import Any

import pytest

from bascule.core.errors import InputError
from bascule.delegate.pods import names
from bascule.delegate.pods.binding import Bound, Setup, bind
from bascule.wire.pods import Container, Pod, Registry, Resources
from tests.kubesim import rules

SETUP = Setup(delegate="d1", manager="https://m.example", image="bascule:1")


def bound(pod: Pod | None = None, *, setup: Setup = SETUP, **fields: Any) -> Bound:
    secrets = {"token": "CANARY-token", "password": "CANARY-pass", **fields.pop("secrets", {})}
    return bind(pod or Pod(key="e1/group", **fields), "job-1", 1, setup, secrets)


def spec(**fields: Any) -> dict[str, Any]:
    return bound(**fields).pod["spec"]  # type: ignore[no-any-return]


def codes(**fields: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        bound(**fields)
    return [problem.code for problem in caught.value.problems]


FULL = {
    "namespace": "jobs",
    "service_account": "runner",
    "automount_service_account_token": True,
    "deadline_s": 90.5,
    "labels": {"team": "dba"},
    "annotations": {"note": "x"},
    "node_selector": {"disk": "ssd"},
    "tolerations": [{"key": "db", "operator": "Equal", "value": "yes", "effect": "NoSchedule", "tolerationSeconds": 5}],
    "volumes": [
        {"mountPath": "/a", "type": "EmptyDir", "spec": {"medium": "Memory", "size": "1Gi"}},
        {"mountPath": "/b", "type": "PersistentVolumeClaim", "spec": {"claimName": "c", "readOnly": True}},
        {"mountPath": "/c", "type": "ConfigMap", "spec": {"name": "m", "optional": True}},
        {"mountPath": "/d", "type": "Secret", "spec": {"secretName": "s", "defaultMode": 256}},
    ],
    "run_as_user": 1000,
    "priority_class": "high",
    "host_names": ["db.local"],
    "pull_policy": "Always",
    "resources": Resources(limits={"cpu": "400m", "memory": "500Mi"}, requests={"cpu": "100m"}),
    "environment": {"A": "$(B) $$C"},
    "containers": [Container(name="s1", image="busybox:1", run_as_user=2000, resources=Resources(limits={"memory": "64Mi"}))],
    "registries": [Registry(url="https://r.example", username="u", password_secret="password")],
}


@pytest.mark.parametrize("fields", [{}, FULL], ids=["the least", "everything"])
@pytest.mark.parametrize("version", ["1.31", "1.36"])
def test_the_manifests_are_valid_and_restricted(fields: dict[str, Any], version: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import kubernetes_validate

        made = bound(**fields)
        for document in (made.pod, *made.secrets("u-1")):
            kubernetes_validate.validate(document, version, strict=True)
    rules.refuse_insecure(made.pod["spec"], made.name, "restricted")
    assert not list(rules.pod_spec(made.pod["spec"], "spec"))


def test_every_key_arrives() -> None:
    made = bound(**FULL)
    found = made.pod["spec"]
    assert found["serviceAccountName"] == "runner"
    assert found["automountServiceAccountToken"] is True
    assert (found["activeDeadlineSeconds"], found["restartPolicy"]) == (91, "Never")
    assert made.pod["metadata"]["labels"]["team"] == "dba"
    assert made.pod["metadata"]["annotations"]["note"] == "x"
    assert found["nodeSelector"] == {"kubernetes.io/os": "linux", "disk": "ssd"}
    assert found["tolerations"] == FULL["tolerations"]
    assert found["priorityClassName"] == "high"
    assert found["hostAliases"] == [{"ip": "127.0.0.1", "hostnames": ["db.local"]}]
    assert [volume for volume in found["volumes"] if volume["name"].startswith("given")] == [
        {"name": "given-0", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}},
        {"name": "given-1", "persistentVolumeClaim": {"claimName": "c", "readOnly": True}},
        {"name": "given-2", "configMap": {"name": "m", "optional": True}},
        {"name": "given-3", "secret": {"secretName": "s", "defaultMode": 256}},
    ]
    delegate, step = found["containers"]
    for container in (delegate, step):
        places = [mount["mountPath"] for mount in container["volumeMounts"]]
        assert [place for place in ("/a", "/b", "/c", "/d") if place in places] == ["/a", "/b", "/c", "/d"]
    assert delegate["imagePullPolicy"] == "Always"
    assert delegate["resources"] == {"limits": {"cpu": "400m", "memory": "500Mi"}, "requests": {"cpu": "100m"}}
    assert (delegate["securityContext"]["runAsUser"], step["securityContext"]["runAsUser"]) == (1000, 2000)
    assert {"name": "A", "value": "$$(B) $$$$C"} in delegate["env"]
    assert found["imagePullSecrets"] == [{"name": f"{made.name}-pull"}]


def test_the_defaults_are_safe() -> None:
    found = spec(containers=[Container(name="s1", image="i")])
    assert found["automountServiceAccountToken"] is False
    assert found["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 65532,
        "runAsGroup": 65532,
        "fsGroup": 65532,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    for container in found["containers"]:
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}


def test_a_security_context_is_laid_over_the_defaults() -> None:
    given = {"readOnlyRootFilesystem": False, "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}, "runAsUser": 7}
    (context,) = [one["securityContext"] for one in spec(security_context=given, run_as_user=9)["containers"]]
    assert context["capabilities"]["add"] == ["NET_BIND_SERVICE"]
    assert (context["readOnlyRootFilesystem"], context["allowPrivilegeEscalation"], context["runAsUser"]) == (False, False, 7)


def test_root_and_privileged_are_had_by_asking() -> None:
    (context,) = [one["securityContext"] for one in spec(run_as_user=0, privileged=True)["containers"]]
    assert (context["runAsUser"], context["runAsNonRoot"], context["privileged"], context["allowPrivilegeEscalation"]) == (
        0,
        False,
        True,
        True,
    )


def test_the_token_is_in_the_secret_only_and_dies_with_the_pod() -> None:
    made = bound(**FULL)
    assert "CANARY" not in json.dumps(made.pod)
    pull, own = made.secrets("u-1")
    assert base64.b64decode(own["data"]["token"]) == b"CANARY-token"
    login = json.loads(base64.b64decode(pull["data"][".dockerconfigjson"]))["auths"]["https://r.example"]
    assert base64.b64decode(login["auth"]) == b"u:CANARY-pass"
    for secret in (pull, own):
        assert secret["metadata"]["ownerReferences"] == [{"apiVersion": "v1", "kind": "Pod", "name": made.name, "uid": "u-1"}]


def test_a_proxy_with_a_password_goes_by_the_secret_and_one_without_does_not() -> None:
    proxies = {"HTTPS_PROXY": "http://u:CANARY@proxy:3128", "NO_PROXY": "10.0.0.0/8", "HTTP_PROXY": "http://proxy:3128"}
    made = bound(setup=Setup(delegate="d", manager="https://m", image="i", proxies=proxies, ca="PEM"))
    assert "CANARY" not in json.dumps(made.pod)
    env = {one["name"]: one for one in made.pod["spec"]["containers"][0]["env"]}
    assert env["HTTP_PROXY"]["value"] == "http://proxy:3128"
    assert env["HTTPS_PROXY"]["valueFrom"]["secretKeyRef"] == {"name": made.name, "key": "HTTPS_PROXY"}
    assert made.data["HTTPS_PROXY"] == "http://u:CANARY@proxy:3128"
    assert made.data["ca.crt"] == "PEM"
    argv = made.pod["spec"]["containers"][0]["command"]
    assert argv[argv.index("--ca-file") + 1] == "/bascule/secret/ca.crt"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"volumes": [{"mountPath": "/a", "type": "EmptyDir", "spec": {"sise": "1Gi"}}]}, "K8S-030"),
        ({"volumes": [{"mountPath": "/a", "type": "Nfs"}]}, "K8S-030"),
        ({"volumes": [{"mountPath": "a", "type": "EmptyDir"}]}, "K8S-030"),
        ({"volumes": [{"mountPath": "/bascule/secret", "type": "EmptyDir"}]}, "K8S-030"),
        ({"volumes": [{"mountPath": "/a", "type": "Secret", "spec": {}}]}, "K8S-030"),
        ({"volumes": [{"mountPath": "/a", "type": "EmptyDir", "readonly": True}]}, "K8S-030"),
        ({"security_context": {"runAsUsr": 5}}, "K8S-031"),
        ({"security_context": {"runAsUser": "5"}}, "K8S-031"),
        ({"security_context": {"capabilities": {"remove": ["ALL"]}}}, "K8S-031"),
        ({"operating_system": "Windows"}, "K8S-032"),
        ({"tolerations": [{"key": "a", "efect": "NoSchedule"}]}, "K8S-033"),
        ({"setup": Setup(delegate="d", manager="m")}, "K8S-034"),
        ({"containers": [Container(name="bascule", image="i")]}, "K8S-035"),
    ],
)
def test_what_we_do_not_know_is_refused(fields: dict[str, Any], code: str) -> None:
    assert codes(**fields) == [code]


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert codes(volumes=[{"type": "Nfs"}], security_context={"x": 1}, operating_system="Windows") == [
        "K8S-030",
        "K8S-030",
        "K8S-031",
        "K8S-032",
    ]


@pytest.mark.parametrize("key", ["e1/Apply to Ünïcode/group", "x" * 300, "///", "a-" * 40])
def test_a_pods_name_is_one_that_kubernetes_takes(key: str) -> None:
    name = names.pod_name(key, "job-1", 12)
    assert re.fullmatch("[a-z0-9]([-a-z0-9]*[a-z0-9])?", name)
    assert len(name) <= 63
    assert name == names.pod_name(key, "job-1", 12)
    assert len({name, names.pod_name(key, "job-2", 12), names.pod_name(key, "job-1", 13)}) == 3


def test_a_volume_of_the_author_takes_the_place_of_ours() -> None:
    (container,) = spec(volumes=[{"mountPath": "/tmp", "type": "EmptyDir", "spec": {}}])["containers"]
    assert [mount["name"] for mount in container["volumeMounts"] if mount["mountPath"] == "/tmp"] == ["given-0"]
