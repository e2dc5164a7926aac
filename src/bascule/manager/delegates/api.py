"""Delegates, their tokens, and why a job waits, over HTTP. What delegates themselves call is in `routes.py`."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field, StringConstraints
from starlette.concurrency import run_in_threadpool

from bascule import __version__
from bascule.manager import identity
from bascule.manager.api_errors import ERRORS, ProblemBody
from bascule.manager.body import Body
from bascule.manager.database import reading, writing
from bascule.manager.delegates import bell, connection_tests, fleet, service, store
from bascule.manager.delegates.model import Attempt, Delegate, DelegateToken, JobRecord, JobState, scope_of, skew
from bascule.manager.delegates.own_logs import OwnLog
from bascule.manager.deps import Deps
from bascule.manager.entity import Name, not_found, seconds
from bascule.manager.harness import Framed, ScopeQuery
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.paging import PagingQuery
from bascule.manager.scopes import LEVELS, Level

Tag = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class TokenIn(Body):
    """A token to make."""

    name: Name
    tags: Annotated[list[Tag], Field(max_length=128)] = []
    lives_seconds: Annotated[int, Field(ge=60, le=10 * 365 * 24 * 3600)] | None = None
    single_use: bool = False


class TokenOut(Body):
    """A token without its text."""

    identifier: str
    name: str
    org: str | None
    project: str | None
    tags: list[str]
    status: str
    created_at: int
    created_by: str
    expires_at: int | None
    revoked_at: int | None
    single_use: bool
    former_until: int | None
    """Until then the text that it had before it was rotated keeps its delegates."""


class TokenRotation(Body):
    """How a token gets a new text."""

    grace_seconds: Annotated[int, Field(ge=0, le=90 * 24 * 3600)] = int(fleet.GRACE.total_seconds())
    """So long the delegates that came with the text before stay."""
    former_admits: bool = False
    """Whether that text also lets new delegates in meanwhile."""


class TokenCreated(TokenOut):
    """A token just made; `value` is shown this once."""

    value: str


class DelegateOut(Body):
    """A delegate and how it is."""

    identifier: str
    name: str
    org: str | None
    project: str | None
    tags: list[str]
    version: str
    hostname: str
    connected: bool
    capacity: int
    running: int
    allow_scripts: bool
    kubernetes: bool
    """Whether it makes pods for step groups."""
    default_runner: Literal["local", "kubernetes"]
    """Where jobs run that no document gives an infrastructure."""
    pod: str | None
    """The key of the pod that it is inside of and serves alone; it begins with the execution."""
    registered_at: int
    last_heartbeat: int
    token_identifier: str
    status: str
    """connected, disconnected or lost."""
    leaves_list_at: int
    """When it is forgotten if it goes on saying nothing."""
    draining: bool
    leaving: bool
    version_warning: str | None
    """Why its version does not go with the manager's."""


class DrainIn(Body):
    """How a delegate is drained."""

    leave: bool = False
    """Whether its process ends when the last job has."""


class ReachOut(Body):
    """What a delegate has told of a target."""

    endpoint: str
    reached: bool | None
    why: str
    checked_at: int | None
    ran_at: int | None
    """When a job that it ran there succeeded last."""


class DelegateJobOut(Body):
    """A job that a delegate was given."""

    job: str
    title: str
    state: JobState
    attempt: int
    status: str | None
    execution: str
    org: str | None
    project: str | None
    leased_at: int
    started_at: int | None
    ended_at: int | None


class LogLineOut(Body):
    """A line of a delegate's own log; `at` in milliseconds."""

    at: int
    text: str


class DelegateLogOut(Body):
    """The last lines of a delegate's own log. `told_at` is when it told them; `answers` whether it is asked for more."""

    lines: list[LogLineOut]
    told_at: int | None
    answers: bool


class JobWait(Body):
    """Where a job stands, and if it waits, why."""

    job: str
    state: JobState
    problem: ProblemBody | None = None


class ConnectionTestOut(Body):
    """What came of a connection test. `delegate` is the name of the one that tried."""

    status: Literal["SUCCESS", "FAILURE"]
    problems: list[ProblemBody] = []
    delegate: str | None = None
    tested_at: int


class HarnessConnectionTest(Body):
    """The same in Harness's words."""

    status: Literal["SUCCESS", "FAILURE"]
    errors: list[dict[str, Any]] = []
    error_summary: str | None = None
    tested_at: int
    delegate_id: str | None = None


Repo = Annotated[
    str | None, Query(max_length=1024, description="What to try: a repository of an account, the path of an archive, a namespace")
]
Pods = Annotated[bool, Query(description="Also the delegates inside pods of step groups")]


def router(deps: Deps) -> APIRouter:
    """Routes of the area."""
    api = APIRouter(tags=["Delegates"], responses=ERRORS)
    for level in LEVELS:
        _mount_tokens(api, deps, level)
        _mount_delegates(api, deps, level)
        _mount_insight(api, deps, level)
        _mount_jobs(api, deps, level)
        _mount_connection_tests(api, deps, level)
    _mount_harness_connection_test(api, deps)
    return api


def _mount_tokens(api: APIRouter, deps: Deps, level: Level) -> None:
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @api.get(f"{level.prefix}/delegate-tokens", operation_id=f"list-delegate-tokens{level.suffix}")
    def list_tokens(actor: CurrentActor, scope: At, at: PagingQuery, response: Response) -> list[TokenOut]:
        with reading(deps.engine) as connection:
            found = fleet.tokens(connection, actor, scope, at).announce(response)
        return [TokenOut(**_token(token, deps.clock.now())) for token in found]

    @api.post(f"{level.prefix}/delegate-tokens", operation_id=f"create-delegate-token{level.suffix}", status_code=201)
    def create_token(actor: CurrentActor, scope: At, body: TokenIn) -> TokenCreated:
        now = deps.clock.now()
        lives = timedelta(seconds=body.lives_seconds) if body.lives_seconds is not None else None
        with writing(deps.engine) as connection:
            token, text = fleet.create_token(
                connection, actor, scope, body.name, now, tags=tuple(body.tags), lives=lives, single_use=body.single_use
            )
        return TokenCreated(**_token(token, now), value=text)

    @api.post(f"{level.prefix}/delegate-tokens/{{token}}/rotate", operation_id=f"rotate-delegate-token{level.suffix}")
    def rotate_token(actor: CurrentActor, scope: At, token: str, body: TokenRotation) -> TokenCreated:
        """A new text for the token. The one before keeps its delegates for a while, and lets no new ones in unless that is asked for."""
        now = deps.clock.now()
        grace = timedelta(seconds=body.grace_seconds)
        with writing(deps.engine) as connection:
            rotated, text = fleet.rotate_token(connection, actor, scope, token, now, grace=grace, admits=body.former_admits)
        return TokenCreated(**_token(rotated, now), value=text)

    @api.delete(f"{level.prefix}/delegate-tokens/{{token}}", operation_id=f"revoke-delegate-token{level.suffix}")
    def revoke_token(actor: CurrentActor, scope: At, token: str) -> TokenOut:
        now = deps.clock.now()
        with writing(deps.engine) as connection:
            return TokenOut(**_token(fleet.revoke_token(connection, actor, scope, token, now), now))


def _mount_delegates(api: APIRouter, deps: Deps, level: Level) -> None:
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @api.get(f"{level.prefix}/delegates", operation_id=f"list-delegates{level.suffix}")
    def list_delegates(actor: CurrentActor, scope: At, at: PagingQuery, response: Response, pods: Pods = False) -> list[DelegateOut]:
        with reading(deps.engine) as connection:
            found = fleet.delegates(connection, actor, scope, at, "all" if pods else "permanent").announce(response)
            running = fleet.running_counts(connection)
        return [_delegate(delegate, running.get(delegate.id, 0), deps.clock.now()) for delegate in found]

    @api.get(f"{level.prefix}/delegates/{{delegate}}", operation_id=f"get-delegate{level.suffix}")
    def get_delegate(actor: CurrentActor, scope: At, delegate: str) -> DelegateOut:
        with reading(deps.engine) as connection:
            found = fleet.delegate(connection, actor, scope, delegate)
            return _delegate(found, fleet.running_counts(connection).get(found.id, 0), deps.clock.now())

    @api.delete(f"{level.prefix}/delegates/{{delegate}}", operation_id=f"delete-delegate{level.suffix}", status_code=204)
    def delete_delegate(actor: CurrentActor, scope: At, delegate: str) -> None:
        with writing(deps.engine) as connection:
            fleet.remove_delegate(connection, actor, scope, delegate)

    @api.post(f"{level.prefix}/delegates/{{delegate}}/drain", operation_id=f"drain-delegate{level.suffix}")
    def drain_delegate(actor: CurrentActor, scope: At, delegate: str, body: DrainIn | None = None) -> DelegateOut:
        """From now on it is given no more jobs; what it has in hand it finishes."""
        return _drained(actor, scope, delegate, leave=body.leave if body else False)

    @api.delete(f"{level.prefix}/delegates/{{delegate}}/drain", operation_id=f"undrain-delegate{level.suffix}")
    def undrain_delegate(actor: CurrentActor, scope: At, delegate: str) -> DelegateOut:
        """It is given jobs again."""
        return _drained(actor, scope, delegate, undo=True)

    def _drained(actor: Actor, scope: Scope, delegate: str, **how: bool) -> DelegateOut:
        now = deps.clock.now()
        with writing(deps.engine) as connection:
            drained = fleet.drain(connection, actor, scope, delegate, now, **how)
            return _delegate(drained, fleet.running_counts(connection).get(delegate, 0), now)


def _mount_insight(api: APIRouter, deps: Deps, level: Level) -> None:
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @api.get(f"{level.prefix}/delegates/{{delegate}}/reaches", operation_id=f"list-delegate-reaches{level.suffix}")
    def list_reaches(actor: CurrentActor, scope: At, delegate: str, at: PagingQuery, response: Response) -> list[ReachOut]:
        """The targets that it has tried, and what came of it. For who may look at all that the delegate serves."""
        with reading(deps.engine) as connection:
            found = fleet.reaches(connection, actor, scope, delegate, at).announce(response)
        return [
            ReachOut(
                endpoint=reach.endpoint,
                reached=reach.is_reached,
                why=reach.why,
                checked_at=seconds(reach.checked_at),
                ran_at=seconds(reach.ran_at),
            )
            for reach in found
        ]

    @api.get(f"{level.prefix}/delegates/{{delegate}}/jobs", operation_id=f"list-delegate-jobs{level.suffix}")
    def list_jobs(actor: CurrentActor, scope: At, delegate: str, at: PagingQuery, response: Response) -> list[DelegateJobOut]:
        """What it was given last of this scope's jobs, the newest first."""
        with reading(deps.engine) as connection:
            found = fleet.jobs_of(connection, actor, scope, delegate, at).announce(response)
        return [_given(record, attempt) for record, attempt in found]

    @api.get(f"{level.prefix}/delegates/{{delegate}}/log", operation_id=f"get-delegate-log{level.suffix}")
    async def get_log(actor: CurrentActor, scope: At, delegate: str) -> DelegateLogOut:
        """The last lines of its own log; it is asked for the newest, which takes a moment."""
        told, answers = await fresh_log(deps, actor, scope, delegate)
        lines = [LogLineOut(at=at, text=text) for at, text in told.lines]
        return DelegateLogOut(lines=lines, told_at=seconds(told.told_at), answers=answers)


async def fresh_log(deps: Deps, actor: Actor, scope: Scope, delegate: str) -> tuple[OwnLog, bool]:
    """Ask for the delegate's log and wait a moment for what it tells; what is known anyhow, and whether it was asked."""

    def ask() -> bool:
        with writing(deps.engine) as connection:
            return fleet.ask_log(connection, actor, scope, delegate, deps.clock.now())

    def read() -> OwnLog:
        with reading(deps.engine) as connection:
            return fleet.log(connection, actor, scope, delegate)

    with bell.listen(bell.LOGS + delegate) as ringing:
        answers = await run_in_threadpool(ask)
        if answers:
            await ringing.wait(_LOG_WAIT_S)
    return await run_in_threadpool(read), answers


_LOG_WAIT_S = 2.0


def _mount_jobs(api: APIRouter, deps: Deps, level: Level) -> None:
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @api.get(f"{level.prefix}/delegate-jobs/{{job}}", operation_id=f"get-delegate-job{level.suffix}")
    def get_job(actor: CurrentActor, scope: At, job: str) -> JobWait:
        identity.require(actor, "core_delegate_view", scope)
        with reading(deps.engine) as connection:
            record = store.get_job(connection, job)
            if not scope.covers(scope_of(record.job.scope)):
                raise not_found("job", job, scope)
            problem = service.why_waiting(connection, job, deps.clock.now())
        body = ProblemBody.model_validate(problem, from_attributes=True) if problem is not None else None
        return JobWait(job=job, state=record.state, problem=body)


def _mount_connection_tests(api: APIRouter, deps: Deps, level: Level) -> None:
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @api.post(f"{level.prefix}/connectors/{{connector}}/test", operation_id=f"test-connector{level.suffix}", tags=["Connectors"])
    async def test_connector(actor: CurrentActor, scope: At, connector: str, repo: Repo = None) -> ConnectionTestOut:
        """A delegate tries what the connector leads to; the answer comes when it has, after half a minute at the latest."""
        tested = await connection_tests.run(deps, actor, scope, connector, repo)
        return ConnectionTestOut(
            status=tested.status,
            delegate=tested.delegate,
            tested_at=seconds(tested.tested_at),
            problems=[ProblemBody.model_validate(problem, from_attributes=True) for problem in tested.problems],
        )


def _mount_harness_connection_test(api: APIRouter, deps: Deps) -> None:
    @api.post("/ng/api/connectors/testConnection/{identifier}", operation_id="getTestConnectionResult", tags=["Connectors"])
    async def test_connection(actor: CurrentActor, identifier: str, scope: ScopeQuery, repo: Repo = None) -> Framed[HarnessConnectionTest]:
        """The same where Harness's clients ask for it."""
        tested = await connection_tests.run(deps, actor, scope, identifier, repo)
        errors = [{"reason": problem.what, "message": problem.why or problem.what, "code": 450} for problem in tested.problems]
        return Framed(
            data=HarnessConnectionTest(
                status=tested.status,
                errors=errors,
                error_summary="; ".join(problem.what for problem in tested.problems) or None,
                tested_at=seconds(tested.tested_at) * 1000,
                delegate_id=tested.delegate,
            )
        )


def _token(token: DelegateToken, now: datetime) -> dict[str, Any]:
    return {
        "identifier": token.id,
        "name": token.name,
        "org": token.scope.org,
        "project": token.scope.project,
        "tags": list(token.tags),
        "status": "ACTIVE" if token.is_valid(now) else "REVOKED" if token.revoked_at is not None else "EXPIRED",
        "created_at": seconds(token.created_at),
        "created_by": token.created_by,
        "expires_at": seconds(token.expires_at),
        "revoked_at": seconds(token.revoked_at),
        "single_use": token.single_use,
        "former_until": seconds(token.former_until),
    }


def _given(record: JobRecord, attempt: Attempt) -> DelegateJobOut:
    is_current = record.fence == attempt.fence
    outcome = attempt.outcome or (record.outcome if is_current else None)
    return DelegateJobOut(
        job=record.job.id,
        title=record.job.title,
        state=record.state if is_current else "finished",
        attempt=attempt.attempt,
        status=outcome.status if outcome else None,
        execution=record.owner.execution_id,
        org=record.owner.org,
        project=record.owner.project,
        leased_at=seconds(attempt.leased_at),
        started_at=seconds(attempt.started_at),
        ended_at=seconds(attempt.ended_at),
    )


def _delegate(delegate: Delegate, running: int, now: datetime) -> DelegateOut:
    return DelegateOut(
        identifier=delegate.id,
        name=delegate.name,
        org=delegate.scope.org,
        project=delegate.scope.project,
        tags=list(delegate.tags),
        version=delegate.version,
        hostname=delegate.hostname,
        connected=delegate.is_connected(now),
        capacity=delegate.capacity,
        running=running,
        allow_scripts=delegate.allow_scripts,
        kubernetes=delegate.kubernetes,
        default_runner=delegate.default_runner,
        pod=delegate.pod,
        registered_at=seconds(delegate.registered_at),
        last_heartbeat=seconds(delegate.last_seen_at),
        token_identifier=delegate.token_id,
        status=delegate.connectivity(now),
        leaves_list_at=seconds(delegate.forgotten_at),
        draining=delegate.draining_at is not None,
        leaving=delegate.is_leaving,
        version_warning=skew(delegate.version, __version__),
    )
