"""Objects with their versions and history: what etcd and the API server's registry do together."""

import asyncio
import copy
import secrets
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from tests.kubesim import answers
from tests.kubesim.resources import RESOURCES, Resource, of_kind

Item = dict[str, Any]
Propagation = Literal["Background", "Foreground", "Orphan"]
_KEPT_EVENTS = 1000
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


class Happening(msgspec.Struct, frozen=True):
    """A change as watchers see it."""

    version: int
    type: Literal["ADDED", "MODIFIED", "DELETED"]
    resource: Resource
    item: Item


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def suffix() -> str:
    """Five letters, as generateName ends."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(5))


class Store:
    """All objects. Not thread-safe: it belongs to the server's event loop."""

    def __init__(self) -> None:
        self.items: dict[tuple[Resource, str, str], Item] = {}
        self.version = 100
        self.compacted = 0
        """Histories from before this version are gone."""
        self.history: deque[Happening] = deque(maxlen=_KEPT_EVENTS)
        self.changed = asyncio.Condition()
        self.on_deleting: Callable[[Resource, Item], bool] = lambda resource, item: False
        """Asked when an object is to go: True when somebody else (the kubelet) ends it later."""

    # Reading

    def get(self, resource: Resource, namespace: str, name: str) -> Item:
        try:
            return self.items[(resource, namespace, name)]
        except KeyError:
            raise answers.not_found(resource.plural, resource.group, name) from None

    def find(self, resource: Resource, namespace: str, name: str) -> Item | None:
        return self.items.get((resource, namespace, name))

    def all(self, resource: Resource, namespace: str = "") -> list[Item]:
        return [
            item
            for (kind, there, _), item in sorted(self.items.items(), key=lambda entry: entry[0][1:])
            if kind == resource and namespace in ("", there)
        ]

    # Writing

    def create(self, resource: Resource, namespace: str, item: Item, *, dry: bool = False) -> Item:
        item = copy.deepcopy(item)
        meta = item.setdefault("metadata", {})
        if not meta.get("name") and meta.get("generateName"):
            meta["name"] = meta["generateName"] + suffix()
        name = str(meta["name"])
        if (resource, namespace, name) in self.items:
            raise answers.already_exists(resource.plural, resource.group, name)
        given = {
            k: v for k, v in meta.items() if k not in ("uid", "resourceVersion", "creationTimestamp", "generation", "deletionTimestamp")
        }
        placed: Item = {**given, "name": name}
        if resource.namespaced:
            placed["namespace"] = namespace
        placed["uid"] = meta.get("uid") or str(uuid.uuid4())
        placed["creationTimestamp"] = now()
        if "spec" in item and resource.kind not in ("Namespace",):
            placed["generation"] = 1
        made = {"kind": resource.kind, "apiVersion": resource.api_version, **item, "metadata": placed}
        if dry:
            return made
        self._keep("ADDED", resource, namespace, name, made)
        return made

    def update(self, resource: Resource, namespace: str, name: str, item: Item, *, status_only: bool = False, dry: bool = False) -> Item:
        """Puts `item` in place of what is there. Raises ApiError 409 when its resourceVersion is not the present one."""
        before = self.get(resource, namespace, name)
        wanted = item.get("metadata", {}).get("resourceVersion")
        if wanted and wanted != before["metadata"]["resourceVersion"]:
            raise answers.stale(resource.plural, resource.group, name)
        if status_only:
            after = {**before, "status": copy.deepcopy(item.get("status", {}))}
        else:
            after = {"kind": resource.kind, "apiVersion": resource.api_version, **copy.deepcopy(item)}
            if "status" in before:
                after["status"] = before["status"]
            meta = before["metadata"]
            kept = {key: meta[key] for key in ("uid", "creationTimestamp", "namespace", "generation", "resourceVersion") if key in meta}
            kept |= {key: meta[key] for key in ("deletionTimestamp", "deletionGracePeriodSeconds") if key in meta}
            after["metadata"] = {**after.get("metadata", {}), "name": name, **kept}
            if after.get("spec") != before.get("spec") and "generation" in meta:
                after["metadata"]["generation"] = meta["generation"] + 1
        if after == before or dry:
            return after
        if (
            after["metadata"].get("deletionTimestamp")
            and not after["metadata"].get("finalizers")
            and not self._still_running(resource, after)
        ):
            self._drop(resource, namespace, name, after)
            return after
        self._keep("MODIFIED", resource, namespace, name, after)
        return after

    def set_status(self, resource: Resource, namespace: str, name: str, change: Callable[[Item], None]) -> None:
        """A controller's write: changes a copy of the object's status, keeps it when it differs. Nothing when the object is gone."""
        before = self.find(resource, namespace, name)
        if before is None:
            return
        after = copy.deepcopy(before)
        change(after.setdefault("status", {}))
        if after != before:
            self._keep("MODIFIED", resource, namespace, name, after)

    def change(self, resource: Resource, namespace: str, name: str, change: Callable[[Item], None]) -> None:
        """The same for the whole object."""
        before = self.find(resource, namespace, name)
        if before is None:
            return
        after = copy.deepcopy(before)
        change(after)
        if (
            after["metadata"].get("deletionTimestamp")
            and not after["metadata"].get("finalizers")
            and not self._still_running(resource, after)
        ):
            self._drop(resource, namespace, name, after)
        elif after != before:
            self._keep("MODIFIED", resource, namespace, name, after)

    def _still_running(self, resource: Resource, item: Item) -> bool:
        return resource.plural == "pods" and item.get("status", {}).get("phase") not in ("Succeeded", "Failed") and self._on_node(item)

    def _on_node(self, item: Item) -> bool:
        return bool(item.get("spec", {}).get("nodeName"))

    # Deleting

    def delete(self, resource: Resource, namespace: str, name: str, policy: Propagation, *, grace: int | None = None) -> Item | None:
        """Deletes with its dependents as the policy says. The object while something still holds it; None when it went at once."""
        item = self.get(resource, namespace, name)
        dependents = self._owned_by(item["metadata"]["uid"])
        holds = policy == "Foreground" and resource.plural == "jobs"
        orphans = policy == "Orphan" and bool(dependents)
        if resource.plural == "pods" and grace != 0 and self._still_running(resource, item):
            seconds = grace if grace is not None else item["spec"].get("terminationGracePeriodSeconds", 30)
            self._mark(resource, namespace, name, seconds, None)
            self.on_deleting(resource, self.get(resource, namespace, name))
            return self.get(resource, namespace, name)
        if holds or orphans or item["metadata"].get("finalizers"):
            finalizer = "foregroundDeletion" if holds else "orphan" if orphans else None
            self._mark(resource, namespace, name, 0, finalizer)
            shown = copy.deepcopy(self.get(resource, namespace, name))
            asyncio.get_running_loop().call_soon(self._finish, resource, namespace, name, item["metadata"]["uid"], policy)
            return shown
        self._drop(resource, namespace, name, item)
        if resource.plural == "pods":
            self.on_deleting(resource, item)
        self._collect(dependents, item["metadata"]["uid"], orphan=policy == "Orphan")
        return None

    def _mark(self, resource: Resource, namespace: str, name: str, seconds: int, finalizer: str | None) -> None:
        after = copy.deepcopy(self.get(resource, namespace, name))
        meta = after["metadata"]
        if "deletionTimestamp" not in meta:
            meta["deletionTimestamp"] = datetime.fromtimestamp(datetime.now(UTC).timestamp() + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            meta["deletionGracePeriodSeconds"] = seconds
            if "generation" in meta:
                meta["generation"] += 1
        if finalizer:
            meta["finalizers"] = [*meta.get("finalizers", []), finalizer]
        self._keep("MODIFIED", resource, namespace, name, after)

    def _finish(self, resource: Resource, namespace: str, name: str, uid: str, policy: Propagation) -> None:
        """What the garbage collector does about an object that is held by one of its finalizers."""
        item = self.find(resource, namespace, name)
        if item is None or item["metadata"]["uid"] != uid:
            return
        dependents = self._owned_by(uid)
        self._collect(dependents, uid, orphan=policy == "Orphan")
        if policy == "Foreground" and self._owned_by(uid):
            asyncio.get_running_loop().call_later(0.05, self._finish, resource, namespace, name, uid, policy)
            return

        def release(after: Item) -> None:
            meta = after["metadata"]
            left = [word for word in meta.get("finalizers", []) if word not in ("foregroundDeletion", "orphan")]
            meta.pop("finalizers", None)
            if left:
                meta["finalizers"] = left

        self.change(resource, namespace, name, release)

    def _owned_by(self, uid: str) -> list[tuple[Resource, str, str]]:
        return [
            key for key, item in self.items.items() if any(owner.get("uid") == uid for owner in item["metadata"].get("ownerReferences", ()))
        ]

    def _collect(self, keys: Iterable[tuple[Resource, str, str]], uid: str, *, orphan: bool) -> None:
        for resource, namespace, name in keys:
            if (resource, namespace, name) not in self.items:
                continue
            if not orphan:
                self.change(resource, namespace, name, _without_finalizers)
                if (resource, namespace, name) in self.items:
                    self.delete(resource, namespace, name, "Background")
                continue

            def release(after: Item) -> None:
                meta = after["metadata"]
                meta["ownerReferences"] = [owner for owner in meta["ownerReferences"] if owner.get("uid") != uid]
                if not meta["ownerReferences"]:
                    del meta["ownerReferences"]

            self.change(resource, namespace, name, release)

    def collect_ownerless(self) -> None:
        """Objects whose owner never was or is no more go, as the garbage collector has it."""
        uids = {item["metadata"]["uid"] for item in self.items.values()}
        for (resource, namespace, name), item in list(self.items.items()):
            owners = item["metadata"].get("ownerReferences") or []
            if owners and not any(self._is_owner(owner, uids) for owner in owners) and not item["metadata"].get("deletionTimestamp"):
                self.change(resource, namespace, name, _without_finalizers)
                if (resource, namespace, name) in self.items:
                    self.delete(resource, namespace, name, "Background")

    def _is_owner(self, owner: dict[str, Any], uids: set[str]) -> bool:
        return owner.get("uid") in uids or of_kind(str(owner.get("apiVersion")), str(owner.get("kind"))) is None

    def empty_namespace(self, namespace: str) -> None:
        """All that is in a namespace which is being deleted; the namespace itself when nothing is left."""
        for resource in RESOURCES:
            for item in self.all(resource, namespace) if resource.namespaced else ():
                name = item["metadata"]["name"]
                self.change(resource, namespace, name, _without_finalizers)
                if (resource, namespace, name) in self.items and not item["metadata"].get("deletionTimestamp"):
                    self.delete(resource, namespace, name, "Background", grace=0 if resource.plural != "pods" else None)

    def drop(self, resource: Resource, namespace: str, name: str) -> None:
        """Goes at once, whatever holds it."""
        item = self.find(resource, namespace, name)
        if item is not None:
            self._drop(resource, namespace, name, item)
            self._collect(self._owned_by(item["metadata"]["uid"]), item["metadata"]["uid"], orphan=False)

    # History

    def _keep(self, kind: Literal["ADDED", "MODIFIED"], resource: Resource, namespace: str, name: str, item: Item) -> None:
        self.version += 1
        item["metadata"]["resourceVersion"] = str(self.version)
        self.items[(resource, namespace, name)] = item
        self._tell(Happening(self.version, kind, resource, copy.deepcopy(item)))

    def _drop(self, resource: Resource, namespace: str, name: str, item: Item) -> None:
        self.version += 1
        gone = copy.deepcopy(item)
        gone["metadata"]["resourceVersion"] = str(self.version)
        del self.items[(resource, namespace, name)]
        self._tell(Happening(self.version, "DELETED", resource, gone))

    def _tell(self, happening: Happening) -> None:
        if len(self.history) == self.history.maxlen:
            self.compacted = self.history[0].version
        self.history.append(happening)
        asyncio.get_running_loop().create_task(self._wake())

    async def _wake(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def compact(self) -> None:
        """Forgets all history: a watch from before now is answered with 410."""
        self.compacted = self.version
        self.history.clear()


def _without_finalizers(item: Item) -> None:
    item["metadata"].pop("finalizers", None)
