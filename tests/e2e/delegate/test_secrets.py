"""Secrets on their way to a job: looked up by the delegate, sealed for another one, and nowhere on its disk."""

import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bascule.core.errors import TargetError
from bascule.wire import sealing
from bascule.wire.delegates import ExternalSecret, SealedSecrets
from bascule.wire.jobs import Fetch, GitSource, Script, Seal, Target
from tests.e2e.delegate.conftest import SECRETS, DelegateProcess, Manager, wait_until

CANARY = "CANARY-in-a-file"


@pytest.fixture
def beside(manager: Manager, tmp_path: Path, start_delegate: Callable[..., DelegateProcess]) -> DelegateProcess:
    """A delegate with a folder of secrets, one of which a job may name `account.filed`."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "password").write_text(CANARY)
    manager.external["account.filed"] = ExternalSecret(kind="DelegateFiles", reference="password")
    manager.external["account.missing"] = ExternalSecret(kind="DelegateFiles", reference="missing")
    manager.external["account.wrong"] = ExternalSecret(
        kind="Vault", reference="a#b", options={"url": "http://127.0.0.1:1"}, credentials={"token": "account.db_password"}
    )
    return start_delegate(secret_files=str(folder), allow_scripts=True)


def written(*folders: Path) -> bytes:
    """Everything in files below the folders."""
    found = []
    for folder in folders:
        for place, _, names in os.walk(folder):  # which passes over what goes meanwhile
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    found.append(Path(place, name).read_bytes() if Path(place, name).is_file() else b"")
    return b"\0".join(found)


def test_a_job_is_given_what_the_delegate_has_looked_up_and_tells_it_masked(manager: Manager, beside: DelegateProcess) -> None:
    target = Target(url="x://h", username_secret="user", password_secret="password")
    job = manager.enqueue("secrets", target=target, secrets={"password": "account.filed", "user": "account.db_password"})
    outcome = manager.outcome(job)
    assert outcome.outputs["target"] == {"url": "x://h", "username": "***", "length": len(CANARY)}
    assert "CANARY" not in str(outcome) + str(manager.events(job))
    assert "password is ***" in manager.logs(job)
    assert b"CANARY-in" not in written(beside.data)


def test_a_text_with_secrets_in_it_is_put_together_beside_the_job(manager: Manager, beside: DelegateProcess) -> None:
    composed = {"whole": ["db://", "user", ":", "password", "@host"]}
    script = Script(text='echo "is $URL"; echo ${#URL}')
    secrets = {"password": "account.filed", "user": "account.db_password"}
    job = manager.enqueue(what=script, secrets=secrets, composed=composed, environment_secrets={"URL": "whole"})
    assert manager.outcome(job).status == "success"
    whole = len(f"db://{SECRETS['account.db_password']}:{CANARY}@host")
    assert manager.logs(job)[-2:] == ["is ***", str(whole)]


def test_a_changed_text_is_given_to_the_next_job(manager: Manager, beside: DelegateProcess, tmp_path: Path) -> None:
    lengths = []
    for text in ("first text", "second, longer text"):
        (tmp_path / "files" / "password").write_text(text)
        target = Target(url="x://h", password_secret="password")
        job = manager.enqueue("secrets", target=target, secrets={"password": "account.filed"})
        lengths.append(manager.outcome(job).outputs["target"]["length"])
    assert lengths == [10, 19]


def test_a_secret_that_cannot_be_had_ends_the_job_before_it_begins(manager: Manager, beside: DelegateProcess) -> None:
    secrets = {"a": "account.missing", "b": "account.wrong", "c": "account.filed"}
    job = manager.enqueue(what=Script(text="echo it ran"), secrets=secrets)
    outcome = manager.outcome(job)
    assert (outcome.status, outcome.failure) == ("failure", "TargetError")
    assert [problem.code for problem in outcome.problems] == ["SEC-024"]
    assert "it ran" not in manager.logs(job)
    alone = manager.outcome(manager.enqueue(what=Fetch(), secrets={"b": "account.wrong"}))
    assert [problem.code for problem in alone.problems] == ["SEC-021"]
    assert "CANARY" not in str(alone)
    assert manager.outcome(manager.enqueue(what=Fetch(), secrets={"c": "account.filed"})).status == "success"


def test_what_a_manager_is_logged_in_to_with_does_not_reach_the_job(manager: Manager, beside: DelegateProcess) -> None:
    held = manager.external["account.filed"]
    manager.external["account.filed"] = msgspec.structs.replace(held, credentials={"unused": "account.api"})
    script = Script(text="tr '\\0' '\\n' < /proc/self/environ; tr '\\0' '\\n' < /proc/$PPID/environ; cat $0", output_variables=["X"])
    job = manager.enqueue(what=script, secrets={"c": "account.filed"}, environment_secrets={"X": "c"})
    outcome = manager.outcome(job)
    assert outcome.status == "success"
    assert outcome.outputs == {"X": "***"}
    assert "X=***" in manager.logs(job)
    assert "CANARY" not in str(manager.events(job))


def test_secrets_are_sealed_to_another_delegate_and_for_its_job_only(manager: Manager, beside: DelegateProcess) -> None:
    key, context = sealing.new_key(), sealing.elsewhere_context("inner-job")
    secrets = {"password": "account.filed", "user": "account.db_password"}
    job = manager.enqueue(what=Seal(public_key=sealing.public_text(key), context=context), secrets=secrets, repeat="safe")
    outcome = manager.outcome(job)
    sealed = msgspec.convert(outcome.outputs["sealed"], SealedSecrets)
    opened = json.loads(sealing.unseal(sealed, key, context.encode()))
    assert opened == {"password": CANARY, "user": SECRETS["account.db_password"]}
    for wrong_key, wrong_context in ((sealing.new_key(), context), (key, sealing.elsewhere_context("other-job"))):
        with pytest.raises(TargetError):
            sealing.unseal(sealed, wrong_key, wrong_context.encode())
    assert b"CANARY-in" not in written(beside.data)
    assert "CANARY" not in str(outcome) + str(manager.events(job))
    bad = manager.outcome(manager.enqueue(what=Seal(public_key="AAAA", context=context), secrets=secrets))
    assert [problem.code for problem in bad.problems] == ["DEL-006"]


def test_a_delegate_opens_what_another_has_sealed_to_it(
    manager: Manager, start_delegate: Callable[..., DelegateProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bascule.manager.delegates import leasing

    given = leasing._give

    def give(connection: Any, delegate: Any, record: Any, locate: Any, now: Any) -> Any:
        """As the manager does for a delegate inside a pod."""
        lease = given(connection, delegate, record, locate, now)
        context = sealing.elsewhere_context(record.job.id).encode()
        sealed = sealing.seal(json.dumps({"password": CANARY}).encode(), delegate.public_key, context)
        return msgspec.structs.replace(lease, sealed_elsewhere=sealed, secrets=None)

    monkeypatch.setattr(leasing, "_give", give)
    delegate = start_delegate()
    target = Target(url="x://h", password_secret="password")
    job = manager.enqueue("secrets", target=target, secrets={"password": "account.db_password"})
    outcome = manager.outcome(job)
    assert outcome.outputs["target"]["length"] == len(CANARY)
    assert "CANARY" not in str(outcome) + str(manager.events(job))
    assert b"ciphertext" not in written(delegate.data)


def test_a_job_that_waited_for_its_secrets_when_the_delegate_was_killed_is_leased_again(
    manager: Manager, beside: DelegateProcess, tmp_path: Path
) -> None:
    silent = ExternalSecret(kind="Vault", reference="a#b", options={"url": "http://127.0.0.1:1"}, credentials={"token": "account.api"})
    manager.external["account.silent"] = silent
    target = Target(url="x://h", password_secret="password")
    job = manager.enqueue("secrets", target=target, secrets={"password": "account.silent"})
    wait_until(lambda: list((tmp_path / "delegate0" / "jobs").glob("*/lease.json")) or None)
    beside.kill()
    for pid in beside.supervisors():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    manager.external["account.silent"] = ExternalSecret(kind="DelegateFiles", reference="password")
    beside.start()
    assert manager.outcome(job).outputs["target"]["length"] == len(CANARY)


def test_a_job_is_cancelled_while_its_secrets_are_looked_up(manager: Manager, beside: DelegateProcess, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and never answers
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        manager.external["account.silent"] = ExternalSecret(
            kind="Vault", reference="a#b", options={"url": url, "engine": "e", "version": "2"}, credentials={"token": "account.api"}
        )
        source = [GitSource(url="http://127.0.0.1:1/x", password_secret="password")]
        job = manager.enqueue(what=Fetch(), source=source, secrets={"password": "account.silent"})
        wait_until(lambda: list((tmp_path / "delegate0" / "jobs").glob("*/lease.json")) or None)
        started = time.monotonic()
        manager.cancel(job)
        assert manager.outcome(job).status == "cancelled"
        assert time.monotonic() - started < 8
