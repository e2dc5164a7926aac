"""What tells two databases apart, as people read it: by kind of object, in the order and the words that Liquibase's diff has."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from bascule.engine.diff.canonical import in_one_wording
from bascule.engine.schema import Column, ForeignKey, Index, Schema, Sequence, Table
from bascule.engine.snapshots import peer_values
from bascule.engine.snapshots.model import Snapshot

ALWAYS = {
    "Catalog": "catalogs",
    "Column": "columns",
    "Foreign Key": "foreignkeys",
    "Index": "indexes",
    "Primary Key": "primarykeys",
    "Sequence": "sequences",
    "Table": "tables",
    "Unique Constraint": "uniqueconstraints",
    "View": "views",
}
"""Kinds that are told even where nothing differs, as Liquibase has them, with their `--diff-types` words. Others only where they do."""


_PARTS = ("Column", "Primary Key", "Unique Constraint", "Foreign Key", "Check Constraint")


class Object(msgspec.Struct, frozen=True):
    """Something of a schema: how it is called and what is compared of it."""

    label: str
    order: tuple[str, ...]
    facts: dict[str, str]


class Changed(msgspec.Struct, frozen=True):
    label: str
    details: tuple[str, ...]
    """`type changed from 'int' to 'bigint'`."""


class Section(msgspec.Struct, frozen=True):
    """What differs among the objects of one kind."""

    kind: str
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()

    @property
    def differs(self) -> bool:
        return bool(self.missing or self.unexpected or self.changed)


def sections(
    wanted: Snapshot, actual: Snapshot, shown_as: Callable[[str | None], str | None], *, column_order: bool = True
) -> list[Section]:
    """By kind, in order of their names. `shown_as`: what a schema is called in the output, None for not at all."""
    within = _prefix(shown_as(wanted.database.default_schema))
    mine, theirs = (_Objects(snapshot, shown_as, within, column_order=column_order).all() for snapshot in (wanted, actual))
    _leave_out_statements(mine, theirs)
    return [_section(kind, mine.get(kind, {}), theirs.get(kind, {})) for kind in sorted({*ALWAYS, *mine, *theirs})]


def _leave_out_statements(mine: dict[str, dict[object, Object]], theirs: dict[str, dict[object, Object]]) -> None:
    """Of tables some part of which differs: then that the statement which made them does (SQLite) tells nothing new."""
    touched = {
        owner
        for kind in _PARTS
        for key, owner in _owners(mine.get(kind, {}) | theirs.get(kind, {}))
        if _told_of(mine, kind, key) != _told_of(theirs, kind, key)
    }
    for found in (mine, theirs):
        for name, table in found.get("Table", {}).items():
            if name in touched:
                table.facts.pop("definition", None)


def _owners(objects: Mapping[object, Object]) -> Iterator[tuple[object, object]]:
    """Key → the table that it is of."""
    for key in objects:
        yield key, key[0] if isinstance(key, tuple) else key


def _told_of(found: Mapping[str, Mapping[object, Object]], kind: str, key: object) -> dict[str, str] | None:
    object_ = found.get(kind, {}).get(key)
    return object_.facts if object_ is not None else None


def _prefix(schema: str | None) -> str:
    return f"{schema}." if schema else ""


def _section(kind: str, mine: Mapping[object, Object], theirs: Mapping[object, Object]) -> Section:
    def ordered(found: Iterator[Object]) -> list[Object]:
        return sorted(found, key=lambda object_: object_.order)

    common = [(mine[key], theirs[key]) for key in mine if key in theirs and mine[key].facts != theirs[key].facts]
    return Section(
        kind,
        missing=tuple(object_.label for object_ in ordered(mine[key] for key in mine if key not in theirs)),
        unexpected=tuple(object_.label for object_ in ordered(theirs[key] for key in theirs if key not in mine)),
        changed=tuple(Changed(one.label, tuple(_details(one, other))) for one, other in sorted(common, key=lambda pair: pair[0].order)),
    )


def _details(one: Object, other: Object) -> Iterator[str]:
    for name in sorted(one.facts.keys() | other.facts.keys()):
        before, after = one.facts.get(name, "null"), other.facts.get(name, "null")
        if before != after:
            yield f"{name} changed from '{before}' to '{after}'"


class _Objects:
    """The objects of one snapshot by kind and key: two with the same key are the same one, perhaps changed."""

    def __init__(self, snapshot: Snapshot, shown_as: Callable[[str | None], str | None], within: str, *, column_order: bool) -> None:
        """`within`: the prefix of names that are compared, the same on both sides."""
        self.schema: Schema = snapshot.schema
        self.snapshot = snapshot
        self.dialect = snapshot.database.dialect
        self.column_order = column_order
        self.prefix = _prefix(shown_as(snapshot.database.default_schema))
        self.within = within
        self.found: dict[str, dict[object, Object]] = {}

    def add(self, kind: str, key: object, label: str, order: tuple[str, ...], facts: Mapping[str, object] | None = None) -> None:
        told = {name: _text(value) for name, value in (facts or {}).items() if value not in (None, (), {}, "")}
        self.found.setdefault(kind, {})[key] = Object(label, order, told)

    def all(self) -> dict[str, dict[object, Object]]:
        for table in self.schema.tables.values():
            self.table(table)
        for name, view in self.schema.views.items():
            self.add("View", name, name, (name,), {"definition": view.definition or view.query, "remarks": view.remarks})
            for order, (column, kind) in enumerate(self.snapshot.view_columns.get(name, {}).items(), 1):
                self.column(name, Column(name=column, type=kind), order)
        for name, sequence in self.schema.sequences.items():
            if sequence.owned_by is None:
                self.add("Sequence", name, name, (name,), _sequence(sequence))
        self.code()
        for remainder in self.schema.remainders:
            self.add("Remainder", (remainder.kind, remainder.name), f"{remainder.kind} {remainder.name}", (remainder.kind, remainder.name))
        return self.found

    def code(self) -> None:
        """What Liquibase sells, or does not see."""
        kinds = {"procedure": "Stored Procedure", "package": "Database Package", "package body": "Database Package Body", "event": "Event"}
        for name, routine in self.schema.routines.items():
            self.add(kinds.get(routine.kind, "Function"), name, name, (name,), _facts(routine, "name", "kind", "arguments"))
        for name, trigger in self.schema.triggers.items():
            self.add("Trigger", name, name, (name,), _facts(trigger, "name", "table"))
        for name, type_ in self.schema.types.items():
            self.add("Type", name, name, (name,), _facts(type_, "name"))
        for name in self.schema.extensions:
            self.add("Extension", name, name, (name,))
        for grant in self.schema.grants:
            label = f"{grant.privilege} on {grant.object_kind} {grant.object_name} to {grant.grantee}"
            self.add("Grant", (label, grant.columns), label, (label,), _facts(grant, "object_kind", "object_name", "grantee", "privilege"))
        for name, remarks in self.schema.remarks.items():
            self.add("Remark", name, name, (name,), {"remarks": remarks})

    def table(self, table: Table) -> None:
        name = table.name.name
        parts = (
            "name", "columns", "primary_key", "uniques", "foreign_keys", "indexes", "checks", "policies", "exclusions", "dependents",
            "only_by_definition",
        )  # fmt: skip
        self.add("Table", name, name, (name,), _facts(in_one_wording(table), *parts))
        counted = {sequence.owned_by for sequence in self.schema.sequences.values() if sequence.owned_by}
        for order, column in enumerate(table.columns, 1):
            self.column(name, column, order, counts=(name, column.name) in counted)
        if table.primary_key is not None:
            key = table.primary_key
            label = key.name or ("PRIMARY" if self.has_backing else "(unnamed)")
            listed = ", ".join(key.columns)
            facts = {"columns": listed, "name": key.name, "definition": key.definition}
            self.add("Primary Key", name, f"{label} on {self.prefix}{name}({listed})", (label, name), facts)
            self.backing(name, label, key.columns, "primary")
        for unique in table.uniques:
            label, listed = unique.name or "(unnamed)", ", ".join(unique.columns)
            said: dict[str, object] = {
                "columns": listed,
                "deferrable": unique.deferrable,
                "initiallyDeferred": unique.initially_deferred,
                "definition": unique.definition,
            }
            self.add("Unique Constraint", (name, unique.name or listed), f"{label} on {name}({listed})", (label, name), said)
            self.backing(name, label, unique.columns, label)
        for foreign in table.foreign_keys:
            self.foreign_key(name, foreign)
        for index in table.indexes:
            self.index(name, index)
        for check in table.checks:
            label = f"{check.name or check.expression} on {name}"
            self.add("Check Constraint", (name, check.name or check.expression), label, (label,), {"expression": check.expression})
        for exclusion in table.exclusions:
            label = f"{exclusion.name} on {name}"
            self.add("Exclusion Constraint", (name, exclusion.name), label, (label,), {"definition": exclusion.definition})
        for policy in table.policies:
            self.add("Policy", (name, policy.name), f"{policy.name} on {name}", (policy.name, name), _facts(policy, "name"))

    @property
    def has_backing(self) -> bool:
        """Whether constraints have an index that people know by its name."""
        return self.dialect != "sqlite"

    def backing(self, table: str, label: str, columns: tuple[str, ...], key: str) -> None:
        if self.has_backing:
            listed = ", ".join(columns)
            self.add("Index", (table, "of", key), f"{label} UNIQUE  ON {self.prefix}{table}({listed})", (label, table), {"columns": listed})

    def column(self, relation: str, column: Column, order: int, *, counts: bool = False) -> None:
        default = None if counts else peer_values.written(column.default, column.type or "", self.dialect)
        facts = {
            "autoIncrement": counts or column.auto_increment,
            "attributes": column.attributes,
            "computed": column.computed or None,
            "defaultValue": _text(default).partition("!{")[0] if default is not None else None,
            "generationType": column.generation_type,
            "nullable": column.nullable is not False,
            "order": order if self.column_order else None,
            "remarks": column.remarks,
            "type": column.type,
        }
        self.add("Column", (relation, column.name), f"{self.prefix}{relation}.{column.name}", (column.name, relation), facts)

    def foreign_key(self, table: str, key: ForeignKey) -> None:
        far = key.references
        label = f"{key.name or ''}({table}[{', '.join(key.columns)}] -> {far.table}[{', '.join(far.columns)}])"
        facts = {
            "columns": ", ".join(key.columns),
            "deferrable": key.deferrable,
            "definition": key.definition,
            "deleteRule": _rule(key.on_delete),
            "initiallyDeferred": key.initially_deferred,
            "referencedColumns": f"{far.table}({', '.join(far.columns)})",
            "updateRule": _rule(key.on_update),
        }
        self.add("Foreign Key", (table, key.name or label), label, (key.name or "", table), facts)

    def index(self, table: str, index: Index) -> None:
        listed = [f"{column.name}{' DESC' if column.descending else ''}" for column in index.columns]
        label = f"{index.name}{' UNIQUE ' if index.unique else ''} ON {self.prefix}{table}({', '.join(listed)})"
        qualified = ", ".join(f"{self.within}{table}.{column}" for column in listed)
        facts = {"columns": f"[{qualified}]", "definition": index.definition, "unique": bool(index.unique)}
        self.add("Index", (table, index.name), label, (index.name or "", table), facts)


def _text(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str() | int():
            return str(value)
        case _:
            return msgspec.json.encode(value).decode()


def _facts(value: msgspec.Struct, *without: str) -> dict[str, Any]:
    """The fields of an object that no Liquibase tells, by their names."""
    return {field: getattr(value, field) for field in value.__struct_fields__ if field not in without}


def _rule(action: str | None) -> str:
    return "importedKey" + "".join(word.capitalize() for word in (action or "NO ACTION").split())


def _sequence(sequence: Sequence) -> dict[str, object]:
    return {
        "cacheSize": sequence.cache,
        "dataType": sequence.type,
        "incrementBy": sequence.increment,
        "maxValue": sequence.maximum,
        "minValue": sequence.minimum,
        "startValue": sequence.start,
        "willCycle": bool(sequence.cycle),
    }


def joined(found: Iterable[list[Section]]) -> list[Section]:
    """The sections of several schemas, kind by kind."""
    together: dict[str, Section] = {}
    for own in found:
        for section in own:
            before = together.get(section.kind, Section(section.kind))
            together[section.kind] = Section(
                section.kind,
                before.missing + section.missing,
                before.unexpected + section.unexpected,
                before.changed + section.changed,
            )
    return [together[kind] for kind in sorted(together)]
