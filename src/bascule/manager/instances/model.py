"""DB schemas, DB instances and environments with Harness's field names, and the rules they must keep. Pure."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.body import Body
from bascule.manager.entity import Identifier, Name, Tags, absent_when_empty
from bascule.manager.identity.model import Scope

SchemaType = Literal["Repository", "Script"]
MigrationType = Literal["Liquibase", "Flyway"]
SourceType = Literal["Git", "Artifactory", "Custom", "HarnessCode"]
SortField = Literal["name", "updated", "created"]
Order = Literal["ASC", "DESC"]
EnvironmentType = Literal["PreProduction", "Production"]
Tier = Literal["development", "test", "staging", "production"]

_READ_ONLY_SCHEMA = ("created", "updated", "instanceCount", "schemaSourceType", "parentId")
_READ_ONLY_INSTANCE = ("created", "updated", "lastAppliedTag", "lastDeployedChangeSetTag", "toOnboard", "schemaId", "schemaIdentifier")


def _not_overview(identifier: str) -> str:
    if identifier == "overview":
        raise ValueError("'overview' is reserved: it is the address of the overview")
    return identifier


SchemaIdentifier = Annotated[Identifier, AfterValidator(_not_overview)]
Location = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Revision = Annotated[Annotated[str, StringConstraints(max_length=256)] | None, BeforeValidator(absent_when_empty)]
Service = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Properties = dict[str, str]


class Changelog(Body):
    """Where a changelog is: a file (Liquibase) or folder of migrations (Flyway) in a repository."""

    location: Location
    connector: str | None = None
    """Left out or empty: the built-in code repository, which then needs `repo`."""
    repo: str | None = None
    archive_path: str | None = None
    """The path of an archive; in an object store also of a folder; in a container registry `repository:tag`."""
    bucket: str | None = None
    """Ours. The bucket of an object store, in Azure the container."""
    toml: str | None = None
    sparse_paths: list[str] | None = None
    """Ours. Folders to fetch of a repository too large to fetch whole."""
    submodules: bool | None = None
    lfs: bool | None = None


class ChangeLogScript(Body):
    """A script that fetches the changelog."""

    image: str
    command: str
    shell: str
    location: Location
    toml: str | None = None


class _Readable(Body):
    """A body that may carry what an answer of ours carried besides: read-only fields are passed over, so a document makes a round trip."""

    @model_validator(mode="before")
    @classmethod
    def _pass_over_read_only(cls, value: Any) -> Any:
        return {key: item for key, item in value.items() if key not in cls.read_only()} if isinstance(value, dict) else value

    @classmethod
    def read_only(cls) -> tuple[str, ...]:
        """The fields that only the manager sets."""
        raise NotImplementedError


class DBSchemaIn(_Readable):
    """A DB schema to make."""

    identifier: SchemaIdentifier
    name: Name
    tags: Tags | None = None
    changelog: Changelog | None = None
    change_log_script: ChangeLogScript | None = None
    service: Service | None = None
    type: SchemaType | None = None
    migration_type: MigrationType = "Liquibase"
    use_percona: bool = False
    primary_db_instance_id: str | None = None

    @classmethod
    def read_only(cls) -> tuple[str, ...]:
        return _READ_ONLY_SCHEMA

    @property
    def source(self) -> SchemaType:
        """`type`, or what the given source implies."""
        return self.type or ("Script" if self.change_log_script else "Repository")


class DBSchemaUpdateRequest(_Readable):
    """A change of a DB schema: what is absent (or null) stays."""

    identifier: str | None = None
    name: Name | None = None
    tags: Tags | None = None
    changelog: Changelog | None = None
    change_log_script: ChangeLogScript | None = None
    service: Service | None = None
    type: SchemaType | None = None
    migration_type: MigrationType | None = None
    use_percona: bool | None = None
    primary_db_instance_id: str | None = None

    @classmethod
    def read_only(cls) -> tuple[str, ...]:
        return _READ_ONLY_SCHEMA

    @property
    def source(self) -> SchemaType | None:
        """`type`, or what the one source given implies; None when neither or both are given."""
        if self.type or bool(self.changelog) == bool(self.change_log_script):
            return self.type
        return "Script" if self.change_log_script else "Repository"


class DBSchemaOut(Body):
    """A DB schema as stored. Moments are epoch seconds."""

    identifier: str
    name: str
    created: int
    updated: int | None = None
    tags: Tags | None = None
    changelog: Changelog | None = None
    change_log_script: ChangeLogScript | None = None
    service: str | None = None
    instance_count: int
    schema_source_type: SourceType | None = None
    type: SchemaType
    migration_type: MigrationType
    use_percona: bool
    parent_id: str
    primary_db_instance_id: str | None = None
    org_identifier: str | None = None
    project_identifier: str | None = None
    """In the account-wide list only."""


class DBInstanceIn(_Readable):
    """A DB instance to make. At most one of `branch`, `commitSha`, `gitTag`."""

    identifier: Identifier
    name: Name
    connector: Annotated[str, StringConstraints(min_length=1, max_length=160)]
    tags: Tags | None = None
    branch: Revision = None
    commit_sha: Revision = None
    git_tag: Revision = None
    context: str | None = None
    substitute_properties: Properties | None = None
    environment: str | None = None
    """Ours: a reference to the environment the database belongs to."""

    @classmethod
    def read_only(cls) -> tuple[str, ...]:
        return _READ_ONLY_INSTANCE


class DBInstanceUpdateRequest(_Readable):
    """A change of a DB instance: what is absent (or null) stays; a revision replaces the one there was."""

    identifier: str | None = None
    name: Name | None = None
    connector: Annotated[str, StringConstraints(min_length=1, max_length=160)] | None = None
    tags: Tags | None = None
    branch: Revision = None
    commit_sha: Revision = None
    git_tag: Revision = None
    context: str | None = None
    substitute_properties: Properties | None = None
    environment: str | None = None
    version: str | None = None
    """The changelog version applied, as a client knows it."""

    @classmethod
    def read_only(cls) -> tuple[str, ...]:
        return _READ_ONLY_INSTANCE


class DBInstanceOut(Body):
    """A DB instance as stored. `toOnboard` is true until its history was first read."""

    identifier: str
    name: str
    created: int
    updated: int | None = None
    tags: Tags | None = None
    branch: str | None = None
    commit_sha: str | None = None
    git_tag: str | None = None
    connector: str
    context: str | None = None
    last_applied_tag: str | None = None
    last_deployed_change_set_tag: str
    to_onboard: bool
    substitute_properties: Properties | None = None
    schema_id: str
    schema_identifier: str
    environment: str | None = None


class TagFilter(Body):
    """A tag by its key and, unless null, its value."""

    key: str
    value: str | None = None


class DBInstanceFilterIn(Body):
    """Which instances: those that have all these tags, or (NotEquals) none of them."""

    filter_type: Literal["Equals", "NotEquals"] = "Equals"
    instance_tags: list[TagFilter] | None = None

    def takes(self, tags: dict[str, str] | None) -> bool:
        """Whether an instance with these tags is asked for."""
        has = [wanted.key in (tags or {}) and wanted.value in (None, (tags or {})[wanted.key]) for wanted in self.instance_tags or ()]
        return all(has) if self.filter_type == "Equals" else not any(has)


class DefaultAuthoringInstanceOut(Body):
    """The instance that authoring works against."""

    identifier: str
    name: str
    has_snapshot: bool
    connector: str


class Environment(Body):
    """dev, qa, prod: `order` is their sequence, `tier` what policies ask for. `type` is Harness's coarser word for the tier."""

    identifier: Identifier
    name: Name
    description: str | None = None
    tags: Tags | None = None
    org_identifier: str | None = None
    project_identifier: str | None = None
    type: EnvironmentType | None = None
    tier: Tier | None = None
    order: Annotated[int, Field(ge=0, le=1_000_000)] = 0

    @model_validator(mode="after")
    def _consistent(self) -> "Environment":
        if self.type and self.tier and (self.type == "Production") != (self.tier == "production"):
            raise ValueError(f"type {self.type} and tier {self.tier} contradict each other")
        return self

    @property
    def effective_tier(self) -> Tier:
        """The tier, or the one its type implies."""
        return self.tier or ("production" if self.type == "Production" else "development")


class EnvironmentOut(Environment):
    """An environment as stored."""

    type: EnvironmentType
    tier: Tier
    created: int
    updated: int


class InstanceRef(msgspec.Struct, frozen=True, kw_only=True):
    """A DB instance as other areas name it; `id` is its row's."""

    id: str
    scope: Scope
    schema: str
    instance: str
    schema_id: str
    schema_name: str
    name: str
    tags: dict[str, str] = {}
    migration_type: str = "Liquibase"
    updated_at: datetime


def source_problems(source: SchemaType, changelog: Changelog | None, script: ChangeLogScript | None) -> list[Problem]:
    """What is wrong with the source of a DB schema; `type` decides which of the two there must be."""
    problems = []
    if changelog and script:
        problems.append(
            Problem(code="ENT-010", what="changelog and changeLogScript exclude each other", fix="give the one that type asks for")
        )
    if source == "Repository" and changelog is None:
        problems.append(Problem(code="ENT-011", what="a schema of type Repository needs changelog", where="body.changelog"))
    if source == "Script" and script is None:
        problems.append(Problem(code="ENT-012", what="a schema of type Script needs changeLogScript", where="body.changeLogScript"))
    if changelog and not changelog.connector and not changelog.repo:
        problems.append(
            Problem(
                code="ENT-013",
                what="a changelog without a connector needs repo",
                where="body.changelog.repo",
                why="it is then in the built-in code repository",
                fix="name a Git connector",
            )
        )
    return problems


def revision_problems(branch: str | None, commit_sha: str | None, git_tag: str | None, *, from_git: bool) -> list[Problem]:
    """What is wrong with an instance's revision."""
    given = [name for name, value in (("branch", branch), ("commitSha", commit_sha), ("gitTag", git_tag)) if value]
    if len(given) > 1:
        return [Problem(code="ENT-014", what=f"{' and '.join(given)} exclude each other", fix="give one of branch, commitSha, gitTag")]
    if from_git and not given:
        return [
            Problem(
                code="ENT-015",
                what="branch is required",
                where="body.branch",
                why="the schema comes from Git",
                fix="or give commitSha or gitTag",
            )
        ]
    return []


def check(problems: list[Problem]) -> None:
    """Raises InputError when there are any."""
    if problems:
        raise InputError(problems)
