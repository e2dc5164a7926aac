"""Real delegates as a fleet: they show what they reach, hand back, drain, tell their log and their health, and lose no result."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bascule.manager.database import reading, writing
from bascule.manager.delegates import fleet, fleet_store, own_logs, reach_store
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.wire.jobs import GitSource, Script, Target

from .conftest import DelegateProcess, Manager, Wire, wait_until

Start = Callable[..., DelegateProcess]


@pytest.fixture
def database() -> Iterator[int]:
    """A port where somebody listens, as a database does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def drain(manager: Manager, name: str, **how: bool) -> None:
    with writing(manager.engine) as connection:
        (found,) = fleet_store.delegates_named(connection, name)
        fleet.drain(connection, SYSTEM, Scope(), found.id, datetime.now(UTC), **how)


def is_free(manager: Manager, name: str) -> bool:
    """Whether the delegate holds a poll open, with room."""
    with reading(manager.engine) as connection:
        return any(found.free > 0 for found in fleet_store.delegates_named(connection, name))


# Reach


def test_a_delegate_shows_that_it_reaches_a_database_before_it_is_given_its_job(
    manager: Manager, start_delegate: Start, database: int
) -> None:
    start_delegate()
    job = manager.enqueue("say", "x", target=Target(url=f"postgresql://127.0.0.1:{database}/app"))
    assert manager.outcome(job).status == "success"
    with reading(manager.engine) as connection:
        (reach,) = reach_store.of_endpoints(connection, [f"127.0.0.1:{database}"]).values()
    assert reach.is_reached
    assert reach.asked_at is not None
    assert reach.ran_at is not None


def test_a_job_whose_database_nobody_reaches_says_so_and_goes_on_when_it_is_there(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    port = free_port()
    job = manager.enqueue("say", "x", target=Target(url=f"postgresql://127.0.0.1:{port}/app"))
    wait_until(lambda: "connection refused" in (manager.why_waiting(job) or ""))
    assert manager.why_waiting(job) == f"delegate0: it cannot reach 127.0.0.1:{port} (connection refused)"
    with socket.create_server(("127.0.0.1", port)):
        assert manager.outcome(job).status == "success"
    assert manager.ran_on(job) == "delegate0"


def test_a_host_that_has_no_name_is_told(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    job = manager.enqueue("say", "x", target=Target(url="postgresql://nowhere.invalid/app"))
    wait_until(lambda: "its name is not known here" in (manager.why_waiting(job) or ""))


# Handing back and draining


def test_a_delegate_that_ends_hands_back_what_has_not_begun(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    """Its source is fetched from a server that never answers: nothing of it has run."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        leaves = start_delegate()
        gate = tmp_path / "gate"
        runs = manager.enqueue("until", str(gate))
        wait_until(lambda: "waiting" in manager.logs(runs))
        source = GitSource(url=f"http://127.0.0.1:{silent.getsockname()[1]}/x.git", branch="main")
        job = manager.enqueue("say", "x", source=[source])
        wait_until(lambda: manager.state(job) == "leased")
        leaves.terminate()
        at = time.monotonic()
        wait_until(lambda: manager.state(job) == "queued")
        assert time.monotonic() - at < 5
    gate.touch()
    assert manager.outcome(runs).status == "success"  # what had begun is finished
    assert leaves.wait() == 0
    assert not any((leaves.data / "jobs").iterdir())
    start_delegate()
    wait_until(lambda: manager.state(job) != "queued")
    assert manager.ran_on(job) == "delegate1"


def test_a_delegate_without_jobs_ends_at_once(manager: Manager, start_delegate: Start) -> None:
    delegate = start_delegate()
    wait_until(lambda: is_free(manager, "delegate0"))
    at = time.monotonic()
    delegate.terminate()
    assert delegate.wait() == 0
    assert time.monotonic() - at < 5


def test_a_delegate_ends_though_its_manager_is_gone(manager: Manager, start_delegate: Start) -> None:
    delegate = start_delegate()
    wait_until(lambda: is_free(manager, "delegate0"))
    manager.stop()
    delegate.terminate()
    assert delegate.wait() == 0


def test_a_drained_delegate_leaves_jobs_to_others_and_takes_them_again(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    wait_until(lambda: is_free(manager, "delegate0"))
    drain(manager, "delegate0")
    job = manager.enqueue("say", "x")
    start_delegate()
    assert manager.outcome(job).status == "success"
    assert manager.ran_on(job) == "delegate1"
    drain(manager, "delegate1")
    drain(manager, "delegate0", undo=True)
    job = manager.enqueue("say", "x")
    assert manager.outcome(job).status == "success"
    assert manager.ran_on(job) == "delegate0"


def test_a_delegate_told_to_leave_finishes_and_ends(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    delegate = start_delegate()
    gate = tmp_path / "gate"
    job = manager.enqueue("until", str(gate))
    wait_until(lambda: "waiting" in manager.logs(job))
    drain(manager, "delegate0", leave=True)
    time.sleep(0.5)
    assert manager.state(job) == "started"
    gate.touch()
    assert delegate.wait() == 0
    assert manager.outcome(job).status == "success"


# Revoking


def test_a_revoked_delegate_is_cut_within_a_heartbeat_though_it_has_a_job(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    delegate = start_delegate(capacity=1)
    job = manager.enqueue("until", str(tmp_path / "never"))
    wait_until(lambda: "waiting" in manager.logs(job))
    at = time.monotonic()
    manager.revoke_all()
    delegate.wait()
    assert time.monotonic() - at < 5.5


# Preference


def test_a_target_goes_to_the_delegate_that_knows_it_and_new_ones_to_who_is_idle(
    manager: Manager, start_delegate: Start, tmp_path: Path, database: int
) -> None:
    start_delegate()
    wait_until(lambda: is_free(manager, "delegate0"))
    target = Target(url=f"postgresql://127.0.0.1:{database}/app")
    assert manager.outcome(manager.enqueue("say", "x", target=target)).status == "success"
    start_delegate()
    wait_until(lambda: is_free(manager, "delegate1"))
    ran_on = set()
    for _ in range(5):
        job = manager.enqueue("say", "x", target=target)
        assert manager.outcome(job).status == "success"
        ran_on.add(manager.ran_on(job))
        wait_until(lambda: is_free(manager, "delegate0"))
    assert ran_on == {"delegate0"}
    busy = manager.enqueue("until", str(tmp_path / "gate"), selectors=["delegate0"])
    wait_until(lambda: "waiting" in manager.logs(busy) and is_free(manager, "delegate0"))
    job = manager.enqueue("say", "elsewhere")
    assert manager.outcome(job).status == "success"
    assert manager.ran_on(job) == "delegate1"
    (tmp_path / "gate").touch()
    manager.outcome(busy)


# Its own log, its health


def test_a_delegate_tells_its_own_log_when_it_is_asked(manager: Manager, start_delegate: Start) -> None:
    token = manager.token()
    delegate = start_delegate(token=token)
    job = manager.enqueue("say", "x")
    manager.outcome(job)
    with writing(manager.engine) as connection:
        (found,) = fleet_store.delegates_named(connection, "delegate0")
        assert own_logs.read(connection, found.id).lines == ()
        assert fleet.ask_log(connection, SYSTEM, Scope(), found.id, datetime.now(UTC))

    def told() -> str:
        with reading(manager.engine) as connection:
            return "\n".join(text for _, text in own_logs.read(connection, found.id).lines)

    wait_until(told, 3)
    assert re.search(rf"INFO bascule.delegate.agent: leased  job_id={job}", told())
    written = (delegate.data / "log" / "delegate.log").read_text()
    assert "leased" in written
    assert token not in written


def test_health_and_metrics_are_served_only_where_asked_for(manager: Manager, start_delegate: Start) -> None:
    port = free_port()
    start_delegate(health_port=port)
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            return httpx.get(f"{url}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    wait_until(ready)
    assert httpx.get(f"{url}/healthz").text == "ok\n"
    manager.outcome(manager.enqueue("say", "x"))
    wait_until(lambda: 'bascule_delegate_jobs_finished_total{status="success"} 1.0' in httpx.get(f"{url}/metrics").text)
    told = httpx.get(f"{url}/metrics").text
    for line in (
        "bascule_delegate_jobs_running 0.0",
        "bascule_delegate_capacity 4.0",
        'bascule_delegate_jobs_finished_total{status="failure"} 0.0',
        "bascule_delegate_lease_seconds_count 1.0",
        "bascule_delegate_dispatch_seconds_count 1.0",
        "bascule_delegate_buffer_bytes 0.0",
    ):
        assert line in told
    assert httpx.get(f"{url}/other").status_code == 404
    assert httpx.post(f"{url}/healthz").status_code == 405


def test_a_delegate_that_drains_is_not_ready(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    port = free_port()
    delegate = start_delegate(health_port=port)
    job = manager.enqueue("until", str(tmp_path / "gate"))
    wait_until(lambda: "waiting" in manager.logs(job))
    delegate.terminate()
    wait_until(lambda: httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 503)
    assert httpx.get(f"http://127.0.0.1:{port}/readyz").text == "it takes no more jobs\n"
    (tmp_path / "gate").touch()
    assert delegate.wait() == 0


# Cut off


def test_a_job_that_tells_more_than_the_buffer_holds_loses_lines_and_never_its_result(
    manager: Manager, start_delegate: Start, tmp_path: Path
) -> None:
    bounded = {"allow_scripts": True, "script_user": None, "buffer_bytes": 2 * 1024 * 1024, "capacity": 1}
    with Wire(manager.port) as wire:
        delegate = start_delegate(manager=f"http://127.0.0.1:{wire.port}", **bounded)
        gate = tmp_path / "gate"
        text = f"echo begun; while [ ! -e {gate} ]; do sleep 0.05; done; seq 1000001 1100000; export A=kept"
        job = manager.enqueue(what=Script(text=text, output_variables=["A"]))
        wait_until(lambda: "begun" in manager.logs(job))
        wire.cut()
        gate.touch()
        wait_until(lambda: any(delegate.data.glob("jobs/*/exit.json")), 60)
        buffered = sum(path.stat().st_size for path in delegate.data.glob("jobs/*/events.*.jsonl"))
        assert buffered < 3 * 1024 * 1024
        wire.mend()
        outcome = manager.outcome(job)
    assert (outcome.status, outcome.outputs) == ("success", {"A": "kept"})
    lines: list[Any] = manager.logs(job)
    (marker,) = [line for line in lines if "lines were left out here" in line]
    left_out = int(marker.split()[0])
    assert left_out > 0
    assert sum(line.isdecimal() for line in lines) + left_out == 100_000
