"""Pages of connectors: databases and Git repositories by forms of their own, all others by their spec as YAML."""

from typing import Any

import yaml
from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError

from bascule.core.errors import BasculeError, InputError
from bascule.core.problems import Problem
from bascule.manager.api_errors import status_of
from bascule.manager.connectors import database_form, service
from bascule.manager.connectors.databases import JdbcSpec
from bascule.manager.connectors.model import ConnectorIn, ConnectorOut, GitSpec
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.paging import Paging
from bascule.manager.web.forms import Form, PageForm, problem_of, shown
from bascule.manager.web.rendering import PREFIX, PageRoute, ProjectView, View, levels, scope_at

_ALL = Paging(0, 100)
_CONNECTOR: TypeAdapter[ConnectorIn] = TypeAdapter(ConnectorIn)
TYPES = (
    ("Jdbc", "Database", "database", "PostgreSQL, MariaDB, MySQL, SQLite and others by URL"),
    ("Git", "Git", "git-branch", "A repository, or an account of repositories"),
    ("Github", "GitHub", "git-branch", "Repositories on GitHub, in the cloud or your own"),
    ("Gitlab", "GitLab", "git-branch", "Repositories on GitLab"),
    ("Bitbucket", "Bitbucket", "git-branch", "Repositories on Bitbucket"),
    ("AzureRepo", "Azure Repos", "git-branch", "Repositories of an Azure DevOps project"),
    ("Artifactory", "Artifactory", "cloud", "Archives of changelogs"),
    ("Nexus", "Nexus", "cloud", "Archives of changelogs"),
    ("K8sCluster", "Kubernetes", "server-bolt", "A cluster that step groups run in, in pods of their own"),
    ("Vault", "Vault", "lock", "Secrets in HashiCorp Vault or OpenBao"),
    ("AwsSecretManager", "AWS Secrets Manager", "lock", "Secrets in AWS"),
    ("GcpSecretManager", "Google Secret Manager", "lock", "Secrets in Google Cloud"),
    ("AzureKeyVault", "Azure Key Vault", "lock", "Secrets in Azure"),
    ("KubernetesSecrets", "Kubernetes Secrets", "lock", "Secrets of the delegate's cluster"),
    ("DelegateEnvironment", "Delegate's environment", "lock", "Variables that the delegate was started to give away"),
    ("DelegateFiles", "Delegate's files", "lock", "Files in the delegate's folder of secrets"),
    ("Aws", "AWS", "cloud", "Changelogs in S3, or a server that speaks its protocol"),
    ("Gcp", "Google Cloud", "cloud", "Changelogs in Google Cloud Storage"),
    ("Azure", "Azure", "cloud", "Changelogs in Azure's blob storage"),
    ("DockerRegistry", "Container registry", "cloud", "Changelogs as OCI artifacts, and images"),
)
_HOST = """url: https://github.com/example
type: Account
authentication:
  type: Http
  spec:
    type: UsernameToken
    spec: {username: robot, tokenRef: account.git_token}
"""
_ARCHIVES = """{server}: https://artifacts.example.com
auth:
  type: UsernamePassword
  spec: {{username: robot, passwordRef: account.artifacts_password}}
"""
EXAMPLES = {
    "Github": _HOST,
    "Gitlab": _HOST.replace("github", "gitlab"),
    "Bitbucket": _HOST.replace("github.com", "bitbucket.org"),
    "AzureRepo": _HOST.replace("github.com/example", "dev.azure.com/example/orders").replace("Account", "Project"),
    "Artifactory": _ARCHIVES.format(server="artifactoryServerUrl"),
    "Nexus": _ARCHIVES.format(server="nexusServerUrl"),
    "K8sCluster": "credential: {type: InheritFromDelegate}\ndelegateSelectors: []\n",
    "Vault": """vaultUrl: https://vault.example.com:8200
secretEngineName: secret
secretEngineVersion: 2
appRoleId: 3f1c…
secretId: account.vault_secret_id
delegateSelectors: []
""",
    "AwsSecretManager": """region: eu-central-1
credential:
  type: AssumeIAMRole
delegateSelectors: []
""",
    "GcpSecretManager": """assumeCredentialsOnDelegate: true
delegateSelectors: []
""",
    "AzureKeyVault": """vaultName: orders
useManagedIdentity: true
delegateSelectors: []
""",
    "KubernetesSecrets": """namespace: databases
delegateSelectors: []
""",
    "DelegateEnvironment": """delegateSelectors: []
""",
    "DelegateFiles": """delegateSelectors: []
""",
    "Aws": """credential:
  type: ManualConfig
  spec: {accessKey: AKIAEXAMPLE, secretKeyRef: account.aws_secret_key}
  region: eu-central-1
""",
    "Gcp": """credential:
  type: ManualConfig
  spec: {secretKeyRef: account.gcp_key_file}
""",
    "Azure": """storageAccount: example
credential:
  type: ManualConfig
  spec:
    applicationId: 00000000-0000-0000-0000-000000000000
    tenantId: 00000000-0000-0000-0000-000000000000
    auth: {type: Secret, spec: {secretRef: account.azure_secret}}
""",
    "DockerRegistry": """dockerRegistryUrl: https://registry.example.com
providerType: Other
auth:
  type: UsernamePassword
  spec: {username: robot, passwordRef: account.registry_password}
""",
}
"""What the form of a connector begins with whose spec is written as YAML."""


def router(deps: Deps, used_by: service.UsedBy, guard: service.Guard) -> APIRouter:
    """Routes of the area's pages. `used_by` tells what keeps a connector from being deleted, `guard` what it may not be."""
    pages = APIRouter(prefix=f"{PREFIX}/connectors", route_class=PageRoute, include_in_schema=False)

    @pages.get("")
    def connectors(view: ProjectView, search: str = "", type: str = "") -> Response:
        with reading(deps.engine) as connection:
            found: list[tuple[str, ConnectorOut]] = [
                (level, one)
                for level, scope in levels(view.scope)
                if view.actor.may("core_connector_view", scope)
                for one in service.list_all(connection, view.actor, scope, type or None, search or None, _ALL).items
            ]
        return view.render(
            "connectors/connectors.html",
            title="Connectors",
            active="connectors",
            found=found,
            search=search,
            type=type,
            types=TYPES,
            kinds={kind[0]: kind for kind in TYPES},
        )

    @pages.get("/new")
    def new(view: ProjectView, type: str = "Jdbc") -> Response:
        return _form(view, {"level": "project", "type": type, "auth": "UsernamePassword", "connection_type": "Repo"}, None, ())

    @pages.get("/{level}/{connector}")
    def one(view: ProjectView, level: str, connector: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.show(connection, view.actor, scope_at(view, level), connector)
        return _form(view, _values(found, level), found, ())

    @pages.post("")
    def save(view: ProjectView, form: PageForm) -> Response:
        scope = scope_at(view, form.text("level"))
        try:
            connector = _read(form)
            with writing(deps.engine) as connection:
                if form.flag("existing"):
                    service.update(connection, view.actor, scope, connector.identifier, connector, deps.clock.now(), guard)
                else:
                    service.create(connection, view.actor, scope, connector, deps.clock.now(), guard)
        except BasculeError as error:
            return _form(view, form.values(), form.flag("existing") or None, error.problems, status_of(error))
        return view.redirect(view.url("connectors"), f"Connector {connector.name} is saved")

    @pages.post("/{level}/{connector}/delete")
    def delete(view: ProjectView, level: str, connector: str) -> Response:
        with writing(deps.engine) as connection:
            service.remove(connection, view.actor, scope_at(view, level), connector, used_by)
        return view.redirect(view.url("connectors"), f"Connector {connector} is deleted")

    return pages


def _read(form: Form) -> ConnectorIn:
    """The connector that the form describes. Raises InputError with every problem."""
    written = {key: form.optional(key) for key in ("identifier", "name", "description")} | {"tags": form.pairs("tags") or None}
    if form.text("type") in EXAMPLES:
        return _connector({**written, "type": form.text("type"), "spec": _yaml(form.text("spec"))})
    if form.text("type") == "Jdbc":
        return _connector({**written, "type": "Jdbc", "spec": database_form.read(form)})
    login = {
        "username": form.optional("username"),
        "usernameRef": form.optional("username_ref"),
        "passwordRef": form.optional("password_ref"),
    }
    login = {key: value for key, value in login.items() if value}
    spec: dict[str, Any] = {"url": form.text("url"), "delegateSelectors": form.words("selectors")}
    spec |= {"connectionType": form.text("connection_type", "Repo"), "branchName": form.optional("branch_name")}
    spec |= {"auth": {"type": "UsernamePassword", "spec": login} if login else {"type": "Anonymous"}}
    return _connector({**written, "type": form.text("type"), "spec": spec})


def _connector(document: dict[str, Any]) -> ConnectorIn:
    try:
        return _CONNECTOR.validate_python(document)
    except ValidationError as error:
        raise InputError(problem_of(detail) for detail in error.errors()) from None


def _yaml(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(Problem(code="API-400", what="this is no YAML", where="spec", why=str(error))) from None


def _values(found: ConnectorOut, level: str) -> dict[str, Any]:
    connector = found.connector
    if not isinstance(connector.spec, GitSpec | JdbcSpec):
        spec = connector.spec.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
        return connector.model_dump() | {"level": level, "spec": yaml.safe_dump(spec, sort_keys=False)}
    if isinstance(connector.spec, JdbcSpec):
        selectors = ", ".join(connector.spec.delegate_selectors)
        held = {"level": level, "type": connector.type, "selectors": selectors}
        return connector.model_dump() | database_form.values(connector.spec) | held
    login = connector.spec.auth.spec if connector.spec.auth else getattr(connector.spec, "spec", None)
    values = connector.model_dump() | connector.spec.model_dump() | {"level": level, "type": connector.type}
    values |= {"auth": connector.spec.auth.type if connector.spec.auth else "", "selectors": ", ".join(connector.spec.delegate_selectors)}
    if login:
        values |= {"username": login.username, "username_ref": login.username_ref, "password_ref": login.secret_ref}
    return values


def _form(view: View, values: dict[str, Any], existing: Any, problems: Any, status: int = 200) -> Response:
    return view.render(
        "connectors/connector.html",
        title=values.get("name") or "New connector",
        active="connectors",
        crumbs=[("Connectors", view.url("connectors"))],
        values=shown(values),
        existing=existing,
        problems=problems,
        types=TYPES,
        examples=EXAMPLES,
        logins=database_form.LOGINS,
        modes=database_form.MODES,
        status=status,
    )
