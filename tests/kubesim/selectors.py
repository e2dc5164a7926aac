"""Label and field selectors as the API server reads them."""

import re
from collections.abc import Callable
from typing import Any

from tests.kubesim.answers import bad_request

Test = Callable[[dict[str, Any]], bool]
_FIELDS = {
    "pods": ("metadata.name", "metadata.namespace", "spec.nodeName", "spec.serviceAccountName", "status.phase", "status.podIP"),
    "events": ("metadata.name", "metadata.namespace", "involvedObject.name", "involvedObject.kind", "involvedObject.uid", "reason", "type"),
    "secrets": ("metadata.name", "metadata.namespace", "type"),
    "jobs": ("metadata.name", "metadata.namespace", "status.successful"),
}
_NAME = r"[A-Za-z0-9][A-Za-z0-9._/-]*"
_SET = re.compile(rf"^({_NAME})\s+(in|notin)\s*\(([^)]*)\)$")
_EQUAL = re.compile(rf"^({_NAME})\s*(==|=|!=)\s*([A-Za-z0-9._-]*)$")
_EXISTS = re.compile(rf"^(!?)\s*({_NAME})$")


def labelled(text: str) -> Test:
    """Whether an object's labels meet the selector. Raises ApiError 400 for one that cannot be read."""
    tests = [_requirement(part.strip()) for part in re.split(r",(?![^(]*\))", text) if part.strip()]
    return lambda item: all(test(item.get("metadata", {}).get("labels") or {}) for test in tests)


def _requirement(text: str) -> Callable[[dict[str, str]], bool]:
    if found := _SET.match(text):
        key, among = found[1], {word.strip() for word in found[3].split(",")}
        if found[2] == "in":
            return lambda labels: labels.get(key) in among
        return lambda labels: labels.get(key) not in among
    if found := _EQUAL.match(text):
        key, value = found[1], found[3]
        if found[2] == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if found := _EXISTS.match(text):
        key, wanted = found[2], not found[1]
        return lambda labels: (key in labels) == wanted
    word = re.match(r"(==|!=|=|\W)", text)
    raise bad_request(f"found '{word[1] if word else text}', expected: !, identifier, or 'end of string'")


def fielded(text: str, plural: str) -> Test:
    """The same for `fieldSelector`."""
    tests: list[Test] = []
    for part in filter(None, text.split(",")):
        key, operator, value = re.split(r"(==|!=|=)", part, maxsplit=1)
        if key not in _FIELDS.get(plural, ("metadata.name", "metadata.namespace")):
            raise bad_request(f"field label not supported: {key}")
        tests.append(_field(key, value, operator == "!="))
    return lambda item: all(test(item) for test in tests)


def _field(key: str, value: str, negated: bool) -> Test:
    def test(item: dict[str, Any]) -> bool:
        found: Any = item
        for step in key.split("."):
            found = (found or {}).get(step)
        return (str(found if found is not None else "") == value) != negated

    return test
