"""A DB instance as a step needs it: where its changelog comes from, which database it works on, what a policy is told about it."""

from typing import Any, Protocol

import msgspec

from bascule.manager.identity.model import Actor, Scope
from bascule.wire.jobs import Source, Target


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
    source: Source
    source_key: str
    target: Target
    secrets: dict[str, str] = {}
    """Name in the job → reference."""
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
