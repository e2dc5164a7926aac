"""GitHub, GitLab, Bitbucket and Azure Repos, in Harness's shape. Pure."""

from typing import Any, Literal

from pydantic import model_validator

from bascule.manager.body import Body
from bascule.manager.connectors.logins import Credentials, SecretRef, Text, without_credentials


class HostLogin(Body):
    """Over HTTP a user with a password or token, over SSH a key. Harness's OAuth and GithubApp are refused: no clone can use them."""

    type: Literal["UsernamePassword", "UsernameToken", "Anonymous"] | None = None
    spec: Credentials | None = None
    ssh_key_ref: SecretRef = None

    @property
    def user(self) -> Credentials:
        """Who we are over HTTP."""
        return self.spec or Credentials()


class HostAuthentication(Body):
    """`type: Http` or `Ssh`, with what goes with it."""

    type: Literal["Http", "Ssh"]
    spec: HostLogin

    @model_validator(mode="after")
    def _complete(self) -> "HostAuthentication":
        if self.type == "Ssh" and not self.spec.ssh_key_ref:
            raise ValueError("Ssh needs sshKeyRef, the secret with the private key")
        if self.type == "Http" and self.spec.type is None:
            raise ValueError("Http needs a type: UsernameToken, UsernamePassword or Anonymous")
        return self


class CodeHostSpec(Body):
    """`url` is that of a repository (type Repo) or of what holds repositories (Account; Project at Azure)."""

    url: Text
    type: Literal["Account", "Project", "Repo"]
    authentication: HostAuthentication | None = None
    validation_repo: str | None = None
    api_access: dict[str, Any] | None = None
    """Kept, not used: statuses are not sent to the host."""
    delegate_selectors: list[str] = []
    execute_on_delegate: bool = True
    known_hosts: str | None = None
    """Ours. Of an SSH server: lines of a known_hosts file."""
    ca_certificate: str | None = None
    """Ours. PEM of the authorities that sign the server's certificate."""

    @model_validator(mode="after")
    def _clean(self) -> "CodeHostSpec":
        without_credentials(self.url)
        return self
