"""Names and labels that Kubernetes takes, and by which a pod is found again."""

import hashlib
import re

JOB = "bascule.dev/job"
ATTEMPT = "bascule.dev/attempt"
DELEGATE = "bascule.dev/delegate"
MANAGED_BY = "app.kubernetes.io/managed-by"
MANAGER = "bascule"
DELEGATE_CONTAINER = "bascule"

_LONGEST = 63
_LABEL = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")


def pod_name(key: str, job_id: str, attempt: int) -> str:
    """A DNS-1123 label of at most 63 letters: people see the group in it, and one attempt of one job always has the same."""
    end = f"-{_digest(job_id, 10)}-{attempt}"
    words = re.sub("[^a-z0-9]+", "-", key.lower()).strip("-")
    begin = f"bascule-{words}"[: _LONGEST - len(end)].rstrip("-")
    return begin + end


def label_value(text: str) -> str:
    """The text where a label's value can be it, else a digest of it."""
    return text if len(text) <= _LONGEST and _LABEL.fullmatch(text) else _digest(text, 40)


def delegate_label(public_key: str) -> str:
    """Who made a pod: a delegate is its key."""
    return _digest(public_key, 20)


def claim(delegate: str, attempt: int) -> dict[str, str]:
    """The labels that say who has a pod in hand, by which attempt of its job. `delegate` is a `delegate_label`."""
    return {DELEGATE: delegate, ATTEMPT: str(attempt)}


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
