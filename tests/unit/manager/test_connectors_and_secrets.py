"""Connectors and secrets: shapes, references, envelopes."""

import stat
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, select, update

from bascule.core.errors import ConflictError, InputError, NotFoundError
from bascule.core.secret import Secret
from bascule.manager.connectors import service as connectors
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.manager.paging import Paging
from bascule.manager.secrets import service as secrets
from bascule.manager.secrets.keyring import open_keyring
from bascule.manager.secrets.store import SECRETS

PROJECT = "/v1/orgs/default/projects/default"
SCOPE = Scope("default", "default")


def secret(identifier: str = "db_password", value: str | None = "hunter2!") -> dict[str, Any]:
    return {"secret": {"identifier": identifier, "name": identifier, "type": "SecretText", "spec": {"value": value}}}


def jdbc(**spec: Any) -> dict[str, Any]:
    auth = {"type": "UsernamePassword", "spec": {"username": "app", "passwordRef": "account.db_password"}}
    body = {"url": "jdbc:postgresql://db:5432/shop", "auth": auth, "delegateSelectors": ["near-db"]} | spec
    return {"connector": {"identifier": "shop_db", "name": "Shop", "type": "Jdbc", "spec": body}}


def text(connection: Connection, reference: str, scope: Scope) -> str:
    found = secrets.locate(connection, reference, scope)
    assert isinstance(found, Secret)
    return found.reveal()


def test_a_secret_goes_in_and_never_comes_out(client: TestClient, deps: Deps) -> None:
    answer = client.post("/v1/secrets", json=secret())
    assert answer.status_code == 201
    for shown in (answer.text, client.get("/v1/secrets").text, client.get("/v1/secrets/db_password").text):
        assert "hunter2" not in shown
    with reading(deps.engine) as connection:
        assert "hunter2" not in str(connection.execute(select(SECRETS)).mappings().one())
        assert text(connection, "account.db_password", SCOPE) == "hunter2!"
        with pytest.raises(NotFoundError):
            secrets.locate(connection, "db_password", SCOPE)
    events = client.get("/v1/audit/events", params={"resourceType": "SECRET"}).json()
    assert "hunter2" not in client.get(f"/v1/audit/events/{events[0]['id']}").text


def test_a_short_secret_is_refused_without_being_echoed(client: TestClient) -> None:
    answer = client.post("/v1/secrets", json=secret(value="abc"))
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["where"] == "body.secret.spec.value"
    assert "abc" not in answer.text


def test_a_change_without_a_value_keeps_the_text(client: TestClient, deps: Deps) -> None:
    client.post("/v1/secrets", json=secret())
    assert client.put("/v1/secrets/db_password", json=secret(value=None)).json()["version"] == 1
    assert client.put("/v1/secrets/db_password", json=secret(value="other-text")).json()["version"] == 2
    with reading(deps.engine) as connection:
        assert text(connection, "db_password", Scope()) == "other-text"


def test_an_envelope_moved_to_another_row_does_not_open(client: TestClient, deps: Deps) -> None:
    client.post("/v1/secrets", json=secret("mine", "my-own-secret"))
    client.post("/v1/secrets", json=secret("theirs", "their-secret"))
    with writing(deps.engine) as connection:
        row = connection.execute(select(SECRETS).where(SECRETS.c.identifier == "theirs")).mappings().one()
        moved = {name: row[name] for name in ("wrapped_key", "ciphertext")}
        connection.execute(update(SECRETS).where(SECRETS.c.identifier == "mine").values(**moved))
    with reading(deps.engine) as connection, pytest.raises(ConflictError) as caught:
        secrets.locate(connection, "mine", Scope())
    assert caught.value.problems[0].code == "SEC-005"


def test_rotation_rewraps_and_the_old_key_leaves_at_the_next_one(client: TestClient, deps: Deps) -> None:
    client.post("/v1/secrets", json=secret())
    file = deps.settings.data_directory / "master.key"
    first = open_keyring(file).current
    rotated = client.post("/v1/master-key/rotate").json()
    assert rotated == {"keyId": open_keyring(file).current, "rewrapped": 1}
    assert first in file.read_text()
    client.post("/v1/master-key/rotate")
    assert first not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with reading(deps.engine) as connection:
        assert text(connection, "db_password", Scope()) == "hunter2!"


def test_a_master_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    open_keyring(tmp_path / "master.key")
    (tmp_path / "master.key").chmod(0o644)
    with pytest.raises(InputError) as caught:
        open_keyring(tmp_path / "master.key")
    assert caught.value.problems[0].code == "SEC-004"


def test_a_secret_in_use_is_not_deleted(client: TestClient) -> None:
    client.post("/v1/secrets", json=secret())
    client.post(f"{PROJECT}/connectors", json=jdbc())
    answer = client.delete("/v1/secrets/db_password")
    assert answer.status_code == 409
    assert "connector 'shop_db'" in answer.json()["message"]
    assert client.delete(f"{PROJECT}/connectors/shop_db").status_code == 204
    assert client.delete("/v1/secrets/db_password").status_code == 204


def test_a_connector_comes_back_as_it_was_written(client: TestClient) -> None:
    made = client.post(f"{PROJECT}/connectors", json=jdbc())
    assert made.status_code == 201
    shown = client.get(f"{PROJECT}/connectors/shop_db").json()["connector"]
    assert shown == jdbc()["connector"] | {"orgIdentifier": "default", "projectIdentifier": "default"}
    assert client.get(f"{PROJECT}/connectors", params={"type": "Git"}).json() == []
    assert client.put(f"{PROJECT}/connectors/shop_db", json={"connector": shown}).status_code == 200


@pytest.mark.parametrize(
    "url",
    ["jdbc:postgresql://u:pw@db/x", "jdbc:postgresql://db/x?password=pw", "jdbc:sqlserver://db;password=pw", "postgresql://u:pw@db/x"],
)
def test_a_password_in_a_url_is_refused(client: TestClient, url: str) -> None:
    answer = client.post("/v1/connectors", json=jdbc(url=url))
    assert answer.status_code == 400
    assert "make it a secret" in answer.json()["message"]


def test_references_lead_to_their_scope(client: TestClient, deps: Deps) -> None:
    for prefix, identifier in (("/v1", "at_account"), ("/v1/orgs/default", "at_org"), (PROJECT, "at_project")):
        body = jdbc()
        body["connector"]["identifier"] = identifier
        assert client.post(f"{prefix}/connectors", json=body).status_code == 201
    with reading(deps.engine) as connection:
        for reference in ("account.at_account", "org.at_org", "at_project"):
            assert connectors.get(connection, reference, SCOPE).identifier == reference.split(".")[-1]
        found = connectors.get(connection, "at_project", SCOPE).jdbc
        for reference in ("at_account", "org.at_account", "account.at_project"):
            with pytest.raises(NotFoundError):
                connectors.get(connection, reference, SCOPE)
    assert (found.username, found.password_ref, found.selectors) == ("app", "account.db_password", ("near-db",))


def test_a_git_connector_takes_credentials_in_both_shapes(client: TestClient, deps: Deps) -> None:
    login = {"username": "git", "passwordRef": "account.git_token"}
    as_harness = {"url": "https://git.example/acme", "type": "Http", "connectionType": "Account", "spec": login}
    as_ours = {"url": "https://git.example/acme/shop.git", "connectionType": "Repo", "auth": {"type": "UsernameToken", "spec": login}}
    for identifier, spec in (("harness", as_harness), ("ours", as_ours)):
        body = {"connector": {"identifier": identifier, "name": identifier, "type": "Git", "spec": spec}}
        assert client.post("/v1/connectors", json=body).status_code == 201
    with reading(deps.engine) as connection:
        harness = connectors.get(connection, "harness", Scope()).git
        ours = connectors.get(connection, "ours", Scope()).git
    assert harness.repository("shop.git") == "https://git.example/acme/shop.git"
    assert ours.repository(None) == "https://git.example/acme/shop.git"
    assert harness.password_ref == ours.password_ref == "account.git_token"


def test_the_system_actor_may_read_but_a_stranger_may_not(deps: Deps, client: TestClient) -> None:
    client.post("/v1/users", json={"identifier": "joe", "name": "Joe", "email": "j@x", "password": "long enough"})
    client.post("/v1/login", json={"username": "joe", "password": "long enough"})
    assert client.get("/v1/connectors", headers={"x-api-key": ""}).status_code == 403
    with reading(deps.engine) as connection:
        assert secrets.list_all(connection, SYSTEM, Scope(), None, Paging()).total == 0


def test_harness_clients_find_connectors_at_their_address(client: TestClient) -> None:
    place = {"orgIdentifier": "default", "projectIdentifier": "default"}
    body = jdbc()
    body["connector"] |= place
    made = client.post("/ng/api/connectors", params={"accountIdentifier": "acc"}, json=body).json()
    assert (made["status"], made["data"]["connector"]["spec"]["url"]) == ("SUCCESS", "jdbc:postgresql://db:5432/shop")
    assert client.get(f"{PROJECT}/connectors/shop_db").status_code == 200
    body["connector"]["name"] = "Renamed"
    assert client.put("/ng/api/connectors", json=body).json()["data"]["connector"]["name"] == "Renamed"
    assert client.get("/ng/api/connectors/shop_db", params=place).json()["data"]["createdAt"] % 1000 == 0
    assert client.get("/ng/api/connectors/shop_db").status_code == 404
    assert client.delete("/ng/api/connectors/shop_db", params=place).json() == {"status": "SUCCESS", "data": True}


def test_a_connector_of_harness_terraform_provider_is_taken_as_it_is_sent(client: TestClient) -> None:
    login = {"type": "UsernamePassword", "spec": {"username": "admin", "usernameRef": "", "passwordRef": "account.password"}}
    spec = {"url": "jdbc:postgresql://db/x", "auth": login, "executeOnDelegate": True, "ignoreTestConnection": False}
    body = {"connector": {"identifier": "db", "name": "Db", "description": "", "type": "JDBC", "spec": spec}}
    shown = client.post("/ng/api/connectors", json=body).json()["data"]["connector"]
    assert (shown["description"], shown["type"]) == ("", "Jdbc")
    assert shown["spec"]["auth"]["spec"]["passwordRef"] == "account.password"
    assert client.get("/ng/api/connectors/db").json()["data"]["connector"] == shown


def test_harness_clients_find_secrets_at_their_address(client: TestClient) -> None:
    place = {"accountIdentifier": "acc", "orgIdentifier": "default", "projectIdentifier": "default"}
    text = {"type": "SecretTextSpec", "secretManagerIdentifier": "harnessSecretManager", "valueType": "Inline", "value": "hunter22"}
    secret = {"type": "SecretText", "identifier": "token", "name": "Token", "spec": text | {"errorMessageForInvalidYaml": ""}}
    made = client.post("/ng/api/v2/secrets", params=place, json={"secret": secret})
    assert made.json()["status"] == "SUCCESS"
    assert made.json()["data"]["secret"]["spec"] == {key: text[key] for key in text if key != "value"}
    secret["name"] = "Renamed"
    changed = client.put("/ng/api/v2/secrets/token", params=place, json={"secret": secret})
    assert changed.json()["data"]["secret"]["name"] == "Renamed"
    assert client.get(f"{PROJECT}/secrets/token").json()["version"] == 2
    shown = client.get("/ng/api/v2/secrets/token", params=place)
    assert shown.json()["data"]["createdAt"] % 1000 == 0
    assert not any("hunter22" in answer.text for answer in (made, changed, shown))
    assert client.get("/ng/api/v2/secrets/token").status_code == 404
    assert client.delete("/ng/api/v2/secrets/token", params=place).json() == {"status": "SUCCESS", "data": True}


def test_harness_clients_find_organizations_and_projects_at_their_address(client: TestClient) -> None:
    org = {"identifier": "acme", "name": "Acme", "description": "", "tags": {"team": "web"}}
    assert client.post("/ng/api/organizations", json={"organization": org}).json()["data"]["organization"] == org
    assert client.put("/ng/api/organizations/acme", json={"organization": org | {"name": "New"}}).json()["status"] == "SUCCESS"
    assert client.get("/ng/api/organizations/acme").json()["data"]["organization"]["name"] == "New"
    place = {"accountIdentifier": "acc", "orgIdentifier": "acme"}
    project = {"orgIdentifier": "acme", "identifier": "shop", "name": "Shop", "color": "#0063F7", "modules": ["CD"]}
    made = client.post("/ng/api/projects", params=place, json={"project": project}).json()["data"]["project"]
    assert made == {"orgIdentifier": "acme", "identifier": "shop", "name": "Shop"}
    assert client.put("/ng/api/projects/shop", params=place, json={"project": project | {"name": "New"}}).status_code == 200
    assert client.get("/ng/api/projects/shop", params=place).json()["data"]["project"]["name"] == "New"
    assert client.get("/ng/api/projects/shop").status_code == 404
    assert client.delete("/ng/api/organizations/acme").status_code == 409
    assert client.delete("/ng/api/projects/shop", params=place).json()["data"] is True
    assert client.delete("/ng/api/organizations/acme").json()["data"] is True
