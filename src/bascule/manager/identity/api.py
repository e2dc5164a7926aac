"""Who sends this request."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from bascule.core.errors import DeniedError
from bascule.core.problems import Problem
from bascule.manager.deps import Deps
from bascule.manager.identity import NotLoggedInError, service
from bascule.manager.identity.model import Actor

COOKIE = "bascule_session"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def deps_of(request: Request) -> Deps:
    """The app's parts, for what hangs on a request and not on a router."""
    deps: Deps = request.app.state.deps
    return deps


def current_actor(request: Request) -> Actor:
    """The actor of `x-api-key`, `Authorization: Bearer`, or the session cookie. Raises NotLoggedInError.

    A cookie is sent by the browser whoever's page asks, so with it an unsafe method needs an Origin that is ours.
    """
    deps = deps_of(request)
    now = deps.clock.now()
    if token := _token(request):
        return service.actor_by_key(deps.engine, token, now)
    if session := request.cookies.get(COOKIE):
        if request.method not in _SAFE:
            require_own_origin(request)
        if actor := service.actor_by_session(deps.engine, session, now):
            return actor
    raise NotLoggedInError(Problem(code="AUT-002", what="you are not logged in", fix="log in, or send an API key as x-api-key"))


CurrentActor = Annotated[Actor, Depends(current_actor)]


def require_own_origin(request: Request) -> None:
    """Raises DeniedError unless the browser says that a page of ours sent this."""
    public = deps_of(request).settings.public_url
    ours = {request.headers.get("host", ""), urlsplit(public).netloc} - {""}
    if urlsplit(request.headers.get("origin", "")).netloc not in ours:
        raise DeniedError(
            Problem(
                code="AUT-005",
                what="this request does not come from a page of this manager",
                why="its Origin header names another site, or is missing",
                fix="behind a proxy, start the manager with --public-url",
            )
        )


def _token(request: Request) -> str | None:
    if key := request.headers.get("x-api-key"):
        return key
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None
