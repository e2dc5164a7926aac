"""Secrets that are kept elsewhere: the manager has references, never texts, and knows who needs whom."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection

from bascule.core.secret import Secret
from bascule.manager.database import reading, writing
from bascule.manager.delegates import service as jobs
from bascule.manager.delegates import store as job_store
from bascule.manager.delegates.leasing import secrets_of
from bascule.manager.delegates.model import JobOwner
from bascule.manager.deps import Deps
from bascule.manager.identity.model import Scope
from bascule.manager.secrets import service as secrets
from bascule.wire.delegates import ExternalSecret
from bascule.wire.jobs import Command, Job

PROJECT = "/v1/orgs/default/projects/default"
SCOPE = Scope("default", "default")
VAULT = {"vaultUrl": "https://vault:8200", "authToken": "account.vault_token", "secretEngineName": "secret", "secretEngineVersion": 2}


def connector(kind: str, spec: dict[str, Any], identifier: str = "vault") -> dict[str, Any]:
    return {"connector": {"identifier": identifier, "name": identifier, "type": kind, "spec": spec}}


def inline(identifier: str, value: str) -> dict[str, Any]:
    return {"secret": {"identifier": identifier, "name": identifier, "type": "SecretText", "spec": {"value": value}}}


def kept(identifier: str, manager: str, reference: str | None) -> dict[str, Any]:
    spec = {"type": "SecretTextSpec", "secretManagerIdentifier": manager, "valueType": "Reference", "value": reference}
    return {"secret": {"identifier": identifier, "name": identifier, "type": "SecretText", "spec": spec}}


def locate(connection: Connection, reference: str) -> Secret | ExternalSecret:
    return secrets.locate(connection, reference, SCOPE)


def made(client: TestClient, path: str, body: dict[str, Any], status: int = 201) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code == status, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


SPECS = [
    ("Vault", VAULT, {"url": "https://vault:8200", "engine": "secret", "version": "2", "auth": "token"}, {"token": "account.vault_token"}),
    (
        "Vault",
        {"vaultUrl": "http://vault", "appRoleId": "r-1", "secretId": "s", "namespace": "team"},
        {"url": "http://vault", "namespace": "team", "auth": "approle", "mount": "approle", "role_id": "r-1"},
        {"secret_id": "account.s"},
    ),
    (
        "Vault",
        {"vaultUrl": "http://vault", "useK8sAuth": True, "vaultK8sAuthRole": "r", "k8sAuthEndpoint": "auth/k8s"},
        {"url": "http://vault", "auth": "kubernetes", "mount": "k8s", "role": "r"},
        {},
    ),
    (
        "AwsSecretManager",
        {"region": "eu-west-1", "credential": {"type": "ManualConfig", "spec": {"accessKey": "a", "secretKey": "account.b"}}},
        {"region": "eu-west-1"},
        {"access_key": "account.a", "secret_key": "account.b"},
    ),
    (
        "AwsSecretManager",
        {"region": "eu-west-1", "credential": {"type": "AssumeSTSRole", "spec": {"roleArn": "arn:x", "assumeStsRoleDuration": 900}}},
        {"region": "eu-west-1", "role_arn": "arn:x", "duration_s": "900"},
        {},
    ),
    ("GcpSecretManager", {"credentialsRef": "account.k", "projectId": "p"}, {"project": "p"}, {"key": "account.k"}),
    (
        "AzureKeyVault",
        {"vaultName": "orders", "clientId": "c", "tenantId": "t", "secretKey": "k"},
        {"vault": "orders", "cloud": "AZURE", "tenant_id": "t", "client_id": "c"},
        {"client_secret": "account.k"},
    ),
    (
        "AzureKeyVault",
        {"vaultName": "orders", "useManagedIdentity": True, "managedClientId": "m"},
        {"vault": "orders", "cloud": "AZURE", "client_id": "m"},
        {},
    ),
    ("KubernetesSecrets", {"namespace": "db"}, {"namespace": "db"}, {}),
    ("DelegateEnvironment", {}, {}, {}),
    ("DelegateFiles", {}, {}, {}),
]


@pytest.mark.parametrize(("kind", "spec", "options", "credentials"), SPECS)
def test_a_lease_is_told_how_each_manager_is_asked(
    client: TestClient, deps: Deps, kind: str, spec: dict[str, Any], options: dict[str, str], credentials: dict[str, str]
) -> None:
    shown = made(client, "/v1/connectors", connector(kind, spec))["connector"]
    assert shown["spec"] == spec
    assert client.put("/v1/connectors/vault", json={"connector": shown}).status_code == 200
    made(client, f"{PROJECT}/secrets", kept("password", "account.vault", "orders#password"))
    with reading(deps.engine) as connection:
        found = locate(connection, "password")
    assert found == ExternalSecret(kind=kind, reference="orders#password", options=options, credentials=credentials)


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("Vault", {"vaultUrl": "https://vault"}),
        ("Vault", VAULT | {"useK8sAuth": True, "vaultK8sAuthRole": "r"}),
        ("Vault", {"vaultUrl": "https://vault", "appRoleId": "r"}),
        ("Vault", VAULT | {"vaultUrl": "https://u:secret@vault"}),
        ("Vault", VAULT | {"vaultUrl": "file:///etc/passwd"}),
        ("AwsSecretManager", {"region": "eu-west-1", "credential": {"type": "ManualConfig", "spec": {"accessKey": "a"}}}),
        ("AwsSecretManager", {"region": "evil.example.com/", "credential": {"type": "AssumeIAMRole"}}),
        ("GcpSecretManager", {}),
        ("AzureKeyVault", {"vaultName": "evil.example.com/x", "useManagedIdentity": True}),
        ("AzureKeyVault", {"vaultName": "orders", "clientId": "c"}),
        ("KubernetesSecrets", {"namespace": "../kube-system"}),
    ],
)
def test_a_manager_that_is_not_complete_is_refused(client: TestClient, kind: str, spec: dict[str, Any]) -> None:
    made(client, "/v1/connectors", connector(kind, spec), 400)


def test_a_reference_is_shown_and_comes_back_as_it_was_written(client: TestClient) -> None:
    made(client, f"{PROJECT}/connectors", connector("Vault", VAULT))
    shown = made(client, f"{PROJECT}/secrets", kept("password", "vault", "orders#password"))
    assert shown["secret"]["spec"] == kept("password", "vault", "orders#password")["secret"]["spec"]
    assert "keyId" not in shown
    same = client.put(f"{PROJECT}/secrets/password", json={"secret": shown["secret"]})
    assert (same.status_code, same.json()["secret"]) == (200, shown["secret"])
    without = client.put(f"{PROJECT}/secrets/password", json=kept("password", "vault", None)).json()
    assert without["secret"]["spec"]["value"] == "orders#password"
    events = client.get("/v1/audit/events", params={"resourceType": "SECRET"}).json()
    assert "orders#password" in client.get(f"/v1/audit/events/{events[0]['id']}").text


def test_harness_clients_make_a_vault_and_a_secret_in_it(client: TestClient) -> None:
    sent = {
        "vaultUrl": "https://vault:8200", "basePath": "", "readOnly": True, "isReadOnly": True, "default": False, "isDefault": False,
        "renewalIntervalMinutes": 60, "secretEngineManuallyConfigured": True, "secretEngineName": "secret", "secretEngineVersion": 2,
        "appRoleId": "r-1", "secretId": "account.s", "authToken": "", "namespace": "", "sinkPath": "", "useVaultAgent": False,
        "useAwsIam": False, "awsRegion": "", "vaultAwsIamRole": "", "useK8sAuth": False, "vaultK8sAuthRole": "", "k8sAuthEndpoint": "",
        "serviceAccountTokenPath": "", "renewAppRoleToken": False, "useJwtAuth": False, "vaultJwtAuthRole": "", "vaultJwtAuthPath": "",
        "executeOnDelegate": True, "enableCache": False, "accessType": "APP_ROLE", "delegateSelectors": ["near"],
    }  # fmt: skip
    made = client.post("/ng/api/connectors", json=connector("Vault", sent))
    assert made.status_code == 200, made.text
    place = {"accountIdentifier": "acc", "orgIdentifier": "default", "projectIdentifier": "default"}
    secret = client.post("/ng/api/v2/secrets", params=place, json=kept("password", "account.vault", "orders#password"))
    assert secret.json()["data"]["secret"]["spec"]["value"] == "orders#password"
    refused = client.post("/ng/api/connectors", json=connector("Vault", sent | {"useVaultAgent": True}, "other"))
    assert refused.status_code == 400


def test_a_text_goes_to_the_built_in_manager_only(client: TestClient) -> None:
    made(client, "/v1/connectors", connector("Vault", VAULT))
    text = kept("password", "account.vault", "hunter2!")
    text["secret"]["spec"]["valueType"] = "Inline"
    assert "hunter2" not in str(made(client, "/v1/secrets", text, 400))
    del text["secret"]["spec"]["valueType"]
    assert "hunter2" not in str(made(client, "/v1/secrets", text, 400))
    made(client, "/v1/secrets", kept("password", "harnessSecretManager", "orders#password"), 400)
    named = kept("named", "account.harnessSecretManager", "hunter2!")
    named["secret"]["spec"]["valueType"] = "Inline"
    assert made(client, "/v1/secrets", named)["secret"]["spec"]["secretManagerIdentifier"] == "harnessSecretManager"


@pytest.mark.parametrize("reference", ["", "  ", "a\nb", "x" * 2049])
def test_a_reference_is_one_line(client: TestClient, reference: str) -> None:
    made(client, "/v1/connectors", connector("Vault", VAULT))
    made(client, "/v1/secrets", kept("password", "account.vault", reference), 400)


def test_a_secret_needs_a_manager_that_is_one(client: TestClient) -> None:
    assert made(client, "/v1/secrets", kept("password", "account.nowhere", "x"), 400)["problems"][0]["code"] == "SEC-011"
    made(client, "/v1/connectors", connector("Git", {"url": "https://git.example/x"}, "git"))
    refused = made(client, "/v1/secrets", kept("password", "account.git", "x"), 400)
    assert "type Git, which keeps no secrets" in refused["message"]


def test_a_secret_moves_with_a_value_only_and_its_text_is_forgotten(client: TestClient, deps: Deps) -> None:
    made(client, "/v1/connectors", connector("DelegateFiles", {}, "files"))
    made(client, "/v1/secrets", inline("password", "hunter2!"))
    refused = client.put("/v1/secrets/password", json=kept("password", "account.files", None))
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (400, "SEC-010")
    assert client.put("/v1/secrets/password", json=kept("password", "account.files", "db")).json()["version"] == 2
    client.post("/v1/master-key/rotate")
    with reading(deps.engine) as connection:
        assert locate(connection, "account.password") == ExternalSecret(kind="DelegateFiles", reference="db")
    assert client.put("/v1/secrets/password", json=inline("password", "hunter3!")).json()["version"] == 3
    with reading(deps.engine) as connection:
        assert locate(connection, "account.password") == Secret("hunter3!")


def test_a_manager_that_secrets_are_in_is_not_deleted_nor_the_secret_it_is_logged_in_to_with(client: TestClient) -> None:
    made(client, "/v1/secrets", inline("vault_token", "s.token"))
    made(client, "/v1/connectors", connector("Vault", VAULT))
    made(client, f"{PROJECT}/secrets", kept("password", "account.vault", "orders#password"))
    refused = client.delete("/v1/connectors/vault")
    assert (refused.status_code, "secret 'password'" in refused.json()["message"]) == (409, True)
    refused = client.delete("/v1/secrets/vault_token")
    assert (refused.status_code, "connector 'vault'" in refused.json()["message"]) == (409, True)
    for path in (f"{PROJECT}/secrets/password", "/v1/connectors/vault", "/v1/secrets/vault_token"):
        assert client.delete(path).status_code == 204


def test_managers_do_not_open_each_other(client: TestClient) -> None:
    made(client, "/v1/connectors", connector("DelegateFiles", {}, "files"))
    made(client, "/v1/secrets", inline("first_token", "s.token"))
    made(client, "/v1/connectors", connector("Vault", VAULT | {"authToken": "first_token"}, "first"))
    made(client, "/v1/connectors", connector("Vault", VAULT | {"authToken": "second_token"}, "second"))
    refused = made(client, "/v1/secrets", kept("second_token", "account.first", "second#token"), 400)
    assert refused["problems"][0]["code"] == "SEC-012"
    made(client, "/v1/secrets", kept("second_token", "account.files", "token"))
    moved = client.put("/v1/secrets/first_token", json=kept("first_token", "account.second", "first#token"))
    assert (moved.status_code, moved.json()["problems"][0]["code"]) == (400, "SEC-012")
    made(client, "/v1/secrets", kept("in_first", "account.first", "x#y"))
    third = made(client, "/v1/connectors", connector("Vault", VAULT | {"authToken": "in_first"}, "third"), 400)
    assert third["problems"][0]["code"] == "SEC-012"
    assert client.get("/v1/connectors/third").status_code == 404
    kubernetes = {"vaultUrl": "http://vault", "useK8sAuth": True, "vaultK8sAuthRole": "r"}
    made(client, "/v1/connectors", connector("Vault", kubernetes, "open"))
    made(client, "/v1/secrets", kept("in_open", "account.open", "x#y"))
    made(client, "/v1/connectors", connector("Vault", VAULT | {"authToken": "in_open"}, "fourth"))
    closed = client.put("/v1/connectors/open", json=connector("Vault", VAULT | {"authToken": "first_token"}, "open"))
    assert (closed.status_code, closed.json()["problems"][0]["code"]) == (400, "SEC-012")


def test_a_lease_parts_texts_from_places_and_adds_what_managers_are_logged_in_to_with(client: TestClient, deps: Deps) -> None:
    made(client, "/v1/secrets", inline("plain", "hunter2!"))
    made(client, "/v1/connectors", connector("DelegateFiles", {"delegateSelectors": ["has-files"]}, "files"))
    made(client, "/v1/secrets", kept("vault_token", "account.files", "token"))
    made(client, "/v1/connectors", connector("Vault", VAULT | {"delegateSelectors": ["near-vault"]}))
    made(client, f"{PROJECT}/secrets", kept("password", "account.vault", "orders#password"))
    wanted = {"a": "account.plain", "b": "password"}
    job = Job(id="j", what=Command(argv=["status"]), secrets=wanted, scope="account/default/default", selectors=["x"])
    with writing(deps.engine) as connection:
        jobs.enqueue(connection, job, JobOwner(execution_id="e"))
        record = job_store.get_job(connection, "j")
        values, external = secrets_of(connection, record, secrets.locate)
    assert record.job.selectors == ["x", "near-vault", "has-files"]
    assert values == {"a": "hunter2!"}
    assert external["b"].credentials == {"token": "manager:account.vault_token"}
    assert external["manager:account.vault_token"] == ExternalSecret(kind="DelegateFiles", reference="token")
    with writing(deps.engine) as connection:
        inside = Job(id="k", what=Command(argv=["status"]), secrets=wanted, scope="account/default/default", pod="p")
        jobs.enqueue(connection, inside, JobOwner(execution_id="e"))
        assert job_store.get_job(connection, "k").job.selectors == []
