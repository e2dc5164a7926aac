"""The schemas of a snapshot that Liquibase took, in the server's words as far as it tells them."""

import re
from collections.abc import Iterator
from typing import Any

from bascule.engine.schema import (
    Column,
    ForeignKey,
    Index,
    Name,
    PrimaryKey,
    References,
    Schema,
    Sequence,
    Table,
    Unique,
    Value,
    View,
)
from bascule.engine.snapshots import peer_types, peer_values
from bascule.engine.snapshots.model import DatabaseFacts, Snapshot

_CLASSES = "liquibase.structure.core."
_HISTORY = ("databasechangelog", "databasechangeloglock")
_RULE = re.compile(r"importedKey(\w+?)(?:!\{.*\})?")
Facts = dict[str, Any]


def snapshots(document: Facts) -> list[Snapshot]:
    """One per schema; a document without one (SQLite) has one all the same. Raises KeyError, TypeError for another shape."""
    snapshot: Facts = document["snapshot"]
    database: Facts = snapshot["database"]
    found = _Objects(snapshot["objects"], str(database["shortName"]))
    schemas = list(found.all("Schema")) or [{}]
    catalog = next(iter(found.all("Catalog")), {})
    return [
        Snapshot(
            created=str(snapshot.get("created", "")),
            bascule="",
            database=DatabaseFacts(
                dialect=found.dialect,
                product=" ".join(str(database[key]) for key in ("productName", "productVersion") if database.get(key)),
                url=str(database.get("url", "")),
                user=database.get("user"),
                default_schema=schema.get("name"),
                catalog=catalog.get("name"),
                version=database.get("productVersion"),
            ),
            fingerprint="",
            schema=found.schema(schema.get("snapshotId")),
            view_columns=found.view_columns(schema.get("snapshotId")),
            by="liquibase",
        )
        for schema in schemas
    ]


class _Objects:
    """The objects by class and id."""

    def __init__(self, objects: dict[str, list[Facts]], dialect: str) -> None:
        self.dialect = dialect
        self._of: dict[str, dict[str, Facts]] = {}
        self._parts: dict[str, dict[str, list[Facts]]] = {}
        for name, entries in objects.items():
            self._of[name.removeprefix(_CLASSES)] = {
                str(facts.get("snapshotId")): facts for entry in entries for facts in entry.values() if isinstance(facts, dict)
            }

    def all(self, kind: str) -> Iterator[Facts]:
        return iter(self._of.get(kind, {}).values())

    def get(self, reference: object) -> Facts:
        """What `liquibase.structure.core.Table#2b8d6484` refers to."""
        kind, _, identity = str(reference).removeprefix(_CLASSES).partition("#")
        return self._of.get(kind, {}).get(identity, {})

    def of(self, kind: str, owner: str, identity: object) -> list[Facts]:
        """The parts of a table, `owner` being where they name it."""
        if kind not in self._parts:
            grouped = self._parts[kind] = {}
            for facts in self.all(kind):
                grouped.setdefault(str(facts.get(owner, "")).partition("#")[2], []).append(facts)
        return self._parts[kind].get(str(identity), [])

    def names(self, references: object) -> tuple[str, ...]:
        return tuple(str(self.get(reference).get("name")) for reference in references) if isinstance(references, list) else ()

    def inside(self, kind: str, schema: object) -> Iterator[Facts]:
        for facts in self.all(kind):
            if schema is None or self.get(facts.get("schema")).get("snapshotId") == schema:
                yield facts

    def schema(self, identity: object) -> Schema:
        tables = {
            str(facts["name"]): facts
            for facts in self.inside("Table", identity)
            if str(facts.get("name", "")).lower() not in _HISTORY and facts.get("columns")
        }
        sequences = {str(f["name"]): _sequence(f) for f in self.inside("Sequence", identity)}
        for name, facts in tables.items():
            for column in self.columns(facts):
                if peer_types.is_serial(column["type"]):
                    label = f"{name}_{column['name']}_seq"
                    kind = peer_types.read(column["type"], self.dialect)
                    sequences[label] = Sequence(
                        name=Name(label), start=1, increment=1, cache=1, type=kind, owned_by=(name, str(column["name"]))
                    )
        return Schema(
            tables={name: self.table(facts) for name, facts in sorted(tables.items())},
            views={str(f["name"]): self.view(f) for f in sorted(self.inside("View", identity), key=lambda f: str(f["name"]))},
            sequences=dict(sorted(sequences.items())),
        )

    def columns(self, relation: Facts) -> list[Facts]:
        own = [self.get(reference) for reference in relation.get("columns", ())]
        return sorted((facts for facts in own if "type" in facts), key=lambda facts: peer_types.number(facts.get("order")) or 0)

    def view_columns(self, identity: object) -> dict[str, dict[str, str]]:
        return {
            str(view["name"]): {str(c["name"]): peer_types.read(c["type"], self.dialect) for c in self.columns(view)}
            for view in self.inside("View", identity)
        }

    def table(self, facts: Facts) -> Table:
        identity, name = facts["snapshotId"], Name(str(facts["name"]))
        key = self.get(facts.get("primaryKey"))
        uniques = self.of("UniqueConstraint", "table", identity)
        backing = {str(c.get("backingIndex", "")).partition("#")[2] for c in (key, *uniques)}
        return Table(
            name=name,
            columns=tuple(self.column(column, name.name) for column in self.columns(facts)),
            primary_key=PrimaryKey(columns=self.names(key["columns"]), name=_own_name(key)) if key else None,
            uniques=tuple(
                sorted([*(self.unique(u) for u in uniques), *self.unnamed(facts)], key=lambda unique: (unique.name or "", unique.columns))
            ),
            foreign_keys=tuple(
                sorted(
                    (self.foreign_key(key) for key in self.of("ForeignKey", "foreignKeyTable", identity)),
                    key=lambda key: (key.name or "", key.columns),
                )
            ),
            indexes=tuple(
                sorted(
                    (
                        self.index(index, name)
                        for index in self.of("Index", "table", identity)
                        if index["snapshotId"] not in backing and not str(index.get("name", "")).startswith("sqlite_autoindex_")
                    ),
                    key=lambda index: index.name or "",
                )
            ),
            remarks=facts.get("remarks"),
        )

    def column(self, facts: Facts, table: str) -> Column:
        kind = peer_types.read(facts["type"], self.dialect)
        counting: Facts | None = facts.get("autoIncrementInformation")
        name, required = str(facts["name"]), facts.get("nullable") is False
        if peer_types.is_serial(facts["type"]):
            default = Value("computed", f"nextval('{table}_{name}_seq'::regclass)")
            return Column(name=name, type=kind, nullable=False if required else None, default=default, remarks=facts.get("remarks"))
        start, step = (peer_types.number(counting.get(key)) for key in ("startWith", "incrementBy")) if counting else (None, None)
        return Column(
            name=name,
            type=kind,
            nullable=False if required else None,
            default=None if counting else peer_values.read(facts.get("defaultValue"), kind, self.dialect),
            auto_increment=counting is not None,
            generation_type=counting.get("generationType") if counting else None,
            start_with=None if start == 1 else start,
            increment_by=None if step == 1 else step,
            remarks=facts.get("remarks"),
        )

    def unique(self, facts: Facts) -> Unique:
        return Unique(
            columns=self.names(facts["columns"]),
            name=facts.get("name"),
            deferrable=facts.get("deferrable") or None,
            initially_deferred=facts.get("initiallyDeferred") or None,
        )

    def unnamed(self, table: Facts) -> Iterator[Unique]:
        """Those that SQLite's own indexes tell of, the primary key's excepted."""
        backing = str(self.get(table.get("primaryKey")).get("backingIndex", "")).partition("#")[2]
        for index in self.of("Index", "table", table["snapshotId"]):
            if str(index.get("name", "")).startswith("sqlite_autoindex_") and index["snapshotId"] != backing:
                yield Unique(columns=tuple(str(entry["column"]["name"]) for entry in index["columns"]))

    def foreign_key(self, facts: Facts) -> ForeignKey:
        far = self.get(facts["primaryKeyTable"])
        plain = self.dialect != "sqlite"  # whose driver calls every key deferrable
        return ForeignKey(
            columns=self.names(facts["foreignKeyColumns"]),
            references=References(table=Name(str(far.get("name"))), columns=self.names(facts["primaryKeyColumns"])),
            name=facts.get("name") or None,
            on_delete=_action(facts.get("deleteRule")),
            on_update=_action(facts.get("updateRule")),
            deferrable=(facts.get("deferrable") or None) if plain else None,
            initially_deferred=(facts.get("initiallyDeferred") or None) if plain else None,
        )

    def index(self, facts: Facts, table: Name) -> Index:
        items = [entry["column"] if isinstance(entry, dict) else self.get(entry) for entry in facts.get("columns", ())]
        own = tuple(Column(name=str(item["name"]), descending=item.get("descending") or None) for item in items)
        definition = None
        if any(item.get("computed") for item in items):
            parts = ", ".join(f"{column.name}{' DESC' if column.descending else ''}" for column in own)
            definition = f"CREATE {'UNIQUE ' if facts.get('unique') else ''}INDEX {facts.get('name')} ON {table.name} ({parts})"
        return Index(name=facts.get("name"), table=table, columns=own, unique=bool(facts.get("unique")), definition=definition)

    def view(self, facts: Facts) -> View:
        remarks = facts.get("remarks")
        query = str(facts.get("definition", "")).strip().rstrip(";")
        own = self.get(facts.get("schema")).get("name")
        if own and self.dialect == "mariadb":
            query = query.replace(f"`{own}`.", "")
        return View(name=Name(str(facts["name"])), query=query, remarks=None if remarks == "VIEW" else remarks)


def _own_name(facts: Facts) -> str | None:
    name = facts.get("name")
    return None if name in (None, "PRIMARY") else str(name)


def _action(rule: object) -> str | None:
    match = _RULE.fullmatch(str(rule or ""))
    if match is None:
        return None
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", match[1]).upper()
    return None if words == "NO ACTION" else words


def _sequence(facts: Facts) -> Sequence:
    """Bounds that a sequence has anyway are not told."""
    low, high, step = (peer_types.number(facts.get(key)) for key in ("minValue", "maxValue", "incrementBy"))
    tops = {2**63 - 2, 2**63 - 1, *peer_types.TOPS.values()}
    usual_lows, usual_highs = ({1}, tops) if (step or 1) > 0 else ({-top - 1 for top in tops}, {-1})
    return Sequence(
        name=Name(str(facts["name"])),
        start=peer_types.number(facts.get("startValue")),
        increment=step,
        minimum=None if low in usual_lows else low,
        maximum=None if high in usual_highs else high,
        cache=peer_types.number(facts.get("cacheSize")),
        cycle=facts.get("willCycle") or None,
        type=facts.get("dataType"),
    )
