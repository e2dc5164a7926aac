"""Errors as the API sends them: Harness's one `message`, and our problems beside it."""

import json
import logging
from typing import Any
from urllib.parse import quote

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DataError, IntegrityError
from starlette.exceptions import HTTPException

from bascule.core.errors import BasculeError, ConflictError, DeniedError, InputError, NotFoundError, TargetError
from bascule.core.problems import Problem
from bascule.manager.body import Body
from bascule.manager.identity import NotLoggedInError

logger = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[BasculeError], int], ...] = (
    (InputError, 400),
    (NotLoggedInError, 401),
    (DeniedError, 403),
    (NotFoundError, 404),
    (ConflictError, 409),
    (TargetError, 502),
)


class ProblemBody(Body):
    """One thing that is wrong."""

    code: str
    what: str
    where: str | None = None
    why: str | None = None
    fix: str | None = None
    severity: str = "error"


class ErrorBody(Body):
    """`message` is what Harness's clients read; `problems` are the parts of it."""

    message: str
    problems: list[ProblemBody] = []


_WHAT = {
    404: "there is nothing at this address",
    405: "this address does not answer to that method",
    413: "the body is too large",
}

ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorBody, "description": "What was sent is wrong"},
    401: {"model": ErrorBody, "description": "Not logged in"},
    403: {"model": ErrorBody, "description": "Not allowed"},
    404: {"model": ErrorBody, "description": "No such thing"},
    409: {"model": ErrorBody, "description": "The world is not as the request expects"},
    500: {"model": ErrorBody, "description": "A fault of the manager"},
}
"""For `APIRouter(responses=ERRORS)`."""


class _Escaped(JSONResponse):
    """JSON in ASCII: a message may quote what was sent, and half of a surrogate pair has no UTF-8."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


def status_of(error: BasculeError) -> int:
    """The HTTP status of an error of our tree."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def error_response(status: int, problems: tuple[Problem, ...]) -> JSONResponse:
    """The body every failed request gets."""
    message = "; ".join(problem.what + (f" ({problem.where})" if problem.where else "") for problem in problems)
    return _Escaped({"message": message, "problems": [msgspec.to_builtins(problem) for problem in problems]}, status_code=status)


def install(app: FastAPI) -> None:
    """Make the app answer every error in one shape. A page asked for without login leads to the login page."""

    @app.exception_handler(BasculeError)
    def bascule_error(request: Request, error: BasculeError) -> Response:
        if isinstance(error, NotLoggedInError) and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/login?next={quote(target)}", status_code=303)
        return error_response(status_of(error), error.problems)

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> Response:
        return error_response(400, tuple(_problem(detail) for detail in error.errors()))

    @app.exception_handler(IntegrityError)
    def overtaken(_request: Request, error: IntegrityError) -> Response:
        logger.info("a request was overtaken by another", exc_info=error)
        return error_response(
            409, (Problem(code="API-409", what="another request did this, or its opposite, meanwhile", fix="look, then try again"),)
        )

    @app.exception_handler(DataError)
    def unstorable(_request: Request, error: DataError) -> Response:
        why = str(error.orig).splitlines()[0]
        return error_response(400, (Problem(code="API-400", what="a value is not one that the store can hold", why=why),))

    @app.exception_handler(UnicodeEncodeError)
    def unencodable(_request: Request, _error: UnicodeEncodeError) -> Response:
        return error_response(400, (Problem(code="API-400", what="a text holds half of a surrogate pair", why="no store can keep it"),))

    @app.exception_handler(HTTPException)
    def http_error(_request: Request, error: HTTPException) -> Response:
        what = _WHAT.get(error.status_code, str(error.detail))
        response = error_response(error.status_code, (Problem(code=f"API-{error.status_code}", what=what),))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    def fault(request: Request, error: Exception) -> Response:
        logger.error("a request failed by a fault of ours", exc_info=error, extra={"method": request.method, "path": request.url.path})
        return error_response(500, (Problem(code="API-500", what="the manager failed to answer this", fix="its log has the reason"),))


def _problem(detail: dict[str, Any]) -> Problem:
    """One of pydantic's details; `where` is the place in the request: `body.changelog.location`."""
    place = ".".join(str(part) for part in detail["loc"])
    context = detail.get("ctx") or {}
    carried = context.get("error")
    if isinstance(carried, BasculeError):
        return carried.problems[0]
    message = str(detail["msg"]).removeprefix("Value error, ")
    return Problem(code="API-400", what=message[:1].lower() + message[1:], where=place)
