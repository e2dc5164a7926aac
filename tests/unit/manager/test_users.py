"""Users, groups, keys, roles and signing in."""

from fastapi.testclient import TestClient
from sqlalchemy import select

from bascule.manager.database import reading
from bascule.manager.identity import store as identity_store
from bascule.manager.identity.model import Scope
from bascule.manager.identity.references import in_group

from .conftest import Admin

JOE = {"identifier": "joe", "name": "Joe", "email": "joe@example.org", "password": "correct horse"}


def _as(client: TestClient, token: str) -> dict[str, str]:
    return {"x-api-key": token}


def test_the_first_start_makes_an_admin_who_may_do_all(client: TestClient) -> None:
    me = client.get("/v1/me").json()
    assert me["id"] == "admin"
    assert me["roles"] == [{"role": "admin", "org": None, "project": None}]
    assert [org["org"]["identifier"] for org in client.get("/v1/orgs").json()] == ["default"]
    assert client.get("/v1/orgs/default/projects/default").json()["project"]["orgIdentifier"] == "default"


def test_who_sends_nothing_is_told_to_log_in(client: TestClient) -> None:
    answer = client.get("/v1/me", headers={"x-api-key": ""})
    assert answer.status_code == 401
    assert answer.json()["problems"][0]["code"] == "AUT-002"


def test_an_unknown_key_is_refused(client: TestClient) -> None:
    assert client.get("/v1/me", headers=_as(client, "bsk_wrong")).json()["problems"][0]["code"] == "AUT-003"


def test_a_key_works_as_bearer_too(client: TestClient, admin: Admin) -> None:
    assert client.get("/v1/me", headers={"x-api-key": "", "authorization": f"Bearer {admin.token}"}).status_code == 200


def test_tokens_and_passwords_are_stored_as_hashes_only(client: TestClient, admin: Admin) -> None:
    with reading(client.app.state.deps.engine) as connection:  # type: ignore[attr-defined]
        key = connection.execute(select(identity_store.API_KEYS)).mappings().one()
        user = connection.execute(select(identity_store.USERS)).mappings().one()
    assert admin.token not in map(str, key.values())
    assert admin.token.startswith(key["prefix"])
    assert len(key["prefix"]) == 10
    assert user["password_hash"].startswith("$argon2id$")


def test_a_login_gives_a_session_that_unsafe_methods_use_only_from_our_pages(client: TestClient, admin: Admin) -> None:
    client.headers.pop("x-api-key")
    answer = client.post("/v1/login", json={"username": "admin", "password": admin.password})
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/v1/me").json()["id"] == "admin"
    body = {"org": {"identifier": "shop", "name": "Shop"}}
    assert client.post("/v1/orgs", json=body).status_code == 403
    assert client.post("/v1/orgs", json=body, headers={"origin": "https://evil.example"}).json()["problems"][0]["code"] == "AUT-005"
    assert client.post("/v1/orgs", json=body, headers={"origin": "http://testserver"}).status_code == 201
    assert client.post("/v1/logout", headers={"origin": "http://testserver"}).status_code == 204
    client.cookies.clear()
    assert client.get("/v1/me", headers={"cookie": cookie.split(";")[0]}).status_code == 401


def test_guessing_is_refused_after_ten_failures_even_with_the_right_password(client: TestClient, admin: Admin) -> None:
    for _ in range(10):
        assert client.post("/v1/login", json={"username": "admin", "password": "wrong"}).status_code == 401
    answer = client.post("/v1/login", json={"username": "admin", "password": admin.password})
    assert answer.status_code == 403
    assert answer.json()["problems"][0]["code"] == "AUT-004"


def test_failed_logins_are_audited(client: TestClient) -> None:
    client.post("/v1/login", json={"username": "nobody", "password": "wrong"})
    events = client.get("/v1/audit/events", params={"action": "LOGIN_FAILED"}).json()
    assert [event["resourceIdentifier"] for event in events] == ["nobody"]


def test_an_operator_of_one_project_may_not_touch_another(client: TestClient) -> None:
    client.post("/v1/orgs/default/projects", json={"project": {"identifier": "web", "name": "Web"}})
    client.post("/v1/users", json=JOE | {"roles": [{"role": "admin", "org": "default", "project": "web"}]})
    client.post("/v1/login", json={"username": "joe@example.org", "password": "correct horse"})
    group = {"identifier": "dbas", "name": "DBAs", "users": ["joe"]}
    joe = {"x-api-key": "", "origin": "http://testserver"}
    assert client.post("/v1/orgs/default/projects/web/user-groups", json=group, headers=joe).status_code == 201
    denied = client.post("/v1/orgs/default/projects/default/user-groups", json=group, headers=joe)
    assert denied.status_code == 403
    assert denied.json()["problems"][0]["code"] == "AUT-001"


def test_nobody_grants_more_than_they_have(client: TestClient) -> None:
    client.post("/v1/users", json=JOE | {"roles": [{"role": "admin", "org": "default"}]})
    client.post("/v1/login", json={"username": "joe", "password": "correct horse"})
    group = {"identifier": "dbas", "name": "DBAs", "users": ["joe"], "roles": [{"role": "admin"}]}
    answer = client.post("/v1/orgs/default/user-groups", json=group, headers={"x-api-key": "", "origin": "http://testserver"})
    assert answer.json()["problems"][0]["code"] == "AUT-012"


def test_a_group_gives_its_members_roles_and_is_found_by_reference(client: TestClient) -> None:
    client.post("/v1/users", json=JOE)
    group = {"identifier": "dbas", "name": "DBAs", "users": ["joe"], "roles": [{"role": "approver", "org": "default"}]}
    assert client.post("/v1/orgs/default/user-groups", json=group).status_code == 201
    with reading(client.app.state.deps.engine) as connection:  # type: ignore[attr-defined]
        row = identity_store.find_user(connection, "JOE@example.org")
        assert row
        joe = identity_store.user_actor(connection, row)
    assert joe.may("dbops_instance_approve", Scope("default", "web"))
    assert not joe.may("dbops_instance_approve", Scope("other"))
    assert in_group(joe, "org.dbas", Scope("default", "web"))
    assert not in_group(joe, "account.dbas", Scope("default", "web"))
    assert not in_group(joe, "dbas", Scope("default", "web"))


def test_the_last_admin_cannot_be_removed_disabled_or_stripped(client: TestClient) -> None:
    admin = {"identifier": "admin", "name": "A", "email": "admin@localhost"}
    assert client.delete("/v1/users/admin").status_code == 409
    assert client.put("/v1/users/admin", json=admin).status_code == 409
    assert client.put("/v1/users/admin", json=admin | {"disabled": True, "roles": [{"role": "admin"}]}).status_code == 409
    assert client.get("/v1/me").json()["roles"]


def test_a_revoked_key_is_dead_and_a_disabled_user_is_out(client: TestClient) -> None:
    client.post("/v1/service-accounts", json={"identifier": "ci", "name": "CI", "roles": [{"role": "operator"}]})
    made = client.post("/v1/api-keys", json={"name": "build", "serviceAccount": "ci"}).json()
    assert client.get("/v1/me", headers=_as(client, made["token"])).json()["id"] == "service:ci"
    listed = client.get("/v1/api-keys", params={"everyone": True}).json()
    assert all("token" not in key for key in listed)
    assert client.delete(f"/v1/api-keys/{made['id']}").status_code == 204
    assert client.get("/v1/me", headers=_as(client, made["token"])).status_code == 401


def test_a_new_password_needs_the_old_one_and_ends_sessions(client: TestClient) -> None:
    client.post("/v1/users", json=JOE)
    client.post("/v1/login", json={"username": "joe", "password": "correct horse"})
    joe = {"x-api-key": "", "origin": "http://testserver"}
    wrong = client.put("/v1/users/joe/password", json={"currentPassword": "x", "newPassword": "battery staple"}, headers=joe)
    assert wrong.json()["problems"][0]["code"] == "AUT-007"
    right = {"currentPassword": "correct horse", "newPassword": "battery staple"}
    assert client.put("/v1/users/joe/password", json=right, headers=joe).status_code == 204
    assert client.get("/v1/me", headers={"x-api-key": ""}).status_code == 401
    assert client.post("/v1/login", json={"username": "joe", "password": "battery staple"}).status_code == 200


def test_invalid_bodies_say_where(client: TestClient) -> None:
    answer = client.post("/v1/users", json={"identifier": "1x", "name": "", "email": "nope", "nickname": "x"})
    assert answer.status_code == 400
    wheres = {problem["where"] for problem in answer.json()["problems"]}
    assert wheres == {"body.identifier", "body.name", "body.email", "body.nickname"}


def test_an_organization_that_holds_something_is_not_deleted(client: TestClient) -> None:
    assert client.delete("/v1/orgs/default").json()["problems"][0]["code"] == "ENT-410"
    assert client.delete("/v1/orgs/default/projects/default").status_code == 204
    assert client.delete("/v1/orgs/default").status_code == 204
    assert client.get("/v1/orgs").headers["x-total-elements"] == "0"
