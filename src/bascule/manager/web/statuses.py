"""Status words as pages show them: a tone, an icon and a word each, never colour alone. Pure."""

import re
from typing import NamedTuple


class Status(NamedTuple):
    """`tone` is a CSS class's end: success, danger, warning, info, wait, neutral."""

    tone: str
    icon: str
    label: str


_KNOWN: dict[str, Status] = {
    "success": Status("success", "circle-check", "Success"),
    "succeeded": Status("success", "circle-check", "Success"),
    "failed": Status("danger", "circle-x", "Failed"),
    "failure": Status("danger", "circle-x", "Failed"),
    "errored": Status("danger", "circle-x", "Error"),
    "error": Status("danger", "circle-x", "Error"),
    "expired": Status("danger", "hourglass", "Expired"),
    "running": Status("info", "loader-2", "Running"),
    "inprogress": Status("info", "loader-2", "Running"),
    "leased": Status("info", "loader-2", "Leased"),
    "started": Status("info", "loader-2", "Running"),
    "cancelling": Status("warning", "loader-2", "Cancelling"),
    "aborting": Status("warning", "loader-2", "Aborting"),
    "queued": Status("neutral", "clock", "Queued"),
    "pending": Status("neutral", "clock", "Pending"),
    "notstarted": Status("neutral", "circle-dashed", "Not started"),
    "skipped": Status("neutral", "player-skip-forward", "Skipped"),
    "waiting": Status("wait", "hand-stop", "Waiting"),
    "approvalwaiting": Status("wait", "hand-stop", "Waiting for approval"),
    "approvalrejected": Status("danger", "circle-x", "Rejected"),
    "resourcewaiting": Status("wait", "hourglass", "Waiting for a resource"),
    "interventionwaiting": Status("wait", "hand-stop", "Waiting for a person"),
    "inputwaiting": Status("wait", "hand-stop", "Waiting for input"),
    "asyncwaiting": Status("info", "loader-2", "Running"),
    "taskwaiting": Status("info", "loader-2", "Running"),
    "timedwaiting": Status("wait", "hourglass", "Sleeping"),
    "paused": Status("wait", "player-pause", "Paused"),
    "aborted": Status("neutral", "ban", "Aborted"),
    "cancelled": Status("neutral", "ban", "Cancelled"),
    "ignorefailed": Status("warning", "alert-triangle", "Failure ignored"),
    "markedassuccess": Status("warning", "circle-check", "Marked as success"),
    "unknown": Status("warning", "alert-triangle", "Unknown"),
    "approved": Status("success", "circle-check", "Approved"),
    "rejected": Status("danger", "circle-x", "Rejected"),
    "successfullydeployed": Status("success", "circle-check", "Deployed"),
    "notdeployed": Status("neutral", "circle-dashed", "Pending"),
    "deploymentfailed": Status("danger", "circle-x", "Failed"),
    "rolledback": Status("warning", "arrow-back-up", "Rolled back"),
    "executed": Status("success", "circle-check", "Executed"),
    "reran": Status("success", "refresh", "Ran again"),
    "markran": Status("neutral", "check", "Marked as ran"),
    "pass": Status("success", "circle-check", "Passed"),
    "passed": Status("success", "circle-check", "Passed"),
    "warning": Status("warning", "alert-triangle", "Warning"),
    "warn": Status("warning", "alert-triangle", "Warning"),
    "denied": Status("danger", "shield-x", "Denied"),
    "fail": Status("danger", "shield-x", "Failed"),
    "connected": Status("success", "circle-check", "Connected"),
    "disconnected": Status("danger", "circle-x", "Disconnected"),
    "draining": Status("wait", "player-pause", "Draining"),
    "lost": Status("danger", "circle-x", "Lost"),
    "enabled": Status("success", "circle-check", "Enabled"),
    "disabled": Status("neutral", "ban", "Disabled"),
    "active": Status("success", "circle-check", "Active"),
    "revoked": Status("neutral", "ban", "Revoked"),
}


def status_of(word: object) -> Status:
    """The look of a status word, however it is cased; an unknown one is shown as it is."""
    text = str(getattr(word, "value", word))
    key = re.sub(r"[^a-z]", "", text.lower())
    return _KNOWN.get(key, Status("neutral", "circle", text.replace("_", " ").capitalize()))


SPINNING = frozenset({"loader-2"})
"""Icons that turn."""
