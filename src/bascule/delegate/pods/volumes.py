"""Volumes as a pipeline's author writes them (`mountPath`, `type`, `spec`), as Kubernetes wants them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bascule.core.errors import InputError
from bascule.core.problems import Problem

OWN = "/bascule"
"""The folder that the pod's own volumes are mounted below."""


class Bound(NamedTuple):
    """A pod's volumes, and where every container finds them."""

    volumes: list[dict[str, Any]]
    mounts: list[dict[str, Any]]


def bind(given: list[dict[str, Any]], where: str) -> Bound:
    """Raises InputError with all that is wrong: unknown keys and types, missing ones, places that are taken."""
    problems: list[Problem] = []
    bound = Bound([], [])
    taken: set[str] = set()
    for number, volume in enumerate(given):
        at = f"{where}, volumes[{number}]"
        found = list(_wrong(volume, taken, at))
        problems += found
        if found:
            continue
        spec = volume.get("spec") or {}
        name = f"given-{number}"
        bound.volumes.append({"name": name, **_TYPES[volume["type"]][2](spec)})
        mount = {"name": name, "mountPath": volume["mountPath"]}
        bound.mounts.append(mount | ({"readOnly": True} if spec.get("readOnly") else {}))
        taken.add(volume["mountPath"])
    if problems:
        raise InputError(problems)
    return bound


def _wrong(volume: dict[str, Any], taken: set[str], at: str) -> list[Problem]:
    found = [
        Problem(code="K8S-030", what=f"a volume has no key '{key}'", where=at, fix="known are mountPath, type and spec")
        for key in volume
        if key not in ("mountPath", "type", "spec")
    ]
    path, kind, spec = volume.get("mountPath"), volume.get("type"), volume.get("spec") or {}
    if not isinstance(path, str) or not path.startswith("/"):
        found.append(Problem(code="K8S-030", what=f"mountPath is to be an absolute path, not {path!r}", where=at))
    elif path in taken or path == OWN or path.startswith(f"{OWN}/"):
        found.append(Problem(code="K8S-030", what=f"the mountPath {path} is taken", where=at, fix="choose another place"))
    if not isinstance(kind, str) or kind not in _TYPES:
        found.append(Problem(code="K8S-030", what=f"there is no volume type {kind!r}", where=at, fix=f"known are {', '.join(_TYPES)}"))
        return found
    needed, optional, _ = _TYPES[kind]
    if not isinstance(spec, dict):
        return [*found, Problem(code="K8S-030", what="a volume's spec is to be a mapping", where=at)]
    for key in spec:
        if key not in (*needed, *optional):
            known = ", ".join((*needed, *optional))
            found.append(
                Problem(code="K8S-030", what=f"a volume of type {kind} has no key 'spec.{key}'", where=at, fix=f"known are {known}")
            )
    for key in needed:
        if not spec.get(key):
            found.append(Problem(code="K8S-030", what=f"a volume of type {kind} needs 'spec.{key}'", where=at))
    return found


def _empty(spec: dict[str, Any]) -> dict[str, Any]:
    own = {"medium": spec.get("medium"), "sizeLimit": spec.get("size")}
    return {"emptyDir": {key: str(value) for key, value in own.items() if value}}


def _claim(spec: dict[str, Any]) -> dict[str, Any]:
    return {"persistentVolumeClaim": {"claimName": spec["claimName"]} | ({"readOnly": True} if spec.get("readOnly") else {})}


def _host(spec: dict[str, Any]) -> dict[str, Any]:
    return {"hostPath": {"path": spec["path"]} | ({"type": spec["type"]} if spec.get("type") else {})}


def _config(spec: dict[str, Any]) -> dict[str, Any]:
    return {"configMap": {"name": spec["name"], **_kept(spec)}}


def _secret(spec: dict[str, Any]) -> dict[str, Any]:
    return {"secret": {"secretName": spec["secretName"], **_kept(spec)}}


def _kept(spec: dict[str, Any]) -> dict[str, Any]:
    return {key: spec[key] for key in ("optional", "defaultMode", "items") if key in spec}


_TYPES: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "EmptyDir": ((), ("medium", "size"), _empty),
    "PersistentVolumeClaim": (("claimName",), ("readOnly",), _claim),
    "HostPath": (("path",), ("type", "readOnly"), _host),
    "ConfigMap": (("name",), ("optional", "defaultMode", "items", "readOnly"), _config),
    "Secret": (("secretName",), ("optional", "defaultMode", "items", "readOnly"), _secret),
}
"""Type → keys of its spec that it needs, that it may have, and how it is written."""
