"""One job in the agent's hands: sources, the word that it starts, its process, what it tells, its result."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bascule.core.errors import BasculeError, InputError, NotFoundError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.client import Client, artifact_parts
from bascule.delegate.folder import Ended, EventLog, EventReader, JobFolder
from bascule.delegate.log import OwnLog
from bascule.delegate.masking import Masker
from bascule.delegate.measures import Measures
from bascule.delegate.pods.runner import Pods
from bascule.delegate.runners.base import Runner, Work
from bascule.delegate.secrets import SecretManagers
from bascule.delegate.sources import Sources
from bascule.delegate.sources.made import digest_of
from bascule.wire import sealing
from bascule.wire.delegates import CREDENTIAL, HEARTBEAT_S, STARTING, ArtifactPart, Lease, ResultReport
from bascule.wire.jobs import WORKSPACE_LOST, Fetch, Job, Script, Seal
from bascule.wire.pods import Pod, Reach

logger = logging.getLogger(__name__)

T = TypeVar("T")

_LOOK_S = 0.05
_BATCH_BYTES = 512 * 1024
_BATCH_LINES = 1000
_WITH_RESULT_BYTES = 64 * 1024
_PART_BYTES = 1024 * 1024
_SUPERVISOR_APPEARS_S = 5.0
_MOST_PROBLEMS = 20


async def carry(
    lease: Lease,
    folder: JobFolder,
    workspace: Path,
    secrets: dict[str, str],
    client: Client,
    runner: Runner,
    sources: Sources,
    managers: SecretManagers,
    pods: Pods,
    cancel: asyncio.Event,
    measures: Measures,
    log: OwnLog,
) -> None:
    """From lease to accepted result, or on from wherever an earlier start of this delegate was killed."""
    job = Carrying(lease, folder, workspace, client, runner, cancel, measures)
    try:
        if folder.ended() is None and folder.supervisor() is None:
            if folder.is_starting() and isinstance(lease.job.what, Pod):
                await runner.start(Work(job=lease.job, folder=str(folder.path), workspace=str(workspace)))
            elif folder.is_starting():
                await job.wait_for_supervisor()
            else:
                await job.begin(secrets, sources, managers, pods, log)
        await job.follow()
        await job.look_at_what_it_left()
        await job.report()
    except NotFoundError:
        # The manager has forgotten the job, or this delegate: nobody is left to tell. What runs may end in peace.
        logger.warning("the manager does not know this job any more", extra={"job_id": lease.job.id})
        if isinstance(lease.job.what, Pod):  # a pod is there for others' jobs: without a manager it has none
            runner.cancel(folder)
        while runner.is_running(folder):
            await asyncio.sleep(HEARTBEAT_S)
    folder.remove()


async def _in_time(fetching: Coroutine[Any, Any, str | None], timeout_s: float) -> str | None:
    """Raises TargetError when the sources are not there in the job's time: a server may send a byte a second for ever."""
    try:
        async with asyncio.timeout(timeout_s):
            return await fetching
    except TimeoutError as error:
        what, fix = f"the job's sources have not come within its {timeout_s:.0f} s", "give the step a longer timeout, or look at the server"
        raise TargetError(Problem(code="SRC-025", what=what, fix=fix)) from error


class Carrying:
    """Ships one attempt's events and keeps its lease."""

    def __init__(
        self,
        lease: Lease,
        folder: JobFolder,
        workspace: Path,
        client: Client,
        runner: Runner,
        cancel: asyncio.Event,
        measures: Measures,
    ) -> None:
        self._measures = measures
        self._lease = lease
        self._folder = folder
        self._workspace = workspace
        self._client = client
        self._runner = runner
        self._cancel = cancel
        self._reader = EventReader(folder)
        self._next_seq = 0
        self._sent_at: float | None = None

    async def begin(self, sealed: dict[str, str], sources: Sources, managers: SecretManagers, pods: Pods, own: OwnLog) -> None:
        """Look up secrets, fetch sources, have the manager store that the job starts, start it. What goes wrong ends it in its folder.

        Also a fault of ours: a job that stays in hand without an end would be offered again for ever, and fail in the same way.
        """
        if self._workspace_is_lost():
            return
        log = EventLog(self._folder, limit_bytes=2**40)
        masker = Masker(sealed.values())
        secrets: dict[str, str] = {}
        commit: str | None = None

        def say(text: str) -> None:
            log.write({"kind": "log", "at": time.time(), "text": masker.text(text)})

        job = self._lease.job
        if isinstance(job.what, Script) and job.what.image is not None and job.what.container is None:
            say(f"the image {job.what.image} is not used: this delegate runs scripts by itself")
        try:
            external = self._lease.external
            found = await self._while_shipping(managers.look_up(external, sealed)) if external else None
            if found:
                own.hide(job.id, [*sealed.values(), *found.values()])
            if not self._cancel.is_set():
                secrets = _of_job(job, sealed | (found or {}))
                masker = Masker([*sealed.values(), *secrets.values()])
                if job.source:
                    fetching = _in_time(sources.fetch(job.source, self._workspace, secrets, say), job.limits.timeout_s)
                    commit = await self._while_shipping(fetching)
            if self._cancel.is_set():
                self._folder.end(Ended(status="cancelled"))
                return
            if commit is not None:
                self._folder.set_commit(commit)
            log.write({"kind": STARTING, "at": time.time(), "attempt": self._lease.attempt})
            self._folder.set_starting()
            while self._next_seq < log.next_seq:
                await self._ship()
            if self._cancel.is_set():
                self._folder.end(Ended(status="cancelled"))
                return
            if isinstance(job.what, Reach):
                reached = await self._while_shipping(pods.reach(job.what, secrets))
                self._folder.end(reached or Ended(status="cancelled"))
                return
        except BasculeError as error:
            problems: list[dict[str, Any]] = masker.value([msgspec.to_builtins(problem) for problem in error.problems])
            for problem in problems:
                log.write({"kind": "problem", "at": time.time(), "problem": problem})
            self._folder.end(Ended(status="failure", failure=type(error).__name__, problems=problems))
            return
        except Exception as error:
            self._folder.fail(self._our_fault(error, masker))
            return
        finally:
            log.close(time.time())
        match job.what:
            case Fetch():
                self._folder.end(Ended(status="success"))
                return
            case Seal(public_key=key, context=context):
                self._folder.end(_sealed(secrets, key, context))
                return
            case _:
                pass
        try:
            await self._runner.start(Work(job=job, folder=str(self._folder.path), workspace=str(self._workspace), secrets=secrets))
            self._measures.running(job.id)
        except BasculeError as error:
            self._folder.fail(error)
        except Exception as error:
            self._folder.fail(self._our_fault(error, masker))

    def _our_fault(self, error: Exception, masker: Masker) -> TargetError:
        logger.exception("a job could not be begun", extra={"job_id": self._lease.job.id})
        why, fix = masker.text(f"{type(error).__name__}: {error}"), "nothing of it has run; the delegate's log has the reason"
        return TargetError(Problem(code="DEL-035", what="the delegate failed before the job began", why=why, fix=fix))

    def _workspace_is_lost(self) -> bool:
        """Whether what an earlier job left here is not here: then this one ends, and its owner has it made again."""
        lost = [path for path in self._lease.job.needs if not (self._workspace / path).is_dir()]
        if lost:
            problem = Problem(
                code="SRC-028", what=f"'{lost[0]}' is not in this workspace", why="an earlier job made it on another delegate"
            )
            self._folder.end(Ended(status="failure", failure=WORKSPACE_LOST, problems=[msgspec.to_builtins(problem)]))
        return bool(lost)

    async def wait_for_supervisor(self) -> None:
        """An earlier start of this delegate was killed while it started the job: its supervisor appears now or never."""
        gives_up_at = time.monotonic() + _SUPERVISOR_APPEARS_S
        while self._folder.supervisor() is None:
            if time.monotonic() > gives_up_at:
                what = "the delegate was started again before it could run this job"
                problem = Problem(code="DEL-022", what=what, why="nothing of it has run", fix="run it again")
                self._folder.end(Ended(status="failure", failure="TargetError", problems=[msgspec.to_builtins(problem)]))
                return
            await asyncio.sleep(_LOOK_S)

    async def follow(self) -> None:
        """Ship what it tells until it has ended. What it told last goes with its result."""
        is_asked = is_busy = False
        while self._folder.ended() is None and self._runner.is_running(self._folder):
            if self._cancel.is_set() and not is_asked:
                self._runner.cancel(self._folder)
                is_asked = True
            if not is_busy:
                await self._runner.wait(self._folder, _LOOK_S)
                if self._folder.ended() is not None:
                    break
            is_busy = await self._ship()
        if self._folder.ended() is None:
            problem = Problem(code="JOB-022", what="the job told no result", why="the process that watched it is gone")
            self._folder.end(Ended(status="unknown", failure="Unknown", problems=[msgspec.to_builtins(problem)]))

    async def look_at_what_it_left(self) -> None:
        """A script source has succeeded when the changelog is there; its digest is the job's commit."""
        ended, what = self._folder.ended(), self._lease.job.what
        if ended is None or ended.status != "success" or not isinstance(what, Script) or what.leaves is None:
            return
        try:
            self._folder.set_commit(await asyncio.to_thread(digest_of, self._workspace, what.leaves))
        except BasculeError as error:
            self._folder.fail(error)
        except OSError as error:
            fix = "have the script leave files that the delegate may read, under names that the system takes"
            why = error.strerror or str(error)
            self._folder.fail(
                InputError(Problem(code="SRC-029", what="what the script left cannot be read", where=what.leaves, why=why, fix=fix))
            )

    async def report(self) -> None:
        """Send large outputs and the result, until it is taken; without what it gave, where the manager does not take that."""
        ended = self._folder.ended()
        if ended is None:
            raise RuntimeError("report comes after follow")
        try:
            await self._tell(ended)
        except InputError as error:
            logger.warning("the manager does not take a result: %s", error, extra={"job_id": self._lease.job.id})
            await self._tell(_without_what_it_gave(ended, error))

    async def _tell(self, ended: Ended) -> None:
        job_id, attempt, fence = self._lease.job.id, self._lease.attempt, self._lease.fence
        for name in ended.artifacts:
            parts = artifact_parts(await asyncio.to_thread(self._folder.artifact(name).read_bytes), _PART_BYTES)
            for number, data in enumerate(parts):
                last = number + 1 == len(parts)
                await self._client.artifact(
                    ArtifactPart(job_id=job_id, attempt=attempt, fence=fence, name=name, part=number, last=last, data=data)
                )
        while True:
            rest = await self._rest()
            answer = await self._client.result(
                ResultReport(
                    job_id=job_id,
                    attempt=attempt,
                    fence=fence,
                    last_seq=self._next_seq + len(rest) - 1,
                    status=ended.status,
                    exit_code=ended.exit_code,
                    failure=ended.failure,
                    problems=ended.problems,
                    outputs=ended.outputs,
                    artifacts=ended.artifacts,
                    commit=self._folder.commit(),
                    seq=self._next_seq,
                ),
                rest,
            )
            if answer.accepted:
                self._measures.ended(ended.status)
                return
            self._next_seq = answer.next_seq
            while await self._ship():  # a manager of before took no events with a result
                continue
            await asyncio.sleep(_LOOK_S)

    async def _rest(self) -> list[bytes]:
        """The events that are to go with the result, all before them stored: none if it would be many."""
        if self._sent_at is None:  # what an earlier start has sent, only the manager knows
            await self._ship()
        while True:
            rest = self._reader.read(self._next_seq, _WITH_RESULT_BYTES, _BATCH_LINES)
            size = sum(map(len, rest))
            if not rest or (size <= _WITH_RESULT_BYTES and not self._reader.read(self._next_seq + len(rest), 1, 1)):
                return rest
            if not await self._ship():
                await asyncio.sleep(_LOOK_S)

    async def _while_shipping(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The work's result, the lease kept meanwhile; None when the job is cancelled first."""
        task = asyncio.create_task(work)
        try:
            while not (await asyncio.wait({task}, timeout=_LOOK_S))[0]:
                await self._ship()
                if self._cancel.is_set():
                    return None
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _ship(self) -> bool:
        """Send what is new, or a heartbeat when it is time. Whether there was something new, or something else is wanted now."""
        lines = self._reader.read(self._next_seq, _BATCH_BYTES, _BATCH_LINES)
        if not lines and self._sent_at is not None and time.monotonic() - self._sent_at < HEARTBEAT_S:
            return False
        answer = await self._client.events(self._lease.job.id, self._lease.attempt, self._lease.fence, self._next_seq, lines)
        self._sent_at = time.monotonic()
        has_moved = answer.next_seq != self._next_seq
        self._next_seq = answer.next_seq
        if answer.order == "cancel":
            self._cancel.set()
        if lines:
            self._reader.forget(self._next_seq)
        return has_moved


def _without_what_it_gave(ended: Ended, error: InputError) -> Ended:
    """A job without an end would be told again for ever."""
    why, fix = error.problems[0].what, "have it give back less, or leave it in files of the workspace"
    problem = Problem(code="DEL-036", what="the manager does not take what the job gave back", why=why, fix=fix)
    return Ended(
        status="failure" if ended.status == "success" else ended.status,
        exit_code=ended.exit_code,
        failure=ended.failure or type(error).__name__,
        problems=[*ended.problems[:_MOST_PROBLEMS], msgspec.to_builtins(problem)],
    )


def _of_job(job: Job, known: dict[str, str]) -> dict[str, str]:
    """What the job itself may know, by its names: nothing of what secret managers were logged in to with."""
    if missing := job.secrets.keys() - known.keys():
        what = f"nobody has told the delegate the secret '{job.secrets[min(missing)]}'"
        raise TargetError(Problem(code="SEC-037", what=what, where=job.title or job.id, fix="run it again"))
    secrets = {name: text for name, text in known.items() if not name.startswith(CREDENTIAL)}
    composed = {
        name: "".join(secrets[piece] if number % 2 else piece for number, piece in enumerate(pieces))
        for name, pieces in job.composed.items()
    }
    return secrets | composed


def _sealed(secrets: dict[str, str], public_key: str, context: str) -> Ended:
    """How a job ends that was to seal its secrets to another delegate."""
    try:
        sealing.check_public_key(public_key)
    except BasculeError as error:
        return Ended(status="failure", failure=type(error).__name__, problems=[msgspec.to_builtins(problem) for problem in error.problems])
    sealed = sealing.seal(msgspec.json.encode(secrets), public_key, context.encode())
    return Ended(status="success", outputs={"sealed": msgspec.to_builtins(sealed)})
