"""The changes that make one schema of another, in an order that the database takes."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import Dialect
from bascule.engine.diff import elements as make
from bascule.engine.diff.columns import change_column
from bascule.engine.schema import Column, ForeignKey, Index, Name, Schema, Table, View
from bascule.engine.written.build import element
from bascule.engine.written.element import Element


def changes(wanted: Schema, actual: Schema, dialect: Dialect, triggers: Mapping[str, tuple[str, ...]] | None = None) -> list[Element]:
    """What makes `actual` become `wanted`; both are canonical. From an empty one it is the whole of `wanted`.

    First goes what stands in the way (views, foreign keys, indexes), then tables change, then all that rests on them comes.
    `triggers` are the statements of each table's triggers, for a database that builds tables anew.
    """
    return list(_Way(wanted, actual, dialect, triggers or {}).steps())


class _Way:
    """From `actual` to `wanted`."""

    def __init__(self, wanted: Schema, actual: Schema, dialect: Dialect, triggers: Mapping[str, tuple[str, ...]]) -> None:
        self.wanted, self.actual, self.dialect, self.triggers = wanted, actual, dialect, triggers
        self.alters_constraints = "addForeignKeyConstraint" not in dialect.support.lacks
        """SQLite has constraints with the table only: a table whose constraints change is built anew."""
        self.common = [name for name in wanted.tables if name in actual.tables]

    def steps(self) -> Iterator[Element]:
        yield from self.views_go()
        if self.alters_constraints:
            yield from self.foreign_keys_go()
            yield from self.constraints_go()
        else:
            yield from self.indexes_go()
        yield from self.sequences_come()
        for name, table in self.wanted.tables.items():
            if name not in self.actual.tables:
                yield make.create_table(table, self.dialect)
        yield from self.tables_change()
        yield from (element("dropTable", tableName=name) for name in self.actual.tables if name not in self.wanted.tables)
        yield from self.ownership()
        if self.alters_constraints:
            yield from self.constraints_come()
        yield from self.indexes_come()
        if self.alters_constraints:
            yield from self.foreign_keys_come()
        yield from self.sequences_go()
        yield from self.views_come()

    # Views

    @cached_property
    def stale_views(self) -> dict[str, View]:
        """Those that are gone or otherwise, and those that rest on a table that changes or on such a view."""
        touched = {n for n in self.actual.tables if n not in self.wanted.tables or not self.same_columns(n)}
        stale = {name: view for name, view in self.actual.views.items() if self.wanted.views.get(name) != view}
        growing = True
        while growing:
            more = {
                name: view
                for name, view in self.actual.views.items()
                if name not in stale and any(_mentions(view.query, other) for other in (*touched, *stale))
            }
            stale.update(more)
            growing = bool(more)
        return stale

    def same_columns(self, name: str) -> bool:
        wanted, actual = self.wanted.tables[name], self.actual.tables[name]
        return _by_name(wanted) == _by_name(actual) and (self.alters_constraints or not self.is_otherwise(name))

    def views_go(self) -> Iterator[Element]:
        return (make.drop_view(view, self.dialect) for view in reversed(_ordered(self.stale_views)))

    def views_come(self) -> Iterator[Element]:
        coming = {n: v for n, v in self.wanted.views.items() if n in self.stale_views or n not in self.actual.views}
        return (make.create_view(view, self.dialect) for view in _ordered(coming))

    # Constraints and indexes

    def is_stale(self, table: str, key: ForeignKey) -> bool:
        """Whether a foreign key goes: for good, to come otherwise, or while the key it rests on is exchanged."""
        wanted = self.wanted.tables.get(table)
        if wanted is None or key not in wanted.foreign_keys or not self.same_types(table, key.columns):
            return True
        far = key.references.table.name
        if key.references.table.schema is not None or far not in self.actual.tables:
            return False
        there, here = self.wanted.tables.get(far), self.actual.tables[far]
        return (
            there is None
            or there.primary_key != here.primary_key
            or there.uniques != here.uniques
            or not self.same_types(far, key.references.columns)
        )

    def same_types(self, table: str, names: tuple[str, ...]) -> bool:
        wanted, actual = _by_name(self.wanted.tables[table]), _by_name(self.actual.tables[table])
        return all(name in wanted and name in actual and wanted[name].type == actual[name].type for name in names)

    def foreign_keys_go(self) -> Iterator[Element]:
        for name, table in self.actual.tables.items():
            for key in table.foreign_keys:
                if self.is_stale(name, key):
                    yield element("dropForeignKeyConstraint", baseTableName=name, constraintName=key.name)

    def foreign_keys_come(self) -> Iterator[Element]:
        for name, table in self.wanted.tables.items():
            before = self.actual.tables.get(name)
            for key in table.foreign_keys:
                if before is None or key not in before.foreign_keys or self.is_stale(name, key):
                    yield make.add_foreign_key(table.name, key)

    def constraints_go(self) -> Iterator[Element]:
        yield from self.indexes_go()
        for name in self.common:
            wanted, actual = self.wanted.tables[name], self.actual.tables[name]
            for unique in actual.uniques:
                if unique not in wanted.uniques:
                    yield element("dropUniqueConstraint", tableName=name, constraintName=unique.name)
            for check in actual.checks:
                if check not in wanted.checks and check.name is not None:
                    yield from make.sql_of(ops.DropCheck(actual.name, check.name), self.dialect)
            if actual.primary_key is not None and actual.primary_key != wanted.primary_key:
                yield element("dropPrimaryKey", tableName=name, constraintName=actual.primary_key.name)

    def constraints_come(self) -> Iterator[Element]:
        for name, table in self.wanted.tables.items():
            before = self.actual.tables.get(name)
            if self.comes_whole(name):
                continue
            if make.adds_key(table) if before is None else table.primary_key not in (None, before.primary_key):
                yield make.add_primary_key(table)
            for unique in table.uniques:
                if before is None or unique not in before.uniques:
                    yield make.add_unique(table.name, unique)
            for check in table.checks:
                if before is None or check not in before.checks:
                    yield make.add_check(table.name, check, self.dialect)

    def comes_whole(self, name: str) -> bool:
        """Whether a new table's own statement has its keys, checks and indexes, too."""
        return name not in self.actual.tables and self.dialect.ddl.whole_table(self.wanted.tables[name]) is not None

    def indexes_go(self) -> Iterator[Element]:
        for name in self.common:
            if not self.is_rebuilt(name):
                for index in self.actual.tables[name].indexes:
                    if index not in self.wanted.tables[name].indexes:
                        yield element("dropIndex", indexName=index.name, tableName=name)

    def indexes_come(self) -> Iterator[Element]:
        for name, table in self.wanted.tables.items():
            standing: tuple[Index, ...] = () if name not in self.actual.tables else self.actual.tables[name].indexes
            for index in () if self.comes_whole(name) else table.indexes:
                if index not in standing or self.is_rebuilt(name):
                    yield make.create_index(index)

    # Tables

    def tables_change(self) -> Iterator[Element]:
        for name in self.common:
            if self.is_rebuilt(name):
                yield from self.rebuilt(name)
                continue
            wanted, actual = self.wanted.tables[name], self.actual.tables[name]
            before = _by_name(actual)
            yield from map(make.sql, self.dialect.ddl.table_altered(wanted, actual))
            yield from make.add_columns(wanted.name, [column for column in wanted.columns if column.name not in before], self.dialect)
            for column in wanted.columns:
                if column.name in before and column != before[column.name]:
                    yield from change_column(wanted.name, column, before[column.name], self.dialect)
            for gone in reversed(before):  # a generated one before what it is made of
                if gone not in _by_name(wanted):
                    yield element("dropColumn", tableName=name, columnName=gone)
            if wanted.remarks != actual.remarks:
                yield element("setTableRemarks", tableName=name, remarks=wanted.remarks or "")

    def is_rebuilt(self, name: str) -> bool:
        """Whether the table is made anew: where constraints cannot be altered, for all but plain columns that come and go."""
        if self.alters_constraints or name not in self.actual.tables or name not in self.wanted.tables or not self.is_otherwise(name):
            return False
        wanted, actual = self.wanted.tables[name], self.actual.tables[name]
        before, after = _by_name(actual), _by_name(wanted)
        return (
            wanted.only_by_definition
            or actual.only_by_definition
            or wanted.primary_key != actual.primary_key
            or any(before[n] != after[n] for n in before.keys() & after.keys())
            or any(after[n].nullable is False or after[n].default is not None for n in after.keys() - before.keys())
        )

    def is_otherwise(self, name: str) -> bool:
        def told(table: Table) -> tuple[object, ...]:
            return (_by_name(table), table.primary_key, table.uniques, table.foreign_keys, table.definition)

        return told(self.wanted.tables[name]) != told(self.actual.tables[name])

    def rebuilt(self, name: str) -> Iterator[Element]:
        """The new table under another name, its rows, then the old one's name. Triggers come again, indexes later."""
        wanted, actual = self.wanted.tables[name], self.actual.tables[name]
        interim = Name(f"{name}_temporary")
        quoted: Callable[[str], str] = lambda word: make.quoted(word, self.dialect)  # noqa: E731
        kept = ", ".join(quoted(column.name) for column in actual.columns if column.name in _by_name(wanted))
        yield make.create_table(msgspec.structs.replace(wanted, name=interim), self.dialect)
        if kept:
            yield make.sql(f"INSERT INTO {quoted(interim.name)} ({kept}) SELECT {kept} FROM {quoted(name)}")  # noqa: S608 - names are quoted
        yield element("dropTable", tableName=name)
        yield element("renameTable", oldTableName=interim.name, newTableName=name)
        yield from (make.sql(statement) for statement in self.triggers.get(name, ()))

    # Sequences

    def sequences_come(self) -> Iterator[Element]:
        for name, sequence in self.wanted.sequences.items():
            before = self.actual.sequences.get(name)
            if before is None:
                yield make.create_sequence(sequence)
            elif before != msgspec.structs.replace(sequence, owned_by=before.owned_by):
                yield from make.alter_sequence(before, sequence, self.dialect)

    def ownership(self) -> Iterator[Element]:
        for name, sequence in self.wanted.sequences.items():
            before = self.actual.sequences.get(name)
            if sequence.owned_by is not None and (before is None or before.owned_by != sequence.owned_by):
                yield make.own_sequence(sequence, self.dialect)

    def sequences_go(self) -> Iterator[Element]:
        """One that belongs to a column which went has gone with it."""
        for name, sequence in self.actual.sequences.items():
            table, column = sequence.owned_by or ("", "")
            owner = self.wanted.tables.get(table)
            if name not in self.wanted.sequences and (not table or (owner is not None and column in _by_name(owner))):
                yield element("dropSequence", sequenceName=name)


def _by_name(table: Table) -> dict[str, Column]:
    return {column.name: column for column in table.columns}


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _ordered(views: Mapping[str, View]) -> list[View]:
    """Each after those that its query mentions, else by name."""
    left, placed = dict(sorted(views.items())), list[View]()
    while left:
        ready = [n for n, view in left.items() if not any(o != n and _mentions(view.query, o) for o in left)]
        for name in ready or [next(iter(left))]:
            placed.append(left.pop(name))
    return placed
