"""Pages of governance: policies with an editor and a test bench, policy sets, evaluations."""

import json
from importlib import resources
from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from bascule.core.errors import BasculeError, InputError
from bascule.core.problems import Problem
from bascule.manager.api_errors import status_of
from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.governance import service
from bascule.manager.governance.model import Action, EntityType, PolicyIn, PolicyOut, PolicySetIn, PolicySetOut
from bascule.manager.identity.references import reference
from bascule.manager.paging import Paging
from bascule.manager.web.forms import PageForm, build, shown
from bascule.manager.web.problems import placed
from bascule.manager.web.rendering import PREFIX, PageRoute, ProjectView, View, levels, scope_at

_ALL = Paging(0, 100)
TABS = (("policies", "Policies"), ("sets", "Policy sets"), ("evaluations", "Evaluations"))
EXAMPLE = {
    "dbInstance": {"identifier": "orders_prod", "name": "Orders, production", "type": "jdbc:postgresql", "tags": {"env": "prod"}},
    "dbSchema": {"identifier": "orders", "name": "Orders"},
    "sqlStatements": ["ALTER TABLE orders ADD note TEXT;", "DROP TABLE legacy_orders;"],
}
"""What the test bench starts with: a document as a DB step gives it to policy."""

NEW = """package db_sql

deny contains message if {
\tsome statement in input.sqlStatements
\tregex.match(`(?i)^\\s*drop\\s+table`, statement)
\tmessage := sprintf("no table is dropped here: %s", [statement])
}
"""


def router(deps: Deps) -> APIRouter:
    """Routes of the area's pages."""
    pages = APIRouter(prefix=f"{PREFIX}/governance", route_class=PageRoute, include_in_schema=False)

    @pages.get("")
    def governance(view: ProjectView) -> Response:
        return view.redirect(view.url("governance", "policies"))

    _mount_policies(pages, deps)
    _mount_bench(pages, deps)
    _mount_sets(pages, deps)
    _mount_evaluations(pages, deps)
    return pages


def _mount_policies(pages: APIRouter, deps: Deps) -> None:
    @pages.get("/policies")
    def policies(view: ProjectView, search: str = "") -> Response:
        with reading(deps.engine) as connection:
            found = _policies(connection, view, search)
        return _tab(view, "policies", found=found, search=search)

    @pages.get("/policies/new")
    def new_policy(view: ProjectView) -> Response:
        return _policy_form(view, deps, {"level": "project", "rego": NEW, "rego_version": "v1"}, None, ())

    @pages.get("/policies/{level}/{policy}")
    def policy(view: ProjectView, level: str, policy: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.get_policy(connection, view.actor, scope_at(view, level), policy)
        return _policy_form(view, deps, found.model_dump() | {"level": level}, found, ())

    @pages.post("/policies")
    def save_policy(view: ProjectView, form: PageForm) -> Response:
        scope = scope_at(view, form.text("level"))
        try:
            body = build(
                PolicyIn,
                {
                    "identifier": form.text("identifier"),
                    "name": form.text("name"),
                    "description": form.text("description"),
                    "rego": form.raw("rego"),
                    "regoVersion": form.text("rego_version"),
                },
            )
            if form.flag("existing"):
                service.update_policy(deps.engine, view.actor, scope, body.identifier, body, clock=deps.clock)
            else:
                service.create_policy(deps.engine, view.actor, scope, body, clock=deps.clock)
        except BasculeError as error:
            return _policy_form(view, deps, form.values(), form.flag("existing") or None, error.problems, status_of(error))
        return view.redirect(view.url("governance", "policies", form.text("level"), body.identifier), f"Policy {body.name} is saved")

    @pages.post("/policies/{level}/{policy}/delete")
    def delete_policy(view: ProjectView, level: str, policy: str) -> Response:
        service.delete_policy(deps.engine, view.actor, scope_at(view, level), policy)
        return view.redirect(view.url("governance", "policies"), f"Policy {policy} is deleted")


def _mount_bench(pages: APIRouter, deps: Deps) -> None:
    @pages.post("/check/{version}")
    async def check_rego(view: ProjectView, request: Request, version: str) -> Response:
        text = (await request.body()).decode("utf-8", "replace")
        problems = await run_in_threadpool(service.problems_of, deps.engine, text, version)
        return JSONResponse({"problems": placed(problems)})

    @pages.post("/try")
    def try_out(view: ProjectView, form: PageForm) -> Response:
        try:
            document = _document(form.raw("document"))
            verdict = service.try_out(deps.engine, view.actor, view.scope, form.raw("rego"), form.text("rego_version", "v1"), document)
        except BasculeError as error:
            return view.fragment("governance/verdict.html", verdict=None, problems=error.problems)
        return view.fragment("governance/verdict.html", verdict=verdict, problems=())

    @pages.get("/evaluations/{evaluation}/input.json")
    def evaluation_input(view: ProjectView, evaluation: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.get_evaluation(connection, view.actor, view.scope, evaluation)
        return JSONResponse(found.input)


def _mount_sets(pages: APIRouter, deps: Deps) -> None:
    @pages.get("/sets")
    def sets(view: ProjectView, search: str = "") -> Response:
        found: list[PolicySetOut] = []
        with reading(deps.engine) as connection:
            for _, scope in levels(view.scope):
                if view.actor.may("core_governancePolicySets_view", scope):
                    found += service.list_policy_sets(connection, view.actor, scope, search or None, _ALL).items
        return _tab(view, "sets", found=found, search=search)

    @pages.get("/sets/new")
    def new_set(view: ProjectView) -> Response:
        return _set_form(view, deps, {"level": "project", "enabled": True, "type": "dbSql", "action": "onstep", "policies": []}, None, ())

    @pages.get("/sets/{level}/{policy_set}")
    def policy_set(view: ProjectView, level: str, policy_set: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.get_policy_set(connection, view.actor, scope_at(view, level), policy_set)
        return _set_form(view, deps, found.model_dump() | {"level": level}, found, ())

    @pages.post("/sets")
    def save_set(view: ProjectView, form: PageForm) -> Response:
        scope = scope_at(view, form.text("level"))
        uses = [{"identifier": name, "severity": severity} for name, severity in form.prefixed("use.").items() if severity]
        values: dict[str, Any] = {key: form.text(key) for key in ("identifier", "name", "description", "type", "action")}
        values |= {"enabled": form.flag("enabled"), "policies": uses}
        try:
            body = build(PolicySetIn, values)
            if form.flag("existing"):
                service.update_policy_set(deps.engine, view.actor, scope, body.identifier, body, clock=deps.clock)
            else:
                service.create_policy_set(deps.engine, view.actor, scope, body, clock=deps.clock)
        except BasculeError as error:
            return _set_form(
                view, deps, values | {"level": form.text("level")}, form.flag("existing") or None, error.problems, status_of(error)
            )
        return view.redirect(view.url("governance", "sets"), f"Policy set {body.name} is saved")

    @pages.post("/sets/{level}/{policy_set}/delete")
    def delete_set(view: ProjectView, level: str, policy_set: str) -> Response:
        service.delete_policy_set(deps.engine, view.actor, scope_at(view, level), policy_set)
        return view.redirect(view.url("governance", "sets"), f"Policy set {policy_set} is deleted")


def _mount_evaluations(pages: APIRouter, deps: Deps) -> None:
    @pages.get("/evaluations")
    def evaluations(view: ProjectView, page: int = 0, status: str = "") -> Response:
        with reading(deps.engine) as connection:
            found = service.list_evaluations(connection, view.actor, view.scope, Paging(page, 50), status=status or None)
        return _tab(view, "evaluations", found=found, wanted=status, search="")

    @pages.get("/evaluations/{evaluation}")
    def evaluation(view: ProjectView, evaluation: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.get_evaluation(connection, view.actor, view.scope, evaluation)
        crumbs = [("Governance", view.url("governance")), ("Evaluations", view.url("governance", "evaluations"))]
        title = found.entity or f"Evaluation {found.id}"
        return view.render("governance/evaluation.html", title=title, active="governance", crumbs=crumbs, found=found)


def _tab(view: View, tab: str, **context: Any) -> Response:
    return view.render(
        f"governance/{tab}.html",
        title=dict(TABS)[tab],
        active="governance",
        crumbs=[("Governance", view.url("governance"))],
        tabs=TABS,
        tab=tab,
        **context,
    )


def _policies(connection: Connection, view: View, search: str = "") -> list[PolicyOut]:
    found: list[PolicyOut] = []
    for _, scope in levels(view.scope):
        if view.actor.may("core_governancePolicy_view", scope):
            found += service.list_policies(connection, view.actor, scope, search or None, _ALL).items
    return found


def _policy_form(view: View, deps: Deps, values: dict[str, Any], existing: Any, problems: Any, status: int = 200) -> Response:
    past = []
    if view.may("core_governancePolicySets_view"):
        with reading(deps.engine) as connection:
            past = list(service.list_evaluations(connection, view.actor, view.scope, Paging(0, 20)).items)
    return view.render(
        "governance/policy.html",
        title=values.get("name") or "New policy",
        active="governance",
        crumbs=[("Governance", view.url("governance")), ("Policies", view.url("governance", "policies"))],
        values=shown(values),
        existing=existing,
        problems=problems,
        past=past,
        samples=_samples(),
        example=json.dumps(EXAMPLE, indent=2),
        status=status,
    )


def _set_form(view: View, deps: Deps, values: dict[str, Any], existing: Any, problems: Any, status: int = 200) -> Response:
    scope = scope_at(view, str(values.get("level")))
    with reading(deps.engine) as connection:
        usable = [policy for policy in _policies(connection, view) if policy.scope.covers(scope)]
    chosen = {use["identifier"]: use["severity"] for use in values["policies"]}
    return view.render(
        "governance/set.html",
        title=values.get("name") or "New policy set",
        active="governance",
        crumbs=[("Governance", view.url("governance")), ("Policy sets", view.url("governance", "sets"))],
        values=shown(values),
        existing=existing,
        problems=problems,
        policies=[(reference(policy.scope, policy.identifier), policy) for policy in usable],
        chosen=chosen,
        types=get_args(EntityType),
        actions=get_args(Action),
        status=status,
    )


def _samples() -> list[tuple[str, str]]:
    """The policies we ship: (name, text)."""
    files = resources.files("bascule.policy.library").iterdir()
    rego = [file for file in files if file.name.endswith(".rego") and not file.name.endswith("_test.rego")]
    return [
        (file.name.removesuffix(".rego").replace("_", " "), file.read_text("utf-8")) for file in sorted(rego, key=lambda file: file.name)
    ]


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text or "{}")
    except ValueError as error:
        raise InputError(Problem(code="POL-021", what="the input is not JSON", where="input", why=str(error))) from None
    if not isinstance(document, dict):
        raise InputError(Problem(code="POL-021", what="the input is not a JSON object", where="input"))
    return document
