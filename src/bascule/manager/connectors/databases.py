"""Databases in Harness's shape, and beside it what is ours: TLS, tokens, an SSH tunnel. Pure."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from bascule.manager.body import Body
from bascule.manager.connectors.logins import Credentials, SecretRef, Text, without_credentials
from bascule.manager.entity import absent_when_empty

Pem = Annotated[Annotated[str, StringConstraints(max_length=65_536)] | None, BeforeValidator(absent_when_empty)]
_Word = Annotated[Annotated[str, StringConstraints(max_length=512)] | None, BeforeValidator(absent_when_empty)]
_Host = Annotated[str, StringConstraints(min_length=1, max_length=253, pattern=r"^[0-9A-Za-z_:][0-9A-Za-z._:-]*$")]

PROVIDERS = {"AwsIam": "aws-iam", "Gcp": "gcp", "ServiceAccount": "gcp", "AzureAd": "azure", "Command": "command"}
"""Kind of login → the engine's token provider."""
_REFUSED = {
    "Kerberos": "Kerberos is not spoken: its ticket is a process's own; give the user a password, a certificate or a token",
    "KeyPair": "KeyPair is for Snowflake, which is written for offline and not connected to",
}


class Login(Credentials):
    """A user; a password as a secret, or whom to ask for a token."""

    region: _Word = None
    """AwsIam: ours. Read from the host where that is RDS's own."""
    endpoint: _Word = None
    """AwsIam: ours. RDS's own host and port, `host:port`, where the URL has another name or a proxy."""
    role_arn: _Word = None
    """AwsIam: ours. A role to assume first."""
    service_account: _Word = None
    """Gcp: ours. The account to act as; without one the delegate's own."""
    credentials_ref: SecretRef = None
    """Gcp: ours. A JSON key, or a workload identity federation (OIDC) configuration."""
    tenant_id: _Word = None
    client_id: _Word = None
    client_secret_ref: SecretRef = None
    """AzureAd: ours. A managed identity's client, or an application with its tenant and secret."""
    command: Annotated[Annotated[str, StringConstraints(max_length=2048)] | None, BeforeValidator(absent_when_empty)] = None
    """Command: ours. A program on the delegate that prints user and password."""

    @property
    def options(self) -> dict[str, str]:
        """What the token provider is told, in its own words."""
        host, _, port = (
            (self.endpoint or "").rpartition(":") if (self.endpoint or "").rpartition(":")[2].isdigit() else (self.endpoint or "", "", "")
        )
        told = {
            "region": self.region,
            "host": host,
            "port": port,
            "role": self.role_arn,
            "service-account": self.service_account,
            "tenant-id": self.tenant_id,
            "client-id": self.client_id,
            "command": self.command,
        }
        return {name: value for name, value in told.items() if value}

    @property
    def secret_options(self) -> dict[str, str]:
        """Option of the token provider → reference of a secret."""
        told = {"credentials": self.credentials_ref or self.token_ref, "client-secret": self.client_secret_ref}
        return {name: value for name, value in told.items() if value}


class JdbcAuth(Body):
    """How a database is logged in to. AwsIam, Gcp, AzureAd and Command are ours: tokens, a new one for every connection."""

    type: Literal["UsernamePassword", "InheritFromDelegate", "ServiceAccount", "AwsIam", "Gcp", "AzureAd", "Command"]
    spec: Login = Login()

    @model_validator(mode="before")
    @classmethod
    def _spoken(cls, value: Any) -> Any:
        refused = _REFUSED.get(str(value.get("type"))) if isinstance(value, dict) else None
        if refused:
            raise ValueError(refused)
        return value

    @model_validator(mode="after")
    def _complete(self) -> "JdbcAuth":
        spec = self.spec
        has_user = bool(spec.username or spec.username_ref)
        if self.type == "UsernamePassword" and not (has_user and spec.password_ref):
            raise ValueError("UsernamePassword needs username or usernameRef, and passwordRef")
        if self.type in ("AwsIam", "AzureAd") and not has_user:
            raise ValueError(f"{self.type} needs username or usernameRef: the database user that the identity is mapped to")
        if self.type == "ServiceAccount" and not (spec.token_ref or spec.credentials_ref):
            raise ValueError("ServiceAccount needs tokenRef, the secret with the account's JSON key")
        if self.type == "Command" and not spec.command:
            raise ValueError("Command needs command, the program on the delegate that prints user and password")
        if self.type == "AzureAd" and spec.client_secret_ref and not (spec.tenant_id and spec.client_id):
            raise ValueError("AzureAd with clientSecretRef needs tenantId and clientId")
        return self


class Tls(Body):
    """Ours. Without a mode the server is verified in full as soon as an authority is given."""

    mode: Annotated[Literal["disable", "require", "verify-ca", "verify-full"] | None, BeforeValidator(absent_when_empty)] = None
    ca_certificate: Pem = None
    """PEM of the authorities that sign the server's certificate."""
    ca_certificate_ref: SecretRef = None
    client_certificate_ref: SecretRef = None
    client_key_ref: SecretRef = None
    client_key_passphrase_ref: SecretRef = None

    @model_validator(mode="after")
    def _complete(self) -> "Tls":
        if self.ca_certificate and self.ca_certificate_ref:
            raise ValueError("give caCertificate or caCertificateRef, not both")
        if self.ca_certificate and "-----BEGIN CERTIFICATE-----" not in self.ca_certificate:
            raise ValueError("caCertificate is PEM: it begins with -----BEGIN CERTIFICATE-----")
        if bool(self.client_certificate_ref) != bool(self.client_key_ref):
            raise ValueError("a client certificate needs its key: give clientCertificateRef and clientKeyRef")
        if self.client_key_passphrase_ref and not self.client_key_ref:
            raise ValueError("clientKeyPassphraseRef is for a key: give clientKeyRef")
        if self.mode == "disable" and (self.ca_certificate or self.ca_certificate_ref or self.client_certificate_ref):
            raise ValueError("mode disable uses no certificate: leave them out, or choose another mode")
        return self


class SshTunnel(Body):
    """Ours. A host that lets the delegate through to the database; it must be a known one."""

    host: _Host
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    username: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^-\s][^\s]*$")]
    private_key_ref: Annotated[SecretRef, Field(default=None, validate_default=True)]
    passphrase_ref: SecretRef = None
    known_hosts: Annotated[str, StringConstraints(min_length=1, max_length=65_536)]
    """Lines of a known_hosts file."""

    @model_validator(mode="after")
    def _complete(self) -> "SshTunnel":
        if not self.private_key_ref:
            raise ValueError("a tunnel needs privateKeyRef, the secret with the private key")
        return self


class JdbcSpec(Body):
    """A database by its JDBC URL (or `postgresql://…`, `sqlite:…`)."""

    url: Text
    auth: JdbcAuth | None = None
    tls: Tls | None = None
    ssh_tunnel: SshTunnel | None = None
    delegate_selectors: list[str] = []
    execute_on_delegate: bool = True
    ignore_test_connection: bool = False

    @model_validator(mode="after")
    def _clean(self) -> "JdbcSpec":
        without_credentials(self.url)
        if self.url.removeprefix("jdbc:").startswith("sqlite") and (self.tls or self.ssh_tunnel):
            raise ValueError("an SQLite file has no TLS and no tunnel")
        return self
