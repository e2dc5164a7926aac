"""The five calls to the manager: outbound only, repeated until they get through, registered again when the session ends.

Of several managers, all on one store, whichever answers is as good as another: a session of one is a session of all.
"""

import asyncio
import base64
import gzip
import importlib.util
import logging
import random
import secrets
import sys
import time
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import msgspec

from bascule.core.errors import BasculeError, DeniedError, InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.delegate.measures import Measures
from bascule.wire import proofs, sealing
from bascule.wire.delegates import (
    ArtifactPart,
    EventsAnswer,
    LeaseAnswer,
    LeaseRequest,
    Register,
    Registered,
    ResultAnswer,
    ResultReport,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

logger = logging.getLogger(__name__)

T = TypeVar("T")

if importlib.util.find_spec("sniffio") is None:
    # httpcore tries to import it several times a call, and each time the import system looks through every folder there is.
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]  # None is how the import system notes what is not there

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0
_TIMEOUT_S = 30.0
_CONNECT_S = 5.0
_GZIP_FROM_BYTES = 1024
_NOT_OURS = (msgspec.DecodeError, UnicodeDecodeError)


class RevokedError(DeniedError):
    """The manager does not let this delegate in any more."""


class Session(msgspec.Struct, frozen=True):
    """What lets the delegate in for an hour: sent with each call, signed with what is not sent; `began` is monotonic."""

    token: str
    proof_key: bytes | None
    began: float


class Client:
    """Calls a manager as one delegate; of several (by commas, all on one store) the one that answers."""

    def __init__(
        self,
        manager: str,
        registration: Register,
        key: "X25519PrivateKey",
        *,
        ca_file: str | None = None,
        measures: Measures | None = None,
    ) -> None:
        self._registration = registration
        self._key = key
        self._managers = [url.strip().rstrip("/") for url in manager.split(",") if url.strip()]
        self._measures = measures or Measures()
        verify = httpx.create_ssl_context(verify=ca_file) if ca_file else True
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=16)
        self._http = httpx.AsyncClient(verify=verify, timeout=_TIMEOUT_S, limits=limits)
        self._session: Session | None = None
        self._registering = asyncio.Lock()
        self.delegate_id = ""

    async def close(self) -> None:
        """No more calls."""
        await self._http.aclose()

    async def register(self) -> None:
        """Get a session. Raises RevokedError when the token is refused, InputError when the request is."""
        began = time.monotonic()
        answer = await self._call("register", msgspec.json.encode(self._registration), Registered, with_session=False)
        token = sealing.unseal(answer.session_token, self._key, sealing.SESSION).decode()
        proof_key = sealing.unseal(answer.proof_key, self._key, sealing.PROOF) if answer.proof_key is not None else None
        self._session = Session(token, proof_key, began)
        self.delegate_id = answer.delegate_id

    async def lease(self, request: LeaseRequest) -> LeaseAnswer:
        """Ask for a job, waiting as long as `wait_s`."""
        return await self._call("lease", msgspec.json.encode(request), LeaseAnswer, timeout_s=request.wait_s + _TIMEOUT_S)

    async def events(self, job_id: str, attempt: int, fence: int, seq: int, lines: list[bytes]) -> EventsAnswer:
        """Send events as they stand on disk."""
        events = [msgspec.Raw(line) for line in lines]
        batch = {"job_id": job_id, "attempt": attempt, "fence": fence, "seq": seq, "events": events}
        return await self._call("events", msgspec.json.encode(batch), EventsAnswer)

    async def artifact(self, part: ArtifactPart) -> None:
        """Send a part of a large output."""
        await self._call("artifact", msgspec.json.encode(part), dict)

    async def result(self, report: ResultReport, lines: list[bytes]) -> ResultAnswer:
        """Send how a job ended, with its last events as they stand on disk."""
        events = [msgspec.Raw(line) for line in lines]
        told = msgspec.structs.asdict(report) | {"events": events}
        return await self._call("result", msgspec.json.encode(told), ResultAnswer)

    async def _call(self, name: str, body: bytes, answer: type[T], *, with_session: bool = True, timeout_s: float = _TIMEOUT_S) -> T:
        """Until it gets through: networks and managers come back. Raises what the manager says about the call itself.

        What stands before a manager (a proxy, an ingress) may answer in its place while that is away: who has been let in waits for the
        manager's own word.
        """
        headers = {"content-type": "application/json"}
        sent = body
        if len(body) >= _GZIP_FROM_BYTES:
            sent, headers["content-encoding"] = gzip.compress(body, 3), "gzip"
        timeout = httpx.Timeout(timeout_s, connect=_CONNECT_S)
        pause_s, others, is_new = _FIRST_PAUSE_S, len(self._managers) - 1, False
        while True:
            session, manager = self._session, self._managers[0]
            if with_session and session is not None:
                headers |= _credentials(session, name, body)
            try:
                response = await self._http.post(f"{manager}/v1/delegate/{name}", content=sent, headers=headers, timeout=timeout)
            except httpx.TransportError as error:
                logger.warning("the manager cannot be reached; trying again", extra={"call": name, "manager": manager, "why": repr(error)})
            else:
                if (told := _told(response, answer)) is not None:
                    self._measures.contact()
                    return told
                if with_session and response.status_code == httpx.codes.UNAUTHORIZED and not is_new:
                    await self._register_again(session)
                    is_new = True
                    continue
                is_new = False  # refused at once, a new session is no help; another is asked for after a pause
                if (verdict := self._final(response, with_session=with_session)) is not None:
                    raise verdict
                logger.warning(
                    "the manager has failed; trying again", extra={"call": name, "manager": manager, "status": response.status_code}
                )
            self._turn_from(manager)
            if others > 0:  # each is asked once before any is waited for
                others -= 1
                continue
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311 - spreads calls, guards nothing
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def _final(self, response: httpx.Response, *, with_session: bool) -> BasculeError | None:
        """What the manager says of a call that is no use to repeat; None where it has failed, or it is not the manager who speaks."""
        status = response.status_code
        if status >= 500 or status == httpx.codes.TOO_MANY_REQUESTS or (with_session and status == httpx.codes.UNAUTHORIZED):
            return None
        problems = _problems(response)
        if not problems and self.delegate_id:
            return None
        if not problems:
            what = f"the manager answers {status}, not as our protocol has it"
            problems = (Problem(code="DEL-020", what=what, where=str(response.url), fix="check the manager's URL"),)
        kinds: dict[int, type[BasculeError]] = {401: RevokedError, 403: RevokedError, 404: NotFoundError}
        return kinds.get(status, InputError)(problems)

    def _turn_from(self, manager: str) -> None:
        """Another manager comes first, unless another call has seen to that already."""
        if self._managers[0] == manager:
            self._managers = [*self._managers[1:], manager]

    async def _register_again(self, refused: Session | None) -> None:
        async with self._registering:
            if self._session == refused:
                await self.register()


def _credentials(session: Session, call: str, body: bytes) -> dict[str, str]:
    """Who calls, and that it is they who call."""
    told = {"authorization": f"Bearer {session.token}"}
    if session.proof_key is None:
        return told
    age_ms = round((time.monotonic() - session.began) * 1000)
    return told | {proofs.HEADER: proofs.sign(session.proof_key, call, age_ms, secrets.token_urlsafe(12), body)}


def artifact_parts(content: bytes, part_bytes: int) -> list[str]:
    """A large output in base64 parts; an empty one has one part."""
    return [base64.b64encode(content[at : at + part_bytes]).decode() for at in range(0, max(len(content), 1), part_bytes)]


def _told(response: httpx.Response, answer: type[T]) -> T | None:
    """What a call has brought; None when it failed, or when what came is no answer of a manager."""
    if response.status_code != httpx.codes.OK:
        return None
    try:
        return msgspec.json.decode(response.content, type=answer)
    except _NOT_OURS:
        return None


def _problems(response: httpx.Response) -> tuple[Problem, ...]:
    """What the manager says about a call that it does not carry out; nothing when it is not the manager who speaks."""
    try:
        body: dict[str, Any] = msgspec.json.decode(response.content, type=dict)
        return msgspec.convert(body.get("problems", []), tuple[Problem, ...])
    except _NOT_OURS:
        return ()
