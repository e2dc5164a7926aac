"""Pages of signing in and out, and of access: users, groups, service accounts, API keys, roles."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bascule.core.errors import BasculeError, InputError
from bascule.core.problems import Problem
from bascule.manager.api_errors import status_of
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.identity import service as recognition
from bascule.manager.identity.api import COOKIE, CurrentActor, require_own_origin
from bascule.manager.identity.model import ROLES, Scope
from bascule.manager.paging import Paging
from bascule.manager.users import service
from bascule.manager.users.api import set_session
from bascule.manager.users.model import ApiKeyIn, Login, PasswordChange, RoleBinding, ServiceAccount, UserGroup, UserIn
from bascule.manager.web.forms import Form, PageForm, build, shown
from bascule.manager.web.rendering import PREFIX, PageRoute, ProjectView, View, levels, redirect, render, scope_at

_ALL = Paging(0, 100)
TABS = (("users", "Users"), ("groups", "Groups"), ("service-accounts", "Service accounts"), ("keys", "API keys"), ("roles", "Roles"))


def router(deps: Deps) -> APIRouter:
    """Routes of the area's pages."""
    pages = APIRouter(route_class=PageRoute, include_in_schema=False)
    _mount_session(pages, deps)
    _mount_lists(pages, deps)
    _mount_users(pages, deps)
    _mount_groups(pages, deps)
    _mount_keys(pages, deps)
    return pages


def _mount_session(pages: APIRouter, deps: Deps) -> None:
    @pages.get("/login")
    def login_page(request: Request, next: str = "/") -> Response:
        return render(request, "users/login.html", title="Log in", next=_local(next), problems=(), username="")

    @pages.post("/login")
    def login(request: Request, form: PageForm) -> Response:
        require_own_origin(request)
        target = _local(form.text("next", "/"))
        try:
            credentials = build(Login, {"username": form.text("username"), "password": form.raw("password")})
            address = request.client.host if request.client else ""
            _, token = service.login(deps.engine, deps.settings, credentials, address, deps.clock.now())
        except BasculeError as error:
            context = {"next": target, "problems": error.problems, "username": form.text("username")}
            return render(request, "users/login.html", title="Log in", status=status_of(error), **context)
        response = redirect(request, target)
        set_session(response, request, deps, token)
        return response

    @pages.post("/logout")
    def logout(request: Request, actor: CurrentActor) -> Response:
        if token := request.cookies.get(COOKIE):
            with writing(deps.engine) as connection:
                service.logout(connection, actor, token)
        response = redirect(request, "/login", "You are logged out", "info")
        response.delete_cookie(COOKIE, path="/")
        return response


def _mount_lists(pages: APIRouter, deps: Deps) -> None:
    @pages.get(f"{PREFIX}/access")
    def access(view: ProjectView) -> Response:
        return view.redirect(view.url("access", "users" if view.actor.may("core_user_view", Scope()) else "me"))

    @pages.get(f"{PREFIX}/access/users")
    def users(view: ProjectView, search: str = "", page: int = 0) -> Response:
        with reading(deps.engine) as connection:
            found = service.list_users(connection, view.actor, search or None, Paging(page, 50))
        return _list(view, "users", found=found, search=search)

    @pages.get(f"{PREFIX}/access/groups")
    def groups(view: ProjectView, search: str = "") -> Response:
        with reading(deps.engine) as connection:
            found = [
                (scope, group)
                for _, scope in levels(view.scope)
                if view.actor.may("core_usergroup_view", scope)
                for group in service.list_groups(connection, view.actor, scope, search or None, _ALL).items
            ]
        return _list(view, "groups", found=found, search=search)

    @pages.get(f"{PREFIX}/access/service-accounts")
    def service_accounts(view: ProjectView, search: str = "", page: int = 0) -> Response:
        with reading(deps.engine) as connection:
            found = service.list_service_accounts(connection, view.actor, search or None, Paging(page, 50))
        return _list(view, "service-accounts", found=found, search=search)

    @pages.get(f"{PREFIX}/access/roles")
    def roles(view: ProjectView) -> Response:
        return _list(view, "roles", found=ROLES, search="")


def _mount_users(pages: APIRouter, deps: Deps) -> None:
    @pages.get(f"{PREFIX}/access/users/-new")
    def new_user(view: ProjectView) -> Response:
        return _form(view, "user", "New user", {}, ())

    @pages.get(f"{PREFIX}/access/users/{{user}}")
    def user(view: ProjectView, user: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.get_user(connection, view.actor, user)
        values = found.model_dump() | {"roles": _binding_lines(found.roles)}
        return _form(view, "user", found.name, values, (), existing=found)

    @pages.post(f"{PREFIX}/access/users")
    def save_user(view: ProjectView, form: PageForm) -> Response:
        values = form.values()
        try:
            new = build(
                UserIn,
                {
                    "identifier": form.text("identifier"),
                    "name": form.text("name"),
                    "email": form.text("email"),
                    "password": form.raw("password"),
                    "disabled": form.flag("disabled"),
                    "roles": _bindings(form),
                },
            )
            hashed = recognition.hash_password(new.password) if new.password else None
            with writing(deps.engine) as connection:
                act = service.update_user if form.flag("existing") else service.create_user
                act(connection, view.actor, new, deps.clock.now(), hashed)
        except BasculeError as error:
            title = form.text("name", "New user")
            return _form(view, "user", title, values, error.problems, existing=form.flag("existing"), status=status_of(error))
        return view.redirect(view.url("access", "users"), f"{new.name} is saved")

    @pages.post(f"{PREFIX}/access/users/{{user}}/delete")
    def delete_user(view: ProjectView, user: str) -> Response:
        with writing(deps.engine) as connection:
            service.delete_user(connection, view.actor, user)
        return view.redirect(view.url("access", "users"), f"{user} is deleted")

    @pages.get(f"{PREFIX}/access/service-accounts/new")
    def new_account(view: ProjectView) -> Response:
        return _form(view, "service_account", "New service account", {}, ())

    @pages.post(f"{PREFIX}/access/service-accounts")
    def save_account(view: ProjectView, form: PageForm) -> Response:
        try:
            names = {key: form.text(key) for key in ("identifier", "name", "description")}
            account = build(ServiceAccount, names | {"roles": _bindings(form)})
            with writing(deps.engine) as connection:
                service.create_service_account(connection, view.actor, account, deps.clock.now())
        except BasculeError as error:
            return _form(view, "service_account", "New service account", form.values(), error.problems, status=status_of(error))
        return view.redirect(view.url("access", "service-accounts"), f"{account.name} is saved")

    @pages.post(f"{PREFIX}/access/service-accounts/{{account}}/delete")
    def delete_account(view: ProjectView, account: str) -> Response:
        with writing(deps.engine) as connection:
            service.delete_service_account(connection, view.actor, account)
        return view.redirect(view.url("access", "service-accounts"), f"{account} is deleted")


def _mount_groups(pages: APIRouter, deps: Deps) -> None:
    @pages.get(f"{PREFIX}/access/groups/new")
    def new_group(view: ProjectView) -> Response:
        return _form(view, "group", "New group", {"level": "project"}, ())

    @pages.get(f"{PREFIX}/access/groups/{{level}}/{{group}}")
    def group(view: ProjectView, level: str, group: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.get_group(connection, view.actor, scope_at(view, level), group)
        values = found.model_dump() | {"level": level, "users": "\n".join(found.users), "roles": _binding_lines(found.roles)}
        return _form(view, "group", found.name, values, (), existing=found)

    @pages.post(f"{PREFIX}/access/groups")
    def save_group(view: ProjectView, form: PageForm) -> Response:
        scope = scope_at(view, form.text("level"))
        try:
            names = {key: form.text(key) for key in ("identifier", "name", "description")}
            new = build(UserGroup, names | {"users": form.words("users"), "roles": _bindings(form)})
            with writing(deps.engine) as connection:
                act = service.update_group if form.flag("existing") else service.create_group
                act(connection, view.actor, scope, new, deps.clock.now())
        except BasculeError as error:
            title = form.text("name", "New group")
            return _form(view, "group", title, form.values(), error.problems, existing=form.flag("existing"), status=status_of(error))
        return view.redirect(view.url("access", "groups"), f"{new.name} is saved")

    @pages.post(f"{PREFIX}/access/groups/{{level}}/{{group}}/delete")
    def delete_group(view: ProjectView, level: str, group: str) -> Response:
        with writing(deps.engine) as connection:
            service.delete_group(connection, view.actor, scope_at(view, level), group)
        return view.redirect(view.url("access", "groups"), f"{group} is deleted")


def _mount_keys(pages: APIRouter, deps: Deps) -> None:
    def keys_page(view: View, tab: str, **more: Any) -> Response:
        everyone = tab == "keys"
        with reading(deps.engine) as connection:
            found = service.list_keys(connection, view.actor, _ALL, everyone=everyone)
            may_list = everyone and view.actor.may("core_serviceaccount_view", Scope())
            accounts = service.list_service_accounts(connection, view.actor, None, _ALL).items if may_list else ()
        context = {"created": None, "problems": (), "accounts": accounts, "search": ""} | more
        return _list(view, tab, found=found, **context)

    @pages.get(f"{PREFIX}/access/me")
    def mine(view: ProjectView) -> Response:
        return keys_page(view, "me")

    @pages.get(f"{PREFIX}/access/keys")
    def keys(view: ProjectView) -> Response:
        return keys_page(view, "keys")

    @pages.post(f"{PREFIX}/access/keys")
    def create_key(view: ProjectView, form: PageForm) -> Response:
        """The answer is the page itself, not a redirect: the token is shown in it, once."""
        tab = "me" if form.text("tab") == "me" else "keys"
        days = form.text("days")
        expires = int(deps.clock.now().timestamp()) + int(days) * 86400 if days.isdecimal() else None
        try:
            key = build(ApiKeyIn, {"name": form.text("name"), "service_account": form.text("service_account"), "expires": expires})
            with writing(deps.engine) as connection:
                created = service.create_key(connection, view.actor, key, deps.clock.now())
        except BasculeError as error:
            return keys_page(view, tab, problems=error.problems, status=status_of(error))
        return keys_page(view, tab, created=created)

    @pages.post(f"{PREFIX}/access/keys/{{key}}/delete")
    def delete_key(view: ProjectView, key: str, form: PageForm) -> Response:
        with writing(deps.engine) as connection:
            service.delete_key(connection, view.actor, key)
        return view.redirect(view.url("access", "me" if form.text("tab") == "me" else "keys"), "The key is revoked")

    @pages.post(f"{PREFIX}/access/me/password")
    def change_password(view: ProjectView, form: PageForm) -> Response:
        try:
            if form.raw("new_password") != form.raw("again"):
                raise InputError(Problem(code="AUT-020", what="the new password was written in two ways", fix="write it twice the same"))
            change = build(PasswordChange, {"current_password": form.raw("current_password"), "new_password": form.raw("new_password")})
            service.change_password(deps.engine, view.actor, view.actor.id, change, deps.clock.now())
        except BasculeError as error:
            return keys_page(view, "me", problems=error.problems, status=status_of(error))
        return view.redirect("/login", "The password is changed: log in with it")


def _list(view: View, tab: str, *, status: int = 200, **context: Any) -> Response:
    title = "My account" if tab == "me" else dict(TABS)[tab]
    template = f"users/{'keys' if tab == 'me' else tab.replace('-', '_')}.html"
    crumbs = [("Access", view.url("access"))]
    return view.render(template, title=title, active="access", crumbs=crumbs, tabs=TABS, tab=tab, status=status, **context)


def _form(
    view: View, template: str, title: str, values: dict[str, Any], problems: Any, *, existing: Any = None, status: int = 200
) -> Response:
    place = {"user": "users", "group": "groups", "service_account": "service-accounts"}[template]
    crumbs = [("Access", view.url("access")), (dict(TABS)[place], view.url("access", place))]
    context = {"values": shown(values), "problems": problems, "existing": existing, "roles": sorted(ROLES)}
    return view.render(f"users/{template}.html", title=title, active="access", crumbs=crumbs, status=status, **context)


def _bindings(form: Form) -> list[RoleBinding]:
    """`role`, `role org` or `role org/project`, one a line."""
    found = []
    for line in form.text("roles").splitlines():
        role, _, place = line.strip().partition(" ")
        org, _, project = place.strip().removeprefix("account").strip("/").partition("/")
        if role:
            found.append(RoleBinding(role=role, org=org or None, project=project or None))
    return found


def _binding_lines(bindings: list[RoleBinding]) -> str:
    return "\n".join(f"{binding.role} {binding.grant.scope}" for binding in bindings)


def _local(target: str) -> str:
    """Only a path of ours: a login must not lead elsewhere."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"
