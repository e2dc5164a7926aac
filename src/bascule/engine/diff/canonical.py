"""A schema in the one form in which two of them are compared: without what only says where it stands or how it was read."""

import hashlib
from collections.abc import Collection

import msgspec

from bascule.engine.schema import Check, Column, ForeignKey, Index, Name, References, Schema, Sequence, Table, View

_USUAL_ACTIONS = ("NO ACTION",)
_UNLIKE_TABLES = ("virtual table", "shadow table")
"""Remainders that are listed among the tables and cannot be made as one."""


def canonical(schema: Schema, own: str | None, hidden: Collection[str] = ()) -> Schema:
    """The schema less the prefix `own` (its name on its server), less indexes that constraints bring along, less `hidden` tables.

    Names of primary keys that the server chooses are left out. Columns keep their order here; `fingerprint` does not look at it.
    """
    unseen = {name.lower() for name in hidden} | {r.name.lower() for r in schema.remainders if r.kind in _UNLIKE_TABLES}

    def stays(name: str) -> bool:
        return name.lower() not in unseen

    return Schema(
        tables={name: _table(table, own) for name, table in sorted(schema.tables.items()) if stays(name)},
        views={name: _view(view, own) for name, view in sorted(schema.views.items())},
        sequences={name: _sequence(sequence) for name, sequence in sorted(schema.sequences.items())},
        remainders=tuple(r for r in schema.remainders if r.name.partition(".")[0].lower() not in {name.lower() for name in hidden}),
    )


def fingerprint(schema: Schema) -> str:
    """SHA-256 of a canonical schema: equal where a changelog could not tell the two apart. The order of columns is no part of it."""
    unordered = msgspec.structs.replace(schema, tables={name: _unordered(table) for name, table in schema.tables.items()})
    return hashlib.sha256(msgspec.json.encode(unordered, order="deterministic")).hexdigest()


def _unordered(table: Table) -> Table:
    return msgspec.structs.replace(table, columns=tuple(sorted(table.columns, key=lambda column: column.name)))


def _table(table: Table, own: str | None) -> Table:
    key = table.primary_key
    if key is not None and key.name == "PRIMARY":
        key = msgspec.structs.replace(key, name=None)
    bare = Name(table.name.name)
    return Table(
        name=bare,
        columns=tuple(_column(column) for column in table.columns),
        primary_key=key,
        uniques=tuple(sorted(table.uniques, key=lambda unique: (unique.name or "", unique.columns))),
        foreign_keys=tuple(sorted((_foreign_key(key, own) for key in table.foreign_keys), key=lambda key: (key.name or "", key.columns))),
        indexes=tuple(
            sorted((_index(index, bare) for index in table.indexes if not index.of_constraint), key=lambda index: index.name or "")
        ),
        options=table.options,
        partition_by=table.partition_by,
        checks=tuple(
            sorted((Check(name=c.name, expression=c.expression) for c in table.checks), key=lambda c: (c.name or "", c.expression))
        ),
        remarks=table.remarks or None,
        definition=_from_parenthesis(table.definition or "") if table.only_by_definition else None,
        only_by_definition=table.only_by_definition,
    )


def _from_parenthesis(definition: str) -> str:
    """A CREATE TABLE without the table's name, which SQLite quotes when it renames."""
    return definition[definition.find("(") :]


def _column(column: Column) -> Column:
    return msgspec.structs.replace(column, nullable=False if column.nullable is False else None, remarks=column.remarks or None)


def _foreign_key(key: ForeignKey, own: str | None) -> ForeignKey:
    far = key.references
    schema = None if far.table.schema == own else far.table.schema
    return msgspec.structs.replace(
        key,
        references=References(table=Name(far.table.name, schema), columns=far.columns),
        on_delete=None if key.on_delete in _USUAL_ACTIONS else key.on_delete,
        on_update=None if key.on_update in _USUAL_ACTIONS else key.on_update,
    )


def _index(index: Index, table: Name) -> Index:
    definition = None if index.definition is None else " ".join(index.definition.split())
    return Index(name=index.name, table=table, columns=index.columns, unique=bool(index.unique), definition=definition)


def _view(view: View, own: str | None) -> View:
    """Servers that write each name of a query with its schema name the schema they stand in, too (MariaDB)."""
    query = view.query.strip().rstrip(";")
    if own:
        query = query.replace(f"`{own}`.", "")
    return View(
        name=Name(view.name.name), query=query, remarks=view.remarks or None, materialised=view.materialised, definition=view.definition
    )


def _sequence(sequence: Sequence) -> Sequence:
    return msgspec.structs.replace(sequence, name=Name(sequence.name.name))
