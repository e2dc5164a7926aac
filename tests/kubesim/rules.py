"""What a schema cannot say: names, references inside a pod, what may not change, what a namespace forbids."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from tests.kubesim.answers import ApiError, Cause, bad_request
from tests.kubesim.quantities import amount
from tests.kubesim.resources import Resource

Item = dict[str, Any]
_LABEL_WORD = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = re.compile(rf"^{_LABEL_WORD}(\.{_LABEL_WORD})*$")
_DNS_LABEL = re.compile(rf"^{_LABEL_WORD}$")
_LABEL_VALUE = re.compile(r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$")
_LABEL_KEY = re.compile(r"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$")
_DATA_KEY = re.compile(r"^[-._a-zA-Z0-9]+$")
_ENV_NAME = re.compile(r"^[^=\x00-\x1f\x7f]+$")
_MEBIBYTE = 1024 * 1024
_SUBDOMAIN_WORDS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_DNS_LABEL_WORDS = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric "
    "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)


def _wrong(field: str, value: object, why: str) -> Cause:
    shown = f'"{value}"' if isinstance(value, str) else value
    return Cause("FieldValueInvalid", field, f"Invalid value: {shown}: {why}")


def _missing(field: str, why: str = "") -> Cause:
    return Cause("FieldValueRequired", field, f"Required value{': ' + why if why else ''}")


def _immutable(field: str, value: object) -> Cause:
    return _wrong(field, value, "field is immutable")


def problems(resource: Resource, item: Item) -> list[Cause]:
    """All that is wrong with a new object. Raises ApiError 400 for data that is no base64."""
    return [*_metadata(item.get("metadata") or {}), *_content(resource, item)]


def _metadata(meta: Item) -> Iterator[Cause]:
    name = meta.get("name") or ""
    if not name and not meta.get("generateName"):
        yield _missing("metadata.name", "name or generateName is required")
    elif name and (not _SUBDOMAIN.match(name) or len(name) > 253):
        yield _wrong("metadata.name", name, _SUBDOMAIN_WORDS if len(name) <= 253 else "must be no more than 253 bytes")
    for key, value in (meta.get("labels") or {}).items():
        if not _LABEL_KEY.match(key):
            yield _wrong("metadata.labels", key, "name part must consist of alphanumeric characters, '-', '_' or '.'")
        if len(value) > 63:
            yield _wrong("metadata.labels", value, "must be no more than 63 bytes")
        elif not _LABEL_VALUE.match(value):
            yield _wrong("metadata.labels", value, "a valid label must be an empty string or consist of alphanumeric characters")
    for at, owner in enumerate(meta.get("ownerReferences") or []):
        for field in ("apiVersion", "kind", "name", "uid"):
            if not owner.get(field):
                yield _wrong(f"metadata.ownerReferences[{at}].{field}", "", "must not be empty")


def _content(resource: Resource, item: Item) -> Iterator[Cause]:
    match resource.plural:
        case "secrets" | "configmaps":
            yield from _data(resource, item)
        case "pods":
            yield from pod_spec(item.get("spec") or {}, "spec")
        case "jobs":
            yield from _job(item.get("spec") or {})


def _data(resource: Resource, item: Item) -> Iterator[Cause]:
    size = 0
    for key, value in (item.get("data") or {}).items():
        if not _DATA_KEY.match(key):
            yield _wrong(f"data[{key}]", key, "a valid config key must consist of alphanumeric characters, '-', '_' or '.'")
        size += len(base64.b64decode(value) if resource.plural == "secrets" else value.encode())
    if size > _MEBIBYTE:
        yield Cause("FieldValueTooLong", "data", f"Too long: may not be more than {_MEBIBYTE} bytes")


def decodable(item: Item) -> None:
    """Raises ApiError 400 when a Secret's data is no base64: it fails before any rule is looked at."""
    for value in (item.get("data") or {}).values():
        try:
            base64.b64decode(value or "", validate=True)
        except (binascii.Error, ValueError):
            bad = re.search(r"[^A-Za-z0-9+/=\r\n]", value)
            at = bad.start() if bad else len(value)
            raise bad_request(f'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte {at}') from None


def _job(spec: Item) -> Iterator[Cause]:
    for field in ("backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished", "parallelism", "completions"):
        if isinstance(spec.get(field), int) and spec[field] < 0:
            yield _wrong(f"spec.{field}", spec[field], "must be greater than or equal to 0")
    pod = (spec.get("template") or {}).get("spec") or {}
    yield from pod_spec(pod, "spec.template.spec")
    policy = pod.get("restartPolicy")
    if policy not in ("Never", "OnFailure"):
        yield _missing("spec.template.spec.restartPolicy", 'valid values: "OnFailure", "Never"')


def pod_spec(spec: Item, path: str) -> Iterator[Cause]:
    """Containers, volumes and what ties them together."""
    volumes = spec.get("volumes") or []
    names: set[str] = set()
    for at, volume in enumerate(volumes):
        name = volume.get("name") or ""
        if not _DNS_LABEL.match(name):
            yield _wrong(f"{path}.volumes[{at}].name", name, _DNS_LABEL_WORDS) if name else _missing(f"{path}.volumes[{at}].name")
        if name in names:
            yield Cause("FieldValueDuplicate", f"{path}.volumes[{at}].name", f'Duplicate value: "{name}"')
        if len([key for key in volume if key != "name"]) > 1:
            yield Cause("FieldValueForbidden", f"{path}.volumes[{at}]", "Forbidden: may not specify more than 1 volume type")
        names.add(name)
    seen: set[str] = set()
    if not spec.get("containers"):
        yield _missing(f"{path}.containers")
    for group in ("initContainers", "containers"):
        for at, container in enumerate(spec.get(group) or []):
            yield from _container(container, f"{path}.{group}[{at}]", names, seen, spec)
    for field in ("terminationGracePeriodSeconds", "activeDeadlineSeconds"):
        value = spec.get(field)
        if isinstance(value, int) and value < (1 if field == "activeDeadlineSeconds" else 0):
            yield _wrong(f"{path}.{field}", value, "must be greater than or equal to 0")


def _container(container: Item, path: str, volumes: set[str], seen: set[str], spec: Item) -> Iterator[Cause]:
    name = container.get("name") or ""
    if not name:
        yield _missing(f"{path}.name")
    elif not _DNS_LABEL.match(name) or len(name) > 63:
        yield _wrong(f"{path}.name", name, _DNS_LABEL_WORDS)
    if name in seen:
        yield Cause("FieldValueDuplicate", f"{path}.name", f'Duplicate value: "{name}"')
    seen.add(name)
    if not container.get("image"):
        yield _missing(f"{path}.image")
    policy = container.get("imagePullPolicy", "Always")
    if policy not in ("Always", "IfNotPresent", "Never"):
        words = 'supported values: "Always", "IfNotPresent", "Never"'
        yield Cause("FieldValueNotSupported", f"{path}.imagePullPolicy", f'Unsupported value: "{policy}": {words}')
    for at, variable in enumerate(container.get("env") or []):
        if not variable.get("name"):
            yield _missing(f"{path}.env[{at}].name")
        elif not _ENV_NAME.match(variable["name"]):
            yield _wrong(
                f"{path}.env[{at}].name", variable["name"], "a valid environment variable name must consist only of printable ASCII"
            )
        if variable.get("value") and variable.get("valueFrom"):
            yield _wrong(f"{path}.env[{at}].valueFrom", "", "may not be specified when `value` is not empty")
    paths: set[str] = set()
    for at, mount in enumerate(container.get("volumeMounts") or []):
        if mount.get("name") not in volumes:
            yield Cause("FieldValueNotFound", f"{path}.volumeMounts[{at}].name", f'Not found: "{mount.get("name")}"')
        if not mount.get("mountPath"):
            yield _missing(f"{path}.volumeMounts[{at}].mountPath")
        if mount.get("mountPath") in paths:
            yield _wrong(f"{path}.volumeMounts[{at}].mountPath", mount["mountPath"], "must be unique")
        paths.add(mount.get("mountPath", ""))
    yield from _resources(container.get("resources") or {}, f"{path}.resources")
    yield from _security(container.get("securityContext") or {}, spec.get("securityContext") or {}, f"{path}.securityContext")


def _resources(resources: Item, path: str) -> Iterator[Cause]:
    amounts: dict[tuple[str, str], float] = {}
    for part in ("limits", "requests"):
        for name, text in (resources.get(part) or {}).items():
            value = amount(str(text))
            if value is None:
                words = r"'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
                raise bad_request(f'Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression {words}')
            amounts[(part, name)] = value
    for (part, name), value in amounts.items():
        limit = amounts.get(("limits", name))
        if part == "requests" and limit is not None and value > limit:
            shown = resources["requests"][name]
            yield _wrong(f"{path}.requests", shown, f"must be less than or equal to {name} limit of {resources['limits'][name]}")


def _security(own: Item, of_pod: Item, path: str) -> Iterator[Cause]:
    user = own.get("runAsUser", of_pod.get("runAsUser"))
    if own.get("runAsNonRoot", of_pod.get("runAsNonRoot")) and user == 0 and own.get("runAsUser") == 0:
        yield _wrong(f"{path}.runAsUser", 0, "must not be 0 when runAsNonRoot is true")
    if own.get("privileged") and own.get("allowPrivilegeEscalation") is False:
        yield _wrong(path, "", "cannot set `allowPrivilegeEscalation` to false and `privileged` to true")


def changes(resource: Resource, before: Item, after: Item) -> list[Cause]:
    """What may not change and did."""
    found: list[Cause] = []
    uid = after.get("metadata", {}).get("uid")
    if uid and uid != before["metadata"]["uid"]:
        found += [_immutable("metadata.uid", uid)] * 2
    if resource.plural in ("secrets", "configmaps") and before.get("immutable"):
        if after.get("data") != before.get("data"):
            found.append(Cause("FieldValueForbidden", "data", "Forbidden: field is immutable when `immutable` is set"))
        if not after.get("immutable"):
            found.append(Cause("FieldValueForbidden", "immutable", "Forbidden: field is immutable when `immutable` is set"))
    if resource.plural == "jobs":
        for field in ("template", "selector", "completions", "completionMode"):
            if after["spec"].get(field) != before["spec"].get(field):
                found.append(_immutable(f"spec.{field}", "…"))
    if resource.plural == "pods" and _frozen(after["spec"]) != _frozen(before["spec"]):
        words = (
            "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
            "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
            "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
        )
        found.append(Cause("FieldValueForbidden", "spec", words))
    return found


def _frozen(spec: Item) -> Item:
    left = {key: value for key, value in spec.items() if key not in ("activeDeadlineSeconds", "tolerations")}
    for group in ("containers", "initContainers"):
        if group in left:
            left[group] = [{key: value for key, value in one.items() if key != "image"} for one in left[group]]
    return left


def refuse_insecure(spec: Item, name: str, level: str) -> None:
    """Pod Security Admission, `restricted` and `baseline`. Raises ApiError 403."""
    found = list(_violations(spec, level))
    if found:
        message = f'pods "{name}" is forbidden: violates PodSecurity "{level}:latest": {", ".join(found)}'
        raise ApiError(403, "Forbidden", message, {"name": name, "kind": "pods"})


def _violations(spec: Item, level: str) -> Iterator[str]:
    containers = [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]

    def those(test: Any) -> str:
        bad = [f'"{one["name"]}"' for one in containers if test(one.get("securityContext") or {})]
        word = "container" if len(bad) == 1 else "containers"
        return f"{word} {', '.join(bad)}" if bad else ""

    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            yield f"host namespaces ({field}=true)"
    if bad := those(lambda own: own.get("privileged")):
        yield f"privileged ({bad} must not set securityContext.privileged=true)"
    paths = [f'"{volume["name"]}"' for volume in spec.get("volumes") or [] if "hostPath" in volume]
    if paths:
        yield f"hostPath volumes (volume {', '.join(paths)})"
    if level != "restricted":
        return
    pod = spec.get("securityContext") or {}
    if bad := those(lambda own: own.get("allowPrivilegeEscalation") is not False):
        yield f"allowPrivilegeEscalation != false ({bad} must set securityContext.allowPrivilegeEscalation=false)"
    if bad := those(lambda own: "ALL" not in ((own.get("capabilities") or {}).get("drop") or [])):
        yield f'unrestricted capabilities ({bad} must set securityContext.capabilities.drop=["ALL"])'
    if bad := those(lambda own: not own.get("runAsNonRoot", pod.get("runAsNonRoot"))):
        yield f"runAsNonRoot != true (pod or {bad} must set securityContext.runAsNonRoot=true)"
    if bad := those(lambda own: own.get("runAsUser", pod.get("runAsUser")) == 0):
        yield f"runAsUser=0 ({bad} must not set runAsUser=0)"
    usual = ("RuntimeDefault", "Localhost")
    if bad := those(lambda own: ((own.get("seccompProfile") or pod.get("seccompProfile") or {}).get("type")) not in usual):
        yield f'seccompProfile (pod or {bad} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
    allowed = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
    odd = [f'"{volume["name"]}"' for volume in spec.get("volumes") or [] if not ({key for key in volume if key != "name"} <= allowed)]
    if odd:
        yield f"restricted volume types (volume {', '.join(odd)} uses a restricted volume type)"
