"""What an execution's jobs tell, read in pieces: a page, or live."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine
from starlette.concurrency import run_in_threadpool

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.database import reading
from bascule.manager.delegates import bell
from bascule.manager.delegates import service as delegates
from bascule.manager.pipelines import store
from bascule.manager.pipelines.model import Execution

PAGE = 500
BELL = "execution:"
"""+ execution id: it has told or done something."""
LOOK_AGAIN_S = 2.0
"""At the latest; another manager may have taken in what was told."""


class LogLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of one job. `id` is the place in the log after it, to go on from: how far each job was read, jobs in their order."""

    id: str
    node: str
    job: str
    event: dict[str, Any]
    late: bool = False


def read(
    connection: Connection, execution: Execution, *, node: str | None = None, below: bool = True, after: str = "", limit: int = PAGE
) -> tuple[list[LogLine], str]:
    """Events after that place, job by job, and the place to go on from. `node` takes those of one node, and of what is `below` it.

    Jobs of parallel steps tell at the same time, so a place is one number per job. Raises InputError for what is no place.
    """
    read_to = _places(after)
    lines: list[LogLine] = []
    for number, (job_id, path) in enumerate(execution.jobs):
        if number == len(read_to):
            read_to.append(0)
        if node is not None and path != node and not (below and path.startswith(f"{node}/")):
            continue
        if len(lines) >= limit:
            break
        for stored in delegates.events(connection, job_id, read_to[number] - 1, limit - len(lines)):
            read_to[number] = stored.seq + 1
            lines.append(LogLine(id=_written(read_to), node=path, job=job_id, event=stored.event, late=stored.late))
    return lines, _written(read_to)


def _written(read_to: list[int]) -> str:
    return "-".join(str(seq) for seq in read_to)


def _places(after: str) -> list[int]:
    parts = after.split("-") if after else []
    if not all(part.isascii() and part.isdigit() and len(part) <= 12 for part in parts) or len(parts) > 10_000:
        raise InputError(Problem(code="PIP-028", what=f"'{after[:40]}' is no place in a log", fix="give the id of a line, as `after`"))
    return [int(part) for part in parts]


async def follow(engine: Engine, execution_id: str, *, node: str | None = None, after: str = "") -> AsyncIterator[LogLine]:
    """Events as they come, until the execution has ended and all is told."""
    with bell.listen(BELL + execution_id) as listener:
        while True:
            execution, lines, after = await run_in_threadpool(_page, engine, execution_id, node, after)
            for line in lines:
                yield line
            if execution is None or (execution.is_finished and not lines):
                return
            if not lines:
                await listener.wait(LOOK_AGAIN_S)


def _page(engine: Engine, execution_id: str, node: str | None, after: str) -> tuple[Execution | None, list[LogLine], str]:
    with reading(engine) as connection:
        execution = store.find_execution(connection, execution_id)
        if execution is None:
            return None, [], after
        lines, after = read(connection, execution, node=node, after=after)
        return execution, lines, after
