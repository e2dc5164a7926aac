"""Jobs go out to real delegates and come back, whatever dies in between."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection

from bascule.manager.database import reading
from bascule.manager.delegates import leasing, reports, store
from bascule.wire.delegates import ResultAnswer
from bascule.wire.jobs import InlineSource, Limits, Script, Target

from .conftest import SECRETS, DelegateProcess, Manager, Wire, wait_until

Start = Callable[..., DelegateProcess]


def test_a_job_runs_and_its_events_and_outputs_come_back(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    job = manager.enqueue("say", "hello")
    outcome = manager.outcome(job)
    assert outcome.status == "success"
    assert outcome.outputs == {"argument": "hello"}
    assert [event["kind"] for event in manager.events(job)][:2] == ["delegate.starting", "started"]
    assert manager.logs(job).count("hello") == 2


def test_a_large_output_comes_back_whole(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    assert manager.outcome(manager.enqueue("large")).outputs["plan"] == {"text": "x" * 3_000_000}


def test_a_job_that_there_is_no_room_for_is_handed_back_and_running_ones_go_on(
    manager: Manager, start_delegate: Start, tmp_path: Path
) -> None:
    delegate, gate = start_delegate(), tmp_path / "gate"
    running = manager.enqueue("until", str(gate))
    wait_until(lambda: "waiting" in manager.logs(running))
    with reading(manager.engine) as connection:
        fence = store.get_job(connection, running).fence
    (delegate.data / "jobs" / f"{fence + 1}-1").touch()  # as on a full disk, no folder can be made
    job = manager.enqueue("say", "hello")
    assert manager.outcome(job).status == "success"
    with reading(manager.engine) as connection:
        assert store.get_job(connection, job).attempt == 2
    gate.touch()
    assert manager.outcome(running).status == "success"


def test_a_killed_delegate_adopts_its_job_and_delivers_the_result(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    delegate = start_delegate()
    gate = tmp_path / "gate"
    job = manager.enqueue("until", str(gate))
    wait_until(lambda: "waiting" in manager.logs(job))
    delegate.kill()
    gate.touch()
    wait_until(lambda: any(delegate.data.glob("jobs/*/exit.json")))
    assert manager.state(job) == "started"
    delegate.start()
    outcome = manager.outcome(job)
    assert outcome.status == "success"
    assert [text for text in manager.logs(job) if text in ("waiting", "seen")] == ["waiting", "seen"]
    wait_until(lambda: not any(delegate.data.glob("jobs/*")))


def test_a_killed_delegate_adopts_a_job_that_still_runs(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    delegate = start_delegate()
    gate = tmp_path / "gate"
    job = manager.enqueue("until", str(gate))
    wait_until(lambda: "waiting" in manager.logs(job))
    delegate.kill()
    delegate.start()
    wait_until(delegate.children)  # it has the data directory for itself, though the job of its predecessor still runs
    gate.touch()
    assert manager.outcome(job).status == "success"


@pytest.mark.parametrize("repeat", ["never", "resolve"])
def test_a_killed_job_is_unknown(manager: Manager, start_delegate: Start, repeat: str) -> None:
    start_delegate()
    outcome = manager.outcome(manager.enqueue("die", repeat=repeat))
    assert outcome.status == "unknown"
    assert outcome.problems[0].code == "JOB-022"
    assert "SIGKILL" in (outcome.problems[0].why or "")


def test_a_killed_job_that_may_be_repeated_is(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    job = manager.enqueue("die", repeat="safe")
    assert manager.outcome(job).status == "unknown"
    assert [event["attempt"] for event in manager.events(job) if event["kind"] == "delegate.starting"] == [1, 2, 3]


def test_a_job_whose_supervisor_is_killed_is_unknown(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    delegate = start_delegate()
    job = manager.enqueue("until", str(tmp_path / "never"))
    wait_until(lambda: "waiting" in manager.logs(job))
    os.kill(delegate.supervisors()[0], signal.SIGKILL)
    assert manager.outcome(job).status == "unknown"


def test_a_wrong_option_is_a_failure_with_what_the_command_said(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    outcome = manager.outcome(manager.enqueue("usage"))
    assert (outcome.status, outcome.exit_code, outcome.problems[0].code) == ("failure", 2, "JOB-021")
    assert "no such option" in (outcome.problems[0].why or "")


def test_a_running_job_is_cancelled(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    job = manager.enqueue("cancellable")
    wait_until(lambda: "waiting" in manager.logs(job))
    manager.cancel(job)
    outcome = manager.outcome(job)
    assert (outcome.status, outcome.exit_code) == ("cancelled", 143)


def test_a_job_that_does_not_stop_is_killed_after_its_grace(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    start_delegate(allow_scripts=True)
    script = Script(text="trap '' TERM; echo waiting; while :; do sleep 0.1; done")
    job = manager.enqueue(what=script, limits=Limits(timeout_s=60, grace_s=0.2))
    wait_until(lambda: "waiting" in manager.logs(job))
    manager.cancel(job)
    assert manager.outcome(job).status == "cancelled"


def test_while_a_job_is_cancelled_the_manager_is_not_asked_without_a_pause(
    manager: Manager, start_delegate: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, lease = [0], leasing.lease

    def counted(*given: Any) -> Any:
        asked[0] += 1
        return lease(*given)

    monkeypatch.setattr(leasing, "lease", counted)
    start_delegate(allow_scripts=True)
    script = Script(text="trap '' TERM; echo waiting; while :; do sleep 0.1; done")
    job = manager.enqueue(what=script, limits=Limits(grace_s=2))
    wait_until(lambda: "waiting" in manager.logs(job))
    asked[0] = 0
    manager.cancel(job)
    manager.outcome(job)
    assert asked[0] < 12


def test_a_job_that_takes_too_long_is_stopped(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    outcome = manager.outcome(manager.enqueue("cancellable", limits=Limits(timeout_s=0.3, grace_s=5)))
    assert (outcome.status, outcome.failure) == ("failure", "Timeout")


def test_jobs_of_one_target_run_one_after_the_other(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    start_delegate()
    gate = tmp_path / "gate"
    target = Target(url="sqlite:///x", exclusive="db/DATABASECHANGELOG")
    first = manager.enqueue("until", str(gate), target=target)
    wait_until(lambda: "waiting" in manager.logs(first))
    second = manager.enqueue("say", "second", target=target)
    third = manager.enqueue("say", "other")
    assert manager.outcome(third).status == "success"
    assert manager.state(second) == "queued"
    gate.touch()
    assert manager.outcome(second).status == "success"


def test_only_a_delegate_with_all_tags_takes_a_job(manager: Manager, start_delegate: Start) -> None:
    start_delegate(token=manager.token("prod"))
    job = manager.enqueue("say", "x", selectors=["prod", "eu"])
    wait_until(lambda: manager.delegates())
    assert "delegate0: it lacks the tag 'eu'" in (manager.why_waiting(job) or "")
    start_delegate(token=manager.token("prod", "eu", "more"))
    assert manager.outcome(job).status == "success"
    assert manager.ran_on(job) == "delegate1"


def test_a_delegate_may_not_add_tags(manager: Manager, start_delegate: Start) -> None:
    assert start_delegate(token=manager.token("qa"), tags=["qa", "prod"]).wait() == 3
    assert manager.delegates() == []


def test_a_token_of_one_organization_takes_no_job_of_another(manager: Manager, start_delegate: Start) -> None:
    start_delegate(token=manager.token(org="a"))
    wait_until(lambda: manager.delegates())
    job = manager.enqueue("say", "x", scope="account/b/p")
    inside = manager.enqueue("say", "y", scope="account/a/p")
    assert manager.outcome(inside).status == "success"
    assert "1 other serves other organizations or projects" in (manager.why_waiting(job) or "")


def test_a_delegate_without_leave_for_scripts_takes_none(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    wait_until(lambda: manager.delegates())
    assert "--allow-scripts" in (manager.why_waiting(manager.enqueue(what=Script(text="true"))) or "")


def test_a_revoked_delegate_stops(manager: Manager, start_delegate: Start) -> None:
    token = manager.token()
    delegate = start_delegate(token=token)
    wait_until(lambda: manager.delegates())
    manager.revoke_all()
    assert delegate.wait() == 3


def test_a_delegate_finishes_what_runs_before_it_ends(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    delegate = start_delegate()
    gate = tmp_path / "gate"
    job = manager.enqueue("until", str(gate))
    wait_until(lambda: "waiting" in manager.logs(job))
    delegate.terminate()
    gate.touch()
    assert delegate.wait() == 0
    assert manager.outcome(job).status == "success"


def test_a_restarted_manager_is_found_again(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    start_delegate()
    gate = tmp_path / "gate"
    job = manager.enqueue("until", str(gate))
    wait_until(lambda: "waiting" in manager.logs(job))
    manager.stop()
    gate.touch()
    manager.start()
    assert manager.outcome(job).status == "success"


def test_a_network_cut_is_survived(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    with Wire(manager.port) as wire:
        start_delegate(manager=f"http://127.0.0.1:{wire.port}")
        gate = tmp_path / "gate"
        job = manager.enqueue("until", str(gate))
        wait_until(lambda: "waiting" in manager.logs(job))
        wire.cut()
        gate.touch()
        wait_until(lambda: any((tmp_path / "delegate0").glob("jobs/*/exit.json")))
        assert manager.state(job) == "started"
        wire.mend()
        assert manager.outcome(job).status == "success"
        texts = [text for text in manager.logs(job) if text in ("waiting", "seen")]
    assert texts == ["waiting", "seen"]


def test_secrets_reach_the_command_and_leave_nothing_behind(manager: Manager, start_delegate: Start, tmp_path: Path) -> None:
    delegate = start_delegate()
    target = Target(url="postgresql://db/app", username="app", password_secret="password", secret_properties={"p": "token"})
    secrets = {"password": "account.db_password", "token": "account.api"}
    job = manager.enqueue("secrets", target=target, secrets=secrets, workspace="w")
    outcome = manager.outcome(job)
    password = SECRETS["account.db_password"]
    assert outcome.outputs["target"] == {"url": "postgresql://db/app", "username": "app", "length": len(password)}
    assert outcome.outputs["leak"] == {"url": "x://***@host", "***": 1}
    assert outcome.problems[0].what == "worse ***"
    assert {"password is ***", "event with ***"} <= set(manager.logs(job))
    wait_until(lambda: not any((delegate.data / "jobs").iterdir()))
    written = [path for root in (tmp_path, delegate.data) for path in root.rglob("*") if path.is_file()]
    assert any(path.name == "store.db" for path in written)
    for path in written:
        content = path.read_bytes()
        assert b"CANARY" not in content, path
        assert password.encode() not in content, path


def test_scripts_run_with_their_environment_and_give_back_variables(manager: Manager, start_delegate: Start) -> None:
    start_delegate(allow_scripts=True)
    script = Script(text='export A="one $GIVEN"; B=two; echo "token $TOKEN"; exit 0', shell="sh", output_variables=["A", "B", "NONE"])
    job = manager.enqueue(
        what=script, environment={"GIVEN": "x"}, environment_secrets={"TOKEN": "token"}, secrets={"token": "account.db_password"}
    )
    outcome = manager.outcome(job)
    assert (outcome.status, outcome.outputs) == ("success", {"A": "one x", "B": "two", "NONE": ""})
    assert "token ***" in manager.logs(job)


def test_output_variables_are_those_that_were_asked_for_and_have_a_bound(manager: Manager, start_delegate: Start) -> None:
    start_delegate(allow_scripts=True)
    meddling = r"for f in /proc/$$/fd/*; do case $(readlink $f) in *memfd:outputs*) printf 'B\\0b\\0' >> $f; echo meddled;; esac; done"
    told = Script(text=f"{meddling}; A=a", shell="sh", output_variables=["A"])
    large = Script(text="A=$(head -c 17000000 /dev/zero | tr '\\0' x)", shell="sh", output_variables=["A"])
    first, second = manager.enqueue(what=told), manager.enqueue(what=large)
    assert manager.outcome(first).outputs.keys() <= {"A"}
    assert "meddled" in manager.logs(first)
    outcome = manager.outcome(second)
    assert (outcome.status, outcome.outputs) == ("success", {})
    assert "the output variables are larger than 16 MiB, and are left out" in manager.logs(second)


def test_a_python_script_gives_back_variables_even_when_it_fails(manager: Manager, start_delegate: Start) -> None:
    start_delegate(allow_scripts=True)
    script = Script(text="import os, sys\nos.environ['A'] = 'set'\nsys.exit(3)", shell="python", output_variables=["A"])
    outcome = manager.outcome(manager.enqueue(what=script))
    assert (outcome.status, outcome.exit_code, outcome.outputs) == ("failure", 3, {"A": "set"})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run scripts as another user")
def test_outputs_that_the_manager_does_not_take_end_the_job(manager: Manager, start_delegate: Start) -> None:
    start_delegate(allow_scripts=True)
    names = [f"V{number}" for number in range(150)]
    script = Script(text=f"import os\nfor name in {names}:\n  os.environ[name] = 'x' * 60000", shell="python", output_variables=names)
    outcome = manager.outcome(manager.enqueue(what=script))
    assert (outcome.status, [problem.code for problem in outcome.problems], outcome.outputs) == ("failure", ["DEL-036"], {})


def test_scripts_run_as_nobody_in_a_workspace_of_their_own(manager: Manager, start_delegate: Start) -> None:
    delegate = start_delegate(allow_scripts=True)
    script = Script(text=f"id -u; echo made > here && cat here; cat {delegate.data}/key 2>/dev/null || echo closed")
    job = manager.enqueue(what=script, source=[InlineSource(files={"a/b.sql": "select 1"})])
    assert manager.outcome(job).status == "success"
    assert [text for text in manager.logs(job) if text] == ["65534", "made", "closed"]


def test_nothing_that_a_script_has_started_outlives_its_job(manager: Manager, start_delegate: Start) -> None:
    start_delegate(allow_scripts=True)
    text = (
        "setsid sh -c 'echo $$ > session; setsid sleep 300 & echo $! > daemon; exec sleep 300' &\n"
        "while [ ! -s daemon ]; do sleep 0.1; done; cat session daemon"
    )
    job = manager.enqueue(what=Script(text=text))
    assert manager.outcome(job).status == "success"
    pids = [text for text in manager.logs(job) if text.isdecimal()]
    assert len(pids) == 2
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


def test_sources_stand_in_the_workspace(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    job = manager.enqueue("cat", "source/db/a.sql", source=[InlineSource(files={"db/a.sql": "select 42"})])
    assert manager.outcome(job).status == "success"
    assert "select 42" in manager.logs(job)


def test_a_source_that_leads_out_of_the_workspace_fails_the_job(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    outcome = manager.outcome(manager.enqueue("say", "x", source=[InlineSource(files={"../../escaped": "x"})]))
    assert (outcome.status, outcome.problems[0].code) == ("failure", "SRC-001")


def test_jobs_of_one_workspace_run_on_one_delegate(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    start_delegate()
    wait_until(lambda: len(manager.delegates()) == 2)
    jobs = [manager.enqueue("say", str(n), workspace="group") for n in range(6)]
    for job in jobs:
        assert manager.outcome(job).status == "success"
    assert len({manager.ran_on(job) for job in jobs}) == 1


def test_a_delegate_that_loses_its_warm_parent_ends_and_its_next_start_goes_on(
    manager: Manager, start_delegate: Start, tmp_path: Path
) -> None:
    delegate = start_delegate()
    gate = tmp_path / "gate"
    job = manager.enqueue("until", str(gate))
    wait_until(lambda: "waiting" in manager.logs(job))
    os.kill(delegate.warm_parent(), signal.SIGKILL)
    assert delegate.wait() == 4
    delegate.start()
    gate.touch()
    assert manager.outcome(job).status == "success"


def test_a_job_may_not_have_more_memory_than_its_limit(manager: Manager, start_delegate: Start) -> None:
    start_delegate(allow_scripts=True)
    script = Script(text="x = bytearray(300 * 2**20)", shell="python")
    outcome = manager.outcome(manager.enqueue(what=script, limits=Limits(memory_mib=100)))
    assert outcome.status == "failure"


def test_many_lines_come_back_in_order(manager: Manager, start_delegate: Start) -> None:
    start_delegate(allow_scripts=True)
    job = manager.enqueue(what=Script(text="seq 20000"))
    assert manager.outcome(job).status == "success"
    assert manager.logs(job) == [str(n) for n in range(1, 20001)]


def test_a_delegate_gets_its_last_events_to_a_manager_of_before(
    manager: Manager, start_delegate: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_result = reports.take_result
    answers: list[ResultAnswer] = []

    def without_events(connection: Connection, delegate: object, report: msgspec.Struct, now: object) -> ResultAnswer:
        answers.append(take_result(connection, delegate, msgspec.structs.replace(report, events=[]), now))  # type: ignore[arg-type]
        return answers[-1]

    monkeypatch.setattr(reports, "take_result", without_events)
    start_delegate()
    while all(answer.accepted for answer in answers):  # until one was quick enough to have events left for its result
        assert len(answers) < 30
        job = manager.enqueue("say", "hello")
        assert manager.outcome(job).status == "success"
        assert [event["kind"] for event in manager.events(job)].count("result") == 1
        assert manager.logs(job).count("hello") == 2


def test_two_delegates_may_not_share_a_data_directory(manager: Manager, start_delegate: Start) -> None:
    first = start_delegate()
    wait_until(lambda: manager.delegates())
    assert start_delegate(data_directory=str(first.data)).wait() == 1
