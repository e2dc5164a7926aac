"""Pages of organizations and projects: choosing one, making one, its settings."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bascule.core.errors import BasculeError
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Scope
from bascule.manager.organizations import service
from bascule.manager.organizations.model import Organization, Project
from bascule.manager.paging import Paging
from bascule.manager.web.forms import PageForm, build
from bascule.manager.web.rendering import NAVIGATION, PREFIX, PROJECT, PageRoute, ProjectView, redirect, render

_ALL = Paging(0, 100)
_PLACES = frozenset(key for _, items in NAVIGATION for key, _, _ in items)


def router(deps: Deps) -> APIRouter:
    """Routes of the area's pages."""
    pages = APIRouter(route_class=PageRoute, include_in_schema=False)

    @pages.get("/")
    def home(request: Request, actor: CurrentActor) -> Response:
        with reading(deps.engine) as connection:
            scopes = service.visible_projects(connection, actor)
        last = request.cookies.get(PROJECT, "")
        chosen = next((scope for scope in scopes if f"{scope.org}/{scope.project}" == last), scopes[0] if scopes else None)
        return redirect(request, f"/orgs/{chosen.org}/projects/{chosen.project}/overview" if chosen else "/projects")

    @pages.get("/projects")
    def projects(request: Request, actor: CurrentActor) -> Response:
        with reading(deps.engine) as connection:
            orgs = list(service.list_orgs(connection, actor, None, _ALL).items) if actor.may("core_organization_view", Scope()) else []
            groups = [(org.org, service.list_projects(connection, actor, org.org.identifier, None, _ALL).items) for org in orgs]
            if not orgs:
                names = dict.fromkeys(scope.org for scope in service.visible_projects(connection, actor) if scope.org)
                groups = [
                    (Organization(identifier=name, name=name), service.list_projects(connection, actor, name, None, _ALL).items)
                    for name in names
                    if actor.may("core_project_view", Scope(name))
                ]
        return render(
            request, "organizations/projects.html", title="Projects", groups=groups, actor=actor, problems=(), may_edit=_may_edit(actor)
        )

    @pages.get("/projects/menu")
    def menu(request: Request, actor: CurrentActor, active: str = "overview", current: str = "") -> Response:
        place = active if active in _PLACES else "overview"
        with reading(deps.engine) as connection:
            scopes = service.visible_projects(connection, actor)
        return render(request, "organizations/menu.html", scopes=scopes, place=place, current=current)

    @pages.post("/projects")
    def create(request: Request, actor: CurrentActor, form: PageForm) -> Response:
        now = deps.clock.now()
        with writing(deps.engine) as connection:
            if form.text("kind") == "org":
                org = build(Organization, form.values() | {"kind": None, "org": None})
                service.create_org(connection, actor, org, now)
                return redirect(request, "/projects", f"Organization {org.name} is there")
            project = build(Project, form.values() | {"kind": None, "org": None})
            service.create_project(connection, actor, form.text("org"), project, now)
        return redirect(request, f"/orgs/{form.text('org')}/projects/{project.identifier}/overview", f"Project {project.name} is there")

    @pages.get(f"{PREFIX}/settings")
    def settings(view: ProjectView) -> Response:
        with reading(deps.engine) as connection:
            found = service.get_project(connection, view.actor, str(view.scope.org), str(view.scope.project))
        return view.render(
            "organizations/settings.html", title="Settings", active="settings", found=found, problems=(), settings=deps.settings
        )

    @pages.post(f"{PREFIX}/settings")
    def change(view: ProjectView, form: PageForm) -> Response:
        org, identifier = str(view.scope.org), str(view.scope.project)
        try:
            with writing(deps.engine) as connection:
                project = build(Project, form.values() | {"identifier": identifier, "tags": form.pairs("tags")})
                service.update_project(connection, view.actor, org, project, deps.clock.now())
        except BasculeError as error:
            with reading(deps.engine) as connection:
                found = service.get_project(connection, view.actor, org, identifier)
            return view.render(
                "organizations/settings.html",
                title="Settings",
                active="settings",
                found=found,
                problems=error.problems,
                settings=deps.settings,
                status=400,
            )
        return view.redirect(view.url("settings"), "Saved")

    @pages.post(f"{PREFIX}/settings/delete")
    def delete(view: ProjectView) -> Response:
        with writing(deps.engine) as connection:
            service.delete_project(connection, view.actor, str(view.scope.org), str(view.scope.project))
        return view.redirect("/projects", f"Project {view.scope.project} is deleted")

    return pages


def _may_edit(actor: CurrentActor) -> bool:
    return actor.may("core_organization_edit", Scope())
