"""Who may call what: every operation of the description stands in the table, and each is tried by those who may not."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bascule.manager.identity.model import ROLES

Operation = tuple[str, str, dict[str, Any]]

PERMISSIONS = {
    "get-organizations": "core_organization_view",
    "create-organization": "core_organization_edit",
    "get-organization": "core_organization_view",
    "update-organization": "core_organization_edit",
    "delete-organization": "core_organization_delete",
    "get-projects": "core_project_view",
    "create-project": "core_project_edit",
    "get-project": "core_project_view",
    "update-project": "core_project_edit",
    "delete-project": "core_project_delete",
    "postOrganization": "core_organization_edit",
    "putOrganization": "core_organization_edit",
    "getOrganization": "core_organization_view",
    "deleteOrganization": "core_organization_delete",
    "postProject": "core_project_edit",
    "putProject": "core_project_edit",
    "getProject": "core_project_view",
    "deleteProject": "core_project_delete",
    "list-users": "core_user_view",
    "create-user": "core_user_manage",
    "get-user": "core_user_view",
    "update-user": "core_user_manage",
    "delete-user": "core_user_manage",
    "change-password": "core_user_manage",
    "list-service-accounts": "core_serviceaccount_view",
    "create-service-account": "core_serviceaccount_manageapikey",
    "get-service-account": "core_serviceaccount_view",
    "update-service-account": "core_serviceaccount_manageapikey",
    "delete-service-account": "core_serviceaccount_manageapikey",
    "create-api-key": "core_serviceaccount_manageapikey",
    "list-user-groups": "core_usergroup_view",
    "create-user-group": "core_usergroup_manage",
    "get-user-group": "core_usergroup_view",
    "update-user-group": "core_usergroup_manage",
    "delete-user-group": "core_usergroup_manage",
    "list-audit-events": "core_audit_view",
    "get-audit-event": "core_audit_view",
    "verify-audit": "core_audit_view",
    "list-secrets": "core_secret_view",
    "create-secret": "core_secret_edit",
    "get-secret": "core_secret_view",
    "update-secret": "core_secret_edit",
    "delete-secret": "core_secret_delete",
    "postSecret": "core_secret_edit",
    "putSecret": "core_secret_edit",
    "getSecretV2": "core_secret_view",
    "deleteSecretV2": "core_secret_delete",
    "rotate-master-key": "core_secret_edit",
    "list-connectors": "core_connector_view",
    "create-connector": "core_connector_edit",
    "get-connector": "core_connector_view",
    "update-connector": "core_connector_edit",
    "delete-connector": "core_connector_delete",
    "createConnector": "core_connector_edit",
    "getConnector": "core_connector_view",
    "updateConnector": "core_connector_edit",
    "deleteConnector": "core_connector_delete",
    "test-connector": "core_connector_access",
    "getTestConnectionResult": "core_connector_access",
    "v1-get-db-overview": "dbops_schema_view",
    "V1CheckChangesetExistence": "dbops_schema_view",
    "v1-migration-state-proj-db-schema": "dbops_instance_view",
    "V1MigrationStateProjDbInstance": "dbops_instance_view",
    "V1MigrationStateFlywaySchema": "dbops_instance_view",
    "V1MigrationStateFlywayInstance": "dbops_instance_view",
    "v1-get-deployed-state": "dbops_instance_view",
    "V1GetFlywayDeployedState": "dbops_instance_view",
    "V1FetchDeployedChangesetSql": "dbops_instance_view",
    "V1ChangesetYamlProjDbInstance": "dbops_instance_view",
    "V1ChangesetmetadataProjDbInstance": "dbops_instance_view",
    "V1FetchMigrationScriptSql": "dbops_instance_view",
    "v1-list-proj-db-schema": "dbops_schema_view",
    "v1-create-proj-db-schema": "dbops_schema_edit",
    "v1-get-proj-db-schema": "dbops_schema_view",
    "v1-update-proj-db-schema": "dbops_schema_edit",
    "v1-delete-proj-db-schema": "dbops_schema_delete",
    "V1GetDefaultAuthoringInstance": "dbops_instance_view",
    "v1-create-proj-db-schema-instance": "dbops_instance_edit",
    "v1-list-proj-db-schema-instance": "dbops_instance_view",
    "v1-get-proj-db-schema-instance": "dbops_instance_view",
    "v1-update-proj-db-schema-instance": "dbops_instance_edit",
    "v1-delete-proj-db-schema-instance": "dbops_instance_delete",
    "list-environments": "core_environment_view",
    "create-environment": "core_environment_edit",
    "get-environment": "core_environment_view",
    "update-environment": "core_environment_edit",
    "delete-environment": "core_environment_delete",
    "list-policies": "core_governancePolicy_view",
    "create-policy": "core_governancePolicy_edit",
    "try-policy": "core_governancePolicy_view",
    "get-policy": "core_governancePolicy_view",
    "update-policy": "core_governancePolicy_edit",
    "delete-policy": "core_governancePolicy_delete",
    "list-policy-sets": "core_governancePolicySets_view",
    "create-policy-set": "core_governancePolicySets_edit",
    "get-policy-set": "core_governancePolicySets_view",
    "update-policy-set": "core_governancePolicySets_edit",
    "delete-policy-set": "core_governancePolicySets_delete",
    "list-evaluations": "core_governancePolicySets_view",
    "get-evaluation": "core_governancePolicySets_view",
    "list-delegate-tokens": "core_delegate_view",
    "create-delegate-token": "core_delegate_edit",
    "rotate-delegate-token": "core_delegate_edit",
    "revoke-delegate-token": "core_delegate_delete",
    "list-delegates": "core_delegate_view",
    "get-delegate": "core_delegate_view",
    "delete-delegate": "core_delegate_delete",
    "drain-delegate": "core_delegate_edit",
    "undrain-delegate": "core_delegate_edit",
    "list-delegate-reaches": "core_delegate_view",
    "list-delegate-jobs": "core_delegate_view",
    "get-delegate-log": "core_delegate_view",
    "get-delegate-job": "core_delegate_view",
    "get-pipelines": "core_pipeline_view",
    "create-pipeline": "core_pipeline_edit",
    "get-pipeline": "core_pipeline_view",
    "update-pipeline": "core_pipeline_edit",
    "delete-pipeline": "core_pipeline_delete",
    "get-pipeline-inputs": "core_pipeline_view",
    "execute-pipeline": "core_pipeline_execute",
    "execute-pipeline-harness": "core_pipeline_execute",
    "get-input-sets": "core_pipeline_view",
    "get-input-set": "core_pipeline_view",
    "put-input-set": "core_pipeline_edit",
    "delete-input-set": "core_pipeline_edit",
    "get-executions": "core_pipeline_view",
    "get-execution": "core_pipeline_view",
    "get-execution-outputs": "core_pipeline_view",
    "abort-execution": "core_pipeline_abort",
    "rerun-execution": "core_pipeline_execute",
    "get-execution-logs": "core_pipeline_view",
    "stream-execution-logs": "core_pipeline_view",
}

PUBLIC = {"health", "login"}

NOTHING_TO_SEE = {
    "logout": 204,
    "get-me": 200,
    "list-roles": 200,
    "list-policy-library": 200,
    "validate-pipeline": 200,
    "list-api-keys": 200,  # one's own
    "delete-api-key": 404,
    "V1ListDatabaseSchema": 200,  # of the projects that one may see
    "list-approvals": 200,
    "get-approval": 404,
    "decide-approval": 404,
}
"""Open to whoever is logged in, and what they answer to one who holds no role: nothing of anybody else's."""

_JDBC = {"connector": {"identifier": "other", "name": "Other", "type": "Jdbc", "spec": {"url": "jdbc:postgresql://db/x"}}}
_ORG = {"org": {"identifier": "default", "name": "Default"}}
_PROJECT = {"project": {"identifier": "default", "name": "Default"}}
_USER = {"identifier": "nothing", "name": "Joe", "email": "joe@example.org", "password": "correct horse"}

BODIES: dict[str, Any] = {
    "create-organization": _ORG,
    "update-organization": _ORG,
    "create-project": _PROJECT,
    "update-project": _PROJECT,
    "putOrganization": {"organization": {"identifier": "nothing", "name": "X"}},
    "putProject": {"project": {"identifier": "nothing", "name": "X"}},
    "create-user": _USER,
    "update-user": _USER,
    "change-password": {"newPassword": "correct horse"},
    "update-service-account": {"identifier": "nothing", "name": "X"},
    "update-user-group": {"identifier": "nothing", "name": "X"},
    "create-api-key": {"name": "mine", "serviceAccount": "nothing"},
    "create-connector": _JDBC,
    "update-connector": _JDBC,
    "createConnector": _JDBC,
    "updateConnector": _JDBC,
    "execute-pipeline": {},
}
"""Where a body made after the description would be refused before anybody asks who sends it."""

_PLACES = {"org": "default", "project": "default"}


def _name(operation_id: str) -> str:
    """The operation's id without the suffix of its level, which three of some kinds have."""
    known = {*PERMISSIONS, *PUBLIC, *NOTHING_TO_SEE}
    bare = re.sub(r"-(account|org|project)$", "", operation_id)
    return operation_id if operation_id in known else bare


def _example(schema: dict[str, Any], every: dict[str, Any], depth: int = 0) -> Any:
    """The least value that a schema of the description takes."""
    while "$ref" in schema:
        schema = every[schema["$ref"].rsplit("/", 1)[1]]
    match schema:
        case {"const": value} | {"enum": [value, *_]} | {"default": value}:
            return value
        case {"anyOf": [first, *_]} | {"oneOf": [first, *_]}:
            return _example(first, every, depth + 1)
        case {"type": "array"}:
            return [_example(schema["items"], every, depth + 1)] if schema.get("minItems") else []
        case {"type": "integer" | "number"}:
            return schema.get("minimum", 1)
        case {"type": "string"}:
            return "something"
        case {"type": "object"}:
            return {key: _example(schema["properties"][key], every, depth + 1) for key in schema.get("required", ())}
    return {}


def _request(operation_id: str, method: str, path: str, operation: dict[str, Any], every: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a request that nothing but permission stands against; the entities it names are not there."""
    parameters = operation.get("parameters", [])
    url = re.sub(r"{(\w+)}", lambda found: _PLACES.get(found[1], "nothing"), path)
    query = {p["name"]: _example(p["schema"], every) for p in parameters if p["in"] == "query" and p.get("required")}
    request: dict[str, Any] = {"method": method, "url": url, "params": query}
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        name = _name(operation_id)
        request["json"] = BODIES[name] if name in BODIES else _example(content["application/json"]["schema"], every)
    elif content:
        request |= {"content": "", "headers": {"content-type": next(iter(content))}}
    return request


@pytest.fixture(scope="module")
def requests(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A request for each operation, by its id."""
    every = description["components"]["schemas"]
    return {
        operation["operationId"]: _request(operation["operationId"], method, path, operation, every)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    }


def _key(client: TestClient, account: str, *roles: dict[str, str]) -> str:
    """An API key of a new service account with these roles."""
    made = client.post("/v1/service-accounts", json={"identifier": account, "name": account, "roles": list(roles)})
    assert made.status_code == 201, made.text
    token: str = client.post("/v1/api-keys", json={"name": "key", "serviceAccount": account}).json()["token"]
    return token


def _send(client: TestClient, request: dict[str, Any], key: str) -> Any:
    return client.request(**request | {"headers": request.get("headers", {}) | {"x-api-key": key}})


def test_every_operation_says_who_may_call_it(requests: dict[str, dict[str, Any]]) -> None:
    assert {_name(operation_id) for operation_id in requests} == {*PERMISSIONS, *PUBLIC, *NOTHING_TO_SEE}


def test_nobody_unknown_is_let_in(client: TestClient, requests: dict[str, dict[str, Any]]) -> None:
    for operation_id, request in requests.items():
        if operation_id not in PUBLIC:
            assert _send(client, request, "").status_code == 401, operation_id
            assert _send(client, request, "bsk_wrong").status_code == 401, operation_id


def test_without_a_role_nothing_may_be_done_or_seen(client: TestClient, requests: dict[str, dict[str, Any]]) -> None:
    key = _key(client, "nobody")
    for operation_id, request in requests.items():
        name = _name(operation_id)
        answer = _send(client, request, key)
        if name in PERMISSIONS:
            assert answer.status_code == 403, (operation_id, answer.text)
            assert f"'{PERMISSIONS[name]}'" in answer.json()["message"], (operation_id, answer.text)
        elif name in NOTHING_TO_SEE:
            assert answer.status_code == NOTHING_TO_SEE[name], (operation_id, answer.text)
            assert name not in ("V1ListDatabaseSchema", "list-approvals") or answer.json() == [], operation_id


def test_an_admin_of_one_project_has_no_right_elsewhere(client: TestClient, requests: dict[str, dict[str, Any]]) -> None:
    assert client.post("/v1/orgs/default/projects", json={"project": {"identifier": "web", "name": "Web"}}).status_code == 201
    key = _key(client, "of_web", {"role": "admin", "org": "default", "project": "web"})
    for operation_id, request in requests.items():
        if _name(operation_id) in PERMISSIONS:
            assert _send(client, request, key).status_code == 403, operation_id
    assert _send(client, {"method": "GET", "url": "/v1/dbops/dbschema"}, key).json() == []


@pytest.mark.parametrize("role", ["viewer", "approver", "operator"])
def test_a_role_in_a_project_gives_there_what_it_says_and_nothing_above(
    client: TestClient, requests: dict[str, dict[str, Any]], role: str
) -> None:
    key = _key(client, f"a_{role}", {"role": role, "org": "default", "project": "default"})
    for operation_id, request in requests.items():
        name = _name(operation_id)
        is_in_project = request["url"].startswith("/v1/orgs/default/projects/default")
        if name not in PERMISSIONS:
            continue
        answer = _send(client, request, key)
        if is_in_project and PERMISSIONS[name] in ROLES[role]:
            assert answer.status_code != 403, (operation_id, answer.text)
        else:
            assert answer.status_code == 403, (operation_id, answer.text)
