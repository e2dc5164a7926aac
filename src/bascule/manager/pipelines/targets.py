"""A DB instance as a step needs it: where its changelog comes from, which database it works on, what a policy is told about it."""

import re
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager import identity
from bascule.manager.connectors import jobs as for_jobs
from bascule.manager.connectors import service as connectors
from bascule.manager.connectors.model import ARCHIVES, OBJECTS, REGISTRIES, Connector
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.instances import environments
from bascule.manager.instances import service as instances
from bascule.manager.instances.model import DBInstanceOut, DBSchemaOut
from bascule.manager.pipelines.expressions.evaluate import Names, resolve
from bascule.manager.pipelines.expressions.values import Text, show
from bascule.manager.pipelines.job_secrets import placed
from bascule.wire.jobs import ArchiveSource, GitSource, ObjectSource, OciSource, Source, Target


class ScriptSource(msgspec.Struct, frozen=True, kw_only=True):
    """A script that makes the changelog at `location`, below the folder it runs in. `command` is a Text where it holds secrets."""

    image: str
    shell: str
    command: Any
    location: str


class InstanceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """DB schema × database, ready for jobs. `source` is not yet pinned; `source_key` is what one commit per execution is kept under."""

    schema_id: str
    schema_name: str
    instance_id: str
    instance_name: str
    type: str
    """As policies see it: `jdbc:postgresql`."""
    url: str
    """Without credentials."""
    tags: dict[str, str] = {}
    migration_type: str = "Liquibase"
    changelog: str
    """The changelog file, below the source."""
    context: str = ""
    source: Source | ScriptSource
    source_key: str
    target: Target
    secrets: dict[str, str] = {}
    """Name in the job → reference."""
    composed: dict[str, list[str]] = {}
    """See `Job.composed`."""
    selectors: tuple[str, ...] = ()
    environment: dict[str, Any] = {}
    """`{"identifier", "name", "type", "tier"}` where it belongs to one."""

    @property
    def key(self) -> str:
        """`schema/instance`."""
        return f"{self.schema_id}/{self.instance_id}"


class Instances(Protocol):
    """Finds an instance. Raises NotFoundError, and DeniedError when the actor lacks the permission on it."""

    def __call__(self, actor: Actor, scope: Scope, schema: str, instance: str, permission: str, /) -> InstanceFacts: ...


def find_instance(connection: Connection) -> Instances:
    """Finds instances in the store."""

    def find(actor: Actor, scope: Scope, schema_id: str, instance_id: str, permission: str) -> InstanceFacts:
        identity.require(actor, permission, scope)
        schema = instances.get_schema(connection, scope, schema_id)
        instance = instances.get_instance(connection, scope, schema_id, instance_id)
        connector = connectors.get(connection, instance.connector, scope)
        jdbc = connector.jdbc
        secrets: dict[str, str] = {}
        source, source_key = _source(connection, scope, schema, instance, secrets)
        return InstanceFacts(
            schema_id=schema.identifier,
            schema_name=schema.name,
            instance_id=instance.identifier,
            instance_name=instance.name,
            type=_type(jdbc.url),
            url=jdbc.url,
            tags=instance.tags or {},
            migration_type=schema.migration_type,
            changelog=_location(schema),
            context=instance.context or "",
            source=source,
            source_key=source_key,
            target=msgspec.structs.replace(
                for_jobs.target(connector, secrets, exclusive=f"{connector.id}/databasechangelog"),
                properties=instance.substitute_properties or {},
            ),
            secrets=secrets,
            selectors=jdbc.selectors,
            environment=_environment(connection, scope, instance.environment),
        )

    return find


def find_connector(connection: Connection) -> Callable[[Actor, Scope, str], Connector]:
    """Finds connectors that a document names itself, for whoever may use them."""

    def find(actor: Actor, scope: Scope, reference: str) -> Connector:
        identity.require(actor, "core_connector_access", scope)
        return connectors.get(connection, reference, scope)

    return find


def _source(
    connection: Connection, scope: Scope, schema: DBSchemaOut, instance: DBInstanceOut, secrets: dict[str, str]
) -> tuple[Source | ScriptSource, str]:
    """Where the changelog is fetched from. Raises InputError for sources that no job can fetch."""
    script, changelog = schema.change_log_script, schema.changelog
    if schema.migration_type == "Flyway":
        raise _cannot_run(schema, "its migration type is Flyway", "pipelines run Liquibase changelogs", "make a schema of type Liquibase")
    if schema.type == "Script" and script is not None:
        made = ScriptSource(image=script.image, shell=script.shell, command=script.command, location=script.location)
        return made, f"script:{schema.identifier}/{instance.identifier}"
    if changelog is None:
        raise _cannot_run(schema, "it has no source", "a schema is a changelog in a repository, an archive, or by a script", "give it one")
    if not changelog.connector:
        why = f"'{changelog.repo}' would be a repository built into the server, and this one has none: repositories stay where they are"
        fix = f"make a Git connector with the URL of '{changelog.repo}', and name it as the schema's changelog.connector"
        raise _cannot_run(schema, "its source has no connector", why, fix)
    connector = connectors.get(connection, changelog.connector, scope)
    if connector.type in ARCHIVES:
        archive = for_jobs.archive(connector, changelog.repo, changelog.archive_path or "", secrets)
        return archive, archive.url
    if connector.type in OBJECTS:
        kept = for_jobs.objects(connector, changelog.bucket, changelog.archive_path or "", secrets)
        return kept, kept.url
    if connector.type in REGISTRIES:
        artifact = for_jobs.artifact(connector, changelog.archive_path or "", secrets)
        return artifact, artifact.reference
    repository = msgspec.structs.replace(
        for_jobs.repository(connector, changelog.repo, secrets),
        branch=instance.branch,
        tag=instance.git_tag,
        commit=instance.commit_sha,
        paths=changelog.sparse_paths or [],
        submodules=bool(changelog.submodules),
        lfs=bool(changelog.lfs),
    )
    return repository, f"{repository.url}@{repository.branch or repository.tag or repository.commit}"


def _cannot_run(schema: DBSchemaOut, what: str, why: str, fix: str) -> InputError:
    what = f"the DB schema '{schema.identifier}' cannot be run by a pipeline: {what}"
    return InputError(Problem(code="PIP-050", what=what, why=why, fix=fix))


def _location(schema: DBSchemaOut) -> str:
    source = schema.change_log_script if schema.type == "Script" else schema.changelog
    return source.location if source else ""


def _type(url: str) -> str:
    found = re.match(r"(jdbc:[a-z0-9-]+(?::thin)?|[a-z0-9+]+)", url)
    return found.group(1) if found else ""


def _environment(connection: Connection, scope: Scope, written: str | None) -> dict[str, Any]:
    if not written:
        return {}
    environment = environments.get(connection, written, scope)
    return {
        "identifier": environment.identifier,
        "name": environment.name,
        "type": environment.type,
        "tier": environment.tier,
        "tags": environment.tags or {},
    }


def resolved(facts: InstanceFacts, names: Names) -> InstanceFacts:
    """The facts with the expressions of the instance evaluated: revision, context, properties. A secret property stays a reference."""
    where = f"DB instance {facts.key}"
    source = facts.source
    source_key = facts.source_key
    if isinstance(source, GitSource):
        revision = {key: _text(getattr(source, key), names, where) for key in ("branch", "tag", "commit")}
        source = msgspec.structs.replace(source, **revision)
        source_key = f"{source.url}@{source.branch or source.tag or source.commit}"
    elif isinstance(source, OciSource):
        source_key = _text(source.reference, names, where) or ""
        source = msgspec.structs.replace(source, reference=source_key)
    elif isinstance(source, ArchiveSource | ObjectSource):
        source_key = _text(source.url, names, where) or ""
        source = msgspec.structs.replace(source, url=source_key)
    elif isinstance(source, ScriptSource):
        source = ScriptSource(
            image=_text(source.image, names, where) or "",
            shell=(_text(source.shell, names, where) or "sh").lower(),
            command=resolve(source.command, names, f"the script of DB schema '{facts.schema_id}'"),
            location=_text(source.location, names, where) or "",
        )
    properties: dict[str, str] = {}
    secret_properties: dict[str, str] = {}
    secrets, composed = dict(facts.secrets), dict(facts.composed)
    for name, written in facts.target.properties.items():
        value = resolve(written, names, f"{where}.substituteProperties.{name}")
        if isinstance(value, Text):
            secret_properties[name] = placed(value, secrets, composed)
        else:
            properties[name] = show(value)
    return msgspec.structs.replace(
        facts,
        source=source,
        source_key=source_key,
        context=_text(facts.context, names, where) or "",
        target=msgspec.structs.replace(facts.target, properties=properties, secret_properties=secret_properties),
        secrets=secrets,
        composed=composed,
    )


def _text(written: str | None, names: Names, where: str) -> str | None:
    return None if written is None else show(resolve(written, names, where))
