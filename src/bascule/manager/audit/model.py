"""What was done, by whom, to what: audit events, their chain, their differences. Pure."""

import hashlib
import json
from typing import Any

import msgspec

from bascule.manager.identity.model import Scope

GENESIS = "0" * 64
"""What the first link is chained to."""


class AuditEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One deed. `before` and `after` are the resource as YAML, None where it did not exist."""

    id: str
    at_ms: int
    actor_id: str
    actor_name: str
    actor_email: str
    action: str
    resource_type: str
    resource_identifier: str
    resource_name: str
    scope: Scope
    before: str | None
    after: str | None


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What checking the chain found. `broken_at` is the first link that does not hold; `unsealed` the events not yet in the chain."""

    sealed: int
    unsealed: int
    head: str
    broken_at: int | None = None
    why: str | None = None


def link(previous: str, event: AuditEvent) -> str:
    """The hash that chains an event to the one before: SHA-256 over both, canonically written."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    text = json.dumps([previous, fields], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
