"""Which step an open page shows, and events as lines of its log."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bascule.manager.pipelines.live import current, told
from bascule.manager.pipelines.logs import LogLine
from bascule.manager.pipelines.model import Node, Status

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def node(path: str, status: Status) -> Node:
    started = None if status == "NotStarted" else NOW
    return Node(path=path, parent=None, number=1, kind="step", identifier=path, name=path, status=status, started_at=started)


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        (["Success", "ApprovalWaiting", "Running"], 1),
        (["Success", "Running", "NotStarted"], 1),
        (["Success", "Failed", "Skipped"], 1),
        (["Success", "Success"], 1),
        (["NotStarted", "NotStarted"], 0),
    ],
)
def test_the_step_that_matters_is_shown(statuses: list[Status], shown: int) -> None:
    nodes = [node(f"s{index}", status) for index, status in enumerate(statuses)]
    assert current(nodes) is nodes[shown]


def test_a_chosen_step_stays_chosen() -> None:
    nodes = [node("a", "Success"), node("b", "Running")]
    assert current(nodes, "a") is nodes[0]


@pytest.mark.parametrize(
    ("event", "text", "level"),
    [
        ({"kind": "log", "text": "hello", "level": "warning"}, "hello", "warning"),
        ({"kind": "changeset.finished", "status": "FAILED", "fqn": "f::1::a", "error": "no"}, "FAILED f::1::a: no", "error"),
        ({"kind": "problem", "problem": {"code": "DDL-1", "what": "x", "fix": "y"}}, "DDL-1  x (y)", "error"),
        ({"kind": "statement", "text": "SELECT 1", "seconds": 0.25}, "SELECT 1  [250 ms]", "debug"),
    ],
)
def test_events_are_told_in_words(event: dict[str, Any], text: str, level: str) -> None:
    (line,) = told(LogLine(id="1", node="n", job="j", event=event))
    assert (line["text"], line["level"]) == (text, level)


def test_what_people_need_not_read_is_not_told() -> None:
    assert told(LogLine(id="1", node="n", job="j", event={"kind": "output", "name": "plan", "value": {}})) == []
