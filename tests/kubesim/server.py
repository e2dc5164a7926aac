"""The API over HTTP: what is asked of which resource, who asks, and how it is answered."""

import asyncio
import base64
import binascii
import copy
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.kubesim import answers, defaults, patches, resources, rules, selectors
from tests.kubesim.access import Access
from tests.kubesim.answers import ApiError, Cause
from tests.kubesim.faults import Faults
from tests.kubesim.kubelet import Kubelet
from tests.kubesim.logs import Reading
from tests.kubesim.resources import Resource
from tests.kubesim.schemas import Schema
from tests.kubesim.store import Item, Propagation, Store
from tests.kubesim.supplies import PODS

NAMESPACES = next(resource for resource in resources.RESOURCES if resource.plural == "namespaces")
_ORPHANS = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
    "propagationPolicy=Orphan to suppress this warning"
)
_REVIEW = Resource("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", namespaced=False)
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
_BOOKMARK_ENDS = {"k8s.io/initial-events-end": "true"}


class Where:
    """A path, read: `/api/v1/namespaces/NS/pods/NAME/log`."""

    def __init__(self, resource: Resource, namespace: str, name: str, sub: str) -> None:
        self.resource, self.namespace, self.name, self.sub = resource, namespace, name, sub


class Api:
    """Answers requests from the store."""

    def __init__(self, store: Store, access: Access, kubelet: Kubelet, faults: Faults, version: str) -> None:
        self.version = version
        self.unimplemented: list[str] = []
        self.requests: list[str] = []
        self.allowed: set[tuple[str, str, str]] = set()
        """(verb, resource, user) of what users other than the administrator asked and were allowed to."""
        self.priority_classes: list[str] = []
        self._store, self._access, self._kubelet, self._faults = store, access, kubelet, faults
        self.app = Starlette(routes=[Route("/{path:path}", self._answer, methods=_METHODS)])

    async def _answer(self, request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        told = f"{request.method} {request.url.path}{query}"
        self.requests.append(told)
        fault = self._faults.next(told)
        if fault is not None:
            await asyncio.sleep(fault.delay_s)
            if fault.lose:
                await self._routed(request)
            if fault.drop or fault.lose:
                return StreamingResponse(_cut_off(), headers={"Content-Length": "1000"})
            if fault.code:
                headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else None
                reason = {429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout"}.get(
                    fault.code, "Unknown"
                )
                return _refusal(ApiError(fault.code, reason, "the server is not able to answer", headers=headers))
        try:
            return await self._routed(request)
        except ApiError as error:
            return _refusal(error)
        except NotImplementedError as error:
            self.unimplemented.append(f"{told}: {error}")
            return _refusal(ApiError(501, "NotImplemented", f"the stand-in has no {error}"))

    async def _routed(self, request: Request) -> Response:
        path = request.url.path
        match [part for part in path.split("/") if part]:
            case ["version"]:
                major, minor = self.version.split(".")
                facts = {"major": major, "minor": minor, "gitVersion": f"v{self.version}.0-kubesim", "gitCommit": "", "gitTreeState": ""}
                return JSONResponse(
                    {**facts, "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "", "platform": "linux/amd64"}
                )
            case ["readyz" | "livez" | "healthz"]:
                return PlainTextResponse("ok")
        user = self._access.user(request.headers.get("authorization"))
        match [part for part in path.split("/") if part]:
            case ["api"]:
                return JSONResponse(resources.core_versions())
            case ["apis"]:
                return JSONResponse(resources.groups())
            case ["api", "v1"]:
                return JSONResponse(resources.listed("", "v1"))
            case ["apis", group, version] if (found := resources.listed(group, version)) is not None:
                return JSONResponse(found)
            case ["apis", "authorization.k8s.io", "v1", "selfsubjectaccessreviews"] if request.method == "POST":
                return await self._review(request, user)
            case ["api", "v1", *rest]:
                return await self._resource(request, user, "", "v1", rest)
            case ["apis", group, version, *rest]:
                return await self._resource(request, user, group, version, rest)
            case ["openapi", *_]:
                return PlainTextResponse("404 page not found\n", 404)
        self.unimplemented.append(f"{request.method} {path}")
        return PlainTextResponse("404 page not found\n", 404)

    async def _resource(self, request: Request, user: str, group: str, version: str, rest: list[str]) -> Response:
        where = _where(group, version, rest)
        if where is None:
            if resources.listed(group, version) is not None:
                self.unimplemented.append(f"{request.method} {request.url.path}")
            return PlainTextResponse("404 page not found\n", 404)
        resource = where.resource
        watching = request.query_params.get("watch") in ("true", "1")
        verbs = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete" if where.name else "deletecollection"}
        verb = verbs.get(request.method) or ("watch" if watching else "get" if where.name else "list")
        self._access.require(user, verb, resource, where.namespace or None, where.name, where.sub)
        self.allowed.add((verb, f"{resource.plural}/{where.sub}" if where.sub else resource.plural, user))
        match verb, where.sub:
            case "get", "log":
                return self._log(where, request)
            case "get", "" | "status":
                return JSONResponse(self._store.get(resource, where.namespace, where.name))
            case "list", "":
                return self._list(where, request)
            case "watch", "":
                return self._watch(where, request)
            case "create", "":
                return await self._create(where, request)
            case "create", "token" if resource.plural == "serviceaccounts":
                return await self._token(where, request)
            case "update" | "patch", "" | "status":
                return await self._update(where, request, verb)
            case "delete", "":
                return await self._delete(where, request)
            case "deletecollection", "":
                for item in self._selected(where, request):
                    self._store.delete(resource, item["metadata"]["namespace"], item["metadata"]["name"], "Background")
                return JSONResponse({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"})
        raise NotImplementedError(f"{verb} of {resource.plural}/{where.sub}")

    # Writing

    async def _token(self, where: Where, request: Request) -> Response:
        """A TokenRequest, answered; the token lasts as long as the stand-in."""
        self._store.get(where.resource, where.namespace, where.name)
        asked = await request.json()
        seconds = (asked.get("spec") or {}).get("expirationSeconds") or 3600
        ends = datetime.now(UTC) + timedelta(seconds=seconds)
        token = self._access.token_of(where.namespace, where.name)
        return JSONResponse({**asked, "status": {"token": token, "expirationTimestamp": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}}, 201)

    async def _create(self, where: Where, request: Request) -> Response:
        resource = where.resource
        item, warnings = await self._body(where, request)
        rules.decodable(item) if resource.plural == "secrets" else None
        given = item.setdefault("metadata", {}).get("namespace")
        if resource.namespaced and given and given != where.namespace:
            raise answers.bad_request("the namespace of the provided object does not match the namespace sent on the request")
        causes = rules.problems(resource, item)
        if resource.namespaced:
            self._require_namespace(resource, where.namespace, item["metadata"].get("name", ""))
        if causes:
            raise answers.invalid(resource.kind, resource.group, item["metadata"].get("name", ""), causes)
        dry = request.query_params.get("dryRun") == "All"
        made = self.admit(resource, where.namespace, item, dry=dry)
        return JSONResponse(made, 201, headers=_warnings(warnings))

    def admit(self, resource: Resource, namespace: str, item: Item, *, dry: bool = False) -> Item:
        """Defaults, pod security and quotas, then the store; a pod goes to the kubelet."""
        item = defaults.defaulted(resource, copy.deepcopy(item))
        if resource.plural == "pods":
            self._refuse_unknown(namespace, item)
            there = self._store.get(NAMESPACES, "", namespace)["metadata"].get("labels") or {}
            level = there.get("pod-security.kubernetes.io/enforce")
            if level in ("restricted", "baseline"):
                rules.refuse_insecure(item["spec"], item["metadata"].get("name", ""), level)
            self._within_quota(namespace, item)
        if resource.plural == "jobs":
            item = copy.deepcopy(item)
            item["metadata"]["uid"] = item["metadata"].get("uid") or defaults.container_id()[13:45]
            defaults.label_job(item)
        made = self._store.create(resource, namespace, item, dry=dry)
        if resource.plural == "pods" and not dry:
            self._kubelet.added(made)
        return made

    def _refuse_unknown(self, namespace: str, item: Item) -> None:
        """Admission: a pod's service account and priority class are to be there. `default` always is; it has no rights."""
        name, spec = item["metadata"].get("name", ""), item["spec"]
        accounts = next(resource for resource in resources.RESOURCES if resource.plural == "serviceaccounts")
        account = spec["serviceAccountName"]
        details = {"name": name, "kind": "pods"}
        if account != "default" and self._store.find(accounts, namespace, account) is None:
            why = f'error looking up service account {namespace}/{account}: serviceaccount "{account}" not found'
            raise ApiError(403, "Forbidden", f'pods "{name}" is forbidden: {why}', details)
        priority = spec.get("priorityClassName")
        if priority and priority not in ("system-cluster-critical", "system-node-critical", *self.priority_classes):
            raise ApiError(403, "Forbidden", f'pods "{name}" is forbidden: no PriorityClass with name {priority} was found', details)

    def _within_quota(self, namespace: str, item: Item) -> None:
        quotas = next(resource for resource in resources.RESOURCES if resource.plural == "resourcequotas")
        for quota in self._store.all(quotas, namespace):
            limit = (quota["spec"].get("hard") or {}).get("pods")
            used = len([p for p in self._store.all(PODS, namespace) if p["status"].get("phase") not in ("Succeeded", "Failed")])
            if limit is not None and used >= int(limit):
                name = item["metadata"].get("name", "")
                text = f"exceeded quota: {quota['metadata']['name']}, requested: pods=1, used: pods={used}, limited: pods={limit}"
                raise ApiError(403, "Forbidden", f'pods "{name}" is forbidden: {text}', {"name": name, "kind": "pods"})

    def _require_namespace(self, resource: Resource, namespace: str, name: str) -> None:
        there = self._store.get(NAMESPACES, "", namespace)
        if there["metadata"].get("deletionTimestamp"):
            raise answers.terminating(resource.plural, name, namespace)

    async def _update(self, where: Where, request: Request, verb: str) -> Response:
        resource = where.resource
        before = self._store.get(resource, where.namespace, where.name)
        warnings: list[str] = []
        if verb == "patch":
            kind = request.headers.get("content-type", "").partition(";")[0]
            if kind == "application/apply-patch+yaml":
                raise NotImplementedError("server-side apply")
            if kind not in ("application/merge-patch+json", "application/strategic-merge-patch+json", "application/json-patch+json"):
                raise answers.unsupported_media_type()
            after = patches.patched(before, _json(await request.body(), resource), kind)
            after, warnings = Schema(resource, self.version).bound(after, request.query_params.get("fieldValidation") or "Warn")
        else:
            after, warnings = await self._body(where, request)
        if resource.plural == "secrets":
            rules.decodable(after)
            for key, text in (after.pop("stringData", None) or {}).items():
                after.setdefault("data", {})[key] = base64.b64encode(text.encode()).decode()
            after.setdefault("type", "Opaque")
        merged = {**after, "metadata": {**after.get("metadata", {}), "name": where.name}}
        if "spec" in before and "spec" not in merged:
            merged["spec"] = before["spec"]
        causes: list[Cause] = [] if where.sub else rules.changes(resource, before, merged)
        if causes:
            raise answers.invalid(resource.kind, resource.group, where.name, causes)
        dry = request.query_params.get("dryRun") == "All"
        kept = self._store.update(resource, where.namespace, where.name, merged, status_only=where.sub == "status", dry=dry)
        return JSONResponse(kept, headers=_warnings(warnings))

    async def _delete(self, where: Where, request: Request) -> Response:
        resource = where.resource
        raw = await request.body()
        options = _json(raw, resource) if raw.strip() else {}
        policy = request.query_params.get("propagationPolicy") or options.get("propagationPolicy")
        item = self._store.get(resource, where.namespace, where.name)
        if policy not in (None, "Background", "Foreground", "Orphan"):
            words = 'supported values: "Foreground", "Background", "Orphan", "nil"'
            cause = Cause("FieldValueNotSupported", "propagationPolicy", f'Unsupported value: "{policy}": {words}')
            raise answers.invalid("DeleteOptions", "meta.k8s.io", "", [cause])
        wanted = (options.get("preconditions") or {}).get("uid")
        if wanted and wanted != item["metadata"]["uid"]:
            raise answers.precondition_failed(resource.kind, resource.group, where.name, wanted, item["metadata"]["uid"])
        warnings = []
        if policy is None and resource.plural == "jobs":
            warnings.append(_ORPHANS)
        usual: Propagation = "Orphan" if resource.plural == "jobs" else "Background"
        if resource.plural == "namespaces":
            return self._delete_namespace(where.name)
        grace = request.query_params.get("gracePeriodSeconds") or options.get("gracePeriodSeconds")
        seconds = None if grace is None else int(grace)
        held = self._store.delete(resource, where.namespace, where.name, policy or usual, grace=seconds)
        if held is not None or resource.plural == "pods":
            return JSONResponse(held or item, headers=_warnings(warnings))
        details = {"name": where.name, **({"group": resource.group} if resource.group else {}), "kind": resource.plural}
        status = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Success",
            "details": {**details, "uid": item["metadata"]["uid"]},
        }
        return JSONResponse(status, headers=_warnings(warnings))

    def _delete_namespace(self, name: str) -> Response:
        def end(item: Item) -> None:
            item["metadata"]["deletionTimestamp"] = item["metadata"]["creationTimestamp"]
            item["metadata"]["finalizers"] = ["kubernetes"]
            item["status"] = {"phase": "Terminating"}

        self._store.change(NAMESPACES, "", name, end)
        shown = copy.deepcopy(self._store.get(NAMESPACES, "", name))
        shown["metadata"].pop("finalizers", None)
        self._store.empty_namespace(name)
        asyncio.get_running_loop().call_later(0.5, self._end_namespace, name)
        return JSONResponse(shown)

    def _end_namespace(self, name: str) -> None:
        left = [r for r in resources.RESOURCES if r.namespaced and self._store.all(r, name)]
        if left:
            self._store.empty_namespace(name)
            asyncio.get_running_loop().call_later(0.5, self._end_namespace, name)
        else:
            self._store.drop(NAMESPACES, "", name)

    async def _body(self, where: Where, request: Request) -> tuple[Item, list[str]]:
        document = _json(await request.body(), where.resource)
        validation = request.query_params.get("fieldValidation") or "Warn"
        return Schema(where.resource, self.version).bound(document, validation)

    async def _review(self, request: Request, user: str) -> Response:
        document = _json(await request.body(), _REVIEW)
        asked = document.get("spec", {}).get("resourceAttributes") or {}
        plural = asked.get("resource", "") + (f"/{asked['subresource']}" if asked.get("subresource") else "")
        namespace, name = asked.get("namespace"), asked.get("name", "")
        allowed = self._access.may(user, asked.get("verb", ""), asked.get("group", ""), plural, namespace, name)
        document["status"] = {"allowed": allowed}
        return JSONResponse({"kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", **document}, 201)

    # Reading

    def _selected(self, where: Where, request: Request) -> list[Item]:
        by_label = selectors.labelled(request.query_params.get("labelSelector") or "")
        by_field = selectors.fielded(request.query_params.get("fieldSelector") or "", where.resource.plural)
        items = self._store.all(where.resource, where.namespace)
        return [item for item in items if by_label(item) and by_field(item)]

    def _list(self, where: Where, request: Request) -> Response:
        items = self._selected(where, request)
        meta: Item = {"resourceVersion": str(self._store.version)}
        start, limit = request.query_params.get("continue"), int(request.query_params.get("limit") or 0)
        if start:
            token = _continued(start)
            if token["rv"] < self._store.compacted:
                raise answers.gone("The provided continue parameter is too old to display a consistent list result.")
            items = [item for item in items if [item["metadata"].get("namespace", ""), item["metadata"]["name"]] > token["start"]]
        if limit and len(items) > limit:
            last = items[limit - 1]["metadata"]
            token = {"rv": self._store.version, "start": [last.get("namespace", ""), last["name"]]}
            meta["continue"] = base64.urlsafe_b64encode(json.dumps(token).encode()).decode()
            meta["remainingItemCount"] = len(items) - limit
            items = items[:limit]
        bare = [{key: value for key, value in item.items() if key not in ("kind", "apiVersion")} for item in items]
        kind = f"{where.resource.kind}List"
        return JSONResponse({"kind": kind, "apiVersion": where.resource.api_version, "metadata": meta, "items": bare})

    def _watch(self, where: Where, request: Request) -> Response:
        selected = self._selected(where, request)
        return StreamingResponse(self._happenings(where, request, selected), media_type="application/json")

    async def _happenings(self, where: Where, request: Request, present: list[Item]) -> AsyncIterator[bytes]:
        store, asked = self._store, request.query_params
        by_label = selectors.labelled(asked.get("labelSelector") or "")
        by_field = selectors.fielded(asked.get("fieldSelector") or "", where.resource.plural)
        version = asked.get("resourceVersion") or "0"
        bookmarks = asked.get("allowWatchBookmarks") in ("true", "1")
        seen, broken = store.version, self._faults.open_stream()
        until = asyncio.get_running_loop().time() + float(asked.get("timeoutSeconds") or 1800)
        known = {item["metadata"]["uid"] for item in present}
        try:
            if version == "0" or asked.get("sendInitialEvents") == "true":
                for item in present:
                    yield _line("ADDED", item)
                if asked.get("sendInitialEvents") == "true":
                    yield _bookmark(where.resource, seen, _BOOKMARK_ENDS)
            elif int(version) < store.compacted:
                error = answers.gone(f"too old resource version: {version} ({store.compacted})")
                yield _line("ERROR", error.status())
                return
            else:
                seen, known = int(version), set()
            while True:
                for happening in [h for h in store.history if h.version > seen]:
                    seen = happening.version
                    item = happening.item
                    here = happening.resource == where.resource and where.namespace in ("", item["metadata"].get("namespace"))
                    if not here:
                        continue
                    fits, uid = by_label(item) and by_field(item), item["metadata"]["uid"]
                    kind: str = happening.type
                    if fits and kind == "MODIFIED" and uid not in known and version == "0":
                        kind = "ADDED"
                    if not fits and uid in known:
                        kind = "DELETED"
                    if fits or uid in known:
                        known.discard(uid) if kind == "DELETED" else known.add(uid)
                        yield _line(kind, item)
                left = until - asyncio.get_running_loop().time()
                if broken.is_set():
                    raise ConnectionAbortedError
                if left <= 0:
                    if bookmarks:
                        yield _bookmark(where.resource, store.version, {})
                    return
                await self._something(broken, min(left, 1.0))
        finally:
            self._faults.close_stream(broken)

    async def _something(self, broken: asyncio.Event, seconds: float) -> None:
        async def change() -> None:
            async with self._store.changed:
                await self._store.changed.wait()

        tasks = {asyncio.create_task(change()), asyncio.create_task(broken.wait())}  # type: ignore[arg-type]
        try:
            await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:  # also when the watch itself is cancelled: its client has gone
            for task in tasks:
                task.cancel()

    def _log(self, where: Where, request: Request) -> Response:
        pod = self._store.get(PODS, where.namespace, where.name)
        names = [container["name"] for group in ("containers", "initContainers") for container in pod["spec"].get(group) or []]
        asked = request.query_params.get("container")
        if asked is None:
            if len(pod["spec"]["containers"]) > 1:
                choice = f"choose one of: [{' '.join(names)}]"
                raise answers.bad_request(f"a container name must be specified for pod {where.name}, {choice}")
            asked = names[0]
        if asked not in names:
            raise answers.bad_request(f"container {asked} is not valid for pod {where.name}")
        uid = pod["metadata"]["uid"]
        previous = request.query_params.get("previous") == "true"
        log = self._kubelet.log_of(uid, asked, previous=previous)
        if previous and log is None:
            raise answers.bad_request(f'previous terminated container "{asked}" in pod "{where.name}" not found')
        if self._kubelet.node.lost:
            raise ApiError(500, "InternalError", 'Get "https://192.0.2.2:10250/containerLogs": dial tcp 192.0.2.2:10250: i/o timeout')
        reason = self._kubelet.waiting(uid, asked)
        if log is None or (reason and not previous and not log.text):
            raise answers.bad_request(f'container "{asked}" in pod "{where.name}" is waiting to start: {reason or "ContainerCreating"}')

        def number(name: str) -> int | None:
            return int(request.query_params[name]) if name in request.query_params else None

        reading = Reading(
            follow=request.query_params.get("follow") in ("true", "1"),
            tail_lines=number("tailLines"),
            since_seconds=number("sinceSeconds"),
            limit_bytes=number("limitBytes"),
            timestamps=request.query_params.get("timestamps") in ("true", "1"),
        )
        return StreamingResponse(log.read(reading), media_type="text/plain")


def _where(group: str, version: str, rest: list[str]) -> Where | None:
    match rest:
        case ["namespaces", namespace, plural, *more] if plural not in ("status", "finalize"):
            found, there = resources.find(group, version, plural), namespace
        case [plural, *more]:
            found, there = resources.find(group, version, plural), ""
        case _:
            return None
    if found is None or len(more) > 2 or (there and not found.namespaced):
        return None
    return Where(found, there, more[0] if more else "", more[1] if len(more) > 1 else "")


async def _cut_off() -> AsyncIterator[bytes]:
    """An answer that never comes whole."""
    yield b"{"
    raise ConnectionAbortedError


def _json(data: bytes, resource: Resource) -> Any:
    if data[:1] in (b"k", b"\0") and b"\0" in data[:8]:
        raise answers.unsupported_media_type()
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        message = f'{resource.kind} in version "{resource.version}" cannot be handled as a {resource.kind}: {error}'
        raise answers.bad_request(message) from None


def _continued(token: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError):
        raise answers.bad_request("continue key is not valid") from None


def _refusal(error: ApiError) -> Response:
    return JSONResponse(error.status(), error.code, headers=error.headers)


def _warnings(texts: list[str]) -> dict[str, str]:
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return {"Warning": ", ".join(f'299 - "{text}"' for text in quoted)} if texts else {}


def _line(kind: str, item: Item) -> bytes:
    return json.dumps({"type": kind, "object": item}).encode() + b"\n"


def _bookmark(resource: Resource, version: int, annotations: dict[str, str]) -> bytes:
    meta: Item = {"resourceVersion": str(version), **({"annotations": annotations} if annotations else {})}
    return _line("BOOKMARK", {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": meta})
