"""The resources that the stand-in knows. Whatever else is asked for is told to the test, which then fails."""

from typing import Any

import msgspec


class Resource(msgspec.Struct, frozen=True):
    """One kind of object: how it is addressed and what its schema is called."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = True
    schema: str = ""
    short_names: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def definition(self) -> str:
        """The schema's name among the definitions."""
        return self.schema or f"io.k8s.api.{self.group.partition('.')[0] or 'core'}.{self.version}.{self.kind}"


_RBAC = "rbac.authorization.k8s.io"

RESOURCES = (
    Resource("", "v1", "namespaces", "Namespace", namespaced=False, short_names=("ns",)),
    Resource("", "v1", "pods", "Pod", short_names=("po",)),
    Resource("", "v1", "secrets", "Secret"),
    Resource("", "v1", "configmaps", "ConfigMap", short_names=("cm",)),
    Resource("", "v1", "serviceaccounts", "ServiceAccount", short_names=("sa",)),
    Resource("", "v1", "events", "Event", short_names=("ev",)),
    Resource("", "v1", "services", "Service", short_names=("svc",)),
    Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", short_names=("pvc",)),
    Resource("", "v1", "resourcequotas", "ResourceQuota", short_names=("quota",)),
    Resource("apps", "v1", "deployments", "Deployment", short_names=("deploy",)),
    Resource("apps", "v1", "statefulsets", "StatefulSet", short_names=("sts",)),
    Resource("batch", "v1", "jobs", "Job"),
    Resource("coordination.k8s.io", "v1", "leases", "Lease"),
    Resource("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", short_names=("netpol",)),
    Resource("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", short_names=("pdb",)),
    Resource(_RBAC, "v1", "roles", "Role"),
    Resource(_RBAC, "v1", "rolebindings", "RoleBinding"),
    Resource(_RBAC, "v1", "clusterroles", "ClusterRole", namespaced=False),
    Resource(_RBAC, "v1", "clusterrolebindings", "ClusterRoleBinding", namespaced=False),
)
"""Deployments and stateful sets are stored and validated; nothing runs them."""

_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
_WITH_STATUS = ("pods", "jobs")


def find(group: str, version: str, plural: str) -> Resource | None:
    return next((r for r in RESOURCES if (r.group, r.version, r.plural) == (group, version, plural)), None)


def of_kind(api_version: str, kind: str) -> Resource | None:
    return next((r for r in RESOURCES if r.api_version == api_version and r.kind == kind), None)


def core_versions() -> dict[str, Any]:
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


def groups() -> dict[str, Any]:
    """`/apis`."""
    found = []
    for name in sorted({resource.group for resource in RESOURCES if resource.group} | {"authorization.k8s.io"}):
        version = {"groupVersion": f"{name}/v1", "version": "v1"}
        found.append({"name": name, "versions": [version], "preferredVersion": version})
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": found}


def listed(group: str, version: str) -> dict[str, Any] | None:
    """`/api/v1` and `/apis/GROUP/VERSION`: what is there; None where nothing is."""
    own = [resource for resource in RESOURCES if (resource.group, resource.version) == (group, version)]
    found: list[dict[str, Any]] = []
    for resource in own:
        entry: dict[str, Any] = {
            "name": resource.plural,
            "singularName": resource.kind.lower(),
            "namespaced": resource.namespaced,
            "kind": resource.kind,
            "verbs": _VERBS,
        }
        if resource.short_names:
            entry["shortNames"] = list(resource.short_names)
        found.append(entry)
        if resource.plural in _WITH_STATUS:
            found.append({**entry, "name": f"{resource.plural}/status", "verbs": ["get", "patch", "update"]})
        if resource.plural == "pods":
            found.append({**entry, "name": "pods/log", "verbs": ["get"]})
    if (group, version) == ("authorization.k8s.io", "v1"):
        review = {"name": "selfsubjectaccessreviews", "singularName": "selfsubjectaccessreview", "namespaced": False}
        found.append({**review, "kind": "SelfSubjectAccessReview", "verbs": ["create"]})
    if not found:
        return None
    label = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": label, "resources": found}
