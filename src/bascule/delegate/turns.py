"""Script jobs in a step container of this pod: how it waits for its turn, and how a job's process gives it one.

A step container has any image with a POSIX `sh`, runs `WAIT` and shares a folder with the delegate that no other container sees. For each
turn the delegate makes a folder in it, `0`, `1`, …: `run` what to do · `script`, `wrapper` the job's text · `out`, `err` pipes that the
delegate reads · `go` begin · `stop` end what runs, with the seconds that it has for that · `vars` output variables · `exit` its status.
Beside them stand `ready` (the container is there) and `end` (no more turns).
"""

import contextlib
import fcntl
import os
import re
import shlex
import shutil
import signal
import stat
import sys
import time
from collections.abc import Iterable
from pathlib import Path

WAIT = r"""umask 0002
turns=$1 number=0 child= leaving= had=
nap=0.2
sleep 0.2 2>/dev/null || nap=1
pause() { sleep "$nap" & wait "$!"; }
tell() { if [ "$PPID" = 0 ]; then kill -s "$1" -- -1; else kill -s "$1" "$child"; fi 2>/dev/null; }
stop() {
  until [ -e "$1/stop" ]; do pause; done
  read -r grace < "$1/stop"
  tell TERM
  sleep "$grace" & wait "$!"
  tell KILL
}
trap 'leaving=1; [ -z "$child" ] || tell TERM' TERM INT
: > "$turns/ready"
while [ -z "$leaving" ]; do
  turn=$turns/$number
  if [ -e "$turn/go" ]; then
    sh "$turn/run" "$turn" > "$turn/out" 2> "$turn/err" < /dev/null &
    child=$!
    stop "$turn" &
    watcher=$!
    while :; do
      wait "$child"
      status=$?
      kill -0 "$child" 2>/dev/null || break
    done
    kill -s KILL "$watcher" 2>/dev/null
    tell KILL
    child= had=1 number=$((number + 1))
    echo "$status" > "$turn/exit"
  elif [ -e "$turns/end" ]; then
    [ -n "$had" ] || echo "bascule: this step's turn did not come"
    exit 0
  else
    pause
  fi
done
exit 143
"""
"""What a step container runs: `sh -c WAIT NAME FOLDER`. It is the container's first process, so that `kill -1` reaches all that a script
has started and nothing else. It starts nothing but `sh` and `sleep`."""

_LOOK_S = 0.03
_ABANDONED_S = 15.0
_PATIENCE_S = 5.0
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STATUS_NOT_STARTED = 127
_CHUNK = 64 * 1024
MOST_BYTES = 16 << 20
"""Of output variables: far more than anybody means."""
_LONGEST_NUMBER = 12
_PROGRAMS = {"sh": "sh", "bash": "bash", "python": "python3", "pwsh": "pwsh"}


class Turn:
    """What a step container is to do. `wrapper` is the text around the script, if there is one; both find the folder as `$BASCULE_TURN`."""

    def __init__(
        self, *, shell: str, script: str, wrapper: str | None, environment: dict[str, str], workspace: str, grace_s: float
    ) -> None:
        self.shell = shell
        self.script = script
        self.wrapper = wrapper
        self.environment = environment
        self.workspace = workspace
        self.grace_s = grace_s

    def run(self) -> str:
        """The text of `run`. Raises ValueError for a variable whose name `sh` cannot set."""
        for name in self.environment:
            if not _NAME.fullmatch(name):
                raise ValueError(f"a shell has no variables named '{name}'")
        program = _PROGRAMS[self.shell]
        extra = " -NoProfile -NonInteractive -File" if self.shell == "pwsh" else ""
        missing = f"there is no {program} in the image of this step"
        lines = [f"export {name}={shlex.quote(value)}" for name, value in self.environment.items()]
        lines += [
            'export BASCULE_TURN="$1"',
            f"cd {shlex.quote(self.workspace)} || exit {_STATUS_NOT_STARTED}",
            f'command -v {program} > /dev/null || {{ echo "{missing}" >&2; exit {_STATUS_NOT_STARTED}; }}',
            f'exec {program}{extra} "$1/{"script" if self.wrapper is None else "wrapper"}"',
        ]
        return "\n".join(lines) + "\n"


def take(turns: Path, container: str, turn: Turn, outputs: int | None) -> int:
    """Have the container do it, pass on what it prints to our own stdout and stderr. Its exit status.

    SIGTERM stops it, with its grace. One turn at a time: who comes later waits. `outputs` is where the output variables are written.
    Raises ValueError for a turn that cannot be given, or when the step has meddled with the folder.
    """
    folder = turns / container
    if not folder.is_dir():  # its container has not begun
        folder.mkdir(exist_ok=True)
        folder.chmod(0o2770)
    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    told_at = time.monotonic() + _PATIENCE_S
    while not (folder / "ready").exists():
        time.sleep(_LOOK_S)
        if time.monotonic() > told_at:
            sys.stderr.write(f"waiting for the container '{container}' to begin\n")
            sys.stderr.flush()
            told_at = float("inf")
    beside = _opened(folder)
    number = _count(beside, ".count") or 0
    if number:
        _end_abandoned(folder / str(number - 1))
    share(Path(turn.workspace))
    place = _Place(folder / str(number))
    place.prepare(turn)
    _write(beside, ".count", str(number + 1), 0o600)
    signal.signal(signal.SIGTERM, lambda *_: place.stop(turn.grace_s))
    status = place.follow()
    if outputs is not None and (told := place.variables()) is not None:
        with os.fdopen(os.dup(outputs), "wb") as file:
            file.write(told)
    shutil.rmtree(place.path, ignore_errors=True)
    return status


def are_ready(turns: Path, containers: Iterable[str]) -> bool:
    """Whether each of them waits for its turn."""
    return all((turns / name / "ready").exists() for name in containers)


def end_all(turns: Path) -> None:
    """There are no more turns: step containers end, those that had none say so."""
    for folder in turns.iterdir():
        if folder.is_dir():
            with contextlib.suppress(OSError):
                (folder / "end").touch()


def share(workspace: Path) -> None:
    """What we put into the workspace is open to its group: a step container may run as another user, never of another group."""
    for folder, _, files in os.walk(workspace):
        for name in (".", *files):
            path = Path(folder, name)
            with contextlib.suppress(OSError):  # what a step made is its own, and open already
                mode = path.lstat().st_mode
                if not stat.S_ISLNK(mode):
                    path.chmod(stat.S_IMODE(mode) | (mode & 0o700) >> 3 | (stat.S_ISGID if stat.S_ISDIR(mode) else 0))


class _Place:
    """The folder of one turn. The step may write there too, so nothing of it is reached by way of a link."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._folder = -1
        self._pipes: dict[int, int] = {}
        """Pipe that is read → descriptor that is written."""

    def prepare(self, turn: Turn) -> None:
        run = turn.run()
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir()
        self._folder = _opened(self.path)
        os.fchmod(self._folder, 0o770)
        for name, to in (("out", 1), ("err", 2)):
            os.mkfifo(name, dir_fd=self._folder)
            flags = os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC  # for writing too: it never ends
            pipe = os.open(name, flags, dir_fd=self._folder)
            os.fchmod(pipe, 0o660)
            self._pipes[pipe] = to
        _write(self._folder, "script", turn.script, 0o640)
        if turn.wrapper is not None:
            _write(self._folder, "wrapper", turn.wrapper, 0o640)
        _write(self._folder, "run", run, 0o640)
        _write(self._folder, "go", "", 0o640)

    def stop(self, grace_s: float) -> None:
        """A little less than its whole grace: its end is to be seen before ours comes."""
        _write(self._folder, "stop", f"{max(0, int(grace_s * 0.8))}\n", 0o640)

    def variables(self) -> bytes | None:
        """The output variables, as the step wrote them."""
        return _read(self._folder, "vars")

    def follow(self) -> int:
        """Pass on what it prints until it has ended; its status."""
        while (status := _count(self._folder, "exit")) is None:
            if not self._pass_on():
                time.sleep(_LOOK_S)
        while self._pass_on():
            pass
        for pipe in self._pipes:
            os.close(pipe)
        return status

    def _pass_on(self) -> bool:
        told = False
        for pipe, to in self._pipes.items():
            with contextlib.suppress(BlockingIOError):
                chunk = os.read(pipe, _CHUNK)
                while chunk:
                    chunk = chunk[os.write(to, chunk) :]
                    told = True
        return told


def _end_abandoned(turn: Path) -> None:
    """A turn whose job was killed outright: what it started may still run there."""
    if not turn.exists():
        return
    folder = _opened(turn)
    _write(folder, "stop", "0\n", 0o640)
    os.close(folder)
    gives_up_at = time.monotonic() + _ABANDONED_S
    while not (turn / "exit").exists() and time.monotonic() < gives_up_at:
        time.sleep(_LOOK_S)
    shutil.rmtree(turn, ignore_errors=True)


def _opened(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _write(folder: int, name: str, text: str, mode: int) -> None:
    """Whole or not at all, with that mode whatever the umask."""
    temporary = f".{name}.new"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        os.fchmod(descriptor, mode)
    os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _read(folder: int, name: str) -> bytes | None:
    """A file that the step may have made; None when there is none. Raises ValueError for a link, a pipe, and one that is too large."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(f"'{name}' in the step's folder cannot be read: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise ValueError(f"'{name}' in the step's folder is no plain file, or larger than {MOST_BYTES >> 20} MiB")
        return file.read(MOST_BYTES)


def _count(folder: int, name: str) -> int | None:
    """The number that a file holds, a status or how many turns there were; None while it is not there, or not whole."""
    text = _read(folder, name)
    if text is None or (name == "exit" and not text.endswith(b"\n")):
        return None
    if not text.strip().isdigit() or len(text) > _LONGEST_NUMBER:
        raise ValueError(f"'{name}' in the step's folder holds no number")
    return int(text)
