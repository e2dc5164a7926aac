"""DB schemas and DB instances as Harness's clients know them."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

PROJECT = "/v1/orgs/default/projects/default"
SCHEMAS = f"{PROJECT}/dbschema"


@pytest.fixture
def connected(client: TestClient) -> TestClient:
    """A manager with a Git and a database connector."""
    git = {"url": "https://git.example/acme/shop.git", "type": "Http", "connectionType": "Repo"}
    account = {"url": "https://git.example/acme", "type": "Http", "connectionType": "Account"}
    jdbc = {"url": "jdbc:postgresql://db/shop"}
    for identifier, kind, spec in (("git", "Git", git), ("git_account", "Git", account), ("db", "Jdbc", jdbc)):
        body = {"connector": {"identifier": identifier, "name": identifier, "type": kind, "spec": spec}}
        assert client.post("/v1/connectors", json=body).status_code == 201
    return client


def schema(identifier: str = "shop", **more: Any) -> dict[str, Any]:
    changelog = {"connector": "account.git", "location": "db/changelog.yaml"}
    return {"identifier": identifier, "name": identifier.title(), "changelog": changelog} | more


def instance(identifier: str = "dev", **more: Any) -> dict[str, Any]:
    return {"identifier": identifier, "name": identifier.title(), "connector": "account.db", "branch": "main"} | more


def add(client: TestClient, *instances: dict[str, Any]) -> None:
    assert client.post(SCHEMAS, json=schema()).status_code == 201
    for body in instances:
        assert client.post(f"{SCHEMAS}/shop/instance", json=body).status_code == 201, body


def test_a_schema_gets_harness_defaults_and_derived_fields(connected: TestClient) -> None:
    made = connected.post(SCHEMAS, json=schema(tags={"team": "web"}))
    assert made.status_code == 201
    body = made.json()
    assert isinstance(body.pop("created"), int)
    assert isinstance(body.pop("updated"), int)
    assert body.pop("parentId")
    assert body == {
        "identifier": "shop",
        "name": "Shop",
        "tags": {"team": "web"},
        "changelog": {"connector": "account.git", "location": "db/changelog.yaml"},
        "instanceCount": 0,
        "schemaSourceType": "Git",
        "type": "Repository",
        "migrationType": "Liquibase",
        "usePercona": False,
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (schema("overview"), "API-400"),
        (schema("with-hyphen"), "API-400"),
        (schema("x" * 129), "API-400"),
        (schema(name="x" * 129), "API-400"),
        (schema(tags={str(n): "x" for n in range(129)}), "API-400"),
        (schema(tags={"a": "x" * 129}), "API-400"),
        (schema(service=""), "API-400"),
        (schema(changelog={"location": "x", "branch": "main"}), "API-400"),
        (schema(changelog=None), "ENT-011"),
        (schema(type="Script"), "ENT-012"),
        (schema(changeLogScript={"image": "i", "command": "c", "shell": "Sh", "location": "l"}), "ENT-010"),
        (schema(changelog={"location": "x"}), "ENT-013"),
        (schema(changelog={"location": "x", "connector": "nowhere"}), "ENT-016"),
        (schema(changelog={"location": "x", "connector": "account.db"}), "ENT-017"),
        (schema(changelog={"location": "x", "connector": "account.git_account"}), "ENT-018"),
        (schema(changelog={"location": "x", "connector": "no such-ref"}), "ENT-002"),
    ],
)
def test_a_wrong_schema_is_refused_with_its_reason(connected: TestClient, body: dict[str, Any], code: str) -> None:
    answer = connected.post(SCHEMAS, json=body)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert code in [problem["code"] for problem in answer.json()["problems"]]


def test_the_kinds_of_source(connected: TestClient) -> None:
    script = {"image": "alpine", "command": "echo", "shell": "Sh", "location": "changelog.yaml"}
    made = connected.post(SCHEMAS, json={"identifier": "scripted", "name": "S", "changeLogScript": script, "type": "Script"}).json()
    assert (made["type"], made["schemaSourceType"]) == ("Script", "Custom")
    made = connected.post(SCHEMAS, json=schema("hosted", changelog={"location": "x", "repo": "shop"})).json()
    assert made["schemaSourceType"] == "HarnessCode"
    account = {"location": "x", "connector": "account.git_account", "repo": "shop.git"}
    assert connected.post(SCHEMAS, json=schema("below_account", changelog=account)).status_code == 201


def test_the_same_identifier_again_is_a_conflict(connected: TestClient) -> None:
    add(connected)
    assert connected.post(SCHEMAS, json=schema()).status_code == 409


def test_lists_page_sort_and_search_as_harness_does(connected: TestClient) -> None:
    for identifier in ("b", "c", "a"):
        connected.post(SCHEMAS, json=schema(identifier))
    names = lambda **query: [item["identifier"] for item in connected.get(SCHEMAS, params=query).json()]  # noqa: E731
    assert names() == ["a", "c", "b"]
    assert names(order="ASC") == ["b", "c", "a"]
    assert names(sort="name", order="ASC") == ["a", "b", "c"]
    assert names(sort="name", limit=2, page=1) == ["a"]
    assert names(search_term="") == ["a", "c", "b"]
    assert names(search_term="C") == ["c"]
    assert names(migrationType="Flyway") == []
    headers = connected.get(SCHEMAS, params={"limit": 2, "page": 1}).headers
    assert [headers[name] for name in ("X-Total-Elements", "X-Page-Number", "X-Page-Size")] == ["3", "1", "2"]
    for query in ({"limit": 101}, {"limit": 0}, {"page": -1}, {"sort": "color"}, {"order": "asc"}):
        assert connected.get(SCHEMAS, params=query).status_code == 400


def test_the_account_wide_list_shows_where_each_schema_is(connected: TestClient) -> None:
    connected.post("/v1/orgs/default/projects", json={"project": {"identifier": "web", "name": "Web"}})
    connected.post(SCHEMAS, json=schema())
    connected.post("/v1/orgs/default/projects/web/dbschema", json=schema())
    everywhere = connected.get("/v1/dbops/dbschema", headers={"Harness-Account": "any"}).json()
    assert [item["projectIdentifier"] for item in everywhere] == ["web", "default"]
    one = connected.get("/v1/dbops/dbschema", params={"orgIdentifier": "default", "projectIdentifier": "web"}).json()
    assert len(one) == 1


def test_an_update_changes_only_what_it_names(connected: TestClient) -> None:
    add(connected)
    updated = connected.put(f"{SCHEMAS}/shop", json={"name": "New", "tags": None}).json()
    assert (updated["name"], updated["changelog"]["location"]) == ("New", "db/changelog.yaml")
    moved = connected.put(f"{SCHEMAS}/shop", json={"changelog": {"location": "other.yaml"}}).json()
    assert moved["changelog"] == {"location": "other.yaml", "connector": "account.git"}
    hosted = connected.put(f"{SCHEMAS}/shop", json={"changelog": {"location": "other.yaml", "connector": "", "repo": "shop"}}).json()
    assert hosted["schemaSourceType"] == "HarnessCode"


def test_a_schema_moves_between_repository_and_script_by_what_it_is_given(connected: TestClient) -> None:
    add(connected)
    script = {"image": "alpine", "command": "fetch", "shell": "Sh", "location": "out"}
    moved = connected.put(f"{SCHEMAS}/shop", json={"changeLogScript": script}).json()
    assert (moved["type"], moved["changeLogScript"], "changelog" in moved) == ("Script", script, False)
    back = connected.put(f"{SCHEMAS}/shop", json={"changelog": {"connector": "account.git", "location": "x"}}).json()
    assert (back["type"], back["schemaSourceType"], "changeLogScript" in back) == ("Repository", "Git", False)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "Repository", "changeLogScript": {"image": "i", "command": "c", "shell": "Sh", "location": "l"}}, "ENT-011"),
        ({"type": "Script", "changelog": {"connector": "account.git", "location": "l"}}, "ENT-012"),
        ({"type": "Script"}, "ENT-012"),
    ],
)
def test_a_source_that_its_type_does_not_have_is_refused_not_dropped(connected: TestClient, change: dict[str, Any], code: str) -> None:
    add(connected)
    assert connected.put(f"{SCHEMAS}/shop", json=change).json()["problems"][0]["code"] == code


def test_the_primary_instance_is_forgotten_when_it_is_deleted(connected: TestClient) -> None:
    add(connected, instance())
    assert connected.put(f"{SCHEMAS}/shop", json={"primaryDbInstanceId": "dev"}).json()["primaryDbInstanceId"] == "dev"
    assert connected.delete(f"{SCHEMAS}/shop/instance/dev").status_code == 204
    left = connected.get(f"{SCHEMAS}/shop").json()
    assert "primaryDbInstanceId" not in left
    assert connected.put(f"{SCHEMAS}/shop", json=left).status_code == 200


def test_what_a_schema_is_cannot_change(connected: TestClient) -> None:
    add(connected)
    assert connected.put(f"{SCHEMAS}/shop", json={"migrationType": "Flyway"}).json()["problems"][0]["code"] == "ENT-005"
    assert connected.put(f"{SCHEMAS}/shop", json={"identifier": "other"}).json()["problems"][0]["code"] == "ENT-003"


def test_an_answer_can_be_sent_back(connected: TestClient) -> None:
    add(connected, instance())
    assert connected.put(f"{SCHEMAS}/shop", json=connected.get(f"{SCHEMAS}/shop").json()).status_code == 200
    one = f"{SCHEMAS}/shop/instance/dev"
    assert connected.put(one, json=connected.get(one).json()).status_code == 200


def test_an_instance_gets_its_derived_fields(connected: TestClient) -> None:
    add(connected, instance(substituteProperties={"size": "10"}, context="dev"))
    body = connected.get(f"{SCHEMAS}/shop/instance/dev").json()
    for field in ("created", "updated", "schemaId"):
        assert body.pop(field)
    assert body == {
        "identifier": "dev",
        "name": "Dev",
        "branch": "main",
        "connector": "account.db",
        "context": "dev",
        "substituteProperties": {"size": "10"},
        "lastDeployedChangeSetTag": "",
        "toOnboard": True,
        "schemaIdentifier": "shop",
    }
    assert connected.get(f"{SCHEMAS}/shop").json()["instanceCount"] == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (instance(gitTag="v1"), "ENT-014"),
        (instance(branch=None), "ENT-015"),
        (instance(branch=""), "ENT-015"),
        (instance(connector=""), "API-400"),
        (instance(connector="account.git"), "ENT-017"),
        (instance(connector="db"), "ENT-016"),
        (instance(name=None), "API-400"),
        (instance(environment="prod"), "ENT-019"),
    ],
)
def test_a_wrong_instance_is_refused_with_its_reason(connected: TestClient, body: dict[str, Any], code: str) -> None:
    add(connected)
    answer = connected.post(f"{SCHEMAS}/shop/instance", json=body)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["code"] == code


def test_a_commit_takes_the_place_of_a_branch(connected: TestClient) -> None:
    add(connected, instance())
    one = f"{SCHEMAS}/shop/instance/dev"
    updated = connected.put(one, json={"commitSha": "<+trigger.commitSha>"}).json()
    assert updated["commitSha"] == "<+trigger.commitSha>"
    assert "branch" not in updated
    assert connected.put(one, json={"branch": "main", "gitTag": "v1"}).status_code == 400
    assert connected.put(one, json={"version": "v7"}).json()["lastAppliedTag"] == "v7"


def test_instances_are_listed_by_tags(connected: TestClient) -> None:
    add(connected, instance("dev", tags={"tier": "low", "eu": "1"}), instance("qa", tags={"tier": "mid"}), instance("prod"))
    url = f"{SCHEMAS}/shop/instancelist"
    listed = lambda body, **query: [item["identifier"] for item in connected.post(url, json=body, params=query).json()]  # noqa: E731
    assert listed({}, order="ASC") == ["dev", "qa", "prod"]
    assert listed(None, sort="name", order="ASC") == ["dev", "prod", "qa"]
    assert listed({"instanceTags": [{"key": "tier", "value": "low"}]}) == ["dev"]
    assert listed({"instanceTags": [{"key": "tier", "value": None}]}, order="ASC") == ["dev", "qa"]
    assert listed({"filterType": "NotEquals", "instanceTags": [{"key": "tier", "value": "low"}]}, order="ASC") == ["qa", "prod"]
    paged = connected.post(url, json={"instanceTags": [{"key": "tier"}]}, params={"limit": 1})
    assert (len(paged.json()), paged.headers["x-total-elements"]) == (1, "2")


def test_the_default_authoring_instance_is_the_oldest(connected: TestClient) -> None:
    add(connected)
    assert connected.get(f"{SCHEMAS}/shop/default-authoring-instance").status_code == 404
    for identifier in ("first", "second"):
        connected.post(f"{SCHEMAS}/shop/instance", json=instance(identifier))
    found = connected.get(f"{SCHEMAS}/shop/default-authoring-instance").json()
    assert found == {"identifier": "first", "name": "First", "hasSnapshot": False, "connector": "account.db"}


def test_deleting_a_schema_takes_its_instances(connected: TestClient) -> None:
    add(connected, instance())
    assert connected.delete("/v1/connectors/db").status_code == 409
    assert connected.delete("/v1/connectors/git").status_code == 409
    assert connected.delete(f"{SCHEMAS}/shop").status_code == 204
    assert connected.get(f"{SCHEMAS}/shop").status_code == 404
    assert connected.post(SCHEMAS, json=schema()).json()["instanceCount"] == 0
    assert connected.delete("/v1/connectors/db").status_code == 204


def test_deeds_are_audited_with_their_difference(connected: TestClient) -> None:
    add(connected, instance())
    connected.put(f"{SCHEMAS}/shop/instance/dev", json={"branch": "release"})
    event = connected.get(f"{PROJECT}/audit/events", params={"resourceType": "DB_INSTANCE", "action": "UPDATE"}).json()[0]
    assert event["resourceIdentifier"] == "shop/dev"
    difference = connected.get(f"{PROJECT}/audit/events/{event['id']}").json()["difference"].splitlines()
    assert {"-branch: main", "+branch: release"} <= set(difference)


def test_environments_have_an_order_and_a_tier(connected: TestClient) -> None:
    envs = f"{PROJECT}/environments"
    for identifier, order, more in (("prod", 3, {"type": "Production"}), ("dev", 1, {}), ("qa", 2, {"tier": "test"})):
        assert connected.post(envs, json={"identifier": identifier, "name": identifier, "order": order} | more).status_code == 201
    listed = connected.get(envs).json()
    assert [(env["identifier"], env["tier"], env["type"]) for env in listed] == [
        ("dev", "development", "PreProduction"),
        ("qa", "test", "PreProduction"),
        ("prod", "production", "Production"),
    ]
    add(connected, instance(environment="prod"))
    assert connected.delete(f"{envs}/prod").status_code == 409
    assert connected.delete(f"{envs}/qa").status_code == 204
    wrong = {"identifier": "x", "name": "x", "type": "Production", "tier": "test"}
    assert connected.post(envs, json=wrong).status_code == 400


def test_a_project_that_is_not_there_is_not_found(connected: TestClient) -> None:
    assert connected.get("/v1/orgs/default/projects/nowhere/dbschema").status_code == 404
    assert connected.post("/v1/orgs/default/projects/nowhere/dbschema", json=schema()).status_code == 404
