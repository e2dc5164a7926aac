"""What a job needs in its workspace: repositories at a revision by the git CLI, files given inline.

Each repository is mirrored once per delegate and fetched from there on. Credentials reach git by GIT_ASKPASS and the environment of that
one process: never argv, never a URL, never a file.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.masking import Masker
from bascule.wire.jobs import GitSource, InlineSource, Source

TIMEOUT_S = 600.0
_SCHEMES = ("https", "http", "ssh", "file")
_NOT_LET_IN = ("authentication failed", "could not read username", "could not read password", "permission denied", "error: 403")
_ASKPASS = """#!/bin/sh
case "$1" in
  Username*) printf '%s\\n' "$BASCULE_GIT_USERNAME" ;;
  *) printf '%s\\n' "$BASCULE_GIT_PASSWORD" ;;
esac
"""

Say = Callable[[str], None]
"""Tells a line to whoever watches the job."""


class Sources:
    """The mirrors of one delegate. Two jobs that want the same repository fetch it one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: dict[str, asyncio.Lock] = {}
        self._askpass = folder / "askpass"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._askpass.write_text(_ASKPASS)
        self._askpass.chmod(0o700)

    async def fetch(self, sources: list[Source], workspace: Path, secrets: dict[str, str], say: Say) -> str | None:
        """Put all sources into the workspace. Returns the commit of the first repository.

        Raises InputError for a revision or path that does not exist or may not be used, TargetError when the server cannot be reached.
        """
        commit: str | None = None
        for source in sources:
            folder = below(workspace, source.directory)
            match source:
                case GitSource():
                    found = await self._git_source(source, folder, secrets, say)
                    commit = commit or found
                case InlineSource():
                    _write_files(source.files, folder)
        return commit

    async def _git_source(self, source: GitSource, folder: Path, secrets: dict[str, str], say: Say) -> str:
        _check_url(source.url)
        environment = self._environment(source, secrets)
        mirror = self._folder / (hashlib.sha256(source.url.encode()).hexdigest()[:32] + ".git")
        async with self._locks.setdefault(mirror.name, asyncio.Lock()):
            git = Git(source.url, environment, Masker(secrets.values()))
            if not (mirror / "HEAD").exists():
                await git.run("init", "--quiet", "--bare", str(mirror))
            commit = await self._pin(git, mirror, source)
            head = await git.read("--git-dir", str(folder / ".git"), "rev-parse", "HEAD") if (folder / ".git").exists() else None
            if head != commit:
                await self._check_out(git, mirror, folder, commit)
        say(f"{source.url} at {commit[:12]}" + (f" ({source.branch or source.tag})" if source.branch or source.tag else ""))
        return commit

    async def _pin(self, git: "Git", mirror: Path, source: GitSource) -> str:
        """The commit that the source means, in the mirror."""
        at = ("--git-dir", str(mirror))
        if source.commit is not None:
            if not _is_commit(source.commit):
                raise InputError(Problem(code="SRC-004", what=f"'{source.commit}' is not a full commit id", where=source.url))
            if await git.read(*at, "cat-file", "-t", source.commit) == "commit":
                return source.commit
            try:
                await git.run(*at, "fetch", "--quiet", "--depth=1", "--no-tags", source.url, source.commit)
            except (InputError, TargetError):
                # Not every server gives out a commit by its id.
                await git.run(*at, "fetch", "--quiet", "--no-tags", source.url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
            if await git.read(*at, "cat-file", "-t", source.commit) != "commit":
                raise InputError(Problem(code="SRC-002", what=f"there is no commit '{source.commit}'", where=source.url))
            return source.commit
        wanted = f"refs/tags/{source.tag}" if source.tag else f"refs/heads/{source.branch}" if source.branch else "HEAD"
        if wanted != "HEAD" and await git.read("check-ref-format", wanted) is None:
            raise InputError(Problem(code="SRC-002", what=f"'{source.tag or source.branch}' cannot be a branch or tag", where=source.url))
        await git.run(*at, "fetch", "--quiet", "--depth=1", "--no-tags", source.url, f"+{wanted}:refs/bascule/{_slug(wanted)}")
        commit = await git.read(*at, "rev-parse", f"refs/bascule/{_slug(wanted)}^{{commit}}")
        if commit is None:
            raise InputError(Problem(code="SRC-002", what=f"'{wanted}' names no commit", where=source.url))
        return commit

    async def _check_out(self, git: "Git", mirror: Path, folder: Path, commit: str) -> None:
        """The files of the commit, and a repository of their own beside them, so that scripts may ask git."""
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        await git.run("init", "--quiet", str(folder))
        at = ("--git-dir", str(folder / ".git"), "--work-tree", str(folder))
        reference = f"refs/bascule/{commit}"
        await git.run("--git-dir", str(mirror), "update-ref", reference, commit)
        await git.run(*at, "fetch", "--quiet", "--depth=1", "--no-tags", str(mirror), reference)
        await git.run(*at, "checkout", "--quiet", "--detach", "--force", commit)

    def _environment(self, source: GitSource, secrets: dict[str, str]) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "SSL_CERT_FILE", "SSL_CERT_DIR")}
        environment |= {name: value for name, value in os.environ.items() if name.upper().endswith("_PROXY")}
        username = secrets[source.username_secret] if source.username_secret else source.username
        password = secrets[source.password_secret] if source.password_secret else None
        return environment | {
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": str(self._askpass),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ALLOW_PROTOCOL": ":".join(_SCHEMES),
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
            "LC_ALL": "C",
            "BASCULE_GIT_USERNAME": username or ("git" if password else ""),
            "BASCULE_GIT_PASSWORD": password or "",
        }


class Git:
    """The git CLI for one repository."""

    def __init__(self, url: str, environment: dict[str, str], masker: Masker) -> None:
        self._url = url
        self._environment = environment
        self._masker = masker

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
                process.kill()
                await process.wait()
        return process.returncode or 0, out.decode("utf-8", "replace").strip(), errors.decode("utf-8", "replace").strip()


def below(workspace: Path, path: str) -> Path:
    """The path inside the workspace. Raises InputError for one that leads out of it."""
    target = (workspace / path).resolve()
    if target != workspace.resolve() and workspace.resolve() not in target.parents:
        raise InputError(Problem(code="SRC-001", what=f"'{path}' leads out of the workspace", fix="use a path below it, without '..'"))
    return target


def _write_files(files: dict[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        target = below(folder, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


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
    last = said.splitlines()[-1] if said else "git gave no reason"
    if "couldn't find remote ref" in lowered or "not a valid ref name" in lowered or "unadvertised object" in lowered:
        fix = "check the branch, tag or commit that the DB instance names, and that it has been pushed"
        return InputError(Problem(code="SRC-002", what="there is no such branch, tag or commit", where=url, why=last, fix=fix))
    if any(
        word in lowered
        for word in ("authentication failed", "could not read username", "could not read password", "permission denied", "403")
    ):
        fix = "check the user and the token of the connector, and that it may read this repository"
        return TargetError(Problem(code="SRC-008", what="the repository does not let us in", where=url, why=last, fix=fix))
    if "not found" in lowered or "does not appear to be a git repository" in lowered or "does not exist" in lowered:
        fix = "check the URL of the connector, and the repository that the DB schema names"
        return TargetError(Problem(code="SRC-009", what="there is no repository at this URL", where=url, why=last, fix=fix))
    return TargetError(Problem(code="SRC-003", what="the repository cannot be fetched", where=url, why=last))
