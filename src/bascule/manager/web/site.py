"""The web site: every area's pages, the files they load, and what a browser sees when there is no such page."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from bascule.core.problems import Problem
from bascule.manager.approvals import pages as approvals
from bascule.manager.audit import pages as audit
from bascule.manager.changelogs import pages as changelogs
from bascule.manager.connectors import pages as connectors
from bascule.manager.delegates import pages as delegates
from bascule.manager.deps import Deps
from bascule.manager.governance import pages as governance
from bascule.manager.instances import pages as instances
from bascule.manager.organizations import pages as organizations
from bascule.manager.pipelines import pages as pipelines
from bascule.manager.secrets import pages as secrets
from bascule.manager.secrets.service import guard
from bascule.manager.users import pages as users
from bascule.manager.uses import user_of_connector, user_of_secret
from bascule.manager.web import overview
from bascule.manager.web.assets import Assets
from bascule.manager.web.rendering import error_page


def mount(app: FastAPI, deps: Deps) -> None:
    """Add the pages to the app."""
    for kind in (HTTPException, Exception):
        app.exception_handlers[kind] = _for_browsers(app.exception_handlers[kind])
    app.mount("/static", Assets(), name="static")
    app.include_router(organizations.router(deps))
    app.include_router(users.router(deps))
    app.include_router(audit.router(deps))
    app.include_router(secrets.router(deps, used_by=user_of_secret))
    app.include_router(connectors.router(deps, used_by=user_of_connector, guard=guard))
    app.include_router(instances.router(deps))
    app.include_router(changelogs.router(deps))
    app.include_router(governance.router(deps))
    app.include_router(approvals.router(deps))
    app.include_router(delegates.router(deps))
    app.include_router(pipelines.router(deps))
    app.include_router(overview.router(deps))


def _for_browsers(answer: Callable[[Request, Any], Any]) -> Callable[[Request, Any], Any]:
    """The same answer for programs; for a person who asked for a page, one that says what is wrong."""

    def handler(request: Request, error: Any) -> Any:
        plain = answer(request, error)
        asks_for_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if not asks_for_page or request.url.path.startswith("/v1/") or not isinstance(plain, Response):
            return plain
        what = "there is no such page" if plain.status_code == 404 else "the manager failed to answer this: its log has the reason"
        return error_page(request, plain.status_code, [Problem(code=f"API-{plain.status_code}", what=what)])

    return handler
