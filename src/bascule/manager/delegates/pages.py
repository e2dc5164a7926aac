"""Pages of delegates and their tokens."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from bascule import __version__
from bascule.core.errors import BasculeError
from bascule.manager.api_errors import status_of
from bascule.manager.database import reading, writing
from bascule.manager.delegates import connection_tests, fleet
from bascule.manager.delegates.api import fresh_log
from bascule.manager.delegates.model import skew
from bascule.manager.deps import Deps
from bascule.manager.paging import Paging
from bascule.manager.web.forms import PageForm
from bascule.manager.web.rendering import PREFIX, PageRoute, ProjectView, View, levels, scope_at

_ALL = Paging(0, 100)
_LOG_LINES = 400


def router(deps: Deps) -> APIRouter:
    """Routes of the area's pages."""
    whole = APIRouter(route_class=PageRoute, include_in_schema=False)
    pages = APIRouter(prefix=f"{PREFIX}/delegates", route_class=PageRoute, include_in_schema=False)

    @whole.post(f"{PREFIX}/connectors/{{level}}/{{connector}}/test")
    async def test_connector(view: ProjectView, level: str, connector: str, form: PageForm) -> Response:
        """A part of the connector's page."""
        try:
            tested = await connection_tests.run(deps, view.actor, scope_at(view, level), connector, form.optional("try"))
        except BasculeError as error:
            return view.fragment("delegates/connection_test.html", tested=None, problems=error.problems)
        return view.fragment("delegates/connection_test.html", tested=tested, problems=tested.problems)

    @pages.get("")
    def delegates(view: ProjectView) -> Response:
        with reading(deps.engine) as connection:
            found = fleet.delegates(connection, view.actor, view.scope, _ALL)
            pods = fleet.delegates(connection, view.actor, view.scope, _ALL, "pods").items
            running = fleet.running_counts(connection)
        return view.render(
            "delegates/delegates.html",
            title="Delegates",
            active="delegates",
            found=found,
            pods=pods,
            running=running,
            now=deps.clock.now(),
            skew=lambda version: skew(version, __version__),
        )

    @pages.get("/tokens")
    def tokens(view: ProjectView) -> Response:
        return _tokens(view, deps)

    @pages.post("/tokens")
    def create_token(view: ProjectView, form: PageForm) -> Response:
        """The answer is the page itself, not a redirect: the token is shown in it, once."""
        days = form.text("days")
        try:
            with writing(deps.engine) as connection:
                token, text = fleet.create_token(
                    connection,
                    view.actor,
                    scope_at(view, form.text("level")),
                    form.text("name", "token"),
                    deps.clock.now(),
                    tags=tuple(form.words("tags")),
                    lives=timedelta(days=int(days)) if days.isdecimal() else None,
                )
        except BasculeError as error:
            return _tokens(view, deps, problems=error.problems, status=status_of(error))
        return _tokens(view, deps, created=token, text=text)

    @pages.post("/tokens/{level}/{token}/rotate")
    def rotate(view: ProjectView, level: str, token: str) -> Response:
        """As when a token is made: the answer is the page, which shows the new text once."""
        try:
            with writing(deps.engine) as connection:
                rotated, text = fleet.rotate_token(connection, view.actor, scope_at(view, level), token, deps.clock.now())
        except BasculeError as error:
            return _tokens(view, deps, problems=error.problems, status=status_of(error))
        return _tokens(view, deps, created=rotated, text=text)

    @pages.post("/tokens/{level}/{token}/revoke")
    def revoke(view: ProjectView, level: str, token: str) -> Response:
        with writing(deps.engine) as connection:
            revoked = fleet.revoke_token(connection, view.actor, scope_at(view, level), token, deps.clock.now())
        return view.redirect(view.url("delegates", "tokens"), f"{revoked.name} lets nobody in any more")

    @pages.get("/{delegate}")
    def delegate(view: ProjectView, delegate: str) -> Response:
        now = deps.clock.now()
        with reading(deps.engine) as connection:
            found = fleet.delegate(connection, view.actor, view.scope, delegate)
            given = fleet.jobs_of(connection, view.actor, view.scope, delegate, Paging(0, 20)).items
            may_look = view.actor.may("core_delegate_view", found.scope)
            reaches = fleet.reaches(connection, view.actor, view.scope, delegate, _ALL).items if may_look else []
            running = fleet.running_counts(connection).get(delegate, 0)
        return view.render(
            "delegates/delegate.html",
            title=found.name,
            active="delegates",
            crumbs=[("Delegates", view.url("delegates"))],
            d=found,
            now=now,
            running=running,
            given=given,
            reaches=reaches,
            may_look=may_look,
            warning=skew(found.version, __version__),
        )

    @pages.get("/{delegate}/log")
    async def log(view: ProjectView, delegate: str) -> Response:
        """A part of the delegate's page, which asks for it again and again."""
        told, answers = await fresh_log(deps, view.actor, view.scope, delegate)
        return view.fragment("delegates/log.html", told=told, answers=answers, lines=told.lines[-_LOG_LINES:])

    @pages.post("/{level}/{delegate}/drain")
    def drain(view: ProjectView, level: str, delegate: str, form: PageForm) -> Response:
        how = form.text("how")
        with writing(deps.engine) as connection:
            drained = fleet.drain(
                connection, view.actor, scope_at(view, level), delegate, deps.clock.now(), leave=how == "leave", undo=how == "undo"
            )
        said = f"{drained.name} is given jobs again" if how == "undo" else f"{drained.name} is given no more jobs"
        return view.redirect(view.url("delegates", delegate), said)

    @pages.post("/{level}/{delegate}/delete")
    def remove(view: ProjectView, level: str, delegate: str) -> Response:
        with writing(deps.engine) as connection:
            fleet.remove_delegate(connection, view.actor, scope_at(view, level), delegate)
        return view.redirect(view.url("delegates"), "The delegate is forgotten")

    whole.include_router(pages)
    return whole


def _tokens(view: View, deps: Deps, *, status: int = 200, **more: Any) -> Response:
    with reading(deps.engine) as connection:
        found = [
            token
            for _, scope in levels(view.scope)
            if view.actor.may("core_delegate_view", scope)
            for token in fleet.tokens(connection, view.actor, scope, _ALL).items
        ]
    context = {"created": None, "text": "", "problems": ()} | more
    crumbs = [("Delegates", view.url("delegates"))]
    server = deps.settings.public_url or str(view.request.base_url).rstrip("/")
    return view.render(
        "delegates/tokens.html",
        title="Tokens",
        active="delegates",
        crumbs=crumbs,
        found=found,
        now=deps.clock.now(),
        server=server,
        status=status,
        **context,
    )
