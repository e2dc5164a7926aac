"""Secrets in clouds, clusters and beside the delegate: asked by the official clients, of a real server where there is one."""

import asyncio
import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.delegate.secrets import SecretManagers, lookup
from bascule.delegate.settings import DelegateSettings
from bascule.wire.delegates import ExternalSecret
from tests.kubesim.cluster import Cluster
from tests.stand_ins.azure import CLIENT, SECRET, TENANT, Azure
from tests.stand_ins.google import Google


def managers(folder: Path, **more: Any) -> SecretManagers:
    return SecretManagers(DelegateSettings(manager="http://nowhere", token="t", data_directory=folder, **more))


def look_up(of: SecretManagers, secret: ExternalSecret, **credentials: str) -> str:
    return asyncio.run(of.look_up({"wanted": secret}, {f"manager:{name}": text for name, text in credentials.items()}))["wanted"]


def refused(of: SecretManagers, secret: ExternalSecret, **credentials: str) -> Problem:
    with pytest.raises(TargetError) as caught:
        look_up(of, secret, **credentials)
    (problem,) = caught.value.problems
    assert not any(text in str(problem) for text in credentials.values())
    return problem


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_PAUSES_S", (0.05, 0.05))
    for name in list(os.environ):
        if name.startswith(("AWS_", "AZURE_", "GOOGLE_", "KUBE")):
            monkeypatch.delenv(name)


# AWS


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client("secretsmanager", "eu-west-1", endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="y")
    client.create_secret(Name="orders/db", SecretString=json.dumps({"password": "aws-password", "port": 5432}))
    client.create_secret(Name="plain", SecretString="aws-plain")
    client.create_secret(Name="binary", SecretBinary=b"\xff\xfe\xfd\xfc")
    yield url
    server.stop()


def aws(reference: str, *, keys: bool = True, **options: str) -> ExternalSecret:
    named = {"access_key": "manager:id", "secret_key": "manager:key"} if keys else {}
    return ExternalSecret(kind="AwsSecretManager", reference=reference, options={"region": "eu-west-1"} | options, credentials=named)


KEYS = {"id": "AKIAEXAMPLEEXAMPLE00", "key": "aws-secret-key"}


@pytest.mark.parametrize(
    ("reference", "text"), [("orders/db#password", "aws-password"), ("orders/db#port", "5432"), ("plain", "aws-plain")]
)
def test_aws_gives_a_text_or_a_key_of_it(moto: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reference: str, text: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    assert look_up(managers(tmp_path), aws(reference), **KEYS) == text


def test_aws_is_asked_as_the_delegate_itself_or_as_a_role(moto: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    nobody = refused(managers(tmp_path), aws("plain", keys=False))
    assert (nobody.code, nobody.why) == ("SEC-023", "the delegate has no identity at AWS")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS["id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS["key"])
    assert look_up(managers(tmp_path), aws("plain", keys=False)) == "aws-plain"
    role = {"role_arn": "arn:aws:iam::123456789012:role/bascule", "external_id": "e1", "duration_s": "900"}
    assert look_up(managers(tmp_path), aws("plain", keys=False, **role)) == "aws-plain"


def test_what_aws_says_is_told_apart(moto: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    of = managers(tmp_path)
    assert refused(of, aws("nowhere"), **KEYS).code == "SEC-024"
    assert refused(of, aws("orders/db#user"), **KEYS).why == "its keys: password, port"
    assert refused(of, aws("plain#user"), **KEYS).why == "the text is no JSON object"
    assert refused(of, aws("binary"), **KEYS).code == "SEC-034"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert refused(managers(tmp_path), aws("plain"), **KEYS).code == "SEC-021"


# Google


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    made = Google(tmp_path / "google")
    made.secrets[("orders", "db", "latest")] = b'{"password": "google-password"}'
    made.secrets[("orders", "db", "3")] = b'{"password": "the third"}'
    made.secrets[("other", "plain", "latest")] = b"other-plain"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.server.ca_file))
    with made.server:
        yield made


def gcp(reference: str, *, key: bool = True, **options: str) -> ExternalSecret:
    return ExternalSecret(kind="GcpSecretManager", reference=reference, options=options, credentials={"key": "manager:key"} if key else {})


def at_google(google: Google, folder: Path) -> SecretManagers:
    return managers(folder, secret_endpoints={"GcpSecretManager": google.server.url})


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("db#password", "google-password"),
        ("db/versions/3#password", "the third"),
        ("projects/other/secrets/plain", "other-plain"),
        ("projects/orders/secrets/db/versions/latest#password", "google-password"),
    ],
)
def test_google_gives_a_version_of_a_secret(google: Google, tmp_path: Path, reference: str, text: str) -> None:
    assert look_up(at_google(google, tmp_path), gcp(reference), key=google.key_file()) == text


def test_google_is_asked_as_the_delegate_itself(google: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "adc.json").write_text(google.key_file())
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "adc.json"))
    assert look_up(at_google(google, tmp_path), gcp("db#password", key=False)) == "google-password"


def test_what_google_says_is_told_apart(google: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of, key = at_google(google, tmp_path), google.key_file()
    assert refused(of, gcp("nowhere"), key=key).code == "SEC-024"
    google.forbidden.add("db")
    assert refused(of, gcp("db"), key=key).code == "SEC-023"
    assert refused(of, gcp("a b"), key=key).code == "SEC-030"
    assert refused(of, gcp("db"), key="no key file").code == "SEC-033"
    stranger = Google(tmp_path / "stranger")
    wrong = refused(of, gcp("db"), key=stranger.key_file())
    assert (wrong.code, wrong.what) == ("SEC-023", "the secret manager refuses the log-in")
    assert wrong.why == "Request had invalid authentication credentials."
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(stranger.server.ca_file))
    assert refused(at_google(google, tmp_path), gcp("db"), key=key).code == "SEC-022"


def test_google_is_asked_again_when_it_is_busy(google: Google, tmp_path: Path) -> None:
    of, key = at_google(google, tmp_path), google.key_file()
    assert look_up(of, gcp("db#password"), key=key)
    google.server.failing = [(429, {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded"}})]
    assert look_up(of, gcp("db#password"), key=key) == "google-password"
    google.server.failing = [(503, {"error": {"code": 503, "status": "UNAVAILABLE", "message": "down"}})] * 3
    assert refused(of, gcp("db#password"), key=key).code == "SEC-026"


# Azure


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Azure]:
    made = Azure(tmp_path / "azure")
    made.secrets[("db", "")] = '{"password": "azure-password"}'
    made.secrets[("db", "0a1b")] = "an older one"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.server.ca_file))
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", made.server.url)
    with made.server:
        yield made


def key_vault(reference: str) -> ExternalSecret:
    options = {"vault": "orders", "cloud": "AZURE", "tenant_id": TENANT, "client_id": CLIENT}
    return ExternalSecret(kind="AzureKeyVault", reference=reference, options=options, credentials={"client_secret": "manager:key"})


def at_azure(azure: Azure, folder: Path) -> SecretManagers:
    return managers(folder, secret_endpoints={"AzureKeyVault": azure.server.url})


def test_azure_gives_a_version_of_a_secret(azure: Azure, tmp_path: Path) -> None:
    of = at_azure(azure, tmp_path)
    assert look_up(of, key_vault("db#password"), key=SECRET) == "azure-password"
    assert look_up(of, key_vault("db/0a1b"), key=SECRET) == "an older one"
    assert azure.server.asked.count(f"POST /{TENANT}/oauth2/v2.0/token") == 1


def test_azure_is_asked_as_the_delegate_itself(azure: Azure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", azure.server.url)
    secret = ExternalSecret(kind="AzureKeyVault", reference="db#password", options={"vault": "orders", "cloud": "AZURE"})
    assert look_up(at_azure(azure, tmp_path), secret) == "azure-password"


def test_what_azure_says_is_told_apart(azure: Azure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = at_azure(azure, tmp_path)
    assert refused(of, key_vault("nowhere"), key=SECRET).code == "SEC-024"
    azure.forbidden.add("db")
    assert refused(of, key_vault("db"), key=SECRET).code == "SEC-023"
    wrong = refused(of, key_vault("db"), key="a wrong secret")
    assert (wrong.code, wrong.what) == ("SEC-023", "the secret manager refuses the log-in")
    assert refused(of, key_vault("../x"), key=SECRET).code == "SEC-030"
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert refused(at_azure(azure, tmp_path), key_vault("db"), key=SECRET).code == "SEC-022"


# Kubernetes


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with Cluster(tmp_path / "cluster", {}) as running:
        data = {"password": base64.b64encode(b"kubernetes-password").decode(), "user": base64.b64encode(b"somebody").decode()}
        for namespace in ("databases", "closed"):
            running.apply(f"{{apiVersion: v1, kind: Namespace, metadata: {{name: {namespace}}}}}")
            secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "orders"}, "data": data}
            running.apply(json.dumps(secret), namespace)
        one = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "one"}, "data": {"only": base64.b64encode(b"the only").decode()}}
        running.apply(json.dumps(one), "databases")
        running.apply("{apiVersion: v1, kind: ServiceAccount, metadata: {name: delegate}}", "databases")
        rules = [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]
        role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "reader"}, "rules": rules}
        running.apply(json.dumps(role), "databases")
        binding = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "reader"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
            "subjects": [{"kind": "ServiceAccount", "name": "delegate", "namespace": "databases"}],
        }
        running.apply(json.dumps(binding), "databases")
        yield running
        assert not running.unimplemented, running.unimplemented


def kubernetes(reference: str) -> ExternalSecret:
    return ExternalSecret(kind="KubernetesSecrets", reference=reference, options={"namespace": "databases"})


def test_kubernetes_gives_what_the_delegates_account_may_read(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = cluster.token_of("databases", "delegate")
    monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig(token=token)))
    of = managers(tmp_path)
    assert look_up(of, kubernetes("orders#password")) == "kubernetes-password"
    assert look_up(of, kubernetes("databases/orders#user")) == "somebody"
    assert look_up(of, kubernetes("one")) == "the only"
    denied = refused(of, kubernetes("closed/orders#password"))
    assert (denied.code, "forbidden" in (denied.why or "")) == ("SEC-023", True)
    assert refused(of, kubernetes("nowhere#x")).code == "SEC-024"
    assert refused(of, kubernetes("orders#x")).why == "its keys: password, user"
    assert refused(of, kubernetes("orders")).what == "the secret has several keys"
    assert refused(of, kubernetes("a/b/c#x")).code == "SEC-030"
    cluster.fault("GET .*/secrets/orders", code=503)
    assert look_up(of, kubernetes("orders#password")) == "kubernetes-password"


def test_kubernetes_needs_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    problem = refused(managers(tmp_path), kubernetes("orders#password"))
    assert problem.why == "the delegate has neither a service account nor a kubeconfig"


# Beside the delegate


def variable(reference: str) -> ExternalSecret:
    return ExternalSecret(kind="DelegateEnvironment", reference=reference)


def file(reference: str) -> ExternalSecret:
    return ExternalSecret(kind="DelegateFiles", reference=reference)


def test_variables_are_given_by_their_names_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASCULE_SECRET_DB", "from-environment")
    monkeypatch.setenv("BASCULE_SECRET_JSON", '{"password": "in-json"}')
    monkeypatch.setenv("ORDERS_PASSWORD", "another")
    assert look_up(managers(tmp_path), variable("BASCULE_SECRET_DB")) == "from-environment"
    assert look_up(managers(tmp_path), variable("BASCULE_SECRET_JSON#password")) == "in-json"
    assert refused(managers(tmp_path), variable("BASCULE_SECRET_X")).code == "SEC-024"
    for closed in ("ORDERS_PASSWORD", "PATH", "HOME"):
        assert refused(managers(tmp_path), variable(closed)).code == "SEC-029"
    assert look_up(managers(tmp_path, secret_env=("ORDERS_",)), variable("ORDERS_PASSWORD")) == "another"
    assert refused(managers(tmp_path, secret_env=("",)), variable("ORDERS_PASSWORD")).code == "SEC-029"


def test_files_are_given_below_their_folder_only(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    (folder / "..data").mkdir(parents=True)
    (folder / "..data" / "password").write_text("from-file\n")
    (folder / "password").symlink_to("..data/password")  # as Kubernetes mounts a Secret
    (folder / "binary").write_bytes(b"\xff\xfe\xfd\xfc")
    (folder / "large").write_text("x" * 70_000)
    os.mkfifo(folder / "pipe")
    (tmp_path / "outside").write_text("not for jobs")
    (folder / "link").symlink_to("../outside")
    (folder / "up").symlink_to("..")
    of = managers(tmp_path, secret_files=folder)
    assert look_up(of, file("password")) == "from-file"
    assert look_up(of, file("/password")) == "from-file"
    for escaping in ("../outside", "link", "up/outside", "..data/../../outside", str(tmp_path / "outside")[1:] + "/../x"):
        assert refused(of, file(escaping)).code in ("SEC-029", "SEC-024")
    assert [refused(of, file(name)).code for name in ("link", "up/outside", "../outside")] == ["SEC-029"] * 3
    codes = {name: refused(of, file(name)).code for name in ("nowhere", "binary", "large", "pipe", "..data")}
    assert codes == {"nowhere": "SEC-024", "binary": "SEC-034", "large": "SEC-028", "pipe": "SEC-034", "..data": "SEC-034"}
    assert refused(managers(tmp_path), file("password")).code == "SEC-029"


def test_what_another_manager_is_logged_in_to_with_may_be_beside_the_delegate(moto: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    (tmp_path / "key").write_text(KEYS["key"])
    wanted = {"w": aws("plain"), "manager:key": file("key")}
    found = asyncio.run(managers(tmp_path, secret_files=tmp_path).look_up(wanted, {"manager:id": KEYS["id"]}))
    assert found == {"w": "aws-plain"}
    circle = {"a": ExternalSecret(kind="DelegateFiles", reference="key", credentials={"x": "b"})}
    with pytest.raises(TargetError) as caught:
        asyncio.run(managers(tmp_path, secret_files=tmp_path).look_up(circle, {}))
    assert caught.value.problems[0].code == "SEC-035"


def test_a_manager_that_the_delegate_does_not_know_is_named(tmp_path: Path) -> None:
    assert refused(managers(tmp_path), ExternalSecret(kind="Future", reference="x")).code == "SEC-032"


def test_a_manager_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "LOOK_UP_S", 0.2)
    monkeypatch.setattr(SecretManagers, "_look_up", lambda *_: __import__("time").sleep(1))
    assert refused(managers(tmp_path), file("x")).code == "SEC-031"


@pytest.mark.parametrize(
    ("library", "secret", "extra"),
    [
        ("hvac", ExternalSecret(kind="Vault", reference="a#b", options={"url": "https://x"}), "vault"),
        ("boto3", aws("plain", keys=False), "aws"),
        ("google.cloud.secretmanager_v1", gcp("db", key=False), "gcp"),
        ("azure.identity", ExternalSecret(kind="AzureKeyVault", reference="db", options={"vault": "v"}), "azure"),
        ("lightkube", kubernetes("orders#x"), "kubernetes"),
    ],
)
def test_a_library_that_is_missing_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, secret: ExternalSecret, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    problem = refused(managers(tmp_path), secret)
    assert (problem.code, problem.fix) == ("SEC-020", f"pip install 'bascule[{extra}]' where the delegate runs")


def test_a_delegate_without_external_secrets_loads_none_of_the_libraries() -> None:
    libraries = ("hvac", "boto3", "google.cloud", "azure", "lightkube", "requests")
    told = f"import sys, bascule.delegate.agent; print([name for name in {libraries} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.strip() == "[]"
