"""Tokens and delegates as an admin and others see them over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from bascule.core.errors import DeniedError
from bascule.manager.database import reading, writing
from bascule.manager.delegates import fleet, pods, service
from bascule.manager.delegates.model import JobOwner
from bascule.manager.identity.model import SYSTEM, Actor, Grant, Scope
from bascule.manager.paging import Paging
from bascule.wire import sealing
from bascule.wire.jobs import Command, Job
from bascule.wire.pods import Pod

PROJECT = "/v1/orgs/default/projects/default"


def _register(client: TestClient, token: str, name: str = "d", **more: object) -> None:
    body = more | {"token": token, "name": name, "version": "1", "public_key": sealing.public_text(sealing.new_key()), "hostname": "h"}
    assert client.post("/v1/delegate/register", json=body).status_code == 200


def test_a_token_is_shown_once_and_kept_as_a_hash(client: TestClient, store: Engine) -> None:
    made = client.post("/v1/delegate-tokens", json={"name": "prod", "tags": ["prod", "eu"]})
    assert made.status_code == 201
    value = made.json()["value"]
    assert value.startswith("bdt_")
    listed = client.get("/v1/delegate-tokens").json()
    assert [(token["name"], token["tags"], token["status"], "value" in token) for token in listed] == [
        ("prod", ["prod", "eu"], "ACTIVE", False)
    ]
    with store.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM delegate_tokens").all()
    assert value not in str(rows)


def test_delegates_are_listed_with_how_they_are(client: TestClient) -> None:
    token = client.post("/v1/delegate-tokens", json={"name": "t", "tags": ["prod"]}).json()
    _register(client, token["value"], "near")
    listed = client.get("/v1/delegates")
    assert listed.headers["X-Total-Elements"] == "1"
    (delegate,) = listed.json()
    assert delegate["name"] == "near"
    assert (delegate["connected"], delegate["running"], delegate["tags"]) == (True, 0, ["prod", "near"])
    assert delegate["tokenIdentifier"] == token["identifier"]
    assert client.get(f"/v1/delegates/{delegate['identifier']}").json() == delegate
    assert client.get(f"{PROJECT}/delegates").json() == [delegate]
    assert client.delete(f"{PROJECT}/delegates/{delegate['identifier']}").status_code == 404
    assert client.delete(f"/v1/delegates/{delegate['identifier']}").status_code == 204
    assert client.get("/v1/delegates").json() == []


def test_pods_are_listed_where_they_are_asked_for(client: TestClient, store: Engine) -> None:
    token = client.post("/v1/delegate-tokens", json={"name": "t"}).json()
    _register(client, token["value"], "near", kubernetes=True, default_runner="kubernetes")
    with writing(store) as connection:
        pods.start(connection, Job(id="j", what=Pod(key="exec_1/qa/db#1")), JobOwner(), datetime.now(UTC))
        text = pods.new_token(connection, Pod(key="exec_1/qa/db#1"), Scope(), datetime.now(UTC))
    _register(client, text, "bascule-exec-1")
    (near,) = client.get("/v1/delegates").json()
    assert (near["name"], near["kubernetes"], near["defaultRunner"], near["pod"]) == ("near", True, "kubernetes", None)
    inside = client.get(f"{PROJECT}/delegates", params={"pods": True}).json()[0]
    assert (inside["name"], inside["pod"], inside["tags"], inside["kubernetes"]) == ("bascule-exec-1", "exec_1/qa/db#1", [], False)


def test_a_revoked_token_lets_nobody_in(client: TestClient) -> None:
    token = client.post(f"{PROJECT}/delegate-tokens", json={"name": "t"}).json()
    _register(client, token["value"])
    revoked = client.delete(f"{PROJECT}/delegate-tokens/{token['identifier']}")
    assert revoked.json()["status"] == "REVOKED"
    body = {"token": token["value"], "name": "x", "version": "1", "public_key": sealing.public_text(sealing.new_key())}
    refused = client.post("/v1/delegate/register", json=body)
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (401, "DEL-003")
    assert client.delete(f"/v1/delegate-tokens/{token['identifier']}").status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x", "tags": ["a,b"]}, {"name": "x", "livesSeconds": 1}, {"name": "x", "more": 1}]
)
def test_a_token_that_makes_no_sense_is_refused(client: TestClient, body: dict[str, object]) -> None:
    assert client.post("/v1/delegate-tokens", json=body).status_code == 400


def test_why_a_job_waits_is_told(client: TestClient, store: Engine) -> None:
    with writing(store) as connection:
        job = Job(id="j1", what=Command(argv=["status"]), selectors=["gpu"], scope="account/default/default")
        service.enqueue(connection, job, JobOwner())
    told = client.get(f"{PROJECT}/delegate-jobs/j1").json()
    assert (told["state"], told["problem"]["code"]) == ("queued", "DEL-010")
    assert client.get("/v1/orgs/other/projects/p/delegate-jobs/j1").status_code == 404


def test_a_viewer_may_look_and_not_touch(store: Engine) -> None:
    viewer = Actor(id="v", name="Vi", grants=(Grant("viewer"),))
    now = datetime.now(UTC)
    with writing(store) as connection:
        fleet.tokens(connection, viewer, Scope(), Paging(0, 10))
        with pytest.raises(DeniedError):
            fleet.create_token(connection, viewer, Scope(), "t", now)
        with pytest.raises(DeniedError):
            fleet.revoke_token(connection, viewer, Scope(), "t", now)
        with pytest.raises(DeniedError):
            fleet.remove_delegate(connection, viewer, Scope(), "d")


def test_the_servers_own_delegate_gets_a_new_token_at_each_start(store: Engine) -> None:
    now = datetime.now(UTC)
    with writing(store) as connection:
        first = fleet.replace_token(connection, "embedded", now)
        second = fleet.replace_token(connection, "embedded", now + timedelta(seconds=1))
    assert first != second
    with reading(store) as connection:
        assert [token.is_valid(now) for token in fleet.tokens(connection, SYSTEM, Scope(), Paging(0, 10)).items] == [True, False]


def test_a_token_is_rotated_with_a_grace(client: TestClient) -> None:
    token = client.post("/v1/delegate-tokens", json={"name": "t", "tags": ["prod"]}).json()
    _register(client, token["value"])
    rotated = client.post(f"/v1/delegate-tokens/{token['identifier']}/rotate", json={"graceSeconds": 60})
    assert rotated.status_code == 200
    assert (rotated.json()["identifier"], rotated.json()["tags"]) == (token["identifier"], ["prod"])
    assert rotated.json()["value"] != token["value"]
    assert rotated.json()["formerUntil"] > token["createdAt"]
    _register(client, rotated.json()["value"])
    body = {"token": token["value"], "name": "x", "version": "1", "public_key": sealing.public_text(sealing.new_key())}
    assert client.post("/v1/delegate/register", json=body).status_code == 401
    client.delete(f"/v1/delegate-tokens/{token['identifier']}")
    refused = client.post(f"/v1/delegate-tokens/{token['identifier']}/rotate", json={})
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (409, "DEL-042")


def test_a_delegate_is_drained_where_it_is_of(client: TestClient) -> None:
    token = client.post("/v1/delegate-tokens", json={"name": "t"}).json()
    _register(client, token["value"])
    (made,) = client.get("/v1/delegates").json()
    assert (made["status"], made["draining"], made["leaving"]) == ("connected", False, False)
    assert made["leavesListAt"] - made["lastHeartbeat"] == 6 * 3600
    assert "not a version" in made["versionWarning"]
    path = f"/v1/delegates/{made['identifier']}"
    assert client.post(f"{PROJECT}/delegates/{made['identifier']}/drain").status_code == 404
    drained = client.post(f"{path}/drain", json={"leave": True}).json()
    assert (drained["draining"], drained["leaving"]) == (True, True)
    undone = client.delete(f"{path}/drain").json()
    assert (undone["draining"], undone["leaving"]) == (False, False)
    assert client.get(f"{path}/log").json() == {"lines": [], "toldAt": None, "answers": False}
    assert client.get(f"{path}/reaches").json() == client.get(f"{path}/jobs").json() == []


def test_what_a_delegate_tells_is_read_by_who_may_look_at_all_it_serves(client: TestClient, store: Engine) -> None:
    _register(client, client.post("/v1/delegate-tokens", json={"name": "t"}).json()["value"])
    (made,) = client.get("/v1/delegates").json()
    viewer = Actor(id="v", name="Vi", grants=(Grant("viewer", Scope("default", "default")),))
    at = Scope("default", "default")
    with writing(store) as connection:
        assert fleet.delegate(connection, viewer, at, made["identifier"]).name == "d"
        for look in (fleet.log, lambda *args: fleet.ask_log(*args, datetime.now(UTC)), lambda *args: fleet.reaches(*args, Paging(0, 10))):
            with pytest.raises(DeniedError):
                look(connection, viewer, at, made["identifier"])
