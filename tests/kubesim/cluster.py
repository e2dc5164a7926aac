"""The stand-in as a whole: a server on a free port, its controllers, a kubeconfig; driven by tests from another thread."""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
import yaml

from tests.kubesim import tls
from tests.kubesim.access import Access
from tests.kubesim.events import Events
from tests.kubesim.faults import Fault, Faults
from tests.kubesim.jobs import JobController
from tests.kubesim.kubelet import Kubelet
from tests.kubesim.resources import RESOURCES, Resource, of_kind
from tests.kubesim.runtimes import Image, ProcessRuntime, Runtime
from tests.kubesim.server import NAMESPACES, Api
from tests.kubesim.store import Item, Store
from tests.kubesim.supplies import PODS

T = TypeVar("T")
_START_S = 15.0


class Cluster:
    """Runs in a thread of its own. All methods may be called from the test's thread."""

    def __init__(self, folder: Path, images: Mapping[str, Image], runtime: Runtime | None = None, version: str = "1.36") -> None:
        self._folder, self._images, self._runtime, self._version = folder, images, runtime or ProcessRuntime(), version
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._main, name="kubesim", daemon=True)
        self._stopping: asyncio.Event | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        self._certificate, self._key, self.ca = tls.make(folder)

    def __enter__(self) -> "Cluster":
        self._thread.start()
        self._ready.result(_START_S)
        return self

    def __exit__(self, *_: object) -> None:
        self.call(lambda: self._stopping.set() if self._stopping else None)
        self._thread.join(_START_S)

    # Its thread

    def _main(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
            raise

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self.store = Store()
        self.access = Access(self.store)
        self.events = Events(self.store)
        self.faults = Faults()
        self.kubelet = Kubelet(self.store, self.access, self.events, self._runtime, self._images, self._folder / "pods")
        self.kubelet.ca = self.ca
        self.api = Api(self.store, self.access, self.kubelet, self.faults, self._version)
        self.kubelet.crashed = self.api.unimplemented
        self.jobs = JobController(self.store, self.events, self.api.unimplemented)
        self.jobs.create_pod = lambda namespace, item: self.api.admit(PODS, namespace, item)  # type: ignore[method-assign,assignment,return-value]
        self.store.on_deleting = lambda resource, item: resource == PODS and self.kubelet.deleting(item)
        for name in ("default", "kube-system"):
            self.api.admit(NAMESPACES, "", {"metadata": {"name": name}})
        controllers = [asyncio.create_task(self.jobs.run()), asyncio.create_task(self._collect())]
        await self._start_http()
        self._ready.set_result(None)
        await self._stopping.wait()
        for task in controllers:
            task.cancel()
        await self.kubelet.stop()
        await self._stop_http()

    async def _collect(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            self.store.collect_ownerless()

    async def _start_http(self) -> None:
        config = uvicorn.Config(
            self.api.app,
            host="127.0.0.1",
            port=self.port,
            ssl_certfile=self._certificate,
            ssl_keyfile=self._key,
            log_level="critical",
            timeout_graceful_shutdown=1,
            lifespan="off",
        )
        self._server = uvicorn.Server(config)
        self._server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        self._http = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)

    async def _stop_http(self) -> None:
        self.faults.break_streams()
        self._server.should_exit = self._server.force_exit = True
        await self._http

    # What a test asks

    def call(self, function: Callable[[], T]) -> T:
        """In the cluster's thread."""

        async def run() -> T:
            return function()

        return self.wait_for(run())

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    pods = PODS

    def kubeconfig(
        self,
        *,
        token: str | None = None,
        token_file: Path | None = None,
        program: dict[str, Any] | None = None,
        namespace: str = "default",
        name: str = "kubeconfig",
    ) -> Path:
        """A file for clients: as the administrator, with a token, with what stands in a file now, or with what a program tells."""
        ca = self._folder / "ca.crt"
        ca.write_text(self.ca)
        user: dict[str, Any] = {"tokenFile": str(token_file)} if token_file else {"token": token or self.access.admin_token}
        if program is not None:
            user = {"exec": program}
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "kubesim",
            "clusters": [{"name": "kubesim", "cluster": {"server": self.url, "certificate-authority": str(ca)}}],
            "users": [{"name": "user", "user": user}],
            "contexts": [{"name": "kubesim", "context": {"cluster": "kubesim", "user": "user", "namespace": namespace}}],
        }
        file = self._folder / name
        file.write_text(yaml.safe_dump(document))
        return file

    def token_of(self, namespace: str, account: str) -> str:
        return self.call(lambda: self.access.token_of(namespace, account))

    def apply(self, text: str, namespace: str = "default") -> None:
        """Puts documents into the store as an administrator would, unvalidated ones never: through the schema."""
        from tests.kubesim.schemas import Schema

        for document in yaml.safe_load_all(text):
            if document is None:
                continue
            resource = of_kind(document["apiVersion"], document["kind"])
            assert resource is not None, f"the stand-in has no {document['kind']}"
            bound, _ = Schema(resource, self._version).bound(json.loads(json.dumps(document)), "Strict")
            there = document["metadata"].get("namespace", namespace) if resource.namespaced else ""
            self.call(lambda r=resource, t=there, b=bound: self.api.admit(r, t, b))  # type: ignore[misc]

    def all(self, plural: str, namespace: str = "") -> list[Item]:
        resource: Resource = next(r for r in RESOURCES if r.plural == plural)
        return self.call(lambda: json.loads(json.dumps(self.store.all(resource, namespace))))  # type: ignore[no-any-return]

    # Faults

    def fault(self, pattern: str, **how: Any) -> None:
        """See `Fault`: `fault("POST .*/pods", code=429, retry_after=1)`."""
        self.call(lambda: self.faults.add(Fault(pattern=pattern, **how)))

    def break_streams(self) -> None:
        self.call(self.faults.break_streams)

    def compact(self) -> None:
        self.call(self.store.compact)

    def restart(self) -> None:
        """The API server goes away and comes back; the store and the containers stay."""

        async def again() -> None:
            await self._stop_http()
            await self._start_http()

        self.wait_for(again())

    def set_scale(self, scale: float) -> None:
        self.kubelet.scale = self.jobs.scale = scale

    def evict(self, uid: str, message: str = "The node was low on resource: memory.") -> None:
        self.call(lambda: self.kubelet.fail(uid, "Evicted", message))

    def lose_node(self) -> None:
        self.call(self.kubelet.lose_node)

    def kill(self, uid: str, container: str) -> None:
        self.call(lambda: self.kubelet.kill(uid, container))

    def out_of_memory(self, uid: str, container: str) -> None:
        self.call(lambda: self.kubelet.out_of_memory(uid, container))

    def cut_log(self, uid: str, container: str, at: int) -> None:
        """The next stream of that log breaks after so many bytes."""

        def cut() -> None:
            log = self.kubelet.log_of(uid, container)
            assert log is not None
            log.cut_at = at

        self.call(cut)

    @property
    def unimplemented(self) -> list[str]:
        """What was asked and is not here: a test that sees any has failed."""
        return self.api.unimplemented
