"""From a connector, a DB schema and a DB instance to the source that a job fetches."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.manager.pipelines.targets import find_instance
from bascule.wire.jobs import ArchiveSource, GitSource, Source

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
