"""The pods in this delegate's hands: a Runner whose jobs are pods. No process stands beside the agent: a pod goes on without it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from bascule.core.errors import BasculeError, InputError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.folder import Ended, EventLog, JobFolder
from bascule.delegate.masking import Masker
from bascule.delegate.pods import names, reaper
from bascule.delegate.pods.binding import TOKEN, Setup, bind
from bascule.delegate.pods.connect import connect
from bascule.delegate.pods.kube import Kube
from bascule.delegate.pods.pod import AgainError, CancelledByManagerError, PodCarrier
from bascule.delegate.pods.reach import reach
from bascule.delegate.runners.base import Work
from bascule.delegate.settings import PodSettings
from bascule.wire.pods import Cluster, Pod, Reach

logger = logging.getLogger(__name__)

_NAMESPACES = "pod-namespaces"
_WHY_BEGIN, _WHY_END = 400, 4000
_REACH_S = 2.0
"""Who waits for a test wants to know how it is now."""


class Pods:
    """`settings` None: pod jobs are refused. `memory` is where the namespaces are noted that pods of ours may be in."""

    def __init__(self, settings: PodSettings | None, setup: Setup, memory: Path, *, buffer_bytes: int) -> None:
        self._settings = settings
        self._setup = setup
        self._memory = memory / _NAMESPACES
        self._buffer_bytes = buffer_bytes
        self._tasks: dict[Path, asyncio.Task[None]] = {}
        self._cancels: dict[Path, asyncio.Event] = {}
        self._jobs: dict[Path, str] = {}
        self._own: Kube | None = None

    async def start(self, work: Work) -> None:
        """Have the pod made and watched, or found again. Raises TargetError where pods are not for this delegate."""
        pod = work.job.what
        if not isinstance(pod, Pod):
            raise TypeError("only pods are run here")
        settings = self._its_settings()
        folder = JobFolder(Path(work.folder))
        cancel = self._cancels[folder.path] = asyncio.Event()
        if folder.is_cancelled():
            cancel.set()
        self._jobs[folder.path] = names.label_value(work.job.id)
        task = self._tasks[folder.path] = asyncio.create_task(self._carry(work, pod, folder, settings, cancel))
        task.add_done_callback(lambda _: self._forget(folder.path))

    async def reach(self, asked: Reach, secrets: dict[str, str]) -> Ended:
        """Whether pods could be made there. Raises TargetError with what stands in their way."""
        kube = connect(self._its_settings(), asked.cluster, secrets, patience_s=_REACH_S)
        try:
            outputs, warnings = await reach(kube, asked.namespace or kube.namespace)
        finally:
            await kube.close()
        return Ended(status="success", outputs=outputs, problems=[msgspec.to_builtins(warning) for warning in warnings])

    def _its_settings(self) -> PodSettings:
        if self._settings is None:
            raise TargetError(
                Problem(
                    code="K8S-001",
                    what="this delegate makes no pods: it was started without Kubernetes",
                    fix="start it in a cluster, or with --kubeconfig",
                )
            )
        return self._settings

    def is_running(self, folder: JobFolder) -> bool:
        """Whether the pod is watched."""
        return folder.path in self._tasks

    async def wait(self, folder: JobFolder, at_most_s: float) -> None:
        """For so long: a pod takes seconds, whatever it does."""
        await asyncio.sleep(at_most_s)

    def cancel(self, folder: JobFolder) -> None:
        """Delete the pod; what runs in it is cancelled and told first."""
        folder.cancel()
        if folder.path in self._cancels:
            self._cancels[folder.path].set()

    async def reap(self) -> None:
        """Remove, at the start and every minute, what an earlier start of this delegate has left: for ever."""
        if self._settings is None:
            return
        while True:
            try:
                kube = self._kube(self._settings)
                for namespace in self._namespaces(kube):
                    may_be_there = await reaper.reap(kube, namespace, self._setup.delegate, lambda: set(self._jobs.values()))
                    if not may_be_there and not self._jobs:
                        self._remember([noted for noted in self._noted() if noted != namespace])
            except BasculeError as error:
                logger.warning("the cluster cannot be looked at: %s", error)
            except Exception:
                logger.exception("strays could not be looked for; trying again")
            await asyncio.sleep(reaper.EVERY_S)

    async def close(self) -> None:
        """Leave all pods to the next start."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._own is not None:
            await self._own.close()

    def _forget(self, path: Path) -> None:
        for known in (self._tasks, self._cancels, self._jobs):
            known.pop(path, None)

    # One of them

    async def _carry(self, work: Work, pod: Pod, folder: JobFolder, settings: PodSettings, cancel: asyncio.Event) -> None:
        log = EventLog(folder, self._buffer_bytes)
        masker = Masker(work.secrets.values())

        def say(text: str) -> None:
            log.write({"kind": "log", "at": time.time(), "text": masker.text(text)})

        if not folder.has_noted("started"):  # an earlier start of this delegate may have told it
            log.write({"kind": "started", "at": time.time(), "verb": "pod", "version": 1, "bascule": ""})
            folder.note("started")
        try:
            ended = await self._ended(work, pod, folder, settings, cancel, say)
        except asyncio.CancelledError:
            log.close(time.time())
            raise
        except BasculeError as error:
            problems = [_shortened(masker.value(msgspec.to_builtins(problem))) for problem in error.problems]
            ended = Ended(status="failure", failure=type(error).__name__, problems=problems)
        except Exception:
            logger.exception("a pod was dropped", extra={"job_id": work.job.id})
            log.close(time.time())
            raise
        for problem in ended.problems:
            log.write({"kind": "problem", "at": time.time(), "problem": problem})
        result: dict[str, Any] = {"kind": "result", "at": time.time(), "status": ended.status, "exit_code": ended.exit_code}
        if ended.status != "unknown":  # an outcome that is not known is told by there being none
            log.write(result | {"failure": ended.failure, "problems": ended.problems, "outputs": ended.outputs})
        log.close(time.time())
        folder.end(ended)

    async def _ended(
        self, work: Work, pod: Pod, folder: JobFolder, settings: PodSettings, cancel: asyncio.Event, say: Callable[[str], None]
    ) -> Ended:
        """With the secrets of its lease a pod is made; without them, after a start, it can only be found again."""
        is_again = not work.secrets
        if is_again and pod.cluster.url is not None:
            return _again("the cluster's credentials are not kept over a start of the delegate")
        lease = folder.lease()
        if lease is None:
            raise RuntimeError("a job in hand has its lease")
        if not is_again and TOKEN not in work.secrets:
            raise InputError(Problem(code="K8S-036", what="the pod's job brings no token for its delegate", where=pod.key))
        async with self._connection(settings, pod.cluster, work.secrets) as kube:
            bound = None if is_again else bind(pod, work.job.id, lease.attempt, self._setup, work.secrets)
            if pod.cluster.url is None:
                self._note(pod.namespace or kube.namespace)
            claim = names.claim(self._setup.delegate, lease.attempt)
            carrier = PodCarrier(kube, pod, work.job.id, claim, bound, say, cancel, settings.patience_s)
            try:
                return await carrier.run(was_made=is_again and folder.has_noted("pod"), on_made=lambda: folder.note("pod"))
            except CancelledByManagerError:
                return Ended(status="cancelled")
            except AgainError as error:
                return _again(str(error))

    @contextlib.asynccontextmanager
    async def _connection(self, settings: PodSettings, cluster: Cluster, secrets: dict[str, str]) -> Any:
        if cluster.url is None:
            yield self._kube(settings)
            return
        kube = connect(settings, cluster, secrets)
        try:
            yield kube
        finally:
            await kube.close()

    def _kube(self, settings: PodSettings) -> Kube:
        if self._own is None:
            self._own = connect(settings, Cluster(), {})
        return self._own

    def _namespaces(self, kube: Kube) -> list[str]:
        return list(dict.fromkeys([kube.namespace, *self._noted()]))

    def _noted(self) -> list[str]:
        return self._memory.read_text().split() if self._memory.exists() else []

    def _note(self, namespace: str) -> None:
        if namespace not in (noted := self._noted()):
            self._remember([*noted, namespace])

    def _remember(self, namespaces: list[str]) -> None:
        temporary = self._memory.with_name(f".{self._memory.name}")
        temporary.write_text("".join(f"{namespace}\n" for namespace in namespaces))
        temporary.replace(self._memory)


def _shortened(problem: dict[str, Any]) -> dict[str, Any]:
    """Its reason may hold what a container printed last, a line of megabytes perhaps. Masked first: half a secret would not be known."""
    why = problem.get("why")
    if why is None or len(why) <= _WHY_BEGIN + _WHY_END:
        return problem
    return problem | {"why": f"{why[:_WHY_BEGIN]} … {why[-_WHY_END:]}"}


def _again(why: str) -> Ended:
    """Unknown: a job that may be repeated is given again, with its secrets, and finds the pod if there is one."""
    fix = "it is taken up again where the job may be repeated"
    problem = Problem(code="K8S-040", what="the pod was lost sight of when its delegate was started again", why=why, fix=fix)
    return Ended(status="unknown", failure="Unknown", problems=[msgspec.to_builtins(problem)])
