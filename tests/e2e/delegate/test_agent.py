"""Jobs go out to real delegates and come back, whatever dies in between."""

from collections.abc import Callable

from .conftest import DelegateProcess, Manager

Start = Callable[..., DelegateProcess]


def test_a_job_runs_and_its_events_and_outputs_come_back(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    job = manager.enqueue("say", "hello")
    outcome = manager.outcome(job)
    assert outcome.status == "success"
    assert outcome.outputs == {"argument": "hello"}
    assert [event["kind"] for event in manager.events(job)][:2] == ["delegate.starting", "started"]
    assert manager.logs(job).count("hello") == 2
