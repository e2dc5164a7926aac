"""Carries out a Dockerfile's steps without a builder, in overlays over this machine's own root file system.

No registry of images is needed, so the base image is this machine: it proves the steps and what they make, not that the packages they
name would be enough on an emptier base. Everything happens in a mount namespace that ends with this process.
"""

import fnmatch
import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_CARRIED_OUT = ("FROM", "ARG", "ENV", "LABEL", "USER", "WORKDIR", "EXPOSE", "ENTRYPOINT", "CMD", "COPY", "RUN")


class Instruction(NamedTuple):
    """A word and its text, lines joined, comments gone."""

    word: str
    text: str


def instructions(text: str) -> Iterator[Instruction]:
    """Raises ValueError for an instruction that is not carried out here."""
    pending = ""
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pending += line.removesuffix("\\") + ("\n" if line.endswith("\\") else "")
        if line.endswith("\\"):
            continue
        word, _, rest = pending.strip().partition(" ")
        if word not in _CARRIED_OUT:
            raise ValueError(f"this instruction is not known here: {word}")
        yield Instruction(word, rest.replace("\n", " ").strip())
        pending = ""


class Namespace:
    """A mount namespace, held by a child that ends when our end of its standard input is closed, however we end."""

    def __init__(self) -> None:
        hold = ["unshare", "--mount", "--propagation", "private", "sh", "-c", "echo ready; read _"]
        self._holder = subprocess.Popen(hold, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"ready\n"

    def within(self, *words: str) -> list[str]:
        return ["nsenter", "--target", str(self._holder.pid), "--mount", "--", *words]

    def run(self, *words: str, environment: dict[str, str] | None = None) -> None:
        done = subprocess.run(
            self.within(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=environment or os.environ
        )
        assert done.returncode == 0, f"{words}\n{done.stdout[-4000:]}"

    def close(self) -> None:
        assert self._holder.stdin is not None
        self._holder.stdin.close()
        self._holder.wait()


class Stage:
    """A root file system in the making."""

    def __init__(self, root: Path, arguments: dict[str, str]) -> None:
        self.root = root
        self.arguments = arguments
        self.environment: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.folder = "/"
        self.user = "0:0"
        self.entrypoint: list[str] = []
        self.command: list[str] = []

    def expanded(self, text: str) -> str:
        for name, value in {**self.arguments, **self.environment}.items():
            text = text.replace("${" + name + "}", value)
        return text


class Build:
    """The stages of a Dockerfile over this machine's files; `stages[-1]` is the image."""

    def __init__(self, namespace: Namespace, folder: Path, context: Path, dockerfile: Path, arguments: dict[str, str]) -> None:
        self._namespace, self._folder, self._context = namespace, folder, context
        self._ignored = [line for line in Path(f"{dockerfile}.dockerignore").read_text().splitlines() if line and not line.startswith("#")]
        self._given = arguments
        self._global: dict[str, str] = {}
        self.stages: list[Stage] = []
        self._names: dict[str, Stage] = {}
        namespace.run("mount", "-t", "tmpfs", "-o", "size=4g", "tmpfs", str(folder))  # an overlay's upper layer may not be in its lower one
        for instruction in instructions(dockerfile.read_text()):
            getattr(self, f"_{instruction.word.lower()}")(instruction.text)

    def _from(self, text: str) -> None:
        _base, _, name = text.partition(" AS ")
        layer = self._folder / str(len(self.stages))
        root = layer / "root"
        self._namespace.run("mkdir", "-p", str(root), str(layer / "upper"), str(layer / "work"))
        options = f"lowerdir=/,upperdir={layer / 'upper'},workdir={layer / 'work'}"
        self._namespace.run("mount", "-t", "overlay", "-o", options, "overlay", str(root))
        self._namespace.run("mount", "-t", "proc", "proc", str(root / "proc"))
        self._namespace.run("mount", "--rbind", "/dev", str(root / "dev"))
        stage = Stage(root, {})
        self.stages.append(stage)
        self._names[name] = stage

    def _arg(self, text: str) -> None:
        name, _, default = text.partition("=")
        where = self.stages[-1].arguments if self.stages else self._global
        where[name] = self._given.get(name, default.strip('"'))

    def _run(self, text: str) -> None:
        stage = self.stages[-1]
        words = f"cd {shlex.quote(stage.folder)} && {text}"
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"}
        passed = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy") or name.startswith(("PIP_", "SSL_"))}
        variables = {**environment, **passed, **stage.arguments, **stage.environment}
        self._namespace.run("chroot", str(stage.root), "/bin/sh", "-c", words, environment=variables)

    def _copy(self, text: str) -> None:
        stage = self.stages[-1]
        words = shlex.split(text)
        source_root = self._names[words.pop(0).removeprefix("--from=")].root if words[0].startswith("--from=") else None
        *sources, target = words
        to = stage.root / os.path.normpath(f"{stage.folder}/{target}").lstrip("/")
        self._namespace.run("mkdir", "-p", str(to if target.endswith("/") else to.parent))
        for source in sources:
            if source_root is None:
                staged = self._context_copy(source)
                self._namespace.run("cp", "-aT", str(staged), str(to / source if target.endswith("/") else to))
            else:
                self._namespace.run("cp", "-aT", str(source_root / source.lstrip("/")), str(to))

    def _context_copy(self, source: str) -> Path:
        """What of a source the builder would be sent."""
        staged = Path(f"{self._folder}-context") / source
        shutil.rmtree(staged, ignore_errors=True)
        staged.parent.mkdir(parents=True, exist_ok=True)
        assert self._sent(source), f"{source} is ignored by the .dockerignore"
        if (self._context / source).is_file():
            shutil.copy2(self._context / source, staged)
        else:
            shutil.copytree(
                self._context / source,
                staged,
                ignore=lambda folder, names: [
                    name for name in names if not self._sent(str((Path(folder) / name).relative_to(self._context)))
                ],
            )
        return staged

    def _sent(self, path: str) -> bool:
        """By the last pattern that matches the path or a folder above it."""
        sent = True
        parts = Path(path).parts
        above = ["/".join(parts[: at + 1]) for at in range(len(parts))]
        for pattern in self._ignored:
            bare = pattern.removeprefix("!")
            candidates = [Path(one).name for one in above] if bare.startswith("**/") else above
            if any(fnmatch.fnmatchcase(one, bare.removeprefix("**/")) for one in candidates):
                sent = pattern.startswith("!")
        return sent

    def _env(self, text: str) -> None:
        self.stages[-1].environment |= dict(word.split("=", 1) for word in shlex.split(text))

    def _label(self, text: str) -> None:
        self.stages[-1].labels |= dict(word.split("=", 1) for word in shlex.split(self.stages[-1].expanded(text)))

    def _user(self, text: str) -> None:
        self.stages[-1].user = text

    def _workdir(self, text: str) -> None:
        stage = self.stages[-1]
        stage.folder = text
        self._namespace.run("mkdir", "-p", str(stage.root / text.lstrip("/")))

    def _expose(self, _text: str) -> None:
        """Says something to people alone."""

    def _entrypoint(self, text: str) -> None:
        self.stages[-1].entrypoint = json.loads(text)

    def _cmd(self, text: str) -> None:
        self.stages[-1].command = json.loads(text)
