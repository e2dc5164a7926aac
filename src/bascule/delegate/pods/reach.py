"""Whether pods could be made in a namespace: the cluster is asked who we are to it. It makes nothing, and needs no Role to ask."""

import asyncio
from typing import Any

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.delegate.pods import refusals
from bascule.delegate.pods.kube import Kube, Refused, Unreachable

NEEDED: dict[str, tuple[str, ...]] = {"pods": ("create", "get", "list", "watch", "patch", "delete"), "secrets": ("create", "delete")}
"""Of the Role that we ship (deploy/kubernetes/rbac.yaml), what no pod can do without."""
HELPFUL: dict[str, tuple[str, ...]] = {"pods/log": ("get",), "events": ("list",)}
"""And what only tells people more."""
PATIENCE_S = 15.0

Right = tuple[str, str]


async def reach(kube: Kube, namespace: str) -> tuple[dict[str, Any], list[Problem]]:
    """The outputs of a `Reach`, and warnings. Raises TargetError with what stands in a pod's way."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            version = await _version(kube)
            may = await _rights(kube, namespace)
    except TimeoutError as error:
        silent = Unreachable(f"no answer within {PATIENCE_S:.0f} s", "time")
        raise TargetError(refusals.problem(silent, kube.url, namespace)) from error
    except (Refused, Unreachable) as error:
        raise TargetError(refusals.problem(error, kube.url, namespace)) from error
    if missing := [right for right in _of(NEEDED) if not may[right]]:
        more = [right for right in _of(HELPFUL) if not may[right]]
        raise TargetError(refusals.missing([*missing, *more], kube.url, namespace))
    allowed = [f"{verb} {resource}" for (verb, resource), is_allowed in may.items() if is_allowed]
    outputs = {"version": version, "namespace": namespace, "allowed": allowed}
    unhelpful = [right for right in may if not may[right]]
    return outputs, [refusals.unhelpful(unhelpful, kube.url, namespace)] if unhelpful else []


async def _version(kube: Kube) -> str:
    """Empty where the cluster keeps that from us."""
    try:
        return await kube.version()
    except Refused as refused:
        if refused.code == 403:
            return ""
        if refused.code in refusals.OF_ANY_CALL:
            raise
        fix = "give the address of the API server, as `kubectl cluster-info` tells it"
        what = "what answers there is no Kubernetes API server"
        raise TargetError(Problem(code="K8S-051", what=what, where=kube.url, why=refused.message, fix=fix)) from refused


async def _rights(kube: Kube, namespace: str) -> dict[Right, bool]:
    rights = [*_of(NEEDED), *_of(HELPFUL)]
    try:
        answers = await asyncio.gather(*(kube.may(namespace, verb, resource) for verb, resource in rights))
    except Refused as refused:
        if refused.code != 403:
            raise
        what = "the cluster does not say what the delegate may do there"
        fix = "bind the ClusterRole system:basic-user to the group system:authenticated, as Kubernetes does by itself"
        raise TargetError(Problem(code="K8S-052", what=what, where=kube.url, why=refused.message, fix=fix)) from refused
    return dict(zip(rights, answers, strict=True))


def _of(rules: dict[str, tuple[str, ...]]) -> list[Right]:
    return [(verb, resource) for resource, verbs in rules.items() for verb in verbs]
