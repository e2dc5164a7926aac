"""A real manager on a free port, and real delegates: processes that can be killed."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import uvicorn
from sqlalchemy import Engine

from bascule.core.clock import SystemClock
from bascule.core.secret import Secret
from bascule.manager.database import METADATA, open_store, reading, writing
from bascule.manager.delegates import fleet, fleet_store, service, store
from bascule.manager.delegates.model import JobOutcome, JobOwner, JobState
from bascule.manager.delegates.routes import Protocol
from bascule.manager.deps import Deps
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.manager.paging import Paging
from bascule.manager.secrets.keyring import open_keyring, unlock
from bascule.manager.settings import Settings
from bascule.wire.delegates import ExternalSecret
from bascule.wire.jobs import Command, Job

SECRETS = {"account.db_password": "CANARY-s3cr3t/val+ue", "account.api": "CANARY-t0ken\"quoted'"}
PATIENCE_S = 20.0

T = TypeVar("T")


class Manager:
    """The delegate protocol served by uvicorn, and the other areas' side of it."""

    def __init__(self, folder: Path) -> None:
        self.engine: Engine = open_store(f"sqlite:///{folder / 'store.db'}")
        METADATA.create_all(self.engine)
        unlock(self.engine, open_keyring(folder / "master.key"))
        self.deps = Deps(settings=Settings(data_directory=folder), engine=self.engine, clock=SystemClock())
        self._folder = folder
        self.external: dict[str, ExternalSecret] = {}
        """Reference → where it is, for secrets that are kept elsewhere."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, **tls: str) -> None:
        """`tls`: uvicorn's settings of a certificate."""
        from starlette.applications import Starlette

        calls = Protocol(self.deps, lambda _connection, reference, _scope: self.external.get(reference) or Secret(SECRETS[reference]))

        @contextlib.asynccontextmanager
        async def lifespan(_app: Starlette) -> Any:
            async with calls.running():
                yield

        app = Starlette(routes=calls.routes(), lifespan=lifespan)
        self._server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="warning", timeout_graceful_shutdown=1, **tls)  # type: ignore[arg-type]
        )
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        wait_until(lambda: self._server is not None and self._server.started)

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
        self._server = None

    def token(self, *tags: str, org: str | None = None) -> str:
        with writing(self.engine) as connection:
            return fleet.create_token(connection, SYSTEM, Scope(org), "test", datetime.now(UTC), tags=tags)[1]

    def enqueue(self, *argv: str, **fields: Any) -> str:
        job_id = fields.pop("id", None) or f"job-{time.monotonic_ns()}"
        what = fields.pop("what", None) or Command(argv=list(argv))
        with writing(self.engine) as connection:
            service.enqueue(connection, Job(id=job_id, what=what, **fields), JobOwner(execution_id="e1"))
        return job_id

    def cancel(self, job_id: str) -> None:
        with writing(self.engine) as connection:
            service.cancel(connection, job_id)

    def state(self, job_id: str) -> JobState:
        with reading(self.engine) as connection:
            return store.get_job(connection, job_id).state

    def outcome(self, job_id: str) -> JobOutcome:
        def ended() -> JobOutcome | None:
            with reading(self.engine) as connection:
                return service.outcome_of(connection, job_id)

        return wait_until(ended)

    def events(self, job_id: str) -> list[dict[str, Any]]:
        with reading(self.engine) as connection:
            return [stored.event for stored in service.events(connection, job_id, limit=100_000)]

    def logs(self, job_id: str) -> list[str]:
        return [event["text"] for event in self.events(job_id) if event["kind"] == "log"]

    def delegates(self) -> list[str]:
        with reading(self.engine) as connection:
            return [delegate.name for delegate in fleet_store.delegates(connection)]

    def ran_on(self, job_id: str) -> str:
        with reading(self.engine) as connection:
            delegate = fleet_store.find_delegate(connection, store.get_job(connection, job_id).delegate_id or "")
        assert delegate is not None
        return delegate.name

    def why_waiting(self, job_id: str) -> str | None:
        with reading(self.engine) as connection:
            problem = service.why_waiting(connection, job_id, datetime.now(UTC))
        return problem.why if problem else None

    def revoke_all(self) -> None:
        with writing(self.engine) as connection:
            for token in fleet.tokens(connection, SYSTEM, Scope(), Paging(0, 100)).items:
                fleet.revoke_token(connection, SYSTEM, Scope(), token.id, datetime.now(UTC))


class Wire:
    """A TCP proxy that can be cut: connections end, new ones are refused."""

    def __init__(self, to_port: int) -> None:
        self._to = to_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._is_cut = False
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> "Wire":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def cut(self) -> None:
        self._is_cut = True
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._is_cut = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._to))
            self._ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass_on(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_RDWR)


class DelegateProcess:
    """A delegate that can be killed and started again on the same data directory."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.data = Path(settings["data_directory"])
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "DelegateProcess":
        program = Path(__file__).with_name("fake_main.py")
        self._process = subprocess.Popen([sys.executable, str(program), json.dumps(self.settings)])
        return self

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def terminate(self) -> None:
        assert self._process is not None
        self._process.terminate()

    def wait(self) -> int:
        assert self._process is not None
        return self._process.wait(PATIENCE_S)

    def supervisors(self) -> list[int]:
        return [json.loads(path.read_text())["pid"] for path in self.data.glob("jobs/*/pid")]

    def children(self) -> list[int]:
        assert self._process is not None
        return [int(pid) for pid in Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()]

    def warm_parent(self) -> int:
        """The process that jobs are forked from: the delegate's only child."""
        return self.children()[0]

    def end(self) -> None:
        """Leave no process behind, jobs included."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        for pid in self.supervisors():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def wait_until(look: Callable[[], T | None], patience_s: float = PATIENCE_S) -> T:
    """What `look` finds, once it finds something."""
    ends_at = time.monotonic() + patience_s
    while time.monotonic() < ends_at:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    folder = tmp_path / "manager"
    folder.mkdir()
    running = Manager(folder)
    running.start()
    yield running
    running.stop()
    running.engine.dispose()


@pytest.fixture
def start_delegate(manager: Manager, tmp_path: Path) -> Iterator[Callable[..., DelegateProcess]]:
    """Starts a delegate; settings by keyword."""
    started: list[DelegateProcess] = []

    def start(**settings: Any) -> DelegateProcess:
        number = len(started)
        given = {
            "manager": manager.url,
            "token": settings.pop("token", None) or manager.token(),
            "data_directory": str(tmp_path / f"delegate{number}"),
            "name": f"delegate{number}",
        } | settings
        started.append(DelegateProcess(given).start())
        return started[-1]

    yield start
    for delegate in started:
        delegate.end()
