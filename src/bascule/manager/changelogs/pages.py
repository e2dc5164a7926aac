"""Pages of what is deployed where: the grid of a DB schema, the changesets of an instance, one changeset with its SQL."""

from fastapi import APIRouter
from fastapi.responses import Response

from bascule.engine.history.row import MARKER_FILE
from bascule.manager.changelogs import service
from bascule.manager.changelogs.model import InstanceFilter, MigrationStateIn
from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.instances import service as instances
from bascule.manager.instances.model import DBInstanceFilterIn, TagFilter
from bascule.manager.paging import Paging
from bascule.manager.web.rendering import PREFIX, PageRoute, ProjectView

STATES = ("Successfully_Deployed", "Not_Deployed", "Deployment_Failed", "Rolled_Back")
"""The colour key of the grid."""


def router(deps: Deps) -> APIRouter:
    """Routes of the area's pages."""
    pages = APIRouter(prefix=f"{PREFIX}/schemas/{{schema}}", route_class=PageRoute, include_in_schema=False)

    @pages.get("/state")
    def state(view: ProjectView, schema: str, search: str = "", tag: str = "", show: str = "", page: int = 0) -> Response:
        key, has_value, value = tag.partition("=")
        wanted = DBInstanceFilterIn(instance_tags=[TagFilter(key=key.strip(), value=value.strip() if has_value else None)] if key else None)
        with reading(deps.engine) as connection:
            found = instances.show_schema(connection, view.actor, view.scope, schema)
            columns = [ref.instance for ref in instances.refs(connection, view.scope, schema) if wanted.takes(ref.tags)]
            body = MigrationStateIn(instance_filter=InstanceFilter(instances=columns, sort="created"))
            grid = service.migration_state(connection, view.actor, view.scope, schema, body, search or None, Paging(page, 50))
        rows = grid.items[0]
        shown = [row for row in rows.change_sets if _is_shown(show, row.synced, [cell.status for cell in row.instances])]
        context = {"schema": found, "grid": grid, "state": rows if columns else None, "rows": shown, "states": STATES, "tab": "state"}
        return view.render(
            "changelogs/grid.html",
            title="Migration state",
            active="schemas",
            crumbs=[("DB schemas", view.url("schemas")), (found.name, view.url("schemas", schema))],
            search=search,
            tag=tag,
            show=show,
            **context,  # type: ignore[arg-type]  # templates take what they are given
        )

    @pages.get("/instances/{instance}")
    def instance(view: ProjectView, schema: str, instance: str, search: str = "", page: int = 0) -> Response:
        with reading(deps.engine) as connection:
            of = instances.show_schema(connection, view.actor, view.scope, schema)
            found = instances.show_instance(connection, view.actor, view.scope, schema, instance)
            listed = service.instance_state(connection, view.actor, view.scope, schema, instance, search or None, Paging(page, 50))
        return view.render(
            "changelogs/instance.html",
            title=found.name,
            active="schemas",
            crumbs=[("DB schemas", view.url("schemas")), (of.name, view.url("schemas", schema))],
            schema=of,
            instance=found,
            listed=listed,
            state=listed.items[0],
            marker_file=MARKER_FILE,
            search=search,
        )

    @pages.get("/instances/{instance}/changeset")
    def changeset(view: ProjectView, schema: str, instance: str, fqn: str) -> Response:
        with reading(deps.engine) as connection:
            statements = service.changeset_sql(connection, view.actor, view.scope, schema, instance, fqn, Paging(0, 1000))
            text = service.changeset_yaml(connection, view.actor, view.scope, schema, instance, fqn)
        context = {"fqn": fqn, "statements": list(statements.items), "text": text}
        if view.is_fragment:
            return view.fragment("changelogs/changeset.html", **context)
        return view.render(
            "changelogs/changeset_page.html",
            title=fqn.split("::")[1] if "::" in fqn else fqn,
            active="schemas",
            crumbs=[("DB schemas", view.url("schemas")), (instance, view.url("schemas", schema, "instances", instance))],
            **context,  # type: ignore[arg-type]  # templates take what they are given
        )

    return pages


def _is_shown(show: str, synced: bool, statuses: list[str]) -> bool:
    match show:
        case "behind":
            return not synced
        case "synced":
            return synced
        case "failed":
            return "Deployment_Failed" in statuses
        case _:
            return True
