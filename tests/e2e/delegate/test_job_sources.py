"""Sources in the hands of real delegates: script sources and what they may leave, slow servers, scripts that meddle."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bascule.wire.jobs import ArchiveSource, Fetch, GitSource, InlineSource, Limits, Script
from tests.integration.delegate.shelf import Shelf, serving
from tests.integration.delegate.test_hostile_servers import drip

from .conftest import DelegateProcess, Manager, wait_until

Start = Callable[..., DelegateProcess]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run scripts as another user")


def made(text: str) -> Script:
    return Script(text=f"mkdir -p made && cd -P made\n{text}", leaves="made/db/changelog.yaml")


def test_what_a_script_source_makes_has_a_digest_of_its_paths_and_contents(manager: Manager, start_delegate: Start) -> None:
    start_delegate(allow_scripts=True)
    write = "mkdir db && echo one > db/changelog.yaml && echo two > db/a.sql"
    first, again, other, with_git = (
        manager.outcome(manager.enqueue(what=made(text)))
        for text in (
            write,
            f"{write} && sleep 0.1",
            f"{write} && mv db/a.sql db/b.sql",
            f"{write} && mkdir db/.git && date +%N > db/.git/x",
        )
    )
    assert first.status == "success", first.problems
    assert (first.commit or "").startswith("sha256:")
    assert first.commit == again.commit == with_git.commit
    assert other.commit != first.commit


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mkdir db; touch changelog.yaml", "SRC-026"),
        ("mkdir db; ln -s /etc/passwd db/changelog.yaml", "SRC-001"),
        ("mkdir db; touch db/changelog.yaml; ln -s /etc/passwd db/users.csv", "SRC-027"),
        ("mkdir db; touch db/changelog.yaml; ln -s /etc db/sql", "SRC-027"),
        ("mkdir db; touch db/changelog.yaml; mkfifo db/waits.sql", "SRC-027"),
        ("ln -s /etc db", "SRC-001"),
    ],
)
def test_what_a_script_source_may_not_leave_fails_its_job(manager: Manager, start_delegate: Start, text: str, code: str) -> None:
    start_delegate(allow_scripts=True)
    outcome = manager.outcome(manager.enqueue(what=made(text)))
    assert (outcome.status, [problem.code for problem in outcome.problems]) == ("failure", [code])
    assert outcome.commit is None


def test_a_script_that_fails_is_not_asked_what_it_left(manager: Manager, start_delegate: Start) -> None:
    start_delegate(allow_scripts=True)
    outcome = manager.outcome(manager.enqueue(what=made("exit 3")))
    assert (outcome.status, outcome.exit_code, outcome.commit) == ("failure", 3, None)


def test_a_job_whose_workspace_lacks_what_it_needs_does_not_begin(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    outcome = manager.outcome(manager.enqueue("say", "x", workspace="w", needs=["made/x"]))
    assert (outcome.status, outcome.failure, outcome.problems[0].code) == ("failure", "WorkspaceLost", "SRC-028")
    made_here = manager.enqueue("say", "x", workspace="w", source=[InlineSource(files={"a": "1"}, directory="made/x")])
    assert manager.outcome(made_here).status == "success"
    assert manager.outcome(manager.enqueue("say", "x", workspace="w", needs=["made/x"])).status == "success"


@pytest.fixture
def slow() -> Iterator[Shelf]:
    with serving(Shelf(), None) as running:
        running.answer = drip
        yield running


@pytest.mark.parametrize("kind", ["archive", "git"])
def test_a_server_that_crawls_is_given_up_when_the_jobs_time_is_over(
    manager: Manager, start_delegate: Start, slow: Shelf, kind: str
) -> None:
    start_delegate()
    source = ArchiveSource(url=f"{slow.url}/a.zip") if kind == "archive" else GitSource(url=f"{slow.url}/x.git", branch="main")
    began = time.monotonic()
    outcome = manager.outcome(manager.enqueue(what=Fetch(), source=[source], limits=Limits(timeout_s=2)))
    assert (outcome.status, outcome.problems[0].code) == ("failure", "SRC-025")
    assert 2 <= time.monotonic() - began < 20


def test_a_cancelled_fetch_ends_at_once(manager: Manager, start_delegate: Start, slow: Shelf) -> None:
    start_delegate()
    job = manager.enqueue(what=Fetch(), source=[GitSource(url=f"{slow.url}/x.git", branch="main")], limits=Limits(timeout_s=60))
    wait_until(lambda: slow.asked)
    manager.cancel(job)
    began = time.monotonic()
    assert manager.outcome(job).status == "cancelled"
    assert time.monotonic() - began < 20
    left = subprocess.run(["pgrep", "-f", f"git.*{slow.url}"], capture_output=True, text=True, check=False)
    assert left.stdout == ""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    path = tmp_path / "repository"
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", "init", "-q", "-b", "main", str(path)], check=True)
    (path / "db").mkdir()
    (path / "db" / "changelog.yaml").write_text("as committed")
    for argv in (["add", "."], [*who, "commit", "-q", "-m", "x"]):
        subprocess.run(["git", *argv], cwd=path, check=True)
    return path


@as_root
@pytest.mark.parametrize("paths", [[], ["db"]], ids=["whole", "part"])
@pytest.mark.parametrize("has_moved", [False, True], ids=["same", "moved"])
def test_a_script_cannot_have_us_run_something_or_change_what_is_deployed(
    manager: Manager, start_delegate: Start, repository: Path, tmp_path: Path, paths: list[str], has_moved: bool
) -> None:
    start_delegate(allow_scripts=True)
    source = GitSource(url=repository.as_uri(), branch="main", paths=paths)
    assert manager.outcome(manager.enqueue("cat", "source/db/changelog.yaml", workspace="w", source=[source])).status == "success"
    witness = tmp_path / "ran-as-us"
    text = (
        f"set -e; printf '#!/bin/sh\\ntouch {witness}\\n' > evil; chmod 755 evil; evil=$PWD/evil; cd -P source\n"
        "cat >> .git/config <<END\n[core]\n fsmonitor = $evil\n sshCommand = $evil\n gitProxy = $evil\n hooksPath = $evil\n"
        '[remote "origin"]\n uploadpack = $evil\n[filter "x"]\n smudge = $evil\n clean = $evil\nEND\n'
        "mkdir -p .git/info; echo '* filter=x' > .git/info/attributes; echo meddled > db/changelog.yaml"
    )
    meddling = manager.outcome(manager.enqueue(what=Script(text=text), workspace="w"))
    assert meddling.status == "success", meddling.problems
    if has_moved:
        (repository / "db" / "more.sql").write_text("select 1")
        for argv in (["add", "."], ["-c", "user.name=t", "-c", "user.email=t@e", "commit", "-q", "-m", "y"]):
            subprocess.run(["git", *argv], cwd=repository, check=True)
    job = manager.enqueue("cat", "source/db/changelog.yaml", workspace="w", source=[source])
    assert manager.outcome(job).status == "success"
    assert "as committed" in manager.logs(job)
    assert not witness.exists()


@as_root
def test_mirrors_and_their_keys_are_closed_to_scripts(manager: Manager, start_delegate: Start, repository: Path) -> None:
    delegate = start_delegate(allow_scripts=True)
    manager.outcome(manager.enqueue(what=Fetch(), source=[GitSource(url=repository.as_uri(), branch="main")]))
    mirrors = delegate.data / "mirrors"
    (mirror,) = mirrors.glob("*.git")
    script = Script(text=f"ls {mirrors} || echo closed; cat {mirror}/HEAD || echo closed; echo x > {mirror}/HEAD || echo closed")
    job = manager.enqueue(what=script)
    assert manager.outcome(job).status == "success"
    assert [text for text in manager.logs(job) if text == "closed"] == ["closed"] * 3


def test_what_a_script_left_that_cannot_be_read_ends_the_job(manager: Manager, start_delegate: Start) -> None:
    start_delegate(allow_scripts=True)
    outcome = manager.outcome(manager.enqueue(what=Script(text="true", leaves=f"made/{'x' * 300}")))
    assert (outcome.status, [problem.code for problem in outcome.problems]) == ("failure", ["SRC-029"])


def test_what_the_delegate_stumbles_over_ends_the_job(manager: Manager, start_delegate: Start) -> None:
    start_delegate()
    outcome = manager.outcome(manager.enqueue(what=Fetch(), source=[ArchiveSource(url="https://[")]))
    assert (outcome.status, [problem.code for problem in outcome.problems]) == ("failure", ["DEL-035"])
