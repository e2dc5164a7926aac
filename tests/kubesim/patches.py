"""The three ways to patch: JSON merge patch, strategic merge patch, JSON patch."""

import copy
from typing import Any

from tests.kubesim.answers import ApiError, bad_request, unsupported_media_type

_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "imagePullSecrets": "name",
    "volumeMounts": "mountPath",
    "ports": "containerPort",
    "ownerReferences": "uid",
    "conditions": "type",
    "tolerations": None,
}


def patched(item: dict[str, Any], patch: Any, content_type: str) -> dict[str, Any]:
    """The object after the patch. Raises ApiError 415 for another content type, 400 for a patch that cannot be read."""
    match content_type:
        case "application/merge-patch+json":
            return _merged(item, patch, strategic=False)  # type: ignore[no-any-return]
        case "application/strategic-merge-patch+json":
            return _merged(item, patch, strategic=True)  # type: ignore[no-any-return]
        case "application/json-patch+json":
            return _operated(item, patch)
        case _:
            raise unsupported_media_type()


def _merged(item: Any, patch: Any, *, strategic: bool, name: str = "") -> Any:
    if isinstance(patch, list) and isinstance(item, list) and strategic and _KEYS.get(name):
        return _merged_list(item, patch, str(_KEYS[name]))
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(item) if isinstance(item, dict) else {}
    for key, value in patch.items():
        if key.startswith("$"):
            continue
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _merged(result.get(key), value, strategic=strategic, name=key)
    return result


def _merged_list(items: list[Any], patch: list[Any], key: str) -> list[Any]:
    result = list(items)
    for wanted in patch:
        at = next((at for at, item in enumerate(result) if item.get(key) == wanted.get(key)), None)
        if wanted.get("$patch") == "delete":
            if at is not None:
                del result[at]
        elif at is None:
            result.append(copy.deepcopy(wanted))
        else:
            result[at] = _merged(result[at], wanted, strategic=True)
    return result


def _operated(item: dict[str, Any], operations: Any) -> dict[str, Any]:
    if not isinstance(operations, list):
        raise bad_request("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    result = copy.deepcopy(item)
    for operation in operations:
        *way, last = [step.replace("~1", "/").replace("~0", "~") for step in str(operation["path"]).split("/")[1:]]
        holder: Any = result
        try:
            for step in way:
                holder = holder[int(step)] if isinstance(holder, list) else holder[step]
            _operate(holder, last, operation)
        except (KeyError, IndexError, ValueError, AssertionError):
            message = f"the server rejected our request due to an error in our request: {operation['op']} operation does not apply"
            raise ApiError(422, "Invalid", message) from None
    return result


def _operate(holder: Any, last: str, operation: dict[str, Any]) -> None:
    at: Any = int(last) if isinstance(holder, list) and last != "-" else last
    match operation["op"]:
        case "add" if isinstance(holder, list):
            holder.insert(len(holder) if last == "-" else at, operation["value"])
        case "add":
            holder[at] = operation["value"]
        case "replace":
            holder[at]
            holder[at] = operation["value"]
        case "remove":
            del holder[at]
        case "test":
            assert holder[at] == operation["value"]
        case _:
            raise ValueError(operation["op"])
