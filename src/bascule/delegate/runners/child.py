"""The job itself: its process, forked before there is a job; its group, its pipes, its environment, its secrets."""

import contextlib
import ctypes
import os
import resource
import shlex
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Collection
from pathlib import Path

import msgspec

from bascule.delegate import turns as step_turns
from bascule.delegate.runners.base import Order, Work, rehearse
from bascule.wire.jobs import Command, Fetch, Script, Seal, Target
from bascule.wire.pods import Pod, Reach

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "USER", "LOGNAME", "SSL_CERT_FILE", "SSL_CERT_DIR", "JAVA_HOME")
_KEPT_PROXY = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")
_IDENTITY = {
    "aws-iam": ("AWS_",),
    "gcp": ("GOOGLE_", "GCE_", "GCLOUD_", "CLOUDSDK_"),
    "azure": ("AZURE_", "IDENTITY_", "MSI_", "IMDS_"),
}
"""Token provider → how the variables begin that its library finds the delegate's identity by."""
_EVENTS = "events"
_PDEATHSIG = 1
_NO_NEW_PRIVILEGES = 38
_CHILD_SUBREAPER = 36
_STATUS_NOT_STARTED = 127
_CHUNK = 64 * 1024
_ENDING_S = 5.0
_LOOK_S = 0.005

_SH = """trap '_bascule_status=$?
for _bascule_name in {names}; do
  eval "printf \\"%s\\\\0%s\\\\0\\" \\"\\$_bascule_name\\" \\"\\${{$_bascule_name-}}\\""
done > {outputs}
exit $_bascule_status' EXIT
. {script}
"""
_PYTHON = """import atexit, os, runpy
def tell():
    with open({outputs}, "w") as file:
        for name in {names!r}:
            file.write(name + chr(0) + os.environ.get(name, "") + chr(0))
atexit.register(tell)
runpy.run_path({script}, run_name="__main__")
"""
_PWSH = """try {{ . {script} }} finally {{
  $told = foreach ($name in @({names})) {{ $name + [char]0 + [Environment]::GetEnvironmentVariable($name) + [char]0 }}
  [IO.File]::WriteAllText({outputs}, -join $told)
}}
"""


class Child:
    """A running job: its process and the ends of its pipes."""

    def __init__(self, pid: int, stdout: int, stderr: int, events: int, outputs: int) -> None:
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
        self.events = events
        self._outputs = outputs

    def signal(self, number: signal.Signals) -> None:
        """To the whole group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def poll(self) -> int | None:
        """Its wait status, None while it runs. Orphans that it left us (`adopt_orphans`) are waited for, too."""
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid in (0, self.pid):
                return status if pid else None

    def end_all(self) -> None:
        """What it left running ends with it, also what has gone into a group or session of its own: those are our children by now."""
        self.signal(signal.SIGKILL)
        gives_up_at = time.monotonic() + _ENDING_S
        with contextlib.suppress(ChildProcessError):
            while time.monotonic() < gives_up_at:
                for orphan in _children():
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(orphan, signal.SIGKILL)
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    time.sleep(_LOOK_S)

    def variables(self, names: Collection[str]) -> dict[str, str]:
        """The output variables of a script, of those names. Raises ValueError when it has written more than can be meant."""
        with os.fdopen(self._outputs, "rb") as file:
            if os.fstat(file.fileno()).st_size > step_turns.MOST_BYTES:
                raise ValueError(f"the output variables are larger than {step_turns.MOST_BYTES >> 20} MiB, and are left out")
            file.seek(0)
            words = file.read().decode("utf-8", "replace").split("\0")
        return {name: value for name, value in zip(words[::2], words[1::2], strict=False) if name in names}


class Spare:
    """A process that waits to become a job, and does so once. It ends by itself when its supervisor ends."""

    def __init__(self, pid: int, stdout: int, stderr: int, outputs: int, line: socket.socket) -> None:
        self._pid = pid
        self._stdout = stdout
        self._stderr = stderr
        self._outputs = outputs
        self._line = line
        """Its order goes there."""

    @classmethod
    def fork(cls, job_main: Callable[[list[str]], int]) -> "Spare":
        """Have one wait. Its supervisor is whoever calls."""
        stdout, child_stdout = os.pipe()
        stderr, child_stderr = os.pipe()
        outputs = os.memfd_create("outputs", 0)
        ours, theirs = socket.socketpair()
        supervisor = os.getpid()
        pid = os.fork()
        if pid == 0:
            status = _STATUS_NOT_STARTED
            try:
                os.setpgid(0, 0)
                die_with(supervisor, signal.SIGTERM)  # nobody would write down what the job tells
                os.dup2(child_stdout, 1)
                os.dup2(child_stderr, 2)
                null = os.open(os.devnull, os.O_RDONLY)
                os.dup2(null, 0)
                _close_all_but({outputs, theirs.fileno()})
                rehearse()
                with theirs:
                    content = b"".join(iter(lambda: theirs.recv(_CHUNK), b""))
                if content:
                    order = Order.read(content)
                    status = _run(order, job_main, _wanted(outputs, order.work))
            except BaseException:
                traceback.print_exc()
            finally:
                with contextlib.suppress(Exception):
                    sys.stdout.flush()
                    sys.stderr.flush()
                os._exit(status)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)  # whoever of us two comes first
        theirs.close()
        os.close(child_stdout)
        os.close(child_stderr)
        os.set_blocking(stdout, False)
        os.set_blocking(stderr, False)
        return cls(pid, stdout, stderr, outputs, ours)

    def is_there(self) -> bool:
        """Whether it waits still."""
        return os.waitpid(self._pid, os.WNOHANG) == (0, 0)

    def begin(self, work: Work, order: bytes) -> Child:
        """Let the job begin. Its events come by a named pipe in the folder, so that large outputs have a place beside it."""
        pipe = Path(work.folder, _EVENTS)
        pipe.unlink(missing_ok=True)
        os.mkfifo(pipe, 0o600)
        events = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # also open for writing: the end of one writer is not the end
        with self._line, contextlib.suppress(BrokenPipeError, ConnectionResetError):  # killed just now: its status tells
            self._line.sendall(order)
        return Child(self._pid, self._stdout, self._stderr, events, self._outputs)


def die_with(parent: int, number: signal.Signals) -> None:
    """Be sent that signal when the parent is gone, however it went; end at once if it already is."""
    ctypes.CDLL(None).prctl(_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(_STATUS_NOT_STARTED)


def adopt_orphans() -> None:
    """From now on whatever our children start and leave is our child, instead of the first process'."""
    ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children() -> list[int]:
    """Ours, as far as the kernel tells."""
    with contextlib.suppress(FileNotFoundError):
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    return []


def outlive() -> None:
    """Be sent nothing any more when the parent is gone."""
    ctypes.CDLL(None).prctl(_PDEATHSIG, 0, 0, 0, 0)


def _close_all_but(keep: set[int]) -> None:
    for descriptor in [int(path.name) for path in Path("/proc/self/fd").iterdir()]:
        if descriptor > 2 and descriptor not in keep:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _wanted(outputs: int, work: Work) -> int | None:
    """Where the job writes its output variables, if it is to have any."""
    if isinstance(work.job.what, Script) and work.job.what.output_variables:
        return outputs
    os.close(outputs)
    return None


def _run(order: Order, job_main: Callable[[list[str]], int], outputs: int | None) -> int:
    work, script_user = order.work, order.script_user
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.umask(0o077)
    if work.job.limits.memory_mib is not None:
        limit = work.job.limits.memory_mib * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    identity = _identity(work.job.target)
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.upper() in _KEPT_PROXY}
    os.environ.clear()
    os.environ.update(kept | work.job.environment)
    match work.job.what:
        case Command() as command:
            os.chdir(work.workspace)
            return _run_command(work, command, job_main, identity, script_user)
        case Script(container=str(container)) as script:
            return _run_in_container(work, script, container, outputs, order.turns)
        case Script() as script:
            return _run_script(work, script, script_user, outputs)
        case Fetch() | Pod() | Seal() | Reach():
            raise ValueError("a job of this kind has no process")


def _run_command(
    work: Work, command: Command, job_main: Callable[[list[str]], int], identity: dict[str, str], script_user: int | None
) -> int:
    if work.job.target is not None:
        document = _target(work.job.target, work.secrets) | _access(work.job.target, work.secrets, identity, script_user)
        os.environ["BASCULE_SECRETS_FD"] = str(_memory("secrets", msgspec.json.encode(document)))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # they are text streams here
    argv = [command.argv[0], "--events", str(Path(work.folder, _EVENTS)), *command.argv[1:]]
    sys.argv = ["bascule", *argv]
    return job_main(argv)


def _target(target: Target, secrets: dict[str, str]) -> dict[str, object]:
    """What BASCULE_SECRETS_FD carries."""
    properties = target.properties | {name: secrets[secret] for name, secret in target.secret_properties.items()}
    return {
        "url": target.url,
        "username": secrets[target.username_secret] if target.username_secret else target.username,
        "password": secrets[target.password_secret] if target.password_secret else None,
        "properties": properties,
    }


def _identity(target: Target | None) -> dict[str, str]:
    """The variables by which a cloud's library knows who this delegate is: for whoever asks for a token, not for the environment."""
    if target is None or target.tokens is None:
        return {}
    prefixes = _IDENTITY.get(target.tokens.provider, ())
    return {name: value for name, value in os.environ.items() if name.startswith(prefixes)} if prefixes else {}


def _access(target: Target, secrets: dict[str, str], identity: dict[str, str], script_user: int | None) -> dict[str, object]:
    """TLS material, tokens and tunnel in the words of the engine's `Access`; nothing where nothing was said."""
    document: dict[str, object] = {}
    if (tls := target.tls) is not None:
        document["tls"] = {
            "mode": tls.mode,
            "ca": secrets[tls.ca_secret] if tls.ca_secret else tls.ca,
            "certificate": secrets[tls.certificate_secret] if tls.certificate_secret else None,
            "key": secrets[tls.key_secret] if tls.key_secret else None,
            "passphrase": secrets[tls.passphrase_secret] if tls.passphrase_secret else None,
        }
    if (tokens := target.tokens) is not None:
        given = {option: secrets[secret] for option, secret in tokens.secret_options.items()}
        document["tokens"] = {"provider": tokens.provider, "options": tokens.options, "secrets": given, "environment": identity}
        if os.geteuid() == 0 and script_user is not None:
            document["tokens"]["run_as"] = script_user  # type: ignore[index]  # it is the dict above
    if (tunnel := target.tunnel) is not None:
        document["tunnel"] = {
            "host": tunnel.host,
            "port": tunnel.port,
            "username": tunnel.username,
            "key": secrets[tunnel.key_secret],
            "passphrase": secrets[tunnel.passphrase_secret] if tunnel.passphrase_secret else None,
            "known_hosts": tunnel.known_hosts,
        }
    return document


def _run_script(work: Work, script: Script, script_user: int | None, outputs: int | None) -> int:
    os.environ.update({name: work.secrets[secret] for name, secret in work.job.environment_secrets.items()})
    os.chdir(work.workspace)  # as ourselves: the folders above may be closed to others
    if os.geteuid() == 0 and script_user is not None:
        _become(script_user, work.workspace)
    program = {"sh": "sh", "bash": "bash", "python": "python3", "pwsh": "pwsh"}[script.shell]
    found = shutil.which(program)
    if found is None:
        sys.stderr.write(f"there is no {program} on this delegate\n")
        return _STATUS_NOT_STARTED
    text = _path(_memory("script", script.text.encode()))
    wrapper = text
    if outputs is not None:
        said = str if script.shell in ("sh", "bash") else repr
        wrapped = _wrapped(script, said(_path(outputs)), said(text))
        wrapper = _path(_memory("wrapper", wrapped.encode()))
    extra = ["-NoProfile", "-NonInteractive", "-File"] if script.shell == "pwsh" else []
    return os.execv(found, [program, *extra, wrapper])  # noqa: S606 - no shell in between is meant


def _run_in_container(work: Work, script: Script, container: str, outputs: int | None, turns: str | None) -> int:
    if turns is None:
        sys.stderr.write(f"this delegate has no step containers: it is not in a pod that has '{container}'\n")
        return _STATUS_NOT_STARTED
    secret = {name: work.secrets[secret] for name, secret in work.job.environment_secrets.items()}
    turn = step_turns.Turn(
        shell=script.shell,
        script=script.text,
        wrapper=None if outputs is None else _wrapped(script, *_IN_CONTAINER[script.shell]),
        environment=work.job.environment | secret,
        workspace=work.workspace,
        grace_s=work.job.limits.grace_s,
    )
    try:
        return step_turns.take(Path(turns), container, turn, outputs)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return _STATUS_NOT_STARTED


_IN_CONTAINER = {
    "sh": ('"$BASCULE_TURN/vars"', '"$BASCULE_TURN/script"'),
    "bash": ('"$BASCULE_TURN/vars"', '"$BASCULE_TURN/script"'),
    "python": ('os.environ["BASCULE_TURN"] + "/vars"', 'os.environ["BASCULE_TURN"] + "/script"'),
    "pwsh": ('"$env:BASCULE_TURN/vars"', '"$env:BASCULE_TURN/script"'),
}
"""Where a step container finds its output variables and script, in the words of each shell."""


def _wrapped(script: Script, outputs: str, text: str) -> str:
    """A script around the script, which writes down the output variables when it ends, however it ends.

    `outputs` and `text` are the two paths as that shell says them.
    """
    names = script.output_variables
    match script.shell:
        case "python":
            return _PYTHON.format(names=names, outputs=outputs, script=text)
        case "pwsh":
            listed = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
            return _PWSH.format(names=listed, outputs=outputs, script=text)
        case "sh" | "bash":
            return _SH.format(names=" ".join(map(shlex.quote, names)), outputs=outputs, script=text)


def _become(user: int, workspace: str) -> None:
    """Go on as that user, for good. The workspace becomes its own: earlier jobs put files there as us."""
    give_away(workspace, user)
    libc = ctypes.CDLL(None)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    libc.prctl(_PDEATHSIG, signal.SIGTERM, 0, 0, 0)  # a change of user clears it
    os.environ["HOME"] = workspace


def give_away(workspace: str, user: int) -> None:
    """All below becomes that user's. Another of its scripts may be at work there: what is gone is gone, and no link is followed,
    also not one that stands where a folder stood a moment ago.
    """
    for _, _, files, folder in os.fwalk(workspace, follow_symlinks=False):
        for name in (".", *files):
            with contextlib.suppress(FileNotFoundError):
                os.chown(name, user, user, dir_fd=folder, follow_symlinks=False)


def _memory(name: str, content: bytes) -> int:
    """A descriptor to read the content from, inherited over exec; nothing of it is on disk."""
    descriptor = os.memfd_create(name, 0)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.set_inheritable(descriptor, True)
    return descriptor


def _path(descriptor: int) -> str:
    return f"/dev/fd/{descriptor}"
