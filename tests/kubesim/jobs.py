"""The Job controller: one pod per attempt, with backoff, limits, deadlines; a job's end is told in two steps."""

import asyncio
import copy
from typing import Any

from tests.kubesim.events import Events
from tests.kubesim.resources import RESOURCES
from tests.kubesim.store import Item, Store, now, suffix
from tests.kubesim.supplies import PODS

JOBS = next(resource for resource in RESOURCES if resource.plural == "jobs")
_TRACKING = "batch.kubernetes.io/job-tracking"
_TICK_S = 0.1


class JobController:
    def __init__(self, store: Store, events: Events, unimplemented: list[str]) -> None:
        self.scale = 1.0
        self._store, self._events, self._unimplemented = store, events, unimplemented
        self._next_attempt: dict[str, float] = {}
        self._since: dict[str, float] = {}
        self._finished: dict[str, float] = {}

    async def run(self) -> None:
        while True:
            for job in self._store.all(JOBS):
                self._reconcile(job)
            async with self._store.changed:
                try:
                    await asyncio.wait_for(self._store.changed.wait(), _TICK_S)
                except TimeoutError:
                    continue

    def _reconcile(self, job: Item) -> None:
        meta, spec = job["metadata"], job["spec"]
        uid = meta["uid"]
        clock = asyncio.get_running_loop().time()
        if meta.get("deletionTimestamp"):
            return
        if spec["parallelism"] != 1 or spec["completions"] != 1:
            self._unimplemented.append(f"job {meta['name']}: parallelism and completions other than 1")
            return
        pods = [pod for pod in self._store.all(PODS, meta["namespace"]) if _controller(pod) == uid]
        for pod in pods:
            if pod["status"].get("phase") in ("Succeeded", "Failed") and _TRACKING in pod["metadata"].get("finalizers", []):
                self._store.change(PODS, meta["namespace"], pod["metadata"]["name"], _untrack)
        if _condition(job, "Complete") or _condition(job, "Failed"):
            self._expire(job, clock)
            return
        if spec["suspend"]:
            return
        since = self._since.setdefault(uid, clock)
        active = [pod for pod in pods if pod["status"].get("phase") not in ("Succeeded", "Failed")]
        succeeded = [pod for pod in pods if pod["status"].get("phase") == "Succeeded"]
        failed = [pod for pod in pods if pod["status"].get("phase") == "Failed" and not self._ignored(spec, pod)]
        counted = {"active": len([p for p in active if not p["metadata"].get("deletionTimestamp")]), "failed": len(failed)}
        counted["terminating"] = len(active) - counted["active"]
        deadline = spec.get("activeDeadlineSeconds")
        ending = _condition(job, "FailureTarget")
        if ending is None and deadline is not None and clock - since >= deadline / self.scale:
            ending = ("DeadlineExceeded", "Job was active longer than specified deadline")
        if ending is None and (fatal := self._fatal(spec, failed)):
            ending = ("PodFailurePolicy", fatal)
        if ending is None and len(failed) > spec["backoffLimit"]:
            ending = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
        if ending is not None:
            self._fail(job, ending, active, counted)
        elif succeeded:
            self._complete(job, counted)
        else:
            if not active and clock >= self._next_attempt.get(uid, 0.0) and len(pods) == len(failed) + len(succeeded):
                if failed and uid + str(len(failed)) not in self._next_attempt:
                    pause = 10.0 * 2 ** (len(failed) - 1) / self.scale
                    self._next_attempt[uid] = clock + pause
                    self._next_attempt[uid + str(len(failed))] = 0.0
                else:
                    self._start(job)
                    counted["active"] = 1
            self._status(job, counted)

    def _start(self, job: Item) -> None:
        meta, template = job["metadata"], copy.deepcopy(job["spec"]["template"])
        name = f"{meta['name'][:57]}-{suffix()}"
        owner = {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "name": meta["name"],
            "uid": meta["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
        own: Item = {**template.get("metadata", {}), "name": name, "generateName": f"{meta['name']}-", "ownerReferences": [owner]}
        own["finalizers"] = [_TRACKING]
        self.create_pod(meta["namespace"], {"metadata": own, "spec": template["spec"]})
        self._events.tell(JOBS, meta["namespace"], meta["name"], meta["uid"], "SuccessfulCreate", f"Created pod: {name}")

    def create_pod(self, namespace: str, item: Item) -> None:
        """Wired by the cluster: a pod by way of admission."""
        raise NotImplementedError

    def _fail(self, job: Item, ending: tuple[str, str], active: list[Item], counted: Item) -> None:
        meta = job["metadata"]
        for pod in active:
            if not pod["metadata"].get("deletionTimestamp"):
                self._store.change(PODS, meta["namespace"], pod["metadata"]["name"], _untrack)
                if self._store.find(PODS, meta["namespace"], pod["metadata"]["name"]):
                    self._store.delete(PODS, meta["namespace"], pod["metadata"]["name"], "Background")
        terminating = len([pod for pod in active if self._store.find(PODS, meta["namespace"], pod["metadata"]["name"])])
        failed = counted["failed"] + (terminating if ending[0] == "DeadlineExceeded" else 0)
        counted = {"failed": max(failed, job["status"].get("failed", 0)), "terminating": terminating}
        types = ["FailureTarget"] if terminating else ["FailureTarget", "Failed"]
        self._status(job, counted, types, ending)

    def _complete(self, job: Item, counted: Item) -> None:
        ending = ("CompletionsReached", "Reached expected number of succeeded pods")
        self._status(job, {**counted, "succeeded": 1}, ["SuccessCriteriaMet", "Complete"], ending)

    def _status(self, job: Item, counted: Item, types: list[str] | None = None, why: tuple[str, str] = ("", "")) -> None:
        meta = job["metadata"]

        def change(status: Item) -> None:
            status.setdefault("startTime", now())
            for name in ("active", "failed", "succeeded"):
                status.pop(name, None)
                if counted.get(name):
                    status[name] = counted[name]
            status.update(terminating=counted.get("terminating", 0), uncountedTerminatedPods={}, ready=0)
            known = status.setdefault("conditions", []) if types else []
            for kind in types or []:
                if not any(condition["type"] == kind for condition in known):
                    fresh = {"type": kind, "status": "True", "lastProbeTime": now(), "lastTransitionTime": now()}
                    known.append({**fresh, "reason": why[0], "message": why[1]})
                    if kind == "Complete":
                        status["completionTime"] = now()

        self._store.set_status(JOBS, meta["namespace"], meta["name"], change)

    def _ignored(self, spec: Item, pod: Item) -> bool:
        return self._action(spec, pod) == "Ignore"

    def _fatal(self, spec: Item, failed: list[Item]) -> str | None:
        for pod in failed:
            if self._action(spec, pod) == "FailJob":
                name = pod["metadata"]["name"]
                return f"Container for pod {pod['metadata']['namespace']}/{name} failed with an exit code matching a FailJob rule"
        return None

    def _action(self, spec: Item, pod: Item) -> str | None:
        for rule in (spec.get("podFailurePolicy") or {}).get("rules", []):
            on = rule.get("onExitCodes")
            if on is None:
                continue
            codes = [s["state"].get("terminated", {}).get("exitCode") for s in pod["status"].get("containerStatuses", [])]
            if any((code in on["values"]) == (on["operator"] == "In") for code in codes if code):
                return str(rule["action"])
        return None

    def _expire(self, job: Item, clock: float) -> None:
        ttl = job["spec"].get("ttlSecondsAfterFinished")
        finished = self._finished.setdefault(job["metadata"]["uid"], clock)
        if ttl is not None and clock - finished >= ttl / self.scale:
            self._store.delete(JOBS, job["metadata"]["namespace"], job["metadata"]["name"], "Background")


def _controller(pod: Item) -> str | None:
    return next((str(o["uid"]) for o in pod["metadata"].get("ownerReferences", []) if o.get("controller")), None)


def _untrack(item: Item) -> None:
    left = [word for word in item["metadata"].get("finalizers", []) if word != _TRACKING]
    item["metadata"].pop("finalizers", None)
    if left:
        item["metadata"]["finalizers"] = left


def _condition(job: Item, kind: str) -> tuple[str, str] | None:
    found: Any = next((c for c in job["status"].get("conditions", []) if c["type"] == kind), None)
    return None if found is None else (found["reason"], found["message"])
