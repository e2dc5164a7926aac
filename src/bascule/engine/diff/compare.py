"""What tells two schemas apart: what one lacks, what it has too much, what is otherwise."""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from bascule.engine.schema import Column, Schema, Table

Kind = Literal[
    "Check Constraint", "Column", "Foreign Key", "Index", "Primary Key", "Remainder", "Sequence", "Table", "Unique Constraint", "View"
]
KINDS: tuple[Kind, ...] = (
    "Check Constraint",
    "Column",
    "Foreign Key",
    "Index",
    "Primary Key",
    "Remainder",
    "Sequence",
    "Table",
    "Unique Constraint",
    "View",
)


class Difference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`missing` is in the reference only, `unexpected` in the other only."""

    kind: Kind
    name: str
    status: Literal["missing", "unexpected", "changed"]
    details: tuple[str, ...] = ()
    """Of a changed one: each property with what it is in the reference and here."""


def compare(reference: Schema, other: Schema) -> list[Difference]:
    """The differences of two canonical schemas, by kind and name. Remainders are compared by what they are called."""
    found = [*_of("Table", _tables(reference), _tables(other)), *_of("View", reference.views, other.views)]
    found += _of("Sequence", reference.sequences, other.sequences)
    known, unknown = ({f"{r.kind} {r.name}": r for r in schema.remainders} for schema in (reference, other))
    found += _of("Remainder", known, unknown)
    for name in reference.tables.keys() & other.tables.keys():
        found += _within(name, reference.tables[name], other.tables[name])
    return sorted(found, key=lambda difference: (difference.kind, difference.status, difference.name))


def _tables(schema: Schema) -> dict[str, msgspec.Struct]:
    """Tables less what is compared by itself."""
    return {
        name: Table(
            name=table.name,
            remarks=table.remarks,
            definition=table.definition,
            only_by_definition=table.only_by_definition,
            options=table.options,
            partition_by=table.partition_by,
        )
        for name, table in schema.tables.items()
    }


def _within(name: str, reference: Table, other: Table) -> Iterator[Difference]:
    yield from _of("Column", _columns(reference), _columns(other), name)
    yield from _of(
        "Primary Key",
        {key.name or f"{name}.PRIMARY": key for key in [reference.primary_key] if key},
        {key.name or f"{name}.PRIMARY": key for key in [other.primary_key] if key},
    )
    yield from _of("Unique Constraint", _uniques(reference), _uniques(other), name)
    yield from _of(
        "Foreign Key",
        {_label(key.name, key.columns): key for key in reference.foreign_keys},
        {_label(key.name, key.columns): key for key in other.foreign_keys},
        name,
    )
    yield from _of("Index", {i.name or "": i for i in reference.indexes}, {i.name or "": i for i in other.indexes}, name)
    yield from _of(
        "Check Constraint",
        {check.name or check.expression: check for check in reference.checks},
        {check.name or check.expression: check for check in other.checks},
        name,
    )


def _uniques(table: Table) -> dict[str, msgspec.Struct]:
    return {_label(unique.name, unique.columns): unique for unique in table.uniques}


def _columns(table: Table) -> dict[str, Column]:
    return {column.name: column for column in table.columns}


def _label(name: str | None, columns: tuple[str, ...]) -> str:
    return name or f"({', '.join(columns)})"


def _of(kind: Kind, reference: Mapping[str, msgspec.Struct], other: Mapping[str, msgspec.Struct], inside: str = "") -> Iterator[Difference]:
    prefix = f"{inside}." if inside else ""
    for name in reference.keys() | other.keys():
        mine, theirs = reference.get(name), other.get(name)
        if theirs is None:
            yield Difference(kind=kind, name=prefix + name, status="missing")
        elif mine is None:
            yield Difference(kind=kind, name=prefix + name, status="unexpected")
        elif mine != theirs:
            yield Difference(kind=kind, name=prefix + name, status="changed", details=tuple(_details(mine, theirs)))


def _details(reference: msgspec.Struct, other: msgspec.Struct) -> Iterator[str]:
    for field in reference.__struct_fields__:
        mine, theirs = getattr(reference, field), getattr(other, field)
        if mine != theirs:
            yield f"{field} is {_shown(mine)} in the reference, {_shown(theirs)} here"


def _shown(value: object) -> str:
    match value:
        case None:
            return "not set"
        case str() | bool() | int():
            return f"'{value}'"
        case _:
            return msgspec.json.encode(value).decode()
