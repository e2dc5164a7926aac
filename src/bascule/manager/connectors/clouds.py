"""AWS, Google Cloud, Azure and container registries, in Harness's shape: where changelogs are kept as objects or artifacts. Pure.

Keys that only Harness's other modules use are kept; ways to log in that no delegate can go are refused when the connector is made.
"""

from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from pydantic import model_validator

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.body import Body
from bascule.manager.connectors.logins import Credentials, SecretRef, Text, without_credentials


class _CloudSpec(Body):
    delegate_selectors: list[str] = []
    execute_on_delegate: bool = True


class AwsKeys(Body):
    """An access key: its id as text or secret, its secret as a secret."""

    access_key: str | None = None
    access_key_ref: SecretRef = None
    secret_key_ref: SecretRef = None
    session_token_ref: SecretRef = None


class AwsCredential(Body):
    """`Irsa` is what a delegate's service account brings, so it is read as `InheritFromDelegate`."""

    type: Literal["ManualConfig", "InheritFromDelegate", "Irsa"]
    spec: AwsKeys | None = None
    region: str | None = None
    """Of the S3 buckets."""
    cross_account_access: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _complete(self) -> "AwsCredential":
        keys = self.spec or AwsKeys()
        if self.cross_account_access:
            raise ValueError("crossAccountAccess is not used here: let the delegate run with the role, and InheritFromDelegate")
        if self.type == "ManualConfig" and not ((keys.access_key or keys.access_key_ref) and keys.secret_key_ref):
            raise ValueError("ManualConfig needs accessKey or accessKeyRef, and secretKeyRef")
        return self


class AwsSpec(_CloudSpec):
    """S3, or with `endpoint` a server that speaks its protocol."""

    credential: AwsCredential
    endpoint: str | None = None
    """Ours. `https://minio.example.com`; then buckets are in the path, not in the host's name."""

    @model_validator(mode="after")
    def _clean(self) -> "AwsSpec":
        if self.endpoint:
            without_credentials(self.endpoint)
        return self


class GcpKey(Body):
    """The secret that holds a service account's key file (JSON)."""

    secret_key_ref: SecretRef = None


class GcpCredential(Body):
    """Who we are at Google: a service account's key, or who the delegate is."""

    type: Literal["ManualConfig", "InheritFromDelegate"]
    spec: GcpKey | None = None

    @model_validator(mode="after")
    def _complete(self) -> "GcpCredential":
        if self.type == "ManualConfig" and not (self.spec and self.spec.secret_key_ref):
            raise ValueError("ManualConfig needs secretKeyRef, the secret with the key file of a service account")
        return self


class GcpSpec(_CloudSpec):
    """Google Cloud Storage."""

    credential: GcpCredential
    project_id: str | None = None


class AzureSecret(Body):
    """The secret of a service principal."""

    secret_ref: SecretRef = None


class AzureAuth(Body):
    """Harness's certificates of service principals are refused: the library for Azure's storage takes none."""

    type: Literal["Secret", "SystemAssignedManagedIdentity", "UserAssignedManagedIdentity"]
    spec: AzureSecret | None = None


class AzureLogin(Body):
    """A service principal, or with InheritFromDelegate the managed identity (`clientId` where there are several)."""

    application_id: str | None = None
    tenant_id: str | None = None
    auth: AzureAuth | None = None


class AzureCredential(Body):
    """Who we are at Azure."""

    type: Literal["ManualConfig", "InheritFromDelegate"]
    spec: AzureLogin | None = None

    @model_validator(mode="after")
    def _complete(self) -> "AzureCredential":
        login = self.spec or AzureLogin()
        secret = login.auth.spec.secret_ref if login.auth and login.auth.type == "Secret" and login.auth.spec else None
        if self.type == "ManualConfig" and not (login.application_id and login.tenant_id and secret):
            raise ValueError("ManualConfig needs applicationId, tenantId and auth of type Secret with secretRef")
        return self


class AzureSpec(_CloudSpec):
    """Azure's blob storage."""

    credential: AzureCredential
    azure_environment_type: Literal["AZURE", "AZURE_US_GOVERNMENT"] = "AZURE"
    storage_account: str | None = None
    """Ours: whose containers are meant; needed for changelogs."""


class RegistryAuth(Body):
    """How a registry is logged in to."""

    type: Literal["UsernamePassword", "Anonymous"]
    spec: Credentials | None = None

    @model_validator(mode="after")
    def _complete(self) -> "RegistryAuth":
        login = self.spec or Credentials()
        if self.type == "UsernamePassword" and not ((login.username or login.username_ref) and login.password_ref):
            raise ValueError("UsernamePassword needs username or usernameRef, and passwordRef")
        return self


class DockerRegistrySpec(_CloudSpec):
    """`https://index.docker.io/v2/`, `https://registry.example.com`."""

    docker_registry_url: Text
    provider_type: Literal["DockerHub", "Harbor", "Quay", "Github", "Other"] = "Other"
    auth: RegistryAuth | None = None
    ca_certificate: str | None = None
    """Ours. PEM of the authorities that sign the server's certificate."""

    @model_validator(mode="after")
    def _clean(self) -> "DockerRegistrySpec":
        without_credentials(self.docker_registry_url)
        if not urlsplit(self.docker_registry_url).hostname:
            raise ValueError("dockerRegistryUrl starts with https://")
        return self


class Registry(msgspec.Struct, frozen=True, kw_only=True):
    """What pulling from a registry needs to know; for artifacts with changelogs and for the images of pods."""

    url: str
    username: str | None = None
    username_ref: str | None = None
    password_ref: str | None = None
    ca: str | None = None
    selectors: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """As references of artifacts begin; Docker Hub's API has another name than its pages."""
        host = urlsplit(self.url).netloc.rpartition("@")[2]
        return "registry-1.docker.io" if host in ("docker.io", "hub.docker.com", "registry.hub.docker.com", "index.docker.io") else host

    def reference(self, artifact: str) -> str:
        """Of `repository:tag` in this registry."""
        return f"{self.host}/{artifact.strip('/')}"


class Objects(msgspec.Struct, frozen=True, kw_only=True):
    """What reading objects needs to know: obstore's options, and those of them that are secrets (option → reference)."""

    scheme: Literal["s3", "gs", "az"]
    options: dict[str, str] = {}
    secret_options: dict[str, str] = {}
    selectors: tuple[str, ...] = ()

    def address(self, bucket: str | None, path: str) -> str:
        """Of a path in a bucket (in Azure: container). Without a bucket the path's first part names it."""
        return "/".join([f"{self.scheme}:/", *([bucket.strip("/")] if bucket else []), path.strip("/")])


def aws(spec: AwsSpec) -> Objects:
    """S3 as a store of objects."""
    options = {"region": spec.credential.region or "us-east-1"}
    if spec.endpoint:
        options |= {"endpoint": spec.endpoint.rstrip("/"), "virtual_hosted_style_request": "false"}
    keys = (spec.credential.spec if spec.credential.type == "ManualConfig" else None) or AwsKeys()
    options |= {"access_key_id": keys.access_key} if keys.access_key else {}
    named = {"access_key_id": keys.access_key_ref, "secret_access_key": keys.secret_key_ref, "session_token": keys.session_token_ref}
    return Objects(scheme="s3", options=options, secret_options=_given(named), selectors=tuple(spec.delegate_selectors))


def gcp(spec: GcpSpec) -> Objects:
    """Google Cloud Storage as a store of objects."""
    key = spec.credential.spec.secret_key_ref if spec.credential.type == "ManualConfig" and spec.credential.spec else None
    return Objects(scheme="gs", secret_options=_given({"service_account_key": key}), selectors=tuple(spec.delegate_selectors))


def azure(spec: AzureSpec) -> Objects:
    """Blob storage as a store of objects. Raises InputError without the name of the storage account."""
    if not spec.storage_account:
        what, fix = "an Azure connector needs a storage account to be read from", "give the connector its name as storageAccount"
        raise InputError(Problem(code="PIP-076", what=what, fix=fix))
    options = {"account_name": spec.storage_account}
    if spec.azure_environment_type == "AZURE_US_GOVERNMENT":
        options["endpoint"] = f"https://{spec.storage_account}.blob.core.usgovcloudapi.net"
    login = spec.credential.spec or AzureLogin()
    secret = None
    if login.application_id:
        options["client_id"] = login.application_id
    if spec.credential.type == "ManualConfig" and login.auth and login.auth.spec and login.tenant_id:
        secret = login.auth.spec.secret_ref
        options["tenant_id"] = login.tenant_id
    named = _given({"client_secret": secret})
    return Objects(scheme="az", options=options, secret_options=named, selectors=tuple(spec.delegate_selectors))


def registry(spec: DockerRegistrySpec) -> Registry:
    """The registry with its login."""
    login = spec.auth.spec if spec.auth and spec.auth.type == "UsernamePassword" and spec.auth.spec else Credentials()
    return Registry(
        url=spec.docker_registry_url,
        username=login.username,
        username_ref=login.username_ref,
        password_ref=login.secret_ref,
        ca=spec.ca_certificate,
        selectors=tuple(spec.delegate_selectors),
    )


def _given(named: dict[str, str | None]) -> dict[str, str]:
    return {option: reference for option, reference in named.items() if reference}
