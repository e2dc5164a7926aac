"""The API's description: whole, free of clashes, and on Harness's routes Harness's operation ids; schemathesis sends what it allows."""

from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

_SCHEMA = "/v1/orgs/{org}/projects/{project}/dbschema"
_INSTANCE = _SCHEMA + "/{dbschema}/instance/{dbinstance}"
_STATE = _SCHEMA + "/{dbschema}/dbinstance/{dbinstance}"

_CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]

HARNESS = {
    ("get", _SCHEMA): "v1-list-proj-db-schema",
    ("post", _SCHEMA): "v1-create-proj-db-schema",
    ("get", _SCHEMA + "/{dbschema}"): "v1-get-proj-db-schema",
    ("put", _SCHEMA + "/{dbschema}"): "v1-update-proj-db-schema",
    ("delete", _SCHEMA + "/{dbschema}"): "v1-delete-proj-db-schema",
    ("get", "/v1/dbops/dbschema"): "V1ListDatabaseSchema",
    ("get", _SCHEMA + "/overview"): "v1-get-db-overview",
    ("post", _SCHEMA + "/{dbschema}/instance"): "v1-create-proj-db-schema-instance",
    ("post", _SCHEMA + "/{dbschema}/instancelist"): "v1-list-proj-db-schema-instance",
    ("get", _INSTANCE): "v1-get-proj-db-schema-instance",
    ("put", _INSTANCE): "v1-update-proj-db-schema-instance",
    ("delete", _INSTANCE): "v1-delete-proj-db-schema-instance",
    ("get", _SCHEMA + "/{dbschema}/default-authoring-instance"): "V1GetDefaultAuthoringInstance",
    ("post", _SCHEMA + "/{dbschema}/migrationstate"): "v1-migration-state-proj-db-schema",
    ("get", _STATE + "/migrationstate"): "V1MigrationStateProjDbInstance",
    ("post", _SCHEMA + "/{dbschema}/flyway/migrationstate"): "V1MigrationStateFlywaySchema",
    ("get", _STATE + "/flyway/migrationstate"): "V1MigrationStateFlywayInstance",
    ("post", _STATE + "/changeset/sql"): "V1FetchDeployedChangesetSql",
    ("get", _STATE + "/changeset/yaml"): "V1ChangesetYamlProjDbInstance",
    ("post", _INSTANCE + "/deployedState"): "v1-get-deployed-state",
    ("post", _INSTANCE + "/flyway/deployedState"): "V1GetFlywayDeployedState",
    ("get", _STATE + "/changesetmetadata"): "V1ChangesetmetadataProjDbInstance",
    ("get", _STATE + "/migration/scripts"): "V1FetchMigrationScriptSql",
    ("post", _SCHEMA + "/{dbschema}/changesets/existence"): "V1CheckChangesetExistence",
}


def test_the_description_is_openapi_3_1_and_every_operation_has_an_id_of_its_own(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    operations = [operation for path in description["paths"].values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("method", "path"), HARNESS)
def test_harness_routes_have_harness_operation_ids(description: dict[str, Any], method: str, path: str) -> None:
    assert description["paths"][path][method]["operationId"] == HARNESS[method, path]


def test_lists_take_page_and_limit(description: dict[str, Any]) -> None:
    """Every answer that is an array of objects of ours is a list, and every list pages."""
    unpaged = {"list-roles", "list-policy-library"}
    for path in description["paths"].values():
        for operation in path.values():
            answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
            if answer.get("type") == "array" and operation["operationId"] not in unpaged:
                names = {parameter["name"] for parameter in operation.get("parameters", [])}
                assert {"page", "limit"} <= names, operation["operationId"]


def test_the_gateway_prefix_of_harness_leads_to_the_same(client: TestClient) -> None:
    path = _SCHEMA.format(org="default", project="default")
    assert client.get("/dbops" + path).json() == client.get(path).json()


def test_a_request_can_be_named_in_a_report(client: TestClient) -> None:
    assert len(client.get("/health").headers["x-request-id"]) == 16
    assert client.get("/health", headers={"x-request-id": "mine-1"}).headers["x-request-id"] == "mine-1"
    assert client.get("/nowhere", headers={"x-request-id": "a b"}).headers["x-request-id"] != "a b"


@pytest.mark.parametrize("text", [r"\ud800", r"a\udfffb"])
def test_half_of_a_surrogate_pair_is_the_authors_error(client: TestClient, text: str) -> None:
    path = _SCHEMA.format(org="default", project="default")
    headers = {"content-type": "application/json"}
    for method, url, body in (
        ("PUT", f"{path}/shop", f'{{"identifier": "{text}"}}'),
        ("PUT", f"{path}/shop", f'{{"tags": {{"team": "{text}"}}}}'),
        ("POST", f"{path}/shop/changesets/existence", f'{{"changeSets": [{{"id": "{text}"}}]}}'),
        ("POST", "/v1/user-groups", f'{{"identifier": "x", "name": "X", "roles": [{{"role": "{text}"}}]}}'),
    ):
        assert client.request(method, url, content=body, headers=headers).status_code == 400, body


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_body_larger_than_any_of_ours_is_cut_off(client: TestClient, is_announced: bool) -> None:
    part = b" " * (1024 * 1024)
    body: Any = part * 9 if is_announced else (part for _ in range(9))
    answer = client.post("/v1/orgs", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (413, "API-413")


def _send(client: TestClient, operation: Any, fixed: dict[str, str], examples: int) -> None:
    """Requests that the description allows, their answers checked against it. `fixed` path parameters lead to what is there."""
    kept = {name: value for name, value in fixed.items() if f"{{{name}}}" in operation.path and operation.method != "delete"}

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **kept}
        case.call_and_validate(headers={"x-api-key": client.headers["x-api-key"]}, checks=_CHECKS)

    run()


def _operations(client: TestClient) -> dict[str, Any]:
    every = (result.ok() for result in schemathesis.openapi.from_asgi("/openapi.json", client.app).get_all_operations())
    return {operation.definition.raw["operationId"]: operation for operation in every}


@pytest.mark.parametrize("operation_id", sorted(set(HARNESS.values())))
def test_whatever_the_description_allows_is_answered_as_described(client: TestClient, operation_id: str) -> None:
    there = {"org": "default", "project": "default", "dbschema": "shop", "dbinstance": "dev"}
    _send(client, _operations(client)[operation_id], there, 15)


def test_no_other_operation_breaks_its_description(client: TestClient) -> None:
    for operation_id, operation in _operations(client).items():
        if operation_id not in HARNESS.values() and "stream" not in operation_id:
            _send(client, operation, {"org": "default", "project": "default"}, 2)
