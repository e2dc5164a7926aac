"""The part of a connector's form that is a database's: its fields become a spec, and a spec its fields."""

from typing import Any

from bascule.manager.connectors.databases import JdbcSpec
from bascule.manager.web.forms import Form

LOGINS = (
    ("UsernamePassword", "with user and password"),
    ("AwsIam", "with a token of AWS IAM"),
    ("Gcp", "with a token of Google Cloud (IAM, OIDC)"),
    ("ServiceAccount", "with the key of a Google service account"),
    ("AzureAd", "with a token of Azure AD (Entra ID)"),
    ("Command", "with what a program on the delegate prints"),
    ("InheritFromDelegate", "as the delegate does: no password"),
)
"""Kinds of login, as the form offers them."""
MODES = (
    ("", "as the URL says; verified in full when a CA is given"),
    ("verify-full", "verify the certificate and its name"),
    ("verify-ca", "verify the certificate, not its name"),
    ("require", "encrypt, verify nothing"),
    ("disable", "no TLS"),
)
_USER = {"username": "db_username", "usernameRef": "db_username_ref"}
_OF_LOGIN = {
    "UsernamePassword": {**_USER, "passwordRef": "db_password_ref"},
    "AwsIam": {**_USER, "region": "aws_region", "roleArn": "aws_role", "endpoint": "aws_endpoint"},
    "Gcp": {**_USER, "serviceAccount": "gcp_account", "credentialsRef": "gcp_credentials_ref"},
    "ServiceAccount": {**_USER, "tokenRef": "gcp_key_ref"},
    "AzureAd": {**_USER, "clientId": "azure_client", "tenantId": "azure_tenant", "clientSecretRef": "azure_secret_ref"},
    "Command": {**_USER, "command": "command"},
    "InheritFromDelegate": {},
}
"""Kind of login → key of its spec → field of the form."""
_OF_TLS = {
    "mode": "tls_mode",
    "caCertificate": "tls_ca",
    "caCertificateRef": "tls_ca_ref",
    "clientCertificateRef": "tls_certificate_ref",
    "clientKeyRef": "tls_key_ref",
    "clientKeyPassphraseRef": "tls_passphrase_ref",
}
_OF_TUNNEL = {
    "host": "tunnel_host",
    "port": "tunnel_port",
    "username": "tunnel_user",
    "privateKeyRef": "tunnel_key_ref",
    "passphraseRef": "tunnel_passphrase_ref",
    "knownHosts": "tunnel_known_hosts",
}


def read(form: Form) -> dict[str, Any]:
    """The spec that the form describes, not yet judged. What belongs to another kind of login than the chosen one is left out."""
    kind = form.text("auth", "UsernamePassword")
    spec: dict[str, Any] = {"url": form.text("url"), "delegateSelectors": form.words("selectors")}
    spec["auth"] = {"type": kind, "spec": _filled(form, _OF_LOGIN.get(kind, {}))}
    tls, tunnel = _filled(form, _OF_TLS), _filled(form, _OF_TUNNEL)
    if tls:
        spec["tls"] = tls
    if tunnel.keys() - {"port"}:
        spec["sshTunnel"] = tunnel
    return spec


def values(spec: JdbcSpec) -> dict[str, Any]:
    """What the form shows of a spec."""
    kind = spec.auth.type if spec.auth else "InheritFromDelegate"
    found: dict[str, Any] = {"url": spec.url, "auth": kind}
    for part, fields in ((spec.auth.spec if spec.auth else None, _OF_LOGIN[kind]), (spec.tls, _OF_TLS), (spec.ssh_tunnel, _OF_TUNNEL)):
        if part is not None:
            written = part.model_dump(by_alias=True)
            found |= {field: written[key] for key, field in fields.items()}
    return found


def _filled(form: Form, fields: dict[str, str]) -> dict[str, str]:
    """The fields that are, texts of several lines as they were written."""
    return {key: form.raw(field).strip() for key, field in fields.items() if form.text(field)}
