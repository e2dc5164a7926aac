"""The program that evaluates Rego in a process of its own, so that a bad policy can be killed. Started by `workers.py`, never imported.

Frames on stdin and stdout are four bytes of length, big-endian, and the content. A request is two frames: the question (modules, rules,
limits) and the document; the reply is one. Only the standard library and regorus are loaded: it starts in 40 ms and knows no secret.
"""

import contextlib
import json
import os
import resource
import signal
import sys
from collections import OrderedDict
from typing import Any, BinaryIO

import regorus

KEPT_ENGINES = 32
OUT_OF_MEMORY = 77
ABSENT = "not a valid rule path"


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame, or None at the end of the stream."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    content = stream.read(size)
    return content if len(content) == size else None


def write_frame(stream: BinaryIO, content: bytes) -> None:
    stream.write(len(content).to_bytes(4, "big"))
    stream.write(content)
    stream.flush()


def compile_modules(modules: list[dict[str, str]]) -> Any:
    """One engine for these modules alone: policies cannot see each other. Raises RuntimeError with line and caret."""
    engine = regorus.Engine()
    engine.set_gather_prints(True)
    for module in modules:
        engine.set_rego_v0(module["version"] == "v0")
        engine.add_policy(module["name"], module["text"])
    return engine


class Evaluator:
    """Keeps the engines of the policies asked last."""

    def __init__(self) -> None:
        self._engines: OrderedDict[str, Any] = OrderedDict()

    def engine(self, modules: list[dict[str, str]]) -> Any:
        key = json.dumps(modules, sort_keys=True)
        if key not in self._engines:
            self._engines[key] = compile_modules(modules)
            while len(self._engines) > KEPT_ENGINES:
                self._engines.popitem(last=False)
        self._engines.move_to_end(key)
        return self._engines[key]

    def forget(self, modules: list[dict[str, str]]) -> None:
        self._engines.pop(json.dumps(modules, sort_keys=True), None)

    def answer(self, question: dict[str, Any], document: bytes) -> dict[str, Any]:
        """`values` (rule → JSON text), `missing`, `prints`; or `error`, regorus's own words. Dies by SIGPROF when `cpu_s` is used up."""
        values: dict[str, str] = {}
        missing: list[str] = []
        try:
            signal.setitimer(signal.ITIMER_PROF, question["cpu_s"])
            engine = self.engine(question["modules"])
            signal.setitimer(signal.ITIMER_PROF, 0)
            engine.set_input_json(document.decode())  # our own document, bounded by its size: not on the policy's time
            signal.setitimer(signal.ITIMER_PROF, question["cpu_s"])
            for rule in question["rules"]:
                try:
                    value = engine.eval_rule_as_json(rule)
                except RuntimeError as error:
                    if ABSENT not in str(error):
                        raise
                    missing.append(rule)
                    continue
                if value != '"<undefined>"':
                    values[rule] = value
            signal.setitimer(signal.ITIMER_PROF, 0)
            prints = engine.take_prints()
            engine.set_input_json("null")
        except RuntimeError as error:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.forget(question["modules"])
            return {"error": str(error).split("\nStack backtrace", 1)[0].strip()}
        return {"values": values, "missing": missing, "prints": prints}


def main() -> None:
    memory = int(sys.argv[1])
    with contextlib.suppress(ValueError, OSError):  # where the system has no such limit, the wall clock still holds
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is for our parent: we end when it closes our stdin
    requests, replies = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    evaluator = Evaluator()
    while (head := read_frame(requests)) is not None and (document := read_frame(requests)) is not None:
        write_frame(replies, json.dumps(evaluator.answer(json.loads(head), document)).encode())


if __name__ == "__main__":
    try:
        main()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
