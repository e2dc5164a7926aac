"""How a pod fares, read from what the cluster says of it: what to tell, what stands in its way, how it ended. Pure."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from bascule.core.problems import Problem
from bascule.delegate.pods.names import DELEGATE_CONTAINER

Document = dict[str, Any]

STATUS_NOT_REGISTERED = 5
"""What `bascule delegate --register-within` ends with when it was not let in by then."""
_STATUS_TURNED_AWAY = 3

_IMAGE = ("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError", "RegistryUnavailable")
_IMAGE_FOR_GOOD = ("ErrImageNeverPull", "InvalidImageName")
_CREATE = ("CreateContainerError", "RunContainerError", "CrashLoopBackOff", "StartError", "ContainerCannotRun")
_NODE_GONE = ("NodeLost", "NodeShutdown", "Shutdown", "Terminated", "NodeAffinity")


class Trouble(NamedTuple):
    """What keeps a pod from starting. It may pass by itself, unless it is `for_good`."""

    problem: Problem
    for_good: bool = False


class Ending(NamedTuple):
    """How a pod ended: None, as it should. `container` is whose log says more."""

    problem: Problem | None
    container: str | None = None


def where(pod: Document) -> str:
    """`namespace/name`."""
    return f"{pod['metadata'].get('namespace', '')}/{pod['metadata']['name']}"


def stages(pod: Document, events: list[Document]) -> Iterator[str]:
    """What people are to be told, each text once: where it runs, which images are fetched, that it runs."""
    name = pod["metadata"]["name"]
    if node := pod["spec"].get("nodeName"):
        yield f"the pod {name} is on the node {node}"
    for event in events:
        if event.get("reason") == "Pulling":
            yield str(event.get("message", ""))
    if is_up(pod):
        count = len(pod["spec"]["containers"])
        yield f"the pod {name} runs" + ("" if count == 1 else f" with its {count} containers")


def is_up(pod: Document) -> bool:
    """Whether every container has begun."""
    states = [state for _, state in _containers(pod)]
    return len(states) == len(pod["spec"]["containers"]) and all("running" in state or "terminated" in state for state in states)


def has_begun(pod: Document) -> bool:
    """Whether the delegate in it may have taken jobs."""
    state = dict(_containers(pod)).get(DELEGATE_CONTAINER, {})
    return "running" in state or "terminated" in state


def is_over(pod: Document) -> bool:
    """Whether nothing of it runs any more."""
    return pod["status"].get("phase") in ("Succeeded", "Failed")


def is_leaving(pod: Document) -> bool:
    """Whether somebody has deleted it."""
    return bool(pod["metadata"].get("deletionTimestamp"))


def is_lost(pod: Document) -> bool:
    """Whether its node is not heard of: then the control plane says of a pod that it is not ready, and no reason, which the kubelet always
    gives (MarkPodsNotReady of Kubernetes' node life cycle controller).
    """
    conditions = pod["status"].get("conditions") or []
    return not is_over(pod) and any(c.get("type") == "Ready" and c.get("status") == "False" and not c.get("reason") for c in conditions)


def trouble(pod: Document, events: list[Document], own: tuple[str, ...]) -> Trouble | None:
    """What stands in its way now. `own` are the names of our own Secrets, which come a moment after the pod."""
    for condition in pod["status"].get("conditions") or []:
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            fix = "ask for less cpu and memory, correct nodeSelector and tolerations, or add a node"
            return Trouble(Problem(code="K8S-014", what="no node takes the pod", where=where(pod), why=condition.get("message"), fix=fix))
    for name, state in _containers(pod):
        waiting = state.get("waiting") or {}
        found = _waiting(pod, name, waiting.get("reason", ""), waiting.get("message", ""), events)
        if found is not None:
            return found
    mounts = [str(event.get("message", "")) for event in events if event.get("reason") in ("FailedMount", "FailedAttachVolume")]
    others = [message for message in mounts if not any(f'"{name}"' in message for name in own)]
    if others and not is_up(pod):
        fix = "create what the reason names in the pod's namespace, or correct its name"
        return Trouble(Problem(code="K8S-012", what="a volume of the pod cannot be mounted", where=where(pod), why=others[-1], fix=fix))
    return None


def _waiting(pod: Document, name: str, reason: str, message: str, events: list[Document]) -> Trouble | None:
    if reason in _IMAGE:
        failures = [str(event.get("message", "")) for event in events if event.get("reason") == "Failed" and _is_of(event, name)]
        pulls = [text for text in failures if "pull" in text and text != f"Error: {reason}"]
        why = "; ".join([f"{reason}: {message}" if message else reason, *pulls[-1:]])
        fix = "correct its name and tag, let the cluster reach the registry, and give the registry's connector a login if it wants one"
        if reason == "ErrImageNeverPull":
            fix = "put it on the node, or set imagePullPolicy to IfNotPresent"
        return Trouble(
            Problem(
                code="K8S-011",
                what=f"the image {_image(pod, name)} of the container '{name}' cannot be had",
                where=where(pod),
                why=why,
                fix=fix,
            ),
            reason in _IMAGE_FOR_GOOD,
        )
    if reason == "CreateContainerConfigError":
        fix = "create the secret or config map that the reason names in the pod's namespace, or correct what it says"
        return Trouble(
            Problem(code="K8S-012", what=f"the container '{name}' cannot be set up", where=where(pod), why=message or reason, fix=fix)
        )
    if reason in _CREATE:
        return Trouble(_not_created(pod, name, message or reason))
    return None


def _not_created(pod: Document, name: str, why: str) -> Problem:
    return Problem(
        code="K8S-015",
        what=f"the container '{name}' cannot be started",
        where=where(pod),
        why=why,
        fix="its image needs a POSIX sh, and its mounts must be possible",
    )


def not_started(pod: Document, seconds: float, events: list[Document]) -> Problem:
    """It had its time and nothing in particular stood in its way."""
    states = ", ".join(f"{name} is {_told(state)}" for name, state in _containers(pod)) or f"its phase is {pod['status'].get('phase')}"
    last = f"; {events[-1].get('message')}" if events else ""
    fix = "give it a longer initTimeout, or see `kubectl describe pod`"
    return Problem(code="K8S-016", what=f"the pod has not started within {seconds:.0f} s", where=where(pod), why=states + last, fix=fix)


def ending(pod: Document) -> Ending | None:
    """How it ended; None while it goes on. A step container that ended well may be a moment ahead of its pod."""
    status, states = pod["status"], dict(_containers(pod))
    if status.get("phase") == "Succeeded":
        return Ending(None)
    if is_over(pod) and (whole := _as_a_whole(pod)) is not None:
        return Ending(whole)
    ended = {name: state["terminated"] for name, state in states.items() if "terminated" in state}
    own = ended.get(DELEGATE_CONTAINER)
    if own is None and is_leaving(pod):
        return None
    if own is not None and own.get("exitCode") == 0:
        return Ending(None) if is_over(pod) else None
    if own is not None:
        return Ending(_of_delegate(pod, own), DELEGATE_CONTAINER)
    for name, state in ended.items():
        if state.get("exitCode") != 0:
            return Ending(_of_step(pod, name, state), name)
    if is_over(pod):
        return Ending(
            Problem(code="K8S-026", what="the pod has failed", where=where(pod), why=status.get("message") or status.get("reason"))
        )
    return None


def early_steps(pod: Document) -> list[str]:
    """Step containers that have ended, well, while the delegate beside them goes on."""
    states = dict(_containers(pod))
    if "running" not in states.get(DELEGATE_CONTAINER, {}):
        return []
    return [name for name, state in states.items() if state.get("terminated", {}).get("exitCode") == 0]


def step_ended(pod: Document, name: str) -> Problem:
    """The same, once it is clear that the delegate does not follow."""
    return _of_step(pod, name, dict(_containers(pod)).get(name, {}).get("terminated", {}))


def is_done(pod: Document) -> bool:
    """Whether the delegate has ended as it should; step containers may still be about to."""
    own: Document = dict(_containers(pod)).get(DELEGATE_CONTAINER, {})
    return bool(own.get("terminated", {}).get("exitCode") == 0)


def gone(namespace_and_name: str, last: Document | None) -> Problem:
    """It is not there any more, and we have not deleted it. `last` is what it was."""
    disruption = _disruption(last) if last is not None else None
    if disruption is not None and "TaintManager" in disruption[0]:
        return lost(namespace_and_name, disruption[1])
    if disruption is not None:
        return _evicted(namespace_and_name, disruption[1])
    fix = "find who deletes pods in its namespace, then run it again"
    return Problem(
        code="K8S-024",
        what="the pod was deleted while it was needed",
        where=namespace_and_name,
        why="somebody other than this delegate deleted it",
        fix=fix,
    )


def lost(namespace_and_name: str, why: str | None) -> Problem:
    """Its node is gone, or not heard of."""
    fix = "see how the node fares, then run it again"
    return Problem(code="K8S-022", what="the pod's node is lost", where=namespace_and_name, why=why, fix=fix)


def too_long(namespace_and_name: str) -> Problem:
    """Its time is over."""
    fix = "give the step group a longer timeout, or take what waits for people out of it"
    return Problem(
        code="K8S-023",
        what="the pod has used up its time",
        where=namespace_and_name,
        why="activeDeadlineSeconds is the step group's timeout",
        fix=fix,
    )


def _as_a_whole(pod: Document) -> Problem | None:
    reason, message = pod["status"].get("reason", ""), pod["status"].get("message")
    disruption = _disruption(pod)
    if reason == "Evicted":
        return _evicted(where(pod), message)
    if reason == "DeadlineExceeded":
        return too_long(where(pod))
    if reason in _NODE_GONE:
        return lost(where(pod), message or reason)
    if reason or disruption is not None:
        why = f"{reason}: {message}" if message else reason or (disruption[1] if disruption else None)
        fix = "see the reason; run it again where it has passed"
        return Problem(code="K8S-025", what="the cluster has ended the pod", where=where(pod), why=why, fix=fix)
    return None


def _evicted(namespace_and_name: str, why: str | None) -> Problem:
    fix = "give its containers requests near what they use, or a priorityClassName, then run it again"
    return Problem(code="K8S-020", what="the pod was evicted from its node", where=namespace_and_name, why=why, fix=fix)


def _disruption(pod: Document) -> tuple[str, str] | None:
    """Reason and message of the condition by which Kubernetes says that it takes a pod away."""
    for condition in pod["status"].get("conditions") or []:
        if condition.get("type") == "DisruptionTarget" and condition.get("status") == "True":
            return str(condition.get("reason", "")), str(condition.get("message", ""))
    return None


def _of_delegate(pod: Document, state: Document) -> Problem:
    code = state.get("exitCode")
    if state.get("reason") == "OOMKilled":
        return _out_of_memory(pod, DELEGATE_CONTAINER)
    if state.get("reason") in _CREATE:
        return _not_created(pod, DELEGATE_CONTAINER, state.get("message") or str(state.get("reason")))
    if code in (STATUS_NOT_REGISTERED, _STATUS_TURNED_AWAY):
        fix = "the pod needs a way to the manager: see --pod-manager-url, the proxy, the CA file and the namespace's network policies"
        return Problem(
            code="K8S-027",
            what="the delegate in the pod was not let in by the manager",
            where=where(pod),
            why=f"it ended with status {code}",
            fix=fix,
        )
    return Problem(
        code="K8S-026",
        what="the delegate in the pod has ended by itself",
        where=where(pod),
        why=_ended_with(state),
        fix="its last lines are the reason",
    )


def _of_step(pod: Document, name: str, state: Document) -> Problem:
    if state.get("reason") == "OOMKilled":
        return _out_of_memory(pod, name)
    if state.get("reason") in _CREATE:
        return _not_created(pod, name, state.get("message") or str(state.get("reason")))
    fix = "nothing in a step may end its first process"
    return Problem(
        code="K8S-028", what=f"the container '{name}' of a step has ended by itself", where=where(pod), why=_ended_with(state), fix=fix
    )


def _out_of_memory(pod: Document, name: str) -> Problem:
    limit = (_spec(pod, name).get("resources") or {}).get("limits", {}).get("memory")
    had = f"its limit is {limit}" if limit else "it has no limit of its own: the node, or the namespace's LimitRange, set one"
    fix = f"raise resources.limits.memory of '{name}'" + (f" above {limit}" if limit else "")
    return Problem(code="K8S-021", what=f"the container '{name}' has used more memory than it may", where=where(pod), why=had, fix=fix)


def _ended_with(state: Document) -> str:
    code = state.get("exitCode", 0)
    how = f"by signal {code - 128}" if code > 128 else f"with status {code}"
    return f"it ended {how}" + (f": {state['message']}" if state.get("message") else "")


def _containers(pod: Document) -> Iterator[tuple[str, Document]]:
    for status in pod["status"].get("containerStatuses") or []:
        yield status["name"], status.get("state") or {}


def _spec(pod: Document, name: str) -> Document:
    return next((one for one in pod["spec"]["containers"] if one["name"] == name), {})


def _image(pod: Document, name: str) -> str:
    return str(_spec(pod, name).get("image", ""))


def _is_of(event: Document, container: str) -> bool:
    return f"{{{container}}}" in str((event.get("involvedObject") or {}).get("fieldPath", ""))


def _told(state: Document) -> str:
    for kind in ("waiting", "terminated"):
        if kind in state:
            return str(state[kind].get("reason", kind))
    return "running" if "running" in state else "not known yet"
