"""Schemas less what nobody asked for: other kinds of objects (`--diff-types`), other names (`--include-objects`, `--exclude-objects`)."""

from collections.abc import Callable, Collection
from typing import TypeVar

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.diff.filters import Filters
from bascule.engine.schema import Check, Column, ForeignKey, Index, RowPolicy, Schema, Table, Unique

PARTS = ("columns", "indexes", "foreignkeys", "primarykeys", "uniqueconstraints", "checkconstraints", "policies")
"""What belongs to a table."""
SCHEMA_TYPES = (
    "tables", *PARTS, "views", "sequences", "functions", "storedprocedures", "databasepackage", "databasepackagebody", "events", "triggers",
    "types", "extensions", "grants",
)  # fmt: skip
DIFF_TYPES = (*SCHEMA_TYPES, "data", "catalogs", "synonyms")
"""The peer's words, its `catalogs` and `synonyms` without effect, and ours: events, policies, types, extensions, grants."""
ROUTINE_TYPES = {
    "function": "functions",
    "aggregate": "functions",
    "procedure": "storedprocedures",
    "package": "databasepackage",
    "package body": "databasepackagebody",
    "event": "events",
}
_ROUTINE_KINDS = {"function": "function", "aggregate": "function", "event": "event"}
Part = TypeVar("Part", Column, Index, ForeignKey, Unique, Check, RowPolicy)


def diff_types(text: str | None) -> frozenset[str]:
    """The kinds that a comma list names; all but data without one. Raises InputError for another word."""
    if not text:
        return frozenset(SCHEMA_TYPES)
    wanted = frozenset(part.strip().lower() for part in text.split(",") if part.strip())
    unknown = sorted(wanted - set(DIFF_TYPES))
    if unknown:
        raise InputError(Problem(code="CLI-060", what=f"there is no diff type '{unknown[0]}'", fix=f"known are {', '.join(DIFF_TYPES)}"))
    return wanted


class Scope(msgspec.Struct, frozen=True):
    """What is asked for, by kind and by name."""

    types: frozenset[str] = frozenset(SCHEMA_TYPES)
    filters: Filters = Filters()

    @property
    def is_whole(self) -> bool:
        return self.types >= set(SCHEMA_TYPES) and self.filters == Filters()

    def asks(self, word: str, kind: str, name: str, table: str | None = None) -> bool:
        return word in self.types and self.filters.take(kind, name, table)


WHOLE = Scope()


def narrowed(schema: Schema, scope: Scope) -> Schema:
    """The schema less what is not asked for."""
    return narrowed_pair(schema, Schema(), scope)[0]


def narrowed_pair(wanted: Schema, actual: Schema, scope: Scope) -> tuple[Schema, Schema]:
    """Two schemas that differ in what is asked for and in nothing else.

    What is not asked for and stands in both is as in `actual`, on both sides: so it is neither changed nor lost where a table is made anew.
    A part whose table is not asked for stands in a table that both have.
    """
    if scope.is_whole:
        return wanted, actual
    tables = {name: _tables(wanted.tables.get(name), actual.tables.get(name), scope) for name in [*wanted.tables, *actual.tables]}
    return (
        _others(wanted, scope, {name: pair[0] for name, pair in tables.items() if pair[0] is not None}),
        _others(actual, scope, {name: pair[1] for name, pair in tables.items() if pair[1] is not None}),
    )


def _others(schema: Schema, scope: Scope, tables: dict[str, Table]) -> Schema:
    """The tables, and what is asked for of the rest."""
    return msgspec.structs.replace(
        schema,
        tables=tables,
        views={name: view for name, view in schema.views.items() if scope.asks("views", "view", name)},
        sequences={name: sequence for name, sequence in schema.sequences.items() if scope.asks("sequences", "sequence", name)},
        routines={
            name: routine
            for name, routine in schema.routines.items()
            if scope.asks(ROUTINE_TYPES[routine.kind], _ROUTINE_KINDS.get(routine.kind, "storedprocedure"), routine.name.name)
        },
        triggers={
            name: trigger
            for name, trigger in schema.triggers.items()
            if scope.asks("triggers", "trigger", trigger.name.name, trigger.table.name)
        },
        types={name: type_ for name, type_ in schema.types.items() if scope.asks("types", "type", name)},
        extensions={name: extension for name, extension in schema.extensions.items() if scope.asks("extensions", "extension", name)},
        grants=schema.grants if "grants" in scope.types and scope.filters == Filters() else (),
        remarks={},
    )


def _tables(wanted: Table | None, actual: Table | None, scope: Scope) -> tuple[Table | None, Table | None]:
    table = wanted or actual
    if table is None:
        return None, None
    is_asked = scope.asks("tables", "table", table.name.name)
    if wanted is not None and actual is not None:
        return _merged(wanted, actual, scope, is_asked=is_asked), actual
    if is_asked:
        own = _only_asked(table, scope)
        return (own, None) if wanted is not None else (None, own)
    if "tables" in scope.types:
        return None, None
    bare = _without_asked(table, scope)
    return (table, bare) if wanted is not None else (bare, table)


def _merged(wanted: Table, actual: Table, scope: Scope, *, is_asked: bool) -> Table:
    """`wanted` where asked, else `actual`."""
    asks = _asks(wanted.name.name, scope)
    frame = wanted if is_asked else actual
    key = wanted.primary_key if asks("primarykeys", wanted.primary_key or actual.primary_key) else actual.primary_key

    def of(word: str, mine: Collection[Part], theirs: Collection[Part]) -> tuple[Part, ...]:
        kept = [part for part in mine if asks(word, part)]
        return tuple(kept + [part for part in theirs if not asks(word, part)])

    return msgspec.structs.replace(
        frame,
        columns=of("columns", wanted.columns, actual.columns),
        primary_key=key,
        uniques=of("uniqueconstraints", wanted.uniques, actual.uniques),
        foreign_keys=of("foreignkeys", wanted.foreign_keys, actual.foreign_keys),
        indexes=of("indexes", wanted.indexes, actual.indexes),
        checks=of("checkconstraints", wanted.checks, actual.checks),
        policies=of("policies", wanted.policies, actual.policies),
    )


def _only_asked(table: Table, scope: Scope) -> Table:
    """A table comes with its columns."""
    asks = _asks(table.name.name, scope)
    return _with_parts(table, lambda word, part: asks(word, part) if word in scope.types else word == "columns")


def _without_asked(table: Table, scope: Scope) -> Table:
    asks = _asks(table.name.name, scope)
    return _with_parts(table, lambda word, part: not asks(word, part))


def _with_parts(table: Table, stays: Callable[[str, object], bool]) -> Table:
    def of(word: str, parts: Collection[Part]) -> tuple[Part, ...]:
        return tuple(part for part in parts if stays(word, part))

    return msgspec.structs.replace(
        table,
        columns=of("columns", table.columns),
        primary_key=table.primary_key if stays("primarykeys", table.primary_key) else None,
        uniques=of("uniqueconstraints", table.uniques),
        foreign_keys=of("foreignkeys", table.foreign_keys),
        indexes=of("indexes", table.indexes),
        checks=of("checkconstraints", table.checks),
        policies=of("policies", table.policies),
    )


def _asks(table: str, scope: Scope) -> Callable[[str, object], bool]:
    kinds = {"indexes": "index", "policies": "policy"}

    def asks(word: str, part: object) -> bool:
        return scope.asks(word, kinds.get(word, word.removesuffix("s")), getattr(part, "name", None) or "", table)

    return asks
