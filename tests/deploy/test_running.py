"""The chart's pods really run: the stand-in's kubelet starts them by runc, with their secrets, their user and their read-only root."""

import base64
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.deploy.helm import ROOT, Document, one, pods, render
from tests.deploy.test_chart import created
from tests.kubesim.cluster import Cluster
from tests.kubesim.runc import RuncRuntime, why_not
from tests.kubesim.runtimes import Image
from tools.servers import free_port

_REASON = why_not()
if _REASON and os.environ.get("REQUIRE_RUNC") == "1":
    raise RuntimeError(_REASON)
pytestmark = pytest.mark.skipif(_REASON is not None, reason=str(_REASON))

PROGRAM = Path(sys.executable).parent
IMAGE = Image(
    environment={
        "PATH": f"{PROGRAM}:/usr/bin:/bin",
        "HOME": "/var/lib/bascule",
        "BASCULE_HOST": "127.0.0.1",
        "BASCULE_DATA_DIR": "/var/lib/bascule",
        "BASCULE_DELEGATE_DATA": "/var/lib/bascule/delegate",
        "PYTHONDONTWRITEBYTECODE": "1",
    },
    entrypoint=(str(PROGRAM / "bascule"),),
    binds=(str(ROOT), sys.base_prefix),
)
"""As deploy/Dockerfile says it, with this checkout's own program."""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with Cluster(tmp_path / "cluster", {"bascule:0.1.0": IMAGE}, RuncRuntime(tmp_path / "runc")) as running:
        labels = {"pod-security.kubernetes.io/enforce": "restricted"}
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "bascule", "labels": labels}}
        assert created(running, namespace).status_code == 201
        yield running
        assert not running.unimplemented


def secret(cluster: Cluster, name: str, **texts: str) -> None:
    data = {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
    document = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "bascule"}, "data": data}
    assert created(cluster, document).status_code == 201


def pod(cluster: Cluster, documents: list[Document], name: str) -> None:
    """What the controller of a deployment or stateful set would ask for."""
    spec = dict(pods(documents))[name]
    account = one(documents, "ServiceAccount", spec["serviceAccountName"])
    assert created(cluster, account).status_code == 201
    answer = created(cluster, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "bascule"}, "spec": spec})
    assert answer.status_code == 201, answer.text


def log(cluster: Cluster, name: str) -> str:
    (found,) = [item for item in cluster.all("pods", "bascule") if item["metadata"]["name"] == name]
    written = cluster.call(lambda: cluster.kubelet.log_of(found["metadata"]["uid"], name.removeprefix("bascule-")))
    return f"{found['status']}\n{written.text() if written else ''}"


def until(found: Callable[[], bool], told: Callable[[], str], patience_s: float = 60) -> None:
    ends = time.monotonic() + patience_s
    while not found():
        assert time.monotonic() < ends, told()
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


def test_a_manager_with_secrets_from_outside_and_a_delegate_that_waits_for_its_token(cluster: Cluster) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    documents = render(
        {
            "manager": {
                "store": {"existingSecret": "store"},
                "masterKey": {"existingSecret": "master-key"},
                "adminPassword": {"existingSecret": "admin"},
                "extraArgs": [f"--port={port}"],
            },
            "delegate": {"managerUrl": url, "kubernetes": {"enabled": False}, "tags": ["prod"]},
        }
    )
    secret(cluster, "store", url="sqlite:////var/lib/bascule/a.db\n")
    secret(cluster, "master-key", **{"master.key": base64.b64encode(os.urandom(32)).decode() + "\n"})
    secret(cluster, "admin", password="correct-horse-battery\n")
    pod(cluster, documents, "bascule-manager")
    until(lambda: answers(url), lambda: log(cluster, "bascule-manager"))
    pod(cluster, documents, "bascule-delegate")
    with httpx.Client(base_url=url) as http:
        assert http.post("/v1/login", json={"username": "admin", "password": "correct-horse-battery"}).status_code == 200
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": url}
        made = http.post("/v1/delegate-tokens", json={"name": "chart", "tags": ["prod", "dev"]}, headers=headers)
        assert made.status_code == 201, made.text
        secret(cluster, "bascule-delegate-token", token=made.json()["value"])
        until(lambda: "bascule-delegate" in http.get("/v1/delegates").text, lambda: log(cluster, "bascule-delegate"))
        (delegate,) = http.get("/v1/delegates").json()
        assert "prod" in str(delegate)
        assert "dev" not in str(delegate["tags"])
