"""How tables become others: their columns, keys, checks and indexes."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import Dialect
from bascule.engine.dialects.sqlite.wording import is_altered
from bascule.engine.diff import elements as make
from bascule.engine.diff import needs
from bascule.engine.diff.canonical import in_one_wording
from bascule.engine.diff.columns import change_column, counts_by_sequence, stop_counting
from bascule.engine.diff.stale import Stale
from bascule.engine.schema import Check, Column, ForeignKey, Index, Name, PrimaryKey, Schema, Table, Unique
from bascule.engine.written.build import element
from bascule.engine.written.element import Element

Part = PrimaryKey | Unique | Check | Index


class Tables:
    """From the tables of `actual` to those of `wanted`. What goes is told by `…_go`, what comes by `…_come`."""

    def __init__(self, wanted: Schema, actual: Schema, dialect: Dialect, triggers: Mapping[str, tuple[str, ...]], stale: Stale) -> None:
        self.wanted, self.actual, self.dialect, self.triggers, self.stale = wanted, actual, dialect, triggers, stale
        self.alters_constraints = alters_constraints(dialect)
        self.common = [name for name in wanted.tables if name in actual.tables]
        self.anew = cache(self._anew)
        self.is_rebuilt = cache(self._is_rebuilt)

    # What goes

    def parts_go(self) -> Iterator[Element]:
        if self.alters_constraints:
            yield from self.foreign_keys_go()
            for name in self.common:
                yield from map(make.sql, self.dialect.ddl.table_left(self.wanted.tables[name], self.actual.tables[name]))
            yield from self.constraints_go()
            yield from self.columns_go()
        else:
            yield from self.indexes_go()

    def foreign_keys_go(self) -> Iterator[Element]:
        for name, table in self.actual.tables.items():
            for key in table.foreign_keys:
                if self.is_stale(name, key):
                    yield element("dropForeignKeyConstraint", baseTableName=name, constraintName=key.name)

    def is_stale(self, table: str, key: ForeignKey) -> bool:
        """Whether a foreign key goes: for good, to come otherwise, or while the key it rests on is exchanged."""
        wanted = self.wanted.tables.get(table)
        if wanted is None or key not in wanted.foreign_keys or not self.same_types(table, key.columns) or self.loses_index(table, key):
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

    def loses_index(self, table: str, key: ForeignKey) -> bool:
        """Whether an index of its own table goes that the server needs for it (MariaDB, MySQL)."""
        if not self.dialect.ddl.foreign_keys_need_indexes:
            return False
        wanted, actual = self.wanted.tables[table], self.actual.tables[table]
        gone = [index for index in actual.indexes if index not in wanted.indexes]
        going = [tuple(column.name for column in index.columns) for index in gone]
        going += [unique.columns for unique in actual.uniques if unique not in wanted.uniques]
        if actual.primary_key is not None and actual.primary_key != wanted.primary_key:
            going.append(actual.primary_key.columns)
        return any(columns[: len(key.columns)] == key.columns for columns in going)

    def same_types(self, table: str, names: tuple[str, ...]) -> bool:
        if self.wanted.tables[table].columns == self.actual.tables[table].columns and not self.anew(table):
            return True
        wanted, actual = by_name(self.wanted.tables[table]), by_name(self.actual.tables[table])
        return all(
            name in wanted and name in actual and wanted[name].type == actual[name].type and name not in self.anew(table) for name in names
        )

    def constraints_go(self) -> Iterator[Element]:
        yield from self.indexes_go()
        for name in self.common:
            wanted, actual = self.wanted.tables[name], self.actual.tables[name]
            for exclusion in actual.exclusions:
                if exclusion not in wanted.exclusions or self.stale.rests(exclusion.definition):
                    yield from make.sql_of(ops.DropConstraint(actual.name, exclusion.name), self.dialect)
            for unique in actual.uniques:
                if unique not in wanted.uniques or self.goes_with_column(name, unique):
                    yield element("dropUniqueConstraint", tableName=name, constraintName=unique.name)
            for check in actual.checks:
                if check.name is not None and (check not in wanted.checks or self.goes_along(name, check)):
                    yield from make.sql_of(ops.DropCheck(actual.name, check.name), self.dialect)
            key = actual.primary_key
            if key is not None and (key != wanted.primary_key or self.goes_with_column(name, key)):
                yield element("dropPrimaryKey", tableName=name, constraintName=key.name)

    def indexes_go(self) -> Iterator[Element]:
        for name in self.common:
            if not self.is_rebuilt(name):
                for index in self.actual.tables[name].indexes:
                    if index not in self.wanted.tables[name].indexes or self.goes_along(name, index):
                        yield element("dropIndex", indexName=index.name, tableName=name)

    def columns_go(self) -> Iterator[Element]:
        """Generated columns that come again, and defaults that rest on what goes before the columns change."""
        for name in self.common:
            anew, wanted = self.anew(name), by_name(self.wanted.tables[name])
            for column in reversed(self.actual.tables[name].columns):  # a generated one before what it is made of
                if column.name in anew:
                    yield element("dropColumn", tableName=name, columnName=column.name)
                elif column.default is not None and self.stale.rests(column.default.text or ""):
                    yield element("dropDefaultValue", tableName=name, columnName=column.name)
                elif counts_by_sequence(column, wanted.get(column.name)):
                    yield stop_counting(Name(name), column, self.dialect)

    # What goes along

    def goes_with_column(self, table: str, part: Part) -> bool:
        """Whether one of its columns is made anew."""
        anew = self.anew(table)
        if not anew:
            return False
        match part:
            case PrimaryKey() | Unique():
                return bool(anew.intersection(part.columns))
            case Check():
                return needs.says(part.expression, anew)
            case Index():
                return bool(anew.intersection(column.name for column in part.columns)) or needs.says(part.definition or "", anew)

    def goes_along(self, table: str, part: Check | Index) -> bool:
        text = part.expression if isinstance(part, Check) else part.definition
        return (text is not None and self.stale.rests(text)) or self.goes_with_column(table, part)

    def _anew(self, name: str) -> frozenset[str]:
        """The generated columns of a table in both schemas that go, to come again if wanted: what they are made of changes."""
        wanted, actual = self.wanted.tables.get(name), self.actual.tables.get(name)
        if wanted is None or actual is None or not self.alters_constraints or not any(c.is_generated for c in actual.columns):
            return frozenset()
        before, after = by_name(actual), by_name(wanted)
        moved = {n for n, own in before.items() if n not in after or after[n].type != own.type or self.is_exchanged(own)}
        return frozenset(
            n
            for n, own in before.items()
            if own.is_generated
            and (
                n not in after
                or self._is_generated_otherwise(own, after[n])
                or needs.says(own.attributes or "", moved)
                or self.stale.rests(own.attributes or "")
            )
        )

    def _is_generated_otherwise(self, own: Column, wanted: Column) -> bool:
        otherwise = wanted.is_generated and (wanted.attributes, wanted.type) != (own.attributes, own.type)
        return otherwise and not self.dialect.ddl.alters_generated

    def is_exchanged(self, column: Column) -> bool:
        """Whether its type is one that goes and comes again under its name."""
        return bool(self.wanted.types) and self.stale.rests(column.type or "")

    # What comes

    def come(self, name: str) -> Iterator[Element]:
        """The table as wanted, with primary key and unique constraints."""
        table = self.wanted.tables[name]
        if name not in self.actual.tables:
            yield from self.create(table)
        elif self.is_rebuilt(name):
            yield from self.rebuilt(name)
        else:
            yield from self.change(table, self.actual.tables[name])
        if self.alters_constraints and not self.comes_whole(name):
            yield from self.keys_come(table, self.actual.tables.get(name))

    def create(self, table: Table) -> Iterator[Element]:
        yield make.create_table(table, self.dialect)
        if self.dialect.ddl.whole_table(table) is None or self.dialect.ddl.whole_says_all:
            return
        if table.remarks:
            yield element("setTableRemarks", tableName=table.name.name, remarks=table.remarks)
        parent = self.wanted.tables.get(table.partition_of.name) if table.partition_of is not None else None
        given = by_name(parent) if parent is not None else by_name(table)
        for column in table.columns:
            base = msgspec.structs.replace(_as_parent(given.get(column.name, column), column), remarks=None)
            yield from change_column(table.name, column, base, self.dialect)

    def comes_whole(self, name: str) -> bool:
        """Whether a new table's own statement has its keys, checks and indexes, too."""
        ddl = self.dialect.ddl
        return name not in self.actual.tables and ddl.whole_says_all and ddl.whole_table(self.wanted.tables[name]) is not None

    def keys_come(self, table: Table, before: Table | None) -> Iterator[Element]:
        name, key = table.name.name, table.primary_key
        if key is not None:
            whole = before is None and self.dialect.ddl.whole_table(table) is not None
            if make.adds_key(table) or whole if before is None else key != before.primary_key or self.goes_with_column(name, key):
                yield make.add_primary_key(table, self.dialect)
        for unique in table.uniques:
            if before is None or unique not in before.uniques or self.goes_with_column(name, unique):
                yield make.add_unique(table.name, unique, self.dialect)

    def checks_come(self) -> Iterator[Element]:
        for name, table in self.wanted.tables.items():
            before = self.actual.tables.get(name)
            if self.comes_whole(name):
                continue
            for check in table.checks:
                if before is None or check not in before.checks or self.goes_along(name, check):
                    yield make.add_check(table.name, check, self.dialect)
            for exclusion in table.exclusions:
                if before is None or exclusion not in before.exclusions or self.stale.rests(exclusion.definition):
                    yield make.add_constraint(table.name, exclusion.name, exclusion.definition, self.dialect)

    def indexes_come(self) -> Iterator[Element]:
        for name, table in self.wanted.tables.items():
            standing: tuple[Index, ...] = () if name not in self.actual.tables else self.actual.tables[name].indexes
            for index in () if self.comes_whole(name) else table.indexes:
                if index not in standing or self.is_rebuilt(name) or self.goes_along(name, index):
                    yield make.create_index(index)

    def foreign_keys_come(self) -> Iterator[Element]:
        for name, table in self.wanted.tables.items():
            before = self.actual.tables.get(name)
            for key in table.foreign_keys:
                if before is None or key not in before.foreign_keys or self.is_stale(name, key):
                    yield make.add_foreign_key(table.name, key, self.dialect)

    # What changes

    def change(self, wanted: Table, actual: Table) -> Iterator[Element]:
        yield from map(make.sql, self.dialect.ddl.table_altered(wanted, actual))
        name, anew = wanted.name.name, self.anew(wanted.name.name)
        together = self.dialect.ddl.columns_altered(wanted, actual)
        if together is not None:
            yield make.sql(together)
            return
        before, after = by_name(self.after_parents(actual, wanted)), by_name(wanted)
        yield from make.add_columns(wanted.name, [own for own in wanted.columns if own.name not in before], self.dialect)
        for column in wanted.columns:
            if column.name in before and column.name not in anew:
                yield from self.column(wanted, column, before[column.name])
        for gone in reversed(before):
            if gone not in after and gone not in anew:
                yield element("dropColumn", tableName=name, columnName=gone)
        yield from make.add_columns(wanted.name, [own for own in wanted.columns if own.name in anew], self.dialect)
        yield from map(make.sql, self.dialect.ddl.table_joined(wanted, actual))
        if wanted.remarks != actual.remarks:
            yield element("setTableRemarks", tableName=name, remarks=wanted.remarks or "")

    def column(self, owner: Table, wanted: Column, actual: Column) -> Iterator[Element]:
        table, tables = owner.name, self.wanted.tables
        if counts_by_sequence(actual, wanted):
            actual = msgspec.structs.replace(actual, auto_increment=False, generation_type=None, start_with=None, increment_by=None)
        inherited = any(parent.name in tables and wanted.name in by_name(tables[parent.name]) for parent in parents_of(owner))
        if not inherited and self.is_exchanged(actual) and wanted.type == actual.type:
            yield from self.exchanged(table, wanted, actual)
        elif self.alters_constraints and actual.default is not None and self.stale.rests(actual.default.text or ""):
            yield from change_column(table, wanted, msgspec.structs.replace(actual, default=None), self.dialect)
        elif wanted != actual:
            yield from change_column(table, wanted, actual, self.dialect)

    def exchanged(self, table: Name, wanted: Column, actual: Column) -> Iterator[Element]:
        """From a type to another of its name, by way of their text."""
        owner, name = make.quoted(table.name, self.dialect), make.quoted(wanted.name, self.dialect)
        if actual.default is not None and not self.stale.rests(actual.default.text or ""):
            yield element("dropDefaultValue", tableName=table.name, columnName=wanted.name)
        text = "::text[]" if (wanted.type or "").endswith("[]") else "::text"
        yield make.sql(f"ALTER TABLE {owner} ALTER COLUMN {name} TYPE {wanted.type} USING {name}{text}::{wanted.type}")
        yield from change_column(table, wanted, msgspec.structs.replace(actual, default=None), self.dialect)

    def after_parents(self, actual: Table, wanted: Table) -> Table:
        """A table whose parents change before it: it has taken over what they have done to their columns."""
        columns = by_name(actual)
        for parent in parents_of(actual):
            if parent not in parents_of(wanted):
                continue
            before, after = self.actual.tables.get(parent.name), self.wanted.tables.get(parent.name)
            if before is None or after is None or before.columns == after.columns:
                continue
            own = by_name(wanted)
            old, new = by_name(before), by_name(after)
            columns = {name: column for name, column in columns.items() if name in new or name not in old}
            for name, column in new.items():
                if old.get(name) != column:
                    columns[name] = msgspec.structs.replace(
                        _as_parent(column, own.get(name, column)), remarks=columns[name].remarks if name in columns else None
                    )
        return msgspec.structs.replace(actual, columns=tuple(columns.values()))

    # Tables that are made anew

    def _is_rebuilt(self, name: str) -> bool:
        """Whether the table is made anew: where constraints cannot be altered, for all but plain columns that come and go."""
        if self.alters_constraints or name not in self.actual.tables or name not in self.wanted.tables:
            return False
        wanted, actual = self.wanted.tables[name], self.actual.tables[name]
        if not is_otherwise(wanted, actual):
            return False
        before, after = by_name(actual), by_name(wanted)
        return (
            wanted.only_by_definition != actual.only_by_definition
            or (wanted.only_by_definition and not is_altered(wanted.definition or "", actual.definition or ""))
            or wanted.primary_key != actual.primary_key
            or any(before[n] != after[n] for n in before.keys() & after.keys())
            or any(after[n].nullable is False or after[n].default is not None for n in after.keys() - before.keys())
        )

    def rebuilt(self, name: str) -> Iterator[Element]:
        """The new table under another name, its rows, then the old one's name. Triggers come again, indexes later."""
        wanted, actual = self.wanted.tables[name], self.actual.tables[name]
        interim = Name(f"{name}_temporary")
        quoted: Callable[[str], str] = lambda word: make.quoted(word, self.dialect)  # noqa: E731
        after = by_name(wanted)
        kept = ", ".join(quoted(c.name) for c in actual.columns if c.name in after and not after[c.name].is_generated)
        yield make.create_table(msgspec.structs.replace(wanted, name=interim), self.dialect)
        if kept:
            yield make.sql(f"INSERT INTO {quoted(interim.name)} ({kept}) SELECT {kept} FROM {quoted(name)}")  # noqa: S608 - names are quoted
        yield element("dropTable", tableName=name)
        yield element("renameTable", oldTableName=interim.name, newTableName=name)
        if not any(trigger.table.name == name for trigger in self.actual.triggers.values()):  # else they are told by themselves
            yield from (make.sql(statement) for statement in self.triggers.get(name, ()))


def alters_constraints(dialect: Dialect) -> bool:
    """SQLite has constraints with the table only: a table whose constraints change is built anew."""
    return "addForeignKeyConstraint" not in dialect.support.lacks


def touched(wanted: Schema, actual: Schema, dialect: Dialect) -> set[str]:
    """The tables that go, and those that change so that views cannot stay on them."""
    return {name for name, table in actual.tables.items() if _is_touched(wanted.tables.get(name), table, dialect)}


def _is_touched(wanted: Table | None, actual: Table, dialect: Dialect) -> bool:
    if wanted is None:
        return True
    if not alters_constraints(dialect):
        return is_otherwise(wanted, actual)
    if wanted.columns == actual.columns:
        return False
    after = by_name(wanted)
    return any(
        own.name not in after or (after[own.name].type, after[own.name].attributes) != (own.type, own.attributes) for own in actual.columns
    )


def is_otherwise(wanted: Table, actual: Table) -> bool:
    def told(table: Table) -> tuple[object, ...]:
        definition = in_one_wording(table).definition
        return (by_name(table), table.primary_key, table.uniques, table.foreign_keys, definition)

    return wanted is not actual and told(wanted) != told(actual)


def parents_of(table: Table) -> list[Name]:
    return [parent for parent in (*table.inherits, table.partition_of) if parent is not None]


def by_name(table: Table) -> dict[str, Column]:
    return {column.name: column for column in table.columns}


def _as_parent(parent: Column, own: Column) -> Column:
    """A column that a parent handed down; whether it counts by itself is not asked of the heir."""
    return msgspec.structs.replace(
        parent,
        auto_increment=own.auto_increment,
        generation_type=own.generation_type,
        start_with=own.start_with,
        increment_by=own.increment_by,
    )
