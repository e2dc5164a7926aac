"""Events: what the cluster's parts say about an object."""

import secrets

from tests.kubesim.resources import RESOURCES, Resource
from tests.kubesim.store import Store, now

EVENTS = next(resource for resource in RESOURCES if resource.plural == "events")


class Events:
    def __init__(self, store: Store) -> None:
        self._store = store

    def tell(
        self, of: Resource, namespace: str, name: str, uid: str, reason: str, message: str, *, kind: str = "Normal", path: str = ""
    ) -> None:
        involved = {"kind": of.kind, "namespace": namespace, "name": name, "uid": uid, "apiVersion": of.api_version}
        if path:
            involved["fieldPath"] = path
        moment = now()
        item = {
            "metadata": {"name": f"{name}.{secrets.token_hex(8)}"},
            "involvedObject": involved,
            "reason": reason,
            "message": message,
            "source": {"component": "kubesim"},
            "firstTimestamp": moment,
            "lastTimestamp": moment,
            "count": 1,
            "type": kind,
        }
        self._store.create(EVENTS, namespace, item)
