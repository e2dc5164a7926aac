"""Policies, policy sets and evaluations as rows. A scope is two columns, '' where it has no such part."""

import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, LargeBinary, RowMapping, String, Table, Text, delete, insert, or_, select, update

from bascule.manager.database import METADATA, JsonText, Moment
from bascule.manager.entity import find, seconds
from bascule.manager.governance.model import EvaluationOut, EvaluationSummary, PolicyIn, PolicyOut, PolicySetIn, PolicySetOut, SetAnswer
from bascule.manager.identity.model import Scope
from bascule.manager.identity.store import columns, scope_of

POLICIES = Table(
    "policies",
    METADATA,
    Column("org", String(128), primary_key=True),
    Column("project", String(128), primary_key=True),
    Column("identifier", String(128), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("description", Text, nullable=False),
    Column("tags", JsonText, nullable=False),
    Column("rego", Text, nullable=False),
    Column("rego_version", String(8), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

POLICY_SETS = Table(
    "policy_sets",
    METADATA,
    Column("org", String(128), primary_key=True),
    Column("project", String(128), primary_key=True),
    Column("identifier", String(128), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("description", Text, nullable=False),
    Column("tags", JsonText, nullable=False),
    Column("type", String(32), nullable=False),
    Column("action", String(16), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("policies", JsonText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

EVALUATIONS = Table(
    "policy_evaluations",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("org", String(128), nullable=False),
    Column("project", String(128), nullable=False),
    Column("type", String(32), nullable=False),
    Column("action", String(16), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("entity", String(300), nullable=False),
    Column("execution_id", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("input", LargeBinary, nullable=False),
    Column("details", JsonText, nullable=False),
    Index("ix_policy_evaluations_place", "org", "project", "created_at"),
    Index("ix_policy_evaluations_execution", "execution_id"),
)
"""`input` is the JSON document, deflated: a plan of 20 MB is mostly repetition."""


def policy_of(row: RowMapping) -> PolicyOut:
    return PolicyOut(
        identifier=row["identifier"],
        name=row["name"],
        description=row["description"],
        tags=row["tags"],
        rego=row["rego"],
        rego_version=row["rego_version"],
        org=row["org"] or None,
        project=row["project"] or None,
        created=seconds(row["created_at"]) or 0,
        updated=seconds(row["updated_at"]) or 0,
    )


def policy_set_of(row: RowMapping) -> PolicySetOut:
    return PolicySetOut(
        identifier=row["identifier"],
        name=row["name"],
        description=row["description"],
        tags=row["tags"],
        type=row["type"],
        action=row["action"],
        enabled=row["enabled"],
        policies=row["policies"],
        org=row["org"] or None,
        project=row["project"] or None,
        created=seconds(row["created_at"]) or 0,
        updated=seconds(row["updated_at"]) or 0,
    )


def find_policy(connection: Connection, scope: Scope, identifier: str) -> PolicyOut | None:
    row = find(connection, POLICIES, scope, identifier)
    return None if row is None else policy_of(row)


def find_policy_set(connection: Connection, scope: Scope, identifier: str) -> PolicySetOut | None:
    row = find(connection, POLICY_SETS, scope, identifier)
    return None if row is None else policy_set_of(row)


def sets_above(connection: Connection, scope: Scope) -> list[PolicySetOut]:
    """The policy sets of the scope and of those that hold it, widest first, by identifier."""
    table = POLICY_SETS
    places = {Scope(), Scope(scope.org), scope}
    condition = or_(*((table.c.org == columns(place)["org"]) & (table.c.project == columns(place)["project"]) for place in places))
    rows = connection.execute(select(table).where(condition).order_by(table.c.org, table.c.project, table.c.identifier)).mappings()
    return [policy_set_of(row) for row in rows]


def all_sets(connection: Connection) -> list[PolicySetOut]:
    return [policy_set_of(row) for row in connection.execute(select(POLICY_SETS)).mappings()]


def add(connection: Connection, table: Table, scope: Scope, body: PolicyIn | PolicySetIn, at: datetime) -> None:
    connection.execute(insert(table).values(**columns(scope), **fields(body), created_at=at, updated_at=at))


def put(connection: Connection, table: Table, scope: Scope, body: PolicyIn | PolicySetIn, at: datetime) -> None:
    place = columns(scope)
    condition = (table.c.org == place["org"]) & (table.c.project == place["project"]) & (table.c.identifier == body.identifier)
    connection.execute(update(table).where(condition).values(**fields(body), updated_at=at))


def remove(connection: Connection, table: Table, scope: Scope, identifier: str) -> None:
    place = columns(scope)
    condition = (table.c.org == place["org"]) & (table.c.project == place["project"]) & (table.c.identifier == identifier)
    connection.execute(delete(table).where(condition))


def fields(body: PolicyIn | PolicySetIn) -> dict[str, Any]:
    """A body as column values."""
    return body.model_dump(mode="json")


def add_evaluation(connection: Connection, summary: EvaluationSummary, at: datetime, document: Any, details: Sequence[SetAnswer]) -> None:
    connection.execute(
        insert(EVALUATIONS).values(
            id=summary.id,
            **columns(Scope(summary.org, summary.project)),
            type=summary.type,
            action=summary.action,
            subject=summary.subject,
            entity=summary.entity,
            execution_id=summary.execution_id,
            status=summary.status,
            created_at=at,
            created_by=summary.created_by,
            input=zlib.compress(msgspec.json.encode(document), 1),
            details=[answer.model_dump(mode="json") for answer in details],
        )
    )


def evaluation_summary(row: RowMapping) -> EvaluationSummary:
    return EvaluationSummary(**summary_fields(row))


def summary_fields(row: RowMapping) -> dict[str, Any]:
    place = scope_of(row)
    kept = ("id", "type", "action", "subject", "entity", "execution_id", "status", "created_by")
    return {name: row[name] for name in kept} | {"org": place.org, "project": place.project, "created": seconds(row["created_at"])}


def evaluation_of(row: RowMapping) -> EvaluationOut:
    return EvaluationOut(
        **summary_fields(row),
        input=json.loads(zlib.decompress(row["input"])),
        details=[SetAnswer.model_validate(answer) for answer in row["details"]],
    )


SUMMARY_COLUMNS = [column for column in EVALUATIONS.columns if column.name not in {"input", "details"}]
"""What a list reads: inputs may be large."""
