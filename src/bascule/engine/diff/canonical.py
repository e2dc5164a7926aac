"""A schema in the one form in which two of them are compared: without what only says where it stands or how it was read."""

import hashlib
import re
from collections.abc import Callable, Collection
from typing import TypeVar

import msgspec

from bascule.engine.dialects.sqlite.reserved import RESERVED_WORDS
from bascule.engine.dialects.sqlite.wording import wording
from bascule.engine.schema import (
    Check,
    Column,
    Extension,
    ForeignKey,
    Index,
    Name,
    References,
    Routine,
    Schema,
    Sequence,
    Table,
    Trigger,
    UserType,
    View,
)

_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?P<name>(?:[^\"]|\"\")*)\"")
"""A literal, which stays, or a name in quotes."""
_PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_USUAL_ACTIONS = ("NO ACTION",)
_UNLIKE_TABLES = ("virtual table", "shadow table")
"""Remainders that are listed among the tables and cannot be made as one."""


def canonical(schema: Schema, own: str | None, hidden: Collection[str] = ()) -> Schema:
    """The schema less the prefix `own` (its name on its server), less indexes that constraints bring along, less `hidden` tables.

    Names of primary keys that the server chooses for all of them (`PRIMARY`) are left out. Columns keep their order here; `fingerprint`
    does not look at it.
    """
    unseen = {name.lower() for name in hidden} | {r.name.lower() for r in schema.remainders if r.kind in _UNLIKE_TABLES}
    told = {name.lower() for name in hidden}

    def stays(name: str) -> bool:
        return name.lower() not in unseen

    return Schema(
        tables={name: _table(table, own) for name, table in sorted(schema.tables.items()) if stays(name)},
        views={name: _view(view, own) for name, view in sorted(schema.views.items())},
        sequences={name: _sequence(sequence) for name, sequence in sorted(schema.sequences.items())},
        routines={key: _bare(routine) for key, routine in sorted(schema.routines.items())},
        triggers={key: _trigger(trigger) for key, trigger in sorted(schema.triggers.items()) if stays(trigger.table.name)},
        types={name: _bare(own_type) for name, own_type in sorted(schema.types.items())},
        extensions=dict(sorted(schema.extensions.items())),
        grants=tuple(sorted(grant for grant in schema.grants if stays(grant.object_name))),
        remarks={target: text for target, text in sorted(schema.remarks.items()) if stays(target.rpartition(" ON ")[2])},
        remainders=tuple(r for r in schema.remainders if r.name.partition(".")[0].lower() not in told),
    )


def fingerprint(schema: Schema) -> str:
    """SHA-256 of a canonical schema: equal exactly where the schemas are.

    Expressions count in the server's own words, as it gives them back: what two authors wrote differently and the server reads alike is
    equal. No part of it are: the order of a table's columns, owners, numbers that the server gives, versions of extensions, names of
    not-null constraints. Names of other constraints and of indexes are part of it, also where the server chose them: changes name them,
    and they follow from table and columns. What has no words here counts by its kind and name.

    Servers of two versions give it alike where they word the schema alike; PostgreSQL 16 words some views otherwise than 15 does.
    """
    unordered = msgspec.structs.replace(
        schema,
        tables={name: _unordered(table) for name, table in schema.tables.items()},
        extensions={name: Extension(name=name) for name in schema.extensions},
    )
    return hashlib.sha256(msgspec.json.encode(unordered, order="deterministic")).hexdigest()


def _unordered(table: Table) -> Table:
    return msgspec.structs.replace(in_one_wording(table), columns=tuple(sorted(table.columns, key=lambda column: column.name)))


def in_one_wording(table: Table) -> Table:
    """A canonical table; that of a statement as all that make such a table give it, whatever their spaces and the order of columns."""
    return table if table.definition is None else msgspec.structs.replace(table, definition=wording(table.definition))


def _table(table: Table, own: str | None) -> Table:
    key = table.primary_key
    if key is not None and key.name == "PRIMARY":
        key = msgspec.structs.replace(key, name=None)
    bare = Name(table.name.name)
    worded = _without_quotes if table.only_by_definition else str
    return Table(
        name=bare,
        columns=tuple(_column(column, worded) for column in table.columns),
        primary_key=key,
        uniques=tuple(sorted(table.uniques, key=lambda unique: (unique.name or "", unique.columns))),
        foreign_keys=tuple(sorted((_foreign_key(key, own) for key in table.foreign_keys), key=lambda key: (key.name or "", key.columns))),
        indexes=tuple(
            sorted((_index(index, bare) for index in table.indexes if not index.of_constraint), key=lambda index: index.name or "")
        ),
        exclusions=tuple(sorted(table.exclusions, key=lambda exclusion: exclusion.name)),
        inherits=table.inherits,
        partition_by=table.partition_by,
        partition_of=table.partition_of,
        bounds=table.bounds,
        options=dict(sorted(table.options.items())),
        row_security=table.row_security,
        policies=tuple(sorted(table.policies, key=lambda policy: policy.name)),
        checks=tuple(
            sorted((Check(name=c.name, expression=worded(c.expression)) for c in table.checks), key=lambda c: (c.name or "", c.expression))
        ),
        remarks=table.remarks or None,
        definition=_from_parenthesis(table.definition or "") if table.only_by_definition else None,
        only_by_definition=table.only_by_definition,
    )


def _from_parenthesis(definition: str) -> str:
    """A CREATE TABLE without the table's name, and without quotes that no name needs: SQLite writes them when it renames."""
    return _without_quotes(definition[definition.find("(") :])


def _without_quotes(text: str) -> str:
    return _QUOTED.sub(_unquoted, text)


def _unquoted(match: "re.Match[str]") -> str:
    name = match["name"]
    plain = name is not None and _PLAIN.fullmatch(name) is not None and name.upper() not in RESERVED_WORDS
    return str(name) if plain else match[0]


def _column(column: Column, worded: Callable[[str], str]) -> Column:
    return msgspec.structs.replace(
        column,
        nullable=False if column.nullable is False else None,
        remarks=column.remarks or None,
        attributes=worded(column.attributes) if column.attributes else None,
    )


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
    bare = Name(view.name.name)
    return View(
        name=bare,
        query=query,
        remarks=view.remarks or None,
        materialised=view.materialised,
        indexes=tuple(sorted((_index(index, bare) for index in view.indexes), key=lambda index: index.name or "")),
        definition=view.definition,
    )


Named = TypeVar("Named", Routine, UserType)


def _bare(named: Named) -> Named:
    return msgspec.structs.replace(named, name=Name(named.name.name), remarks=named.remarks or None)


def _trigger(trigger: Trigger) -> Trigger:
    return msgspec.structs.replace(trigger, name=Name(trigger.name.name), table=Name(trigger.table.name), remarks=trigger.remarks or None)


def _sequence(sequence: Sequence) -> Sequence:
    return msgspec.structs.replace(sequence, name=Name(sequence.name.name))
