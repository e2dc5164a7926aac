"""What stands before every request: Harness's gateway prefix taken off, a correlation id put on, a bound on the body."""

import re
import secrets

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bascule.wire.delegates import MAX_BODY_BYTES

PREFIX = "/dbops"
"""Harness's gateway mounts the service here; clients that come through it ask for `/dbops/v1/…`."""

_REQUEST_ID = re.compile(rb"[0-9A-Za-z._-]{1,64}")


class Gateway:
    """An ASGI layer. `X-Request-Id` of the client is kept, or made; it is in the answer, so that a report can name its request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith(f"{PREFIX}/v1/"):
            path = scope["path"].removeprefix(PREFIX)
            scope = {**scope, "path": path, "raw_path": scope.get("raw_path", b"").removeprefix(PREFIX.encode())}
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8).encode()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"x-request-id", request_id)]}
            await send(message)

        await self._app(scope, _bounded(scope, receive), answer)


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """The body as it comes; a 413 as soon as it, or what its header announces, is larger than any request of ours needs."""
    announced = dict(scope["headers"]).get(b"content-length", b"")
    is_announced_too_large = announced.isdigit() and int(announced) > MAX_BODY_BYTES
    taken = 0

    async def part() -> Message:
        nonlocal taken
        if is_announced_too_large:
            raise HTTPException(413)
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY_BYTES:
            raise HTTPException(413)
        return message

    return part
