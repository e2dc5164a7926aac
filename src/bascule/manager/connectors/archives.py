"""Artifactory and Nexus, in Harness's shape. Pure."""

from typing import Literal

from pydantic import model_validator

from bascule.manager.body import Body
from bascule.manager.connectors.logins import Credentials, Text, without_credentials


class ArchiveAuth(Body):
    """How the server is logged in to. With a `tokenRef` it is sent as a bearer token."""

    type: Literal["UsernamePassword", "Anonymous"]
    spec: Credentials = Credentials()


class _ArchiveSpec(Body):
    auth: ArchiveAuth | None = None
    delegate_selectors: list[str] = []
    execute_on_delegate: bool = True
    ca_certificate: str | None = None
    """Ours. PEM of the authorities that sign the server's certificate."""

    @property
    def server(self) -> str:
        """What the addresses of archives begin with."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _clean(self) -> "_ArchiveSpec":
        without_credentials(self.server)
        return self


class ArtifactorySpec(_ArchiveSpec):
    """`https://host/artifactory`."""

    artifactory_server_url: Text

    @property
    def server(self) -> str:
        return self.artifactory_server_url


class NexusSpec(_ArchiveSpec):
    """`https://host`; repositories are below `/repository/`."""

    nexus_server_url: Text
    version: Literal["3.x"] = "3.x"

    @property
    def server(self) -> str:
        return self.nexus_server_url
