"""The agent: leases jobs, has them run, ships what they tell. It only ever calls out; killed and started again, it goes on."""

import asyncio
import fcntl
import hashlib
import logging
import os
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
from bascule.delegate.client import Client, RevokedError
from bascule.delegate.folder import JobFolder
from bascule.delegate.job import carry
from bascule.delegate.runners import warm
from bascule.delegate.runners.base import Runner
from bascule.delegate.runners.local import LocalRunner
from bascule.delegate.secrets import SecretManagers
from bascule.delegate.settings import DelegateSettings
from bascule.delegate.sources import Sources
from bascule.wire import sealing
from bascule.wire.delegates import Lease, LeaseRequest, Register

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

logger = logging.getLogger(__name__)

LEASE_WAIT_S = 25.0
_TIDY_EVERY_S = 600.0


def run(settings: DelegateSettings, job_main: warm.JobMain, *, preload: Sequence[str] = ()) -> int:
    """Serve the manager until SIGTERM, then finish what runs. A second SIGTERM leaves running jobs to the next start.

    `job_main` is the command line's `main`; `preload` names modules that jobs find imported. Returns the exit status: 0 drained, 3 turned
    away by the manager, 4 the warm parent died. Raises ConflictError when another delegate uses the data directory.
    """
    paths = Paths(settings.data_directory)
    lock = paths.lock()
    parent = warm.start(job_main, preload, not_for_jobs=lock)
    try:
        return asyncio.run(_serve(settings, paths, parent))
    finally:
        parent.close()
        os.close(lock)


class Paths:
    """What stands where in the data directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.jobs = root / "jobs"
        self.workspaces = root / "workspaces"
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
        """The folder of a workspace; only its owner may look inside, which for scripts is another user."""
        folder = self.workspaces / hashlib.sha256(name.encode()).hexdigest()[:32]
        folder.mkdir(mode=0o700, exist_ok=True)
        os.utime(folder)
        return folder

    def drop_old_workspaces(self, hours: float, used: set[Path]) -> None:
        """Remove workspaces that no job has used for so long."""
        for folder in self.workspaces.iterdir():
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
    )
    client = Client(settings.manager, registration, key, ca_file=settings.ca_file)
    buffer_bytes = settings.buffer_bytes // settings.capacity
    runner = LocalRunner(parent, buffer_bytes=buffer_bytes, script_user=settings.script_user)
    agent = Agent(settings, paths, client, runner, key)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, agent.stop)
    loop.add_reader(parent.fileno(), agent.lose_parent)  # it never says a word: its end is all there is to read
    try:
        await agent.serve()
    except RevokedError as error:
        logger.error("the manager does not let this delegate in: %s", error)
        return 3
    finally:
        loop.remove_reader(parent.fileno())
        await client.close()
    return 0 if agent.has_parent else 4


class Agent:
    """The jobs in hand, each carried by a task of its own, and the loop that leases more."""

    def __init__(self, settings: DelegateSettings, paths: Paths, client: Client, runner: Runner, key: "X25519PrivateKey") -> None:
        self._settings = settings
        self._paths = paths
        self._client = client
        self._runner = runner
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
        """Take no more jobs and end with the last one; said twice, or without a job, end now."""
        if self._stopping.is_set() or not self._jobs:
            self._leave.set()
        self._stopping.set()

    async def serve(self) -> None:
        """Until asked to stop. Raises RevokedError when the manager turns us away."""
        for folder in self._adopted():
            self._take(folder, {})
        leasing = asyncio.create_task(self._lease_jobs())
        leaving = asyncio.create_task(self._leave.wait())
        try:
            await asyncio.wait({leasing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if leasing.done():
                leasing.result()
        finally:
            tasks = [leasing, leaving, *(carried.task for carried in self._jobs.values())]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _lease_jobs(self) -> None:
        await self._client.register()
        logger.info("registered", extra={"delegate_id": self._client.delegate_id, "manager": self._settings.manager})
        tidied_at = 0.0
        while self._jobs or not self._stopping.is_set():
            if time.monotonic() - tidied_at > _TIDY_EVERY_S:
                used = {carried.workspace for carried in self._jobs.values()}
                await asyncio.to_thread(self._paths.drop_old_workspaces, self._settings.workspace_hours, used)
                tidied_at = time.monotonic()
            await self._lease_once()

    async def _lease_once(self) -> None:
        """One long poll. It is left when there is room that it did not offer, or when we are to stop: a lease it brings is given again."""
        free = 0 if self._stopping.is_set() else max(0, self._settings.capacity - len(self._jobs))
        self._room.clear()
        request = LeaseRequest(free=free, wait_s=LEASE_WAIT_S, running=list(self._jobs))
        polling = asyncio.create_task(self._client.lease(request))
        waits: set[asyncio.Task[object]] = {polling}
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
        for job_id in answer.cancel:
            if carried := self._jobs.get(job_id):
                carried.cancel.set()
        if answer.lease is not None and answer.lease.job.id not in self._jobs:
            self._accept(answer.lease)

    def _accept(self, lease: Lease) -> None:
        secrets: dict[str, str] = {}
        folder = JobFolder.make(self._paths.jobs, lease)
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
        logger.info("leased", extra={"job_id": lease.job.id, "attempt": lease.attempt})
        self._take(folder, secrets)

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
        work = carry(lease, folder, workspace, secrets, self._client, self._runner, self._sources, self._managers, cancel)
        carried = Carried(asyncio.create_task(work), cancel, workspace)
        self._jobs[lease.job.id] = carried
        carried.task.add_done_callback(lambda task: self._released(lease, workspace, task))

    def _released(self, lease: Lease, workspace: Path, task: "asyncio.Task[None]") -> None:
        self._jobs.pop(lease.job.id, None)
        self._room.set()
        if task.cancelled():
            return
        if error := task.exception():
            logger.error("a job was dropped", exc_info=error, extra={"job_id": lease.job.id})
            if isinstance(error, RevokedError):
                self._leave.set()
        if lease.job.workspace is None:
            shutil.rmtree(workspace, ignore_errors=True)


class Carried:
    """A job in hand."""

    def __init__(self, task: "asyncio.Task[None]", cancel: asyncio.Event, workspace: Path) -> None:
        self.task = task
        self.cancel = cancel
        self.workspace = workspace
