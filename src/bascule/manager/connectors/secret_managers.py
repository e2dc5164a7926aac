"""Secret managers, in Harness's shape where it has one. Pure.

The manager keeps how each is reached and logged in to; only delegates ask them. What `credentials` names are secrets of the manager.
"""

import re
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from bascule.manager.body import Body
from bascule.manager.connectors.logins import SecretRef, Text, without_credentials
from bascule.manager.entity import absent_when_empty

SecretManagerType = Literal[
    "Vault", "AwsSecretManager", "GcpSecretManager", "AzureKeyVault", "KubernetesSecrets", "DelegateEnvironment", "DelegateFiles"
]
SECRET_MANAGERS: tuple[SecretManagerType, ...] = (
    "Vault", "AwsSecretManager", "GcpSecretManager", "AzureKeyVault", "KubernetesSecrets", "DelegateEnvironment", "DelegateFiles",
)  # fmt: skip

_OptionalText = Annotated[str | None, BeforeValidator(absent_when_empty)]
_Region = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]
_VaultName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9-]{3,24}$")]
_HTTP = re.compile(r"https?://[^/?#\s]+")


class _ManagerSpec(Body):
    delegate_selectors: list[str] = []
    execute_on_delegate: bool = True
    default: bool = False
    """Kept, not used: a secret names its manager."""

    def options(self) -> dict[str, str]:
        """What a delegate needs to know, as `ExternalSecret.options` carries it."""
        raise NotImplementedError

    def credentials(self) -> dict[str, str]:
        """Option → reference of the secret that it is."""
        return {}


class VaultSpec(_ManagerSpec):
    """HashiCorp Vault or OpenBao, KV version 1 or 2. Logs in by token, AppRole, or a Kubernetes service account."""

    vault_url: Text
    auth_token: SecretRef = None
    app_role_id: _OptionalText = None
    secret_id: SecretRef = None
    use_k8s_auth: bool = Field(default=False, alias="useK8sAuth")
    vault_k8s_auth_role: _OptionalText = Field(default=None, alias="vaultK8sAuthRole")
    service_account_token_path: _OptionalText = None
    k8s_auth_endpoint: _OptionalText = Field(default=None, alias="k8sAuthEndpoint")
    """Where Kubernetes auth is mounted; `kubernetes` by default."""
    app_role_endpoint: _OptionalText = None
    """Ours. Where AppRole is mounted; `approle` by default."""
    access_type: Literal["APP_ROLE", "TOKEN", "K8s_AUTH"] | None = None
    secret_engine_name: _OptionalText = None
    """References start below it. Without one they start with the engine: `engine/path#key`."""
    secret_engine_version: Literal[0, 1, 2] = 0
    """0: the delegate asks Vault."""
    namespace: _OptionalText = None
    ca_certificate: _OptionalText = None
    """Ours. PEM of the authorities that sign the server's certificate."""
    base_path: _OptionalText = None
    renewal_interval_minutes: int | None = None
    renew_app_role_token: bool | None = None
    secret_engine_manually_configured: bool | None = None
    is_read_only: bool | None = None
    read_only: bool | None = None
    is_default: bool | None = None
    """Kept, not used: nothing is written to Vault, and a delegate logs in again when its token ends."""

    @model_validator(mode="after")
    def _complete(self) -> "VaultSpec":
        without_credentials(self.vault_url)
        if not _HTTP.match(self.vault_url):
            raise ValueError("vaultUrl starts with https:// or http://")
        ways = [bool(self.auth_token), bool(self.app_role_id or self.secret_id), self.use_k8s_auth]
        if sum(ways) != 1:
            raise ValueError("give one way to log in: authToken, or appRoleId with secretId, or useK8sAuth with vaultK8sAuthRole")
        if bool(self.app_role_id) != bool(self.secret_id):
            raise ValueError("AppRole needs appRoleId and secretId")
        if self.use_k8s_auth and not self.vault_k8s_auth_role:
            raise ValueError("Kubernetes auth needs vaultK8sAuthRole")
        return self

    def options(self) -> dict[str, str]:
        auth = "kubernetes" if self.use_k8s_auth else "approle" if self.app_role_id else "token"
        mount = (self.k8s_auth_endpoint or "kubernetes") if self.use_k8s_auth else self.app_role_endpoint or "approle"
        version = str(self.secret_engine_version) if self.secret_engine_version else None
        return _present(
            url=self.vault_url,
            namespace=self.namespace,
            ca=self.ca_certificate,
            engine=self.secret_engine_name,
            version=version,
            auth=auth,
            mount=mount.removeprefix("auth/").strip("/") if auth != "token" else None,
            role_id=self.app_role_id,
            role=self.vault_k8s_auth_role,
            jwt_path=self.service_account_token_path,
        )

    def credentials(self) -> dict[str, str]:
        return _present(token=self.auth_token, secret_id=self.secret_id)


class AwsKeys(Body):
    """What goes with the type of credential: two secrets, or a role."""

    access_key: SecretRef = None
    secret_key: SecretRef = None
    role_arn: _OptionalText = None
    external_id: _OptionalText = None
    assume_sts_role_duration: Annotated[int, Field(ge=900, le=43_200)] | None = None


class AwsCredential(Body):
    """Keys of its own, the delegate's own identity (AssumeIAMRole), or a role that the delegate's identity may assume (AssumeSTSRole)."""

    type: Literal["ManualConfig", "AssumeIAMRole", "AssumeSTSRole"]
    spec: AwsKeys = AwsKeys()

    @model_validator(mode="after")
    def _complete(self) -> "AwsCredential":
        if self.type == "ManualConfig" and not (self.spec.access_key and self.spec.secret_key):
            raise ValueError("ManualConfig needs accessKey and secretKey, two secrets")
        if self.type == "AssumeSTSRole" and not self.spec.role_arn:
            raise ValueError("AssumeSTSRole needs roleArn")
        return self


class AwsSecretManagerSpec(_ManagerSpec):
    """AWS Secrets Manager. A reference is a secret's name or ARN, with `#key` where its text is JSON."""

    region: _Region
    credential: AwsCredential
    secret_name_prefix: _OptionalText = None
    use_put_secret: bool | None = None
    """Kept, not used: nothing is written there."""

    def options(self) -> dict[str, str]:
        keys = self.credential.spec
        duration = str(keys.assume_sts_role_duration) if keys.assume_sts_role_duration else None
        return _present(region=self.region, role_arn=keys.role_arn, external_id=keys.external_id, duration_s=duration)

    def credentials(self) -> dict[str, str]:
        keys = self.credential.spec
        is_own = self.credential.type == "ManualConfig"
        return _present(access_key=keys.access_key, secret_key=keys.secret_key) if is_own else {}


class GcpSecretManagerSpec(_ManagerSpec):
    """Google Secret Manager. A reference is `name`, `name/versions/7` or `projects/…/secrets/name`, with `#key` where its text is JSON."""

    credentials_ref: SecretRef = None
    """The key file of a service account, as a secret."""
    assume_credentials_on_delegate: bool = False
    project_id: _OptionalText = None
    """Ours. By default that of the credentials."""

    @model_validator(mode="after")
    def _complete(self) -> "GcpSecretManagerSpec":
        if bool(self.credentials_ref) == self.assume_credentials_on_delegate:
            raise ValueError("give credentialsRef, or assumeCredentialsOnDelegate: true")
        return self

    def options(self) -> dict[str, str]:
        return _present(project=self.project_id)

    def credentials(self) -> dict[str, str]:
        return _present(key=self.credentials_ref)


class AzureKeyVaultSpec(_ManagerSpec):
    """Azure Key Vault. A reference is `name` or `name/version`, with `#key` where its text is JSON."""

    vault_name: _VaultName
    client_id: _OptionalText = None
    tenant_id: _OptionalText = None
    secret_key: SecretRef = None
    """The client secret."""
    use_managed_identity: bool = False
    azure_managed_identity_type: Literal["SystemAssignedManagedIdentity", "UserAssignedManagedIdentity"] | None = None
    managed_client_id: _OptionalText = None
    azure_environment_type: Literal["AZURE", "AZURE_US_GOVERNMENT"] = "AZURE"
    subscription: _OptionalText = None
    enable_purge: bool | None = None
    """Kept, not used: nothing is written there."""

    @model_validator(mode="after")
    def _complete(self) -> "AzureKeyVaultSpec":
        has_client = bool(self.client_id and self.tenant_id and self.secret_key)
        if has_client == self.use_managed_identity or (self.use_managed_identity and self.secret_key):
            raise ValueError("give clientId, tenantId and secretKey, or useManagedIdentity: true")
        if self.azure_managed_identity_type == "UserAssignedManagedIdentity" and not self.managed_client_id:
            raise ValueError("UserAssignedManagedIdentity needs managedClientId")
        return self

    def options(self) -> dict[str, str]:
        return _present(
            vault=self.vault_name,
            cloud=self.azure_environment_type,
            tenant_id=None if self.use_managed_identity else self.tenant_id,
            client_id=self.managed_client_id if self.use_managed_identity else self.client_id,
        )

    def credentials(self) -> dict[str, str]:
        return _present(client_secret=self.secret_key)


class KubernetesSecretsSpec(_ManagerSpec):
    """Ours. Secrets of the cluster that the delegate has access to. A reference is `namespace/name#key`, or `name#key`."""

    namespace: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")] | None = None

    def options(self) -> dict[str, str]:
        return _present(namespace=self.namespace)


class DelegateEnvironmentSpec(_ManagerSpec):
    """Ours. Variables of the delegate's environment, of the names that it was started to give away."""

    def options(self) -> dict[str, str]:
        return {}


class DelegateFilesSpec(_ManagerSpec):
    """Ours. Files in the folder that the delegate was started to read secrets from."""

    def options(self) -> dict[str, str]:
        return {}


_SPECS: dict[str, type[_ManagerSpec]] = {
    "Vault": VaultSpec,
    "AwsSecretManager": AwsSecretManagerSpec,
    "GcpSecretManager": GcpSecretManagerSpec,
    "AzureKeyVault": AzureKeyVaultSpec,
    "KubernetesSecrets": KubernetesSecretsSpec,
    "DelegateEnvironment": DelegateEnvironmentSpec,
    "DelegateFiles": DelegateFilesSpec,
}


class SecretManager(msgspec.Struct, frozen=True, kw_only=True):
    """What a lease needs to know. `credentials` are references as written in the connector's own scope."""

    kind: str
    options: dict[str, str]
    credentials: dict[str, str]
    selectors: tuple[str, ...] = ()


def secret_manager(kind: str, spec: dict[str, Any]) -> SecretManager | None:
    """A connector's spec as that of a secret manager; None when it is of another type."""
    if kind not in _SPECS:
        return None
    read = _SPECS[kind].model_validate(spec)
    return SecretManager(kind=kind, options=read.options(), credentials=read.credentials(), selectors=tuple(read.delegate_selectors))


def _present(**values: str | None) -> dict[str, str]:
    return {key: value for key, value in values.items() if value}
