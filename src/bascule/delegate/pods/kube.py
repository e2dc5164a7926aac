"""The few calls to the API server that a pod needs. Objects are plain documents: nothing that Kubernetes says, or we say, gets lost."""

import asyncio
import contextlib
import functools
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import msgspec

if TYPE_CHECKING:
    from lightkube import AsyncClient

Document = dict[str, Any]
T = TypeVar("T")

_WATCH_S = 60
_WATCH_SLACK_S = 30.0
"""A watch that is silent for so much longer than it was to last is dead: its connection was lost without a word."""


class Refused(Exception):  # noqa: N818 - an answer, which `refusals` makes a problem of
    """The API server's Status: `code`, `reason`, `message` and the fields that are wrong."""

    def __init__(self, code: int, reason: str, message: str, causes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.code, self.reason, self.message, self.causes = code, reason, message, causes


class Unreachable(Exception):  # noqa: N818 - likewise
    """No answer, whatever patience. `cause` is what is known of why, for who is to mend it."""

    def __init__(self, message: str, cause: "Cause" = "unknown") -> None:
        super().__init__(message)
        self.cause = cause


Cause = Literal["name", "port", "certificate", "time", "login", "unknown"]


@functools.cache
def _kinds() -> dict[str, Any]:
    """Plain documents for lightkube; it takes each kind once."""
    from lightkube.generic_resource import create_namespaced_resource

    kinds = (("pods", "Pod"), ("secrets", "Secret"), ("events", "Event"))
    return {plural: create_namespaced_resource("", "v1", kind, plural) for plural, kind in kinds}


@functools.cache
def _review() -> Any:
    from lightkube.generic_resource import create_global_resource

    return create_global_resource("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews")


class Kube:
    """A cluster as one user sees it."""

    def __init__(self, client: "AsyncClient", url: str, namespace: str) -> None:
        self.url = url
        self.namespace = namespace
        """Where pods go that say nothing."""
        self._client = client
        self._kinds = _kinds()

    async def close(self) -> None:
        """No more calls."""
        await self._client.close()

    async def create(self, plural: str, namespace: str, document: Document) -> Document:
        """The object as the server keeps it. Raises Refused, 409 when one of that name is there."""
        kind, client = self._kinds[plural], cast("Any", self._client)  # its overloads know no plain documents
        return dict(await _told(client.create(kind(document), namespace=namespace)))

    async def version(self) -> str:
        """Of the API server. Raises Refused, 404 when what answers there is none."""
        return await _told(self._version())

    async def _version(self) -> str:
        from lightkube.core.generic_client import BasicRequest

        client = cast("Any", self._client._client)  # lightkube has typed calls for resources only
        response = await client.send(client.build_adapter_request(BasicRequest("GET", "version")))
        if not response.is_success:
            raise Refused(response.status_code, "", _message(response))
        try:
            return msgspec.json.decode(response.content, type=_Version).gitVersion
        except msgspec.DecodeError as error:
            raise Refused(404, "", "it tells no version") from error

    async def may(self, namespace: str, verb: str, resource: str) -> bool:
        """Whether we may do that to `pods`, `pods/log` or another resource of the core group."""
        plural, _, sub = resource.partition("/")
        asked = {"namespace": namespace, "verb": verb, "resource": plural} | ({"subresource": sub} if sub else {})
        client = cast("Any", self._client)
        return bool((await _told(client.create(_review()({"spec": {"resourceAttributes": asked}}))))["status"]["allowed"])

    async def pod(self, namespace: str, name: str) -> Document | None:
        """None when there is none."""
        try:
            return dict(await _told(self._client.get(self._kinds["pods"], name, namespace=namespace)))
        except Refused as refused:
            if refused.code == 404:
                return None
            raise

    async def label(self, namespace: str, pod: str, labels: dict[str, str]) -> Document:
        """The pod with those labels over its own. Raises Refused."""
        from lightkube.types import PatchType

        patch = {"metadata": {"labels": labels}}
        call = self._client.patch(self._kinds["pods"], pod, patch, namespace=namespace, patch_type=PatchType.MERGE)
        return dict(await _told(call))

    async def delete(self, plural: str, namespace: str, name: str, *, grace_s: int | None = None) -> None:
        """Also when it is not there."""
        from lightkube.types import CascadeType

        call = self._client.delete(self._kinds[plural], name, namespace=namespace, grace_period=grace_s, cascade=CascadeType.BACKGROUND)
        try:
            await _told(call)
        except Refused as refused:
            if refused.code != 404:
                raise

    async def pods(self, namespace: str, labels: dict[str, str]) -> list[Document]:
        """Those that have all the labels."""
        listed = self._client.list(self._kinds["pods"], namespace=namespace, labels=dict(labels))
        return await _told(_all(listed))

    async def events(self, namespace: str, uid: str) -> list[Document]:
        """What the cluster's parts have said about that object, oldest first."""
        listed = self._client.list(self._kinds["events"], namespace=namespace, fields={"involvedObject.uid": uid})
        return sorted(await _told(_all(listed)), key=_told_at)

    async def changes(self, namespace: str, name: str, version: str) -> AsyncIterator[Document | None]:
        """What becomes of a pod after that version, None when it is deleted; ends after a minute and a half of silence.

        Raises Refused: 410 when that version is too old to start from; Unreachable when the stream is cut.
        """
        watched = self._client.watch(
            self._kinds["pods"],
            namespace=namespace,
            fields={"metadata.name": name},
            server_timeout=_WATCH_S,
            resource_version=version,
            on_error=_once,
        )
        stream = aiter(watched)
        try:
            while True:
                try:
                    async with asyncio.timeout(_WATCH_S + _WATCH_SLACK_S):  # wait_for may swallow a cancel
                        kind, item = await _told(anext(stream))
                except (StopAsyncIteration, TimeoutError):
                    return
                yield None if kind == "DELETED" else dict(item)
        finally:
            await stream.aclose()  # type: ignore[attr-defined]  # it is a generator

    async def log(self, namespace: str, name: str, container: str, lines: int) -> list[str]:
        """The last lines that a container printed; none when they cannot be had, or the stream is cut before the first."""
        found: list[str] = []
        with contextlib.suppress(Refused, Unreachable):
            stream = self._client.log(name, namespace=namespace, container=container, tail_lines=lines, newlines=False)
            await _told(_into(found, stream))
        return found


def _message(response: Any) -> str:
    """What a refusal says of which lightkube makes no ApiError: of a watch, or of what stands before the API server."""
    with contextlib.suppress(msgspec.DecodeError, msgspec.ValidationError, RuntimeError):
        return msgspec.json.decode(response.content, type=_Status).message
    return f"the server answers {response.status_code}"


class _Status(msgspec.Struct):
    message: str


class _Version(msgspec.Struct):
    gitVersion: str  # noqa: N815 - Kubernetes' own word


def _unreachable(error: Exception) -> Unreachable:
    """In words; httpx keeps what the system said behind its own."""
    from lightkube.core.exceptions import ConfigError

    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case socket.gaierror():
                return Unreachable(f"its name is not known here: {cause.strerror or 'DNS'}", "name")
            case ConnectionRefusedError():
                return Unreachable("connection refused", "port")
            case ssl.SSLCertVerificationError():
                return Unreachable(f"certificate verify failed: {cause.verify_message}", "certificate")
            case TimeoutError():
                return Unreachable("no answer in time", "time")
            case ConfigError() | FileNotFoundError() | PermissionError():  # of the file, or the program, that tells who we are
                return Unreachable(str(cause), "login")
            case BaseExceptionGroup(exceptions=(first, *_)):
                cause = first
            case _:
                cause = cause.__cause__ or cause.__context__
    return Unreachable(str(error) or type(error).__name__)


def _told_at(event: Document) -> tuple[str, int]:
    version = str(event["metadata"].get("resourceVersion", ""))
    return str(event["metadata"].get("creationTimestamp", "")), int(version) if version.isdigit() else 0


def _once(error: Exception, _count: int) -> Any:
    from lightkube.types import OnErrorAction, OnErrorResult

    return OnErrorResult(OnErrorAction.RAISE)


async def _all(listed: Any) -> list[Document]:
    return [dict(item) async for item in listed]


async def _into(found: list[str], stream: Any) -> None:
    async for line in stream:
        found.append(line)


async def _told(call: Awaitable[T]) -> T:
    """The call, its failures in our words."""
    import httpx2
    from lightkube import ApiError
    from lightkube.core.exceptions import ConfigError

    try:
        return await call
    except ApiError as error:
        status = error.status
        details = status.details.causes if status.details and status.details.causes else ()
        causes = tuple(f"{cause.field}: {cause.message}" for cause in details)
        raise Refused(status.code or 0, status.reason or "", status.message or "", causes) from error
    except httpx2.HTTPStatusError as error:
        raise Refused(error.response.status_code, "", _message(error.response)) from error
    except (httpx2.HTTPError, httpx2.StreamError, ConfigError, LookupError, TypeError, ValueError, OSError, msgspec.DecodeError) as error:
        raise _unreachable(error) from error
