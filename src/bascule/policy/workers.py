"""Rego by regorus, in warm worker processes that are killed when they use too much (regorus holds the GIL: no thread could be stopped)."""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, LifoQueue
from typing import IO, cast

from bascule.core.problems import Problem
from bascule.policy.model import Answer, Question

WORKER = Path(__file__).with_name("worker.py")
OUT_OF_MEMORY = 77
"""The worker's exit status for Python's own MemoryError; regorus aborts."""

# Without arenas every allocation is the system's, so that RLIMIT_DATA counts what is used and not the gigabyte mimalloc reserves.
ENVIRONMENT = {"MIMALLOC_DISALLOW_ARENA_ALLOC": "1", "MIMALLOC_PURGE_DELAY": "0", "RUST_BACKTRACE": "0", "LC_ALL": "C.UTF-8"}


class Worker:
    """One process. It answers one question at a time; once it has died it is of no more use."""

    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(WORKER), str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
        )
        self.requests = cast("IO[bytes]", self.process.stdin)  # both were asked for as pipes
        self.replies = cast("IO[bytes]", self.process.stdout)
        self.is_overdue = False

    def ask(self, question: Question) -> bytes | None:
        """The reply's content; None when the worker died over it (`is_overdue` when we killed it)."""
        head = {
            "modules": [{"name": m.name, "text": m.text, "version": m.version} for m in question.modules],
            "rules": list(question.rules),
            "cpu_s": question.limits.cpu_s,
        }
        watchdog = threading.Timer(question.limits.wall_s, self.give_up)
        watchdog.daemon = True
        watchdog.start()
        try:
            for content in (json.dumps(head).encode(), question.document):
                self.requests.write(len(content).to_bytes(4, "big"))
                self.requests.write(content)
            self.requests.flush()
            return read_frame(self.replies)
        except BrokenPipeError:
            return None
        finally:
            watchdog.cancel()

    def give_up(self) -> None:
        """Called by the watchdog's thread."""
        self.is_overdue = True
        self.process.kill()

    def stop(self) -> int:
        """Ends the process, if it has not ended itself, and tells how it ended."""
        with contextlib.suppress(BrokenPipeError):
            self.requests.close()
        try:
            status = self.process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.replies.close()
        return status


def read_frame(stream: IO[bytes]) -> bytes | None:
    head = stream.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    content = stream.read(size)
    return content if len(content) == size else None


class WorkerPool:
    """Up to `size` workers, started when first needed, kept warm, replaced when they die. A RegoEvaluator."""

    def __init__(self, size: int = 2) -> None:
        self._free: LifoQueue[Worker] = LifoQueue()
        self._slots = threading.BoundedSemaphore(size)
        self._process = os.getpid()

    def ask(self, question: Question) -> Answer:
        with self._slots:
            worker = self._take(question.limits.memory_bytes)
            reply = worker.ask(question)
            if reply is None:
                return Answer(problem=death(worker, question))
            self._free.put(worker)
        return read_reply(reply, question)

    def _take(self, memory_bytes: int) -> Worker:
        """A warm worker with that bound, or a new one. Called by who holds a slot."""
        while True:
            try:
                worker = self._free.get_nowait()
            except Empty:
                return Worker(memory_bytes)
            if worker.memory_bytes == memory_bytes and worker.process.poll() is None:
                return worker
            worker.stop()

    def close(self) -> None:
        """Ends the free workers; one that is busy ends when its question is answered and its pipe closes."""
        if os.getpid() != self._process:
            return  # a forked child shares our pipes, not our workers
        while True:
            try:
                self._free.get_nowait().stop()
            except Empty:
                return


def read_reply(reply: bytes, question: Question) -> Answer:
    """The worker's JSON as an Answer."""
    content = json.loads(reply)
    if "error" in content:
        return Answer(problem=rego_problem(content["error"], question))
    return Answer(
        values={rule: json.loads(value) for rule, value in content["values"].items()},
        missing=tuple(content["missing"]),
        prints=tuple(content["prints"]),
    )


def rego_problem(text: str, question: Question) -> Problem:
    """regorus says `--> file:line:column`, the line with a caret, and `error: …`. The first line becomes `where`, the last `what`."""
    place, _, rest = text.partition("\n")
    picture, found, message = rest.rpartition("error:")
    if not place.startswith("-->") or not found:
        return Problem(code="POL-002", what=text, where=question.modules[0].name)
    return Problem(
        code="POL-002",
        what=message.strip().replace("`", "'"),
        where=place.removeprefix("-->").strip(),
        why="\n" + picture.rstrip(),
        fix=version_hint(message, question),
    )


def version_hint(message: str, question: Question) -> str | None:
    """What to try when the text looks like the other syntax."""
    if "keyword is required before rule body" in message and question.modules[0].version == "v1":
        return "write `if` before the body, or mark the policy as Rego v0"
    return None


def death(worker: Worker, question: Question) -> Problem:
    """Why a worker did not answer."""
    limits, where = question.limits, question.modules[0].name
    status = worker.stop()
    simpler = "make the policy look at less, or split it"
    if status == -signal.SIGPROF:
        return Problem(code="POL-003", what=f"the policy used more than {limits.cpu_s:g} s of processor time", where=where, fix=simpler)
    if worker.is_overdue:
        return Problem(code="POL-003", what=f"the policy had not answered after {limits.wall_s:g} s", where=where, fix=simpler)
    if status in (-signal.SIGABRT, OUT_OF_MEMORY):
        mebibytes = limits.memory_bytes // (1024 * 1024)
        return Problem(code="POL-004", what=f"the policy used more than {mebibytes} MiB of memory", where=where, fix=simpler)
    return Problem(code="POL-005", what=f"the policy worker ended with status {status}", where=where)


_default: WorkerPool | None = None
_lock = threading.Lock()


def default_pool() -> WorkerPool:
    """The pool of this process, closed when it exits."""
    global _default
    with _lock:
        if _default is None:
            _default = WorkerPool(size=max(2, min(4, os.cpu_count() or 2)))
            atexit.register(_default.close)
        return _default
