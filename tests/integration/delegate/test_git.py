"""Repositories that are large, damaged, empty, rewritten or hostile: what comes of each, and what a mirror saves."""

import asyncio
import hashlib
import hmac
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.core.errors import BasculeError
from bascule.delegate.sources import Sources
from bascule.delegate.sources.cache import Cache
from bascule.wire.jobs import ArchiveSource, GitSource, Source
from tests.integration.delegate.shelf import Shelf, serving, zipped
from tests.integration.delegate.test_sources import PASSWORD
from tests.kubesim import tls
from tools.git_http import backend
from tools.loopback import answering

FILES = 3000


class Upstream:
    """A repository that is served by git itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = path.as_uri()
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "uploadpack.allowFilter", "true")

    def git(self, *arguments: str, given: bytes | None = None) -> str:
        who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "safe.directory=*", "-c", "protocol.file.allow=always")
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(["git", *who, *arguments], cwd=self.path, env=environment, check=True, capture_output=True, input=given)
        return done.stdout.decode().strip()

    def commit(self, **files: str) -> str:
        for name, text in files.items():
            path = self.path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("add", "-A")
        self.git("commit", "--quiet", "--allow-empty", "-m", "x")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    return Upstream(tmp_path / "upstream")


class Bench:
    """One delegate's sources, and workspaces."""

    def __init__(self, folder: Path, limit_bytes: int = 1 << 30) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self.said: list[str] = []

    @property
    def mirrors(self) -> list[Path]:
        return sorted((self.folder / "mirrors").glob("*.git"))

    def fetch(self, *sources: Source, workspace: str = "w", secrets: dict[str, str] | None = None) -> str | None:
        (self.folder / workspace).mkdir(exist_ok=True)
        held = Sources(self.folder / "mirrors", self.limit_bytes)
        return asyncio.run(held.fetch(list(sources), self.folder / workspace, secrets or {}, self.said.append))

    def refused(self, source: Source) -> tuple[str, str]:
        with pytest.raises(BasculeError) as caught:
            self.fetch(source)
        problem = caught.value.problems[0]
        return problem.code, f"{problem.what}; {problem.why}; {problem.fix}"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    """3000 files of 8 KiB that do not pack, in 30 folders, and three commits that rewrite a third of them each."""
    made = Upstream(tmp_path_factory.mktemp("large") / "upstream")
    stream: list[bytes] = []
    for turn in range(3):
        stream.append(b"commit refs/heads/main\ncommitter t <t@example.com> %d +0000\ndata 1\nx\n" % (1700000000 + turn))
        for number in range(FILES):
            if turn == 0 or number % 3 == turn:
                data = os.urandom(4096).hex().encode()
                stream.append(b"M 644 inline area%d/f%d.sql\ndata %d\n%s\n" % (number % 30, number, len(data), data))
    made.git("fast-import", "--quiet", given=b"".join(stream))
    return made


def test_of_a_large_repository_neither_history_nor_other_folders_are_fetched(bench: Bench, large: Upstream) -> None:
    everything = size(large.path / ".git")
    commit = bench.fetch(GitSource(url=large.url, branch="main", directory="whole"))
    assert commit == large.git("rev-parse", "main")
    assert len(list((bench.folder / "w" / "whole").rglob("*.sql"))) == FILES
    assert size(bench.mirrors[0]) < 0.75 * everything  # the last of three commits
    bench.fetch(GitSource(url=large.url, branch="main", paths=["area7"], directory="part"))
    part = bench.folder / "w" / "part"
    assert sorted({path.parent.name for path in part.rglob("*.sql")}) == ["area7"]
    assert size(part / ".git") < 0.1 * everything


def test_the_second_fetch_asks_the_server_for_nothing(bench: Bench, upstream: Upstream) -> None:
    commit = upstream.commit(a_dot_sql="select 1")
    bench.fetch(GitSource(url=upstream.url, branch="main"))
    upstream.path.rename(upstream.path.with_name("away"))
    assert bench.fetch(GitSource(url=upstream.url, commit=commit), workspace="other") == commit
    assert (bench.folder / "other" / "source" / "a.sql").read_text() == "select 1"


def test_a_mirror_gives_nobody_what_the_server_would_refuse_them(bench: Bench, upstream: Upstream) -> None:
    commit = upstream.commit(a_dot_sql="select 1")
    one = GitSource(url=upstream.url, commit=commit, username="one", password_secret="p")
    bench.fetch(one, secrets={"p": "right"})
    upstream.path.rename(upstream.path.with_name("away"))
    bench.fetch(one, workspace="again", secrets={"p": "right"})
    for other in ({"p": "wrong"}, {"p": ""}):
        with pytest.raises(BasculeError):
            bench.fetch(one, workspace="other", secrets=other)


@pytest.mark.parametrize("damage", ["objects", "head", "lock", "ref"])
def test_a_damaged_mirror_is_made_anew(bench: Bench, upstream: Upstream, damage: str) -> None:
    upstream.commit(a_dot_sql="select 1")
    bench.fetch(GitSource(url=upstream.url, branch="main"))
    (mirror,) = bench.mirrors
    match damage:
        case "objects":
            for path in (mirror / "objects").rglob("*"):
                if path.is_file():
                    path.chmod(0o600)
                    path.write_bytes(b"damaged")
        case "head":
            shutil.rmtree(mirror / "objects")
        case "lock":
            (mirror / "shallow.lock").touch()
        case "ref":
            for path in (mirror / "refs" / "bascule").iterdir():
                path.write_text("0" * 40 + "\n")
    last = upstream.commit(a_dot_sql="select 2")
    assert bench.fetch(GitSource(url=upstream.url, branch="main"), workspace="again") == last
    assert (bench.folder / "again" / "source" / "a.sql").read_text() == "select 2"


def test_jobs_at_once_share_a_mirror(bench: Bench, upstream: Upstream) -> None:
    commit = upstream.commit(a_dot_sql="select 1")
    sources = Sources(bench.folder / "mirrors")

    async def both() -> list[str | None]:
        workspaces = [bench.folder / f"w{number}" for number in range(6)]
        for workspace in workspaces:
            workspace.mkdir()
        one = [GitSource(url=upstream.url, branch="main")]
        return await asyncio.gather(*(sources.fetch(list(one), workspace, {}, bench.said.append) for workspace in workspaces))

    assert asyncio.run(both()) == [commit] * 6
    assert len(bench.mirrors) == 1


def test_mirrors_used_longest_ago_go_when_the_disk_is_full_of_them(tmp_path: Path) -> None:
    bench = Bench(tmp_path, limit_bytes=1 << 20)
    noise = iter(range(99))
    repositories = []
    for number in range(4):
        repository = Upstream(tmp_path / f"upstream{number}")
        repository.commit(a_dot_sql=os.urandom(150_000).hex())
        repositories.append(repository)
    for repository in repositories:
        bench.fetch(GitSource(url=repository.url, branch="main"), workspace=f"w{next(noise)}")
        for mirror in bench.mirrors:
            os.utime(mirror, (mirror.stat().st_mtime - 100, mirror.stat().st_mtime - 100))
    assert 0 < len(bench.mirrors) < 4
    assert size(tmp_path / "mirrors") < 1 << 20
    bench.fetch(GitSource(url=repositories[0].url, branch="main"), workspace="back")
    bench.limit_bytes = 0
    bench.fetch(GitSource(url=repositories[1].url, branch="main"), workspace="none")
    assert bench.mirrors == []
    assert (tmp_path / "none" / "source" / "a.sql").exists()


def test_what_a_killed_delegate_left_in_the_cache_is_cleared(bench: Bench) -> None:
    mirrors = bench.folder / "mirrors"
    Sources(mirrors)
    for name in ("login-x", ".gone-1-y.git", "fetch-z"):
        (mirrors / name).mkdir()
        (mirrors / name / "key").write_text("PRIVATE KEY")
    mirrors.chmod(0o755)
    Sources(mirrors)
    assert [path.name for path in mirrors.iterdir() if path.is_dir()] == []
    assert mirrors.stat().st_mode & 0o777 == 0o700


def test_names_in_the_cache_have_a_key_also_when_a_delegate_was_killed_amid_making_it(tmp_path: Path) -> None:
    (tmp_path / "key").touch()
    names = {Cache(tmp_path).name("https://git.example/a", "robot", PASSWORD) for _ in range(2)}
    unkeyed = hmac.new(b"", f"https://git.example/a\0robot\0{PASSWORD}".encode(), hashlib.sha256).hexdigest()[:32]
    assert len(names) == 1
    assert names != {unkeyed}


def test_a_pinned_archive_is_fetched_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with serving(Shelf(), None) as shelf:
        shelf.files["/a.zip"] = zipped({"a.sql": b"1"})
        digest = bench.fetch(ArchiveSource(url=f"{shelf.url}/a.zip"))
        bench.fetch(ArchiveSource(url=f"{shelf.url}/a.zip", sha256=digest), workspace="other")
        assert shelf.asked == ["/a.zip"]
        assert (tmp_path / "other" / "source" / "a.sql").read_bytes() == b"1"
        bench.fetch(ArchiveSource(url=f"{shelf.url}/a.zip"), workspace="third")
        assert shelf.asked == ["/a.zip"] * 2


def test_a_commit_that_a_forced_push_took_away_is_had_while_it_is_anywhere(bench: Bench, upstream: Upstream) -> None:
    upstream.commit(a_dot_sql="select 1")
    gone = upstream.commit(a_dot_sql="select 2")
    bench.fetch(GitSource(url=upstream.url, branch="main"))
    upstream.git("reset", "--quiet", "--hard", "HEAD~1")
    upstream.git("reflog", "expire", "--expire=now", "--all")
    upstream.git("gc", "--quiet", "--prune=now")
    assert bench.fetch(GitSource(url=upstream.url, branch="main", commit=gone), workspace="again") == gone  # from the mirror
    shutil.rmtree(bench.folder / "mirrors")
    code, said = bench.refused(GitSource(url=upstream.url, commit=gone, directory="other"))
    assert code == "SRC-002"
    assert "forced push" in said


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"branch": "mian"}, "SRC-002", "there is no branch 'mian'; None; did you mean 'main'"),
        ({"tag": "v1.1"}, "SRC-002", "did you mean 'v1.0'"),
        ({"branch": "v1.0"}, "SRC-002", "there is a tag of that name"),
        ({"tag": "main"}, "SRC-002", "there is a branch of that name"),
        ({"branch": "zzzzzz"}, "SRC-002", "has been pushed"),
        ({"commit": "c0ffee"}, "SRC-004", "all its 40"),
        ({"branch": "main", "paths": ["db/ordres"]}, "SRC-024", "did you mean 'db/orders'"),
        ({"branch": "main", "paths": ["a.sql"]}, "SRC-024", "there is no folder 'a.sql'"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(bench: Bench, upstream: Upstream, fields: dict[str, str], code: str, says: str) -> None:
    upstream.commit(a_dot_sql="1", db__orders__b_dot_sql="2")
    upstream.git("tag", "v1.0")
    found, said = bench.refused(GitSource(url=upstream.url, **fields))  # type: ignore[arg-type]  # each of its own kind
    assert found == code
    assert says in said


def test_an_address_with_a_number_in_it_that_is_not_there_is_said_not_to_be(bench: Bench, tmp_path: Path) -> None:
    assert bench.refused(GitSource(url=(tmp_path / "app403").as_uri(), branch="main"))[0] == "SRC-009"


def test_an_empty_repository_and_one_without_a_default_branch_are_told(bench: Bench, upstream: Upstream) -> None:
    assert bench.refused(GitSource(url=upstream.url))[0] == "SRC-023"
    assert bench.refused(GitSource(url=upstream.url, branch="main"))[0] == "SRC-023"
    upstream.commit(a_dot_sql="1")
    upstream.git("branch", "-m", "main", "trunk")
    upstream.git("symbolic-ref", "HEAD", "refs/heads/nowhere")
    code, said = bench.refused(GitSource(url=upstream.url))
    assert (code, "'trunk'" in said) == ("SRC-002", True)


def test_a_link_out_of_a_repository_is_left_out_and_said(bench: Bench, upstream: Upstream) -> None:
    (upstream.path / "out.sql").symlink_to("/etc/passwd")
    (upstream.path / "round.sql").symlink_to("round.sql")
    (upstream.path / "latest").symlink_to("v1")
    upstream.commit(v1__a_dot_sql="select 1")
    bench.fetch(GitSource(url=upstream.url, branch="main"))
    folder = bench.folder / "w" / "source"
    assert (folder / "latest" / "a.sql").read_text() == "select 1"
    assert not os.path.lexists(folder / "out.sql")
    assert "the link 'out.sql' leads out of the repository, and is left out" in bench.said


def test_submodules_of_submodules_come_only_when_asked(bench: Bench, upstream: Upstream, tmp_path: Path) -> None:
    inner, innermost = Upstream(tmp_path / "inner"), Upstream(tmp_path / "innermost")
    innermost.commit(z_dot_sql="3")
    inner.git("submodule", "--quiet", "add", innermost.url, "deep")
    inner.commit(y_dot_sql="2")
    upstream.git("submodule", "--quiet", "add", inner.url, "sub")
    upstream.commit(x_dot_sql="1")
    bench.fetch(GitSource(url=upstream.url, branch="main", directory="without"))
    assert list((bench.folder / "w" / "without" / "sub").iterdir()) == []
    bench.fetch(GitSource(url=upstream.url, branch="main", submodules=True, directory="with"))
    assert (bench.folder / "w" / "with" / "sub" / "deep" / "z.sql").read_text() == "3"


@pytest.mark.parametrize("paths", [[], ["v1"]])
def test_what_was_cut_off_before_its_submodules_came_is_fetched_whole(
    bench: Bench, upstream: Upstream, tmp_path: Path, paths: list[str]
) -> None:
    inner = Upstream(tmp_path / "inner")
    inner.commit(y_dot_sql="2")
    upstream.git("submodule", "--quiet", "add", inner.url, "sub")
    upstream.commit(v1__x_dot_sql="1")
    inner.path.rename(tmp_path / "away")
    source = GitSource(url=upstream.url, branch="main", submodules=True, paths=paths)
    for _ in range(2):
        with pytest.raises(BasculeError):
            bench.fetch(source)
    (tmp_path / "away").rename(inner.path)
    bench.fetch(source)
    assert (bench.folder / "w" / "source" / "v1" / "x.sql").exists()
    assert paths or (bench.folder / "w" / "source" / "sub" / "y.sql").read_text() == "2"


@pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed")
def test_large_files_come_only_when_asked(bench: Bench, upstream: Upstream) -> None:
    upstream.git("lfs", "install", "--local")
    upstream.git("lfs", "track", "*.csv")
    upstream.commit(big_dot_csv="1;2;3\n" * 1000)
    bench.fetch(GitSource(url=upstream.url, branch="main", directory="without"))
    assert (bench.folder / "w" / "without" / "big.csv").read_text().startswith("version https://git-lfs")
    bench.fetch(GitSource(url=upstream.url, branch="main", lfs=True, directory="with"))
    assert (bench.folder / "w" / "with" / "big.csv").read_text() == "1;2;3\n" * 1000


def test_large_files_without_git_lfs_say_what_to_install(
    bench: Bench, upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.commit(a_dot_sql="1")
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(programs))
    assert bench.refused(GitSource(url=upstream.url, branch="main", lfs=True))[0] == "SRC-005"


@pytest.fixture
def over_tls(upstream: Upstream, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The repository by git's own HTTP service behind TLS; its URL and the authority."""
    certificate, key, ca = tls.make(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with answering(backend(upstream.path.parent, ("robot", PASSWORD)), tls=context) as port:
        yield f"https://127.0.0.1:{port}/upstream/.git", ca


def test_over_tls_the_connectors_authority_is_trusted_and_no_other(bench: Bench, upstream: Upstream, over_tls: tuple[str, str]) -> None:
    commit = upstream.commit(a_dot_sql="1")
    url, ca = over_tls
    login = {"username": "robot", "password_secret": "token"}
    assert bench.fetch(GitSource(url=url, branch="main", ca=ca, **login), secrets={"token": PASSWORD}) == commit
    for trusted, code in ((None, "SRC-014"), ("no PEM", "SRC-021")):
        with pytest.raises(BasculeError) as caught:
            bench.fetch(GitSource(url=url, branch="main", ca=trusted, **login), workspace="other", secrets={"token": PASSWORD})
        assert caught.value.problems[0].code == code


def test_a_submodule_does_not_lead_from_a_server_into_folders_of_this_machine(
    bench: Bench, upstream: Upstream, over_tls: tuple[str, str], tmp_path: Path
) -> None:
    private = Upstream(tmp_path / "private")
    private.commit(key_dot_sql="secret")
    upstream.git("submodule", "--quiet", "add", private.url, "sub")
    upstream.commit(x_dot_sql="1")
    url, ca = over_tls
    login = {"username": "robot", "password_secret": "token"}
    with pytest.raises(BasculeError) as caught:
        bench.fetch(GitSource(url=url, branch="main", ca=ca, submodules=True, **login), secrets={"token": PASSWORD})
    assert caught.value.problems[0].code == "SRC-003"
    assert not (bench.folder / "w" / "source" / "sub" / "key.sql").exists()
