"""Who a container runs as and what it may do: by default what Pod Security's profile `restricted` allows, and a read-only root."""

from typing import Any

from bascule.core.errors import InputError
from bascule.core.problems import Problem

USER = 65532
"""Who containers run as, and the group that their shared files belong to."""

_KEYS: dict[str, type | tuple[type, ...]] = {
    "allowPrivilegeEscalation": bool,
    "appArmorProfile": dict,
    "capabilities": dict,
    "privileged": bool,
    "procMount": str,
    "readOnlyRootFilesystem": bool,
    "runAsGroup": int,
    "runAsNonRoot": bool,
    "runAsUser": int,
    "seLinuxOptions": dict,
    "seccompProfile": dict,
}
_CAPABILITIES = frozenset({"add", "drop"})


def of_pod() -> dict[str, Any]:
    """For the pod as a whole: files on its volumes belong to a group that all its containers are in, whoever they run as."""
    seccomp = {"type": "RuntimeDefault"}
    return {"runAsNonRoot": True, "runAsUser": USER, "runAsGroup": USER, "fsGroup": USER, "seccompProfile": seccomp}


def of_container(given: dict[str, Any], where: str, *, user: int | None, privileged: bool) -> dict[str, Any]:
    """The safe defaults with `containerSecurityContext` over them; the container's own `runAsUser` and `privileged` over that.

    Root is allowed where somebody asked for it by number. Raises InputError for a key that we do not know.
    """
    _check(given, where)
    context: dict[str, Any] = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    context |= given
    if user is not None:
        context["runAsUser"] = user
    context.setdefault("runAsUser", USER)
    if context["runAsUser"] == 0 and "runAsNonRoot" not in given:
        context["runAsNonRoot"] = False
    if privileged:
        context["privileged"] = True
    if context.get("privileged") and "allowPrivilegeEscalation" not in given:
        context["allowPrivilegeEscalation"] = True  # the API server takes no privileged container without it
    return context


def _check(given: dict[str, Any], where: str) -> None:
    problems = []
    for key, value in given.items():
        kind = _KEYS.get(key)
        if kind is None:
            fix = f"known are {', '.join(sorted(_KEYS))}"
            problems.append(Problem(code="K8S-031", what=f"containerSecurityContext has no key '{key}'", where=where, fix=fix))
        elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            problems.append(Problem(code="K8S-031", what=f"containerSecurityContext.{key} cannot be {value!r}", where=where))
    for key in sorted(set(given.get("capabilities") or {}) - _CAPABILITIES) if isinstance(given.get("capabilities"), dict) else ():
        problems.append(Problem(code="K8S-031", what=f"capabilities has no key '{key}'", where=where, fix="known are add and drop"))
    if problems:
        raise InputError(problems)
