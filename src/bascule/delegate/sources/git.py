"""Repositories at a revision, by the git CLI.

Each repository is mirrored once per delegate and fetched from there on; of one too large only some folders are fetched. Passwords reach
git by GIT_ASKPASS and the environment of that one process, and only for the source's own server: never argv, never a URL, never a file. An
SSH key is a file as long as git runs, in a folder of its own.
"""

import asyncio
import contextlib
import hashlib
import os
import shlex
import shutil
import signal
import stat
import tempfile
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.masking import Masker
from bascule.delegate.sources.cache import Cache, remove
from bascule.delegate.sources.certificates import trusting
from bascule.delegate.sources.folders import below, drop_links_out
from bascule.wire.jobs import GitSource

TIMEOUT_S = 600.0
_REMOTE = ("https", "http", "ssh")
_SCHEMES = (*_REMOTE, "file")
_NOT_LET_IN = ("authentication failed", "could not read username", "could not read password", "permission denied", "error: 403")
_ASKPASS = """#!/bin/sh
case "$1" in
  *"//$BASCULE_GIT_HOST'"* | *"@$BASCULE_GIT_HOST'"*) ;;
  *) exit 1 ;;
esac
case "$1" in
  Username*) printf '%s\\n' "$BASCULE_GIT_USERNAME" ;;
  *) printf '%s\\n' "$BASCULE_GIT_PASSWORD" ;;
esac
"""
"""Answers for the source's own host only: a submodule or a redirect may lead to another one."""


class Repositories:
    """The mirrors of one delegate. Two jobs that want the same repository fetch it one after the other."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._askpass = cache.folder / "askpass"
        self._askpass.write_text(_ASKPASS)
        self._askpass.chmod(0o700)

    async def fetch(self, source: GitSource, folder: Path, secrets: dict[str, str], say: Callable[[str], None]) -> str:
        """The files of the revision in the folder; the commit it is."""
        _check_url(source.url)
        with Login(source, secrets, self._cache.folder) as environment:
            git = Git(source.url, environment, Masker(secrets.values()))
            if source.paths:
                commit = await self._part(git, source, folder)
            else:
                held = [secrets.get(name or "") for name in (source.username_secret, source.password_secret, source.ssh_key_secret)]
                commit = await self._whole(git, source, folder, self._cache.name(source.url, source.username, *held) + ".git", say)
        for link in await asyncio.to_thread(drop_links_out, folder):
            say(f"the link '{link}' leads out of the repository, and is left out")
        say(f"{source.url} at {commit[:12]}" + (f" ({source.branch or source.tag})" if source.branch or source.tag else ""))
        return commit

    async def _whole(self, git: "Git", source: GitSource, folder: Path, name: str, say: Callable[[str], None]) -> str:
        async with self._cache.entry(name) as mirror:
            try:
                commit = await self._by_mirror(git, source, folder, mirror)
            except (InputError, TargetError):
                if not await _is_damaged(git, mirror):
                    raise
                say(f"the mirror of {source.url} was damaged, and is made anew")
                await asyncio.to_thread(remove, mirror)
                commit = await self._by_mirror(git, source, folder, mirror)
        await self._cache.trim()
        return commit

    async def _by_mirror(self, git: "Git", source: GitSource, folder: Path, mirror: Path) -> str:
        if not (mirror / "HEAD").exists():
            await git.run("init", "--quiet", "--bare", str(mirror))
        commit = await self._pin(git, mirror, source)
        if await _head(git, folder, source) != commit:
            await self._check_out(git, mirror, folder, commit, source)
        return commit

    async def _part(self, git: "Git", source: GitSource, folder: Path) -> str:
        """Some folders only: trees without their files are fetched, then the files of those folders. There is no mirror of it."""
        for path in source.paths:
            below(folder, path)
        repository = folder / ".git"
        if not _is_ours(repository):
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            await git.run("init", "--quiet", str(folder))
            at = ("--git-dir", str(repository), "--work-tree", str(folder))
            for key, value in (("url", source.url), ("promisor", "true"), ("partialclonefilter", "blob:none")):
                await git.run(*at, "config", f"remote.origin.{key}", value)
            await git.run("-C", str(folder), "sparse-checkout", "set", "--cone", "--", *source.paths)
        commit = await self._pin(git, repository, source, "--filter=blob:none")
        await self._require_paths(git, repository, commit, source)
        if await _head(git, folder, source) != commit:
            _whole(repository, source).unlink(missing_ok=True)
            await git.run("-C", str(folder), "checkout", "--quiet", "--detach", "--force", commit)
            await self._complete(git, folder, source)
        return commit

    async def _require_paths(self, git: "Git", repository: Path, commit: str, source: GitSource) -> None:
        """Raises InputError for a folder that the commit does not have."""
        at = ("--git-dir", str(repository))
        for path in source.paths:
            clean = path.strip("/")
            if clean in ("", ".") or await git.read(*at, "cat-file", "-t", f"{commit}:{clean}") == "tree":
                continue
            listed = await git.read(*at, "ls-tree", "-r", "-d", "--name-only", "-z", commit) or ""
            near = get_close_matches(clean, [name for name in listed.split("\0") if name], n=3, cutoff=0.5)
            fix = f"did you mean {_either(near)}?" if near else "correct the DB schema's sparsePaths"
            raise InputError(
                Problem(
                    code="SRC-024", what=f"there is no folder '{clean}' in the repository", where=f"{source.url} at {commit[:12]}", fix=fix
                )
            )

    async def _pin(self, git: "Git", repository: Path, source: GitSource, *options: str) -> str:
        """The commit that the source means, in the repository."""
        at = ("--git-dir", str(repository))
        remote = "origin" if source.paths else source.url
        if source.commit is not None:
            return await self._pin_commit(git, at, source, source.commit, remote, *options)
        wanted = f"refs/tags/{source.tag}" if source.tag else f"refs/heads/{source.branch}" if source.branch else "HEAD"
        if wanted != "HEAD" and await git.read("check-ref-format", wanted) is None:
            raise InputError(Problem(code="SRC-002", what=f"'{source.tag or source.branch}' cannot be a branch or tag", where=source.url))
        try:
            await git.run(*at, "fetch", "--quiet", "--depth=1", "--no-tags", *options, remote, f"+{wanted}:refs/bascule/{_slug(wanted)}")
        except InputError as error:
            raise await _no_such_revision(git, source, error) from error
        commit = await git.read(*at, "rev-parse", f"refs/bascule/{_slug(wanted)}^{{commit}}")
        if commit is None:
            raise InputError(Problem(code="SRC-002", what=f"'{wanted}' names no commit", where=source.url))
        return commit

    async def _pin_commit(self, git: "Git", at: tuple[str, ...], source: GitSource, commit: str, remote: str, *options: str) -> str:
        if not _is_commit(commit):
            fix = "give all its 40 (or 64) digits, as `git rev-parse` prints them"
            raise InputError(Problem(code="SRC-004", what=f"'{commit}' is not a full commit id", where=source.url, fix=fix))
        if await git.read(*at, "cat-file", "-t", commit) == "commit":
            return commit
        try:
            await git.run(*at, "fetch", "--quiet", "--depth=1", "--no-tags", *options, remote, commit)
        except (InputError, TargetError):
            # Not every server gives out a commit by its id.
            everything = ("+refs/heads/*:refs/bascule/heads/*", "+refs/tags/*:refs/bascule/tags/*")
            await git.run(*at, "fetch", "--quiet", "--no-tags", *options, remote, *everything)
        if await git.read(*at, "cat-file", "-t", commit) != "commit":
            why = "no branch or tag leads to it; a forced push may have taken it away"
            fix = "push it again to a branch or tag, or run anew with the commit that is there now"
            raise InputError(Problem(code="SRC-002", what=f"there is no commit '{commit}'", where=source.url, why=why, fix=fix))
        return commit

    async def _check_out(self, git: "Git", mirror: Path, folder: Path, commit: str, source: GitSource) -> None:
        """The files of the commit, and a repository of their own beside them, so that scripts may ask git."""
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        await git.run("init", "--quiet", str(folder))
        at = ("--git-dir", str(folder / ".git"), "--work-tree", str(folder))
        reference = f"refs/bascule/{commit}"
        await git.run("--git-dir", str(mirror), "update-ref", reference, commit)
        await git.run(*at, "fetch", "--quiet", "--depth=1", "--no-tags", str(mirror), reference)
        await git.run(*at, "config", "remote.origin.url", source.url)
        await git.run(*at, "checkout", "--quiet", "--detach", "--force", commit)
        await self._complete(git, folder, source)

    async def _complete(self, git: "Git", folder: Path, source: GitSource) -> None:
        """What stands elsewhere: submodules, large files. Only when asked for."""
        at = ("-C", str(folder))
        if source.submodules:
            await git.as_far_as(source.url).run(*at, "submodule", "--quiet", "update", "--init", "--recursive", "--depth=1")
        if source.lfs:
            if await git.read("lfs", "version") is None:
                raise TargetError(
                    Problem(code="SRC-005", what="there is no git-lfs on this delegate", where=source.url, fix="install git-lfs")
                )
            await git.run(*at, "lfs", "install", "--local", "--skip-repo")
            await git.run(*at, "lfs", "pull")
        _whole(folder / ".git", source).touch()


async def _head(git: "Git", folder: Path, source: GitSource) -> str | None:
    """The commit that is checked out in the folder, if one is, with all that was asked for."""
    repository = folder / ".git"
    if not _is_ours(repository) or not _whole(repository, source).exists():
        return None
    return await git.read("--git-dir", str(repository), "rev-parse", "HEAD")


def _whole(repository: Path, source: GitSource) -> Path:
    """Is there once nothing is missing: who was cut off between the commit and its submodules starts again."""
    return repository / f"bascule-whole-{source.submodules:d}{source.lfs:d}"


def _is_ours(repository: Path) -> bool:
    """Whether it is there as we made it. Since a script ran here as another user it is that user's, and its settings may name programs."""
    try:
        found = repository.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


async def _is_damaged(git: "Git", mirror: Path) -> bool:
    """Whether the mirror itself is what git stumbles over: objects missing or broken, or locks of a git that was killed."""
    if not mirror.exists():
        return False
    locks = await asyncio.to_thread(lambda: any(mirror.rglob("*.lock")))
    return locks or await git.read("--git-dir", str(mirror), "fsck", "--no-dangling", "--no-progress") is None


async def _no_such_revision(git: "Git", source: GitSource, error: InputError) -> InputError:
    """What the repository has instead of the branch or tag that it has not."""
    listed = await git.read("ls-remote", "--quiet", "--heads", "--tags", "--refs", source.url)
    if listed is None:
        return error
    refs = [line.partition("\t")[2] for line in listed.splitlines()]
    if not refs:
        fix = "push a branch with the changelog"
        return InputError(Problem(code="SRC-023", what="the repository is empty", where=source.url, why="it has no branch yet", fix=fix))
    branches, tags = ([ref.removeprefix(head) for ref in refs if ref.startswith(head)] for head in ("refs/heads/", "refs/tags/"))
    if not (source.branch or source.tag):
        what, fix = "the repository has no default branch", f"name a branch: there is {_either(branches[:5])}"
        return InputError(Problem(code="SRC-002", what=what, where=source.url, fix=fix))
    kind, name = ("tag", str(source.tag)) if source.tag else ("branch", str(source.branch))
    same, other = (tags, branches) if source.tag else (branches, tags)
    near = get_close_matches(name, same, n=3, cutoff=0.5)
    if name in other:
        fix = f"there is a {'branch' if source.tag else 'tag'} of that name: let the DB instance name that"
    elif near:
        fix = f"did you mean {_either(near)}?"
    else:
        fix = f"check the {kind} that the DB instance names, and that it has been pushed"
    return InputError(Problem(code="SRC-002", what=f"there is no {kind} '{name}'", where=source.url, fix=fix))


def _either(names: list[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)


_KEPT = ("PATH", "HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO")
"""Of the delegate's environment. Git itself heeds only the last for the certificates it trusts."""


class Login:
    """The environment in which git may be let in; within a `with`, since a key or certificate in it is a file only so long."""

    def __init__(self, source: GitSource, secrets: dict[str, str], folder: Path) -> None:
        self._source, self._secrets, self._folder = source, secrets, folder
        self._files: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if name in _KEPT}
        environment |= {name: value for name, value in os.environ.items() if name.upper().endswith("_PROXY")}
        source, secrets = self._source, self._secrets
        username = secrets[source.username_secret] if source.username_secret else source.username
        password = secrets[source.password_secret] if source.password_secret else None
        if source.ca is not None:
            trusting(source.ca)
            environment["GIT_SSL_CAINFO"] = self._file("ca.pem", source.ca)
        return environment | {
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": str(self._folder / "askpass"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ALLOW_PROTOCOL": ":".join(_SCHEMES),
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_SSH_COMMAND": self._ssh(),
            "LC_ALL": "C",
            "BASCULE_GIT_HOST": urlsplit(source.url).netloc.rpartition("@")[2],
            "BASCULE_GIT_USERNAME": username or ("git" if password else ""),
            "BASCULE_GIT_PASSWORD": password or "",
        }

    def _ssh(self) -> str:
        """Nobody is asked anything, and a server that is not known is not talked to."""
        words = ["ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"]
        if self._source.ssh_key_secret is not None:
            key = self._secrets[self._source.ssh_key_secret]
            words += ["-F", os.devnull, "-o", "IdentitiesOnly=yes", "-i", self._file("key", key.rstrip("\n") + "\n")]
        if self._source.known_hosts is not None:
            words += [
                "-o",
                f"UserKnownHostsFile={self._file('known_hosts', self._source.known_hosts)}",
                "-o",
                "GlobalKnownHostsFile=/dev/null",
            ]
        return shlex.join(words)

    def _file(self, name: str, text: str) -> str:
        if self._files is None:
            self._files = tempfile.TemporaryDirectory(dir=self._folder, prefix="login-")
        path = Path(self._files.name, name)
        path.touch(mode=0o600)
        path.write_text(text)
        return str(path)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._files is not None:
            self._files.cleanup()


class Git:
    """The git CLI for one repository."""

    def __init__(self, url: str, environment: dict[str, str], masker: Masker) -> None:
        self._url = url
        self._environment = environment
        self._masker = masker

    def as_far_as(self, url: str) -> "Git":
        """For what a repository itself names: from a server it may lead to other servers, not into the folders of this machine."""
        schemes = _SCHEMES if url.startswith("file:") else _REMOTE
        return Git(self._url, self._environment | {"GIT_ALLOW_PROTOCOL": ":".join(schemes)}, self._masker)

    async def run(self, *arguments: str) -> str:
        """What git prints. Raises InputError or TargetError for what went wrong, as far as its words tell."""
        status, out, errors = await self._call(arguments)
        if status != 0:
            raise _error(self._url, self._masker.text(errors))
        return out

    async def read(self, *arguments: str) -> str | None:
        """What git prints, None when it says no."""
        status, out, _ = await self._call(arguments)
        return out if status == 0 else None

    async def _call(self, arguments: tuple[str, ...]) -> tuple[int, str, str]:
        hardened = (
            "-c",
            "safe.directory=*",
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "protocol.allow=user",
            "-c",
            "advice.detachedHead=false",
            "-c",
            "gc.autoDetach=false",
        )
        try:
            process = await asyncio.create_subprocess_exec(
                "git",
                *hardened,
                *arguments,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise TargetError(Problem(code="SRC-005", what="there is no git on this delegate", fix="install git")) from error
        try:
            async with asyncio.timeout(TIMEOUT_S):
                out, errors = await process.communicate()
        except TimeoutError as error:
            raise TargetError(Problem(code="SRC-003", what=f"git has not ended within {TIMEOUT_S:.0f} s", where=self._url)) from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # git leaves the network to children of its own
                await process.wait()
        return process.returncode or 0, out.decode("utf-8", "replace").strip(), errors.decode("utf-8", "replace").strip()


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES and not _is_scp_like(url):
        schemes = ", ".join(_SCHEMES)
        raise InputError(
            Problem(code="SRC-006", what=f"'{url}' is not the URL of a git repository", fix=f"it starts with one of {schemes}")
        )
    if parts.password is not None:
        safe = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        raise InputError(
            Problem(code="SRC-007", what="the URL holds a password", where=safe, fix="put it into a secret that the connector names")
        )


def _is_scp_like(url: str) -> bool:
    """`git@host:path`, which git takes for ssh."""
    head, colon, _ = url.partition(":")
    return bool(colon) and "@" in head and "/" not in head and not url.startswith("-")


def _is_commit(text: str) -> bool:
    return len(text) in (40, 64) and all(character in "0123456789abcdef" for character in text)


def _slug(reference: str) -> str:
    return hashlib.sha256(reference.encode()).hexdigest()[:32]


def _error(url: str, said: str) -> InputError | TargetError:
    """git's words as a problem with a remedy."""
    lowered = said.lower()
    if "host key verification failed" in lowered:
        fix = "put the server's line of `ssh-keyscan` into the connector's known hosts, after comparing it with what its owner publishes"
        return TargetError(Problem(code="SRC-013", what="the server's SSH key is not known, or not the one that is", where=url, fix=fix))
    if "certificate" in lowered and ("verif" in lowered or "issuer" in lowered):
        fix = "give the connector the certificate of the authority that signed it"
        return TargetError(
            Problem(code="SRC-014", what="the server's certificate is not trusted", where=url, why=said.splitlines()[-1], fix=fix)
        )
    last = said.splitlines()[-1] if said else "git gave no reason"
    if "couldn't find remote ref" in lowered or "not a valid ref name" in lowered or "unadvertised object" in lowered:
        fix = "check the branch, tag or commit that the DB instance names, and that it has been pushed"
        return InputError(Problem(code="SRC-002", what="there is no such branch, tag or commit", where=url, why=last, fix=fix))
    if any(word in lowered for word in _NOT_LET_IN):
        fix = "check the user and the token of the connector, and that it may read this repository"
        return TargetError(Problem(code="SRC-008", what="the repository does not let us in", where=url, why=last, fix=fix))
    if "not found" in lowered or "does not appear to be a git repository" in lowered or "does not exist" in lowered:
        fix = "check the URL of the connector, and the repository that the DB schema names"
        return TargetError(Problem(code="SRC-009", what="there is no repository at this URL", where=url, why=last, fix=fix))
    return TargetError(Problem(code="SRC-003", what="the repository cannot be fetched", where=url, why=last))
