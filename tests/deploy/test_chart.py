"""The Helm chart, rendered by Helm itself: valid in every version, restricted, complete, and refusing what cannot work."""

import json
import ssl
from pathlib import Path
from typing import Any

import helm_python
import httpx
import kubernetes_validate
import pytest
import yaml

from bascule import __version__
from bascule.cli.delegate import delegate as delegate_command
from bascule.cli.server import server as server_command
from tests.deploy.helm import CHART, EXAMPLES, ROOT, Document, example, notes, one, pods, render
from tests.kubesim.answers import ApiError
from tests.kubesim.cluster import Cluster
from tests.kubesim.resources import of_kind
from tests.kubesim.rules import pod_spec, refuse_insecure

VERSIONS = ("1.31", "1.34", "1.37")
OPERATOR_KINDS = {"PodMonitor"}
"""Of the Prometheus operator: no schema of Kubernetes says what they are."""
CASES = [None, *EXAMPLES]

RULES = [
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["create", "get", "list", "watch", "patch", "delete"]},
    {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]},
    {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create", "delete"]},
    {"apiGroups": [""], "resources": ["events"], "verbs": ["list"]},
]


def documents(case: str | None) -> list[Document]:
    return render(example(case) if case else None)


def grants(rules: list[Document]) -> set[tuple[str, str, str, str]]:
    """Every single right, so that two ways to write rules compare."""
    return {
        (group, resource, verb, name)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
        for name in rule.get("resourceNames") or ["*"]
    }


@pytest.mark.parametrize("case", CASES)
def test_helm_lints_it_without_a_warning(case: str | None) -> None:
    found = helm_python.lint(CHART, example(case) if case else {})
    assert [message for message in found["messages"] if message["severity"] > 1] == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", CASES)
def test_every_document_is_valid(case: str | None, version: str) -> None:
    for document in documents(case):
        if document["kind"] not in OPERATOR_KINDS:
            kubernetes_validate.validate(document, version, strict=True)


@pytest.mark.parametrize("case", CASES)
def test_every_pod_passes_the_restricted_profile_on_a_read_only_root(case: str | None) -> None:
    found = pods(documents(case))
    assert found
    for name, spec in found:
        refuse_insecure(spec, name, "restricted")
        assert list(pod_spec(spec, "spec")) == []
        for container in spec["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["resources"]["limits"]["memory"]
        assert spec["securityContext"]["runAsUser"] == 65532


def test_the_check_of_the_profile_would_find_something() -> None:
    for name, spec in pods(render({"securityContext": {"allowPrivilegeEscalation": True}})):
        with pytest.raises(ApiError):
            refuse_insecure(spec, name, "restricted")


def created(cluster: Cluster, document: Document) -> httpx.Response:
    """By the API, as kubectl would with --validate=strict."""
    resource = of_kind(document["apiVersion"], document["kind"])
    assert resource is not None
    root = f"/apis/{resource.api_version}" if resource.group else f"/api/{resource.version}"
    place = f"/namespaces/{document['metadata']['namespace']}" if resource.namespaced else ""
    return httpx.post(
        f"{cluster.url}{root}{place}/{resource.plural}?fieldValidation=Strict",
        json=document,
        headers={"Authorization": f"Bearer {cluster.access.admin_token}"},
        verify=ssl.create_default_context(cadata=cluster.ca),
    )


@pytest.mark.parametrize("case", CASES)
def test_a_strict_api_server_takes_it_where_pods_must_be_restricted(case: str | None, tmp_path: Path) -> None:
    with Cluster(tmp_path / "cluster", {}) as cluster:
        cluster.api.priority_classes.append("business-critical")
        labels = {"pod-security.kubernetes.io/enforce": "restricted"}
        namespaces = [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}} for name in ("bascule", "bascule-jobs")
        ]
        known = [item for item in documents(case) if of_kind(item["apiVersion"], item["kind"])]
        unknown = {item["kind"] for item in documents(case)} - {item["kind"] for item in known}
        assert unknown <= {*OPERATOR_KINDS, "Ingress", "HorizontalPodAutoscaler"}
        asked_for = [
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"{name}-0", "namespace": "bascule"}, "spec": spec}
            for name, spec in pods(known)
        ]
        for document in [*namespaces, *known, *asked_for]:
            answer = created(cluster, document)
            assert answer.status_code == 201, f"{document['kind']}: {answer.text}"
        assert not cluster.unimplemented


@pytest.mark.parametrize("case", [case for case in CASES if case != "manager-only"])
def test_its_role_lets_the_delegate_do_what_pods_need_and_nothing_else(case: str | None) -> None:
    found = documents(case)
    roles = [item for item in found if item["kind"] == "Role"]
    if case == "throw-away":
        assert roles == []
        return
    assert {role["metadata"]["namespace"] for role in roles} == {"bascule", *({"bascule-jobs"} if case == "production" else ())}
    account = one(found, "StatefulSet")["spec"]["template"]["spec"]["serviceAccountName"]
    for role in roles:
        assert grants(role["rules"]) == grants(RULES)
        (binding,) = [
            item for item in found if item["kind"] == "RoleBinding" and item["metadata"]["namespace"] == role["metadata"]["namespace"]
        ]
        assert binding["roleRef"]["name"] == role["metadata"]["name"]
        assert binding["subjects"] == [{"kind": "ServiceAccount", "name": account, "namespace": "bascule"}]
    assert not [item for item in found if item["kind"].startswith("ClusterRole")]


RBAC = ROOT / "deploy" / "kubernetes" / "rbac.yaml"


def test_its_role_is_that_of_the_plain_manifest() -> None:
    shipped = one([item for item in yaml.safe_load_all(RBAC.read_text()) if item], "Role")
    assert grants(one(render(), "Role")["rules"]) == grants(shipped["rules"])


def options(command: Any) -> set[str]:
    commands = [command, *getattr(command, "commands", {}).values()]
    return {word for one_of in commands for parameter in one_of.params for word in parameter.opts}


def variables(command: Any) -> set[str]:
    found: set[str] = set()
    for parameter in command.params:
        found |= {parameter.envvar} if isinstance(parameter.envvar, str) else set(parameter.envvar or ())
    return found


@pytest.mark.parametrize("case", CASES)
def test_the_programs_know_every_option_and_variable_that_they_are_given(case: str | None) -> None:
    for name, spec in pods(documents(case)):
        (container,) = spec["containers"]
        if name.endswith("-test"):
            continue
        command = delegate_command if container["args"][0] == "delegate" else server_command
        given = {word.partition("=")[0] for word in container["args"][1:]}
        assert given <= options(command)
        ours = {item["name"] for item in container["env"] if item["name"].startswith("BASCULE_")}
        assert ours
        assert ours <= variables(command)


def test_the_chart_is_of_this_version() -> None:
    with helm_python.Chart.load(CHART) as chart:
        assert chart.metadata["appVersion"] == __version__


def keys(schema: Document, root: Document) -> Any:
    """A schema's properties, as deep as it says any."""
    if "$ref" in schema:
        schema = root["definitions"][schema["$ref"].rpartition("/")[2]]
    if "properties" not in schema:
        return None
    return {name: keys(below, root) for name, below in schema["properties"].items()}


def same_keys(values: Any, known: Any, path: str = "") -> list[str]:
    if known is None or not isinstance(values, dict):
        return []
    wrong = [f"{path}.{name}" for name in values.keys() ^ known.keys() if name not in ("global", "claims")]
    return wrong + [word for name in values.keys() & known.keys() for word in same_keys(values[name], known[name], f"{path}.{name}")]


def test_the_schema_and_the_values_have_the_same_keys() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    assert same_keys(yaml.safe_load((CHART / "values.yaml").read_text()), keys(schema, schema)) == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"manager": {"replica": 2}}, "replica"),
        ({"manager": {"replicas": "2"}}, "replicas"),
        ({"delegate": {"capacity": 0}}, "capacity"),
        ({"delegate": {"tags": "prod"}}, "tags"),
        ({"delegate": {"tags": ["a,b"]}}, "tags"),
        ({"delegate": {"healthPort": 80}}, "healthPort"),
        ({"image": {"digest": "latest"}}, "digest"),
        ({"proxy": {"httpsProxy": "proxy:3128"}}, "httpsProxy"),
        ({"manager": {"replicas": 2}}, "more than one manager needs"),
        ({"manager": {"autoscaling": {"enabled": True}}}, "more than one manager needs"),
        ({"manager": {"store": {"existingSecret": "store"}}}, "name manager.masterKey.existingSecret too"),
        ({"manager": {"ingress": {"enabled": True}}}, "manager.ingress.hosts is empty"),
        ({"manager": {"enabled": False}}, "delegate.managerUrl is needed"),
        ({"delegate": {"token": {"existingSecret": ""}}}, "delegate.token.existingSecret is needed"),
        ({"delegate": {"metrics": {"podMonitor": {"enabled": True}}}}, "needs delegate.healthPort"),
        ({"delegate": {"metrics": {"annotations": True}}}, "needs delegate.healthPort"),
        ({"manager": {"metrics": {"annotations": True}}}, "metrics"),
    ],
)
def test_values_that_cannot_work_are_refused_with_a_reason(values: Document, told: str) -> None:
    with pytest.raises(helm_python.HelmError) as caught:
        render(values)
    assert told in str(caught.value)


def test_a_store_on_a_volume_has_one_manager_at_a_time() -> None:
    found = render()
    manager = one(found, "Deployment")
    assert manager["spec"]["replicas"] == 1
    assert manager["spec"]["strategy"] == {"type": "Recreate"}
    claim = one(found, "PersistentVolumeClaim")
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    assert {"name": "data", "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}} in manager["spec"]["template"]["spec"][
        "volumes"
    ]


def test_with_postgresql_nothing_is_kept_in_a_pod_and_secrets_are_files() -> None:
    found = documents("production")
    assert not [item for item in found if item["kind"] == "PersistentVolumeClaim"]
    spec = one(found, "Deployment")["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    told = {item["name"]: item.get("value") for item in container["env"]}
    assert told["BASCULE_STORE_FILE"] == "/run/bascule/secrets/store"
    assert told["BASCULE_PUBLIC_URL"] == "https://bascule.example.com"
    assert {"name": "data", "emptyDir": {}} in spec["volumes"]
    (secrets,) = [volume["projected"] for volume in spec["volumes"] if "projected" in volume]
    assert secrets["defaultMode"] == 0o440
    assert {source["secret"]["name"]: source["secret"]["items"][0]["path"] for source in secrets["sources"]} == {
        "bascule-store": "store",
        "bascule-master-key": "master.key",
        "bascule-admin": "admin-password",
        "opa-token": "opa-token",
    }
    assert "secretKeyRef" not in json.dumps(found)


def test_a_delegate_alone_only_calls_out() -> None:
    found = documents("delegate-only")
    assert not [item for item in found if "manager" in item["metadata"]["name"]]
    assert one(found, "NetworkPolicy")["spec"]["ingress"] == []
    service = one(found, "Service")["spec"]
    assert (service["clusterIP"], service.get("ports")) == ("None", None)
    (container,) = one(found, "StatefulSet")["spec"]["template"]["spec"]["containers"]
    assert "ports" not in container
    assert {"name": "BASCULE_MANAGER", "value": "https://bascule.example.com"} in container["env"]


def test_a_delegate_that_is_asked_for_its_health_listens_on_one_port() -> None:
    found = render({"delegate": {"healthPort": 8090}})
    (container,) = one(found, "StatefulSet")["spec"]["template"]["spec"]["containers"]
    assert container["ports"] == [{"name": "health", "containerPort": 8090, "protocol": "TCP"}]
    assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "health"}
    policy = one(found, "NetworkPolicy", "bascule-delegate")
    assert policy["spec"]["ingress"] == [{"ports": [{"port": "health", "protocol": "TCP"}]}]


@pytest.mark.parametrize("case", CASES)
def test_nobody_is_sent_to_the_manager_for_metrics_that_it_tells_its_own_machine_alone(case: str | None) -> None:
    for document in documents(case):
        assert document["kind"] != "ServiceMonitor"
        if document["kind"] == "Deployment":
            assert "annotations" not in document["spec"]["template"]["metadata"]


def test_a_jobs_end_is_waited_for_when_a_pod_must_go() -> None:
    assert one(render(), "StatefulSet")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] >= 600
    assert one(render(), "Deployment")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] >= 60


def test_selectors_hold_nothing_that_an_upgrade_changes() -> None:
    for item in documents("production"):
        if item["kind"] in ("Deployment", "StatefulSet"):
            chosen = item["spec"]["selector"]["matchLabels"]
            assert set(chosen) == {f"app.kubernetes.io/{word}" for word in ("name", "instance", "component")}
            assert chosen.items() <= item["spec"]["template"]["metadata"]["labels"].items()


def test_long_release_names_make_valid_names() -> None:
    for document in render(name="a-release-with-a-name-of-just-fifty-three-characters"):
        kubernetes_validate.validate(document, "1.37", strict=True)
        assert len(document["metadata"]["name"]) <= 63


def test_the_notes_say_what_is_to_be_done_next() -> None:
    told = notes()
    assert "create secret generic bascule-delegate-token" in told
    assert "first start" in told
    assert "master.key" in told
    assert "WARNING" in notes(example("throw-away"))
    assert "WARNING" in notes({"manager": {"enabled": False}, "delegate": {"managerUrl": "http://bascule.example.com"}})
    assert "WARNING" not in notes(example("production"))
    assert "https://bascule.example.com" in notes(example("production"))
