"""Every kind of entity that `apply`, `get`, `describe` and `delete` know: its words, its address, its shape. One table, one row each."""

from difflib import get_close_matches
from typing import Any, Literal

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem

API_VERSION = "bascule.dev/v1"

Level = Literal["account", "organization", "project", "any", "schema"]


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """Where an entity is held: organization, project, and for a DB instance its DB schema."""

    org: str | None = None
    project: str | None = None
    schema: str | None = None

    @property
    def prefix(self) -> str:
        """The scope as the beginning of a path."""
        if self.org is None:
            return "/v1"
        return f"/v1/orgs/{self.org}" + (f"/projects/{self.project}" if self.project else "")


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind. `level`: where it may be held; `wrapper`: the key around its body; `roots`: what Harness's documents of it begin with."""

    name: str
    path: str
    level: Level
    wrapper: str | None = None
    roots: tuple[str, ...] = ()
    key: str = "identifier"
    columns: tuple[str, ...] = ("identifier", "name")
    read_only: tuple[str, ...] = ("created", "updated")
    """Fields of an answer that no request has."""
    can_change: bool = True
    can_create: bool = True
    is_text: bool = False
    """Its body is `{"yaml": the document}`."""

    @property
    def plural(self) -> str:
        """As it is written in `bascule get`."""
        lower = self.name.lower()
        return f"{lower[:-1]}ies" if lower.endswith("y") else f"{lower}s"

    def collection(self, where: Where) -> str:
        """The address of all entities of the kind in a place."""
        if self.level == "schema":
            return f"{where.prefix}/dbschema/{where.schema}/{self.path}"
        return f"{where.prefix}/{self.path}"

    def one(self, where: Where, identifier: str) -> str:
        """The address of one."""
        return f"{self.collection(where)}/{identifier}"

    def wrap(self, spec: dict[str, Any]) -> dict[str, Any]:
        """The body of a request."""
        return {self.wrapper: spec} if self.wrapper else spec

    def unwrap(self, answer: dict[str, Any]) -> dict[str, Any]:
        """What of an answer may be sent back."""
        body: dict[str, Any] = answer[self.wrapper] if self.wrapper else answer
        return {key: value for key, value in body.items() if key not in self.read_only and value is not None}


_SCHEMA_DERIVED = ("created", "updated", "instanceCount", "schemaSourceType", "parentId")
_INSTANCE_DERIVED = ("created", "updated", "lastAppliedTag", "lastDeployedChangeSetTag", "toOnboard", "schemaId", "schemaIdentifier")
_POLICY_DERIVED = ("created", "updated", "org", "project")

KINDS: tuple[Kind, ...] = (
    Kind(name="Organization", path="orgs", level="account", wrapper="org", roots=("organization", "org")),
    Kind(name="Project", path="projects", level="organization", wrapper="project", roots=("project",)),
    Kind(
        name="User",
        path="users",
        level="account",
        columns=("identifier", "name", "email", "disabled"),
        read_only=("created", "updated", "groups"),
    ),
    Kind(name="ServiceAccount", path="service-accounts", level="account"),
    Kind(name="UserGroup", path="user-groups", level="any", columns=("identifier", "name", "users")),
    Kind(name="Secret", path="secrets", level="any", wrapper="secret", roots=("secret",), columns=("identifier", "name", "type")),
    Kind(
        name="Connector", path="connectors", level="any", wrapper="connector", roots=("connector",), columns=("identifier", "name", "type")
    ),
    Kind(name="Environment", path="environments", level="any", roots=("environment",), columns=("identifier", "name", "tier", "order")),
    Kind(
        name="DBSchema",
        path="dbschema",
        level="project",
        roots=("dbschema", "dbSchema"),
        columns=("identifier", "name", "migrationType", "type"),
        read_only=_SCHEMA_DERIVED,
    ),
    Kind(
        name="DBInstance",
        path="instance",
        level="schema",
        roots=("dbinstance", "dbInstance"),
        columns=("identifier", "name", "connector", "branch", "environment"),
        read_only=_INSTANCE_DERIVED,
    ),
    Kind(name="Policy", path="policies", level="any", roots=("policy",), read_only=_POLICY_DERIVED),
    Kind(
        name="PolicySet",
        path="policysets",
        level="any",
        roots=("policySet", "policyset"),
        columns=("identifier", "name", "type", "action", "enabled"),
        read_only=_POLICY_DERIVED,
    ),
    Kind(
        name="DelegateToken",
        path="delegate-tokens",
        level="any",
        key="name",
        columns=("name", "status", "tags", "createdBy"),
        read_only=("identifier", "org", "project", "status", "createdAt", "createdBy", "expiresAt", "revokedAt", "value"),
        can_change=False,
    ),
    Kind(name="Pipeline", path="pipelines", level="project", roots=("pipeline",), is_text=True),
    Kind(
        name="Delegate",
        path="delegates",
        level="any",
        columns=("identifier", "name", "connected", "tags"),
        can_create=False,
        can_change=False,
    ),
    Kind(
        name="Execution",
        path="executions",
        level="project",
        columns=("executionId", "pipelineIdentifier", "status"),
        can_create=False,
        can_change=False,
    ),
    Kind(name="Approval", path="approvals", level="any", columns=("id", "pipeline", "step", "status"), can_create=False, can_change=False),
    Kind(
        name="AuditEvent",
        path="audit/events",
        level="any",
        columns=("id", "time", "actor", "action", "resourceType", "resourceIdentifier"),
        can_create=False,
        can_change=False,
    ),
)
"""In the order in which they are applied: what others refer to comes first."""

_BY_WORD = {word: kind for kind in KINDS for word in (kind.name.lower(), kind.plural)}
_BY_ROOT = {root: kind for kind in KINDS for root in kind.roots}


def by_word(word: str, where: str | None = None) -> Kind:
    """The kind of a name in any case of letters, one or many, with or without hyphens. Raises InputError with a suggestion."""
    found = _BY_WORD.get(word.lower().replace("-", "").replace("_", ""))
    if found is None:
        near = get_close_matches(word.lower(), _BY_WORD, n=1)
        known = ", ".join(kind.name for kind in KINDS)
        fix = f"did you mean '{_BY_WORD[near[0]].name}'?" if near else f"one of {known}"
        raise InputError(Problem(code="CLI-040", what=f"there is no kind '{word}'", where=where, fix=fix))
    return found


def by_root(keys: list[str]) -> tuple[Kind, str] | None:
    """The kind whose Harness document begins with one of the keys, and that key."""
    return next(((_BY_ROOT[key], key) for key in keys if key in _BY_ROOT), None)


def rank(kind: Kind) -> int:
    """Its place in the order of applying."""
    return KINDS.index(kind)
