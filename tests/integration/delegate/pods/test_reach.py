"""Whether pods could be made there: what a delegate says of a cluster before a pod is asked for."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.delegate.folder import Ended
from bascule.delegate.pods import reach as module
from bascule.delegate.pods.binding import Setup
from bascule.delegate.pods.runner import Pods
from bascule.delegate.settings import PodSettings
from bascule.wire.pods import Cluster as Asked
from bascule.wire.pods import Reach
from tests.kubesim import tls
from tests.kubesim.cluster import Cluster

from .conftest import ACCOUNT, NAMESPACE, RBAC, Place

BARE = "limited"
Ask = Callable[..., Ended]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    def asked(settings: PodSettings | None = None, secrets: dict[str, str] | None = None, **fields: Any) -> Ended:
        pods = Pods(settings or PodSettings(), Setup(delegate="d1", manager="https://m", image="i"), tmp_path, buffer_bytes=2**20)
        return asyncio.run(pods.reach(Reach(**fields), secrets or {}))

    return asked


def refused(ask: Ask, *given: Any, **fields: Any) -> Problem:
    with pytest.raises(TargetError) as caught:
        ask(*given, **fields)
    (problem,) = caught.value.problems
    return problem


def as_account(cluster: Cluster, account: str = ACCOUNT, **fields: Any) -> dict[str, Any]:
    """The job's own cluster, as a service account of it."""
    given = {"url": cluster.url, "ca": cluster.ca, "token_secret": "t"} | fields
    return {"cluster": Asked(**given), "secrets": {"t": cluster.token_of(NAMESPACE, account)}, "namespace": NAMESPACE}


def limited(cluster: Cluster, *rules: dict[str, Any]) -> None:
    """A service account with these rules."""
    role = {"kind": "Role", "name": BARE, "apiGroup": "rbac.authorization.k8s.io"}
    there = {"name": BARE, "namespace": NAMESPACE}
    documents = [
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": there, "rules": list(rules)},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": there,
            "roleRef": role,
            "subjects": [{"kind": "ServiceAccount", **there}],
        },
    ]
    cluster.apply(yaml.safe_dump_all(documents))


def core(resource: str, *verbs: str) -> dict[str, Any]:
    return {"apiGroups": [""], "resources": [resource], "verbs": list(verbs)}


def test_what_is_asked_is_the_role_that_we_ship() -> None:
    role = next(document for document in yaml.safe_load_all(RBAC.read_text()) if document["kind"] == "Role")
    shipped = {resource: set(rule["verbs"]) for rule in role["rules"] for resource in rule["resources"]}
    assert {resource: set(verbs) for resource, verbs in (module.NEEDED | module.HELPFUL).items()} == shipped


def test_as_the_shipped_service_account_all_is_well(place: Place, settings: PodSettings, ask: Ask) -> None:
    ended = ask(settings)
    assert (ended.status, ended.problems) == ("success", [])
    assert ended.outputs["namespace"] == NAMESPACE
    assert ended.outputs["version"].startswith("v1.")
    assert "watch pods" in ended.outputs["allowed"]
    assert place.all("pods") == []


def test_the_jobs_own_cluster_is_asked_as_the_jobs_own_user(cluster: Cluster, ask: Ask) -> None:
    ended = ask(**as_account(cluster))
    assert len(ended.outputs["allowed"]) == 10


def test_each_missing_verb_is_named_with_its_rule(cluster: Cluster, ask: Ask) -> None:
    limited(cluster, core("pods", "get", "list", "create"), core("secrets", "create", "delete"))
    problem = refused(ask, **as_account(cluster, BARE))
    assert problem.code == "K8S-005"
    assert problem.what == "the delegate may not watch, patch or delete pods, nor get pods/log, nor list events in the namespace 'bascule'"
    assert '{apiGroups: [""], resources: ["pods"], verbs: ["watch", "patch", "delete"]}' in str(problem.fix)
    assert "deploy/kubernetes/rbac.yaml" in str(problem.fix)


def test_a_right_that_pods_can_do_without_is_a_warning(cluster: Cluster, ask: Ask) -> None:
    limited(cluster, *(core(resource, *verbs) for resource, verbs in module.NEEDED.items()))
    ended = ask(**as_account(cluster, BARE))
    (warning,) = ended.problems
    assert (ended.status, warning["code"], warning["severity"]) == ("success", "K8S-050", "warning")
    assert "get pods/log, nor list events" in warning["what"]


def test_the_role_of_one_namespace_is_worth_nothing_in_another(cluster: Cluster, ask: Ask) -> None:
    problem = refused(ask, **as_account(cluster) | {"namespace": "default"})
    assert (problem.code, "in the namespace 'default'" in problem.what) == ("K8S-005", True)


def test_a_wrong_token_is_told(cluster: Cluster, ask: Ask) -> None:
    problem = refused(ask, **as_account(cluster) | {"secrets": {"t": "CANARY-wrong"}})
    assert (problem.code, problem.where) == ("K8S-004", cluster.url)
    assert "CANARY" not in str(problem)


def test_what_cannot_be_reached_says_why(cluster: Cluster, ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = tls.make(tmp_path / "other")[2]
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        nobody = f"https://127.0.0.1:{unheard.getsockname()[1]}"
        cases = (
            ({"ca": other}, "certificate verify failed", "caCertRef"),
            ({"url": nobody}, "connection refused", "port"),
            ({"url": "https://cluster.invalid"}, "its name is not known here", "DNS"),
        )
        for fields, why, fix in cases:
            problem = refused(ask, **as_account(cluster, **fields))
            assert (problem.code, problem.what) == ("K8S-003", "the cluster cannot be reached")
            assert why in str(problem.why)
            assert fix in str(problem.fix)


def test_who_does_not_answer_is_not_waited_for_long(cluster: Cluster, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.3)
    cluster.fault("GET /version", delay_s=2)
    problem = refused(ask, **as_account(cluster))
    assert (problem.code, "firewall" in str(problem.fix)) == ("K8S-003", True)


def test_a_cluster_that_does_not_say_what_one_may_do_is_told_so(cluster: Cluster, ask: Ask) -> None:
    cluster.fault("POST .*/selfsubjectaccessreviews", code=403, times=9)
    assert refused(ask, **as_account(cluster)).code == "K8S-052"


def test_what_is_no_api_server_is_told_apart(cluster: Cluster, ask: Ask) -> None:
    cluster.fault("GET /version", code=404)
    assert refused(ask, **as_account(cluster)).code == "K8S-051"


def test_a_cluster_that_keeps_its_version_may_have_pods(cluster: Cluster, ask: Ask) -> None:
    cluster.fault("GET /version", code=403)
    assert ask(**as_account(cluster)).outputs["version"] == ""


def test_without_kubernetes_a_delegate_says_that(tmp_path: Path) -> None:
    pods = Pods(None, Setup(delegate="d1", manager="https://m", image="i"), tmp_path, buffer_bytes=2**20)
    with pytest.raises(TargetError, match="K8S-001"):
        asyncio.run(pods.reach(Reach(), {}))
