"""The changes that make one schema of another, in an order that the database takes."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from bascule.engine.dialects.base import Dialect
from bascule.engine.diff import elements as make
from bascule.engine.diff import firing, needs, rights, user_types
from bascule.engine.diff.stale import stale
from bascule.engine.diff.tables import Tables, alters_constraints, by_name, touched
from bascule.engine.schema import Name, RowPolicy, Schema, Table, Trigger
from bascule.engine.written.build import element
from bascule.engine.written.element import Element


def changes(wanted: Schema, actual: Schema, dialect: Dialect, triggers: Mapping[str, tuple[str, ...]] | None = None) -> list[Element]:
    """What makes `actual` become `wanted`; both are canonical. From an empty one it is the whole of `wanted`.

    First goes what stands in the way, each before what it rests on; then types, tables, routines and views come or change, each after
    what it needs; then checks, indexes and foreign keys; last what is said of all these: triggers, policies, rights, remarks.
    `triggers` are the statements of each table's triggers, for a database that builds tables anew.
    """
    steps = list(_Way(wanted, actual, dialect, triggers or {}).steps())
    return [*steps, *rights.change_remarks(wanted, actual, steps, dialect)]


class _Way:
    """From `actual` to `wanted`."""

    def __init__(self, wanted: Schema, actual: Schema, dialect: Dialect, triggers: Mapping[str, tuple[str, ...]]) -> None:
        self.wanted, self.actual, self.dialect = wanted, actual, dialect
        self.stale = stale(wanted, actual, touched(wanted, actual, dialect))
        self.tables = Tables(wanted, actual, dialect, triggers, self.stale)
        self.alters_constraints = alters_constraints(dialect)
        self.gone_order = [key for key in reversed(needs.in_order(actual)) if key in self.stale.moving]

    def steps(self) -> Iterator[Element]:
        yield from self.triggers_go()
        yield from self.policies_go()
        if self.alters_constraints:
            yield from self.tables.parts_go()
            yield from self.objects_go()
            yield from self.types_aside()
        else:
            yield from self.objects_go()
            yield from self.tables.parts_go()
        yield from (make.create_extension(e, self.dialect) for n, e in self.wanted.extensions.items() if n not in self.actual.extensions)
        yield from self.sequences_come()
        yield from self.objects_come()
        if not self.alters_constraints:
            yield from (element("dropTable", tableName=name) for name in self.actual.tables if name not in self.wanted.tables)
        yield from self.ownership()
        if self.alters_constraints:
            yield from self.tables.checks_come()
        yield from self.tables.indexes_come()
        if self.alters_constraints:
            yield from self.tables.foreign_keys_come()
        yield from self.sequences_go()
        yield from self.types_go()
        yield from self.triggers_come()
        yield from self.policies_come()
        yield from rights.change_grants(self.wanted, self.actual, self.is_new, self.dialect)
        yield from (make.drop_extension(e, self.dialect) for n, e in self.actual.extensions.items() if n not in self.wanted.extensions)

    # Types, tables, routines and views

    def objects_go(self) -> Iterator[Element]:
        for kind, key in self.gone_order:
            match kind:
                case "view":
                    yield make.drop_view(self.actual.views[key], self.dialect)
                case "routine":
                    yield make.drop_routine(self.actual.routines[key], self.dialect)
                case "table" if key not in self.wanted.tables and self.alters_constraints:
                    yield from self.table_goes(self.actual.tables[key])

    def table_goes(self, table: Table) -> Iterator[Element]:
        """A part of another table leaves that first, as foreign keys to the whole hold its parts."""
        if table.partition_of is not None:
            whole, part = (make.quoted(name.name, self.dialect) for name in (table.partition_of, table.name))
            yield make.sql(f"ALTER TABLE {whole} DETACH PARTITION {part}")
        yield element("dropTable", tableName=table.name.name)

    def types_aside(self) -> Iterator[Element]:
        for name, own in self.actual.types.items():
            if name in self.wanted.types and self.stale.has("type", name):
                yield from user_types.set_aside(own, self.dialect)

    def types_go(self) -> Iterator[Element]:
        for kind, name in self.gone_order:
            if kind == "type":
                yield user_types.drop(self.actual.types[name], user_types.former(name) if name in self.wanted.types else name, self.dialect)

    def objects_come(self) -> Iterator[Element]:
        for kind, key in needs.in_order(self.wanted):
            match kind:
                case "type":
                    yield from self.type_comes(key)
                case "table":
                    yield from self.tables.come(key)
                case "routine":
                    yield from self.routine_comes(key)
                case "view":
                    yield from self.view_comes(key)

    def type_comes(self, name: str) -> Iterator[Element]:
        own, before = self.wanted.types[name], self.actual.types.get(name)
        if before is None or self.stale.has("type", name):
            yield from user_types.create(own, self.dialect)
        elif before != own:
            yield from user_types.alter(own, before, self.dialect)

    def routine_comes(self, key: str) -> Iterator[Element]:
        own, before = self.wanted.routines[key], self.actual.routines.get(key)
        if before is None or self.stale.has("routine", key):
            yield from make.create_routine(own, self.dialect)
            return
        if own.definition != before.definition:
            yield make.sql(own.definition)
        if own.remarks != before.remarks:
            yield make.routine_remarks(own, self.dialect)

    def view_comes(self, name: str) -> Iterator[Element]:
        if name not in self.actual.views or self.stale.has("view", name):
            yield from make.create_view(self.wanted.views[name], self.dialect)

    # Triggers and policies

    def triggers_go(self) -> Iterator[Element]:
        """Those of tables and views that go along go with them."""
        for key, trigger in self.actual.triggers.items():
            if key in self.stale_triggers and not self.goes(trigger.table.name):
                yield make.drop_trigger(trigger, self.dialect)

    @cached_property
    def stale_triggers(self) -> set[str]:
        """Those that go or come, with those that fire behind them."""
        moving = {key for key, trigger in self.actual.triggers.items() if self.is_stale_trigger(trigger)}
        moving |= {k for k, own in self.wanted.triggers.items() if k not in self.actual.triggers or self.goes(own.table.name)}
        return firing.with_followers(moving, self.wanted.triggers)

    def is_stale_trigger(self, trigger: Trigger) -> bool:
        key = f"{trigger.table.name}.{trigger.name.name}"
        return self.wanted.triggers.get(key) != trigger or self.stale.rests(trigger.definition, on_tables=self.alters_constraints)

    def goes(self, name: str) -> bool:
        """Whether a table or view goes, for good or to come again; all that is its own goes along."""
        if name in self.actual.tables:
            return name not in self.wanted.tables or self.tables.is_rebuilt(name)
        return self.stale.has("view", name)

    def triggers_come(self) -> Iterator[Element]:
        for key in firing.in_order(self.wanted.triggers):
            if key in self.stale_triggers:
                yield from make.create_trigger(self.wanted.triggers[key], self.dialect)

    def policies_go(self) -> Iterator[Element]:
        for name in self.tables.common:
            for policy in self.actual.tables[name].policies:
                if self.is_stale_policy(name, policy):
                    yield make.drop_policy(Name(name), policy, self.dialect)

    def is_stale_policy(self, table: str, policy: RowPolicy) -> bool:
        rests = self.stale.has("table", table) or self.stale.rests(f"{policy.using} {policy.check}", on_tables=True)
        return policy not in self.wanted.tables[table].policies or rests

    def policies_come(self) -> Iterator[Element]:
        for name, table in self.wanted.tables.items():
            before = self.actual.tables.get(name)
            yield from make.row_security(table, before.row_security if before is not None else None, self.dialect)
            for policy in table.policies:
                if before is None or policy not in before.policies or self.is_stale_policy(name, policy):
                    yield make.create_policy(table.name, policy, self.dialect)

    # What is said of them

    def is_new(self, name: str) -> bool:
        """Whether an object comes, or comes again, so that nothing is left of what was said of it."""
        if name in self.wanted.tables:
            return name not in self.actual.tables
        if name in self.wanted.views:
            return name not in self.actual.views or self.stale.has("view", name)
        if name in self.wanted.types:
            return name not in self.actual.types or self.stale.has("type", name)
        return any(kind == "routine" and self.actual.routines[key].name.name == name for kind, key in self.stale.moving)

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
            if name not in self.wanted.sequences and (not table or (owner is not None and column in by_name(owner))):
                yield element("dropSequence", sequenceName=name)
