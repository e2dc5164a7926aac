"""Whether a connector leads where it says: a delegate tries, since only delegates reach what connectors lead to."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeVar

import anyio.to_thread
import msgspec
from sqlalchemy import Connection, Engine

from bascule.core.clock import new_id
from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager import identity
from bascule.manager.connectors import jobs as for_jobs
from bascule.manager.connectors import service as connectors
from bascule.manager.connectors.model import ARCHIVES, OBJECTS, REGISTRIES, Connector
from bascule.manager.database import reading, writing
from bascule.manager.delegates import bell, fleet_store, service, store
from bascule.manager.delegates.model import JobOutcome, JobOwner
from bascule.manager.deps import Deps
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.identity.references import reference
from bascule.manager.secrets.service import first_in
from bascule.wire.jobs import Command, Fetch, Job, Limits, Source
from bascule.wire.pods import Reach

T = TypeVar("T")

WAIT_S = 30.0
_NOBODY_AFTER_S = 2.0
_LOOK_AGAIN_S = 2.0


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a test. `delegate` is the name of the one that tried."""

    status: Literal["SUCCESS", "FAILURE"]
    problems: tuple[Problem, ...] = ()
    delegate: str | None = None
    tested_at: datetime


async def run(deps: Deps, actor: Actor, scope: Scope, identifier: str, repo: str | None = None) -> Tested:
    """Have a delegate try the connector, and wait for what it says; its own words for what is wrong come back as they are.

    `repo` is the repository to try of an account's connector, its `validationRepo` by default; of a cluster it is the namespace. Raises
    DeniedError, NotFoundError, InputError.
    """
    job_id = await _in_thread(lambda: _start(deps, actor, scope, identifier, repo))
    outcome = await _outcome(deps, job_id)
    return await _in_thread(lambda: _told(deps.engine, job_id, outcome, deps.clock.now()))


def _start(deps: Deps, actor: Actor, scope: Scope, identifier: str, repo: str | None) -> str:
    now = deps.clock.now()
    with writing(deps.engine) as connection:
        identity.require(actor, "core_connector_access", scope)
        connector = connectors.held(connection, scope, identifier)
        if connector.secret_manager is not None:
            job = _look_up(connection, connector, new_id("job", now))
        else:
            job = _job(connector, repo, new_id("job", now))
        service.enqueue(connection, job, JobOwner(org=scope.org, project=scope.project), clock=deps.clock)
    return job.id


def _job(connector: Connector, repo: str | None, job_id: str) -> Job:
    secrets: dict[str, str] = {}
    work: Command | Fetch | Reach = Fetch()
    target, source = None, list[Source]()
    if connector.type == "Jdbc":
        work, target, selectors = Command(argv=["connect"]), for_jobs.target(connector, secrets), connector.jdbc.selectors
    elif connector.type == "K8sCluster":
        work = Reach(cluster=for_jobs.cluster(connector, secrets), namespace=repo)
        selectors = tuple(connector.cluster.delegate_selectors)
    elif connector.type in ARCHIVES:
        if not repo:
            raise _needs("the path of an archive to try", "a store of archives says nothing without one")
        source, selectors = [for_jobs.archive(connector, None, repo, secrets)], connector.archive.selectors
    elif connector.type in OBJECTS:
        if not repo:
            raise _needs("a bucket and the path of an archive in it to try", "whether it may read is known when it reads something")
        source, selectors = [for_jobs.objects(connector, None, repo, secrets)], connector.objects.selectors
    elif connector.type in REGISTRIES:
        source, selectors = [for_jobs.artifact(connector, repo or "", secrets)], connector.registry.selectors
    else:
        repo = repo or connector.spec.get("validationRepo")
        if connector.git.is_account and not repo:
            raise _needs("a repository to try", "the connector is for a whole account, and names no validationRepo")
        source, selectors = [for_jobs.repository(connector, repo, secrets)], connector.git.selectors
    return Job(
        id=job_id,
        what=work,
        title=f"test connector {connector.identifier}",
        source=source,
        target=target,
        secrets=secrets,
        selectors=list(selectors),
        scope=str(connector.scope),
        limits=Limits(timeout_s=WAIT_S - 2),
        repeat="safe",
    )


def _look_up(connection: Connection, connector: Connector, job_id: str) -> Job:
    """Of a secret manager: look up one of the secrets that are in it."""
    found = first_in(connection, connector.scope, connector.identifier)
    if found is None:
        raise InputError(
            Problem(
                code="SEC-013",
                what="the test needs a secret that is kept there",
                why="what a log-in may read is known only when it is asked for",
                fix="make a secret with a reference to it, then test again",
            )
        )
    held_in, identifier = found
    return Job(
        id=job_id,
        what=Fetch(),
        title=f"test connector {connector.identifier}",
        secrets={"tried": reference(held_in, identifier)},
        scope=str(held_in),
        limits=Limits(timeout_s=WAIT_S - 2),
        repeat="safe",
    )


def _needs(what: str, why: str) -> InputError:
    return InputError(Problem(code="DEL-033", what=f"the test needs {what}", where="repo", why=why, fix="name one"))


async def _outcome(deps: Deps, job_id: str) -> JobOutcome:
    """How the job ended. One that no delegate can take, or that takes too long, is cancelled and says so."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    with bell.listen(bell.EVENTS + job_id) as ringing:
        while True:
            found, nobody = await _in_thread(lambda: _look(deps, job_id))
            if found is not None:
                return found
            waited = loop.time() - started
            if nobody is not None and waited > _NOBODY_AFTER_S:
                return await _given_up(deps, job_id, nobody)
            if waited > WAIT_S:
                what = f"the connection test has not ended within {WAIT_S:.0f} s"
                fix = "a firewall that drops packets looks like this: try from the delegate's host"
                return await _given_up(deps, job_id, Problem(code="DEL-034", what=what, fix=fix))
            await ringing.wait(min(_LOOK_AGAIN_S, max(0.1, WAIT_S - waited)))


def _look(deps: Deps, job_id: str) -> tuple[JobOutcome | None, Problem | None]:
    with reading(deps.engine) as connection:
        return service.outcome_of(connection, job_id), service.why_waiting(connection, job_id, deps.clock.now())


async def _given_up(deps: Deps, job_id: str, problem: Problem) -> JobOutcome:
    def cancel() -> None:
        with writing(deps.engine) as connection:
            service.cancel(connection, job_id, clock=deps.clock)

    await _in_thread(cancel)
    return JobOutcome(status="failure", failure="TargetError", problems=(problem,))


def _told(engine: Engine, job_id: str, outcome: JobOutcome, now: datetime) -> Tested:
    with reading(engine) as connection:
        record = store.get_job(connection, job_id)
        delegate = fleet_store.find_delegate(connection, record.delegate_id) if record.delegate_id else None
    problems = outcome.problems
    if outcome.status != "success" and not problems:
        problems = (Problem(code="DEL-032", what=f"the connection test ended as {outcome.status}, without a reason"),)
    return Tested(
        status="SUCCESS" if outcome.status == "success" else "FAILURE",
        problems=tuple(each for each in problems if outcome.status != "success" or each.severity == "warning"),
        delegate=delegate.name if delegate else None,
        tested_at=now,
    )


async def _in_thread(work: Callable[[], T]) -> T:
    return await anyio.to_thread.run_sync(work)
