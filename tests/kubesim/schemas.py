"""Whether a document is what its official schema says: unknown fields by their paths, wrong types in the API server's words."""

import functools
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from tests.kubesim.answers import bad_request
from tests.kubesim.resources import Resource

_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_EITHER = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"


@functools.cache
def _definitions(version: str) -> dict[str, Any]:
    folder = files("kubernetes_validate").joinpath("kubernetes-json-schema", f"v{version}.0-local")
    document: dict[str, Any] = json.loads(folder.joinpath("_definitions.json").read_bytes())
    return document["$defs"]  # type: ignore[no-any-return]


class Schema:
    """The schema of one resource in one version of Kubernetes (`1.36`)."""

    def __init__(self, resource: Resource, version: str) -> None:
        self.resource = resource
        self._all = _definitions(version)
        self._root = self._all[resource.definition]

    def bound(self, document: dict[str, Any], validation: str) -> tuple[dict[str, Any], list[str]]:
        """The document less unknown fields, and what is to be warned of. `validation` is Strict, Warn or Ignore.

        Raises ApiError 400 for a wrong type, and with Strict for unknown fields.
        """
        unknown: list[str] = []
        bound = self._walk(document, self._root, "", self.resource.kind, unknown)
        told = [f'unknown field "{path}"' for path in unknown]
        if told and validation == "Strict":
            raise self._refused(f"strict decoding error: {', '.join(told)}")
        return bound, told if validation == "Warn" else []

    def _refused(self, why: str) -> Exception:
        return bad_request(f'{self.resource.kind} in version "{self.resource.version}" cannot be handled as a {self.resource.kind}: {why}')

    def _walk(self, value: Any, schema: dict[str, Any], path: str, owner: str, unknown: list[str]) -> Any:
        reference = str(schema.get("$ref", "")).rpartition("/")[2]
        if reference in (_QUANTITY, _EITHER):
            return value
        if reference:
            schema, owner = self._all[reference], reference.rpartition(".")[2]
        if value is None:
            return None
        match [kind for kind in _types(schema) if kind != "null"]:
            case ["object"]:
                return self._object(value, schema, path, owner, unknown)
            case ["array"]:
                if not isinstance(value, list):
                    raise self._mistyped(value, owner, path, "[]" + str(schema.get("items", {}).get("type", "interface")))
                items = schema.get("items", {})
                return [self._walk(item, items, f"{path}[{at}]", owner, unknown) for at, item in enumerate(value)]
            case ["string"]:
                if not isinstance(value, str):
                    raise self._mistyped(value, owner, path, "string")
            case ["integer"]:
                if isinstance(value, bool) or not isinstance(value, int):
                    raise self._mistyped(value, owner, path, str(schema.get("format", "int")))
            case ["boolean"]:
                if not isinstance(value, bool):
                    raise self._mistyped(value, owner, path, "bool")
        return value

    def _object(self, value: Any, schema: dict[str, Any], path: str, owner: str, unknown: list[str]) -> Any:
        if not isinstance(value, dict):
            raise self._mistyped(value, owner, path, owner)
        properties, rest = schema.get("properties"), schema.get("additionalProperties")
        bound = {}
        for name, item in value.items():
            below = f"{path}.{name}" if path else name
            if properties is not None and name in properties:
                bound[name] = self._walk(item, properties[name], below, owner, unknown)
            elif isinstance(rest, dict):
                bound[name] = self._walk(item, rest, below, owner, unknown)
            elif properties is None:
                bound[name] = item
            else:
                unknown.append(below)
        return bound

    def _mistyped(self, value: object, owner: str, path: str, wanted: str) -> Exception:
        found = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object"}[type(value)]
        return self._refused(f"json: cannot unmarshal {found} into Go struct field {owner}.{path} of type {wanted}")


def _types(schema: dict[str, Any]) -> Iterator[str]:
    kind = schema.get("type", "object" if "properties" in schema else None)
    if isinstance(kind, str):
        yield kind
    elif kind is not None:
        yield from kind
