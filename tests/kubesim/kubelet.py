"""Runs pods: schedules them, starts their containers, tells how they fare, ends them."""

import asyncio
import base64
import contextlib
import copy
import json
import re
import shutil
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from tests.kubesim.access import Access
from tests.kubesim.defaults import container_id
from tests.kubesim.events import Events
from tests.kubesim.logs import Log
from tests.kubesim.quantities import amount
from tests.kubesim.resources import RESOURCES
from tests.kubesim.runtimes import Container, Ended, Image, Running, Runtime
from tests.kubesim.store import Item, Store, now
from tests.kubesim.supplies import PODS, SECRETS, NotYetError, Supplies, expanded

CLAIMS = next(resource for resource in RESOURCES if resource.plural == "persistentvolumeclaims")
_RETRY_S = 0.2
_IMAGE_NAME = re.compile(r"[a-z0-9][a-z0-9._/:@-]*(:[A-Za-z0-9_.-]+)?(@sha256:[0-9a-f]{64})?")


class Node(msgspec.Struct, kw_only=True):
    """The one node. A test may make it small, label it, or lose it."""

    name: str = "node-1"
    labels: dict[str, str] = msgspec.field(default_factory=lambda: {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"})
    cpu: float = 4.0
    memory: float = 8.0 * 2**30
    lost: bool = False


class _Pod:
    """One pod on the node: its tasks and what its containers printed."""

    def __init__(self, item: Item, folder: Path, supplies: Supplies) -> None:
        self.namespace, self.name, self.uid = item["metadata"]["namespace"], item["metadata"]["name"], item["metadata"]["uid"]
        self.spec: Item = item["spec"]
        self.folder, self.supplies = folder, supplies
        self.running: dict[str, Running] = {}
        self.logs: dict[str, Log] = {}
        self.earlier: dict[str, Log] = {}
        self.states: dict[str, Item] = {}
        self.pulled: set[str] = set()
        self.restarts: dict[str, int] = {}
        self.task: asyncio.Task[None] | None = None
        self.deleting: int | None = None
        self.wake = asyncio.Event()
        self.ending: tuple[str, str] | None = None
        """(reason, message) of a pod that fails as a whole."""


class Kubelet:
    """The node's agent."""

    def __init__(self, store: Store, access: Access, events: Events, runtime: Runtime, images: Mapping[str, Image], folder: Path) -> None:
        self.node = Node()
        self.images = dict(images)
        self.scale = 1.0
        """How many times faster than real the pauses and deadlines of the cluster are."""
        self.ca = ""
        self.crashed: list[str] = []
        """What the stand-in itself got wrong, if anything."""
        self._store, self._access, self._events, self._runtime, self._folder = store, access, events, runtime, folder
        self._pods: dict[str, _Pod] = {}

    # What the server asks

    def added(self, item: Item) -> None:
        folder = self._folder / item["metadata"]["uid"]
        supplies = Supplies(item, folder, self._folder / "claims", self._store, self._access, self.ca)
        pod = _Pod(item, folder, supplies)
        self._pods[pod.uid] = pod
        pod.task = asyncio.create_task(self._live(pod), name=f"pod {pod.name}")

    def deleting(self, item: Item) -> bool:
        pod = self._pods.get(item["metadata"]["uid"])
        if pod is None:
            return False
        pod.deleting = item["metadata"].get("deletionGracePeriodSeconds", 0)
        pod.wake.set()
        return True

    def log_of(self, uid: str, container: str, *, previous: bool = False) -> Log | None:
        pod = self._pods.get(uid)
        return None if pod is None else (pod.earlier if previous else pod.logs).get(container)

    def waiting(self, uid: str, container: str) -> str | None:
        pod = self._pods.get(uid)
        state = pod.states.get(container, {}) if pod else {}
        return state.get("waiting", {}).get("reason", "ContainerCreating") if "waiting" in state or not state else None

    # Faults

    def fail(self, uid: str, reason: str, message: str) -> None:
        """The pod is evicted, preempted, …: its containers are killed, its phase is Failed."""
        pod = self._pods[uid]
        pod.ending = (reason, message)
        pod.wake.set()

    def kill(self, uid: str, container: str) -> None:
        """Its processes die, as when somebody on the node kills them."""
        self._pods[uid].running[container].kill()

    def out_of_memory(self, uid: str, container: str) -> None:
        self._pods[uid].running[container].kill("OOMKilled")

    def lose_node(self) -> None:
        """The node is no longer heard of; what ran there is gone."""
        self.node.lost = True
        for pod in self._pods.values():
            for running in pod.running.values():
                running.kill()
            if pod.task is not None:
                pod.task.cancel()

            self._not_ready(pod)

    def _not_ready(self, pod: _Pod) -> None:
        """As Kubernetes' MarkPodsNotReady does to a pod that was ready; all else of it stays as it was last seen."""
        marked = False

        def change(status: Item) -> None:
            nonlocal marked
            for condition in status.get("conditions", []):
                if condition["type"] == "Ready" and condition["status"] != "False":
                    condition.update(status="False", lastTransitionTime=now())
                    marked = True

        self._store.set_status(PODS, pod.namespace, pod.name, change)
        if marked:
            self._events.tell(PODS, pod.namespace, pod.name, pod.uid, "NodeNotReady", "Node is not ready", kind="Warning")

    async def stop(self) -> None:
        for pod in list(self._pods.values()):
            for running in pod.running.values():
                running.kill()
            if pod.task is not None:
                pod.task.cancel()
        await asyncio.gather(*(pod.task for pod in self._pods.values() if pod.task), return_exceptions=True)

    # A pod's life

    async def _live(self, pod: _Pod) -> None:
        ended = False
        try:
            if await self._schedule(pod):
                ended = await self._run(pod)
        except Exception as error:
            self.crashed.append(f"pod {pod.name}: {error!r}")
            raise
        finally:
            for running in pod.running.values():
                running.kill()
            with contextlib.suppress(OSError):
                shutil.rmtree(pod.folder)
        if ended:
            while pod.deleting is None:
                pod.wake.clear()
                await pod.wake.wait()
        self._store.drop(PODS, pod.namespace, pod.name)

    async def _schedule(self, pod: _Pod) -> bool:
        """Finds it its node. False when it was deleted before there was one."""
        told = ""
        while (why := self._misfit(pod.spec, pod.namespace)) is not None:
            if why != told:
                condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": why}
                self._condition(pod, condition)
                self._events.tell(PODS, pod.namespace, pod.name, pod.uid, "FailedScheduling", why, kind="Warning")
                told = why
            if await self._pause(pod):
                return False

        def place(item: Item) -> None:
            item["spec"]["nodeName"] = self.node.name

        if pod.deleting is not None:
            return False
        self._store.change(PODS, pod.namespace, pod.name, place)
        self._condition(pod, {"type": "PodScheduled", "status": "True"})
        text = f"Successfully assigned {pod.namespace}/{pod.name} to {self.node.name}"
        self._events.tell(PODS, pod.namespace, pod.name, pod.uid, "Scheduled", text)
        return True

    def _misfit(self, spec: Item, namespace: str) -> str | None:
        if self.node.lost:
            return "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }."
        wanted = spec.get("nodeSelector") or {}
        if any(self.node.labels.get(key) != value for key, value in wanted.items()):
            return "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."
        for volume in spec.get("volumes") or []:
            claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
            if claim and self._store.find(CLAIMS, namespace, claim) is None:
                return f'0/1 nodes are available: persistentvolumeclaim "{claim}" not found.'
        asked = {"cpu": 0.0, "memory": 0.0}
        for container in spec["containers"]:
            resources = container.get("resources") or {}
            for name in asked:
                text = (resources.get("requests") or {}).get(name) or (resources.get("limits") or {}).get(name) or "0"
                asked[name] += amount(str(text)) or 0.0
        for name, there in (("cpu", self.node.cpu), ("memory", self.node.memory)):
            if asked[name] > there:
                return f"0/1 nodes are available: 1 Insufficient {name}."
        return None

    async def _pause(self, pod: _Pod, seconds: float = _RETRY_S) -> bool:
        """Waits a little; True when the pod is to end."""
        if pod.deleting is not None or pod.ending is not None:
            return True
        pod.wake.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pod.wake.wait(), seconds)
        return pod.deleting is not None or pod.ending is not None

    async def _run(self, pod: _Pod) -> bool:
        """True when the pod ended and stays, False when it was deleted."""
        self._store.set_status(
            PODS, pod.namespace, pod.name, lambda status: status.update(startTime=now(), hostIP="192.0.2.2", podIP="192.0.2.2")
        )
        deadline = pod.spec.get("activeDeadlineSeconds")
        work = asyncio.create_task(self._containers(pod))
        watch = asyncio.create_task(self._told_to_end(pod, deadline / self.scale if deadline else None))
        await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done() or pod.ending is not None:
            await self._terminate(pod, work)
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        if pod.deleting is not None and pod.ending is None:
            return False
        self._finish(pod)
        return True

    async def _told_to_end(self, pod: _Pod, seconds: float | None) -> None:
        loop = asyncio.get_running_loop()
        until = None if seconds is None else loop.time() + seconds
        while pod.deleting is None and pod.ending is None:
            pod.wake.clear()
            try:
                await asyncio.wait_for(pod.wake.wait(), None if until is None else max(0.0, until - loop.time()))
            except TimeoutError:
                pod.ending = ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline")

    async def _terminate(self, pod: _Pod, work: "asyncio.Task[None]") -> None:
        """SIGTERM to the first process of each container, SIGKILL when the grace is over."""
        grace = pod.deleting if pod.deleting is not None else pod.spec.get("terminationGracePeriodSeconds", 30)
        if pod.ending is not None and pod.ending[0] == "Evicted":
            grace = 0
        for running in pod.running.values():
            running.signal(signal.SIGTERM)
        if not pod.running:
            work.cancel()
            return
        done, _ = await asyncio.wait({work}, timeout=grace / self.scale)
        if not done:
            for running in pod.running.values():
                running.kill()
            await asyncio.wait({work}, timeout=5)
            work.cancel()

    def _finish(self, pod: _Pod) -> None:
        codes = [state.get("terminated", {}).get("exitCode", 137) for state in self._states(pod, "containers")]
        good = bool(codes) and all(code == 0 for code in codes) and pod.ending is None

        def change(status: Item) -> None:
            status["phase"] = "Succeeded" if good else "Failed"
            if pod.ending is not None:
                status["reason"], status["message"] = pod.ending
            for condition in status.get("conditions", []):
                if condition["type"] in ("Ready", "ContainersReady"):
                    condition.update(status="False", reason="PodCompleted" if good else "PodFailed")
            status["containerStatuses"] = self._statuses(pod, "containers")

        self._store.set_status(PODS, pod.namespace, pod.name, change)

    def _states(self, pod: _Pod, group: str) -> Iterator[Item]:
        return (pod.states.get(container["name"], {}) for container in pod.spec.get(group) or [])

    # Containers

    async def _containers(self, pod: _Pod) -> None:
        for group in ("initContainers", "containers"):
            for container in pod.spec.get(group) or []:
                pod.states[container["name"]] = {
                    "waiting": {"reason": "PodInitializing" if pod.spec.get("initContainers") else "ContainerCreating"}
                }
        self._show(pod)
        pod.folder.mkdir(parents=True)
        volumes = await self._volumes(pod)
        for container in pod.spec.get("initContainers") or []:
            ended = await self._one(pod, container, volumes)
            if ended is None or ended.exit_code != 0:
                return
        self._condition(pod, {"type": "Initialized", "status": "True"})
        async with asyncio.TaskGroup() as group_of_tasks:
            for container in pod.spec["containers"]:
                group_of_tasks.create_task(self._again(pod, container, volumes))

    async def _again(self, pod: _Pod, container: Item, volumes: dict[str, Path]) -> None:
        """Runs a container as often as its pod's policy says."""
        policy = pod.spec.get("restartPolicy", "Always")
        while True:
            ended = await self._one(pod, container, volumes)
            if ended is None or pod.deleting is not None or pod.ending is not None:
                return
            if policy == "Never" or (policy == "OnFailure" and ended.exit_code == 0):
                return
            name = container["name"]
            pod.earlier[name] = pod.logs.pop(name)
            pod.restarts[name] = pod.restarts.get(name, 0) + 1
            pod.states[name] = {"waiting": {"reason": "CrashLoopBackOff", "message": f"back-off restarting failed container {name}"}}
            self._show(pod)
            if await self._pause(pod, min(300.0, 10.0 * 2 ** (pod.restarts[name] - 1)) / self.scale):
                return

    async def _one(self, pod: _Pod, container: Item, volumes: dict[str, Path]) -> Ended | None:
        """From waiting to terminated; None when it never started."""
        name = container["name"]
        prepared = await self._prepared(pod, container, volumes)
        if prepared is None:
            return None
        log = pod.logs[name] = Log()
        started = now()
        identity = container_id()
        try:
            running = await self._runtime.start(prepared, log)
        except OSError as error:
            message = f'failed to create containerd task: exec: "{prepared.argv[0]}": {error.strerror}'
            ended = Ended(128, "StartError")
            await log.close()
            self._terminated(pod, name, ended, started, identity, message)
            return ended
        pod.running[name] = running
        pod.states[name] = {"running": {"startedAt": started}}
        self._events.tell(PODS, pod.namespace, pod.name, pod.uid, "Started", "Container started", path=f"spec.containers{{{name}}}")
        self._show(pod)
        ended = await running.wait()
        await log.close()
        pod.running.pop(name, None)
        if not self.node.lost:
            self._terminated(pod, name, ended, started, identity)
        return ended

    def _terminated(self, pod: _Pod, name: str, ended: Ended, started: str, identity: str, message: str = "") -> None:
        state: Item = {
            "exitCode": ended.exit_code,
            "reason": ended.reason,
            "startedAt": started,
            "finishedAt": now(),
            "containerID": identity,
        }
        if message:
            state["message"] = message
        pod.states[name] = {"terminated": state}
        self._show(pod)

    async def _prepared(self, pod: _Pod, container: Item, volumes: dict[str, Path]) -> Container | None:
        """The container when its image and all it refers to are there; waits for them, and says so."""
        told = ""
        while True:
            try:
                return self._container(pod, container, volumes)
            except NotYetError as missing:
                pod.states[container["name"]] = {"waiting": {"reason": missing.reason, "message": missing.message}}
                if told != missing.reason:
                    path = f"spec.containers{{{container['name']}}}"
                    if missing.reason == "ErrImagePull":
                        why = f'Failed to pull image "{container["image"]}": {missing.message}'
                        self._events.tell(PODS, pod.namespace, pod.name, pod.uid, "Failed", why, kind="Warning", path=path)
                    self._events.tell(
                        PODS, pod.namespace, pod.name, pod.uid, "Failed", f"Error: {missing.reason}", kind="Warning", path=path
                    )
                    told = missing.reason
                self._show(pod)
                if await self._pause(pod):
                    return None

    def _container(self, pod: _Pod, container: Item, volumes: dict[str, Path]) -> Container:
        image = self._image(pod, container)
        given = dict(pod.supplies.environment(container))
        argv = [*(container.get("command") or image.entrypoint), *(container.get("args") or [])]
        if not argv:
            raise NotYetError("CreateContainerError", "no command specified")
        folder = pod.folder / "containers" / container["name"]
        folder.mkdir(parents=True, exist_ok=True)
        security = {**(pod.spec.get("securityContext") or {}), **(container.get("securityContext") or {})}
        if security.get("runAsNonRoot") and security.get("runAsUser", 0) == 0:
            message = "container has runAsNonRoot and image will run as root"
            raise NotYetError("CreateContainerConfigError", message)
        limit = (container.get("resources") or {}).get("limits", {}).get("memory")
        return Container(
            name=container["name"],
            image=image,
            argv=tuple(expanded(word, given) for word in argv),
            environment={**image.environment, "HOSTNAME": pod.name, **given},
            working_directory=container.get("workingDir"),
            mounts=pod.supplies.mounts(container, volumes),
            security=security,
            memory_limit=int(amount(str(limit)) or 0) or None,
            folder=str(folder),
        )

    def _image(self, pod: _Pod, container: Item) -> Image:
        name, policy = container["image"], container["imagePullPolicy"]
        if not _IMAGE_NAME.fullmatch(name):
            message = f'Failed to apply default image tag "{name}": couldn\'t parse image name "{name}": invalid reference format'
            raise NotYetError("InvalidImageName", message)
        if policy != "Never" and name not in pod.pulled:
            pod.pulled.add(name)
            path = f"spec.containers{{{container['name']}}}"
            self._events.tell(PODS, pod.namespace, pod.name, pod.uid, "Pulling", f'Pulling image "{name}"', path=path)
        if name in self.images and self._may_pull(pod, self.images[name]):
            return self.images[name]
        if policy == "Never":
            raise NotYetError("ErrImageNeverPull", f'Container image "{name}" is not present with pull policy of Never')
        before = pod.states.get(container["name"], {}).get("waiting", {}).get("reason")
        if before in ("ErrImagePull", "ImagePullBackOff"):
            raise NotYetError("ImagePullBackOff", f'Back-off pulling image "{name}"')
        why = "not found" if name not in self.images else "pull access denied, repository does not exist or may require authorization"
        raise NotYetError("ErrImagePull", f'failed to pull and unpack image "{name}": failed to resolve reference "{name}": {why}')

    def _may_pull(self, pod: _Pod, image: Image) -> bool:
        """Whether one of the pod's imagePullSecrets has the login that the image wants."""
        if image.login is None:
            return True
        for reference in pod.spec.get("imagePullSecrets") or []:
            secret = self._store.find(SECRETS, pod.namespace, reference["name"])
            if secret is not None and secret.get("type") == "kubernetes.io/dockerconfigjson":
                known = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"]))["auths"]
                if any(base64.b64decode(login["auth"]).decode() == image.login for login in known.values()):
                    return True
        return False

    # Volumes

    async def _volumes(self, pod: _Pod) -> dict[str, Path]:
        """A folder per volume; waits for secrets and config maps that are not there yet."""
        told = ""
        while True:
            try:
                return pod.supplies.volumes()
            except NotYetError as missing:
                if told != missing.message:
                    text = f"MountVolume.SetUp failed for volume {missing.message}"
                    self._events.tell(PODS, pod.namespace, pod.name, pod.uid, "FailedMount", text, kind="Warning")
                    told = missing.message
                if await self._pause(pod):
                    raise asyncio.CancelledError from None

    # Telling

    def _condition(self, pod: _Pod, condition: Item) -> None:
        def change(status: Item) -> None:
            known = status.setdefault("conditions", [])
            before = next((old for old in known if old["type"] == condition["type"]), None)
            if before is not None and before["status"] == condition["status"] and before.get("message") == condition.get("message"):
                return
            fresh = {**condition, "lastProbeTime": None, "lastTransitionTime": now()}
            known[:] = [old for old in known if old["type"] != condition["type"]] + [fresh]

        self._store.set_status(PODS, pod.namespace, pod.name, change)

    def _show(self, pod: _Pod) -> None:
        states = list(self._states(pod, "containers"))
        started = any("running" in state or "terminated" in state for state in states)
        ready = bool(states) and all("running" in state for state in states)

        def change(status: Item) -> None:
            if status.get("phase") in ("Succeeded", "Failed"):
                return
            status["phase"] = "Running" if started else "Pending"
            status["containerStatuses"] = self._statuses(pod, "containers")
            if pod.spec.get("initContainers"):
                status["initContainerStatuses"] = self._statuses(pod, "initContainers")

        self._store.set_status(PODS, pod.namespace, pod.name, change)
        unready = [container["name"] for container, state in zip(pod.spec["containers"], states, strict=True) if "running" not in state]
        condition: Item = {"status": "True"} if ready else {"status": "False", "reason": "ContainersNotReady"}
        if not ready:
            condition["message"] = f"containers with unready status: [{' '.join(unready)}]"
        for kind in ("Ready", "ContainersReady"):
            self._condition(pod, {"type": kind, **condition})

    def _statuses(self, pod: _Pod, group: str) -> list[Item]:
        found = []
        for container in pod.spec.get(group) or []:
            state = copy.deepcopy(pod.states.get(container["name"], {}))
            there = "waiting" not in state
            status: Item = {
                "name": container["name"],
                "state": state,
                "lastState": {},
                "ready": "running" in state,
                "restartCount": pod.restarts.get(container["name"], 0),
                "image": container["image"],
                "imageID": f"sha256:{container['image']}" if there else "",
                "started": "running" in state,
            }
            found.append(status)
        return found
