"""Connectors in Harness's shape, and what the rest of the manager reads from them. Pure."""

from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from pydantic import Field, model_validator

from bascule.manager.body import Body
from bascule.manager.connectors import clouds
from bascule.manager.connectors.archives import ArtifactorySpec, NexusSpec
from bascule.manager.connectors.clouds import AwsSpec, AzureSpec, DockerRegistrySpec, GcpSpec
from bascule.manager.connectors.clusters import ClusterSpec
from bascule.manager.connectors.code_hosts import CodeHostSpec
from bascule.manager.connectors.databases import PROVIDERS, JdbcSpec, Login, SshTunnel, Tls
from bascule.manager.connectors.logins import Credentials, SecretRef, Text, without_credentials
from bascule.manager.connectors.secret_managers import (
    AwsSecretManagerSpec,
    AzureKeyVaultSpec,
    DelegateEnvironmentSpec,
    DelegateFilesSpec,
    GcpSecretManagerSpec,
    KubernetesSecretsSpec,
    SecretManager,
    SecretManagerType,
    VaultSpec,
    secret_manager,
)
from bascule.manager.entity import Identifier, Name, Tags
from bascule.manager.identity.model import Scope


class GitAuth(Body):
    """How a repository is logged in to, in the words of a database's auth."""

    type: Literal["UsernamePassword", "UsernameToken", "Anonymous"]
    spec: Credentials = Credentials()


class GitCredentials(Credentials):
    """With type Ssh the secret that holds the private key."""

    ssh_key_ref: SecretRef = None


class GitSpec(Body):
    """A repository, or (connectionType Account) what repositories' URLs begin with. Credentials: `spec`, as Harness has it, or `auth`."""

    url: Text
    connection_type: Literal["Account", "Repo"] = "Repo"
    type: Literal["Http", "Ssh"] = "Http"
    spec: GitCredentials | None = None
    auth: GitAuth | None = None
    known_hosts: str | None = None
    """Ours. Of an SSH server: lines of a known_hosts file."""
    ca_certificate: str | None = None
    """Ours. PEM of the authorities that sign the server's certificate."""
    validation_repo: str | None = None
    branch_name: str | None = None
    delegate_selectors: list[str] = []
    execute_on_delegate: bool = True

    @model_validator(mode="after")
    def _clean(self) -> "GitSpec":
        without_credentials(self.url)
        if self.spec and self.auth:
            raise ValueError("give credentials as spec or as auth, not both")
        return self


_Type = TypeVar("_Type")
_Spec = TypeVar("_Spec", bound=Body)


class _Connector(Body, Generic[_Type, _Spec]):
    identifier: Identifier
    name: Name
    description: str | None = None
    tags: Tags | None = None
    org_identifier: str | None = None
    project_identifier: str | None = None
    type: _Type
    spec: _Spec


class GitConnectorIn(_Connector[Literal["Git"], GitSpec]):
    """A Git connector."""


class JdbcConnectorIn(_Connector[Literal["Jdbc"], JdbcSpec]):
    """A database connector."""


class CodeHostConnectorIn(_Connector[Literal["Github", "Gitlab", "Bitbucket", "AzureRepo"], CodeHostSpec]):
    """A connector to a host of repositories."""


class ArtifactoryConnectorIn(_Connector[Literal["Artifactory"], ArtifactorySpec]):
    """A connector to Artifactory."""


class NexusConnectorIn(_Connector[Literal["Nexus"], NexusSpec]):
    """A connector to Nexus."""


class AwsConnectorIn(_Connector[Literal["Aws"], AwsSpec]):
    """A connector to AWS, for S3."""


class GcpConnectorIn(_Connector[Literal["Gcp"], GcpSpec]):
    """A connector to Google Cloud, for its storage."""


class AzureConnectorIn(_Connector[Literal["Azure"], AzureSpec]):
    """A connector to Azure, for its storage."""


class DockerRegistryConnectorIn(_Connector[Literal["DockerRegistry"], DockerRegistrySpec]):
    """A connector to a container registry."""


class ClusterConnectorIn(_Connector[Literal["K8sCluster"], ClusterSpec]):
    """A connector to a Kubernetes cluster."""


class VaultConnectorIn(_Connector[Literal["Vault"], VaultSpec]):
    """A connector to HashiCorp Vault."""


class AwsSecretManagerConnectorIn(_Connector[Literal["AwsSecretManager"], AwsSecretManagerSpec]):
    """A connector to AWS Secrets Manager."""


class GcpSecretManagerConnectorIn(_Connector[Literal["GcpSecretManager"], GcpSecretManagerSpec]):
    """A connector to Google Secret Manager."""


class AzureKeyVaultConnectorIn(_Connector[Literal["AzureKeyVault"], AzureKeyVaultSpec]):
    """A connector to Azure Key Vault."""


class KubernetesSecretsConnectorIn(_Connector[Literal["KubernetesSecrets"], KubernetesSecretsSpec]):
    """Secrets of the delegate's cluster."""


class DelegateEnvironmentConnectorIn(_Connector[Literal["DelegateEnvironment"], DelegateEnvironmentSpec]):
    """Secrets in the delegate's environment."""


class DelegateFilesConnectorIn(_Connector[Literal["DelegateFiles"], DelegateFilesSpec]):
    """Secrets in files beside the delegate."""


_SecretManagerIn = (
    VaultConnectorIn
    | AwsSecretManagerConnectorIn
    | GcpSecretManagerConnectorIn
    | AzureKeyVaultConnectorIn
    | KubernetesSecretsConnectorIn
    | DelegateEnvironmentConnectorIn
    | DelegateFilesConnectorIn
)
_SourceIn = GitConnectorIn | CodeHostConnectorIn | ArtifactoryConnectorIn | NexusConnectorIn
_CloudIn = AwsConnectorIn | GcpConnectorIn | AzureConnectorIn | DockerRegistryConnectorIn
ConnectorIn = Annotated[JdbcConnectorIn | _SourceIn | _CloudIn | ClusterConnectorIn | _SecretManagerIn, Field(discriminator="type")]
SourceType = Literal["Git", "Github", "Gitlab", "Bitbucket", "AzureRepo", "Artifactory", "Nexus", "Aws", "Gcp", "Azure", "DockerRegistry"]
ConnectorType = Literal["Jdbc", "K8sCluster"] | SourceType | SecretManagerType
REPOSITORIES: tuple[ConnectorType, ...] = ("Git", "Github", "Gitlab", "Bitbucket", "AzureRepo")
ARCHIVES: tuple[ConnectorType, ...] = ("Artifactory", "Nexus")
OBJECTS: tuple[ConnectorType, ...] = ("Aws", "Gcp", "Azure")
REGISTRIES: tuple[ConnectorType, ...] = ("DockerRegistry",)


class ConnectorBody(Body):
    """`{"connector": {…}}`. Harness's clients spell a database's type `JDBC` as well."""

    connector: ConnectorIn

    @model_validator(mode="before")
    @classmethod
    def _one_spelling(cls, body: Any) -> Any:
        connector = body.get("connector") if isinstance(body, dict) else None
        if isinstance(connector, dict) and connector.get("type") == "JDBC":
            return {**body, "connector": {**connector, "type": "Jdbc"}}
        return body


class ConnectorOut(Body):
    """A connector as stored. Moments are epoch seconds."""

    connector: ConnectorIn
    created: int
    updated: int


class Git(msgspec.Struct, frozen=True, kw_only=True):
    """What a clone needs to know. `*_ref` are references as written in the connector's own scope."""

    url: str
    is_account: bool
    username: str | None = None
    username_ref: str | None = None
    password_ref: str | None = None
    ssh_key_ref: str | None = None
    known_hosts: str | None = None
    ca: str | None = None
    below: str = ""
    """What stands between an account's URL and a repository's name."""
    selectors: tuple[str, ...] = ()

    def repository(self, repo: str | None) -> str:
        """The URL of `repo` below an account's, or of the one repository."""
        if not (self.is_account and repo):
            return self.url
        return f"{self.url.rstrip('/')}{'' if self.url.endswith(':') else '/'}{self.below}{repo.lstrip('/')}"


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """What a download needs to know: `repository` and the path of an archive make its address."""

    url: str
    below: str = ""
    username: str | None = None
    username_ref: str | None = None
    password_ref: str | None = None
    token_ref: str | None = None
    ca: str | None = None
    selectors: tuple[str, ...] = ()

    def address(self, repository: str | None, path: str) -> str:
        """The archive's URL."""
        parts = [self.url.rstrip("/"), *([f"{self.below}{repository.strip('/')}"] if repository else []), path.lstrip("/")]
        return "/".join(parts)


class Jdbc(msgspec.Struct, frozen=True, kw_only=True):
    """What a connection needs to know."""

    url: str
    username: str | None = None
    username_ref: str | None = None
    password_ref: str | None = None
    provider: str | None = None
    """The engine's token provider, when the password is a token."""
    options: dict[str, str] = {}
    secret_options: dict[str, str] = {}
    tls: Tls | None = None
    tunnel: SshTunnel | None = None
    selectors: tuple[str, ...] = ()


class Connector(msgspec.Struct, frozen=True, kw_only=True):
    """A connector for the other areas; `scope` is the one it is held in, where its references start."""

    id: str
    identifier: str
    name: str
    type: str
    scope: Scope
    spec: dict[str, Any]

    @property
    def git(self) -> Git:
        """Its `spec` as a Git connector. Raises ValueError when it is another kind."""
        if self.type not in REPOSITORIES:
            raise ValueError(f"connector '{self.identifier}' is of type {self.type}, not Git")
        if self.type != "Git":
            return _code_host(CodeHostSpec.model_validate(self.spec), self.type)
        spec = GitSpec.model_validate(self.spec)
        login = spec.auth.spec if spec.auth else spec.spec or GitCredentials()
        return Git(
            url=spec.url,
            is_account=spec.connection_type == "Account",
            username=login.username,
            username_ref=login.username_ref,
            password_ref=login.secret_ref,
            ssh_key_ref=login.ssh_key_ref if isinstance(login, GitCredentials) else None,
            known_hosts=spec.known_hosts,
            ca=spec.ca_certificate,
            selectors=tuple(spec.delegate_selectors),
        )

    @property
    def archive(self) -> Archive:
        """Its `spec` as that of a store of archives. Raises ValueError when it is another kind."""
        if self.type not in ARCHIVES:
            raise ValueError(f"connector '{self.identifier}' is of type {self.type}, which keeps no archives")
        spec = ArtifactorySpec.model_validate(self.spec) if self.type == "Artifactory" else NexusSpec.model_validate(self.spec)
        login = spec.auth.spec if spec.auth else Credentials()
        return Archive(
            url=spec.server,
            below="repository/" if self.type == "Nexus" else "",
            username=login.username,
            username_ref=login.username_ref,
            password_ref=login.password_ref,
            token_ref=login.token_ref,
            ca=spec.ca_certificate,
            selectors=tuple(spec.delegate_selectors),
        )

    @property
    def cluster(self) -> ClusterSpec:
        """Its `spec` as that of a Kubernetes cluster. Raises ValueError when it is another kind."""
        if self.type != "K8sCluster":
            raise ValueError(f"connector '{self.identifier}' is of type {self.type}, not K8sCluster")
        return ClusterSpec.model_validate(self.spec)

    @property
    def objects(self) -> clouds.Objects:
        """Its `spec` as that of a store of objects. Raises ValueError when it is another kind."""
        match self.type:
            case "Aws":
                return clouds.aws(AwsSpec.model_validate(self.spec))
            case "Gcp":
                return clouds.gcp(GcpSpec.model_validate(self.spec))
            case "Azure":
                return clouds.azure(AzureSpec.model_validate(self.spec))
            case _:
                raise ValueError(f"connector '{self.identifier}' is of type {self.type}, which keeps no objects")

    @property
    def registry(self) -> clouds.Registry:
        """Its `spec` as that of a container registry. Raises ValueError when it is another kind."""
        if self.type not in REGISTRIES:
            raise ValueError(f"connector '{self.identifier}' is of type {self.type}, not DockerRegistry")
        return clouds.registry(DockerRegistrySpec.model_validate(self.spec))

    @property
    def jdbc(self) -> Jdbc:
        """Its `spec` as a database connector. Raises ValueError when it is another kind."""
        if self.type != "Jdbc":
            raise ValueError(f"connector '{self.identifier}' is of type {self.type}, not Jdbc")
        spec = JdbcSpec.model_validate(self.spec)
        login = spec.auth.spec if spec.auth else Login()
        provider = PROVIDERS.get(spec.auth.type) if spec.auth else None
        return Jdbc(
            url=spec.url,
            username=login.username,
            username_ref=login.username_ref,
            password_ref=None if provider else login.password_ref,
            provider=provider,
            options=login.options if provider else {},
            secret_options=login.secret_options if provider else {},
            tls=spec.tls,
            tunnel=spec.ssh_tunnel,
            selectors=tuple(spec.delegate_selectors),
        )

    @property
    def secret_manager(self) -> SecretManager | None:
        """Its `spec` as that of a secret manager; None when it is another kind."""
        return secret_manager(self.type, self.spec)


def _code_host(spec: CodeHostSpec, kind: str) -> Git:
    login = spec.authentication.spec if spec.authentication else None
    return Git(
        url=spec.url,
        is_account=spec.type in ("Account", "Project"),
        username=login.user.username if login else None,
        username_ref=login.user.username_ref if login else None,
        password_ref=login.user.secret_ref if login else None,
        ssh_key_ref=login.ssh_key_ref if login else None,
        known_hosts=spec.known_hosts,
        ca=spec.ca_certificate,
        below="_git/" if kind == "AzureRepo" and spec.url.startswith("http") else "",
        selectors=tuple(spec.delegate_selectors),
    )


def secret_references(kind: str, spec: dict[str, Any]) -> list[str]:
    """Every secret that a connector's spec names."""
    manager = secret_manager(kind, spec)
    return _refs(spec) if manager is None else list(manager.credentials.values())


def _refs(spec: dict[str, Any]) -> list[str]:
    """The values of the keys that end in `Ref`."""
    found: list[str] = []
    for key, value in spec.items():
        if isinstance(value, dict):
            found += _refs(value)
        elif key.endswith("Ref") and isinstance(value, str):
            found.append(value)
    return found
