"""What is of one project is not there for the admin of another, whichever way she names it; what is above is not hers to change."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from bascule.manager.database import writing
from bascule.manager.delegates import service
from bascule.manager.delegates.model import JobOwner
from bascule.wire import sealing
from bascule.wire.jobs import Command, Job

THEIRS, OURS = "/v1/orgs/default/projects/default", "/v1/orgs/default/projects/sales"
NG = "accountIdentifier=default&orgIdentifier=default&projectIdentifier"
VAULT = {"identifier": "vault", "name": "Vault", "type": "DelegateFiles", "spec": {}}
KEPT = {"secretManagerIdentifier": "vault", "valueType": "Reference", "value": "password"}

WAYS = [
    ("GET", "delegates/{delegate}"),
    ("DELETE", "delegates/{delegate}"),
    ("POST", "delegates/{delegate}/drain"),
    ("DELETE", "delegates/{delegate}/drain"),
    ("GET", "delegates/{delegate}/log"),
    ("GET", "delegates/{delegate}/reaches"),
    ("GET", "delegates/{delegate}/jobs"),
    ("POST", "delegate-tokens/{token}/rotate"),
    ("DELETE", "delegate-tokens/{token}"),
    ("GET", "delegate-jobs/{job}"),
    ("GET", "connectors/vault"),
    ("DELETE", "connectors/vault"),
    ("POST", "connectors/vault/test"),
    ("GET", "secrets/kept"),
    ("DELETE", "secrets/kept"),
]
LISTS = ["delegates", "delegates?pods=true", "delegate-tokens", "connectors", "secrets"]


class Sales:
    """The admin of one project, and what is there of another: ids by name."""

    def __init__(self, client: TestClient, key: str, ids: dict[str, str]) -> None:
        self.client = client
        self.key = key
        self.ids = ids

    def ask(self, method: str, url: str, **more: Any) -> Any:
        body: dict[str, Any] = {"json": {}} if url.endswith("/rotate") else {}
        return self.client.request(method, url, headers={"x-api-key": self.key}, **(body | more))


@pytest.fixture(scope="module")
def sales(client: TestClient) -> Sales:
    def post(url: str, body: Any, status: int = 201) -> Any:
        answer = client.post(url, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    post("/v1/orgs/default/projects", {"project": {"identifier": "sales", "name": "Sales"}})
    roles = [{"role": "admin", "org": "default", "project": "sales"}]
    post("/v1/service-accounts", {"identifier": "of_sales", "name": "Of sales", "roles": roles})
    key = post("/v1/api-keys", {"name": "key", "serviceAccount": "of_sales"})["token"]
    ids = {"job": "job_of_others"}
    for place, name in ((THEIRS, "theirs"), ("/v1", "above")):
        token = post(f"{place}/delegate-tokens", {"name": name})
        public_key = sealing.public_text(sealing.new_key())
        body = {"token": token["value"], "name": name, "version": "1", "public_key": public_key}
        post("/v1/delegate/register", body, 200)
        ids[f"token_{name}"] = token["identifier"]
        ids[f"delegate_{name}"] = next(each["identifier"] for each in client.get(f"{place}/delegates").json() if each["name"] == name)
        post(f"{place}/connectors", {"connector": VAULT})
        post(f"{place}/secrets", {"secret": {"identifier": "kept", "name": "Kept", "type": "SecretText", "spec": KEPT}})
    with writing(client.app.state.deps.engine) as connection:  # type: ignore[attr-defined]  # an ASGI app to the client
        service.enqueue(connection, Job(id=ids["job"], what=Command(argv=["status"]), scope="account/default/default"), JobOwner())
    return Sales(client, key, ids)


def _url(ids: dict[str, str], way: str, whose: str) -> str:
    return way.format(delegate=ids[f"delegate_{whose}"], token=ids[f"token_{whose}"], job=ids["job"])


@pytest.mark.parametrize(("method", "way"), WAYS)
def test_what_is_of_another_project_is_not_there(sales: Sales, method: str, way: str) -> None:
    url = _url(sales.ids, way, "theirs")
    assert sales.ask(method, f"{OURS}/{url}").status_code == 404
    assert sales.ask(method, f"{THEIRS}/{url}").status_code == 403


@pytest.mark.parametrize(("method", "way"), [way for way in WAYS if way[0] != "GET"])
def test_what_is_above_is_not_a_projects_to_change_or_try(sales: Sales, method: str, way: str) -> None:
    url = _url(sales.ids, way, "above")
    assert sales.ask(method, f"{OURS}/{url}").status_code == 404
    assert sales.ask(method, f"/v1/{url}").status_code == 403


@pytest.mark.parametrize("name", ["account.vault", "org.vault", "default.vault"])
def test_a_connector_is_tried_in_its_own_scope_only(sales: Sales, name: str) -> None:
    assert sales.ask("POST", f"{OURS}/connectors/{name}/test").status_code == 404
    assert sales.ask("POST", f"/ng/api/connectors/testConnection/{name}?{NG}=sales").status_code == 404


def test_lists_of_a_project_hold_nothing_of_another(sales: Sales) -> None:
    for name in LISTS:
        found = {str(each.get("name")) for each in sales.ask("GET", f"{OURS}/{name}").json()}
        assert found <= {"above"}, name  # the account's delegates serve it
    assert {each["name"] for each in sales.ask("GET", f"{OURS}/delegates").json()} == {"above"}


def test_the_log_and_the_reaches_of_a_delegate_above_are_not_a_projects(sales: Sales) -> None:
    delegate = sales.ids["delegate_above"]
    assert sales.ask("GET", f"{OURS}/delegates/{delegate}").status_code == 200
    assert sales.ask("GET", f"{OURS}/delegates/{delegate}/jobs").json() == []
    for what in ("log", "reaches"):
        assert sales.ask("GET", f"{OURS}/delegates/{delegate}/{what}").status_code == 403
