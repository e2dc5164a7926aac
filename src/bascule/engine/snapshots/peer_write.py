"""A snapshot in the shape that Liquibase keeps one in: objects by Java class, each with an id, which others refer to."""

import re
from collections.abc import Iterable
from typing import Any

from bascule.engine.schema import Column, ForeignKey, Index, PrimaryKey, Schema, Sequence, Table, Unique, View
from bascule.engine.snapshots import peer_types, peer_values
from bascule.engine.snapshots.model import Snapshot

CLASSES = "liquibase.structure.core."
_INTEGER = "!{java.math.BigInteger}"
_USING = re.compile(r" USING \w+ \(")
_NEXTVAL = re.compile(r"nextval\(.*::regclass\)", re.DOTALL)
Facts = dict[str, Any]


def document(snapshots: Iterable[Snapshot]) -> Facts:
    """The whole document, of one schema or several of one database. What the shape has no words for is not in it."""
    seen = list(snapshots)
    first = seen[0]
    writer = _Writer(first.database.dialect)
    catalog = writer.add("catalog", _given(default=True, name=_catalog_name(first)))
    for snapshot in seen:
        writer.schema(snapshot, catalog)
    objects = {f"{CLASSES}{name[0].upper()}{name[1:]}": found for name, found in sorted(writer.objects.items())}
    database = first.database
    major, minor = _major_minor(database.version)
    facts = _given(
        productVersion=database.version,
        shortName=database.dialect,
        majorVersion=major,
        minorVersion=minor,
        user=database.user,
        productName=database.name,
        url=database.url,
    )
    control = {"snapshotControl": {"includedType": list(objects)}}
    return {"snapshot": {"created": first.created, "database": facts, "objects": objects, "snapshotControl": control}}


def _catalog_name(snapshot: Snapshot) -> str | None:
    return snapshot.database.catalog if snapshot.database.dialect == "postgresql" else snapshot.database.default_schema


def _major_minor(version: str | None) -> tuple[str | None, str | None]:
    parts = re.findall(r"\d+", version or "")
    return (parts[0] if parts else None, parts[1] if len(parts) > 1 else "0" if parts else None)


def _given(**facts: Any) -> Facts:
    return {name: value for name, value in facts.items() if value is not None}


class _Writer:
    """The objects written so far. A reference is `CLASS#ID`."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.objects: dict[str, list[Facts]] = {}
        self._count = 0

    def add(self, kind: str, facts: Facts) -> str:
        """Returns the reference. The facts may grow later."""
        self._count += 1
        facts["snapshotId"] = f"b{100 + self._count}"
        self.objects.setdefault(kind, []).append({kind: facts})
        return f"{CLASSES}{kind[0].upper()}{kind[1:]}#{facts['snapshotId']}"

    def schema(self, snapshot: Snapshot, catalog: str) -> None:
        schema = snapshot.schema
        at = self.add("schema", _given(catalog=catalog, default=True, name=snapshot.database.default_schema))
        tables = {name: self.table(table, at, schema) for name, table in schema.tables.items()}
        for name, table in schema.tables.items():
            for key in table.foreign_keys:
                self.foreign_key(key, tables[name], tables, at)
        for name, view in schema.views.items():
            if not view.materialised:
                origin = snapshot.origins.get(name)
                query = (origin.definition if origin else None) or view.query
                self.view(view, query, at, snapshot.view_columns.get(name, {}))
        for sequence in schema.sequences.values():
            if sequence.owned_by is None:
                self.add("sequence", _sequence(sequence, at, self.dialect))

    def table(self, table: Table, schema: str, whole: Schema) -> "_Written":
        facts = _given(default_tablespace=False, name=table.name.name, remarks=table.remarks, schema=schema)
        written = _Written(self.add("table", facts), facts)
        counted = {s.owned_by for s in whole.sequences.values() if s.owned_by}
        for order, column in enumerate(table.columns, 1):
            counts = (table.name.name, column.name) in counted and bool(_NEXTVAL.fullmatch((column.default and column.default.text) or ""))
            written.columns[column.name] = self.column(column, order, written.reference, counts=counts)
        facts["columns"] = list(written.columns.values())
        if table.primary_key is not None:
            facts["primaryKey"] = self.primary_key(table.primary_key, written)
        uniques = []
        for unique in table.uniques:
            if self.dialect == "sqlite" and unique.name is None:
                self.automatic(unique.columns, written)
            else:
                uniques.append(self.unique(unique, written))
        for index in table.indexes:
            if index.columns:
                self.index(index, written)
        if uniques:
            facts["uniqueConstraints"] = uniques
        if written.indexes:
            facts["indexes"] = written.indexes
        return written

    def column(self, column: Column, order: int, relation: str, *, counts: bool) -> str:
        kind = column.type or ""
        default = None if counts else peer_values.written(column.default, kind, self.dialect)
        if default is None and self.dialect == "mariadb" and column.nullable is not False and not column.auto_increment:
            default = peer_values.no_default(kind)
        counting = _given(
            generationType=column.generation_type,
            incrementBy=f"{column.increment_by or 1}{_INTEGER}",
            startWith=f"{column.start_with or 1}{_INTEGER}",
        )
        facts = _given(
            autoIncrementInformation=counting if column.auto_increment or counts else None,
            defaultValue=default,
            name=column.name,
            nullable=column.nullable is not False,
            order=peer_types.tagged(order),
            relation=relation,
            remarks=column.remarks,
            type=peer_types.serial(kind) if counts else peer_types.written(kind, self.dialect),
        )
        return self.add("column", facts)

    def primary_key(self, key: PrimaryKey, table: "_Written") -> str:
        name = key.name or ("PRIMARY" if self.dialect == "mariadb" else None)
        if self.dialect == "sqlite":
            backing = self.automatic(key.columns, table) if len(key.columns) > 1 else None
        else:
            backing = self.backing(name, key.columns, table)
        return self.add(
            "primaryKey", _given(backingIndex=backing, columns=[table.columns[c] for c in key.columns], name=name, table=table.reference)
        )

    def unique(self, unique: Unique, table: "_Written") -> str:
        facts = _given(
            backingIndex=None if self.dialect == "sqlite" else self.backing(unique.name, unique.columns, table),
            clustered=False,
            columns=[table.columns[column] for column in unique.columns],
            deferrable=bool(unique.deferrable),
            disabled=False,
            initiallyDeferred=bool(unique.initially_deferred),
            name=unique.name,
            table=table.reference,
            validate=True,
        )
        return self.add("uniqueConstraint", facts)

    def backing(self, name: str | None, columns: Iterable[str], table: "_Written") -> str:
        """The index that comes with a constraint."""
        items = [{"column": {"name": column}} for column in columns]
        reference = self.add("index", _given(columns=items, name=name, table=table.reference, unique=True))
        table.indexes.append(reference)
        return reference

    def automatic(self, columns: Iterable[str], table: "_Written") -> str:
        """The index that SQLite makes by itself, by which Liquibase knows an unnamed key."""
        table.automatic += 1
        return self.backing(f"sqlite_autoindex_{table.facts['name']}_{table.automatic}", columns, table)

    def index(self, index: Index, table: "_Written") -> None:
        said = _expressions(index.definition or "")
        named = said if len(said) == len(index.columns) else [column.name for column in index.columns]
        items = [{"column": _indexed(column, name, table)} for column, name in zip(index.columns, named, strict=True)]
        facts = _given(columns=items, name=index.name, table=table.reference, unique=bool(index.unique))
        table.indexes.append(self.add("index", facts))

    def foreign_key(self, key: ForeignKey, table: "_Written", tables: dict[str, "_Written"], schema: str) -> None:
        far = tables.get(key.references.table.name) if key.references.table.schema is None else None
        if far is None:
            far = self.elsewhere(key, schema)
        always = self.dialect == "sqlite"  # where the peer's driver calls every key deferrable
        facts = _given(
            deferrable=always or bool(key.deferrable),
            deleteRule=_rule(key.on_delete),
            foreignKeyColumns=[table.columns[column] for column in key.columns],
            foreignKeyTable=table.reference,
            initiallyDeferred=always or bool(key.initially_deferred),
            name=key.name or "",
            primaryKeyColumns=[far.columns[column] for column in key.references.columns if column in far.columns],
            primaryKeyTable=far.reference,
            updateRule=_rule(key.on_update),
        )
        table.facts.setdefault("outgoingForeignKeys", []).append(self.add("foreignKey", facts))

    def elsewhere(self, key: ForeignKey, schema: str) -> "_Written":
        """A table of another schema, of which only the name is known."""
        facts = _given(name=key.references.table.name, schema=schema)
        return _Written(self.add("table", facts), facts)

    def view(self, view: View, query: str, schema: str, columns: dict[str, str]) -> None:
        remarks = view.remarks or ("VIEW" if self.dialect == "mariadb" else None)
        facts = _given(definition=query, name=view.name.name, remarks=remarks, schema=schema)
        reference = self.add("view", facts)
        own = [
            self.add(
                "column",
                _given(
                    name=name,
                    nullable=None if self.dialect == "mariadb" else True,
                    order=peer_types.tagged(order),
                    relation=reference,
                    type=peer_types.written(kind, self.dialect),
                ),
            )
            for order, (name, kind) in enumerate(columns.items(), 1)
        ]
        if own:
            facts["columns"] = own


class _Written:
    """A table that was written, to which its parts refer."""

    def __init__(self, reference: str, facts: Facts) -> None:
        self.reference = reference
        self.facts = facts
        self.columns: dict[str, str] = {}
        self.indexes: list[str] = []
        self.automatic = 0


def _indexed(column: Column, expression: str, table: _Written) -> Facts:
    if column.name not in table.columns:
        return {"computed": True, "descending": bool(column.descending), "name": expression}
    return _given(descending=column.descending, name=column.name)


def _expressions(definition: str) -> list[str]:
    """The parts of `CREATE INDEX … USING btree (lower((name)::text), id)`, with the parentheses that PostgreSQL's statement has."""
    start = _USING.search(definition)
    parts, depth = [""], 0
    for character in definition[start.end() :] if start else "":
        depth += (character == "(") - (character == ")")
        if depth < 0:
            break
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _rule(action: str | None) -> str:
    words = "".join(word.capitalize() for word in (action or "NO ACTION").split())
    return f"importedKey{words}!{{{CLASSES}ForeignKeyConstraintType}}"


def _sequence(sequence: Sequence, schema: str, dialect: str) -> Facts:
    """With the bounds that it has anyway; MariaDB's without what Liquibase does not read there."""
    is_mariadb = dialect == "mariadb"
    top = (2**63 - 2) if is_mariadb else peer_types.TOPS.get(sequence.type or "", 2**63 - 1)
    low, high = (1, top) if (sequence.increment or 1) > 0 else (-top - 1, -1)

    def number(value: int | None) -> str | None:
        return None if value is None else f"{value}{_INTEGER}"

    return _given(
        cacheSize=None if is_mariadb else number(sequence.cache),
        dataType=None if is_mariadb else sequence.type,
        incrementBy=number(sequence.increment),
        maxValue=number(high if sequence.maximum is None else sequence.maximum),
        minValue=number(low if sequence.minimum is None else sequence.minimum),
        name=sequence.name.name,
        schema=schema,
        startValue=number(sequence.start),
        willCycle=bool(sequence.cycle),
    )
