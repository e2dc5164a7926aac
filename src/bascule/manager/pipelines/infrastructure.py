"""`stepGroupInfra` and the container fields of steps, as Harness writes them: where a step group runs, and with what."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem
from bascule.manager.pipelines.expressions.values import Text, show
from bascule.wire.pods import PullPolicy, Resources


class Infrastructure(msgspec.Struct, frozen=True, kw_only=True):
    """A step group's infrastructure as written: `spec` is plain JSON with expressions in it."""

    type: str
    spec: dict[str, Any]
    places: dict[str, Position]
    position: Position


class KubernetesDirect(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A pod of the group's own in a cluster. Keys without a default are required."""

    connector_ref: str
    namespace: str | None = None
    service_account_name: str | None = None
    automount_service_account_token: bool | None = None
    init_timeout: str = "10m"
    labels: dict[str, Any] = {}
    annotations: dict[str, Any] = {}
    node_selector: dict[str, Any] = {}
    tolerations: list[dict[str, Any]] = []
    volumes: list[dict[str, Any]] = []
    container_security_context: dict[str, Any] = {}
    run_as_user: int | None = None
    priority_class_name: str | None = None
    os: str = "Linux"
    host_names: list[str] = []
    resources: dict[str, dict[str, Any]] = {}
    harness_image_connector_ref: str | None = None
    """The registry of the delegate's own image."""
    image: str | None = None
    """Ours. The delegate's own image, where the delegate that makes the pod should not choose it."""
    image_pull_policy: PullPolicy | None = None


class ContainerFields(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a step says of its container, in the words of Harness."""

    connector_ref: str | None = None
    image: str | None = None
    image_pull_policy: PullPolicy | None = None
    privileged: bool = False
    run_as_user: int | None = None
    resources: dict[str, dict[str, Any]] = {}


CONTAINER_KEYS = frozenset(field.encode_name for field in msgspec.structs.fields(ContainerFields))

ELSEWHERE = {
    "Delegate": "the delegate that leases the group's jobs runs them, where it stands",
    "Noop": "the delegate that leases the group's jobs runs them, where it stands",
}
"""Types that ask for nothing: the group's jobs run like any others."""

REFUSED = {
    "ECSDirect": "use KubernetesDirect, or leave it out: a delegate as a Fargate service runs the jobs itself",
    "VM": "leave it out, and start a delegate on that machine",
}

T = TypeVar("T", bound=msgspec.Struct)


def check(written: Infrastructure) -> Iterator[Problem]:
    """What is wrong with it before any expression has a value."""
    fields = [field.encode_name for field in msgspec.structs.fields(KubernetesDirect)]
    for key in written.spec:
        if key not in fields:
            near = get_close_matches(key, fields, n=1, cutoff=0.6)
            yield Problem(
                code="PIP-004",
                what=f"the infrastructure KubernetesDirect has no key '{key}'",
                where=str(written.places.get(key, written.position)),
                fix=f"did you mean '{near[0]}'?" if near else f"it has {', '.join(fields)}",
            )
    known = {key: value for key, value in written.spec.items() if key in fields and not _is_open(value)}
    asked = [key for key, value in written.spec.items() if _is_open(value)]
    yield from _misfits(KubernetesDirect, known, lambda key: str(written.places.get(key, written.position)), but=asked)
    if not _is_open(system := written.spec.get("os", "Linux")) and system != "Linux":
        yield Problem(
            code="PIP-080",
            what=f"a pod cannot run on {system} here",
            where=str(written.places.get("os", written.position)),
            why="the image is one for Linux",
            fix="os: Linux",
        )


def check_container(spec: Mapping[str, Any], where: Callable[[str], str]) -> Iterator[Problem]:
    """What is wrong with a step's container fields before any expression has a value."""
    yield from _misfits(ContainerFields, {key: value for key, value in spec.items() if not _is_open(value)}, where)


def bind(kind: type[T], values: Mapping[str, Any], where: Callable[[str], str]) -> T:
    """The typed fields of resolved values. Raises InputError with every key that does not fit."""
    known = {field.encode_name for field in msgspec.structs.fields(kind)}
    given = {key: value for key, value in values.items() if key in known and value is not None}
    if problems := list(_misfits(kind, given, where)):
        raise InputError(problems)
    return msgspec.convert(given, kind, strict=False)


def _misfits(
    kind: type[msgspec.Struct], given: Mapping[str, Any], where: Callable[[str], str], but: Iterable[str] = ()
) -> Iterator[Problem]:
    for field in msgspec.structs.fields(kind):
        key = field.encode_name
        if given.get(key) is None:
            if field.required and key not in but:
                yield Problem(code="PIP-006", what=f"the infrastructure needs '{key}'", where=where(key))
            continue
        if _has_secret(given[key]):
            why = "a secret cannot stand here: the pod's description would show it"
            yield Problem(code="PIP-012", what=f"'{key}' does not fit", where=where(key), why=why)
            continue
        try:
            msgspec.convert(given[key], field.type, strict=False)
        except msgspec.ValidationError as error:
            yield Problem(code="PIP-012", what=f"'{key}' does not fit", where=where(key), why=str(error))


def texts(values: Mapping[str, Any]) -> dict[str, str]:
    """A mapping whose values are texts, however they were written: `true` and `1` are."""
    return {str(key): show(value) for key, value in values.items() if value is not None}


def resources(written: Mapping[str, Mapping[str, Any]]) -> Resources:
    """Limits and requests as quantities."""
    return Resources(limits=texts(written.get("limits", {})), requests=texts(written.get("requests", {})))


def largest(several: Iterable[Resources]) -> Resources:
    """What is enough for each of several that run in one container after another."""
    limits: dict[str, str] = {}
    requests: dict[str, str] = {}
    for one in several:
        for merged, values in ((limits, one.limits), (requests, one.requests)):
            for name, value in values.items():
                merged[name] = max(merged.get(name, value), value, key=amount)
    return Resources(limits=limits, requests=requests)


_SUFFIXES = {
    "": 1.0, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50, "Ei": 2.0**60,
}  # fmt: skip


def amount(quantity: str) -> float:
    """A Kubernetes quantity as a number: `400m` → 0.4. What is none counts as nothing: the cluster refuses it by name."""
    digits = quantity.rstrip("numkMGTPEKi")
    try:
        return float(digits) * _SUFFIXES[quantity[len(digits) :]]
    except (ValueError, KeyError):
        return 0.0


def _is_open(value: Any) -> bool:
    match value:
        case str():
            return "<+" in value
        case dict():
            return any(_is_open(item) for item in value.values())
        case list():
            return any(_is_open(item) for item in value)
        case _:
            return False


def _has_secret(value: Any) -> bool:
    match value:
        case Text():
            return True
        case dict():
            return any(_has_secret(item) for item in value.values())
        case list():
            return any(_has_secret(item) for item in value)
        case _:
            return False
