"""What tells two schemas apart: what one lacks, what it has too much, what is otherwise."""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

import msgspec

from bascule.engine.diff.canonical import in_one_wording
from bascule.engine.schema import Column, Extension, Grant, Schema, Table, View

Kind = Literal[
    "Check Constraint",
    "Column",
    "Comment",
    "Database Package",
    "Database Package Body",
    "Event",
    "Exclusion Constraint",
    "Extension",
    "Foreign Key",
    "Function",
    "Grant",
    "Index",
    "Policy",
    "Primary Key",
    "Remainder",
    "Sequence",
    "Stored Procedure",
    "Table",
    "Trigger",
    "Type",
    "Unique Constraint",
    "View",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""In the order in which they are told."""
_ROUTINE_KINDS: dict[Kind, tuple[str, ...]] = {
    "Function": ("function", "aggregate"),
    "Stored Procedure": ("procedure",),
    "Database Package": ("package",),
    "Database Package Body": ("package body",),
    "Event": ("event",),
}


class Difference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`missing` is in the reference only, `unexpected` in the other only."""

    kind: Kind
    name: str
    status: Literal["missing", "unexpected", "changed"]
    details: tuple[str, ...] = ()
    """Of a changed one: each property with what it is in the reference and here."""


def compare(reference: Schema, other: Schema) -> list[Difference]:
    """The differences of two canonical schemas, by kind and name. Remainders are compared by what they are called."""
    found = [*_of("Table", _tables(reference), _tables(other)), *_of("View", _views(reference), _views(other))]
    found += _of("Sequence", reference.sequences, other.sequences)
    for kind, words in _ROUTINE_KINDS.items():
        mine, theirs = ({key: r for key, r in schema.routines.items() if r.kind in words} for schema in (reference, other))
        found += _of(kind, mine, theirs)
    found += _of("Trigger", reference.triggers, other.triggers)
    found += _of("Type", reference.types, other.types)
    found += _of("Extension", _extensions(reference), _extensions(other))
    found += _of("Grant", _grants(reference), _grants(other))
    found += _of("Comment", _remarks(reference), _remarks(other))
    known, unknown = ({f"{r.kind} {r.name}": r for r in schema.remainders} for schema in (reference, other))
    found += _of("Remainder", known, unknown)
    for name in reference.tables.keys() & other.tables.keys():
        if reference.tables[name] != other.tables[name]:
            found += _within(name, reference.tables[name], other.tables[name])
    for name in reference.views.keys() & other.views.keys():
        found += _of("Index", _indexes(reference.views[name]), _indexes(other.views[name]), name)
    return sorted(found, key=lambda difference: (difference.kind, difference.status, difference.name))


def _tables(schema: Schema) -> dict[str, msgspec.Struct]:
    """Tables less what is compared by itself."""
    apart: dict[str, tuple[()]] = dict.fromkeys(("columns", "uniques", "foreign_keys", "indexes", "checks", "exclusions", "policies"), ())
    return {name: msgspec.structs.replace(in_one_wording(table), primary_key=None, **apart) for name, table in schema.tables.items()}


def _views(schema: Schema) -> dict[str, msgspec.Struct]:
    return {name: msgspec.structs.replace(view, indexes=()) for name, view in schema.views.items()}


def _extensions(schema: Schema) -> dict[str, msgspec.Struct]:
    return {name: Extension(name=name) for name in schema.extensions}


class _Said(msgspec.Struct, frozen=True):
    """A remark or a right, by what it is about."""

    text: str


def _remarks(schema: Schema) -> dict[str, msgspec.Struct]:
    return {target: _Said(text) for target, text in schema.remarks.items()}


def _grants(schema: Schema) -> dict[str, msgspec.Struct]:
    """By all but whether they may be handed on."""
    return {shown_grant(grant): _Said("grantable" if grant.grantable else "") for grant in schema.grants}


def shown_grant(grant: Grant) -> str:
    """`SELECT (a, b) on table t to r`."""
    columns = f" ({', '.join(grant.columns)})" if grant.columns else ""
    on = f"{grant.object_kind.lower()} {grant.object_name}".rstrip()
    return f"{'no ' if grant.revoked else ''}{grant.privilege}{columns} on {on} to {grant.grantee}"


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
    yield from _of("Index", _indexes(reference), _indexes(other), name)
    yield from _of("Exclusion Constraint", {e.name: e for e in reference.exclusions}, {e.name: e for e in other.exclusions}, name)
    yield from _of("Policy", {p.name: p for p in reference.policies}, {p.name: p for p in other.policies}, name)
    yield from _of(
        "Check Constraint",
        {check.name or check.expression: check for check in reference.checks},
        {check.name or check.expression: check for check in other.checks},
        name,
    )


def _indexes(holder: Table | View) -> dict[str, msgspec.Struct]:
    return {index.name or "": index for index in holder.indexes}


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
