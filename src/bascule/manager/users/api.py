"""Users, groups, service accounts, keys, roles and signing in over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from bascule.manager.api_errors import ERRORS
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.entity import same_identifier
from bascule.manager.identity import service as recognition
from bascule.manager.identity.api import COOKIE, CurrentActor
from bascule.manager.identity.model import ROLES, Actor, Scope
from bascule.manager.paging import PagingQuery
from bascule.manager.scopes import LEVELS, Level
from bascule.manager.users import service
from bascule.manager.users.model import (
    ApiKeyCreated,
    ApiKeyIn,
    ApiKeyOut,
    Login,
    Me,
    PasswordChange,
    RoleBinding,
    RoleOut,
    ServiceAccount,
    ServiceAccountOut,
    UserGroup,
    UserGroupOut,
    UserIn,
    UserOut,
)

Term = Annotated[str | None, Query(description="occurs in identifier or name")]


def router(deps: Deps) -> APIRouter:
    """Routes of the area."""
    api = APIRouter(tags=["Users"], responses=ERRORS)
    _mount_session(api, deps)
    _mount_users(api, deps)
    _mount_service_accounts(api, deps)
    _mount_keys(api, deps)
    for level in LEVELS:
        _mount_groups(api, deps, level)
    return api


def set_session(response: Response, request: Request, deps: Deps, token: str) -> None:
    """Give the browser its session: not readable by scripts, not sent from other sites."""
    secure = request.url.scheme == "https" or deps.settings.public_url.startswith("https:")
    age = deps.settings.session_hours * 3600
    response.set_cookie(COOKIE, token, max_age=age, httponly=True, samesite="strict", secure=secure, path="/")


def _mount_session(api: APIRouter, deps: Deps) -> None:
    @api.post("/v1/login", operation_id="login")
    def login(request: Request, response: Response, body: Login) -> Me:
        address = request.client.host if request.client else ""
        actor, token = service.login(deps.engine, deps.settings, body, address, deps.clock.now())
        set_session(response, request, deps, token)
        return _me(actor)

    @api.post("/v1/logout", status_code=204, operation_id="logout")
    def logout(request: Request, response: Response, actor: CurrentActor) -> None:
        if token := request.cookies.get(COOKIE):
            with writing(deps.engine) as connection:
                service.logout(connection, actor, token)
            response.delete_cookie(COOKIE, path="/")

    @api.get("/v1/me", operation_id="get-me")
    def me(actor: CurrentActor) -> Me:
        return _me(actor)

    @api.get("/v1/roles", operation_id="list-roles")
    def roles(_actor: CurrentActor) -> list[RoleOut]:
        return [RoleOut(identifier=name, permissions=sorted(permissions)) for name, permissions in ROLES.items()]


def _mount_users(api: APIRouter, deps: Deps) -> None:
    @api.get("/v1/users", operation_id="list-users", response_model_exclude_none=True)
    def list_users(response: Response, actor: CurrentActor, paging: PagingQuery, search_term: Term = None) -> list[UserOut]:
        with reading(deps.engine) as connection:
            return service.list_users(connection, actor, search_term, paging).announce(response)

    @api.post("/v1/users", status_code=201, operation_id="create-user", response_model_exclude_none=True)
    def create_user(actor: CurrentActor, body: UserIn) -> UserOut:
        hashed = recognition.hash_password(body.password) if body.password else None
        with writing(deps.engine) as connection:
            return service.create_user(connection, actor, body, deps.clock.now(), hashed)

    @api.get("/v1/users/{user}", operation_id="get-user", response_model_exclude_none=True)
    def get_user(actor: CurrentActor, user: str) -> UserOut:
        with reading(deps.engine) as connection:
            return service.get_user(connection, actor, user)

    @api.put("/v1/users/{user}", operation_id="update-user", response_model_exclude_none=True)
    def update_user(actor: CurrentActor, user: str, body: UserIn) -> UserOut:
        same_identifier(body.identifier, user)
        hashed = recognition.hash_password(body.password) if body.password else None
        with writing(deps.engine) as connection:
            return service.update_user(connection, actor, body, deps.clock.now(), hashed)

    @api.delete("/v1/users/{user}", status_code=204, operation_id="delete-user")
    def delete_user(actor: CurrentActor, user: str) -> None:
        with writing(deps.engine) as connection:
            service.delete_user(connection, actor, user)

    @api.put("/v1/users/{user}/password", status_code=204, operation_id="change-password")
    def change_password(actor: CurrentActor, user: str, body: PasswordChange) -> None:
        service.change_password(deps.engine, actor, user, body, deps.clock.now())


def _mount_service_accounts(api: APIRouter, deps: Deps) -> None:
    @api.get("/v1/service-accounts", operation_id="list-service-accounts", response_model_exclude_none=True)
    def list_accounts(response: Response, actor: CurrentActor, paging: PagingQuery, search_term: Term = None) -> list[ServiceAccountOut]:
        with reading(deps.engine) as connection:
            return service.list_service_accounts(connection, actor, search_term, paging).announce(response)

    @api.post("/v1/service-accounts", status_code=201, operation_id="create-service-account", response_model_exclude_none=True)
    def create_account(actor: CurrentActor, body: ServiceAccount) -> ServiceAccountOut:
        with writing(deps.engine) as connection:
            return service.create_service_account(connection, actor, body, deps.clock.now())

    @api.get("/v1/service-accounts/{account}", operation_id="get-service-account", response_model_exclude_none=True)
    def get_account(actor: CurrentActor, account: str) -> ServiceAccountOut:
        with reading(deps.engine) as connection:
            return service.get_service_account(connection, actor, account)

    @api.put("/v1/service-accounts/{account}", operation_id="update-service-account", response_model_exclude_none=True)
    def update_account(actor: CurrentActor, account: str, body: ServiceAccount) -> ServiceAccountOut:
        same_identifier(body.identifier, account)
        with writing(deps.engine) as connection:
            return service.update_service_account(connection, actor, body, deps.clock.now())

    @api.delete("/v1/service-accounts/{account}", status_code=204, operation_id="delete-service-account")
    def delete_account(actor: CurrentActor, account: str) -> None:
        with writing(deps.engine) as connection:
            service.delete_service_account(connection, actor, account)


def _mount_keys(api: APIRouter, deps: Deps) -> None:
    @api.get("/v1/api-keys", operation_id="list-api-keys", response_model_exclude_none=True)
    def list_keys(response: Response, actor: CurrentActor, paging: PagingQuery, everyone: bool = False) -> list[ApiKeyOut]:
        with reading(deps.engine) as connection:
            return service.list_keys(connection, actor, paging, everyone=everyone).announce(response)

    @api.post("/v1/api-keys", status_code=201, operation_id="create-api-key", response_model_exclude_none=True)
    def create_key(actor: CurrentActor, body: ApiKeyIn) -> ApiKeyCreated:
        with writing(deps.engine) as connection:
            return service.create_key(connection, actor, body, deps.clock.now())

    @api.delete("/v1/api-keys/{key}", status_code=204, operation_id="delete-api-key")
    def delete_key(actor: CurrentActor, key: str) -> None:
        with writing(deps.engine) as connection:
            service.delete_key(connection, actor, key)


def _mount_groups(api: APIRouter, deps: Deps, level: Level) -> None:
    path, suffix = f"{level.prefix}/user-groups", level.suffix
    At = Annotated[Scope, Depends(level.of)]  # noqa: N806 - a type

    @api.get(path, operation_id=f"list-user-groups{suffix}", response_model_exclude_none=True)
    def list_groups(
        response: Response, actor: CurrentActor, scope: At, paging: PagingQuery, search_term: Term = None
    ) -> list[UserGroupOut]:
        with reading(deps.engine) as connection:
            return service.list_groups(connection, actor, scope, search_term, paging).announce(response)

    @api.post(path, status_code=201, operation_id=f"create-user-group{suffix}", response_model_exclude_none=True)
    def create_group(actor: CurrentActor, scope: At, body: UserGroup) -> UserGroupOut:
        with writing(deps.engine) as connection:
            return service.create_group(connection, actor, scope, body, deps.clock.now())

    @api.get(path + "/{group}", operation_id=f"get-user-group{suffix}", response_model_exclude_none=True)
    def get_group(actor: CurrentActor, scope: At, group: str) -> UserGroupOut:
        with reading(deps.engine) as connection:
            return service.get_group(connection, actor, scope, group)

    @api.put(path + "/{group}", operation_id=f"update-user-group{suffix}", response_model_exclude_none=True)
    def update_group(actor: CurrentActor, scope: At, group: str, body: UserGroup) -> UserGroupOut:
        same_identifier(body.identifier, group)
        with writing(deps.engine) as connection:
            return service.update_group(connection, actor, scope, body, deps.clock.now())

    @api.delete(path + "/{group}", status_code=204, operation_id=f"delete-user-group{suffix}")
    def delete_group(actor: CurrentActor, scope: At, group: str) -> None:
        with writing(deps.engine) as connection:
            service.delete_group(connection, actor, scope, group)


def _me(actor: Actor) -> Me:
    roles = [RoleBinding(role=grant.role, org=grant.scope.org, project=grant.scope.project) for grant in actor.grants]
    return Me(id=actor.id, name=actor.name, email=actor.email, kind=actor.kind, groups=list(actor.groups), roles=roles)
