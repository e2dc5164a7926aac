"""What the API server refuses, as a problem that says what to do: pure."""

import json
import re

from bascule.core.problems import Problem
from bascule.delegate.pods.kube import Refused, Unreachable

_MENDED_BY = {
    "name": "correct its address, or the DNS where the delegate runs",
    "port": "check host and port, and that the API server runs",
    "certificate": "give the authority that signs its certificate: the connector's caCertRef, or the kubeconfig's",
    "time": "a firewall that drops packets looks like this: try from where the delegate runs",
    "login": "run the kubeconfig's program, or look at its token file, as the user that the delegate runs as",
    "unknown": "check its address, certificate and network from where the delegate runs",
}
_SHIPPED = "deploy/kubernetes/rbac.yaml has all that a delegate needs"
_RIGHT = re.compile(r'cannot (\w+) resource "([^"]+)" in API group "([^"]*)"')
_USER = re.compile(r'User "([^"]+)"')

OF_ANY_CALL = frozenset({401, 429, 500, 502, 503, 504})
"""Answers that mean the same whatever was asked."""


def problem(error: Refused | Unreachable, where: str, namespace: str) -> Problem:
    """`where` is the pod, or the cluster, that it was about."""
    if isinstance(error, Unreachable):
        fix = _MENDED_BY[error.cause]
        if error.cause == "login":
            return Problem(
                code="K8S-004", what="the delegate has nothing to log in to the cluster with", where=where, why=str(error), fix=fix
            )
        return Problem(code="K8S-003", what="the cluster cannot be reached", where=where, why=str(error), fix=fix)
    match error.code:
        case 401:
            fix = "renew its token or certificate"
            return Problem(
                code="K8S-004", what="the cluster does not accept the delegate's credentials", where=where, why=error.message, fix=fix
            )
        case 403:
            return _forbidden(error.message, where, namespace)
        case 404:
            fix = f"create it: kubectl create namespace {namespace}; or name another in the step group's infrastructure"
            return Problem(code="K8S-006", what=f"there is no namespace '{namespace}'", where=where, why=error.message, fix=fix)
        case 400 | 422:
            why = "; ".join(error.causes) or error.message
            fix = "correct what the reason names in the step group's infrastructure"
            return Problem(code="K8S-009", what="the cluster finds the pod invalid", where=where, why=why, fix=fix)
        case 429 | 500 | 502 | 503 | 504:
            fix = "see how its API server fares, then run it again"
            return Problem(
                code="K8S-003", what=f"the cluster is not able to answer ({error.code})", where=where, why=error.message, fix=fix
            )
        case _:
            return _refused(error.message, where)


def _forbidden(message: str, where: str, namespace: str) -> Problem:
    if "exceeded quota" in message:
        fix = "wait for pods to end, ask for less, or raise the ResourceQuota"
        return Problem(code="K8S-007", what="the namespace's quota is used up", where=where, why=message, fix=fix)
    if "violates PodSecurity" in message:
        fix = "drop what the reason names from containerSecurityContext, volumes and privileged, or use another namespace"
        return Problem(code="K8S-008", what="the namespace's Pod Security level refuses the pod", where=where, why=message, fix=fix)
    if "being terminated" in message:
        fix = "name another namespace in the step group's infrastructure"
        return Problem(code="K8S-006", what=f"the namespace '{namespace}' is being deleted", where=where, why=message, fix=fix)
    if "service account" in message and "not found" in message:
        fix = f"create it in '{namespace}', or name another as serviceAccountName"
        return Problem(code="K8S-013", what="the pod's service account is not there", where=where, why=message, fix=fix)
    if right := _RIGHT.search(message):
        verb, resource, group = right.groups()
        user = found[1] if (found := _USER.search(message)) else "the delegate"
        rule = f'{{apiGroups: ["{group}"], resources: ["{resource}"], verbs: ["{verb}"]}}'
        fix = f"give it a Role with the rule {rule} there; {_SHIPPED}"
        return Problem(
            code="K8S-005", what=f"{user} may not {verb} {resource} in the namespace '{namespace}'", where=where, why=message, fix=fix
        )
    return _refused(message, where)


def _refused(message: str, where: str) -> Problem:
    fix = "an admission rule of the cluster stands in the way: ask its administrators"
    return Problem(code="K8S-010", what="the cluster refuses the pod", where=where, why=message, fix=fix)


def missing(rights: list[tuple[str, str]], where: str, namespace: str) -> Problem:
    """Of verbs and resources that were asked about beforehand: a pod would end by the first."""
    deeds, rules = _told(rights)
    fix = f"give it a Role with {rules} there; {_SHIPPED}"
    return Problem(code="K8S-005", what=f"the delegate may not {deeds} in the namespace '{namespace}'", where=where, fix=fix)


def unhelpful(rights: list[tuple[str, str]], where: str, namespace: str) -> Problem:
    """The same of what pods can do without."""
    deeds, rules = _told(rights)
    return Problem(
        code="K8S-050",
        what=f"the delegate may not {deeds} in the namespace '{namespace}'",
        where=where,
        why="pods run without, but less is told of what keeps one from starting, or ends it",
        fix=f"give it a Role with {rules} there; {_SHIPPED}",
        severity="warning",
    )


def _told(rights: list[tuple[str, str]]) -> tuple[str, str]:
    """`create or watch pods, nor list events`, and the rules that allow it."""
    verbs: dict[str, list[str]] = {}
    for verb, resource in rights:
        verbs.setdefault(resource, []).append(verb)
    deeds = ", nor ".join(f"{_either(listed)} {resource}" for resource, listed in verbs.items())
    rules = [f'{{apiGroups: [""], resources: ["{resource}"], verbs: {json.dumps(listed)}}}' for resource, listed in verbs.items()]
    return deeds, f"the rule{'s' if len(rules) > 1 else ''} {', '.join(rules)}"


def _either(words: list[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
