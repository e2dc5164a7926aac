"""Which cluster a delegate talks to, and as whom."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bascule.core.errors import BasculeError
from bascule.delegate.pods import connect as module
from bascule.delegate.pods.connect import connect
from bascule.delegate.settings import PodSettings
from bascule.wire.pods import Cluster as Asked
from tests.kubesim import tls
from tests.kubesim.cluster import Cluster

from .conftest import ACCOUNT, NAMESPACE, Hands, idle, nothing_is_left


def test_in_a_cluster_it_is_the_service_account_whose_token_is_renewed(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = tmp_path / "serviceaccount"
    account.mkdir()
    (account / "ca.crt").write_text(cluster.ca)
    (account / "namespace").write_text(NAMESPACE)
    (account / "token").write_text(cluster.token_of(NAMESPACE, ACCOUNT))
    monkeypatch.setattr(module, "SERVICE_ACCOUNT", account)
    assert not module.is_in_cluster()
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(cluster.port))
    assert module.is_in_cluster()
    hands = Hands(PodSettings(patience_s=5), tmp_path / "delegate")
    carried = hands.start(idle())
    carried.until_told("runs")
    cluster.call(lambda: cluster.access.revoke(f"system:serviceaccount:{NAMESPACE}:{ACCOUNT}"))
    (account / "token").write_text(cluster.token_of(NAMESPACE, ACCOUNT))
    carried.cancel()
    assert carried.ended().status == "cancelled"
    assert nothing_is_left(cluster)
    hands.leave()


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_a_program_logs_in_and_is_asked_again_when_its_token_ends(cluster: Cluster, tmp_path: Path, version: str) -> None:
    token, program = tmp_path / "token", tmp_path / "login"
    token.write_text(cluster.token_of(NAMESPACE, ACCOUNT))
    program.write_text(LOGIN)
    asked = {"apiVersion": f"client.authentication.k8s.io/{version}", "command": "python3", "args": [str(program), str(token)]}
    config = cluster.kubeconfig(program=asked, namespace=NAMESPACE, name="program.kubeconfig")
    hands = Hands(PodSettings(kubeconfig=config, patience_s=5), tmp_path / "delegate")
    carried = hands.start(idle())
    carried.until_told("runs")
    cluster.call(lambda: cluster.access.revoke(f"system:serviceaccount:{NAMESPACE}:{ACCOUNT}"))
    token.write_text(cluster.token_of(NAMESPACE, ACCOUNT))
    carried.cancel()
    assert carried.ended().status == "cancelled"
    assert nothing_is_left(cluster)
    info = (tmp_path / "token.info").read_text()
    assert ('"interactive":false' in info and "io/v1" in info) if version == "v1" else info == ""
    hands.leave()


LOGIN = """import json, os, sys
open(sys.argv[1] + ".info", "w").write(os.environ.get("KUBERNETES_EXEC_INFO", ""))
print(json.dumps({"kind": "ExecCredential", "status": {"token": open(sys.argv[1]).read()}}))
"""


@pytest.mark.parametrize(("command", "said"), [("there-is-no-such-program", "there-is-no-such-program"), ("false", "false returned 1")])
def test_a_program_that_cannot_log_in_is_told(cluster: Cluster, tmp_path: Path, command: str, said: str) -> None:
    asked = {"apiVersion": "client.authentication.k8s.io/v1", "command": command}
    config = cluster.kubeconfig(program=asked, namespace=NAMESPACE, name="program.kubeconfig")
    hands = Hands(PodSettings(kubeconfig=config, patience_s=0.3), tmp_path / "delegate")
    problem = hands.start(idle()).problem()
    assert problem["code"] == "K8S-004"
    assert said in problem["why"]
    hands.leave()


def test_a_certificate_that_the_cluster_does_not_have_is_not_trusted(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    _, _, other = tls.make(tmp_path / "other")
    kube = connect(PodSettings(), Asked(url=cluster.url, ca=other, token_secret="t"), {"t": cluster.token_of(NAMESPACE, ACCOUNT)})

    async def ask() -> Any:
        try:
            return await kube.pods(NAMESPACE, {"a": "b"})
        finally:
            await kube.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kube._client._client._client._transport, "_patience_s", 0.1)
        with pytest.raises(Exception, match="certificate verify failed"):
            asyncio.run(ask())


def test_a_job_may_log_in_with_a_certificate_or_a_password(tmp_path: Path) -> None:
    certificate, key, ca = tls.make(tmp_path)
    secrets = {"c": certificate.read_text(), "k": key.read_text(), "p": "CANARY"}
    by_certificate = Asked(url="https://k.example", ca=ca, client_certificate_secret="c", client_key_secret="k")
    assert connect(PodSettings(), by_certificate, secrets).url == "https://k.example"
    by_password = connect(PodSettings(), Asked(url="https://k.example", username="u", password_secret="p"), secrets)
    assert type(by_password._client._client._client.auth).__name__ == "BasicAuth"
    with pytest.raises(BasculeError, match="K8S-002"):
        connect(PodSettings(), Asked(url="https://k.example", client_certificate_secret="c"), secrets)
    with pytest.raises(BasculeError, match="K8S-002"):
        connect(PodSettings(), Asked(url="https://k.example", ca="no certificate"), {})


def test_a_kubeconfig_that_is_none_is_told(tmp_path: Path) -> None:
    for file, text in {"config": "{clusters: [], contexts: []}", "cut": "clusters: [", "list": "[]", "word": "kubeconfig"}.items():
        (tmp_path / file).write_text(text)
    for file in ("missing", "config", "cut", "list", "word"):
        with pytest.raises(BasculeError, match="K8S-002"):
            connect(PodSettings(kubeconfig=tmp_path / file), Asked(), {})
