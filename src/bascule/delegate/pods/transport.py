"""Requests to the API server: strict about fields, patient with what passes by itself. Imported only where a cluster is talked to."""

import asyncio
import logging
import random
import time

import httpx2

logger = logging.getLogger(__name__)

_PASSES = frozenset({429, 500, 502, 503, 504})
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0
_LONGEST_RETRY_AFTER_S = 30.0
_WRITES = frozenset({"POST", "PUT", "PATCH"})


class Patient(httpx2.AsyncBaseTransport):
    """Repeats what failed for a reason that passes, for up to `patience_s`; then its last answer, or error, is the caller's.

    Our writes may be repeated: what they create has a name of its own, so that the second one is told that it exists.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, patience_s: float) -> None:
        self._inner = inner
        self._patience_s = patience_s

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method in _WRITES:  # lightkube has no parameter for it
            request.url = request.url.copy_merge_params({"fieldValidation": "Strict"})
        is_stream = request.url.path.endswith("/log") or request.url.params.get("watch") == "true"
        ends_at = time.monotonic() + (0 if request.url.path.endswith("/log") else self._patience_s)
        pause_s = _FIRST_PAUSE_S
        while True:
            wait_s = pause_s * random.uniform(0.5, 1.5)  # noqa: S311 - spreads calls, guards nothing
            try:
                response = await self._inner.handle_async_request(request)
                if not is_stream or response.is_error:
                    await response.aread()  # it may break off in the middle, too
            except httpx2.TransportError as error:
                if time.monotonic() + wait_s > ends_at:
                    raise
                logger.warning("the cluster cannot be reached; trying again", extra={"why": repr(error)})
            else:
                if response.status_code not in _PASSES:
                    return response
                wait_s = _asked_for(response) or wait_s
                if time.monotonic() + wait_s > ends_at:
                    return response
                await response.aclose()
                logger.warning("the cluster asks for patience; trying again", extra={"status": response.status_code})
            await asyncio.sleep(wait_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def aclose(self) -> None:
        await self._inner.aclose()


def _asked_for(response: httpx2.Response) -> float | None:
    """Seconds of `Retry-After`; a date there, which Kubernetes never sends, is left."""
    text = response.headers.get("retry-after", "")
    return min(float(text), _LONGEST_RETRY_AFTER_S) if text.isdigit() else None
