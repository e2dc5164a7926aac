"""Pages of DB schemas, DB instances and environments."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from bascule.core.errors import BasculeError
from bascule.manager.api_errors import status_of
from bascule.manager.connectors import service as connectors
from bascule.manager.connectors.model import ARCHIVES, OBJECTS, REGISTRIES, REPOSITORIES
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.identity.references import reference
from bascule.manager.instances import environments, service
from bascule.manager.instances.model import (
    DBInstanceFilterIn,
    DBInstanceIn,
    DBInstanceUpdateRequest,
    DBSchemaIn,
    DBSchemaOut,
    DBSchemaUpdateRequest,
    Environment,
    EnvironmentOut,
    TagFilter,
)
from bascule.manager.paging import Paging
from bascule.manager.web.forms import Form, PageForm, build, shown
from bascule.manager.web.rendering import PREFIX, PageRoute, ProjectView, View, levels, scope_at

_ALL = Paging(0, 100)
_ANY = DBInstanceFilterIn()


def router(deps: Deps) -> APIRouter:
    """Routes of the area's pages."""
    pages = APIRouter(prefix=PREFIX, route_class=PageRoute, include_in_schema=False)
    _mount_schemas(pages, deps)
    _mount_instances(pages, deps)
    _mount_environments(pages, deps)
    return pages


def _mount_schemas(pages: APIRouter, deps: Deps) -> None:
    @pages.get("/schemas")
    def schemas(view: ProjectView, search: str = "", type: str = "", page: int = 0) -> Response:
        with reading(deps.engine) as connection:
            at = Paging(page, 30)
            found = service.list_schemas(connection, view.actor, view.scope, type or None, search or None, "name", "ASC", at)
        return view.render("instances/schemas.html", title="DB schemas", active="schemas", found=found, search=search, type=type)

    @pages.get("/schemas/-new")
    def new_schema(view: ProjectView) -> Response:
        return _schema_form(view, deps, {"migrationType": "Liquibase", "type": "Repository", "shell": "sh"}, None, ())

    @pages.get("/schemas/{schema}")
    def schema(view: ProjectView, schema: str, search: str = "", tag: str = "") -> Response:
        with reading(deps.engine) as connection:
            found = service.show_schema(connection, view.actor, view.scope, schema)
            listed = service.list_instances(
                connection, view.actor, view.scope, schema, _tagged(tag), search or None, "created", "ASC", _ALL
            )
        context: dict[str, Any] = {"schema": found, "instances": listed, "search": search, "tag": tag, "tab": "instances"}
        crumbs = [("DB schemas", view.url("schemas"))]
        return view.render("instances/schema.html", title=found.name, active="schemas", crumbs=crumbs, **context)

    @pages.get("/schemas/{schema}/edit")
    def edit_schema(view: ProjectView, schema: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.show_schema(connection, view.actor, view.scope, schema)
        return _schema_form(view, deps, _schema_values(found), found, ())

    @pages.post("/schemas")
    def save_schema(view: ProjectView, form: PageForm) -> Response:
        try:
            body = _schema_body(form)
            with writing(deps.engine) as connection:
                if form.flag("existing"):
                    change = build(DBSchemaUpdateRequest, body | {"identifier": None, "migrationType": None})
                    made = service.update_schema(connection, view.actor, view.scope, form.text("identifier"), change, deps.clock.now())
                else:
                    made = service.create_schema(connection, view.actor, view.scope, build(DBSchemaIn, body), deps.clock.now())
        except BasculeError as error:
            return _schema_form(view, deps, form.values(), form.flag("existing") or None, error.problems, status_of(error))
        return view.redirect(view.url("schemas", made.identifier), f"DB schema {made.name} is saved")

    @pages.post("/schemas/{schema}/delete")
    def delete_schema(view: ProjectView, schema: str) -> Response:
        with writing(deps.engine) as connection:
            service.delete_schema(connection, view.actor, view.scope, schema)
        return view.redirect(view.url("schemas"), f"DB schema {schema} is deleted; its databases are as they were")


def _mount_instances(pages: APIRouter, deps: Deps) -> None:
    @pages.get("/schemas/{schema}/instances/-new")
    def new_instance(view: ProjectView, schema: str) -> Response:
        return _instance_form(view, deps, schema, {"revision": "branch", "revision_text": "main"}, None, ())

    @pages.get("/schemas/{schema}/instances/{instance}/edit")
    def edit_instance(view: ProjectView, schema: str, instance: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.show_instance(connection, view.actor, view.scope, schema, instance)
        kind = next((kind for kind in ("branch", "commit_sha", "git_tag") if getattr(found, kind)), "branch")
        values = found.model_dump() | {"revision": kind, "revision_text": getattr(found, kind)}
        return _instance_form(view, deps, schema, values, found, ())

    @pages.post("/schemas/{schema}/instances")
    def save_instance(view: ProjectView, schema: str, form: PageForm) -> Response:
        kind = {"commit_sha": "commitSha", "git_tag": "gitTag"}.get(form.text("revision"), "branch")
        body = {key: form.text(key) for key in ("identifier", "name", "connector", "context", "environment")}
        values: dict[str, Any] = {**body, kind: form.text("revision_text"), "tags": form.pairs("tags")}
        values |= {"substituteProperties": form.pairs("substitute_properties")}
        try:
            with writing(deps.engine) as connection:
                if form.flag("existing"):
                    change = build(DBInstanceUpdateRequest, values | {"identifier": None})
                    change = change.model_copy(update={"context": form.text("context")})
                    service.update_instance(connection, view.actor, view.scope, schema, body["identifier"], change, deps.clock.now())
                else:
                    service.create_instance(connection, view.actor, view.scope, schema, build(DBInstanceIn, values), deps.clock.now())
        except BasculeError as error:
            return _instance_form(view, deps, schema, form.values(), form.flag("existing") or None, error.problems, status_of(error))
        return view.redirect(view.url("schemas", schema), f"DB instance {body['name']} is saved")

    @pages.post("/schemas/{schema}/instances/{instance}/delete")
    def delete_instance(view: ProjectView, schema: str, instance: str) -> Response:
        with writing(deps.engine) as connection:
            service.delete_instance(connection, view.actor, view.scope, schema, instance)
        return view.redirect(view.url("schemas", schema), f"DB instance {instance} is deleted; its database is as it was")


def _mount_environments(pages: APIRouter, deps: Deps) -> None:
    @pages.get("/environments")
    def list_environments(view: ProjectView) -> Response:
        with reading(deps.engine) as connection:
            found = _environments(connection, view)
        return view.render("instances/environments.html", title="Environments", active="environments", found=found)

    @pages.get("/environments/-new")
    def new_environment(view: ProjectView) -> Response:
        return _environment_form(view, {"level": "project", "tier": "development", "order": 0}, None, ())

    @pages.get("/environments/{level}/{environment}")
    def edit_environment(view: ProjectView, level: str, environment: str) -> Response:
        with reading(deps.engine) as connection:
            found = environments.show(connection, view.actor, scope_at(view, level), environment)
        return _environment_form(view, found.model_dump() | {"level": level}, found, ())

    @pages.post("/environments")
    def save_environment(view: ProjectView, form: PageForm) -> Response:
        scope = scope_at(view, form.text("level"))
        values = {key: form.text(key) for key in ("identifier", "name", "description", "tier", "order")}
        try:
            environment = build(Environment, values | {"tags": form.pairs("tags") or None})
            with writing(deps.engine) as connection:
                if form.flag("existing"):
                    environments.update(connection, view.actor, scope, environment.identifier, environment, deps.clock.now())
                else:
                    environments.create(connection, view.actor, scope, environment, deps.clock.now())
        except BasculeError as error:
            return _environment_form(view, form.values(), form.flag("existing") or None, error.problems, status_of(error))
        return view.redirect(view.url("environments"), f"Environment {environment.name} is saved")

    @pages.post("/environments/{level}/{environment}/delete")
    def delete_environment(view: ProjectView, level: str, environment: str) -> Response:
        with writing(deps.engine) as connection:
            environments.delete(connection, view.actor, scope_at(view, level), environment)
        return view.redirect(view.url("environments"), f"Environment {environment} is deleted")


def _tagged(text: str) -> DBInstanceFilterIn:
    """`key` or `key=value`."""
    key, has_value, value = text.partition("=")
    return (
        DBInstanceFilterIn(instance_tags=[TagFilter(key=key.strip(), value=value.strip() if has_value else None)]) if key.strip() else _ANY
    )


def _schema_body(form: Form) -> dict[str, Any]:
    body: dict[str, Any] = {key: form.text(key) for key in ("identifier", "name", "migrationType", "service", "primaryDbInstanceId")}
    body |= {"tags": form.pairs("tags"), "type": form.text("type"), "usePercona": form.flag("usePercona")}
    if form.text("type") == "Script":
        script = {key: form.text(key) for key in ("image", "shell", "location")}
        return body | {"changeLogScript": script | {"command": form.raw("command")}}
    source: dict[str, Any] = {key: form.optional(key) for key in ("location", "connector", "repo", "archivePath", "bucket", "toml")}
    source |= {"sparsePaths": form.words("sparsePaths"), "submodules": form.flag("submodules"), "lfs": form.flag("lfs")}
    return body | {"changelog": {key: value for key, value in source.items() if value}}


def _schema_values(found: DBSchemaOut) -> dict[str, Any]:
    source = found.changelog or found.change_log_script
    values = found.model_dump(by_alias=True) | (source.model_dump(by_alias=True) if source else {})
    return values | {"sparsePaths": ", ".join(values.get("sparsePaths") or ())}


def _schema_form(view: View, deps: Deps, values: dict[str, Any], existing: Any, problems: Any, status: int = 200) -> Response:
    crumbs = [("DB schemas", view.url("schemas"))]
    if existing:
        crumbs.append((str(values["name"]), view.url("schemas", values["identifier"])))
    with reading(deps.engine) as connection:
        sources = _connectors(connection, view, *REPOSITORIES, *ARCHIVES, *OBJECTS, *REGISTRIES)
    return view.render(
        "instances/schema_form.html",
        title="Edit" if existing else "New DB schema",
        active="schemas",
        crumbs=crumbs,
        values=shown(values),
        existing=existing,
        problems=problems,
        connectors=sources,
        status=status,
    )


def _instance_form(
    view: View, deps: Deps, schema: str, values: dict[str, Any], existing: Any, problems: Any, status: int = 200
) -> Response:
    with reading(deps.engine) as connection:
        of = service.show_schema(connection, view.actor, view.scope, schema)
        databases = _connectors(connection, view, "Jdbc")
        known = [(reference(scope_at(view, level), one.identifier), one.name) for level, one in _environments(connection, view)]
    return view.render(
        "instances/instance_form.html",
        title=values.get("name") or "New DB instance",
        active="schemas",
        crumbs=[("DB schemas", view.url("schemas")), (of.name, view.url("schemas", schema))],
        schema=of,
        values=shown(values),
        existing=existing,
        problems=problems,
        connectors=databases,
        environments=known,
        status=status,
    )


def _environment_form(view: View, values: dict[str, Any], existing: Any, problems: Any, status: int = 200) -> Response:
    return view.render(
        "instances/environment.html",
        title=values.get("name") or "New environment",
        active="environments",
        crumbs=[("Environments", view.url("environments"))],
        values=shown(values),
        existing=existing,
        problems=problems,
        status=status,
    )


def _connectors(connection: Connection, view: View, *kinds: str) -> list[tuple[str, str]]:
    """(reference, name) of every connector of these kinds that the project may use."""
    return [
        (reference(scope, found.connector.identifier), found.connector.name)
        for _, scope in levels(view.scope)
        if view.actor.may("core_connector_view", scope)
        for found in connectors.list_all(connection, view.actor, scope, None, None, _ALL).items
        if found.connector.type in kinds
    ]


def _environments(connection: Connection, view: View) -> list[tuple[str, EnvironmentOut]]:
    return [
        (level, found)
        for level, scope in levels(view.scope)
        if view.actor.may("core_environment_view", scope)
        for found in environments.list_all(connection, view.actor, scope, None, _ALL).items
    ]
