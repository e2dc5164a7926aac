"""Kubernetes clusters, in Harness's shape. Pure."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from bascule.manager.body import Body
from bascule.manager.connectors.logins import Credentials, SecretRef, Text, without_credentials


class ServiceAccountLogin(Body):
    """A service account's token, kept as a secret."""

    service_account_token_ref: SecretRef
    ca_cert_ref: SecretRef = None


class ClientCertificateLogin(Body):
    """A client certificate with its key; `caCertRef` is the authority that signs the API server's."""

    client_cert_ref: SecretRef
    client_key_ref: SecretRef
    client_key_passphrase_ref: SecretRef = None
    client_key_algo: str | None = None
    ca_cert_ref: SecretRef = None


class ServiceAccountAuth(Body):
    type: Literal["ServiceAccount"]
    spec: ServiceAccountLogin


class ClientCertificateAuth(Body):
    type: Literal["ClientKeyCert"]
    spec: ClientCertificateLogin


class PasswordAuth(Body):
    type: Literal["UsernamePassword"]
    spec: Credentials


ClusterAuth = Annotated[ServiceAccountAuth | ClientCertificateAuth | PasswordAuth, Field(discriminator="type")]
"""Harness's OpenIdConnect is refused: give the token's service account instead."""


class ClusterAddress(Body):
    """Where the API server is, and who we are there."""

    master_url: Text
    auth: ClusterAuth

    @model_validator(mode="after")
    def _clean(self) -> "ClusterAddress":
        without_credentials(self.master_url)
        return self


class InheritedCredential(Body):
    """The cluster that the delegate stands in, or that its kubeconfig names."""

    type: Literal["InheritFromDelegate"]


class ManualCredential(Body):
    type: Literal["ManualConfig"]
    spec: ClusterAddress


class ClusterSpec(Body):
    """A cluster that delegates make pods in."""

    credential: Annotated[InheritedCredential | ManualCredential, Field(discriminator="type")]
    delegate_selectors: list[str] = []
    ignore_test_connection: bool = False
