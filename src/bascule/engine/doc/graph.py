"""What an entity-relationship diagram shows: boxes of tables, and the references between them."""

from collections.abc import Collection, Iterator

import msgspec

from bascule.engine.schema import ForeignKey, Schema, Table

MAX_ROWS = 14
"""Rows of a box before the rest is only counted."""


class Row(msgspec.Struct, frozen=True):
    """A column in a box. `mark`: PK, FK, or both."""

    name: str
    type: str
    mark: str = ""


class Box(msgspec.Struct, frozen=True):
    name: str
    rows: tuple[Row, ...]
    more: int = 0
    """Columns that are not drawn."""


class Reference(msgspec.Struct, frozen=True):
    """A foreign key, from the table that has it to the one it names."""

    child: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    name: str
    optional: bool
    """Whether a row may refer to nothing."""
    unique: bool
    """Whether at most one row refers to each."""


def references(schema: Schema) -> list[Reference]:
    """Those between tables of this schema."""
    return [
        _reference(table, key)
        for _, table in sorted(schema.tables.items())
        for key in table.foreign_keys
        if key.references.table.schema is None and key.references.table.name in schema.tables
    ]


def _reference(table: Table, key: ForeignKey) -> Reference:
    nullable = {column.name for column in table.columns if column.nullable is not False}
    if table.primary_key is not None:
        nullable -= set(table.primary_key.columns)
    keys = [set(unique.columns) for unique in table.uniques]
    keys += [{column.name for column in index.columns} for index in table.indexes if index.unique and index.definition is None]
    keys += [set(table.primary_key.columns)] if table.primary_key is not None else []
    return Reference(
        child=table.name.name,
        columns=key.columns,
        parent=key.references.table.name,
        parent_columns=key.references.columns,
        name=key.name or "",
        optional=any(column in nullable for column in key.columns),
        unique=any(own <= set(key.columns) for own in keys),
    )


def box(table: Table, linked: Collection[str], *, only_keys: bool) -> Box:
    """The table as a box: all columns, or only those of keys and those that references end at (`linked`)."""
    keys = set(table.primary_key.columns) if table.primary_key is not None else set()
    foreign = {column for key in table.foreign_keys for column in key.columns}
    rows = [
        Row(column.name, column.type or "", " ".join(word for word, own in (("PK", keys), ("FK", foreign)) if column.name in own))
        for column in table.columns
    ]
    rows.sort(key=lambda row: "PK" not in row.mark)
    shown = [row for row in rows if row.mark or row.name in linked] if only_keys else rows
    kept = shown[:MAX_ROWS]
    return Box(table.name.name, tuple(kept), len(rows) - len(kept))


def components(names: Collection[str], found: Collection[Reference]) -> list[list[str]]:
    """The tables that references connect, the greatest group first; tables without any are not among them."""
    near: dict[str, set[str]] = {name: set() for name in names}
    for reference in found:
        near[reference.child].add(reference.parent)
        near[reference.parent].add(reference.child)
    left, groups = {name for name, others in near.items() if others}, []
    while left:
        group, pending = set[str](), [min(left)]
        while pending:
            name = pending.pop()
            if name not in group:
                group.add(name)
                pending += near[name] - group
        left -= group
        groups.append(sorted(group))
    return sorted(groups, key=lambda group: (-len(group), group))


def neighbours(name: str, found: Collection[Reference]) -> Iterator[str]:
    """The table and those that it refers to or that refer to it."""
    seen = {name}
    yield name
    for reference in found:
        for one, other in ((reference.child, reference.parent), (reference.parent, reference.child)):
            if one == name and other not in seen:
                seen.add(other)
                yield other
