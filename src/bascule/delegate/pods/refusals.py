"""What the API server refuses, as a problem that says what to do: pure."""

import re

from bascule.core.problems import Problem
from bascule.delegate.pods.kube import Refused, Unreachable

_RIGHT = re.compile(r'cannot (\w+) resource "([^"]+)" in API group "([^"]*)"')
_USER = re.compile(r'User "([^"]+)"')


def problem(error: Refused | Unreachable, where: str, namespace: str) -> Problem:
    """`where` is the pod, or the cluster, that it was about."""
    if isinstance(error, Unreachable):
        fix = "check its address, certificate and network from where the delegate runs"
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
        fix = f"give it a Role with the rule {rule} there; deploy/kubernetes/rbac.yaml has all that a delegate needs"
        return Problem(
            code="K8S-005", what=f"{user} may not {verb} {resource} in the namespace '{namespace}'", where=where, why=message, fix=fix
        )
    return _refused(message, where)


def _refused(message: str, where: str) -> Problem:
    fix = "an admission rule of the cluster stands in the way: ask its administrators"
    return Problem(code="K8S-010", what="the cluster refuses the pod", where=where, why=message, fix=fix)
