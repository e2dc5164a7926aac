"""Templates, the shell around every page, redirects with a message, and errors as pages."""

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlencode

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from bascule import __version__
from bascule.core.errors import BasculeError
from bascule.core.problems import Problem
from bascule.manager.api_errors import status_of as http_status_of
from bascule.manager.deps import Deps
from bascule.manager.identity import NotLoggedInError
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.web import formats, statuses

MANAGER = Path(__file__).parent.parent
STATIC = MANAGER / "static"
FLASH = "bascule_flash"
PROJECT = "bascule_project"
PREFIX = "/orgs/{org}/projects/{project}"
"""Where a project's pages live; an area's page router has it as its prefix."""

NAVIGATION: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("", (("overview", "Overview", "layout-dashboard"),)),
    (
        "Deliver",
        (
            ("schemas", "DB schemas", "schema"),
            ("pipelines", "Pipelines", "route"),
            ("executions", "Executions", "player-play"),
            ("approvals", "Approvals", "clipboard-check"),
        ),
    ),
    ("Govern", (("governance", "Governance", "shield-check"), ("audit", "Audit", "history"))),
    (
        "Set up",
        (
            ("connectors", "Connectors", "plug"),
            ("secrets", "Secrets", "lock"),
            ("environments", "Environments", "stack-2"),
            ("delegates", "Delegates", "server-bolt"),
            ("access", "Access", "users"),
            ("settings", "Settings", "settings"),
        ),
    ),
)
"""Groups of (path below the project and key, title, icon)."""


def level_of(scope: Scope) -> str:
    """`project`, `org` or `account`."""
    return "project" if scope.project else "org" if scope.org else "account"


def _environment() -> Environment:
    folders = {folder.parent.name: FileSystemLoader(folder) for folder in sorted(MANAGER.glob("*/templates"))}
    environment = Environment(
        loader=PrefixLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    environment.filters.update(
        ago=formats.ago,
        duration=formats.duration,
        sql=formats.sql,
        yaml=formats.as_yaml,
        json_text=formats.as_json,
        yaml_text=formats.yaml_text,
        pairs=formats.pairs,
        level=level_of,
    )
    environment.globals.update(
        status_of=statuses.status_of,
        spinning=statuses.SPINNING,
        took=formats.took,
        difference=formats.difference,
        version=__version__,
        asset=asset,
        navigation=NAVIGATION,
    )
    return environment


def asset(name: str) -> str:
    """The URL of a file in `static/`, which changes when the file does."""
    if name not in _DIGESTS:
        _DIGESTS[name] = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={_DIGESTS[name]}"


_DIGESTS: dict[str, str] = {}
_TEMPLATES = _environment()


def secure(response: Response, nonce: str = "") -> Response:
    """Set the headers every page carries: scripts and styles only from us, no frames, no referrer."""
    styles = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page, with its security headers; a message left by a redirect is shown once."""
    nonce = secrets.token_urlsafe(16)
    flash = request.cookies.get(FLASH)
    shown = json.loads(unquote(flash)) if flash else None
    body = _TEMPLATES.get_template(template).render(request=request, nonce=nonce, flash=shown, **context)
    response = secure(HTMLResponse(body, status), nonce)
    if flash and "HX-Request" not in request.headers:
        response.delete_cookie(FLASH)
    return response


class View:
    """What a page in a project knows: who looks, where, and the parts of the manager."""

    def __init__(self, request: Request, actor: Actor, scope: Scope) -> None:
        self.request = request
        self.actor = actor
        self.scope = scope
        self.deps: Deps = request.app.state.deps
        self.base = f"/orgs/{scope.org}/projects/{scope.project}"

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for a part of the page."""
        return self.request.headers.get("HX-Request") == "true" and self.request.headers.get("HX-Request-Type", "partial") != "full"

    def url(self, *parts: str, **query: Any) -> str:
        """A path below the project: each part is quoted, empty query values are left out."""
        path = "/".join([self.base, *(quote(str(part), safe="") for part in parts)])
        chosen = {key: value for key, value in query.items() if value not in (None, "", False)}
        return f"{path}?{urlencode(chosen, doseq=True)}" if chosen else path

    def may(self, permission: str) -> bool:
        """Whether the actor may do this here: decides which buttons are shown."""
        return self.actor.may(permission, self.scope)

    def render(
        self, template: str, *, title: str, active: str, crumbs: Sequence[tuple[str, str]] = (), status: int = 200, **context: Any
    ) -> Response:
        """A page in the shell. `crumbs` are (title, URL) of the pages above this one."""
        return render(self.request, template, status=status, view=self, title=title, active=active, crumbs=crumbs, **context)

    def fragment(self, template: str, **context: Any) -> Response:
        """A part of a page, for htmx."""
        return render(self.request, template, view=self, **context)

    def redirect(self, url: str, message: str = "", tone: str = "success") -> Response:
        """Go on to another page of ours, which shows the message once."""
        return redirect(self.request, url, message, tone)


def redirect(request: Request, url: str, message: str = "", tone: str = "success") -> Response:
    """See Other; htmx is told by its own header, since it would follow a 303 inside the fragment."""
    if request.headers.get("HX-Request") == "true":
        response: Response = Response(status_code=200, headers={"HX-Redirect": url})
    else:
        response = RedirectResponse(url, status_code=303)
    if message:
        content = quote(json.dumps({"text": message, "tone": tone}))
        response.set_cookie(FLASH, content, max_age=60, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return response


def project_view(request: Request, actor: CurrentActor, org: str, project: str) -> View:
    """The dependency of every page in a project."""
    return View(request, actor, Scope(org, project))


ProjectView = Annotated[View, Depends(project_view)]


def levels(scope: Scope) -> tuple[tuple[str, Scope], ...]:
    """The scopes whose entities a project may use, nearest first, with the word that URLs have for them."""
    return (("project", scope), ("org", Scope(scope.org)), ("account", Scope()))


def scope_at(view: View, level: str) -> Scope:
    """The scope that a URL's level means, seen from the view's project."""
    return dict(levels(view.scope)).get(level, view.scope)


class PageRoute(APIRoute):
    """A route whose errors are pages: `APIRouter(route_class=PageRoute)`."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]  # APIRoute says Coroutine
        handle = super().get_route_handler()

        async def page(request: Request) -> Response:
            try:
                return await handle(request)
            except NotLoggedInError:
                target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return redirect(request, f"/login?next={quote(target)}" if request.method == "GET" else "/login")
            except BasculeError as error:
                return error_page(request, http_status_of(error), error.problems)
            except RequestValidationError as error:
                problems = tuple(Problem(code="API-400", what=detail["msg"], where=str(detail["loc"][-1])) for detail in error.errors())
                return error_page(request, 400, problems)

        return page


def error_page(request: Request, status: int, problems: Sequence[Problem]) -> Response:
    """What went wrong, as a page; as a message when htmx asked for a part."""
    if request.headers.get("HX-Request") == "true":
        text = "; ".join(problem.what + (f" ({problem.fix})" if problem.fix else "") for problem in problems)
        trigger = json.dumps({"toast": {"text": text, "tone": "danger"}})
        return Response(status_code=status, headers={"HX-Trigger": trigger, "HX-Reswap": "none"})
    return render(request, "web/error.html", status=status, code=status, problems=problems)
