"""Kubernetes connectors: Harness's shapes, and what a pod's job gets of them."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from bascule.manager.connectors import jobs as for_jobs
from bascule.manager.connectors import service as connectors
from bascule.manager.database import reading
from bascule.manager.deps import Deps
from bascule.manager.identity.model import Scope
from bascule.wire.pods import Cluster

TOKEN = {"type": "ServiceAccount", "spec": {"serviceAccountTokenRef": "k8s_token", "caCertRef": "k8s_ca"}}
CERTIFICATE = {"type": "ClientKeyCert", "spec": {"clientCertRef": "k8s_cert", "clientKeyRef": "k8s_key"}}
PASSWORD = {"type": "UsernamePassword", "spec": {"username": "robot", "passwordRef": "k8s_password"}}


def cluster(credential: Any) -> dict[str, Any]:
    spec = {"credential": credential, "delegateSelectors": ["in-cluster"]}
    return {"connector": {"identifier": "k8s", "name": "Cluster", "type": "K8sCluster", "spec": spec}}


def manual(auth: Any, url: str = "https://k8s.example.com:6443") -> dict[str, Any]:
    return {"type": "ManualConfig", "spec": {"masterUrl": url, "auth": auth}}


@pytest.mark.parametrize(
    ("credential", "expected", "secrets"),
    [
        ({"type": "InheritFromDelegate"}, Cluster(), {}),
        (
            manual(TOKEN),
            Cluster(url="https://k8s.example.com:6443", token_secret="cluster_token", ca_secret="cluster_ca"),
            {"cluster_token": "account.k8s_token", "cluster_ca": "account.k8s_ca"},
        ),
        (
            manual(CERTIFICATE),
            Cluster(url="https://k8s.example.com:6443", client_certificate_secret="cluster_certificate", client_key_secret="cluster_key"),
            {"cluster_certificate": "account.k8s_cert", "cluster_key": "account.k8s_key"},
        ),
        (
            manual(PASSWORD),
            Cluster(url="https://k8s.example.com:6443", username="robot", password_secret="cluster_password"),
            {"cluster_password": "account.k8s_password"},
        ),
    ],
)
def test_a_cluster_in_harness_words_is_one_for_pods(
    client: TestClient, deps: Deps, credential: Any, expected: Cluster, secrets: dict[str, str]
) -> None:
    for identifier in ("k8s_token", "k8s_ca", "k8s_cert", "k8s_key", "k8s_password"):
        spec = {"value": "some-secret-text"}
        client.post("/v1/secrets", json={"secret": {"identifier": identifier, "name": identifier, "type": "SecretText", "spec": spec}})
    answer = client.post("/v1/connectors", json=cluster(credential))
    assert answer.status_code == 201, answer.text
    assert client.get("/v1/connectors/k8s").json()["connector"]["spec"]["credential"] == credential
    noted: dict[str, str] = {}
    with reading(deps.engine) as connection:
        found = connectors.get(connection, "account.k8s", Scope("default", "default"))
    assert for_jobs.cluster(found, noted) == expected
    assert noted == secrets
    assert found.cluster.delegate_selectors == ["in-cluster"]


@pytest.mark.parametrize(
    "credential",
    [
        {"type": "Elsewhere"},
        {"type": "ManualConfig"},
        manual({"type": "OpenIdConnect", "spec": {}}),
        manual({"type": "UsernamePassword", "spec": {"username": "robot", "password": "plain"}}),
        manual(TOKEN, "https://robot:secret@k8s.example.com"),
    ],
)
def test_a_cluster_that_nobody_could_log_in_to_is_refused(client: TestClient, credential: Any) -> None:
    assert client.post("/v1/connectors", json=cluster(credential)).status_code == 400


def test_what_is_no_cluster_says_so(client: TestClient, deps: Deps) -> None:
    client.post("/v1/connectors", json=cluster({"type": "InheritFromDelegate"}))
    with reading(deps.engine) as connection:
        found = connectors.get(connection, "account.k8s", Scope())
    with pytest.raises(ValueError, match="is of type K8sCluster, not Jdbc"):
        _ = found.jdbc
