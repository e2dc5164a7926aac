"""Which pods nobody has in hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bascule.delegate.pods import names, reaper


def ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def pod(delegate: str, *, made: float, ended: float | None, phase: str = "Succeeded") -> dict[str, Any]:
    """`made`, `ended`: hours ago; None: no container of it has ever begun."""
    labels = names.claim(delegate, 1) | {names.JOB: "job"}
    containers = (
        []
        if ended is None
        else [{"state": {"terminated": {"finishedAt": ago(ended + 1)}}}, {"state": {"terminated": {"finishedAt": ago(ended)}}}]
    )
    return {"metadata": {"labels": labels, "creationTimestamp": ago(made)}, "status": {"phase": phase, "containerStatuses": containers}}


@pytest.mark.parametrize(
    ("found", "is_stray"),
    [
        (pod("mine", made=0, ended=None, phase="Running"), True),
        (pod("another", made=3, ended=1.5), True),
        (pod("another", made=3, ended=None, phase="Failed"), True),
        (pod("another", made=3, ended=None, phase="Running"), False),
        (pod("another", made=3, ended=0), False),  # whoever made it is just reading how it ended
    ],
)
def test_pods_of_ours_are_strays_at_once_others_long_after_their_end(found: dict[str, Any], is_stray: bool) -> None:
    assert reaper._is_stray(found, "mine", set()) is is_stray
    assert not reaper._is_stray(found, "mine", {"job"}) or found["metadata"]["labels"][names.DELEGATE] == "another"
