"""The read model: events and histories in, grids out."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from bascule.engine.events import ChangesetFinished
from bascule.manager.changelogs import service
from bascule.manager.changelogs.model import RunRef
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.identity.model import Scope
from bascule.manager.instances import service as instances
from bascule.manager.instances.model import InstanceRef

PROJECT = "/v1/orgs/default/projects/default"
SHOP = f"{PROJECT}/dbschema/shop"
SCOPE = Scope("default", "default")
RUN = RunRef(pipeline="deploy", plan_execution_id="exe1", stage_execution_id="stage1")


@pytest.fixture
def shop(client: TestClient) -> TestClient:
    """A schema with the instances dev and prod."""
    for identifier, kind, spec in (("git", "Git", {"url": "https://git.example/x"}), ("db", "Jdbc", {"url": "jdbc:postgresql://db/x"})):
        client.post("/v1/connectors", json={"connector": {"identifier": identifier, "name": identifier, "type": kind, "spec": spec}})
    changelog = {"connector": "account.git", "location": "changelog.yaml"}
    client.post(f"{PROJECT}/dbschema", json={"identifier": "shop", "name": "Shop", "changelog": changelog})
    for identifier in ("dev", "prod"):
        body = {"identifier": identifier, "name": identifier, "connector": "account.db", "branch": "main"}
        assert client.post(f"{SHOP}/instance", json=body).status_code == 201
    return client


def ref(deps: Deps, instance: str) -> InstanceRef:
    with reading(deps.engine) as connection:
        return instances.ref(connection, SCOPE, "shop", instance)


def row(number: int, **more: Any) -> dict[str, Any]:
    return {
        "ID": str(number),
        "AUTHOR": "ann",
        "FILENAME": "changelog.yaml",
        "DATEEXECUTED": "2026-11-22 10:00:00",
        "ORDEREXECUTED": number,
        "EXECTYPE": "EXECUTED",
        "MD5SUM": f"9:{number}",
        "COMMENTS": "",
        "TAG": None,
        "CONTEXTS": None,
        "LABELS": None,
        "DEPLOYMENT_ID": "1234567890",
    } | more


def ran(number: int, status: Any = "EXECUTED", at: float = 1_000_000.0, **more: Any) -> ChangesetFinished:
    recorded = row(number) if status in ("EXECUTED", "RERAN", "MARK_RAN") else None
    direction: Any = "rollback" if status == "ROLLED_BACK" else "update"
    fqn = f"changelog.yaml::{number}::ann"
    given: dict[str, Any] = {"sql": [f"CREATE TABLE t{number} (id INT)"], "row": recorded} | more
    return ChangesetFinished(
        fqn=fqn, id=str(number), author="ann", file="changelog.yaml", status=status, direction=direction, at=at + number, **given
    )


def history(*rows: dict[str, Any], digest: str = "sha256:a") -> dict[str, Any]:
    orders = [one["ORDEREXECUTED"] for one in rows]
    tags = [one["TAG"] for one in rows if one["TAG"]]
    return {
        "count": len(rows),
        "max_order": max(orders, default=0),
        "digest": digest,
        "last_tag": tags[-1] if tags else None,
        "rows": list(rows),
    }


def record(deps: Deps, instance: str, *events: ChangesetFinished, run: RunRef = RUN) -> None:
    at = ref(deps, instance)
    with writing(deps.engine) as connection:
        for event in events:
            service.record_changeset(connection, at, event, run)


def sync(deps: Deps, instance: str, told: dict[str, Any]) -> int:
    at = ref(deps, instance)
    with writing(deps.engine) as connection:
        return service.sync_history(connection, at, told)


def grid(client: TestClient, **body: Any) -> dict[str, dict[str, str]]:
    """Changeset → instance → status."""
    answer = client.post(f"{SHOP}/migrationstate", json=body, params={"limit": 100}).json()
    return {one["changeSet"]: {cell["instance"]: cell["status"] for cell in one["instances"]} for one in answer["changeSets"]}


def test_events_fill_the_grid(shop: TestClient, deps: Deps) -> None:
    record(deps, "dev", ran(1), ran(2), ran(3, "FAILED", error="boom"))
    record(deps, "prod", ran(1))
    assert grid(shop) == {
        "3": {"dev": "Deployment_Failed", "prod": "Not_Deployed"},
        "2": {"dev": "Successfully_Deployed", "prod": "Not_Deployed"},
        "1": {"dev": "Successfully_Deployed", "prod": "Successfully_Deployed"},
    }
    answer = shop.post(f"{SHOP}/migrationstate", json={}).json()
    synced = {one["changeSet"]: one["synced"] for one in answer["changeSets"]}
    assert synced == {"1": True, "2": False, "3": False}
    one = next(one for one in answer["changeSets"] if one["changeSet"] == "3")
    assert one["changeSetFQN"] == "changelog.yaml::3::ann"
    assert one["instances"][0] == {
        "instance": "dev",
        "status": "Deployment_Failed",
        "updated": 1_000_003,
        "error": "boom",
        "pipeline": "deploy",
        "planExecutionId": "exe1",
        "stageExecutionId": "stage1",
    }


def test_the_same_event_twice_is_one_run(shop: TestClient, deps: Deps) -> None:
    record(deps, "dev", ran(1), ran(1))
    asked = {"planExecutionId": "exe1", "stageExecutionId": "stage1", "stepType": "DBSchemaApply", "pipeline": "deploy"}
    assert len(shop.post(f"{SHOP}/instance/dev/deployedState", json=asked).json()) == 1


def test_a_rolled_back_changeset_says_so_and_a_rerun_deploys_it_again(shop: TestClient, deps: Deps) -> None:
    record(deps, "dev", ran(1))
    record(deps, "dev", ran(1, "ROLLED_BACK", at=2_000_000.0))
    assert grid(shop)["1"]["dev"] == "Rolled_Back"
    record(deps, "dev", ran(1, at=3_000_000.0))
    assert grid(shop)["1"]["dev"] == "Successfully_Deployed"


def test_a_history_is_the_truth(shop: TestClient, deps: Deps) -> None:
    record(deps, "dev", ran(1), ran(2), ran(3, "FAILED", error="boom"))
    told = history(row(1), row(4, TAG="v4"))
    assert sync(deps, "dev", told) == 2
    shown = {changeset: cells["dev"] for changeset, cells in grid(shop).items()}
    assert shown == {"1": "Successfully_Deployed", "2": "Rolled_Back", "3": "Deployment_Failed", "4": "Successfully_Deployed"}
    assert sync(deps, "dev", told) == 0
    with reading(deps.engine) as connection:
        assert service.is_current(connection, ref(deps, "dev"), told)
        assert not service.is_current(connection, ref(deps, "dev"), told | {"digest": "sha256:b"})
        assert not service.is_current(connection, ref(deps, "prod"), told)
    body = shop.get(f"{SHOP}/instance/dev").json()
    assert (body["lastAppliedTag"], body["lastDeployedChangeSetTag"], body["toOnboard"]) == ("v4", "v4", False)


def test_a_sync_keeps_the_run_that_deployed_a_changeset(shop: TestClient, deps: Deps) -> None:
    record(deps, "dev", ran(1))
    sync(deps, "dev", history(row(1), row(2)))
    rows = shop.get(f"{SHOP}/dbinstance/dev/migrationstate").json()["changeSets"]
    assert [(one["changeSet"], one["planExecutionId"]) for one in rows] == [("2", ""), ("1", "exe1")]


def test_the_grid_says_how_old_it_is_and_shows_only_the_instances_asked_for(shop: TestClient, deps: Deps) -> None:
    sync(deps, "dev", history(row(1)))
    answer = shop.post(f"{SHOP}/migrationstate", json={"instanceFilter": {"order": "DESC"}}).json()
    assert [one["identifier"] for one in answer["instances"]] == ["prod", "dev"]
    assert ["syncedAt" in one for one in answer["instances"]] == [False, True]
    assert grid(shop, instanceFilter={"instances": ["dev"]}) == {"1": {"dev": "Successfully_Deployed"}}


def test_the_grid_pages_and_searches(shop: TestClient, deps: Deps) -> None:
    sync(deps, "dev", history(*(row(number) for number in range(1, 26))))
    answer = shop.post(f"{SHOP}/migrationstate", json={}, params={"page": 2, "limit": 10})
    assert [one["changeSet"] for one in answer.json()["changeSets"]] == ["5", "4", "3", "2", "1"]
    assert answer.headers["x-total-elements"] == "25"
    found = shop.post(f"{SHOP}/migrationstate", json={}, params={"search_term": "25"}).json()
    assert [one["changeSet"] for one in found["changeSets"]] == ["25"]


def test_deployed_state_tells_what_ran_now_from_what_was_there(shop: TestClient, deps: Deps) -> None:
    record(deps, "dev", ran(1), run=RunRef(pipeline="deploy", plan_execution_id="exe0", stage_execution_id="stage1"))
    record(deps, "dev", ran(2, at=2_000_000.0), ran(3, "FAILED", at=2_000_000.0, error="boom"))
    asked = {"planExecutionId": "exe1", "stageExecutionId": "stage1", "stepType": "DBSchemaApply", "pipeline": "deploy"}
    rows = shop.post(f"{SHOP}/instance/dev/deployedState", json=asked).json()
    assert [(one["changeSetId"], one["status"], one["deployedInCurrentExecution"]) for one in rows] == [
        ("2", "SUCCESS", True),
        ("3", "FAILURE", True),
        ("1", "SUCCESS", False),
    ]
    assert rows[2]["metadata"]["planExecutionId"] == "exe0"


def test_a_changeset_shows_its_sql_and_yaml(shop: TestClient, deps: Deps) -> None:
    record(deps, "dev", ran(1))
    fqn = "changelog.yaml::1::ann"
    sql = shop.post(f"{SHOP}/dbinstance/dev/changeset/sql", json={"changesetFQN": fqn})
    assert sql.json() == {"sql": ["CREATE TABLE t1 (id INT)"]}
    text = shop.get(f"{SHOP}/dbinstance/dev/changeset/yaml", params={"changeSet": fqn}).json()["yaml"]
    assert "id: '1'" in text
    assert "CREATE TABLE t1" in text
    assert shop.post(f"{SHOP}/dbinstance/prod/changeset/sql", json={"changesetFQN": fqn}).status_code == 404
    assert shop.post(f"{SHOP}/dbinstance/dev/changeset/sql", json={"changesetFQN": ""}).status_code == 400
    asked = {"harnessCommand": "Update", "pipelineExecutionId": "exe1", "stageExecutionId": "stage1", "contentType": "Sql"}
    assert shop.get(f"{SHOP}/dbinstance/dev/changesetmetadata", params=asked).json() == {"data": ["CREATE TABLE t1 (id INT)"]}


def test_existence_asks_for_ids_only(shop: TestClient, deps: Deps) -> None:
    record(deps, "dev", ran(1))
    answer = shop.post(f"{SHOP}/changesets/existence", json={"changeSets": [{"id": "1"}, {"id": "2"}]})
    assert answer.json() == {"existence": {"1": True, "2": False}}


def test_the_overview_counts_and_names_the_latest(shop: TestClient, deps: Deps) -> None:
    record(deps, "dev", ran(1))
    record(deps, "prod", ran(1, at=2_000_000.0))
    answer = shop.get(f"{PROJECT}/dbschema/overview").json()
    assert (answer["dbSchemaCount"], answer["dbInstanceCount"]) == (1, 2)
    assert [one["dbInstanceIdentifier"] for one in answer["recentDeployments"]] == ["prod", "dev"]
    assert answer["recentDeployments"][0]["lastDeployed"] == 2_000_001


def test_flyway_addresses_are_for_flyway_schemas(shop: TestClient) -> None:
    answer = shop.post(f"{SHOP}/flyway/migrationstate", json={})
    assert answer.json()["problems"][0]["code"] == "ENT-020"


def test_deleting_an_instance_forgets_its_state(shop: TestClient, deps: Deps) -> None:
    record(deps, "dev", ran(1))
    assert shop.delete(f"{SHOP}/instance/dev").status_code == 204
    assert grid(shop) == {}
