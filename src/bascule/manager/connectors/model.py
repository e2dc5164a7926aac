"""Connectors in Harness's shape, and what the rest of the manager reads from them. Pure."""

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from bascule.manager.body import Body
from bascule.manager.entity import Identifier, Name, Tags, absent_when_empty
from bascule.manager.identity.model import Scope

Text = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
_Reference = Annotated[str, StringConstraints(pattern=r"^((account|org)\.)?[a-zA-Z_][0-9a-zA-Z_$]{0,127}$")]
SecretRef = Annotated[_Reference | None, BeforeValidator(absent_when_empty)]

_PASSWORD_IN_QUERY = re.compile(r"[?;&](password|passwd|pwd)=", re.IGNORECASE)


def _without_credentials(url: str) -> str:
    """The URL as given. Raises ValueError when a password stands in it: it belongs into a secret."""
    password = urlsplit(url.removeprefix("jdbc:")).password
    if password or _PASSWORD_IN_QUERY.search(url):
        raise ValueError("a password stands in the URL: make it a secret and name that as passwordRef")
    return url


class Credentials(Body):
    """A user name, as text or as a secret, and a password or token as a secret."""

    username: str | None = None
    username_ref: SecretRef = None
    password_ref: SecretRef = None
    token_ref: SecretRef = None

    @model_validator(mode="after")
    def _one_of_each(self) -> "Credentials":
        if self.username and self.username_ref:
            raise ValueError("give username or usernameRef, not both")
        if self.password_ref and self.token_ref:
            raise ValueError("give passwordRef or tokenRef, not both")
        return self

    @property
    def secret_ref(self) -> str | None:
        """The secret that proves who we are."""
        return self.password_ref or self.token_ref


class JdbcAuth(Body):
    """How a database is logged in to."""

    type: Literal["UsernamePassword", "InheritFromDelegate"]
    spec: Credentials = Credentials()

    @model_validator(mode="after")
    def _complete(self) -> "JdbcAuth":
        has_user = self.spec.username or self.spec.username_ref
        if self.type == "UsernamePassword" and not (has_user and self.spec.password_ref):
            raise ValueError("UsernamePassword needs username or usernameRef, and passwordRef")
        return self


class JdbcSpec(Body):
    """A database by its JDBC URL (or `postgresql://…`, `sqlite:…`)."""

    url: Text
    auth: JdbcAuth | None = None
    delegate_selectors: list[str] = []
    execute_on_delegate: bool = True
    ignore_test_connection: bool = False

    @model_validator(mode="after")
    def _clean(self) -> "JdbcSpec":
        _without_credentials(self.url)
        return self


class GitAuth(Body):
    """How a repository is logged in to, in the words of a database's auth."""

    type: Literal["UsernamePassword", "UsernameToken", "Anonymous"]
    spec: Credentials = Credentials()


class GitSpec(Body):
    """A repository, or (connectionType Account) what repositories' URLs begin with. Credentials: `spec`, as Harness has it, or `auth`."""

    url: Text
    connection_type: Literal["Account", "Repo"] = "Repo"
    type: Literal["Http"] = "Http"
    spec: Credentials | None = None
    auth: GitAuth | None = None
    validation_repo: str | None = None
    branch_name: str | None = None
    delegate_selectors: list[str] = []
    execute_on_delegate: bool = True

    @model_validator(mode="after")
    def _clean(self) -> "GitSpec":
        _without_credentials(self.url)
        if self.spec and self.auth:
            raise ValueError("give credentials as spec or as auth, not both")
        return self


class _Common(Body):
    identifier: Identifier
    name: Name
    description: str | None = None
    tags: Tags | None = None
    org_identifier: str | None = None
    project_identifier: str | None = None


class GitConnectorIn(_Common):
    """A Git connector."""

    type: Literal["Git"]
    spec: GitSpec


class JdbcConnectorIn(_Common):
    """A database connector."""

    type: Literal["Jdbc"]
    spec: JdbcSpec


ConnectorIn = Annotated[GitConnectorIn | JdbcConnectorIn, Field(discriminator="type")]


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
    selectors: tuple[str, ...] = ()

    def repository(self, repo: str | None) -> str:
        """The URL of `repo` below an account's, or of the one repository."""
        return f"{self.url.rstrip('/')}/{repo}" if self.is_account and repo else self.url


class Jdbc(msgspec.Struct, frozen=True, kw_only=True):
    """What a connection needs to know."""

    url: str
    username: str | None = None
    username_ref: str | None = None
    password_ref: str | None = None
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
        if self.type != "Git":
            raise ValueError(f"connector '{self.identifier}' is of type {self.type}, not Git")
        spec = GitSpec.model_validate(self.spec)
        login = spec.auth.spec if spec.auth else spec.spec or Credentials()
        return Git(
            url=spec.url,
            is_account=spec.connection_type == "Account",
            username=login.username,
            username_ref=login.username_ref,
            password_ref=login.secret_ref,
            selectors=tuple(spec.delegate_selectors),
        )

    @property
    def jdbc(self) -> Jdbc:
        """Its `spec` as a database connector. Raises ValueError when it is another kind."""
        if self.type != "Jdbc":
            raise ValueError(f"connector '{self.identifier}' is of type {self.type}, not Jdbc")
        spec = JdbcSpec.model_validate(self.spec)
        login = spec.auth.spec if spec.auth else Credentials()
        return Jdbc(
            url=spec.url,
            username=login.username,
            username_ref=login.username_ref,
            password_ref=login.password_ref,
            selectors=tuple(spec.delegate_selectors),
        )


def secret_references(spec: dict[str, Any]) -> list[str]:
    """Every secret that a spec names: the values of its keys that end in `Ref`."""
    found: list[str] = []
    for key, value in spec.items():
        if isinstance(value, dict):
            found += secret_references(value)
        elif key.endswith("Ref") and isinstance(value, str):
            found.append(value)
    return found
