"""Sources come by the real git: pinned, cached, with credentials that nobody sees."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.core.errors import InputError, TargetError
from bascule.delegate.sources import Sources
from bascule.wire.jobs import GitSource, InlineSource, Source
from tools.git_http import backend
from tools.loopback import answering

PASSWORD = "CANARY/p@ss word"


class Repository:
    """A repository with two branches and a tag, to clone from."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = path.as_uri()
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.first = self.commit("changelog.yaml", "one")
        self.git("tag", "v1")
        self.git("tag", "-a", "v1-annotated", "-m", "x")
        self.git("switch", "--quiet", "-c", "release/1.x")
        self.release = self.commit("release.sql", "select 1")
        self.git("switch", "--quiet", "main")
        self.second = self.commit("changelog.yaml", "two")

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "safe.directory=*")
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(["git", *who, *arguments], cwd=self.path, env=environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, name: str, text: str) -> str:
        (self.path / name).write_text(text)
        self.git("add", name)
        self.git("commit", "--quiet", "-m", name)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


class Bench:
    """Fetches into one workspace."""

    def __init__(self, folder: Path) -> None:
        self.workspace = folder / "workspace"
        self.workspace.mkdir()
        self.mirrors = folder / "mirrors"
        self.said: list[str] = []

    def fetch(self, *sources: Source, secrets: dict[str, str] | None = None) -> str | None:
        return asyncio.run(Sources(self.mirrors).fetch(list(sources), self.workspace, secrets or {}, self.said.append))

    def read(self, path: str) -> str:
        return (self.workspace / path).read_text()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_branch_is_pinned_to_its_commit(bench: Bench, repository: Repository) -> None:
    assert bench.fetch(GitSource(url=repository.url, branch="main")) == repository.second
    assert bench.read("source/changelog.yaml") == "two"
    assert bench.said == [f"{repository.url} at {repository.second[:12]} (main)"]


def test_without_a_revision_it_is_the_default_branch(bench: Bench, repository: Repository) -> None:
    assert bench.fetch(GitSource(url=repository.url)) == repository.second


@pytest.mark.parametrize("tag", ["v1", "v1-annotated"])
def test_a_tag_leads_to_its_commit(bench: Bench, repository: Repository, tag: str) -> None:
    assert bench.fetch(GitSource(url=repository.url, tag=tag)) == repository.first
    assert bench.read("source/changelog.yaml") == "one"


def test_a_commit_is_had_by_its_id_also_from_another_branch(bench: Bench, repository: Repository) -> None:
    assert bench.fetch(GitSource(url=repository.url, commit=repository.release)) == repository.release
    assert bench.read("source/release.sql") == "select 1"


def test_a_moved_branch_is_seen_and_a_pinned_commit_stays(bench: Bench, repository: Repository) -> None:
    bench.fetch(GitSource(url=repository.url, branch="main"))
    third = repository.commit("changelog.yaml", "three")
    assert bench.fetch(GitSource(url=repository.url, branch="main", commit=repository.second)) == repository.second
    assert bench.read("source/changelog.yaml") == "two"
    assert bench.fetch(GitSource(url=repository.url, branch="main")) == third
    assert bench.read("source/changelog.yaml") == "three"


def test_a_commit_in_the_mirror_needs_no_server(bench: Bench, repository: Repository) -> None:
    bench.fetch(GitSource(url=repository.url, branch="main"))
    repository.path.rename(repository.path.with_name("gone"))
    assert bench.fetch(GitSource(url=repository.url, commit=repository.second, directory="again")) == repository.second
    assert bench.read("again/changelog.yaml") == "two"


def test_several_sources_stand_beside_each_other(bench: Bench, repository: Repository) -> None:
    sources = (
        GitSource(url=repository.url, branch="main", directory="app"),
        GitSource(url=repository.url, branch="release/1.x", directory="release"),
        InlineSource(files={"extra/a.sql": "select 2"}, directory="inline"),
    )
    assert bench.fetch(*sources) == repository.second
    assert (bench.read("release/release.sql"), bench.read("inline/extra/a.sql")) == ("select 1", "select 2")


def test_scripts_find_a_repository(bench: Bench, repository: Repository) -> None:
    bench.fetch(GitSource(url=repository.url, branch="main"))
    arguments = ["git", "-c", "safe.directory=*", "-C", str(bench.workspace / "source"), "rev-parse", "HEAD"]
    assert subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.strip() == repository.second


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"branch": "nope"}, "SRC-002"),
        ({"tag": "v9"}, "SRC-002"),
        ({"branch": "a..b"}, "SRC-002"),
        ({"branch": "--upload-pack=touch /tmp/x"}, "SRC-002"),
        ({"commit": "0" * 40}, "SRC-002"),
        ({"commit": "main"}, "SRC-004"),
        ({"directory": "../out"}, "SRC-001"),
        ({"directory": "/etc"}, "SRC-001"),
        ({"url": "ext::sh -c id"}, "SRC-006"),
        ({"url": "--upload-pack=id"}, "SRC-006"),
        ({"url": "https://user:secret@host/x.git"}, "SRC-007"),
    ],
)
def test_what_may_not_be_used_is_said(bench: Bench, repository: Repository, fields: dict[str, str], code: str) -> None:
    with pytest.raises(InputError) as caught:
        bench.fetch(GitSource(**{"url": repository.url, **fields}))
    assert caught.value.problems[0].code == code
    assert "secret" not in str(caught.value).replace("a secret", "")


def test_a_repository_that_is_not_there_is_said(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(TargetError) as caught:
        bench.fetch(GitSource(url=(tmp_path / "none").as_uri(), branch="main"))
    assert caught.value.problems[0].code == "SRC-009"


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "link/x"])
def test_inline_files_stay_in_the_workspace(bench: Bench, tmp_path: Path, path: str) -> None:
    (bench.workspace / "source").mkdir()
    (bench.workspace / "source" / "link").symlink_to(tmp_path)
    with pytest.raises(InputError) as caught:
        bench.fetch(InlineSource(files={path: "x"}))
    assert caught.value.problems[0].code == "SRC-001"


@pytest.fixture
def server(repository: Repository) -> Iterator[str]:
    """The repository over HTTP, for `robot` and its password."""
    with answering(backend(repository.path.parent, ("robot", PASSWORD))) as port:
        yield f"http://127.0.0.1:{port}/repository/.git"


def test_credentials_reach_git_and_stand_nowhere(bench: Bench, repository: Repository, server: str) -> None:
    source = GitSource(url=server, branch="main", username="robot", password_secret="token")
    assert bench.fetch(source, secrets={"token": PASSWORD}) == repository.second
    for root in (bench.workspace, bench.mirrors):
        for path in root.rglob("*"):
            assert not path.is_file() or b"CANARY" not in path.read_bytes(), path


def test_wrong_credentials_are_said_without_them(bench: Bench, server: str) -> None:
    with pytest.raises(TargetError) as caught:
        bench.fetch(GitSource(url=server, branch="main", username="robot", password_secret="token"), secrets={"token": "CANARY-wrong"})
    assert caught.value.problems[0].code == "SRC-008"
    assert "CANARY" not in str(caught.value)


def test_of_a_large_repository_only_some_folders_come(bench: Bench, repository: Repository, server: str) -> None:
    for path in ("db/orders/a.sql", "db/users/b.sql", "app/large.bin"):
        (repository.path / path).parent.mkdir(parents=True, exist_ok=True)
        repository.commit(path, path)
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
    source = GitSource(url=server, branch="main", username="robot", password_secret="token", paths=["db/orders"])
    commit = bench.fetch(source, secrets={"token": PASSWORD})
    folder = bench.workspace / "source"
    assert commit == repository.git("rev-parse", "HEAD")
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*.*") if ".git" not in p.parts and p.is_file()) == [
        "changelog.yaml",
        "db/orders/a.sql",
    ]
    missing = ["git", "-c", "safe.directory=*", "-C", str(folder), "rev-list", "--objects", "--missing=print", "HEAD"]
    listed = subprocess.run(missing, check=True, capture_output=True, text=True).stdout
    assert f"?{repository.git('rev-parse', 'HEAD:app/large.bin')}" in listed
    with pytest.raises(InputError):
        bench.fetch(GitSource(url=repository.url, paths=["../out"], directory="other"))


def test_submodules_come_when_asked_and_passwords_stay_with_their_server(
    bench: Bench, repository: Repository, server: str, tmp_path: Path
) -> None:
    inner = Repository(tmp_path / "inner")
    base = server.removesuffix("repository/.git")
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "inner")
    repository.git("config", "-f", ".gitmodules", "submodule.inner.url", f"{base}inner/.git")
    repository.git("add", ".gitmodules")
    repository.commit("changelog.yaml", "with submodule")
    source = GitSource(url=server, branch="main", username="robot", password_secret="token", submodules=True)
    bench.fetch(source, secrets={"token": PASSWORD})
    assert bench.read("source/inner/changelog.yaml") == "two"
    # The same server by another name is another server: it is not told the password.
    repository.git("config", "-f", ".gitmodules", "submodule.inner.url", f"{base.replace('127.0.0.1', 'localhost')}inner/.git")
    repository.git("add", ".gitmodules")
    repository.commit("changelog.yaml", "elsewhere")
    with pytest.raises(TargetError) as caught:
        bench.fetch(source, secrets={"token": PASSWORD})
    assert caught.value.problems[0].code == "SRC-008"
