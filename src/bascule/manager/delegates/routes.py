"""The delegate protocol over HTTP: Starlette and msgspec, for these calls come all the time.

Waiting is async, on the bell, with a look every 2 s for what another manager has queued; only the short looks into the store use threads.
"""

import asyncio
import logging
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TypeVar

import anyio.to_thread
import msgspec
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bascule.core.errors import BasculeError, InputError
from bascule.core.problems import Problem
from bascule.manager.api_errors import error_response, status_of
from bascule.manager.database import reading, writing
from bascule.manager.delegates import admission, bell, endings, leasing, leftovers, listening, proofs, reports, sessions
from bascule.manager.delegates.choice import PASSED_OVER
from bascule.manager.delegates.model import Delegate
from bascule.manager.deps import Deps
from bascule.manager.identity import NotLoggedInError
from bascule.wire.delegates import MAX_BODY_BYTES, ArtifactPart, EventBatch, EventsAnswer, LeaseAnswer, LeaseRequest, Register, ResultReport
from bascule.wire.proofs import HEADER

logger = logging.getLogger(__name__)

PREFIX = "/v1/delegate"
LOOK_AGAIN_S = 2.0
_MAX_WAIT_S = 60.0
_THREADS = 8

T = TypeVar("T")
B = TypeVar("B", bound=msgspec.Struct)


class Protocol:
    """The five calls. Guards the one writer of events and the few threads that all calls share."""

    def __init__(self, deps: Deps, locate: leasing.Locate) -> None:
        self._deps = deps
        self._locate = locate
        self._session_key = b""
        self._limiter: anyio.CapacityLimiter | None = None
        self._batches: asyncio.Queue[tuple[str, EventBatch, asyncio.Future[EventsAnswer]]] = asyncio.Queue()
        self._stopping = asyncio.Event()
        self._seen = proofs.Seen()

    def routes(self) -> list[Route]:
        """For the app to mount."""
        calls = {
            "register": self._register,
            "lease": self._lease,
            "events": self._events,
            "artifact": self._artifact,
            "result": self._result,
        }
        return [Route(f"{PREFIX}/{name}", _answering(call), methods=["POST"]) for name, call in calls.items()]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What runs beside the requests: the writer of events and the look after what is not heard of any more."""
        self._stopping.clear()
        self._session_key = await self._write(sessions.signing_key)
        beside = (self._write_events(), self._look_after(), listening.hear(self._deps.engine))
        tasks = [asyncio.create_task(work) for work in beside]
        try:
            yield
        finally:
            self._stopping.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # The calls

    async def _register(self, request: Request) -> msgspec.Struct:
        body = _decoded(request, await _read(request), Register)
        return await self._write(lambda connection: admission.register(connection, body, self._session_key, self._now()))

    async def _lease(self, request: Request) -> msgspec.Struct:
        token, body = await self._call(request, LeaseRequest)
        ends_at = asyncio.get_running_loop().time() + min(max(body.wait_s, 0.0), _MAX_WAIT_S)
        with bell.listen(bell.JOBS) as ringing:
            answer, found = await self._in_thread(partial(self._look_and_lease, token, body, is_first=True))
            body = msgspec.structs.replace(body, handed_back=[], reached=[], unreachable={}, log=None)  # that is told
            while _is_empty(answer, body) and not self._stopping.is_set():
                left = ends_at - asyncio.get_running_loop().time()
                if left <= 0 or _is_stopping(request) or await request.is_disconnected():
                    break
                wait_s = LOOK_AGAIN_S if found == "later" else PASSED_OVER.total_seconds() / 3
                try:
                    await ringing.wait(min(left, wait_s))
                except asyncio.CancelledError:  # the server stops: the delegate will ask again
                    break
                answer, found = await self._in_thread(partial(self._look_and_lease, token, body))
        return answer

    def _look_and_lease(self, token: str, body: LeaseRequest, *, is_first: bool = False) -> tuple[LeaseAnswer, leasing.Look]:
        """Look without writing; lease when there is something. In one go: a way through the event loop in between would cost time.

        What the call itself tells is kept at its first look.
        """
        with reading(self._deps.engine) as connection:
            delegate = self._authenticate(connection, token)
            found = leasing.look(connection, delegate, body, self._now(), is_first=is_first)
        if found != "now":
            return LeaseAnswer(), found
        if not is_first and body.free > 0:  # jobs that have ended since it asked have made more
            body = msgspec.structs.replace(body, free=max(body.free, delegate.free))
        with writing(self._deps.engine) as connection:
            return leasing.lease(connection, self._authenticate(connection, token), body, self._locate, self._now()), "soon"

    async def _events(self, request: Request) -> msgspec.Struct:
        token, batch = await self._call(request, EventBatch)
        answer: asyncio.Future[EventsAnswer] = asyncio.get_running_loop().create_future()
        self._batches.put_nowait((token, batch, answer))
        return await answer

    async def _artifact(self, request: Request) -> msgspec.Struct:
        token, part = await self._call(request, ArtifactPart)

        def take(connection: Connection) -> None:
            reports.take_artifact(connection, self._authenticate(connection, token), part)

        await self._write(take)
        return _Empty()

    async def _result(self, request: Request) -> msgspec.Struct:
        token, report = await self._call(request, ResultReport)
        return await self._write(
            lambda connection: reports.take_result(connection, self._authenticate(connection, token), report, self._now())
        )

    async def _call(self, request: Request, kind: type[B]) -> tuple[str, B]:
        """The session token and the body of a call that may be heard: the session is ours, and signed calls are signed."""
        token = _bearer(request)
        session = sessions.verify(self._session_key, token, self._now())
        content = await _read(request)
        if session.proves:
            call = request.url.path.rpartition("/")[2]
            self._seen.check(self._session_key, session, token, call, request.headers.get(HEADER, ""), content, self._now())
        return token, _decoded(request, content, kind)

    # Beside the calls

    async def _write_events(self) -> None:
        """One transaction for all batches that came while the last one was written."""
        while True:
            batches = [await self._batches.get()]
            while not self._batches.empty():
                batches.append(self._batches.get_nowait())
            answers = await self._stored([(token, batch) for token, batch, _ in batches])
            for (_, _, future), answer in zip(batches, answers, strict=True):
                if future.done():  # its caller has gone
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)

    async def _stored(self, batches: list[tuple[str, EventBatch]]) -> list[EventsAnswer | Exception]:
        """The answers to all batches. One that cannot be stored is found by storing each by itself, and fails alone."""
        try:
            return await self._write(partial(self._take_batches, batches))
        except Exception as error:
            if len(batches) > 1:
                return [answer for batch in batches for answer in await self._stored([batch])]
            logger.exception("events could not be stored; the delegate will send them again", extra={"job_id": batches[0][1].job_id})
            return [error]

    def _take_batches(self, batches: list[tuple[str, EventBatch]], connection: Connection) -> list[EventsAnswer | Exception]:
        answers: list[EventsAnswer | Exception] = []
        for token, batch in batches:
            try:
                delegate = self._authenticate(connection, token)
                answers.append(reports.take_events(connection, delegate, batch, self._now()))
            except BasculeError as error:  # raised before anything of this batch is written
                answers.append(error)
        return answers

    async def _look_after(self) -> None:
        loop = asyncio.get_running_loop()
        clear_at = loop.time()
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            try:
                if loop.time() >= clear_at:
                    clear_at = loop.time() + leftovers.EVERY_S
                    await self._write(lambda connection: leftovers.remove(connection, self._now()))
                if await self._read_store(lambda connection: endings.has_work(connection, self._now())):
                    await self._write(lambda connection: endings.expire(connection, self._now()))
            except Exception:
                logger.exception("leases could not be looked after; trying again")

    # The store

    def _authenticate(self, connection: Connection, token: str) -> Delegate:
        return admission.authenticate(connection, token, self._session_key, self._now())

    def _now(self) -> datetime:
        return self._deps.clock.now()

    async def _write(self, work: Callable[[Connection], T]) -> T:
        def run() -> T:
            with writing(self._deps.engine) as connection:
                return work(connection)

        return await self._in_thread(run)

    async def _read_store(self, work: Callable[[Connection], T]) -> T:
        def run() -> T:
            with reading(self._deps.engine) as connection:
                return work(connection)

        return await self._in_thread(run)

    async def _in_thread(self, run: Callable[[], T]) -> T:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_THREADS)
        return await anyio.to_thread.run_sync(run, limiter=self._limiter)


class _Empty(msgspec.Struct):
    pass


def _answering(call: Callable[[Request], Awaitable[msgspec.Struct]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            answer = await call(request)
        except BasculeError as error:
            return error_response(status_of(error), error.problems)
        return Response(msgspec.json.encode(answer), media_type="application/json")

    return endpoint


def _is_stopping(request: Request) -> bool:
    """Whether the server that runs the app is asked to stop; it says so as `app.state.stopping`, for it waits for open calls."""
    stopping: Callable[[], bool] | None = getattr(request.app.state, "stopping", None)
    return stopping is not None and stopping()


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotLoggedInError(Problem(code="DEL-001", what="the call carries no session token", fix="register first"))
    return token


def _is_empty(answer: LeaseAnswer, asked: LeaseRequest) -> bool:
    """Whether there is nothing in it to hurry for. Who has no room for jobs need not be told twice to take none."""
    if answer.leave and asked.free > 0:
        return False
    return answer.lease is None and answer.log_after is None and not answer.cancel and not answer.probe


async def _read(request: Request) -> bytes:
    """The body, unpacked if it is gzip, never larger than MAX_BODY_BYTES. Raises InputError."""
    packed = request.headers.get("content-encoding") == "gzip"
    unpack = zlib.decompressobj(wbits=31)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += unpack.decompress(chunk, MAX_BODY_BYTES + 1 - len(body)) if packed else chunk
            if len(body) > MAX_BODY_BYTES or unpack.unconsumed_tail:
                raise InputError(Problem(code="API-413", what=f"the body is larger than {MAX_BODY_BYTES} bytes"))
    except zlib.error as error:
        raise InputError(Problem(code="API-400", what=f"the body cannot be read: {error}", where=request.url.path)) from error
    return bytes(body)


def _decoded(request: Request, body: bytes, kind: type[B]) -> B:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise InputError(Problem(code="API-400", what=f"the body cannot be read: {error}", where=request.url.path)) from error
