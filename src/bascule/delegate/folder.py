"""A job's folder: all that a delegate knows of an attempt, so that one that is killed and started again can go on.

`lease.json` the lease without its secrets · `events.<first seq>.jsonl` what it told, masked, in segments that are deleted once the
manager has them · `commit` its repository's · `starting` it may have begun · `pid` its supervisor · `cancel` it was asked to stop ·
`noted.*` how far a runner that is no process has come · `artifacts/` large outputs · `exit.json` how it ended.
"""

import hashlib
import itertools
import os
import shutil
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeVar

import msgspec

from bascule.core.errors import BasculeError
from bascule.wire.delegates import Lease

T = TypeVar("T")

SEGMENT_BYTES = 4 * 1024 * 1024
_SEGMENTS = "events.*.jsonl"


class Ended(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an attempt ended: the parts of its result that only its supervisor knows."""

    status: Literal["success", "failure", "cancelled", "unknown"]
    exit_code: int | None = None
    failure: str | None = None
    problems: list[dict[str, Any]] = []
    outputs: dict[str, Any] = {}
    artifacts: list[str] = []
    """Outputs that stand in `artifacts/`, one JSON file each."""


class ProcessId(msgspec.Struct, frozen=True):
    """A process and when it began (clock ticks since boot), for ids are used again."""

    pid: int
    began: int

    @classmethod
    def of(cls, pid: int) -> "ProcessId | None":
        """The process with this id now, or None."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return None
        fields = stat[stat.rindex(")") + 2 :].split()
        return None if fields[0] in ("Z", "X") else cls(pid, int(fields[19]))

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return ProcessId.of(self.pid) == self


class JobFolder:
    """The files of one attempt. Each has one writer: the agent, and from `pid` on the supervisor."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def make(cls, jobs: Path, lease: Lease) -> "JobFolder":
        """The folder of that attempt, new or as an earlier start of this delegate left it. Raises OSError, and then there is none."""
        folder = cls(jobs / f"{lease.fence}-{lease.attempt}")
        try:
            folder.path.mkdir(mode=0o700, exist_ok=True)
            (folder.path / "artifacts").mkdir(mode=0o700, exist_ok=True)
            folder._write("lease.json", msgspec.json.encode(msgspec.structs.replace(lease, secrets=None, sealed_elsewhere=None)))
        except OSError:
            folder.remove()
            raise
        return folder

    def lease(self) -> Lease | None:
        """What it is about; None when the delegate was killed before it was written."""
        return self._decoded("lease.json", Lease)

    def supervisor(self) -> ProcessId | None:
        """Who runs it, if it was begun."""
        return self._decoded("pid", ProcessId)

    def set_supervisor(self, process: ProcessId) -> None:
        """From now on that process writes here."""
        self._write("pid", msgspec.json.encode(process))

    def ended(self) -> Ended | None:
        """How it ended; None while it has not."""
        return self._decoded("exit.json", Ended)

    def end(self, ended: Ended) -> None:
        """It has ended: also after a power cut."""
        self._write("exit.json", msgspec.json.encode(ended), is_durable=True)

    def fail(self, error: BasculeError) -> None:
        """It has ended before anything of it ran."""
        problems = [msgspec.to_builtins(problem) for problem in error.problems]
        self.end(Ended(status="failure", failure=type(error).__name__, problems=problems))

    def is_starting(self) -> bool:
        """Whether the manager was, or was about to be, told that it starts."""
        return (self.path / "starting").exists()

    def has_begun(self) -> bool:
        """Whether it is past its beginning, or has ended already."""
        return self.is_starting() or self.supervisor() is not None or self.ended() is not None

    def set_starting(self) -> None:
        """From now on it may have begun to run."""
        (self.path / "starting").touch()

    def commit(self) -> str | None:
        """The commit its repository was pinned to."""
        content = self._read("commit")
        return content.decode() if content is not None else None

    def set_commit(self, commit: str) -> None:
        """Its repository is pinned."""
        self._write("commit", commit.encode())

    def is_cancelled(self) -> bool:
        """Whether it was asked to stop."""
        return (self.path / "cancel").exists()

    def cancel(self) -> None:
        """Ask it to stop; who runs it needs a signal to notice."""
        (self.path / "cancel").touch()

    def note(self, name: str) -> None:
        """Its runner has come so far."""
        (self.path / f"noted.{name}").touch()

    def has_noted(self, name: str) -> bool:
        """Whether its runner had come so far."""
        return (self.path / f"noted.{name}").exists()

    def artifact(self, name: str) -> Path:
        """Where a large output stands. Its name is hashed: users choose output names."""
        return self.path / "artifacts" / (hashlib.sha256(name.encode()).hexdigest() + ".json")

    def segments(self) -> list[tuple[int, Path]]:
        """First seq and file of each segment, in order."""
        return sorted((int(path.name.split(".")[1]), path) for path in self.path.glob(_SEGMENTS))

    def remove(self) -> None:
        """The manager has everything."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _write(self, name: str, content: bytes, *, is_durable: bool = False) -> None:
        """All of it or nothing, whoever is killed."""
        temporary = self.path / f".{name}"
        with temporary.open("wb") as file:
            file.write(content)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(self.path / name)

    def _decoded(self, name: str, kind: type[T]) -> T | None:
        """What the file says; None when it is not there, or a power cut has left it empty."""
        try:
            return msgspec.json.decode(self._read(name) or b"", type=kind)
        except msgspec.DecodeError:
            return None

    def _read(self, name: str) -> bytes | None:
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None


class EventLog:
    """Appends to the segments. Over `limit_bytes` on disk, logs and statements are dropped and counted; all else is always kept."""

    _MAY_BE_DROPPED = frozenset({"log", "statement", "progress"})
    _LOOK_EVERY_BYTES = 256 * 1024

    def __init__(self, folder: JobFolder, limit_bytes: int) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._dropped = 0
        self._unlooked = 0
        self._full = False
        segments = folder.segments()
        self.next_seq = segments[-1][0] + _whole_lines(segments[-1][1]) if segments else 0
        self._size = 0
        self._file = self._open()

    def write(self, event: dict[str, Any]) -> None:
        """Append one event."""
        line = msgspec.json.encode(event) + b"\n"
        if event.get("kind") in self._MAY_BE_DROPPED and self._is_full(len(line)):
            self._dropped += 1
            return
        self._tell_dropped(event.get("at", 0.0))
        self._append(line)

    def close(self, at: float) -> None:
        """Nothing more will be written."""
        self._tell_dropped(at)
        self._file.close()

    def _tell_dropped(self, at: float) -> None:
        if self._dropped:
            text = f"{self._dropped} lines were left out here: the manager could not be reached and the delegate's buffer was full"
            self._dropped = 0
            self._append(msgspec.json.encode({"kind": "log", "at": at, "level": "warning", "text": text}) + b"\n")

    def _append(self, line: bytes) -> None:
        if self._size > SEGMENT_BYTES:
            self._file.close()
            self._file = self._open()
            self._size = 0
        self._file.write(line)
        self._file.flush()
        self._size += len(line)
        self.next_seq += 1

    def _open(self) -> BinaryIO:
        return (self._folder.path / f"events.{self.next_seq:012}.jsonl").open("ab")

    def _is_full(self, more: int) -> bool:
        self._unlooked += more
        if self._full or self._unlooked > self._LOOK_EVERY_BYTES:
            self._full = sum(_size(path) for _, path in self._folder.segments()) > self._limit_bytes
            self._unlooked = 0
        return self._full


class EventReader:
    """Reads events in order while they are written, and again from any seq whose segment is still there."""

    def __init__(self, folder: JobFolder) -> None:
        self._folder = folder
        self._seq = 0
        self._path: Path | None = None
        self._offset = 0

    def read(self, from_seq: int, max_bytes: int, max_lines: int) -> list[bytes]:
        """Whole events from `from_seq` on, as they stand on disk, as many as fit; at least one if there is one."""
        if self._path is None or from_seq != self._seq:
            self._seek(from_seq)
        found: list[bytes] = []
        size = 0
        while self._path is not None:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                for line in file:
                    if not line.endswith(b"\n") or (found and (size + len(line) > max_bytes or len(found) == max_lines)):
                        return found
                    found.append(line)
                    size += len(line)
                    self._seq += 1
                    self._offset += len(line)
            following = [path for first, path in self._folder.segments() if first == self._seq and path != self._path]
            if not following:
                return found
            self._path, self._offset = following[0], 0
        return found

    def forget(self, before_seq: int) -> None:
        """Delete the segments whose events the manager has; the last one stays, for it may be written to."""
        segments = self._folder.segments()
        for (_, path), (following, _) in itertools.pairwise(segments):
            if following <= before_seq and path != self._path:
                path.unlink(missing_ok=True)

    def _seek(self, seq: int) -> None:
        self._path = None
        for first, path in self._folder.segments():
            if first <= seq:
                self._path, self._seq, self._offset = path, first, 0
        if self._path is not None:
            with self._path.open("rb") as file:
                for _ in range(seq - self._seq):
                    self._offset += len(file.readline())
            self._seq = seq


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # its events have arrived meanwhile
        return 0


def _whole_lines(path: Path) -> int:
    """How many lines a segment has; an unfinished last one (its writer was killed) is cut off."""
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole != len(content):
        os.truncate(path, whole)
    return content.count(b"\n")
