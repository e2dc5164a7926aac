"""Removes pods that nobody has in hand: of this delegate at once, of any delegate when they ended long ago."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from bascule.delegate.pods import names, states
from bascule.delegate.pods.binding import pull_secret
from bascule.delegate.pods.kube import Document, Kube, Refused, Unreachable

logger = logging.getLogger(__name__)

EVERY_S = 60.0
_LONG_AGO_S = 3600.0


async def reap(kube: Kube, namespace: str, delegate: str, in_hand: Callable[[], set[str]]) -> bool:
    """One round; whether a pod of this delegate may still be there.

    `in_hand` tells the jobs' labels; it is asked after the pods were listed, so that a new one is never taken for a stray.
    """
    try:
        pods = await kube.pods(namespace, {names.MANAGED_BY: names.MANAGER})
        held = in_hand()
        for pod in pods:
            if not states.is_leaving(pod) and _is_stray(pod, delegate, held):
                name = pod["metadata"]["name"]
                logger.warning("a pod that nobody has in hand is removed", extra={"pod": name, "namespace": namespace})
                await kube.delete("pods", namespace, name)
                for secret in (name, pull_secret(name)):
                    await kube.delete("secrets", namespace, secret)
        return any((pod["metadata"].get("labels") or {}).get(names.DELEGATE) == delegate for pod in pods)
    except (Refused, Unreachable) as error:
        logger.warning("strays cannot be looked for: %s", error, extra={"namespace": namespace})
        return True


def _is_stray(pod: Document, delegate: str, held: set[str]) -> bool:
    labels = pod["metadata"].get("labels") or {}
    if labels.get(names.DELEGATE) == delegate:
        return labels.get(names.JOB) not in held
    return names.JOB in labels and states.is_over(pod) and (datetime.now(UTC) - _ended_at(pod)).total_seconds() > _LONG_AGO_S


def _ended_at(pod: Document) -> datetime:
    """When its last container ended; of a pod that never had one, when it was made."""
    states_of = [status.get("state") or {} for status in pod["status"].get("containerStatuses") or []]
    ends = [state["terminated"].get("finishedAt") for state in states_of if "terminated" in state]
    told = [str(end).replace("Z", "+00:00") for end in (*ends, pod["metadata"]["creationTimestamp"]) if end]
    return max(map(datetime.fromisoformat, told))
