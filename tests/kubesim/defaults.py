"""What the API server adds to an object that does not say it."""

import base64
import secrets
from typing import Any

from tests.kubesim.resources import Resource
from tests.kubesim.store import suffix

Item = dict[str, Any]


def defaulted(resource: Resource, item: Item) -> Item:
    """Fills in defaults, in place."""
    match resource.plural:
        case "namespaces":
            item["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = item["metadata"]["name"]
            item["spec"] = {"finalizers": ["kubernetes"]}
            item["status"] = {"phase": "Active"}
        case "secrets":
            for key, text in (item.pop("stringData", None) or {}).items():
                item.setdefault("data", {})[key] = base64.b64encode(text.encode()).decode()
            item.setdefault("type", "Opaque")
        case "pods":
            _pod_spec(item.setdefault("spec", {}))
            _admit(item["spec"])
            item["status"] = {"phase": "Pending", "qosClass": _quality(item["spec"])}
        case "jobs":
            _job(item)
    return item


def _pod_spec(spec: Item) -> None:
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("securityContext", {})
    spec.setdefault("schedulerName", "default-scheduler")
    for container in [*spec.get("initContainers", []), *spec.get("containers", [])]:
        container.setdefault("resources", {})
        container.setdefault("terminationMessagePath", "/dev/termination-log")
        container.setdefault("terminationMessagePolicy", "File")
        tag = str(container.get("image", "")).rpartition("/")[2].partition(":")[2]
        container.setdefault("imagePullPolicy", "Always" if tag in ("", "latest") else "IfNotPresent")
    for volume in spec.get("volumes") or []:
        for kind in ("secret", "configMap", "projected", "downwardAPI"):
            if isinstance(volume.get(kind), dict):
                volume[kind].setdefault("defaultMode", 420)


def _admit(spec: Item) -> None:
    """What admission adds to a pod: its service account with a token, tolerations, priority."""
    account = spec.setdefault("serviceAccountName", spec.get("serviceAccount", "default"))
    spec["serviceAccount"] = account
    if spec.get("automountServiceAccountToken", True):
        name = f"kube-api-access-{suffix()}"
        token = {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}
        root = {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}}
        namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
        sources = [token, root, {"downwardAPI": {"items": [namespace]}}]
        spec.setdefault("volumes", []).append({"name": name, "projected": {"sources": sources, "defaultMode": 420}})
        for container in [*spec.get("initContainers", []), *spec.get("containers", [])]:
            mount = {"name": name, "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
            container.setdefault("volumeMounts", []).append(mount)
    reasons = ("not-ready", "unreachable")
    spec.setdefault("tolerations", []).extend(
        {"key": f"node.kubernetes.io/{reason}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        for reason in reasons
        if not any(toleration.get("key") == f"node.kubernetes.io/{reason}" for toleration in spec.get("tolerations", []))
    )
    spec.setdefault("priority", 0)
    spec.setdefault("enableServiceLinks", True)
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")


def _quality(spec: Item) -> str:
    asked = [container["resources"] for container in spec.get("containers", []) if container["resources"]]
    if not asked:
        return "BestEffort"
    same = all(one.get("limits") and one.get("limits") == one.get("requests", one.get("limits")) for one in asked)
    return "Guaranteed" if same and len(asked) == len(spec["containers"]) else "Burstable"


def _job(item: Item) -> None:
    spec = item.setdefault("spec", {})
    for name, value in (("parallelism", 1), ("completions", 1), ("backoffLimit", 6), ("manualSelector", False)):
        spec.setdefault(name, value)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("podReplacementPolicy", "TerminatingOrFailed")
    item["status"] = {}
    template = spec.setdefault("template", {})
    pod = template.setdefault("spec", {})
    given = pod.get("restartPolicy")
    _pod_spec(pod)
    if given is None:
        del pod["restartPolicy"]


def label_job(item: Item) -> None:
    """The labels by which a job knows its pods; they need its uid."""
    uid, name = item["metadata"]["uid"], item["metadata"]["name"]
    own = {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": name,
        "controller-uid": uid,
        "job-name": name,
    }
    item["metadata"]["labels"] = {**(item["metadata"].get("labels") or {}), **own}
    item["spec"]["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    meta = item["spec"]["template"].setdefault("metadata", {})
    meta["labels"] = {**(meta.get("labels") or {}), **own}


def container_id() -> str:
    return f"containerd://{secrets.token_hex(32)}"
