"""The agent: leases jobs, has them run, ships what they tell. It only ever calls out; killed and started again, it goes on."""

import asyncio
import contextlib
import fcntl
import hashlib
import logging
import os
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bascule import __version__
from bascule.core.errors import BasculeError, ConflictError
from bascule.core.problems import Problem
from bascule.delegate import health, turns
from bascule.delegate.client import Client, RevokedError
from bascule.delegate.folder import JobFolder
from bascule.delegate.job import carry
from bascule.delegate.log import Masked, OwnLog
from bascule.delegate.measures import Measures
from bascule.delegate.pods import names
from bascule.delegate.pods.binding import Setup
from bascule.delegate.pods.runner import Pods
from bascule.delegate.pods.states import STATUS_NOT_REGISTERED
from bascule.delegate.runners import warm
from bascule.delegate.runners.base import Runner
from bascule.delegate.runners.local import LocalRunner
from bascule.delegate.secrets import SecretManagers
from bascule.delegate.settings import DelegateSettings, PodSettings
from bascule.delegate.sources import Sources
from bascule.delegate.tidings import Tidings
from bascule.wire import sealing
from bascule.wire.delegates import LOGS, PROBES, PROVES, Lease, Register
from bascule.wire.pods import Pod

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

logger = logging.getLogger(__name__)

LEASE_WAIT_S = 25.0
_TIDY_EVERY_S = 600.0
_LOOK_S = 0.05
_PARTING_S = 5.0
_CANCELLING_S = 0.5
_NO_ROOM_S = 5.0


def run(settings: DelegateSettings, job_main: warm.JobMain, *, preload: Sequence[str] = ()) -> int:
    """Serve the manager until SIGTERM, then finish what runs. A second SIGTERM leaves running jobs to the next start.

    `job_main` is the command line's `main`; `preload` names modules that jobs find imported. Returns the exit status: 0 drained, 3 turned
    away by the manager, 4 the warm parent died, 5 not let in within the time it has. Raises ConflictError when another delegate uses the
    data directory.
    """
    paths = Paths(settings.data_directory, settings.workspace_directory)
    lock = paths.lock()
    parent = warm.start(job_main, preload, not_for_jobs=lock)
    try:
        return asyncio.run(_serve(settings, paths, parent))
    finally:
        parent.close()
        os.close(lock)
        if settings.turns is not None:
            turns.end_all(settings.turns)


class Paths:
    """What stands where in the data directory."""

    def __init__(self, root: Path, workspaces: Path | None = None) -> None:
        self.root = root
        self.jobs = root / "jobs"
        self.workspaces = workspaces or root / "workspaces"
        self._is_shared = workspaces is not None
        self.mirrors = root / "mirrors"
        for folder in (root, self.jobs, self.workspaces):
            folder.mkdir(mode=0o711, parents=True, exist_ok=True)

    def lock(self) -> int:
        """Have the directory for ourselves. Raises ConflictError."""
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            problem = Problem(
                code="DEL-021", what="another delegate uses this data directory", where=str(self.root), fix="give each its own --data-dir"
            )
            raise ConflictError(problem) from error
        return descriptor

    def key(self) -> "X25519PrivateKey":
        """The delegate's private key: made once, it is who the delegate is."""
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        path = self.root / "key"
        if not path.exists():
            temporary = self.root / ".key"
            temporary.touch(mode=0o600)
            temporary.write_bytes(sealing.new_key().private_bytes_raw())
            temporary.replace(path)
        return X25519PrivateKey.from_private_bytes(path.read_bytes())

    def workspace(self, name: str) -> Path:
        """The folder of a workspace; only its owner may look inside, which for scripts is another user, in a pod also the pod's group."""
        folder = self.workspaces / hashlib.sha256(name.encode()).hexdigest()[:32]
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._is_shared:
            folder.chmod(0o2770)  # with the step containers of this pod, which may run as others
        os.utime(folder)
        return folder

    def drop_old_workspaces(self, hours: float, used: set[Path]) -> None:
        """Remove workspaces that no job has used for so long."""
        for folder in self.workspaces.iterdir():
            with contextlib.suppress(FileNotFoundError):  # one that a job had for itself, and that went with it
                if folder not in used and time.time() - folder.stat().st_mtime > hours * 3600:
                    shutil.rmtree(folder, ignore_errors=True)


async def _serve(settings: DelegateSettings, paths: Paths, parent: socket.socket) -> int:
    key = paths.key()
    registration = Register(
        token=settings.token,
        name=settings.name,
        public_key=sealing.public_text(key),
        version=__version__,
        tags=list(settings.tags),
        capacity=settings.capacity,
        allow_scripts=settings.allow_scripts,
        hostname=socket.gethostname(),
        kubernetes=settings.pods is not None,
        default_runner=settings.default_runner,
        start=secrets.token_hex(8),
        features=[PROVES, PROBES, LOGS],
    )
    measures = Measures()
    client = Client(settings.manager, registration, key, ca_file=settings.ca_file, measures=measures)
    buffer_bytes = settings.buffer_bytes // settings.capacity
    step_turns = str(settings.turns) if settings.turns is not None else None
    runner = LocalRunner(parent, buffer_bytes=buffer_bytes, script_user=settings.script_user, turns=step_turns)
    pods = _pods(settings, registration.public_key, buffer_bytes)
    log = OwnLog(paths.root / "log", [settings.token])
    agent = Agent(settings, paths, client, runner, pods, key, log, measures)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, agent.stop)
    loop.add_reader(parent.fileno(), agent.lose_parent)  # it never says a word: its end is all there is to read
    ours = logging.getLogger("bascule")
    level = ours.level
    ours.addHandler(log)
    for handler in logging.getLogger().handlers:  # where it is shown: a terminal, a journal, a container's log
        handler.setFormatter(Masked(handler.formatter, log))
    ours.setLevel(min(level or logging.INFO, logging.INFO))
    try:
        async with health.listening(settings.health_host, settings.health_port, measures, paths.jobs, agent.state):
            await agent.serve()
    except RevokedError as error:
        logger.error("the manager does not let this delegate in: %s", error)
        return 3
    except TimeoutError:
        logger.error("the manager has not let this delegate in within %s s", settings.register_within_s)
        return STATUS_NOT_REGISTERED
    finally:
        loop.remove_reader(parent.fileno())
        await pods.close()
        await client.close()
        ours.removeHandler(log)
        ours.setLevel(level)
        log.close()
    return 0 if agent.has_parent else 4


def _pods(settings: DelegateSettings, public_key: str, buffer_bytes: int) -> Pods:
    own = settings.pods or PodSettings()
    setup = Setup(
        delegate=names.delegate_label(public_key),
        manager=own.manager or settings.manager,
        image=own.image,
        service_account=own.service_account,
        ca=Path(settings.ca_file).read_text() if settings.ca_file else None,
        proxies=own.proxies,
    )
    return Pods(settings.pods, setup, settings.data_directory, buffer_bytes=buffer_bytes)


class Agent:
    """The jobs in hand, each carried by a task of its own, and the loop that leases more."""

    def __init__(
        self,
        settings: DelegateSettings,
        paths: Paths,
        client: Client,
        runner: Runner,
        pods: Pods,
        key: "X25519PrivateKey",
        log: OwnLog,
        measures: Measures,
    ) -> None:
        self._log = log
        self._measures = measures
        self._tidings = Tidings(log.after)
        self._settings = settings
        self._paths = paths
        self._client = client
        self._runner = runner
        self._pods = pods
        self._key = key
        self._sources = Sources(paths.mirrors, settings.cache_bytes)
        self._managers = SecretManagers(settings)
        self._jobs: dict[str, Carried] = {}
        self._stopping = asyncio.Event()
        self._leave = asyncio.Event()
        self._room = asyncio.Event()
        self.has_parent = True

    def lose_parent(self) -> None:
        """The process that starts jobs is gone: leave what runs to the next start."""
        logger.error("the process that starts jobs is gone; start the delegate again")
        self.has_parent = False
        self._stopping.set()
        self._leave.set()

    def stop(self) -> None:
        """Take no more jobs, give back those that have not begun, end with the last one. Said twice, end now.

        In a pod that is told to stop nobody goes on with them: they are cancelled, so that it is known how they ended.
        """
        if self._stopping.is_set() or not self._client.delegate_id:
            self._leave.set()
        self._drain()
        if self._settings.ephemeral:
            for carried in self._jobs.values():
                carried.cancel.set()

    def _drain(self) -> None:
        self._stopping.set()
        for job_id, carried in self._jobs.items():
            if not carried.has_begun:
                logger.info("handed back", extra={"job_id": job_id})
                self._tidings.hand_back(job_id)
                carried.give_back()

    def state(self) -> health.State:
        """How it is now."""
        return health.State(
            running=len(self._jobs),
            capacity=self._settings.capacity,
            is_stopping=self._stopping.is_set(),
            has_parent=self.has_parent,
        )

    async def serve(self) -> None:
        """Until asked to stop. Raises RevokedError when the manager turns us away."""
        for folder in self._adopted():
            self._take(folder, {})
        reaping = asyncio.create_task(self._pods.reap())
        leasing = asyncio.create_task(self._lease_jobs())
        leaving = asyncio.create_task(self._leave.wait())
        try:
            await asyncio.wait({leasing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if leasing.done():
                leasing.result()
        finally:
            self._tidings.end()
            tasks = [leasing, leaving, reaping, *(carried.task for carried in self._jobs.values())]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _lease_jobs(self) -> None:
        async with asyncio.timeout(self._settings.register_within_s):
            await self._whole_pod()
            await self._client.register()
        logger.info("registered", extra={"delegate_id": self._client.delegate_id, "manager": self._settings.manager})
        tidied_at = 0.0
        while self._jobs or not self._stopping.is_set():
            if time.monotonic() - tidied_at > _TIDY_EVERY_S:
                used = {carried.workspace for carried in self._jobs.values()}
                await asyncio.to_thread(self._paths.drop_old_workspaces, self._settings.workspace_hours, used)
                self._log.drop_old()
                tidied_at = time.monotonic()
            await self._lease_once()
        await self._part()

    async def _whole_pod(self) -> None:
        """Until the step containers of our pod are there, if we are in one: the cluster starts each by itself."""
        if self._settings.turns is not None:
            while not turns.are_ready(self._settings.turns, self._settings.step_containers):
                await asyncio.sleep(_LOOK_S)

    async def _part(self) -> None:
        """Give back what was not begun, and what an answer that we did not wait for may have brought."""
        try:
            async with asyncio.timeout(_PARTING_S):
                for _ in range(self._settings.capacity + 1):
                    request = self._tidings.request(0, (), 0.0)
                    answer = await self._client.lease(request)
                    self._tidings.told(request, answer)
                    if answer.lease is None:
                        return
                    self._tidings.hand_back(answer.lease.job.id)
        except TimeoutError:
            logger.warning("the manager could not be told that we go: what it gave us last is offered again when its lease ends")

    async def _lease_once(self) -> None:
        """One long poll. It is left when there is room that it did not offer, or when we are to stop: a lease it brings is given again."""
        busy = sum(carried.takes_room for carried in self._jobs.values())
        free = 0 if self._stopping.is_set() else max(0, self._settings.capacity - busy)
        self._room.clear()
        in_hand = [job_id for job_id, carried in self._jobs.items() if not carried.is_given_back]
        request = self._tidings.request(free, in_hand, LEASE_WAIT_S)
        asked_at = time.monotonic()
        polling = asyncio.create_task(self._client.lease(request))
        waits: set[asyncio.Task[object]] = {polling, asyncio.create_task(self._tidings.news.wait())}
        if free == 0:
            waits.add(asyncio.create_task(self._room.wait()))
        if not self._stopping.is_set():
            waits.add(asyncio.create_task(self._stopping.wait()))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                if not task.done():
                    task.cancel()
        if not polling.done() or polling.cancelled():
            return
        answer = polling.result()
        self._tidings.told(request, answer)
        if answer.leave and not self._stopping.is_set():
            logger.info("the manager lets this delegate go")
            self._drain()
        for job_id in answer.cancel:
            if carried := self._jobs.get(job_id):
                carried.cancel.set()
        if answer.lease is not None and answer.lease.job.id not in self._jobs:
            if self._stopping.is_set():
                self._tidings.hand_back(answer.lease.job.id)
                return
            self._measures.leases.add(time.monotonic() - asked_at)
            try:
                self._accept(answer.lease)
            except OSError:
                logger.exception("there is no room for a job: it is handed back", extra={"job_id": answer.lease.job.id})
                self._tidings.hand_back(answer.lease.job.id)
                await asyncio.sleep(_NO_ROOM_S)
        elif answer.cancel:  # said again at once until they have ended
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CANCELLING_S):
                    await self._room.wait()

    def _accept(self, lease: Lease) -> None:
        """Have the job in hand. Raises OSError, and leaves nothing, when the data directory has no place for it."""
        folder = JobFolder.make(self._paths.jobs, lease)
        logger.info("leased", extra={"job_id": lease.job.id, "attempt": lease.attempt})
        try:
            self._take(folder, self._opened(lease, folder))
        except OSError:
            folder.remove()
            raise

    def _opened(self, lease: Lease, folder: JobFolder) -> dict[str, str]:
        """The lease's secrets. Those that cannot be opened end the job."""
        secrets: dict[str, str] = {}
        try:
            if lease.secrets is not None:
                opened = sealing.unseal(lease.secrets, self._key, sealing.lease_context(lease.job.id, lease.fence))
                secrets = msgspec.json.decode(opened, type=dict[str, str])
            if lease.sealed_elsewhere is not None:
                context = sealing.elsewhere_context(lease.job.id).encode()
                secrets |= msgspec.json.decode(sealing.unseal(lease.sealed_elsewhere, self._key, context), type=dict[str, str])
        except BasculeError as error:
            logger.error("a lease's secrets cannot be opened", extra={"job_id": lease.job.id})
            folder.fail(error)
        return secrets

    def _adopted(self) -> list[JobFolder]:
        """The folders that an earlier start left. A job that had not begun went with its secrets: it will be leased again."""
        folders = [JobFolder(path) for path in sorted(self._paths.jobs.iterdir()) if path.is_dir()]
        for folder in folders:
            lease = folder.lease()
            if lease is not None and lease.job.secrets and not folder.has_begun():
                folder.remove()
        return [folder for folder in folders if folder.path.is_dir()]

    def _take(self, folder: JobFolder, secrets: dict[str, str]) -> None:
        lease = folder.lease()
        if lease is None:
            folder.remove()
            return
        workspace = self._paths.workspace(lease.job.workspace) if lease.job.workspace else self._paths.workspace(f"job:{lease.job.id}")
        cancel = asyncio.Event()
        runner = self._pods if isinstance(lease.job.what, Pod) else self._runner
        self._log.hide(lease.job.id, secrets.values())
        self._measures.leased(lease.job.id)
        work = carry(
            lease,
            folder,
            workspace,
            secrets,
            self._client,
            runner,
            self._sources,
            self._managers,
            self._pods,
            cancel,
            self._measures,
            self._log,
        )
        carried = Carried(asyncio.create_task(work), cancel, workspace, folder, takes_room=lease.job.takes_room)
        self._jobs[lease.job.id] = carried
        carried.task.add_done_callback(lambda task: self._released(lease, workspace, folder, task))

    def _released(self, lease: Lease, workspace: Path, folder: JobFolder, task: "asyncio.Task[None]") -> None:
        carried = self._jobs.pop(lease.job.id, None)
        is_given_back = carried is not None and carried.is_given_back
        self._room.set()
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("a job was dropped", exc_info=error, extra={"job_id": lease.job.id})
        self._measures.released(lease.job.id)
        self._log.forget(lease.job.id)  # not before the last word about it, in which they may stand
        if task.cancelled():
            if is_given_back:
                folder.remove()
            return
        if isinstance(error, RevokedError):
            self._leave.set()
        if lease.job.workspace is None:
            shutil.rmtree(workspace, ignore_errors=True)


class Carried:
    """A job in hand. A pod takes no room here: the jobs in it are another delegate's, and may need this one for theirs to go on."""

    def __init__(self, task: "asyncio.Task[None]", cancel: asyncio.Event, workspace: Path, folder: JobFolder, *, takes_room: bool) -> None:
        self.task = task
        self.cancel = cancel
        self.workspace = workspace
        self.takes_room = takes_room
        self.is_given_back = False
        self._folder = folder

    def give_back(self) -> None:
        """Let it be: another delegate will run it."""
        self.is_given_back = True
        self.task.cancel()

    @property
    def has_begun(self) -> bool:
        """Whether something of it may have run, or its outcome is known: then it is ours to report."""
        return self._folder.has_begun()
