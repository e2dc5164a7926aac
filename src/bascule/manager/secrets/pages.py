"""Pages of secrets: names and versions; a text goes in and is never shown."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from bascule.core.errors import BasculeError
from bascule.manager.api_errors import status_of
from bascule.manager.connectors import service as connectors
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.identity.references import reference
from bascule.manager.paging import Paging
from bascule.manager.secrets import service
from bascule.manager.secrets.model import BUILT_IN, SecretIn
from bascule.manager.web.forms import PageForm, build, shown
from bascule.manager.web.rendering import PREFIX, PageRoute, ProjectView, View, levels, scope_at

_ALL = Paging(0, 100)


def router(deps: Deps, used_by: service.UsedBy) -> APIRouter:
    """Routes of the area's pages. `used_by` tells what keeps a secret from being deleted."""
    pages = APIRouter(prefix=f"{PREFIX}/secrets", route_class=PageRoute, include_in_schema=False)

    @pages.get("")
    def secrets(view: ProjectView, search: str = "") -> Response:
        with reading(deps.engine) as connection:
            found = [
                (level, secret)
                for level, scope in levels(view.scope)
                if view.actor.may("core_secret_view", scope)
                for secret in service.list_all(connection, view.actor, scope, search or None, _ALL).items
            ]
        return view.render("secrets/secrets.html", title="Secrets", active="secrets", found=found, search=search)

    @pages.get("/new")
    def new(view: ProjectView) -> Response:
        return _form(deps, view, {"level": "project", "manager": BUILT_IN}, None, ())

    @pages.get("/{level}/{secret}")
    def one(view: ProjectView, level: str, secret: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.show(connection, view.actor, scope_at(view, level), secret)
        spec = found.secret.spec
        kept = {"manager": spec.secret_manager_identifier, "reference": spec.value}
        return _form(deps, view, found.secret.model_dump() | kept | {"level": level}, found, ())

    @pages.post("")
    def save(view: ProjectView, form: PageForm) -> Response:
        scope = scope_at(view, form.text("level"))
        manager = form.text("manager", BUILT_IN)
        kind, value = ("Inline", form.raw("value")) if manager == BUILT_IN else ("Reference", form.text("reference"))
        spec = {"secretManagerIdentifier": manager, "valueType": kind} | ({"value": value} if value else {})
        names = {key: form.text(key) for key in ("identifier", "name", "description")}
        try:
            secret = build(SecretIn, {**names, "tags": form.pairs("tags") or None, "spec": spec})
            with writing(deps.engine) as connection:
                if form.flag("existing"):
                    service.update(connection, view.actor, scope, secret.identifier, secret, deps.clock.now())
                else:
                    service.create(connection, view.actor, scope, secret, deps.clock.now())
        except BasculeError as error:
            values = names | {"level": form.text("level"), "manager": manager, "reference": form.text("reference")}
            return _form(deps, view, values, form.flag("existing") or None, error.problems, status_of(error))
        return view.redirect(view.url("secrets"), f"Secret {secret.name} is saved")

    @pages.post("/{level}/{secret}/delete")
    def delete(view: ProjectView, level: str, secret: str) -> Response:
        with writing(deps.engine) as connection:
            service.remove(connection, view.actor, scope_at(view, level), secret, used_by)
        return view.redirect(view.url("secrets"), f"Secret {secret} is deleted")

    return pages


def _form(deps: Deps, view: View, values: dict[str, Any], existing: Any, problems: Any, status: int = 200) -> Response:
    with reading(deps.engine) as connection:
        managers = _managers(connection, view)
    return view.render(
        "secrets/secret.html",
        title=values.get("name") or "New secret",
        active="secrets",
        crumbs=[("Secrets", view.url("secrets"))],
        values=shown(values),
        existing=existing,
        problems=problems,
        managers=[(BUILT_IN, "Bascule"), *managers],
        built_in=BUILT_IN,
        status=status,
    )


def _managers(connection: Connection, view: View) -> list[tuple[str, str]]:
    """Reference and name of each secret manager that the project may use."""
    return [
        (reference(scope, each.identifier), f"{each.name} ({each.type})")
        for _, scope in levels(view.scope)
        if view.actor.may("core_connector_view", scope)
        for each in connectors.secret_managers(connection, scope)
        if each.scope == scope
    ]
