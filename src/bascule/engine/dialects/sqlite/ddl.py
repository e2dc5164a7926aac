"""SQLite's peculiarities of DDL: native ALTER TABLE where it has one, else the table is built anew."""

# ruff: noqa: S608 - writing SQL is what this module is for; names and literals are quoted by `names` and `values`

from collections.abc import Callable, Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.dialects.names import quote
from bascule.engine.dialects.sqlite.rebuild import Definition, parse, without_default
from bascule.engine.dialects.sqlite.reserved import RESERVED_WORDS
from bascule.engine.schema import Column, Name, Table
from bascule.engine.sql.statement import Statement


class SqliteDdl(Ddl):
    """What ALTER TABLE cannot do needs the table's shape (`RenderContext.shape`)."""

    drops_with_cascade = False
    keeps_remarks = False
    replacing = ""

    def column(self, column: Column, at: RenderContext, *, typed_default: bool = True) -> str:
        """A counting column is the rowid: it carries its primary key itself."""
        if not (self.is_auto_increment(column) and column.primary_key):
            return super().column(msgspec.structs.replace(column, auto_increment=False), at, typed_default=typed_default)
        constraint = f"CONSTRAINT {self.identifier(column.primary_key_name, at)} " if column.primary_key_name else ""
        return f"{self.identifier(column.name, at)} INTEGER {constraint}PRIMARY KEY AUTOINCREMENT NOT NULL"

    def create_table(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        key_name = self.primary_key_name(op.table)
        named = tuple(
            msgspec.structs.replace(column, primary_key_name=column.primary_key_name or key_name) if self._is_rowid(column) else column
            for column in op.columns
        )
        return super().create_table(msgspec.structs.replace(op, columns=named), at)

    def table_constraints(self, op: ops.CreateTable, at: RenderContext) -> Iterator[str]:
        columns = tuple(msgspec.structs.replace(column, primary_key=False) if self._is_rowid(column) else column for column in op.columns)
        return super().table_constraints(msgspec.structs.replace(op, columns=columns), at)

    def _is_rowid(self, column: Column) -> bool:
        return column.primary_key and self.is_auto_increment(column)

    def table_comments(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        """Remarks have no place in SQLite's catalog."""
        return iter(())

    def truncate_table(self, op: ops.TruncateTable, at: RenderContext) -> Iterator[Statement]:
        return self.delete_rows(ops.DeleteRows(op.table), at)

    def add_columns(self, op: ops.AddColumns, at: RenderContext) -> Iterator[Statement]:
        """ALTER TABLE cannot add a key or a unique column."""
        if not any(column.primary_key or column.unique for column in op.columns):
            yield from super().add_columns(op, at)
            return
        columns = tuple(self.column(column, at, typed_default=False) for column in op.columns)
        constraints = tuple(self.table_constraints(ops.CreateTable(op.table, op.columns), at))
        yield from self._rebuild(op.table, at, "addColumn", lambda definition: definition.adding(columns, constraints))
        yield from self.fill(op.table, op.columns, at)

    def added_column(self, column: Column, at: RenderContext) -> str:
        definition = super().added_column(column, at)
        if column.references is None:
            return definition
        named = f" CONSTRAINT {self.identifier(column.foreign_key_name, at)}" if column.foreign_key_name else ""
        far = f"{self.name(column.references.table, at)}({self.identifiers(column.references.columns, at)})"
        return f"{definition}{named} REFERENCES {far}{' ON DELETE CASCADE' if column.delete_cascade else ''}"

    def after_adding(self, table: Name, column: Column, at: RenderContext) -> Iterator[Statement]:
        return iter(())

    def drop_columns(self, op: ops.DropColumns, at: RenderContext) -> Iterator[Statement]:
        """Natively, its indexes first; unless the table is known to have a key or a constraint on one of them."""
        table = self.known_shape(op.table, at, "dropColumn")
        if table is None or not any(_is_constrained(table, column) for column in op.columns):
            for index in table.indexes if table is not None else ():
                if index.name and any(column.name in op.columns for column in index.columns):
                    yield from self.drop_index(ops.DropIndex(index.name, op.table), at)
            yield from super().drop_columns(ops.DropColumns(op.table, op.columns), at)
            return
        yield from self._rebuild(op.table, at, "dropColumn", lambda definition: definition.without(op.columns))

    def auto_increment(self, column: Column) -> str:
        return "AUTOINCREMENT"

    def add_default(self, op: ops.AddDefault, at: RenderContext) -> Iterator[Statement]:
        """Of two defaults SQLite takes the last."""
        default = f" DEFAULT {self.default(op.default, None, at)}"
        return self._rebuild(
            op.table, at, "addDefaultValue", lambda definition: definition.changing(op.column, lambda part: part + default)
        )

    def drop_default(self, op: ops.DropDefault, at: RenderContext) -> Iterator[Statement]:
        """As ALTER TABLE has no words for it, only the undoing of addDefaultValue leads here."""
        return self._rebuild(op.table, at, "dropDefaultValue", lambda definition: definition.changing(op.column, without_default))

    def add_auto_increment(self, op: ops.AddAutoIncrement, at: RenderContext) -> Iterator[Statement]:
        counting = self.column(
            Column(name=op.column, type="INTEGER", auto_increment=True, primary_key=True, primary_key_name=self.primary_key_name(op.table)),
            at,
        )

        def changed(definition: Definition) -> Definition:
            return definition.without_key().changing(op.column, lambda _: counting)

        yield from self._rebuild(op.table, at, "addAutoIncrement", changed)
        if op.start_with is not None:
            name = values.string(op.table.name)
            yield Statement(f"DELETE FROM sqlite_sequence WHERE name = {name}")
            yield Statement(f"INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {op.start_with - 1})")

    def drop_index(self, op: ops.DropIndex, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"DROP INDEX {self.identifier(op.index, at)}", expects=self.expect("index", op.index, table=op.table, exists=False))

    def create_view(self, op: ops.CreateView, at: RenderContext) -> Iterator[Statement]:
        """There is no OR REPLACE: the old view goes first."""
        if op.replace and not op.full_definition:
            yield from self.drop_view(ops.DropView(op.view, if_exists=True), at)
        yield from super().create_view(msgspec.structs.replace(op, replace=False), at)

    def add_check(self, op: ops.AddCheck, at: RenderContext) -> Iterator[Statement]:
        named = f"CONSTRAINT {self.identifier(op.constraint, at)} " if op.constraint else ""
        rule = f"{named}CHECK ({op.expression})"
        return self._rebuild(op.table, at, "addCheckConstraint", lambda definition: definition.adding((), (rule,)))

    def drop_check(self, op: ops.DropCheck, at: RenderContext) -> Iterator[Statement]:
        return self._rebuild(op.table, at, "dropCheckConstraint", lambda definition: definition.without_constraint(op.constraint))

    def _rebuild(self, name: Name, at: RenderContext, purpose: str, changed: Callable[[Definition], Definition]) -> Iterator[Statement]:
        """The way SQLite's manual gives: create the new table, copy, drop the old one, rename, create indexes and triggers again."""
        table = self.shape_of(name, at, purpose)
        before = parse(table.definition or "")
        after = changed(before)
        interim, own = self.identifier(f"{name.name}_temporary", at), self._word(name.name, at)
        kept = [column for column in after.columns() if column in set(before.columns())]
        columns = ", ".join(self._word(column, at) for column in kept)
        yield Statement(after.text(interim))
        yield Statement(f"INSERT INTO {interim} ({columns}) SELECT {columns} FROM {own}")
        yield Statement(f"DROP TABLE {own}")
        yield Statement(f"ALTER TABLE {interim} RENAME TO {own}")
        gone = {index.name for index in table.indexes if any(column.name not in kept for column in index.columns)}
        for dependent, statement in table.dependents.items():
            if dependent not in gone:
                yield Statement(statement)

    def _word(self, name: str, at: RenderContext) -> str:
        """A name that stands in the table's definition: there it may have been quoted although it is a reserved word."""
        return quote(name, self.traits) if name.upper() in RESERVED_WORDS else self.identifier(name, at)

    def column_type(self, column: Column, at: RenderContext) -> str:
        return "INTEGER" if self._is_rowid(column) else super().column_type(column, at)


def _is_constrained(table: Table, column: str) -> bool:
    """Whether the table's key or one of its constraints is on that column."""
    keys = [table.primary_key.columns] if table.primary_key else []
    keys.extend(unique.columns for unique in table.uniques)
    keys.extend(foreign.columns for foreign in table.foreign_keys)
    return any(column in key for key in keys)
