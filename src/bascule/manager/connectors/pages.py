"""Pages of connectors: Git repositories and databases."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError

from bascule.core.errors import BasculeError, InputError
from bascule.manager.api_errors import status_of
from bascule.manager.connectors import service
from bascule.manager.connectors.model import ConnectorIn, ConnectorOut
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.paging import Paging
from bascule.manager.web.forms import Form, PageForm, problem_of, shown
from bascule.manager.web.rendering import PREFIX, PageRoute, ProjectView, View, levels, scope_at

_ALL = Paging(0, 100)
_CONNECTOR: TypeAdapter[ConnectorIn] = TypeAdapter(ConnectorIn)
TYPES = (
    ("Jdbc", "Database", "database", "PostgreSQL, MariaDB, MySQL, SQLite and others by URL"),
    ("Git", "Git", "git-branch", "A repository, or an account of repositories"),
)


def router(deps: Deps, used_by: service.UsedBy) -> APIRouter:
    """Routes of the area's pages. `used_by` tells what keeps a connector from being deleted."""
    pages = APIRouter(prefix=f"{PREFIX}/connectors", route_class=PageRoute, include_in_schema=False)

    @pages.get("")
    def connectors(view: ProjectView, search: str = "", type: str = "") -> Response:
        with reading(deps.engine) as connection:
            found: list[tuple[str, ConnectorOut]] = [
                (level, one)
                for level, scope in levels(view.scope)
                if view.actor.may("core_connector_view", scope)
                for one in service.list_all(connection, view.actor, scope, type or None, search or None, _ALL).items
            ]
        return view.render(
            "connectors/connectors.html", title="Connectors", active="connectors", found=found, search=search, type=type, types=TYPES
        )

    @pages.get("/new")
    def new(view: ProjectView, type: str = "Jdbc") -> Response:
        return _form(view, {"level": "project", "type": type, "auth": "UsernamePassword", "connection_type": "Repo"}, None, ())

    @pages.get("/{level}/{connector}")
    def one(view: ProjectView, level: str, connector: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.show(connection, view.actor, scope_at(view, level), connector)
        return _form(view, _values(found, level), found, ())

    @pages.post("")
    def save(view: ProjectView, form: PageForm) -> Response:
        scope = scope_at(view, form.text("level"))
        try:
            connector = _read(form)
            with writing(deps.engine) as connection:
                if form.flag("existing"):
                    service.update(connection, view.actor, scope, connector.identifier, connector, deps.clock.now())
                else:
                    service.create(connection, view.actor, scope, connector, deps.clock.now())
        except BasculeError as error:
            return _form(view, form.values(), form.flag("existing") or None, error.problems, status_of(error))
        return view.redirect(view.url("connectors"), f"Connector {connector.name} is saved")

    @pages.post("/{level}/{connector}/delete")
    def delete(view: ProjectView, level: str, connector: str) -> Response:
        with writing(deps.engine) as connection:
            service.remove(connection, view.actor, scope_at(view, level), connector, used_by)
        return view.redirect(view.url("connectors"), f"Connector {connector} is deleted")

    return pages


def _read(form: Form) -> ConnectorIn:
    """The connector that the form describes. Raises InputError with every problem."""
    login = {
        "username": form.optional("username"),
        "usernameRef": form.optional("username_ref"),
        "passwordRef": form.optional("password_ref"),
    }
    login = {key: value for key, value in login.items() if value}
    spec: dict[str, Any] = {"url": form.text("url"), "delegateSelectors": form.words("selectors")}
    if form.text("type") == "Git":
        spec |= {"connectionType": form.text("connection_type", "Repo"), "branchName": form.optional("branch_name")}
        spec |= {"auth": {"type": "UsernamePassword", "spec": login} if login else {"type": "Anonymous"}}
    else:
        kind = form.text("auth", "UsernamePassword")
        spec |= {"auth": {"type": kind, "spec": login if kind == "UsernamePassword" else {}}}
    written = {key: form.optional(key) for key in ("identifier", "name", "description")}
    try:
        return _CONNECTOR.validate_python({**written, "type": form.text("type"), "tags": form.pairs("tags") or None, "spec": spec})
    except ValidationError as error:
        raise InputError(problem_of(detail) for detail in error.errors()) from None


def _values(found: ConnectorOut, level: str) -> dict[str, Any]:
    connector = found.connector
    login = connector.spec.auth.spec if connector.spec.auth else getattr(connector.spec, "spec", None)
    values = connector.model_dump() | connector.spec.model_dump() | {"level": level, "type": connector.type}
    values |= {"auth": connector.spec.auth.type if connector.spec.auth else "", "selectors": ", ".join(connector.spec.delegate_selectors)}
    if login:
        values |= {"username": login.username, "username_ref": login.username_ref, "password_ref": login.secret_ref}
    return values


def _form(view: View, values: dict[str, Any], existing: Any, problems: Any, status: int = 200) -> Response:
    return view.render(
        "connectors/connector.html",
        title=values.get("name") or "New connector",
        active="connectors",
        crumbs=[("Connectors", view.url("connectors"))],
        values=shown(values),
        existing=existing,
        problems=problems,
        types=TYPES,
        status=status,
    )
