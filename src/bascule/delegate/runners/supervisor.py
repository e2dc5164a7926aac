"""The small process beside each job: writes what it tells (masked) and how it ends to the job's folder, keeps its time limit.

It is forked before there is a job for it, and has forked the job's process already, which waits: neither takes time when a job comes.

It needs nobody: the delegate may be killed and started again meanwhile. If it is killed itself, its job gets SIGTERM.
"""

import contextlib
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from bascule.delegate.folder import Ended, EventLog, JobFolder, ProcessId
from bascule.delegate.masking import Lines, Masker
from bascule.delegate.runners.base import Order, rehearse
from bascule.delegate.runners.child import Child, Spare, adopt_orphans, die_with, outlive
from bascule.wire.jobs import Script

_CHUNK = 64 * 1024
_LARGE_OUTPUT_BYTES = 64 * 1024
_TAIL_LINES = 20
_EXIT_CANCELLED = (130, 143)


def supervise(asked: socket.socket, parent: int, taken: int, job_main: Callable[[list[str]], int]) -> None:
    """Wait for a job, read its order, say that we are there, run it to its end.

    `asked` brings one end of a socket to the agent, or ends with the agent. Until then we end with our `parent`. On `taken` we say that
    another spare is needed.
    """
    os.setsid()
    die_with(parent, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    spare = Spare.fork(job_main)
    me = ProcessId.of(os.getpid())
    if me is None:
        raise RuntimeError("/proc does not show this process")
    rehearse()
    message, descriptors, _, _ = socket.recv_fds(asked, 1, 1)
    if not message:
        return
    outlive()
    asked.close()
    os.write(taken, message)
    os.close(taken)
    connection = socket.socket(fileno=descriptors[0])
    content = b"".join(iter(lambda: connection.recv(_CHUNK), b""))
    order = Order.read(content)
    folder = JobFolder(Path(order.work.folder))
    supervisor = Supervisor(order, folder)
    wakeup = supervisor.listen()
    folder.set_supervisor(me)
    connection.sendall(b"1")
    supervisor.run(spare if spare.is_there() else Spare.fork(job_main), content, wakeup)
    connection.close()  # the agent hears by it that we are done


class Supervisor:
    """One job from fork to exit."""

    def __init__(self, order: Order, folder: JobFolder) -> None:
        self._work = order.work
        self._hides_statements = order.work.job.statement_events == "hash"
        self._folder = folder
        self._masker = Masker(order.work.secrets.values())
        self._log = EventLog(folder, order.buffer_bytes)
        self._outputs: dict[str, Any] = {}
        self._artifacts: list[str] = []
        self._result: dict[str, Any] | None = None
        self._has_begun = False
        self._tail: list[str] = []
        self._asked_to_stop = False
        self._kill_at: float | None = None
        self._timed_out = False

    def listen(self) -> int:
        """Notice signals from now on, and have what the job leaves behind. Returns the descriptor that becomes readable at each signal."""
        adopt_orphans()
        wakeup, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(wakeup, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._on_stop)
        signal.signal(signal.SIGINT, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        return wakeup

    def run(self, spare: Spare, order: bytes, wakeup: int) -> None:
        """Let the job begin, take in what it tells until it ends, write down how it ended."""
        what = self._work.job.what
        if isinstance(what, Script):
            self._event({"kind": "started", "at": time.time(), "verb": "script", "version": 1, "bascule": ""})
        child = spare.begin(self._work, order)
        if self._folder.is_cancelled():
            self._asked_to_stop = True
        status = self._follow(child, wakeup)
        if isinstance(what, Script):
            try:
                for name, value in child.variables(what.output_variables).items():
                    self._event({"kind": "output", "at": time.time(), "name": name, "value": self._masker.text(value)})
            except ValueError as error:
                self._say(str(error), "error")
            self._event(self._script_result(status))
        ended = self._ended(status)
        self._log.close(time.time())
        self._folder.end(ended)

    def _on_stop(self, *_: object) -> None:
        self._asked_to_stop = True

    def _follow(self, child: Child, wakeup: int) -> int:
        """Take in what the job tells until it has exited and its pipes are empty; its wait status."""
        job = self._work.job
        timeout_at = time.monotonic() + job.limits.timeout_s
        lines = {child.stdout: Lines(self._masker), child.stderr: Lines(self._masker)}
        events = _Records()
        with selectors.DefaultSelector() as selector:
            for descriptor in (child.stdout, child.stderr, child.events, wakeup):
                selector.register(descriptor, selectors.EVENT_READ)
            status: int | None = None
            while status is None:
                now = time.monotonic()
                if now >= timeout_at and not self._timed_out:
                    self._timed_out = True
                    self._say(f"the job has not ended within {job.limits.timeout_s:.0f} s and is stopped", "error")
                if (self._asked_to_stop or self._timed_out) and self._kill_at is None:
                    self._kill_at = now + job.limits.grace_s
                    child.signal(signal.SIGTERM)
                if self._kill_at is not None and now >= self._kill_at:
                    child.signal(signal.SIGKILL)
                    self._kill_at = now + job.limits.grace_s
                wait_s = min(timeout_at if not self._timed_out else now + 1, self._kill_at or timeout_at, now + 1) - now
                ready = [int(key.fd) for key, _ in selector.select(max(0.0, wait_s))]
                for descriptor in sorted(ready, key=lambda descriptor: descriptor != child.events):  # `started` before what follows it
                    self._take(descriptor, child, lines, events, selector)
                status = child.poll()
            child.end_all()
            for descriptor in (child.events, child.stdout, child.stderr):
                while self._take(descriptor, child, lines, events, None):
                    pass
            for descriptor, rest in lines.items():
                for line in rest.end():
                    self._line(line, "stdout" if descriptor == child.stdout else "stderr")
        return status

    def _take(
        self, descriptor: int, child: Child, lines: dict[int, Lines], events: "_Records", selector: selectors.BaseSelector | None
    ) -> bool:
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            if selector is not None:
                selector.unregister(descriptor)
            return False
        if descriptor == child.events:
            for event in events.feed(chunk):
                self._event(self._masker.value(event))
        elif descriptor in lines:
            for line in lines[descriptor].feed(chunk):
                self._line(line, "stdout" if descriptor == child.stdout else "stderr")
        return True

    def _line(self, text: str, stream: str) -> None:
        self._tail = [*self._tail[1 - _TAIL_LINES :], text]
        event = {"kind": "log", "at": time.time(), "text": text}
        self._log.write(event if stream == "stdout" else {**event, "stream": stream})

    def _say(self, text: str, level: str) -> None:
        self._log.write({"kind": "log", "at": time.time(), "text": text, "level": level})

    def _event(self, event: dict[str, Any]) -> None:
        match event:
            case {"kind": "started"}:
                self._has_begun = True
            case {"kind": "output", "name": str(name)}:
                event = self._output(name, event)
            case {"kind": "result"}:
                self._result = event
            case {"kind": "statement", **rest} if self._hides_statements:
                event = {"kind": "statement", **rest, "text": None}
            case {"kind": "changeset.finished", **rest} if self._hides_statements:
                event = {"kind": "changeset.finished", **rest, "sql": []}
        self._log.write(event)

    def _output(self, name: str, event: dict[str, Any]) -> dict[str, Any]:
        """Keep a small output for the result; a large one becomes an artifact, and its event only names it."""
        file = event.get("file")
        if isinstance(file, str):
            beside = (self._folder.path / file).resolve()
            if self._folder.path.resolve() not in beside.parents:
                return {"kind": "output", "at": event.get("at", 0.0), "name": name}
            value = self._masker.value(msgspec.json.decode(beside.read_bytes()))
            beside.unlink()
        else:
            value = event.get("value")
        content = msgspec.json.encode(value)
        if len(content) <= _LARGE_OUTPUT_BYTES:
            self._outputs[name] = value
            return {"kind": "output", "at": event.get("at", 0.0), "name": name, "value": value}
        self._folder.artifact(name).write_bytes(content)
        self._artifacts.append(name)
        return {"kind": "output", "at": event.get("at", 0.0), "name": name, "file": name}

    def _script_result(self, status: int) -> dict[str, Any]:
        code = os.waitstatus_to_exitcode(status)
        exit_code = code if code >= 0 else 128 - code
        if self._timed_out or (self._asked_to_stop and code != 0):
            outcome = "failure" if self._timed_out else "cancelled"
        else:
            outcome = "success" if code == 0 else "failure"
        event: dict[str, Any] = {"kind": "result", "at": time.time(), "status": outcome, "exit_code": exit_code}
        if outcome == "failure":
            what = f"the script ended with status {exit_code}" if code >= 0 else f"the script was ended by {signal.Signals(-code).name}"
            event |= {"failure": "Timeout" if self._timed_out else "ScriptError", "problems": [self._problem("JOB-020", what)]}
        return event

    def _ended(self, status: int) -> Ended:
        """The outcome. Without a `result` event it is unknown, unless the verb had not even begun."""
        code = os.waitstatus_to_exitcode(status)
        exit_code = code if code >= 0 else 128 - code
        common: dict[str, Any] = {"exit_code": exit_code, "outputs": self._outputs, "artifacts": self._artifacts}
        if self._result is not None:
            reported = self._result
            failure, problems = reported.get("failure"), list(reported.get("problems", ()))
            if self._timed_out and reported["status"] != "success":
                problems.insert(0, self._problem("JOB-023", f"the job has not ended within {self._work.job.limits.timeout_s:.0f} s"))
                return Ended(status="failure", failure="Timeout", problems=problems, **common)
            return Ended(status=reported["status"], failure=failure, problems=problems, **common)
        if not self._has_begun and self._asked_to_stop and exit_code in _EXIT_CANCELLED:
            return Ended(status="cancelled", **common)
        if not self._has_begun and code >= 0:
            problem = self._problem("JOB-021", f"the command ended with status {code} before it began", "\n".join(self._tail) or None)
            return Ended(status="failure", failure="InputError", problems=[problem], **common)
        how = f"its process ended with status {code}" if code >= 0 else f"its process was ended by {signal.Signals(-code).name}"
        return Ended(
            status="unknown", failure="Unknown", problems=[self._problem("JOB-022", "the job told no result", how, _LOOK)], **common
        )

    def _problem(self, code: str, what: str, why: str | None = None, fix: str | None = None) -> dict[str, Any]:
        where = self._work.job.title or self._work.job.id
        return {"code": code, "what": what, "where": where} | ({"why": why} if why else {}) | ({"fix": fix} if fix else {})


_LOOK = "look at what it worked on before it is run again: how far it came is not known"


class _Records:
    """Cuts a stream of JSON lines into values. A line that is not JSON is a fault of the writer, told as a log line."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[dict[str, Any]]:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        found: list[dict[str, Any]] = []
        for line in lines:
            if not line.strip():
                continue
            with contextlib.suppress(msgspec.DecodeError):
                value = msgspec.json.decode(line)
                if isinstance(value, dict):
                    found.append(value)
                    continue
            found.append({"kind": "log", "at": time.time(), "level": "warning", "text": line.decode("utf-8", "replace")})
        return found
