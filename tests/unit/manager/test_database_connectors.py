"""Connectors of databases: what is refused at the door, and what a job is told."""

from typing import Any

import pytest
from pydantic import ValidationError

from bascule.manager.connectors import jobs
from bascule.manager.connectors.databases import JdbcSpec
from bascule.manager.connectors.model import Connector, secret_references
from bascule.manager.identity.model import Scope
from bascule.wire.jobs import Command, Job, Target, Tls, Tokens, Tunnel
from tools.authority import Authority

PEM = Authority().pem
URL = "jdbc:postgresql://db:5432/shop"


def target(**spec: Any) -> tuple[Target, dict[str, str]]:
    """What a job of a connector with this spec is told, and the secrets it names."""
    model = JdbcSpec.model_validate({"url": URL, **spec})
    stored = model.model_dump(mode="json", by_alias=True, exclude_unset=True)
    connector = Connector(id="c", identifier="c", name="c", type="Jdbc", scope=Scope("acme"), spec=stored)
    secrets: dict[str, str] = {}
    made = jobs.target(connector, secrets)
    assert set(secrets.values()) == {f"org.{reference}" for reference in secret_references("Jdbc", stored)}
    return made, secrets


def auth(kind: str, **spec: Any) -> dict[str, Any]:
    return {"type": kind, "spec": spec}


def test_tls_and_tunnel_name_their_secrets() -> None:
    tls = {"caCertificate": PEM, "clientCertificateRef": "crt", "clientKeyRef": "key", "clientKeyPassphraseRef": "pass"}
    tunnel = {"host": "bastion", "username": "t", "privateKeyRef": "ssh", "passphraseRef": "sshpass", "knownHosts": "bastion ssh-ed25519 A"}
    made, secrets = target(tls=tls, sshTunnel=tunnel)
    assert made.tls == Tls(ca=PEM, certificate_secret="tls_certificate", key_secret="tls_key", passphrase_secret="tls_passphrase")
    assert made.tunnel == Tunnel(
        host="bastion", username="t", key_secret="tunnel_key", passphrase_secret="tunnel_passphrase", known_hosts="bastion ssh-ed25519 A"
    )
    assert secrets["tls_key"] == "org.key"
    assert target(tls={"caCertificateRef": "ca"})[0].tls == Tls(ca_secret="tls_ca")
    assert target()[0] == Target(url=URL)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            auth("AwsIam", username="ann", region="eu-west-1", roleArn="arn:x", endpoint="db.rds:3307"),
            Tokens(provider="aws-iam", options={"region": "eu-west-1", "role": "arn:x", "host": "db.rds", "port": "3307"}),
        ),
        (auth("AwsIam", username="ann", endpoint="db.rds"), Tokens(provider="aws-iam", options={"host": "db.rds"})),
        (
            auth("Gcp", serviceAccount="m@p.iam.gserviceaccount.com", credentialsRef="key"),
            Tokens(
                provider="gcp",
                options={"service-account": "m@p.iam.gserviceaccount.com"},
                secret_options={"credentials": "token_credentials"},
            ),
        ),
        (auth("Gcp"), Tokens(provider="gcp")),
        (auth("ServiceAccount", tokenRef="key"), Tokens(provider="gcp", secret_options={"credentials": "token_credentials"})),
        (
            auth("AzureAd", username="ann", tenantId="t", clientId="c", clientSecretRef="s"),
            Tokens(provider="azure", options={"tenant-id": "t", "client-id": "c"}, secret_options={"client-secret": "token_client_secret"}),
        ),
        (auth("Command", command="/opt/token --for db"), Tokens(provider="command", options={"command": "/opt/token --for db"})),
    ],
)
def test_a_kind_of_login_names_its_provider(given: dict[str, Any], expected: Tokens) -> None:
    made, _ = target(auth=given)
    assert made.tokens == expected
    assert made.password_secret is None


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"auth": auth("Kerberos")}, "Kerberos is not spoken"),
        ({"auth": auth("KeyPair")}, "Snowflake"),
        ({"auth": auth("UsernamePassword", username="ann")}, "passwordRef"),
        ({"auth": auth("AwsIam")}, "AwsIam needs username"),
        ({"auth": auth("AzureAd")}, "AzureAd needs username"),
        ({"auth": auth("AzureAd", username="a", clientSecretRef="s")}, "tenantId and clientId"),
        ({"auth": auth("ServiceAccount")}, "tokenRef"),
        ({"auth": auth("Command")}, "needs command"),
        ({"tls": {"caCertificate": PEM, "caCertificateRef": "x"}}, "not both"),
        ({"tls": {"caCertificate": "hello"}}, "is PEM"),
        ({"tls": {"clientKeyRef": "x"}}, "needs its key"),
        ({"tls": {"mode": "disable", "caCertificateRef": "x"}}, "uses no certificate"),
        ({"tls": {"mode": "sometimes"}}, "verify-full"),
        ({"sshTunnel": {"host": "h", "username": "u", "knownHosts": "x"}}, "privateKeyRef"),
        ({"sshTunnel": {"host": "-oProxyCommand=x", "username": "u", "privateKeyRef": "k", "knownHosts": "x"}}, "pattern"),
        ({"sshTunnel": {"host": "h", "username": "-u", "privateKeyRef": "k", "knownHosts": "x"}}, "pattern"),
        ({"sshTunnel": {"host": "h", "username": "u", "privateKeyRef": "k"}}, "required"),
        ({"url": "sqlite:x.db", "tls": {"mode": "require"}}, "SQLite"),
        ({"url": f"{URL}?sslpassword=hush"}, "make it a secret"),
    ],
)
def test_what_cannot_work_is_refused_at_the_door(spec: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        JdbcSpec.model_validate({"url": URL, **spec})
    assert said in str(caught.value)


def test_a_program_that_prints_tokens_needs_a_delegate_that_allows_scripts() -> None:
    made, _ = target(auth=auth("Command", command="/opt/token"))
    for tokens, foreign in ((made.tokens, True), (Tokens(provider="aws-iam"), False), (None, False)):
        job = Job(id="j", what=Command(argv=["connect"]), target=Target(url=URL, tokens=tokens))
        assert job.runs_foreign_code is foreign
