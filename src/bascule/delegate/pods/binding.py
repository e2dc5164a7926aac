"""A job's `Pod` as the manifests of a Kubernetes Pod and its Secrets: pure, and strict about what it does not know."""

import base64
import json
import math
from typing import Any
from urllib.parse import urlsplit

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.delegate import turns
from bascule.delegate.pods import names, security, volumes
from bascule.wire.pods import Container, Pod, Registry, Resources

Manifest = dict[str, Any]

TOKEN = "token"  # noqa: S105 - the name of a secret in the job, and of a file in the pod
_CA = "ca.crt"
_SECRET = f"{volumes.OWN}/secret"
_DATA = f"{volumes.OWN}/data"
_WORKSPACE = f"{volumes.OWN}/workspace"
_TURNS = f"{volumes.OWN}/turns"
_TURN = f"{volumes.OWN}/turn"
_TMP = "/tmp"  # noqa: S108 - an emptyDir of the pod
_GRACE_S = 60
"""What a pod has to cancel its jobs, tell how they ended, and end: a job's own grace is half of it."""
_TURNS_SIZE = "64Mi"
_TOLERATION = ("key", "operator", "value", "effect", "tolerationSeconds")
_SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict"


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What the permanent delegate adds to every pod. `ca` is the PEM that the manager's certificate is checked with."""

    delegate: str
    """`names.delegate_label` of who makes it."""
    manager: str
    image: str | None = None
    service_account: str | None = None
    ca: str | None = None
    proxies: dict[str, str] = {}


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """The manifests; the Secrets want the pod's uid, so they are made after it and go with it."""

    pod: Manifest
    data: dict[str, str]
    """Of the pod's own Secret, which has the pod's name."""
    pull: str | None
    """`.dockerconfigjson` of the Secret that images are pulled with."""

    @property
    def name(self) -> str:
        """The pod's."""
        return str(self.pod["metadata"]["name"])

    def secrets(self, uid: str) -> list[Manifest]:
        """In the order that they are to be made: the containers wait for the last one."""
        found = []
        if self.pull is not None:
            found.append(self._secret(pull_secret(self.name), uid, "kubernetes.io/dockerconfigjson", {".dockerconfigjson": self.pull}))
        return [*found, self._secret(self.name, uid, "Opaque", self.data)]

    def _secret(self, name: str, uid: str, kind: str, data: dict[str, str]) -> Manifest:
        owner = {"apiVersion": "v1", "kind": "Pod", "name": self.name, "uid": uid}
        kept = {key: value for key, value in self.pod["metadata"]["labels"].items() if key in _OWN_LABELS}
        return {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "labels": kept, "ownerReferences": [owner]},
            "type": kind,
            "immutable": True,
            "data": {key: base64.b64encode(text.encode()).decode() for key, text in data.items()},
        }


_OWN_LABELS = (names.JOB, names.ATTEMPT, names.DELEGATE, names.MANAGED_BY)


def pull_secret(pod: str) -> str:
    """The name of the Secret that a pod's images are pulled with."""
    return f"{pod}-pull"


def bind(pod: Pod, job_id: str, attempt: int, setup: Setup, secrets: dict[str, str]) -> Bound:
    """Raises InputError with all that is wrong with what the pipeline's author wrote."""
    name = names.pod_name(pod.key, job_id, attempt)
    problems: list[Problem] = []
    given, contexts = volumes.Bound([], []), {}
    try:
        given = volumes.bind(pod.volumes, pod.key)
    except InputError as error:
        problems += error.problems
    try:
        contexts = _contexts(pod)
    except InputError as error:
        problems += error.problems
    problems += _wrong(pod, setup)
    if problems:
        raise InputError(problems)
    data, proxies = {TOKEN: secrets[TOKEN]}, []
    if setup.ca is not None:
        data[_CA] = setup.ca
    for variable, url in setup.proxies.items():
        if _has_credentials(url):
            data[variable] = url
            proxies.append({"name": variable, "valueFrom": {"secretKeyRef": {"name": name, "key": variable}}})
        else:
            proxies.append({"name": variable, "value": _literal(url)})
    own = {names.JOB: names.label_value(job_id), names.MANAGED_BY: names.MANAGER} | names.claim(setup.delegate, attempt)
    labels = pod.labels | own
    containers = [_delegate(pod, name, setup, proxies, contexts[names.DELEGATE_CONTAINER], given.mounts)]
    containers += [_step(container, contexts[container.name], given.mounts) for container in pod.containers]
    spec: Manifest = {
        "restartPolicy": "Never",  # Kubernetes never runs a change twice
        "activeDeadlineSeconds": max(1, math.ceil(pod.deadline_s)),
        "terminationGracePeriodSeconds": _GRACE_S,
        "automountServiceAccountToken": bool(pod.automount_service_account_token),
        "enableServiceLinks": False,
        "os": {"name": "linux"},
        "nodeSelector": {"kubernetes.io/os": "linux"} | pod.node_selector,
        "securityContext": security.of_pod(),
        "containers": containers,
        "volumes": [*_own_volumes(name), *given.volumes],
    }
    if account := pod.service_account or setup.service_account:
        spec["serviceAccountName"] = account
    if pod.tolerations:
        spec["tolerations"] = pod.tolerations
    if pod.priority_class:
        spec["priorityClassName"] = pod.priority_class
    if pod.host_names:
        spec["hostAliases"] = [{"ip": "127.0.0.1", "hostnames": pod.host_names}]
    pull = _docker_config(pod.registries, secrets)
    if pull is not None:
        spec["imagePullSecrets"] = [{"name": pull_secret(name)}]
    meta: Manifest = {"name": name, "labels": labels, "annotations": {_SAFE_TO_EVICT: "false"} | pod.annotations}
    return Bound(pod={"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}, data=data, pull=pull)


def _contexts(pod: Pod) -> dict[str, Manifest]:
    given = pod.security_context
    found = {
        names.DELEGATE_CONTAINER: security.of_container(
            given, pod.key, user=pod.run_as_user if "runAsUser" not in given else None, privileged=pod.privileged
        )
    }
    for container in pod.containers:
        user = container.run_as_user
        if user is None and "runAsUser" not in given:
            user = pod.run_as_user
        found[container.name] = security.of_container(given, f"{pod.key}, {container.name}", user=user, privileged=container.privileged)
    return found


def _wrong(pod: Pod, setup: Setup) -> list[Problem]:
    found = []
    if pod.operating_system.lower() != "linux":
        found.append(
            Problem(
                code="K8S-032",
                what=f"the pod's os is to be Linux, not {pod.operating_system}",
                where=pod.key,
                fix="leave `os` out, or run this step group without a pod",
            )
        )
    for number, toleration in enumerate(pod.tolerations):
        for key in sorted(set(toleration) - set(_TOLERATION)):
            where, known = f"{pod.key}, tolerations[{number}]", ", ".join(_TOLERATION)
            found.append(Problem(code="K8S-033", what=f"a toleration has no key '{key}'", where=where, fix=f"known are {known}"))
    if not (pod.image or setup.image):
        found.append(
            Problem(
                code="K8S-034",
                what="no image is known for the delegate in the pod",
                where=pod.key,
                fix="start the permanent delegate with --pod-image",
            )
        )
    if any(container.name == names.DELEGATE_CONTAINER for container in pod.containers):
        found.append(
            Problem(
                code="K8S-035",
                what=f"no step may be named '{names.DELEGATE_CONTAINER}': the delegate's own container is",
                where=pod.key,
                fix="give the step another identifier",
            )
        )
    return found


def _delegate(pod: Pod, name: str, setup: Setup, proxies: list[Manifest], context: Manifest, given: list[Manifest]) -> Manifest:
    argv = ["bascule", "delegate", "--ephemeral", "--no-kubernetes", "--manager", setup.manager, "--name", name]
    argv += ["--token-file", f"{_SECRET}/{TOKEN}", "--register-within", str(max(1, math.ceil(pod.init_timeout_s)))]
    argv += ["--data-dir", _DATA, "--workspace-dir", _WORKSPACE, "--turns", _TURNS, "--capacity", str(pod.capacity), "--allow-scripts"]
    for container in pod.containers:
        argv += ["--step-container", container.name]
    if setup.ca is not None:
        argv += ["--ca-file", f"{_SECRET}/{_CA}"]
    mounts: list[Manifest] = [
        {"name": "secret", "mountPath": _SECRET, "readOnly": True},
        {"name": "data", "mountPath": _DATA},
        {"name": "workspace", "mountPath": _WORKSPACE},
        {"name": "turns", "mountPath": _TURNS},
        *_unless({"name": "tmp", "mountPath": _TMP, "subPath": names.DELEGATE_CONTAINER}, given),
        *given,
    ]
    environment = {"HOME": _TMP} | pod.environment
    return _container(names.DELEGATE_CONTAINER, pod.image or setup.image or "", argv, pod.pull_policy, pod.resources, context, mounts) | {
        "env": [*_variables(environment), *(one for one in proxies if one["name"] not in pod.environment)]
    }


def _step(container: Container, context: Manifest, given: list[Manifest]) -> Manifest:
    argv = ["sh", "-c", _literal(turns.WAIT), "bascule-step", _TURN]
    mounts: list[Manifest] = [
        {"name": "workspace", "mountPath": _WORKSPACE},
        {"name": "turns", "mountPath": _TURN, "subPath": container.name},
        *_unless({"name": "tmp", "mountPath": _TMP, "subPath": container.name}, given),
        *given,
    ]
    made = _container(container.name, container.image, argv, container.pull_policy, container.resources, context, mounts)
    return made | {"env": _variables({"HOME": _TMP} | container.environment)}


def _container(
    name: str, image: str, argv: list[str], policy: str | None, resources: Resources, context: Manifest, mounts: list[Manifest]
) -> Manifest:
    made: Manifest = {"name": name, "image": image, "command": argv, "securityContext": context, "volumeMounts": mounts}
    if policy is not None:
        made["imagePullPolicy"] = policy
    asked = {kind: values for kind, values in (("limits", resources.limits), ("requests", resources.requests)) if values}
    return made | ({"resources": asked} if asked else {})


def _own_volumes(name: str) -> list[Manifest]:
    return [
        {"name": "secret", "secret": {"secretName": name, "defaultMode": 0o440}},
        {"name": "data", "emptyDir": {}},
        {"name": "workspace", "emptyDir": {}},
        {"name": "turns", "emptyDir": {"medium": "Memory", "sizeLimit": _TURNS_SIZE}},  # secrets of scripts pass through it
        {"name": "tmp", "emptyDir": {}},
    ]


def _unless(mount: Manifest, given: list[Manifest]) -> list[Manifest]:
    """The mount, where the author has not mounted something there."""
    return [] if any(one["mountPath"] == mount["mountPath"] for one in given) else [mount]


def _variables(environment: dict[str, str]) -> list[Manifest]:
    return [{"name": name, "value": _literal(value)} for name, value in environment.items()]


def _literal(text: str) -> str:
    """So that Kubernetes, which replaces `$(NAME)` in commands and variables, leaves the text as it is."""
    return text.replace("$", "$$") if "$(" in text or "$$" in text else text


def _has_credentials(url: str) -> bool:
    return "@" in urlsplit(url if "//" in url else f"//{url}").netloc


def _docker_config(registries: list[Registry], secrets: dict[str, str]) -> str | None:
    """What `docker login` writes; None when no registry wants a login."""
    logins = {}
    for registry in registries:
        user = secrets[registry.username_secret] if registry.username_secret else registry.username
        password = secrets[registry.password_secret] if registry.password_secret else None
        if user is not None and password is not None:
            both = base64.b64encode(f"{user}:{password}".encode()).decode()
            logins[registry.url] = {"username": user, "password": password, "auth": both}
    return json.dumps({"auths": logins}) if logins else None
