"""Opening approvals, voting on them, ending them when their time has come, and telling whoever waits."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, false, or_, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from bascule.core.clock import Clock, SystemClock, new_id
from bascule.manager import identity
from bascule.manager.approvals import model, store
from bascule.manager.approvals.model import Action, Approval, ApprovalOwner, Status
from bascule.manager.audit import service as audit
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.identity.model import SYSTEM, Actor, Scope
from bascule.manager.paging import Page, Paging, fetch

logger = logging.getLogger(__name__)

OnDecided = Callable[[Connection, Approval], None]

_CLOCK = SystemClock()
_SWEEP_EVERY_S = 2.0

_on_decided: list[tuple[Engine | None, OnDecided]] = []


def open(
    connection: Connection,
    owner: ApprovalOwner,
    spec: Mapping[str, Any],
    subject_digest: str,
    sql: Sequence[str],
    *,
    timeout_s: float | None = None,
    clock: Clock = _CLOCK,
) -> str:
    """Ask for approval, within the caller's transaction; the approval's id. The same owner again is harmless and gets the same id.

    `sql` is what approvers are shown, `subject_digest` the plan it belongs to. Raises InputError for a spec that cannot be honoured.
    """
    if (known := store.of_owner(connection, owner)) is not None:
        return known
    at = clock.now()
    approval = Approval(
        id=new_id("apr", at),
        owner=owner,
        spec=model.spec_of(spec),
        subject=subject_digest,
        sql=tuple(sql),
        created_at=at,
        expires_at=None if timeout_s is None else at + timedelta(seconds=timeout_s),
    )
    store.add(connection, approval)
    return approval.id


def decide(
    engine: Engine,
    actor: Actor,
    approval_id: str,
    action: Action,
    comments: str = "",
    inputs: Mapping[str, str] | None = None,
    *,
    clock: Clock = _CLOCK,
) -> Approval:
    """Vote. Raises NotFoundError, DeniedError, ConflictError, InputError."""
    with writing(engine) as connection:
        before = seen(connection, actor, approval_id, to_change=True)
        identity.require(actor, "dbops_instance_approve", before.owner.scope)
        after = model.decide(before, actor, action, comments, inputs or {}, clock.now())
        put(connection, actor, action, before, after, clock)
        if after.status == "APPROVED" and after.spec.is_auto_reject_enabled:
            for older in store.older_of_step(connection, after):
                put(connection, SYSTEM, "REJECT", older, model.overtaken(older, after, clock.now()), clock)
        return after


def put(connection: Connection, actor: Actor, action: str, before: Approval, after: Approval, clock: Clock) -> None:
    """Store a change with its audit entry; tell of the end."""
    store.put(connection, after)
    audit.append(
        connection,
        actor,
        action,
        "APPROVAL",
        after.id,
        after.owner.scope,
        name=after.owner.step or after.id,
        before=record(before),
        after=record(after),
        clock=clock,
    )
    if after.status != "WAITING":
        for engine, callback in _on_decided:
            if engine is None or engine is connection.engine:
                callback(connection, after)


def record(approval: Approval) -> dict[str, Any]:
    """What the audit keeps of an approval."""
    return {
        "status": approval.status,
        "execution": approval.owner.execution_id,
        "subject": approval.subject,
        "votes": [msgspec.to_builtins(vote) for vote in approval.votes],
    }


def on_decided(callback: OnDecided, *, engine: Engine | None = None) -> None:
    """Have `callback` called when an approval ends (APPROVED, REJECTED, EXPIRED), in the transaction that ends it.

    With `engine`, for approvals of that store only. One that is aborted tells nobody: who aborts knows.
    """
    _on_decided.append((engine, callback))


def abort(connection: Connection, execution_id: str, *, clock: Clock = _CLOCK) -> None:
    """End what an execution waits for: it goes on without, or not at all."""
    for approval in store.waiting_of_execution(connection, execution_id):
        store.put(connection, model.ended(approval, "ABORTED", clock.now()))


def sweep(engine: Engine, clock: Clock = _CLOCK) -> int:
    """Expire what is overdue, approve what approves itself; how many ended. Reads first: an idle manager takes no write lock."""
    with reading(engine) as connection:
        overdue = store.due_before(connection, clock.now())
    count = 0
    for approval_id in overdue:
        with writing(engine) as connection:
            before = store.get(connection, approval_id, to_change=True)
            after = model.due(before, clock.now())
            if after is not before:
                put(connection, SYSTEM, "EXPIRE" if after.status == "EXPIRED" else "APPROVE", before, after, clock)
                count += 1
    return count


@asynccontextmanager
async def running(deps: Deps) -> AsyncIterator[None]:
    """The sweeper, beside the requests."""

    async def work() -> None:
        while True:
            try:
                await run_in_threadpool(sweep, deps.engine, deps.clock)
            except SQLAlchemyError:
                logger.exception("approvals could not be swept; trying again")
            await asyncio.sleep(_SWEEP_EVERY_S)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def get(connection: Connection, actor: Actor, approval_id: str, scope: Scope | None = None) -> Approval:
    """An approval that the actor may see, below `scope` if given. Raises NotFoundError."""
    approval = seen(connection, actor, approval_id)
    if scope is not None and not scope.covers(approval.owner.scope):
        raise store.missing(approval_id)
    return approval


def seen(connection: Connection, actor: Actor, approval_id: str, *, to_change: bool = False) -> Approval:
    """Raises NotFoundError also for what the actor may not see: its existence is not told."""
    approval = store.get(connection, approval_id, to_change=to_change)
    if not actor.may("core_pipeline_view", approval.owner.scope):
        raise store.missing(approval_id)
    return approval


def list_approvals(
    connection: Connection,
    actor: Actor,
    scope: Scope,
    at: Paging,
    *,
    execution_id: str | None = None,
    status: Status | None = None,
) -> Page[Approval]:
    """The approvals of a scope and below that the actor may see, newest first."""
    table = store.APPROVALS
    query = select(table).where(visible(actor, scope)).order_by(table.c.created_at.desc(), table.c.id.desc())
    for column, wanted in (("org", scope.org), ("project", scope.project), ("execution_id", execution_id), ("status", status)):
        if wanted:
            query = query.where(table.c[column] == wanted)
    page = fetch(connection, query, at)
    return Page([store.approval_of(row) for row in page.items], page.total, at)


def visible(actor: Actor, scope: Scope) -> Any:
    """A condition: the approval's place is one where the actor may see pipelines."""
    if actor.may("core_pipeline_view", scope):
        return True
    table = store.APPROVALS
    places = [grant.scope for grant in actor.grants if scope.covers(grant.scope) and actor.may("core_pipeline_view", grant.scope)]
    conditions = [
        (table.c.org == place.org) if place.project is None else (table.c.org == place.org) & (table.c.project == place.project)
        for place in places
    ]
    return or_(*conditions) if conditions else false()
