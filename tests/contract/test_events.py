"""Version 1 of the event stream: what was written once is read for ever."""

import json
from pathlib import Path

import msgspec
import pytest

from bascule.engine import events

LINES = (Path(__file__).parent / "fixtures" / "events-v1.jsonl").read_text().splitlines()


@pytest.mark.parametrize("line", LINES, ids=lambda line: json.loads(line)["kind"])
def test_a_recorded_event_is_read_and_written_alike(line: str) -> None:
    event = events.read(line)
    assert event is not None
    written = json.loads(events.encoder.encode(event))
    recorded = json.loads(line)
    assert {key: value for key, value in written.items() if key in recorded} == recorded


def test_every_kind_has_a_recorded_example() -> None:
    assert {json.loads(line)["kind"] for line in LINES} == events._KINDS


def test_a_kind_of_a_later_version_is_skipped() -> None:
    assert events.read('{"kind":"weather","text":"rain"}') is None


def test_a_line_that_is_no_event_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        events.read('{"kind":')
    with pytest.raises(msgspec.ValidationError):
        events.read('{"kind":"started"}')
