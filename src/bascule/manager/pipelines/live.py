"""What an open execution page hears: log lines as they come, and that something has changed. Server-sent events."""

import hashlib
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from bascule.core.clock import Clock, SystemClock
from bascule.core.problems import Problem
from bascule.manager.database import reading
from bascule.manager.delegates import bell
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.pipelines import logs, service
from bascule.manager.pipelines.logs import LogLine
from bascule.manager.pipelines.model import Execution, Node

_CHECK_S = 1.0
"""How often the tables are looked at again when no bell rings: why a job waits may change without one."""
_BATCH = 500
_CLOCK = SystemClock()
_SECONDS = re.compile(r"\b\d+ s\b")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which execution and step; `after` is the last line that the browser has."""

    actor: Actor
    scope: Scope
    execution_id: str
    step: str
    pinned: bool
    seen: str = ""
    """The state that the page was made from: what changed since is told at once."""
    after: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the tables say now."""

    lines: list[LogLine]
    position: str
    version: str
    """Of the step that the page should show."""
    state: str
    """Changes with every change of the execution."""
    job: str
    """The job whose bell tells of the next line."""
    is_over: bool


def current(nodes: list[Node], path: str = "") -> Node | None:
    """The step to show: the one asked for; else what waits or runs, else what broke, else the last that began."""
    by_path = {node.path: node for node in nodes}
    if path in by_path:
        return by_path[path]
    steps = [node for node in nodes if node.kind == "step"]
    for chosen in (
        [node for node in steps if node.status == "ApprovalWaiting"],
        [node for node in steps if node.started_at and not node.is_finished],
        [node for node in steps if node.is_broken][:1],
        [node for node in steps if node.started_at],
    ):
        if chosen:
            return chosen[-1]
    return steps[0] if steps else None


def jobs_of(execution: Execution, node: Node | None) -> list[str]:
    """The jobs that a step has run, in order; of a step group those that made its pods."""
    return [job for job, path in execution.jobs if node and path == node.path]


def version(execution: Execution, node: Node | None, waiting: Problem | None = None) -> str:
    """Differs when the page's part about the step has something new to show, log lines aside. How long somebody is silent is not new."""
    why = hashlib.sha256(_SECONDS.sub("", waiting.why or "").encode()).hexdigest()[:8] if waiting else ""
    return f"{node.path}:{node.status}:{node.attempt}:{len(jobs_of(execution, node)) > 0}:{why}" if node else ""


def look(engine: Engine, wanted: Wanted, position: str, clock: Clock) -> Seen:
    """Read the tables once."""
    with reading(engine) as connection:
        execution = service.get_execution(connection, wanted.actor, wanted.scope, wanted.execution_id)
        nodes = service.nodes(connection, execution)
        shown = current(nodes, wanted.step if wanted.pinned else "")
        listened = next((node for node in nodes if node.path == wanted.step), None)
        lines, after = (
            logs.read(connection, execution, node=wanted.step, below=False, after=position, limit=_BATCH) if listened else ([], position)
        )
        waiting = service.waiting(connection, execution, shown, clock.now()) if shown else None
    return Seen(
        lines=lines,
        position=after,
        version=version(execution, shown, waiting),
        state=state(execution, nodes, shown, waiting),
        job=(jobs_of(execution, listened) or [""])[-1],
        is_over=execution.is_finished,
    )


def state(execution: Execution, nodes: list[Node], shown: Node | None, waiting: Problem | None = None) -> str:
    """Differs when the execution has moved."""
    return f"{execution.turn}:{execution.status}:{len(nodes)}:{version(execution, shown, waiting)}"


async def stream(engine: Engine, wanted: Wanted, clock: Clock = _CLOCK) -> AsyncIterator[str]:
    """`log` per line, its sequence as the event's id; `changed` with the step's version; `end` when all is over and said."""
    position, said = wanted.after, wanted.seen
    yield "retry: 1000\n\n"
    seen = await run_in_threadpool(look, engine, wanted, position, clock)
    while True:
        with bell.listen(bell.EVENTS + seen.job) as listener:
            seen = await run_in_threadpool(look, engine, wanted, position, clock)
            for line in seen.lines:
                for text in told(line):
                    yield _event("log", text, line.id)
            position = seen.position
            if seen.state != said:
                yield _event("changed", {"version": seen.version})
            said = seen.state
            if len(seen.lines) >= _BATCH:
                continue
            if seen.is_over:
                yield _event("end", {"version": seen.version})
                return
            if not await listener.wait(_CHECK_S):
                yield ": still here\n\n"


def told(line: LogLine) -> list[dict[str, Any]]:
    """An event of a job as lines of a log."""
    event = line.event
    at = event.get("at")

    def said(text: str, level: str = "info") -> dict[str, Any]:
        return {"at": at, "text": text, "level": level}

    match event.get("kind"):
        case "log":
            return [said(str(event.get("text", "")), str(event.get("level", "info")))]
        case "started":
            return [said(f"bascule {event.get('verb', '')}" + (f" on {event['target']}" if event.get("target") else ""), "debug")]
        case "changeset.started":
            undone = event.get("direction") == "rollback"
            return [said(f"{'undo ' if undone else ''}{event.get('fqn')} ({event.get('index')} of {event.get('total')})")]
        case "statement" if event.get("text"):
            return [said(f"{event['text']}  [{float(event.get('seconds') or 0) * 1000:.0f} ms]", "debug")]
        case "changeset.finished":
            failed = event.get("status") == "FAILED"
            text = f"{event.get('status')} {event.get('fqn')}" + (f": {event['error']}" if event.get("error") else "")
            return [said(text, "error" if failed else "info")]
        case "problem":
            problem = event.get("problem") or {}
            text = f"{problem.get('code', '')}  {problem.get('what', '')}" + (f" ({problem['fix']})" if problem.get("fix") else "")
            return [said(text, str(problem.get("severity", "error")))]
        case "result":
            return [said(f"Result: {event.get('status')}", "info" if event.get("status") == "success" else "error")]
        case _:
            return []


def _event(name: str, data: dict[str, Any], event_id: str = "") -> str:
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
