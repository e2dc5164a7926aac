"""From a connector, a DB schema and a DB instance to the source that a job fetches."""

from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bascule.core.errors import InputError
from bascule.delegate.sources.objects import _open
from bascule.manager.connectors import service as connectors
from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.manager.pipelines.steps import _jobs
from bascule.manager.pipelines.targets import find_instance
from bascule.wire.jobs import ArchiveSource, GitSource, ObjectSource, OciSource, Source

_SCHEMAS = "/v1/orgs/default/projects/default/dbschema"
_TOKEN = {"type": "UsernameToken", "spec": {"username": "robot", "tokenRef": "account.token"}}


@pytest.fixture
def prepared(client: TestClient) -> TestClient:
    for identifier in ("token", "key"):
        body = {"secret": {"identifier": identifier, "name": identifier, "type": "SecretText", "spec": {"value": "hunter2!"}}}
        assert client.post("/v1/secrets", json=body).status_code == 201
    jdbc = {"identifier": "db", "name": "db", "type": "Jdbc", "spec": {"url": "jdbc:postgresql://db/shop"}}
    assert client.post("/v1/connectors", json={"connector": jdbc}).status_code == 201
    return client


def source(
    client: TestClient, deps: Deps, kind: str, spec: dict[str, Any], changelog: dict[str, Any], **instance: Any
) -> tuple[Source, dict[str, str]]:
    connector = {"connector": {"identifier": "from_", "name": "from", "type": kind, "spec": spec}}
    made = client.post("/v1/connectors", json=connector)
    assert made.status_code == 201, made.text
    schema = {
        "identifier": "shop",
        "name": "Shop",
        "changelog": {"connector": "account.from_", "location": "db/changelog.yaml", **changelog},
    }
    made = client.post(_SCHEMAS, json=schema)
    assert made.status_code == 201, made.text
    body = {"identifier": "dev", "name": "Dev", "connector": "account.db", **instance}
    made = client.post(f"{_SCHEMAS}/shop/instance", json=body)
    assert made.status_code == 201, made.text
    with reading(deps.engine) as connection:
        facts = find_instance(connection)(SYSTEM, Scope("default", "default"), "shop", "dev", "dbops_instance_view")
    return facts.source, facts.secrets


@pytest.mark.parametrize(
    ("kind", "url", "of", "repo", "cloned"),
    [
        ("Github", "https://github.com/acme", "Account", "shop", "https://github.com/acme/shop"),
        ("Gitlab", "https://gitlab.com/acme/shop.git", "Repo", None, "https://gitlab.com/acme/shop.git"),
        ("Bitbucket", "https://bitbucket.org/acme/", "Account", "shop.git", "https://bitbucket.org/acme/shop.git"),
        ("AzureRepo", "https://dev.azure.com/acme/web", "Project", "shop", "https://dev.azure.com/acme/web/_git/shop"),
    ],
)
def test_a_code_host_gives_the_repository_as_it_names_it(
    prepared: TestClient, deps: Deps, kind: str, url: str, of: str, repo: str | None, cloned: str
) -> None:
    spec = {"url": url, "type": of, "authentication": {"type": "Http", "spec": _TOKEN}, "apiAccess": {"type": "Token"}}
    found, secrets = source(prepared, deps, kind, spec, {"repo": repo} if repo else {}, branch="main")
    assert found == GitSource(url=cloned, branch="main", username="robot", password_secret="git_password")
    assert secrets == {"git_password": "account.token"}


def test_over_ssh_a_key_opens_and_the_servers_key_is_known(prepared: TestClient, deps: Deps) -> None:
    spec = {"url": "git@github.com:acme", "type": "Account", "authentication": {"type": "Ssh", "spec": {"sshKeyRef": "account.key"}}}
    spec |= {"knownHosts": "github.com ssh-ed25519 AAAA"}
    found, secrets = source(prepared, deps, "Github", spec, {"repo": "shop.git", "sparsePaths": ["db"], "submodules": True}, gitTag="v1")
    assert found == GitSource(
        url="git@github.com:acme/shop.git",
        tag="v1",
        ssh_key_secret="git_ssh_key",
        known_hosts="github.com ssh-ed25519 AAAA",
        paths=["db"],
        submodules=True,
    )
    assert secrets == {"git_ssh_key": "account.key"}


@pytest.mark.parametrize(
    ("kind", "spec", "address"),
    [
        ("Artifactory", {"artifactoryServerUrl": "https://a.example/artifactory/"}, "https://a.example/artifactory/libs/shop/1.2.zip"),
        ("Nexus", {"nexusServerUrl": "https://n.example"}, "https://n.example/repository/libs/shop/1.2.zip"),
    ],
)
def test_an_archive_has_the_address_that_its_server_gives_it(
    prepared: TestClient, deps: Deps, kind: str, spec: dict[str, Any], address: str
) -> None:
    spec |= {"auth": {"type": "UsernamePassword", "spec": {"username": "robot", "passwordRef": "account.token"}}, "caCertificate": "PEM"}
    found, secrets = source(prepared, deps, kind, spec, {"repo": "libs", "archivePath": "shop/1.2.zip"}, branch="main")
    assert found == ArchiveSource(url=address, username="robot", password_secret="source_password", ca="PEM")
    assert secrets == {"source_password": "account.token"}


@pytest.mark.parametrize(
    ("kind", "spec", "where"),
    [
        ("Github", {"url": "https://robot:hunter2@github.com/acme", "type": "Account"}, "without a password"),
        ("Github", {"url": "https://github.com/acme", "type": "Account", "authentication": {"type": "Ssh", "spec": {}}}, "sshKeyRef"),
        ("Github", {"url": "https://github.com/a", "type": "Repo", "authentication": {"type": "Http", "spec": {"type": "OAuth"}}}, "type"),
        ("Nexus", {"nexusServerUrl": "https://n.example", "version": "2.x"}, "version"),
    ],
)
def test_what_cannot_be_used_is_refused_when_it_is_made(client: TestClient, kind: str, spec: dict[str, Any], where: str) -> None:
    answer = client.post("/v1/connectors", json={"connector": {"identifier": "x", "name": "x", "type": kind, "spec": spec}})
    assert answer.status_code == 400, where
    assert "hunter2" not in answer.text


def test_a_store_of_archives_needs_the_path_of_one(prepared: TestClient) -> None:
    connector = {"identifier": "nexus", "name": "n", "type": "Nexus", "spec": {"nexusServerUrl": "https://n.example"}}
    assert prepared.post("/v1/connectors", json={"connector": connector}).status_code == 201
    schema = {"identifier": "shop", "name": "Shop", "changelog": {"connector": "account.nexus", "location": "c.yaml"}}
    answer = prepared.post(_SCHEMAS, json=schema)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (400, "ENT-021")


_KEYS = {"type": "ManualConfig", "spec": {"accessKey": "AKIA", "secretKeyRef": "account.token"}, "region": "eu-central-1"}
_PRINCIPAL = {
    "type": "ManualConfig",
    "spec": {"applicationId": "app", "tenantId": "ten", "auth": {"type": "Secret", "spec": {"secretRef": "account.token"}}},
}


@pytest.mark.parametrize(
    ("kind", "spec", "url", "options", "secret_options"),
    [
        (
            "Aws", {"credential": _KEYS}, "s3://changes/releases/<+trigger.tag>.zip",
            {"region": "eu-central-1", "access_key_id": "AKIA"}, {"secret_access_key": "source_secret_access_key"},
        ),
        (
            "Aws", {"credential": {"type": "Irsa"}, "endpoint": "https://minio.example/"}, "s3://changes/releases/<+trigger.tag>.zip",
            {"region": "us-east-1", "endpoint": "https://minio.example", "virtual_hosted_style_request": "false"}, {},
        ),
        (
            "Gcp", {"credential": {"type": "ManualConfig", "spec": {"secretKeyRef": "account.token"}}},
            "gs://changes/releases/<+trigger.tag>.zip", {}, {"service_account_key": "source_service_account_key"},
        ),
        ("Gcp", {"credential": {"type": "InheritFromDelegate"}}, "gs://changes/releases/<+trigger.tag>.zip", {}, {}),
        (
            "Azure", {"credential": _PRINCIPAL, "storageAccount": "acme"}, "az://changes/releases/<+trigger.tag>.zip",
            {"account_name": "acme", "client_id": "app", "tenant_id": "ten"}, {"client_secret": "source_client_secret"},
        ),
        (
            "Azure",
            {"credential": {"type": "InheritFromDelegate"}, "storageAccount": "acme", "azureEnvironmentType": "AZURE_US_GOVERNMENT"},
            "az://changes/releases/<+trigger.tag>.zip",
            {"account_name": "acme", "endpoint": "https://acme.blob.core.usgovcloudapi.net"}, {},
        ),
    ],
)  # fmt: skip
def test_a_cloud_connector_is_a_store_of_objects(
    prepared: TestClient, deps: Deps, kind: str, spec: dict[str, Any], url: str, options: dict[str, str], secret_options: dict[str, str]
) -> None:
    spec |= {"executeOnDelegate": True, "delegateSelectors": ["cloud"]}
    found, secrets = source(prepared, deps, kind, spec, {"bucket": "changes", "archivePath": "releases/<+trigger.tag>.zip"})
    assert found == ObjectSource(url=url, options=options, secret_options=secret_options)
    assert set(secrets.values()) == ({"account.token"} if secret_options else set())
    taken = options | dict.fromkeys(secret_options, "0")
    taken.pop("service_account_key", None)  # it would have to be one
    assert _open(url.replace("<+trigger.tag>", "1"), taken)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://index.docker.io/v2/", "registry-1.docker.io"),
        ("https://registry.example:5000/v2/", "registry.example:5000"),
        ("https://ghcr.io", "ghcr.io"),
    ],
)
def test_a_registry_gives_artifacts_and_says_how_it_is_logged_in_to(prepared: TestClient, deps: Deps, url: str, host: str) -> None:
    auth = {"type": "UsernamePassword", "spec": {"username": "robot", "passwordRef": "account.token"}}
    spec = {"dockerRegistryUrl": url, "providerType": "Other", "auth": auth, "caCertificate": "PEM"}
    found, secrets = source(prepared, deps, "DockerRegistry", spec, {"archivePath": "team/db:1.2"})
    assert found == OciSource(reference=f"{host}/team/db:1.2", username="robot", password_secret="source_password", ca="PEM")
    assert secrets == {"source_password": "account.token"}
    with reading(deps.engine) as connection:
        registry = connectors.get(connection, "account.from_", Scope()).registry
    assert (registry.url, registry.username, registry.password_ref) == (url, "robot", "account.token")


@pytest.mark.parametrize(
    ("kind", "spec", "says"),
    [
        ("Aws", {"credential": {"type": "ManualConfig", "spec": {"accessKey": "AKIA"}}}, "secretKeyRef"),
        ("Aws", {"credential": {"type": "OidcAuthentication"}}, "credential"),
        (
            "Aws",
            {"credential": {"type": "InheritFromDelegate", "crossAccountAccess": {"crossAccountRoleArn": "arn:x"}}},
            "crossAccountAccess",
        ),
        ("Gcp", {"credential": {"type": "ManualConfig"}}, "secretKeyRef"),
        ("Azure", {"credential": {"type": "ManualConfig", "spec": {"applicationId": "a"}}}, "tenantId"),
        ("DockerRegistry", {"dockerRegistryUrl": "https://robot:hunter2@ghcr.io"}, "password"),
        ("DockerRegistry", {"dockerRegistryUrl": "ghcr.io"}, "https://"),
        ("DockerRegistry", {"dockerRegistryUrl": "https://ghcr.io", "auth": {"type": "UsernamePassword"}}, "passwordRef"),
    ],
)
def test_a_cloud_connector_that_no_delegate_can_use_is_refused(client: TestClient, kind: str, spec: dict[str, Any], says: str) -> None:
    answer = client.post("/v1/connectors", json={"connector": {"identifier": "x", "name": "x", "type": kind, "spec": spec}})
    assert answer.status_code == 400
    assert says in answer.text
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    ("kind", "spec", "changelog", "code"),
    [
        ("Aws", {"credential": {"type": "InheritFromDelegate"}}, {"archivePath": "a.zip"}, "PIP-075"),
        ("Aws", {"credential": {"type": "InheritFromDelegate"}}, {"bucket": "b"}, "ENT-021"),
        ("Azure", {"credential": {"type": "InheritFromDelegate"}}, {"bucket": "b", "archivePath": "a.zip"}, "PIP-076"),
        ("DockerRegistry", {"dockerRegistryUrl": "https://ghcr.io"}, {}, "ENT-021"),
    ],
)
def test_a_schema_says_where_in_the_store_it_is(
    prepared: TestClient, kind: str, spec: dict[str, Any], changelog: dict[str, str], code: str
) -> None:
    connector = {"identifier": "store", "name": "s", "type": kind, "spec": spec}
    assert prepared.post("/v1/connectors", json={"connector": connector}).status_code == 201
    schema = {"identifier": "shop", "name": "Shop", "changelog": {"connector": "account.store", "location": "c.yaml", **changelog}}
    answer = prepared.post(_SCHEMAS, json=schema)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (400, code)


def test_a_repository_without_a_connector_says_what_to_do(prepared: TestClient, deps: Deps) -> None:
    schema = {"identifier": "shop", "name": "Shop", "changelog": {"repo": "orders", "location": "c.yaml"}}
    assert prepared.post(_SCHEMAS, json=schema).status_code == 201
    body = {"identifier": "dev", "name": "Dev", "connector": "account.db", "branch": "main"}
    assert prepared.post(f"{_SCHEMAS}/shop/instance", json=body).status_code == 201
    with reading(deps.engine) as connection, pytest.raises(InputError) as caught:
        find_instance(connection)(SYSTEM, Scope("default", "default"), "shop", "dev", "dbops_instance_view")
    problem = caught.value.problems[0]
    assert problem.code == "PIP-050"
    assert "Git connector with the URL of 'orders'" in (problem.fix or "")


@pytest.mark.parametrize(
    ("found", "commit", "pinned"),
    [
        (OciSource(reference="ghcr.io/t/db:1"), "sha256:ab", OciSource(reference="ghcr.io/t/db@sha256:ab")),
        (OciSource(reference="r:5000/t/db"), "sha256:ab", OciSource(reference="r:5000/t/db@sha256:ab")),
        (OciSource(reference="r:5000/t/db:1@sha256:cd"), "sha256:ab", OciSource(reference="r:5000/t/db@sha256:ab")),
        (ObjectSource(url="s3://b/a"), "sha256:ab", ObjectSource(url="s3://b/a", sha256="sha256:ab")),
        (ArchiveSource(url="https://h/a"), "sha256:ab", ArchiveSource(url="https://h/a", sha256="sha256:ab")),
        (GitSource(url="u", branch="main"), "c0ffee", GitSource(url="u", branch="main", commit="c0ffee")),
    ],
)
def test_later_jobs_take_what_the_first_one_took(found: Source, commit: str, pinned: Source) -> None:
    context: Any = SimpleNamespace(pins={"commits": {"key": commit}})
    facts: Any = SimpleNamespace(source=found, source_key="key")
    assert _jobs.pinned(context, facts) == [pinned]
